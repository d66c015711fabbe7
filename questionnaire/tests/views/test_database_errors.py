"""A database that is busy, out of reach or full: the response comes soon, and no text is lost."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.db import InterfaceError, OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.models import Intake, Session, User
from questionnaire.tests.pages import Page, controls
from questionnaire.tests.people import Clock
from questionnaire.tests.responses import assert_nothing_inline, assert_page_headers
from questionnaire.tests.served import Browser, Server

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = "Ik durf niet\r\nnaar huis"
SHOWN = "Ik durf niet<br>naar huis"


@contextmanager
def locked(waits: int | None = 100) -> Iterator[None]:
    """Hold the write lock in another connection; ours wait so many milliseconds, or as long as by default."""
    path = str(connection.settings_dict["NAME"])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    if waits is not None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout={waits}")
    try:
        yield
    finally:
        other.close()


@contextmanager
def out_of_reach(error: Exception) -> Iterator[None]:
    with mock.patch.object(connections["default"], "cursor", side_effect=error):
        yield


@pytest.fixture
def alice_client(alice: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


@pytest.fixture
def page(alice_client: Client, intake: Intake) -> Page:
    """Return a page on which something was typed."""
    return Page(alice_client, reverse("section", args=[intake.uuid, "fear"])).fill(fear_own_words=TYPED)


def stored(intake: Intake) -> str:
    return str(Intake.objects.get(pk=intake.pk).content["answers"].get("fear_own_words", ""))


def error_page(response: Any) -> str:
    """Return the page of a 503, after checking what every page must have."""
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert_page_headers(response)
    assert_nothing_inline(response)
    return str(response.content.decode())


sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="for PostgreSQL: test_postgres_away")


def test_error_page_contains_the_posted_text_and_can_post_it_again(page: Page, intake: Intake) -> None:
    with out_of_reach(OperationalError("database is locked")):
        html = error_page(page.press("_go", "next"))

    assert SHOWN in html
    assert html.count("<p>Ik durf") == 1, "hidden fields are not shown"
    again = controls(html)
    assert set(again) >= {"fear_own_words", "fear_own_words__base", "_go", "_mark"}
    assert f'action="{page.url}"' in html
    response = page.client.post(page.url, dict(again.lists()))
    assert response.status_code == 302
    assert response["Location"] != page.url, "it leads where the button led"
    assert stored(intake) == TYPED.replace("\r\n", "\n")


def test_autosave_gets_503_without_content_and_can_retry(page: Page, intake: Intake) -> None:
    with out_of_reach(InterfaceError("connection already closed")):
        failed = page.press("_go", "", accept="application/json")

    assert (failed.status_code, failed.content) == (503, b"")
    assert page.press("_go", "", accept="application/json").status_code == 200
    assert stored(intake) == TYPED.replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_error_page_of_a_get_request_has_no_controls(
    alice_client: Client, intake: Intake, language: str
) -> None:
    alice_client.cookies["__Host-language"] = language
    with out_of_reach(OperationalError()):
        html = error_page(alice_client.get(reverse("summary", args=[intake.uuid])))

    assert f'<html lang="{language}"' in html
    assert controls(html) == {}


def test_error_page_does_not_repeat_a_password(alice_client: Client) -> None:
    with out_of_reach(OperationalError()):
        html = error_page(
            alice_client.post("/account/login/", {"login": "alice", "password": "kanarie-1104"})
        )

    assert "kanarie-1104" not in html


def test_error_page_of_an_unknown_url_does_not_repeat_what_was_posted(alice_client: Client) -> None:
    with out_of_reach(OperationalError()):
        html = error_page(alice_client.post("/none/", {"what": "kanarie-1104"}))

    assert "kanarie-1104" not in html


def test_hiding_the_screen_returns_the_post_without_showing_it(page: Page, intake: Intake) -> None:
    with out_of_reach(OperationalError()):
        html = error_page(page.press("_hide", "1"))

    assert SHOWN not in html
    assert "tel:112" not in html
    assert page.client.post(page.url, dict(controls(html).lists())).status_code == 302
    assert stored(intake) == TYPED.replace("\r\n", "\n")


def test_lock_button_gets_a_neutral_page(alice_client: Client) -> None:
    with out_of_reach(OperationalError()):
        assert "tel:112" not in error_page(alice_client.post("/lock/", {"next": "/"}))


def test_error_page_gives_another_site_no_valid_csrf_token(alice: User, intake: Intake) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(alice)
    url = reverse("section", args=[intake.uuid, "fear"])
    posted = {"fear_own_words": "x", "csrfmiddlewaretoken": "t" * 64, "_go": "save"}
    with out_of_reach(OperationalError()):
        again = controls(error_page(strict.post(url, posted)))

    assert again["csrfmiddlewaretoken"] == "t" * 64
    assert strict.post(url, dict(again.lists())).status_code == 403
    assert stored(intake) == ""


def test_session_that_cannot_be_saved_stays_signed_in(alice_client: Client, clock: Clock) -> None:
    with mock.patch.object(Session, "save", side_effect=OperationalError("database or disk is full")):
        error_page(alice_client.get("/keys/"))
        clock(60)  # so that there is something to note
        error_page(alice_client.post("/keys/", {}))

    assert alice_client.get("/keys/").status_code == 200


def save(page: Page) -> HttpResponse:
    return page.press("_go", "next")  # type: ignore[no-any-return]


def autosave(page: Page) -> HttpResponse:
    return page.press("_go", "", accept="application/json")  # type: ignore[no-any-return]


@sqlite_only
@pytest.mark.parametrize("send", [save, autosave])
def test_save_during_a_database_lock_gets_503_and_succeeds_after_it(
    page: Page, intake: Intake, send: Callable[[Page], HttpResponse]
) -> None:
    with locked():
        assert send(page).status_code == 503
    assert stored(intake) == ""

    assert send(page).status_code in (200, 302)
    assert stored(intake) == TYPED.replace("\r\n", "\n")


def test_log_has_the_code_of_the_error_and_not_its_message(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    cause = sqlite3.OperationalError("kanarie-1104")
    cause.sqlite_errorname = "SQLITE_FULL"
    error = OperationalError("kanarie-1104")
    error.__cause__ = cause
    with caplog.at_level(logging.ERROR), out_of_reach(error):
        page.press("_go", "next")

    assert "SQLITE_FULL" in caplog.text
    assert "kanarie-1104" not in "".join(record.getMessage() for record in caplog.records)


def test_other_exceptions_get_500(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_actions, "save_section", mock.Mock(side_effect=ValueError))

    assert page.press("_go", "next").status_code == 500


@sqlite_only
@pytest.mark.soak
def test_server_waits_five_seconds_for_a_lock(alice: User, intake: Intake, tmp_path: Any) -> None:
    with Server(tmp_path / "log") as server:
        browser, url = Browser(server, alice), reverse("section", args=[intake.uuid, "fear"])
        sent = {**dict(browser.get(url).controls.lists()), "fear_own_words": TYPED, "_go": "next"}
        with locked(waits=None):
            responses = [
                browser.post(url, sent),
                browser.post(url, sent, "application/json"),
                browser.get(url),
            ]
        again = browser.post(url, dict(responses[0].controls.lists()))

    assert [answer.status for answer in responses] == [503] * 3
    # Five; on a busy machine one may take longer, though the lock is held until all three are answered.
    seconds = [answer.seconds for answer in responses]
    assert 4.5 < min(seconds) < 7, seconds
    assert max(seconds) < 15, seconds
    assert again.status == 302
    assert stored(intake) == TYPED.replace("\r\n", "\n")
