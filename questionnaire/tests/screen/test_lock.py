"""The lock of a session: nothing is shown, nothing is lost, and only the password opens it."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.models import Event, HeldPost, Intake, Team, User
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
    alices: Client, filled: Intake, method: str, accept: str
) -> None:
    lock(alices)

    for name, address in addresses(filled):
        if name == "account_logout":
            continue
        response: Any = alices.generic(method, address, headers={"accept": accept})

        body = response.content.decode()
        assert CANARY not in body, name
        assert filled.reference not in body, name
        if name not in ALLOWED_WHILE_LOCKED:
            assert body == "", name
            assert response.status_code in (204, 302), name
            assert response.get("Location", UNLOCK).startswith(UNLOCK), name


@pytest.mark.untraced
def test_the_same_walk_gives_content_when_not_locked(alices: Client, filled: Intake) -> None:
    shown = [name for name, address in addresses(filled) if CANARY in alices.get(address).content.decode()]

    written = {"section", "incidents", "incident", "steps", "consultation", "answers", "summary"}
    assert written <= set(shown)


def test_every_page_that_is_open_while_locked_is_known() -> None:
    again = {"organisation", "organisation_callback"}  # signing in again, for who has no password here
    known = {"notes", "lock", "unlock", "account_logout", "set_language"}
    assert set(TABLE) > ALLOWED_WHILE_LOCKED == known | again


@pytest.mark.parametrize("path", ["/notes/", UNLOCK])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_one_sees_say_nothing(alices: Client, filled: Intake, path: str, language: str) -> None:
    alices.cookies["__Host-language"] = language
    lock(alices, fear(filled))

    page = alices.get(path).content.decode()

    for word in ("stalk", "112", "Veilig", "olice", "olitie", "alice", "ntake", "esprek", "onversation"):
        assert word not in re.sub(r"/intakes/[^\"]*", "", page)


def test_a_locked_session_does_not_print(alices: Client, filled: Intake) -> None:
    lock(alices)

    response: Any = alices.post(reverse("pdf", args=[filled.uuid]))

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


def test_the_password_cannot_be_tried_without_a_token(alices: Client) -> None:
    lock(alices)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alices.cookies

    assert unlock(strict)["Location"].startswith(UNLOCK)
    assert is_locked(alices)


# --- Nothing is lost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("accept", "status"), [("application/json", 204), ("text/html", 302)])
def test_a_save_while_locked_is_saved_and_answered_without_content(
    alices: Client, intake: Intake, accept: str, status: int
) -> None:
    posted = typed(alices, fear(intake))
    lock(alices)

    response: Any = alices.post(fear(intake), posted, headers={"accept": accept})

    assert running_note(intake) == CANARY
    assert (response.status_code, response.content) == (status, b"")
    assert response.get("Location", UNLOCK).startswith(UNLOCK)
    assert is_locked(alices)


def test_a_save_that_fails_while_locked_is_not_called_saved(
    alices: Client, charlie: User, other_team: Team
) -> None:
    theirs = intake_actions.start_intake(charlie, other_team, "x", date(2026, 3, 23), "nl")
    lock(alices)

    response = alices.post(fear(theirs), {"a": "b"}, headers={"accept": "application/json"})

    assert response.status_code == 404


def test_without_a_script_the_button_saves_and_hides(alices: Client, intake: Intake) -> None:
    posted = typed(alices, fear(intake))

    response: Any = alices.post(fear(intake), {**posted, "_hide": "1"})

    assert response["Location"] == "/notes/"
    assert running_note(intake) == CANARY
    assert is_locked(alices)
    assert unlock(alices)["Location"] == fear(intake)


def test_an_incident_posted_while_locked_is_offered_after_it(alices: Client, intake: Intake) -> None:
    path = reverse("incidents", args=[intake.uuid])
    posted = {**page_of(alices, path), "date": "20-03-2026", "place": "home", "what": CANARY}
    lock(alices)
    alices.post(path, posted)
    assert not intake.incidents.exists()

    unlock(alices)
    offer = alices.get("/", follow=True)
    back = dict(controls(offer.content.decode()).lists())
    saved: Any = alices.post(path, {**back, "next": ""})

    assert offer.redirect_chain == [("/kept/?next=%2F", 302)]
    assert saved.status_code == 302
    assert intake.incidents.get().parsed.what == CANARY
    assert not HeldPost.objects.exists()


@pytest.mark.parametrize("hidden", [{}, {"_hide": "1"}])
def test_half_an_incident_beside_the_questions_is_there_again(
    alices: Client, intake: Intake, hidden: dict[str, str]
) -> None:
    posted = {**typed(alices, fear(intake)), "incident-what": CANARY}
    if not hidden:
        lock(alices)

    response: Any = alices.post(fear(intake), {**posted, **hidden})
    unlock(alices)

    assert (response.status_code, response.content) == (302, b"")
    assert page_of(alices, fear(intake))["incident-what"] == [CANARY]
    assert not HeldPost.objects.exists()


@pytest.mark.parametrize("name", ["incidents", "incident"])
def test_an_incident_that_saves_itself_while_locked_is_saved(
    alices: Client, filled: Intake, name: str
) -> None:
    args = [filled.uuid, filled.incidents.get().pk][: 2 if name == "incident" else 1]
    path = reverse(name, args=args)
    posted = {**page_of(alices, path), "what": "later"}
    lock(alices)

    response: Any = alices.post(path, posted, headers={"accept": "application/json"})
    unlock(alices)

    assert (response.status_code, response.content) == (204, b"")
    assert page_of(alices, path)["what"] == ["later"]


@pytest.mark.parametrize("name", ["start", "incidents", "incident"])
def test_hiding_without_a_script_keeps_what_was_typed_anywhere(
    alices: Client, filled: Intake, name: str
) -> None:
    args = {"start": [], "incidents": [filled.uuid], "incident": [filled.uuid, filled.incidents.get().pk]}[
        name
    ]
    path = reverse(name, args=args)
    field = "reference" if name == "start" else "what"
    html = alices.get(path).content.decode()
    assert re.search(r'<button class="hide" id="hide" form="(section|start)" name="_hide"', html)

    response: Any = alices.post(path, {**dict(controls(html).lists()), field: "later", "_hide": "1"})

    assert response["Location"] == "/notes/"
    assert is_locked(alices)
    assert HeldPost.objects.get().content["controls"][field] == ["later"]


@pytest.mark.parametrize("path", ["/nowhere/", "/unlock/none/", "/notes/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_goes_wrong_while_locked_shows_nothing_of_the_site(
    alices: Client, path: str, method: str
) -> None:
    if (path, method) == ("/notes/", "GET"):
        return
    lock(alices)

    response: Any = alices.generic(method, path)

    assert (response.status_code, response.content) == (302, b"")
    assert response["Location"].startswith(UNLOCK)


# --- Only the password opens it -----------------------------------------------------------------------------


def test_the_password_opens_it_under_a_new_id(alices: Client, intake: Intake) -> None:
    lock(alices, fear(intake))
    before = alices.session.session_key
    replayed = Client()
    replayed.cookies["__Host-session"] = str(before)

    response = unlock(alices)

    assert response["Location"] == fear(intake)
    assert not is_locked(alices)
    assert alices.session.session_key != before
    assert replayed.get(fear(intake)).status_code == 302
    assert Session.objects.count() == 1


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper()])
def test_another_password_does_not(alices: Client, password: str) -> None:
    lock(alices)

    assert unlock(alices, password).status_code == 200
    assert is_locked(alices)


def test_the_password_of_someone_else_does_not(alices: Client) -> None:
    User.objects.create_user("berta", "negen blauwe vissen in de lucht")
    lock(alices)

    response = unlock(alices, "negen blauwe vissen in de lucht", login="berta", username="berta")

    assert response.status_code == 200
    assert is_locked(alices)


def test_guessing_stops_after_a_few_attempts(alices: Client, checked_passwords: list[str]) -> None:
    lock(alices)
    checked_passwords.clear()

    for number in range(20):
        unlock(alices, f"wrong {number}")

    assert len(checked_passwords) == 5
    assert unlock(alices).status_code == 200
    assert is_locked(alices)


def test_a_lock_is_there_once_and_both_are_in_the_chain(alices: Client, alice: User) -> None:
    lock(alices)
    lock(alices)
    unlock(alices, "wrong")
    unlock(alices)
    unlock(alices)

    events = Event.objects.filter(code__startswith="session.")
    assert list(events.values_list("code", "actor")) == [
        ("session.locked", alice.pk),
        ("session.unlocked", alice.pk),
    ]


def test_what_was_under_way_when_the_lock_came_does_not_undo_it(alices: Client) -> None:
    slow = alices.session
    assert "locked" not in slow
    lock(alices)

    slow["active_at"] = 1
    slow.save()

    assert is_locked(alices)


def test_signing_out_is_possible_while_locked(alices: Client) -> None:
    lock(alices)
    assert Session.objects.exists()

    alices.post("/account/logout/")

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
def test_unlocking_leads_to_our_own_pages_alone(alices: Client, target: str) -> None:
    lock(alices, target)

    assert unlock(alices, next=target)["Location"] == "/"

    lock(alices, target)
    alices.get(UNLOCK, {"next": target})

    assert unlock(alices)["Location"] == "/"
    assert alices.get(UNLOCK, {"next": target})["Location"] == "/"


def test_unlocking_leads_where_one_was_going(alices: Client) -> None:
    lock(alices, "/intakes/start/")

    asked: Any = alices.get("/account/password/?a=b")
    form = controls(alices.get(asked["Location"]).content.decode())

    assert unlock(alices, next=str(form["next"]))["Location"] == "/account/password/?a=b"


# --- Time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "locks"), [(899, False), (900, True), (901, True)])
def test_the_lock_comes_by_itself_to_the_second(
    alices: Client, clock: Clock, seconds: int, locks: bool
) -> None:
    clock(seconds)

    assert is_locked(alices) is locks
    assert Session.objects.exists()


@pytest.mark.parametrize(("last", "lasts"), [(-1, True), (0, False), (1, False)])
def test_the_day_ends_to_the_second_also_while_locked(
    alices: Client, clock: Clock, last: int, lasts: bool
) -> None:
    lock(alices)

    clock(12 * 60 * 60 + last)

    assert is_locked(alices) is lasts
    assert Session.objects.exists() is lasts


def test_someone_who_is_still_there_says_so(alices: Client, clock: Clock) -> None:
    for _time in range(3):
        clock(890)
        assert alices.post("/extend/").status_code == 204

    assert not is_locked(alices)


def test_a_page_that_saves_by_itself_is_nobody_at_work(alices: Client, intake: Intake, clock: Clock) -> None:
    posted = typed(alices, fear(intake))
    clock(600)
    alices.post(fear(intake), posted, headers={"accept": "application/json"})

    clock(300)

    assert running_note(intake) == CANARY
    assert is_locked(alices)


def test_it_comes_before_the_request_that_is_too_late(alices: Client, intake: Intake, clock: Clock) -> None:
    posted = typed(alices, fear(intake))
    clock(900)

    response: Any = alices.post(fear(intake), posted)

    assert response["Location"].startswith(UNLOCK)
    assert running_note(intake) == CANARY
