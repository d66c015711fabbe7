"""While the screen is not its person's own, only pages that they had open before can save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pytest
from django.apps import apps
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.catalogue import ITEMS, SECTION_OF
from questionnaire.domain.fingerprints import item_fingerprint, text_fingerprint
from questionnaire.domain.follow_up import SUBJECTS
from questionnaire.models import ChainHead, Event, HeldPost, Intake, Session, User
from questionnaire.permissions import TABLE
from questionnaire.screen.page_marks import BROWSER_COOKIE
from questionnaire.tests.factories import sign_stored_rights
from questionnaire.tests.pages import Page, controls, names
from questionnaire.tests.people import PASSWORD, Clock, sign_in, unlock
from questionnaire.tests.screen.sections import CANARY, UNLOCK, fear, lock, page_of, running_note, typed
from questionnaire.tests.urls import addresses

AUTOSAVE: Final = {"accept": "application/json"}
BY_FORM: Final = {"accept": "text/html"}
#: What a locked session and its posts write, besides what is under test.
_NOT_COMPARED: Final = (Session, Event, ChainHead, HeldPost)


@pytest.fixture
def other(alice: User, intake: Intake) -> Intake:
    """Return another intake of Alice."""
    return intake_actions.start_intake(alice, intake.team, "2026-118", date(2026, 3, 23), "nl")


def database() -> dict[str, list[Any]]:
    """Return every row of every table that no pending post may change."""
    models = [model for model in apps.get_models() if model not in _NOT_COMPARED]
    return {model._meta.label: sorted(model._default_manager.values_list(), key=repr) for model in models}


def hide(client: Client, intake: Intake, clock: Clock) -> None:
    lock(client, fear(intake))


def idle(client: Client, intake: Intake, clock: Clock) -> None:
    clock(16 * 60)


def turn(client: Client, intake: Intake, clock: Clock | None = None) -> None:
    response = Page(client, fear(intake)).press("_turn", "fear_level")
    assert "/client/" in response["Location"]


def come_back(client: Client) -> None:
    """Unlock, or take the screen back: by the password."""
    path = client.get("/")["Location"]
    assert client.post(path, {"password": PASSWORD}).status_code == 302


def intruder(client: Client) -> Client:
    """Return a client that has what the page that asks for the password gives, and its CSRF token alone."""
    client.get("/")
    strict = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    strict.cookies = client.cookies
    return strict


def token(client: Client) -> str:
    """Return the CSRF token of the page to which every address leads."""
    path = client.get("/")["Location"]
    return str(controls(client.get(path).content.decode())["csrfmiddlewaretoken"])


# --- What can be posted with an address and the token of the page that asks for the password ---------------


@dataclass(frozen=True)
class Attempt:
    """A post, made up from the address of an intake, and what it says in English and Dutch pages."""

    path: str
    posted: dict[str, str]
    says: tuple[str, ...]


def _answer(intake: Intake) -> Attempt:
    item = "strangulation"
    posted = {item: "no", f"{item}__base": item_fingerprint(intake.content, item)}
    path = reverse("section", args=[intake.uuid, SECTION_OF[item].id])
    return Attempt(path, {**posted, "_go": "save"}, (str(ITEMS[item].label), ITEMS[item].text_of("no")))


def _note(intake: Intake) -> Attempt:
    posted = {
        "running_note": "Het gaat goed",
        "running_note__base": text_fingerprint(intake.content, "running_note"),
    }
    return Attempt(fear(intake), posted, (gettext("The client says"), "Het gaat goed"))


def _incident(intake: Intake) -> Attempt:
    posted = {"date": "20-03-2026", "place": "home", "what": "niets"}
    return Attempt(reverse("incidents", args=[intake.uuid]), posted, (gettext("What happened"), "niets"))


def _incident_beside_questions(intake: Intake) -> Attempt:
    posted = {"incident-date": "20-03-2026", "incident-place": "home", "incident-what": "niets"}
    return Attempt(fear(intake), posted, (gettext("What happened"), "niets"))


def _step(intake: Intake) -> Attempt:
    code = SUBJECTS[0]
    posted = {f"{code}-base": "", f"{code}-state": "not_done", f"{code}-why": "hoeft niet"}
    return Attempt(reverse("steps", args=[intake.uuid]), posted, ("hoeft niet",))


def _consultation(intake: Intake) -> Attempt:
    posted = {"consultation-party": "police", "consultation-result": "niets aan de hand"}
    return Attempt(reverse("steps", args=[intake.uuid]), posted, ("niets aan de hand",))


def _clients_answer(intake: Intake) -> Attempt:
    item = "fear_level"
    posted = {item: "0", f"{item}__base": item_fingerprint(intake.content, item)}
    return Attempt(reverse("client", args=[intake.uuid, item]), posted, (str(ITEMS[item].label),))


ATTEMPTS = [_answer, _note, _incident, _incident_beside_questions, _step, _consultation, _clients_answer]


@pytest.mark.parametrize("screen", [hide, idle, turn])
@pytest.mark.parametrize("headers", [AUTOSAVE, BY_FORM], ids=["fetch", "form"])
@pytest.mark.parametrize("whose", ["same", "other"])
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_address_and_a_token_save_nothing_and_leave_a_pending_post(
    alice_client: Client,
    intake: Intake,
    other: Intake,
    clock: Clock,
    attempt: Callable[[Intake], Attempt],
    whose: str,
    headers: dict[str, str],
    screen: Callable[[Client, Intake, Clock], None],
) -> None:
    with override("en"):
        made_up = attempt(intake if whose == "same" else other)
    screen(alice_client, intake, clock)
    strict = intruder(alice_client)
    before = database()

    for _time in range(2):
        posted = {**made_up.posted, "csrfmiddlewaretoken": token(strict)}
        response: Any = strict.post(made_up.path, posted, headers=headers)
        assert response.status_code == (204 if headers is AUTOSAVE else 302)
        assert response.content == b""

    assert database() == before
    assert HeldPost.objects.count() == 1
    alice_client.cookies["__Host-language"] = "en"
    come_back(alice_client)
    offer: Any = alice_client.get("/", follow=True)
    assert offer.redirect_chain == [("/kept/?next=%2F", 302)]
    html = offer.content.decode()
    assert "not from a page that you had open" in html
    assert ("while the client had the screen" if screen is turn else "while the screen was hidden") in html
    for words in made_up.says:
        assert words in html
    assert database() == before


@pytest.mark.untraced
@pytest.mark.parametrize("screen", [hide, turn])
@pytest.mark.parametrize("headers", [AUTOSAVE, BY_FORM], ids=["fetch", "form"])
def test_no_post_anywhere_changes_the_database(
    alice_client: Client,
    filled: Intake,
    clock: Clock,
    headers: dict[str, str],
    screen: Callable[[Client, Intake, Clock], None],
) -> None:
    screen(alice_client, filled, clock)
    strict = intruder(alice_client)
    everything = {
        **{key: value for attempt in ATTEMPTS for key, value in attempt(filled).posted.items()},
        "text": "x",
        "note": "x",
        "reference": "x",
        "on": "20-03-2026",
        "language": "nl",
        "drop": "x",
        "_held": "x",
        "why": "x",
        "end": "others",
        "state": "done",
        "csrfmiddlewaretoken": token(strict),
    }
    before = database()

    for name, address in addresses(filled):
        if "POST" in TABLE[name] and name != "account_logout":
            response = strict.post(address, everything, headers=headers)
            assert CANARY not in response.content.decode(), name
            assert database() == before, name

    assert HeldPost.objects.exists()


def test_what_one_resubmits_is_not_discarded_while_the_client_has_the_screen(
    alice_client: Client, intake: Intake
) -> None:
    turn(alice_client, intake)
    alice_client.post(reverse("incidents", args=[intake.uuid]), {"what": CANARY})

    alice_client.post("/intakes/start/", {"_held": str(HeldPost.objects.get().pk)})

    assert any(post.content["controls"].get("what") == [CANARY] for post in HeldPost.objects.all())


# --- What the mark of a page can do -------------------------------------------------------------------------


def test_a_page_that_was_open_saves_once_however_often_it_sends(alice_client: Client, intake: Intake) -> None:
    tabs = [{**typed(alice_client, fear(intake)), "page": f"tab{number}.1"} for number in range(2)]
    lock(alice_client)

    for headers in (AUTOSAVE, AUTOSAVE, BY_FORM, BY_FORM):
        alice_client.post(fear(intake), tabs[0], headers=headers)
    assert Event.objects.filter(code="intake.changed").count() == 1
    alice_client.post(fear(intake), {**tabs[1], "running_note": "in the other tab"}, headers=AUTOSAVE)

    content = Intake.objects.get(pk=intake.pk).content
    assert content["running_note"] == CANARY
    assert "in the other tab" in content["drafts"]["running_note"][-1]
    assert not HeldPost.objects.exists()


def _of_another_part(client: Client, intake: Intake, other: Intake) -> str:
    return mark_at(client, reverse("section", args=[intake.uuid, "help"]))


def _of_another_intake(client: Client, intake: Intake, other: Intake) -> str:
    return mark_at(client, fear(other))


def _of_another_sign_in(client: Client, intake: Intake, other: Intake) -> str:
    elsewhere = Client()
    sign_in(elsewhere, "alice")
    return mark_at(elsewhere, fear(intake))


def _of_an_earlier_sign_in(client: Client, intake: Intake, other: Intake) -> str:
    mark = mark_at(client, fear(intake))
    client.post("/account/logout/")
    sign_in(client, "alice")
    return mark


def _of_before_an_earlier_lock(client: Client, intake: Intake, other: Intake) -> str:
    mark = mark_at(client, fear(intake))
    lock(client)
    unlock(client)
    return mark


def _of_before_the_client_had_the_screen(client: Client, intake: Intake, other: Intake) -> str:
    mark = mark_at(client, fear(intake))
    turn(client, intake)
    client.post("/leave/", {"password": PASSWORD})
    return mark


def _of_the_clients_page(client: Client, intake: Intake, other: Intake) -> str:
    turn(client, intake)
    return mark_at(client, reverse("client", args=[intake.uuid, "fear_level"]))


def _forged(client: Client, intake: Intake, other: Intake) -> str:
    mark = mark_at(client, fear(intake))
    return mark[:-1] + ("a" if mark[-1] != "a" else "b")


def mark_at(client: Client, path: str) -> str:
    return str(page_of(client, path)["_mark"][0])


OTHER_MARKS = [
    *(_of_another_part, _of_another_intake, _of_another_sign_in, _of_an_earlier_sign_in, _forged),
    *(_of_before_an_earlier_lock, _of_before_the_client_had_the_screen, _of_the_clients_page),
]


@pytest.mark.parametrize("headers", [AUTOSAVE, BY_FORM], ids=["fetch", "form"])
@pytest.mark.parametrize("mark_of", OTHER_MARKS)
def test_another_mark_saves_nothing(
    alice_client: Client,
    intake: Intake,
    other: Intake,
    mark_of: Callable[[Client, Intake, Intake], str],
    headers: dict[str, str],
) -> None:
    posted = typed(alice_client, fear(intake))
    mark = mark_of(alice_client, intake, other)
    lock(alice_client)

    alice_client.post(fear(intake), {**posted, "_mark": mark}, headers=headers)

    assert running_note(intake) == ""
    assert HeldPost.objects.get().content["is_from_open_page"] is False


@pytest.mark.parametrize("is_locked", [False, True])
@pytest.mark.parametrize("headers", [AUTOSAVE, BY_FORM], ids=["fetch", "form"])
def test_what_someone_else_s_page_says_is_never_saved_in_one_s_own_name(
    alice_client: Client, intake: Intake, other: Intake, bob: User, is_locked: bool, headers: dict[str, str]
) -> None:
    """Also where the page's owner may not write, so that it cannot be kept for them either."""
    Intake.objects.filter(pk=intake.pk).update(author=bob)
    sign_stored_rights(intake.case)
    bob_client = Client()
    bob_client.force_login(bob)
    posted = {**typed(bob_client, fear(intake)), "_mark": mark_at(bob_client, fear(intake))}
    Intake.objects.filter(pk=intake.pk).update(author=intake.author)
    sign_stored_rights(intake.case)
    alice_client.cookies[BROWSER_COOKIE] = bob_client.cookies[BROWSER_COOKIE].value
    if is_locked:
        lock(alice_client)

    response = alice_client.post(fear(intake), posted, headers=headers)

    assert response.status_code in (302, 403)
    assert CANARY not in response.content.decode()
    assert running_note(intake) == ""
    assert not HeldPost.objects.exists()


