"""The lock of a session: nothing is shown, nothing is lost, and only the password opens it."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as Told
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Event, HeldPost, Intake, Team, User
from questionnaire.permissions import TABLE
from questionnaire.screen import pending_posts
from questionnaire.screen.lock import OPEN_WHILE_LOCKED
from questionnaire.tests.pages import controls

PASSWORD = "vier gele paarden op het dak"
CANARY = "kanarie-7391"
UNLOCK = "/unlock/"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real cost of a hash is held by test_models; here it would only take time."""
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 64)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A clock that stands still, of which a test moves the hand."""
    now = [int(time.time())]
    monkeypatch.setattr("time.time", lambda: float(now[0]))

    def move(seconds: int) -> None:
        now[0] += seconds

    return move


@pytest.fixture
def alices(alice: User) -> Client:
    """Alice at work, signed in as a person signs in."""
    alice.set_password(PASSWORD)
    alice.save()
    return signed_in(Client())


def signed_in(client: Client, username: str = "alice") -> Client:
    response = client.post("/account/login/", {"login": username, "password": PASSWORD})
    assert response.status_code == 302
    return client


@pytest.fixture
def told(alice: User, intake: Intake) -> Intake:
    intake_actions.add_incident(alice, intake, Told("2026-03-20", "home", what=CANARY))
    follow_up_actions.add_consultation(alice, intake, Consultation("police", result=CANARY))
    return intake


def fear(intake: Intake) -> str:
    return reverse("section", args=[intake.uuid, "fear"])


def page_of(client: Client, path: str) -> dict[str, Any]:
    """What the page at this path posts as it stands."""
    response = client.get(path)
    assert response.status_code == 200
    return dict(controls(response.content.decode()).lists())


def typed(client: Client, path: str, words: str = CANARY) -> dict[str, Any]:
    """What it posts after someone typed these words."""
    return {**page_of(client, path), "running_note": words}


def running_note(intake: Intake) -> str:
    stored: str = Intake.objects.get(pk=intake.pk).content["running_note"]
    return stored


def lock(client: Client, page: str = "") -> None:
    response: Any = client.post("/lock/", {"next": page})
    assert (response.status_code, response["Location"]) == (302, "/notes/")


def is_locked(client: Client) -> bool:
    response: Any = client.get("/account/password/")
    return bool(response.status_code == 302 and response["Location"].startswith(UNLOCK))


def unlock(client: Client, password: str = PASSWORD, **extra: str) -> Any:
    return client.post(UNLOCK, {"password": password, **extra})


# --- Nothing is shown ---------------------------------------------------------------------------------------


def addresses(patterns: list[URLPattern | URLResolver], intake: Intake) -> Iterator[tuple[str, str]]:
    """The name and the address of every page there is, about this intake where it is about one."""
    incident, step = intake.incidents.get(), intake.steps.get()
    known: dict[str, object] = {"uuid": intake.uuid, "incident": incident.pk, "consultation": step.pk}
    known |= {"step": "fear", "code": "full", "item": "fear_level", "pk": 1}
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, intake)
        else:
            name = str(pattern.name)
            yield name, reverse(name, kwargs={key: known[key] for key in pattern.pattern.converters})


def pages(intake: Intake) -> list[tuple[str, str]]:
    return list(addresses(get_resolver().url_patterns, intake))


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "OPTIONS"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_while_locked_no_address_gives_content(
    alices: Client, told: Intake, method: str, accept: str
) -> None:
    lock(alices)

    for name, address in pages(told):
        if name == "account_logout":
            continue
        response: Any = alices.generic(method, address, headers={"accept": accept})

        body = response.content.decode()
        assert CANARY not in body, name
        assert told.reference not in body, name
        if name not in OPEN_WHILE_LOCKED:
            assert body == "", name
            assert response.status_code in (204, 302), name
            assert response.get("Location", UNLOCK).startswith(UNLOCK), name


def test_the_same_walk_gives_content_when_not_locked(alices: Client, told: Intake) -> None:
    shown = [name for name, address in pages(told) if CANARY in alices.get(address).content.decode()]

    written = {"section", "incidents", "incident", "steps", "consultation", "answers", "summary"}
    assert written <= set(shown)


def test_every_page_that_is_open_while_locked_is_known() -> None:
    again = {"organisation", "organisation_callback"}  # signing in again, for who has no password here
    known = {"notes", "lock", "unlock", "account_logout", "set_language"}
    assert set(TABLE) > OPEN_WHILE_LOCKED == known | again


@pytest.mark.parametrize("path", ["/notes/", UNLOCK])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_one_sees_say_nothing(alices: Client, told: Intake, path: str, language: str) -> None:
    alices.cookies["__Host-language"] = language
    lock(alices, fear(told))

    page = alices.get(path).content.decode()

    for word in ("stalk", "112", "Veilig", "olice", "olitie", "alice", "ntake", "esprek", "onversation"):
        assert word not in re.sub(r"/intakes/[^\"]*", "", page)


def test_a_locked_session_does_not_print(alices: Client, told: Intake) -> None:
    lock(alices)

    response: Any = alices.post(reverse("pdf", args=[told.uuid]))

    assert response["Location"].startswith(UNLOCK)
    assert not told.documents.exists()


def test_the_neutral_page_is_for_anyone(client: Client, db: None) -> None:
    assert client.get("/notes/").status_code == 200
    assert client.post("/lock/")["Location"] == "/notes/"


def test_nothing_is_locked_without_a_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    assert client.post("/lock/").status_code == 403
    assert client.post("/", {"_hide": "1"}).status_code == 403
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
    assert intake.incidents.get().told.what == CANARY
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
def test_an_incident_that_saves_itself_while_locked_is_saved(alices: Client, told: Intake, name: str) -> None:
    args = [told.uuid, told.incidents.get().pk][: 2 if name == "incident" else 1]
    path = reverse(name, args=args)
    posted = {**page_of(alices, path), "what": "later"}
    lock(alices)

    response: Any = alices.post(path, posted, headers={"accept": "application/json"})
    unlock(alices)

    assert (response.status_code, response.content) == (204, b"")
    assert page_of(alices, path)["what"] == ["later"]


@pytest.mark.parametrize("name", ["start", "incidents", "incident"])
def test_hiding_without_a_script_keeps_what_was_typed_anywhere(
    alices: Client, told: Intake, name: str
) -> None:
    args = {"start": [], "incidents": [told.uuid], "incident": [told.uuid, told.incidents.get().pk]}[name]
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


def test_guessing_stops_after_a_few_attempts(alices: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    check = User.check_password

    def counted(user: User, password: str) -> bool:
        checked.append(password)
        return check(user, password)

    monkeypatch.setattr(User, "check_password", counted)
    lock(alices)

    for number in range(20):
        unlock(alices, f"wrong {number}")

    assert len(checked) == 5
    assert unlock(alices).status_code == 200
    assert is_locked(alices)


def test_a_lock_is_there_once_and_both_are_in_the_chain(alices: Client, alice: User) -> None:
    lock(alices)
    lock(alices)
    unlock(alices, "wrong")
    unlock(alices)
    unlock(alices)

    told = Event.objects.filter(code__startswith="session.")
    assert list(told.values_list("code", "actor")) == [
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
    alices: Client, clock: Callable[[int], None], seconds: int, locks: bool
) -> None:
    clock(seconds)

    assert is_locked(alices) is locks
    assert Session.objects.exists()


@pytest.mark.parametrize(("last", "lasts"), [(-1, True), (0, False), (1, False)])
def test_the_day_ends_to_the_second_also_while_locked(
    alices: Client, clock: Callable[[int], None], last: int, lasts: bool
) -> None:
    lock(alices)

    clock(12 * 60 * 60 + last)

    assert is_locked(alices) is lasts
    assert Session.objects.exists() is lasts


def test_someone_who_is_still_there_says_so(alices: Client, clock: Callable[[int], None]) -> None:
    for _time in range(3):
        clock(890)
        assert alices.post("/extend/").status_code == 204

    assert not is_locked(alices)


def test_a_page_that_saves_by_itself_is_nobody_at_work(
    alices: Client, intake: Intake, clock: Callable[[int], None]
) -> None:
    posted = typed(alices, fear(intake))
    clock(600)
    alices.post(fear(intake), posted, headers={"accept": "application/json"})

    clock(300)

    assert running_note(intake) == CANARY
    assert is_locked(alices)


def test_it_comes_before_the_request_that_is_too_late(
    alices: Client, intake: Intake, clock: Callable[[int], None]
) -> None:
    posted = typed(alices, fear(intake))
    clock(900)

    response: Any = alices.post(fear(intake), posted)

    assert response["Location"].startswith(UNLOCK)
    assert running_note(intake) == CANARY


# --- What could not be saved --------------------------------------------------------------------------------


def at_the_end_of_the_day(client: Client, intake: Intake, clock: Callable[[int], None]) -> dict[str, Any]:
    posted = typed(client, fear(intake))
    clock(12 * 60 * 60)
    response: Any = client.post(fear(intake), posted)
    assert response["Location"].startswith("/account/login/")
    assert running_note(intake) == ""
    return posted


def test_at_the_end_of_the_day_the_text_waits_for_the_same_person(
    alices: Client, intake: Intake, clock: Callable[[int], None]
) -> None:
    at_the_end_of_the_day(alices, intake, clock)

    signed_in(alices)
    offer = alices.get(fear(intake), follow=True)
    back = dict(controls(offer.content.decode()).lists())
    alices.post(fear(intake), back)

    assert offer.request["PATH_INFO"] == "/kept/"
    assert running_note(intake) == CANARY
    assert not HeldPost.objects.exists()
    assert alices.get(fear(intake)).status_code == 200


def test_a_change_made_meanwhile_is_not_overwritten(
    alices: Client, alice: User, intake: Intake, clock: Callable[[int], None]
) -> None:
    at_the_end_of_the_day(alices, intake, clock)
    signed_in(alices)
    offer = alices.get("/kept/").content.decode()
    other = Client()
    other.force_login(alice)
    other.get("/")
    other.post(fear(intake), typed(other, fear(intake), "meanwhile"))

    alices.post(fear(intake), dict(controls(offer).lists()))

    assert running_note(intake) == "meanwhile"
    assert CANARY in Intake.objects.get(pk=intake.pk).content["drafts"]["running_note"][-1]


def test_another_person_gets_nothing(
    alices: Client, intake: Intake, rachel: User, bob: User, clock: Callable[[int], None]
) -> None:
    at_the_end_of_the_day(alices, intake, clock)

    for user in (rachel, bob):
        client = Client()
        client.force_login(user)
        assert client.get("/").status_code == 200
        assert client.get("/kept/")["Location"] == "/"
        client.post("/kept/", {"drop": str(HeldPost.objects.get().pk)})
        pending_posts.drop(user, str(HeldPost.objects.get().pk))

    assert HeldPost.objects.exists()


def test_a_row_given_to_another_person_does_not_open(
    alices: Client, intake: Intake, bob: User, clock: Callable[[int], None]
) -> None:
    at_the_end_of_the_day(alices, intake, clock)
    HeldPost.objects.update(user=bob)

    with pytest.raises(SealError):
        _ = HeldPost.objects.get().content


def test_the_database_does_not_hold_the_words(
    alices: Client, intake: Intake, clock: Callable[[int], None]
) -> None:
    at_the_end_of_the_day(alices, intake, clock)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM questionnaire_heldpost")
        (row,) = cursor.fetchall()

    for word in (CANARY, "running_note", intake.uuid.hex, str(intake.uuid)):
        assert word.encode() not in b"".join(bytes(str(value), "utf-8") + _raw(value) for value in row)


def _raw(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def test_a_save_by_a_page_that_was_left_open_is_kept_too(
    alices: Client, intake: Intake, clock: Callable[[int], None]
) -> None:
    posted = at_the_end_of_the_day(alices, intake, clock)
    by_itself = {"accept": "application/json"}

    again = alices.post(fear(intake), posted, headers=by_itself)
    more = alices.post(fear(intake), {**posted, "running_note": "more"}, headers=by_itself)
    alices.post(fear(intake), {**posted, "running_note": "more"}, headers=by_itself)

    assert (again.status_code, more.status_code) == (204, 204)
    kept = [post.content["controls"]["running_note"] for post in HeldPost.objects.all()]
    assert kept == [[CANARY], ["more"]]


@pytest.mark.parametrize("mark", ["", "x", "bob's", "of a page elsewhere"])
def test_a_page_that_is_not_the_author_s_leaves_nothing_with_anyone(
    alices: Client, intake: Intake, bob: User, mark: str
) -> None:
    signed = {
        "bob's": pending_posts.mark_of(bob),
        "of a page elsewhere": signing.dumps(intake.author.pk, salt="x"),
    }
    posted = {**typed(alices, fear(intake)), "_owner": signed.get(mark, mark)}

    response: Any = Client().post(fear(intake), posted, headers={"accept": "application/json"})

    assert response["Location"].startswith("/account/login/")
    assert not HeldPost.objects.exists()


def test_a_mark_does_not_last_for_ever(alices: Client, intake: Intake, clock: Callable[[int], None]) -> None:
    posted = typed(alices, fear(intake))
    clock(7 * 24 * 60 * 60 + 1)

    Client().post(fear(intake), posted)

    assert not HeldPost.objects.exists()


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("has_token", [True, False])
def test_a_page_left_open_when_someone_else_signs_in_keeps_its_words_for_its_owner(
    alices: Client, alice: User, intake: Intake, bob: User, accept: str, has_token: bool
) -> None:
    posted = typed(alices, fear(intake))
    alices.post("/account/logout/")
    bobs = Client(enforce_csrf_checks=not has_token)
    bobs.force_login(bob)

    response: Any = bobs.post(fear(intake), posted, headers={"accept": accept, "origin": "http://testserver"})

    assert response.status_code == (204 if accept == "application/json" else 403)
    assert CANARY not in response.content.decode()
    assert intake.reference not in response.content.decode()
    assert running_note(intake) == ""
    assert (pending_posts.any_for(alice), pending_posts.any_for(bob)) == (True, False)
    assert CANARY not in bobs.get("/kept/", follow=True).content.decode()
    assert CANARY in signed_in(Client()).get("/kept/").content.decode()


def test_no_password_is_ever_kept(alices: Client, clock: Callable[[int], None]) -> None:
    lock(alices)
    alices.post("/account/password/", {"oldpassword": PASSWORD})
    alices.post("/account/login/", {"login": "alice", "password": PASSWORD})
    clock(12 * 60 * 60)
    alices.post("/account/password/", {"oldpassword": PASSWORD})

    assert not HeldPost.objects.exists()


def test_a_removal_is_not_kept(alices: Client, told: Intake) -> None:
    lock(alices)

    alices.post(reverse("incident", args=[told.uuid, told.incidents.get().pk]), {"_remove": "1"})

    assert not HeldPost.objects.exists()
    assert told.incidents.exists()


def test_what_is_kept_can_be_thrown_away(
    alices: Client, intake: Intake, clock: Callable[[int], None]
) -> None:
    at_the_end_of_the_day(alices, intake, clock)
    signed_in(alices)

    for wanted in ("", "x", str(uuid4())):
        alices.post("/kept/", {"drop": wanted})
    assert HeldPost.objects.exists()
    alices.post("/kept/", {"drop": str(HeldPost.objects.get().pk)})

    assert not HeldPost.objects.exists()
    assert running_note(intake) == ""
    codes = Event.objects.filter(code__startswith="post.").values_list("code", flat=True)
    assert list(codes) == ["post.held", "post.dropped"]


@pytest.mark.parametrize(("days", "lasts"), [(6, True), (8, False)])
def test_it_is_kept_for_a_week(
    alices: Client, alice: User, intake: Intake, clock: Callable[[int], None], days: int, lasts: bool
) -> None:
    at_the_end_of_the_day(alices, intake, clock)
    HeldPost.objects.update(held_at=timezone.now() - timedelta(days=days))

    assert pending_posts.any_for(alice) is lasts


@pytest.mark.parametrize("when", ["any_for", "read", "hold"])
def test_what_is_too_old_is_erased_when_anyone_comes_in(
    alices: Client, alice: User, bob: User, intake: Intake, clock: Callable[[int], None], when: str
) -> None:
    at_the_end_of_the_day(alices, intake, clock)
    HeldPost.objects.update(held_at=timezone.now() - timedelta(days=8))

    if when == "hold":
        Client().post("/intakes/start/", {"_owner": pending_posts.mark_of(alice), "reference": "new"})
    else:
        getattr(pending_posts, when)(bob)

    assert HeldPost.objects.count() == (when == "hold")


def test_a_page_that_is_too_old_keeps_what_came_from_us(alices: Client, intake: Intake) -> None:
    posted = {**typed(alices, fear(intake)), "csrfmiddlewaretoken": ""}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alices.cookies

    elsewhere = strict.post(fear(intake), posted, headers={"origin": "https://evil.example"})
    assert not HeldPost.objects.exists()
    ours = strict.post(fear(intake), posted, headers={"origin": "http://testserver"})

    assert (elsewhere.status_code, ours.status_code) == (403, 403)
    assert b'href="/kept/"' in ours.content
    assert HeldPost.objects.get().content["controls"]["running_note"] == [CANARY]


def test_someone_else_cannot_take_every_place(alices: Client, alice: User, intake: Intake) -> None:
    mark = pending_posts.mark_of(alice)
    for number in range(30):
        Client().post(fear(intake), {"_owner": mark, "running_note": f"rommel {number}"})
    assert HeldPost.objects.count() == 25

    lock(alices)
    alices.post("/intakes/start/", {"_owner": mark, "reference": CANARY})

    assert HeldPost.objects.latest("held_at").content["controls"]["reference"] == [CANARY]
