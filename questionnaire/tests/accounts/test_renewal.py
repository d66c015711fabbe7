"""Whenever someone proves who they are or the screen changes: a new session key and CSRF secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.test import Client
from django.urls import reverse

from questionnaire.accounts.session_store import CLIENT_MODE_KEY, LOCKED_KEY, SessionStore
from questionnaire.models import Event, HeldPost, Intake, Session, User
from questionnaire.screen import lock as locking
from questionnaire.tests.pages import Page
from questionnaire.tests.people import LOGIN, PASSWORD, SECRET, Clock, code, set_up_app

SESSION, CSRF = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
AUTOSAVE = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def cheap_hashes_and_stopped_clock(quick_hashes: None, clock: Clock) -> None:
    """Make password hashes cheap and stop the clock."""


@pytest.fixture
def browser(alice: User) -> Client:
    """Return a client of Alice who signed in, at a server that asks for CSRF tokens."""
    alice.set_password(PASSWORD)
    alice.save()
    client = Client(enforce_csrf_checks=True)
    response: Any = Page(client, LOGIN).fill(login="alice", password=PASSWORD).press("_", "")
    assert response.status_code == 302
    return client


def section(intake: Intake) -> str:
    return reverse("section", args=[intake.uuid, "fear"])


def posted(client: Client, page: str, path: str = "", **typed: str) -> Any:
    """Post to a path with the token of a page that is open now."""
    token = Page(client, page).posted["csrfmiddlewaretoken"]
    return client.post(path or page, {"csrfmiddlewaretoken": token, **typed})


def hide(client: Client, intake: Intake) -> None:
    is_turned = CLIENT_MODE_KEY in client.session
    page = reverse("leave") if is_turned else section(intake)
    assert posted(client, page, reverse("lock"))["Location"] == reverse("notes")


def unlock(client: Client, intake: Intake) -> None:
    assert posted(client, reverse("unlock"), password=PASSWORD).status_code == 302


def turn(client: Client, intake: Intake) -> None:
    assert "/client/" in Page(client, section(intake)).press("_turn", "fear_level")["Location"]


def take_back(client: Client, intake: Intake) -> None:
    assert posted(client, reverse("leave"), password=PASSWORD)["Location"].endswith("#fear_level")


def confirm(client: Client, intake: Intake) -> None:
    assert posted(client, reverse("account_reauthenticate"), password=PASSWORD).status_code == 302


def change_password(client: Client, intake: Intake) -> None:
    typed = {"oldpassword": PASSWORD, "password1": f"{PASSWORD}!", "password2": f"{PASSWORD}!"}
    assert posted(client, reverse("account_change_password"), **typed).status_code == 302


CHANGES: list[tuple[Callable[..., None] | None, Callable[..., None]]] = [
    (None, hide),
    (hide, unlock),
    (None, turn),
    (turn, take_back),
    (None, confirm),
    (None, change_password),
]


@pytest.mark.parametrize(("before", "change"), CHANGES)
def test_key_and_secret_are_new_and_the_old_key_opens_nothing(
    browser: Client, intake: Intake, before: Any, change: Any
) -> None:
    if before:
        before(browser, intake)
    old = {name: browser.cookies[name].value for name in (SESSION, CSRF)}

    change(browser, intake)

    assert browser.cookies[SESSION].value != old[SESSION]
    assert browser.cookies[CSRF].value != old[CSRF]
    thief = Client()
    thief.cookies.load({name: value for name, value in old.items() if value})
    for path in ("/", reverse("unlock"), reverse("leave"), section(intake)):
        assert thief.get(path)["Location"].startswith((LOGIN, "/")), path
    assert thief.get("/")["Location"].startswith(LOGIN)
    assert Session.objects.count() == 1


@pytest.mark.django_db(transaction=True)  # allauth tells of it after the commit
def test_a_second_factor_brings_new_ones_too(browser: Client, intake: Intake) -> None:
    old = {name: browser.cookies[name].value for name in (SESSION, CSRF)}
    app = reverse("mfa_activate_totp")
    page = Page(browser, app)
    secret = "".join(re.findall(r"<code>([A-Z2-7 ]+)</code>", page.html)[0].split())

    response: Any = page.fill(code=code(secret=secret)).press("_", "")

    assert response.status_code == 302
    assert all(browser.cookies[name].value != value for name, value in old.items())
    assert browser.get("/").status_code == 200


def test_a_code_at_signing_in_brings_new_ones(alice: User) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    set_up_app(alice)
    client = Client(enforce_csrf_checks=True)
    first: Any = Page(client, LOGIN).fill(login="alice", password=PASSWORD).press("_", "")
    old = {name: client.cookies[name].value for name in (SESSION, CSRF)}

    Page(client, first["Location"]).fill(code=code(secret=SECRET)).press("_", "")

    assert client.get("/").status_code == 200
    assert all(client.cookies[name].value != value for name, value in old.items())


@pytest.mark.parametrize("changes", [(hide, unlock), (turn, take_back), (confirm,), (turn, hide)])
def test_what_another_tab_sends_is_saved(browser: Client, intake: Intake, changes: Any) -> None:
    tab = Page(browser, section(intake)).fill(running_note="Zij belt morgen.")

    for change in changes:
        change(browser, intake)
        if change in (hide, turn):
            # Its buttons too, also while nothing may be shown.
            assert tab.press("_", "", **AUTOSAVE).status_code == 204
            assert Intake.objects.get(pk=intake.pk).content["running_note"] == "Zij belt morgen."

    status = tab.fill(running_note="Zij belt vanavond.").press("_", "", **AUTOSAVE).status_code
    assert status in (200, 204)
    content = Intake.objects.get(pk=intake.pk).content
    assert "Zij belt vanavond." in str([content["running_note"], content["drafts"]])
    assert not HeldPost.objects.exists()


def test_another_tab_hides_the_screen_after_its_secret_was_renewed(browser: Client, intake: Intake) -> None:
    token = Page(browser, section(intake)).posted["csrfmiddlewaretoken"]
    confirm(browser, intake)
    assert browser.post(reverse("extend"), {"csrfmiddlewaretoken": token}).status_code == 204

    browser.post(reverse("lock"), {"csrfmiddlewaretoken": token})

    assert LOCKED_KEY in browser.session


def test_a_token_of_a_page_that_anyone_could_see_is_refused(browser: Client, intake: Intake) -> None:
    hide(browser, intake)
    seen = [Page(browser, reverse("unlock")).posted["csrfmiddlewaretoken"]]
    unlock(browser, intake)
    turn(browser, intake)
    seen.append(Page(browser, reverse("leave")).posted["csrfmiddlewaretoken"])
    take_back(browser, intake)
    own = Page(browser, section(intake)).posted["csrfmiddlewaretoken"]

    for token in (*seen, "", "x", "x" * 64):
        answer = browser.post(reverse("extend"), {"csrfmiddlewaretoken": token})
        assert answer.status_code == 403, token
    assert browser.post(reverse("extend"), {"csrfmiddlewaretoken": own}).status_code == 204


def test_the_clients_page_saves_while_it_is_hidden_and_not_after_it_was_taken_back(
    browser: Client, intake: Intake
) -> None:
    turn(browser, intake)
    url = reverse("client", args=[intake.uuid, "fear_level"])
    page = Page(browser, url).fill(fear_level="9")
    token = page.posted["csrfmiddlewaretoken"]
    posted(browser, url, reverse("lock"))

    assert page.press("_", "", **AUTOSAVE).status_code == 204
    assert Intake.objects.get(pk=intake.pk).content["answers"] == {"fear_level": 9}

    unlock(browser, intake)
    take_back(browser, intake)
    assert browser.post(reverse("extend"), {"csrfmiddlewaretoken": token}).status_code == 403


def test_secrets_of_a_few_changes_are_known_and_no_more(
    browser: Client, intake: Intake, clock: Clock
) -> None:
    for _change in range(12):
        clock(60)
        confirm(browser, intake)

    assert len(browser.session["secrets"]) == 8


# --- Tabs that overtake each other --------------------------------------------------------------------------


def before_the_change(client: Client) -> Client:
    """Return a client as another tab that did not hear of new cookies yet."""
    tab = Client(headers={"origin": "http://testserver"})
    tab.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    return tab


def test_what_was_under_way_with_the_old_key_is_kept(browser: Client, alice: User, intake: Intake) -> None:
    tab = before_the_change(browser)
    page = Page(tab, section(intake)).fill(running_note="Zij belt morgen.")
    hide(browser, intake)

    response = page.press("_", "", **AUTOSAVE)

    assert response.status_code == 204
    assert SESSION not in response.cookies, "the newer cookie of the browser stays"
    assert HeldPost.objects.get().user == alice
    unlock(browser, intake)
    assert "Zij belt morgen." in Page(browser, reverse("kept")).html


def test_two_tabs_hide_at_once(browser: Client, intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = before_the_change(browser)
    lock = locking.lock

    def overtaken(request: Any, page: str) -> None:
        monkeypatch.setattr(locking, "lock", lock)
        hide(browser, intake)
        lock(request, page)

    monkeypatch.setattr(locking, "lock", overtaken)
    response: Any = tab.post(reverse("lock"), {"next": "/"})

    assert response["Location"] == reverse("notes")
    assert SESSION not in response.cookies
    assert Session.objects.count() == 1
    assert LOCKED_KEY in browser.session
    assert Event.objects.filter(code="session.locked").count() == 1


def test_a_page_that_hides_with_its_words_when_another_tab_did_keeps_them(
    browser: Client, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = before_the_change(browser)
    page = Page(tab, section(intake)).fill(running_note="Zij belt morgen.")
    lock = locking.lock

    def overtaken(request: Any, path: str) -> None:
        monkeypatch.setattr(locking, "lock", lock)
        hide(browser, intake)
        lock(request, path)

    monkeypatch.setattr(locking, "lock", overtaken)
    response = page.press("_hide", "1")

    assert b"Zij belt" not in response.content
    assert HeldPost.objects.count() == 1
    assert SESSION not in response.cookies


def test_a_session_that_ended_is_not_brought_back_by_a_new_key(browser: Client, intake: Intake) -> None:
    store = SessionStore(browser.cookies[SESSION].value)
    assert store["_auth_user_id"]
    Session.objects.all().delete()

    with pytest.raises(SessionInterrupted):
        store.cycle_key()

    assert not Session.objects.exists()


def test_a_cookie_is_removed_by_signing_out_alone(browser: Client, intake: Intake) -> None:
    stale = Client()
    stale.cookies[SESSION] = "x" * 32
    assert SESSION not in stale.get("/").cookies

    response = posted(browser, section(intake), reverse("account_logout"))

    assert response.cookies[SESSION]["max-age"] == 0
    assert not Session.objects.exists()