def test_the_client_answers_on_the_page_that_they_see_alone(
    alice_client: Client, intake: Intake, other: Intake
) -> None:
    pages = {item: reverse("client", args=[intake.uuid, item]) for item in ("fear_level", "fear_change")}
    turn(alice_client, intake)
    posted = page_of(alice_client, pages["fear_level"])

    alice_client.post(pages["fear_change"], {**posted, "fear_change": "more"}, headers=AUTOSAVE)
    assert Intake.objects.get(pk=intake.pk).content["answers"] == {}
    alice_client.post(pages["fear_level"], {**posted, "fear_level": "9"}, headers=AUTOSAVE)

    assert Intake.objects.get(pk=intake.pk).content["answers"] == {"fear_level": 9}
    assert HeldPost.objects.get().content["path"] == pages["fear_change"]


@pytest.mark.untraced
@pytest.mark.parametrize("screen", [hide, turn])
def test_no_page_gives_a_mark_while_the_screen_is_not_its_person_s(
    alice_client: Client, filled: Intake, clock: Clock, screen: Callable[[Client, Intake, Clock], None]
) -> None:
    screen(alice_client, filled, clock)

    for name, address in addresses(filled):
        html = alice_client.get(address).content.decode()
        assert ("_mark" in names(html)) is (name == "client" and screen is turn), name


