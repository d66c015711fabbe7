"""The lock of a session: nothing is shown, nothing is lost, and only the password opens it."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.models import Event, HeldPost, Intake, Session, Team, User
from questionnaire.permissions import TABLE
from questionnaire.screen.lock import ALLOWED_WHILE_LOCKED
from questionnaire.tests.pages import controls
from questionnaire.tests.people import PASSWORD, Clock, unlock
from questionnaire.tests.screen.sections import (
    CANARY,
    UNLOCK,
    fear,
    is_locked,
    lock,
    page_of,
    running_note,
    typed,
)
from questionnaire.tests.urls import addresses

# --- Nothing is shown ---------------------------------------------------------------------------------------


@pytest.mark.untraced
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "OPTIONS"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_while_locked_no_address_gives_content(
    alice_client: Client, filled: Intake, method: str, accept: str
) -> None:
    lock(alice_client)

    for name, address in addresses(filled):
        if name == "account_logout":
            continue
        response: Any = alice_client.generic(method, address, headers={"accept": accept})

        body = response.content.decode()
        assert CANARY not in body, name
        assert filled.case.reference not in body, name
        if name not in ALLOWED_WHILE_LOCKED:
            assert body == "", name
            assert response.status_code in (204, 302), name
            assert response.get("Location", UNLOCK).startswith(UNLOCK), name


@pytest.mark.untraced
def test_the_same_walk_gives_content_when_not_locked(alice_client: Client, filled: Intake) -> None:
    shown = [
        name for name, address in addresses(filled) if CANARY in alice_client.get(address).content.decode()
    ]

    written = {"section", "incidents", "incident", "steps", "consultation", "breach", "answers", "summary"}
    assert written <= set(shown)


def test_every_page_that_is_open_while_locked_is_known() -> None:
    sign_in_again = {"organisation", "organisation_callback"}  # for who has no password here
    known = {"notes", "lock", "unlock", "account_logout", "set_language"}
    assert set(TABLE) > ALLOWED_WHILE_LOCKED == known | sign_in_again


@pytest.mark.parametrize("path", ["/notes/", UNLOCK])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_one_sees_say_nothing(
    alice_client: Client, filled: Intake, path: str, language: str
) -> None:
    alice_client.cookies["__Host-language"] = language
    lock(alice_client, fear(filled))

    page = alice_client.get(path).content.decode()

    for word in ("stalk", "112", "Veilig", "olice", "olitie", "alice", "ntake", "esprek", "onversation"):
        assert word not in re.sub(r"/intakes/[^\"]*", "", page)


def test_a_locked_session_does_not_print(alice_client: Client, filled: Intake) -> None:
    lock(alice_client)

    response: Any = alice_client.post(reverse("pdf", args=[filled.uuid]))

    assert response["Location"].startswith(UNLOCK)
    assert not filled.documents.exists()


def test_the_neutral_page_is_for_anyone(client: Client, db: None) -> None:
    assert client.get("/notes/").status_code == 200
    assert client.post("/lock/")["Location"] == "/notes/"


def test_nothing_is_locked_without_a_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    assert client.post("/lock/").status_code == 403
    assert client.post("/", {"_hide": "1"}).status_code == 403
    assert client.get("/").status_code == 200
    assert not is_locked(client)


def test_the_password_cannot_be_tried_without_a_token(alice_client: Client) -> None:
    lock(alice_client)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice_client.cookies

    assert unlock(strict)["Location"].startswith(UNLOCK)
    assert is_locked(alice_client)


# --- Nothing is lost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("accept", "status"), [("application/json", 204), ("text/html", 302)])
def test_a_save_while_locked_is_saved_and_answered_without_content(
    alice_client: Client, intake: Intake, accept: str, status: int
) -> None:
    posted = typed(alice_client, fear(intake))
    lock(alice_client)

    response: Any = alice_client.post(fear(intake), posted, headers={"accept": accept})

    assert running_note(intake) == CANARY
    assert (response.status_code, response.content) == (status, b"")
    assert response.get("Location", UNLOCK).startswith(UNLOCK)
    assert is_locked(alice_client)


def test_a_save_that_fails_while_locked_is_not_called_saved(
    alice_client: Client, charlie: User, other_team: Team
) -> None:
    other = intake_actions.start_intake(charlie, other_team, "x", date(2026, 3, 23), "nl")
    lock(alice_client)

    response = alice_client.post(fear(other), {"a": "b"}, headers={"accept": "application/json"})

    assert response.status_code == 404


def test_without_a_script_the_button_saves_and_hides(alice_client: Client, intake: Intake) -> None:
    posted = typed(alice_client, fear(intake))

    response: Any = alice_client.post(fear(intake), {**posted, "_hide": "1"})

    assert response["Location"] == "/notes/"
    assert running_note(intake) == CANARY
    assert is_locked(alice_client)
    assert unlock(alice_client)["Location"] == fear(intake)


def test_an_incident_posted_while_locked_is_offered_after_it(alice_client: Client, intake: Intake) -> None:
    path = reverse("incidents", args=[intake.uuid])
    posted = {**page_of(alice_client, path), "date": "20-03-2026", "place": "home", "what": CANARY}
    lock(alice_client)
    alice_client.post(path, posted)
    assert not intake.incidents.exists()

    unlock(alice_client)
    offer = alice_client.get("/", follow=True)
    back = dict(controls(offer.content.decode()).lists())
    saved: Any = alice_client.post(path, {**back, "next": ""})

    assert offer.redirect_chain == [("/kept/?next=%2F", 302)]
    assert saved.status_code == 302
    assert intake.incidents.get().parsed.what == CANARY
    assert not HeldPost.objects.exists()


@pytest.mark.parametrize("hidden", [{}, {"_hide": "1"}])
def test_half_an_incident_beside_the_questions_is_there_again(
    alice_client: Client, intake: Intake, hidden: dict[str, str]
) -> None:
    posted = {**typed(alice_client, fear(intake)), "incident-what": CANARY}
    if not hidden:
        lock(alice_client)

    response: Any = alice_client.post(fear(intake), {**posted, **hidden})
    unlock(alice_client)

    assert (response.status_code, response.content) == (302, b"")
    assert page_of(alice_client, fear(intake))["incident-what"] == [CANARY]
    assert not HeldPost.objects.exists()


@pytest.mark.parametrize("name", ["incidents", "incident"])
def test_an_incident_that_saves_itself_while_locked_is_saved(
    alice_client: Client, filled: Intake, name: str
) -> None:
    args = [filled.uuid, filled.incidents.get().pk][: 2 if name == "incident" else 1]
    path = reverse(name, args=args)
    posted = {**page_of(alice_client, path), "what": "later"}
    lock(alice_client)

    response: Any = alice_client.post(path, posted, headers={"accept": "application/json"})
    unlock(alice_client)

    assert (response.status_code, response.content) == (204, b"")
    assert page_of(alice_client, path)["what"] == ["later"]


@pytest.mark.parametrize("name", ["start", "incidents", "incident"])
def test_hiding_without_a_script_keeps_what_was_typed_anywhere(
    alice_client: Client, filled: Intake, name: str
) -> None:
    args = {"start": [], "incidents": [filled.uuid], "incident": [filled.uuid, filled.incidents.get().pk]}[
        name
    ]
    path = reverse(name, args=args)
    field = "reference" if name == "start" else "what"
    html = alice_client.get(path).content.decode()
    assert re.search(r'<button class="hide" id="hide" form="(section|start)" name="_hide"', html)

    response: Any = alice_client.post(path, {**dict(controls(html).lists()), field: "later", "_hide": "1"})

    assert response["Location"] == "/notes/"
    assert is_locked(alice_client)
    assert HeldPost.objects.get().content["controls"][field] == ["later"]


@pytest.mark.parametrize("path", ["/nowhere/", "/unlock/none/", "/notes/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_goes_wrong_while_locked_shows_nothing_of_the_site(
    alice_client: Client, path: str, method: str
) -> None:
    if (path, method) == ("/notes/", "GET"):
        return
    lock(alice_client)

    response: Any = alice_client.generic(method, path)

    assert (response.status_code, response.content) == (302, b"")
    assert response["Location"].startswith(UNLOCK)


# --- Only the password opens it -----------------------------------------------------------------------------


def test_the_password_opens_it_under_a_new_id(alice_client: Client, intake: Intake) -> None:
    lock(alice_client, fear(intake))
    before = alice_client.session.session_key
    replayed = Client()
    replayed.cookies["__Host-session"] = str(before)

    response = unlock(alice_client)

    assert response["Location"] == fear(intake)
    assert not is_locked(alice_client)
    assert alice_client.session.session_key != before
    assert replayed.get(fear(intake)).status_code == 302
    assert Session.objects.count() == 1


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper()])
def test_another_password_does_not(alice_client: Client, password: str) -> None:
    lock(alice_client)

    assert unlock(alice_client, password).status_code == 200
    assert is_locked(alice_client)


def test_the_password_of_someone_else_does_not(alice_client: Client) -> None:
    User.objects.create_user("berta", "negen blauwe vissen in de lucht")
    lock(alice_client)

    response = unlock(alice_client, "negen blauwe vissen in de lucht", login="berta", username="berta")

    assert response.status_code == 200
    assert is_locked(alice_client)


def test_guessing_stops_after_a_few_attempts(alice_client: Client, checked_passwords: list[str]) -> None:
    lock(alice_client)
    checked_passwords.clear()

    for number in range(20):
        unlock(alice_client, f"wrong {number}")

    assert len(checked_passwords) == 5
    assert unlock(alice_client).status_code == 200
    assert is_locked(alice_client)


def test_a_lock_is_there_once_and_both_are_in_the_chain(alice_client: Client, alice: User) -> None:
    lock(alice_client)
    lock(alice_client)
    unlock(alice_client, "wrong")
    unlock(alice_client)
    unlock(alice_client)

    events = Event.objects.filter(code__startswith="session.")
    assert list(events.values_list("code", "actor")) == [
        ("session.locked", alice.pk),
        ("session.unlocked", alice.pk),
    ]


def test_what_was_under_way_when_the_lock_came_does_not_undo_it(alice_client: Client) -> None:
    session = alice_client.session
    assert "locked" not in session
    lock(alice_client)

    session["active_at"] = 1
    with pytest.raises(UpdateError):
        session.save()

    assert is_locked(alice_client)


def test_signing_out_is_possible_while_locked(alice_client: Client) -> None:
    lock(alice_client)
    assert Session.objects.exists()

    alice_client.post("/account/logout/")

    assert not Session.objects.exists()


HOSTILE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//localhost@evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "/\t/evil.example",
    "/\n/evil.example",
    "\x08//evil.example",
    " //evil.example",
    "/%5cevil.example",
    "http://testserver:80@evil.example/",
    "http://testserver/account/password/",
    "//[::1]evil.example/",
    "//[evil",
    "/none/",
    "/lock/",
    "/language/",
    "/account/logout/",
    UNLOCK,
    "/notes/",
    "account/password/",
    "?next=//evil.example",
    "",
]


@pytest.mark.untraced
@pytest.mark.parametrize("target", HOSTILE)
def test_unlocking_leads_to_our_own_pages_alone(alice_client: Client, target: str) -> None:
    lock(alice_client, target)

    assert unlock(alice_client, next=target)["Location"] == "/"

    lock(alice_client, target)
    alice_client.get(UNLOCK, {"next": target})

    assert unlock(alice_client)["Location"] == "/"
    assert alice_client.get(UNLOCK, {"next": target})["Location"] == "/"


def test_unlocking_leads_where_one_was_going(alice_client: Client) -> None:
    lock(alice_client, "/intakes/start/")

    response: Any = alice_client.get("/account/password/?a=b")

    assert response["Location"] == UNLOCK
    assert unlock(alice_client)["Location"] == "/account/password/?a=b"


# --- Time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "locks"), [(959, False), (960, True), (961, True)])
def test_the_lock_comes_by_itself_to_the_second(
    alice_client: Client, clock: Clock, seconds: int, locks: bool
) -> None:
    clock(seconds)

    assert is_locked(alice_client) is locks
    assert Session.objects.exists()


@pytest.mark.parametrize(("last", "lasts"), [(-1, True), (0, False), (1, False)])
def test_the_day_ends_to_the_second_also_while_locked(
    alice_client: Client, clock: Clock, last: int, lasts: bool
) -> None:
    lock(alice_client)

    clock(12 * 60 * 60 + last)

    assert is_locked(alice_client) is lasts
    assert Session.objects.exists() is lasts


@pytest.mark.parametrize(("seconds", "is_noted"), [(59, False), (60, True)])
def test_activity_is_noted_once_a_minute(
    alice_client: Client, clock: Clock, seconds: int, is_noted: bool
) -> None:
    alice_client.get("/sources/")
    before = Session.objects.get().data
    clock(seconds)
    alice_client.get("/sources/")

    assert (Session.objects.get().data != before) is is_noted


def test_nobody_is_locked_early_for_what_was_not_noted(alice_client: Client, clock: Clock) -> None:
    clock(59)
    assert alice_client.get("/sources/").status_code == 200
    clock(900)

    assert not is_locked(alice_client)


def test_someone_who_is_still_there_says_so(alice_client: Client, clock: Clock) -> None:
    for _time in range(3):
        clock(890)
        assert alice_client.post("/extend/").status_code == 204

    assert not is_locked(alice_client)


def test_a_page_that_saves_by_itself_is_nobody_at_work(
    alice_client: Client, intake: Intake, clock: Clock
) -> None:
    posted = typed(alice_client, fear(intake))
    clock(600)
    alice_client.post(fear(intake), posted, headers={"accept": "application/json"})

    clock(360)

    assert running_note(intake) == CANARY
    assert is_locked(alice_client)


def test_it_comes_before_the_request_that_is_too_late(
    alice_client: Client, intake: Intake, clock: Clock
) -> None:
    posted = typed(alice_client, fear(intake))
    clock(960)

    response: Any = alice_client.post(fear(intake), posted)

    assert response["Location"].startswith(UNLOCK)
    assert running_note(intake) == CANARY