def test_each_page_has_a_mark_of_its_own_that_says_nothing(alice_client: Client, filled: Intake) -> None:
    marks = {
        name: mark_at(alice_client, address)
        for name, address in addresses(filled)
        if "_mark" in names(alice_client.get(address).content.decode())
    }

    follow_up = {"steps", "consultation", "breach", "plan"}
    of_log = {"incidents", "incident", "log_import"}
    of_administration = {"hand_over_all", "own_contact_new", "own_texts", "own_look"}
    assert set(marks) == {"start", "section", "access"} | of_administration | of_log | follow_up
    assert len(set(marks.values())) == len(marks)
    cookies = [alice_client.cookies[name].value for name in (BROWSER_COOKIE, "__Host-session")]
    for mark in marks.values():
        assert len(mark) < 200
        said = mark + str(signing.b64_decode(mark.split(":")[0].encode()))
        assert not [secret for secret in (*cookies, str(filled.uuid), filled.uuid.hex) if secret in said]


def test_the_cookie_of_the_browser_is_for_the_server_alone(alice_client: Client, intake: Intake) -> None:
    page_of(alice_client, fear(intake))
    cookie = alice_client.cookies[BROWSER_COOKIE]

    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        True,
        True,
        "Lax",
        "/",
    )
    assert (cookie["max-age"], cookie["expires"], cookie["domain"]) == ("", "", "")
    value = cookie.value
    page_of(alice_client, fear(intake))
    assert alice_client.cookies[BROWSER_COOKIE].value == value


# --- Addresses ----------------------------------------------------------------------------------------------


@pytest.mark.untraced
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_no_address_and_no_page_that_one_sees_while_locked_names_an_intake(
    alice_client: Client, filled: Intake, method: str
) -> None:
    hidden: Any = Page(alice_client, fear(filled)).press("_hide", "1")
    assert (hidden["Location"], hidden["Referrer-Policy"]) == ("/notes/", "no-referrer")

    for name, address in addresses(filled):
        if name == "account_logout":
            continue
        response: Any = alice_client.generic(method, address)
        if str(filled.uuid) in address:
            assert (response["Location"], response["Referrer-Policy"]) == (UNLOCK, "no-referrer"), name
        assert str(filled.uuid) not in response.content.decode(), name
