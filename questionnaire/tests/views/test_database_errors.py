"""A database that is busy, away or full: nobody waits long, nobody sees a server error, no word is lost."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.models import Intake, User
from questionnaire.tests.pages import Page, controls
from questionnaire.tests.responses import assert_nothing_inline, assert_page_headers
from questionnaire.tests.served import Browser, Server
from stalkcheck import environment

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Ik durf niet\r\nnaar huis"
SHOWN = "Ik durf niet<br>naar huis"


@contextmanager
def locked(waits: int | None = 100) -> Iterator[None]:
    """Another process writes and does not end; ours wait so many milliseconds, or as long as they do."""
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
def away(error: Exception) -> Iterator[None]:
    with mock.patch.object(connections["default"], "cursor", side_effect=error):
        yield


@pytest.fixture
def alices(alice: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


@pytest.fixture
def page(alices: Client, intake: Intake) -> Page:
    """Return a page on which something was typed."""
    return Page(alices, reverse("section", args=[intake.uuid, "fear"])).fill(fear_own_words=WORDS)


def stored(intake: Intake) -> str:
    return str(Intake.objects.get(pk=intake.pk).content["answers"].get("fear_own_words", ""))


def told(response: Any) -> str:
    """Return the page that says so, after checking what every page must be."""
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert_page_headers(response)
    assert_nothing_inline(response)
    return str(response.content.decode())


sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="of PostgreSQL: test_postgres_away")


def test_what_was_typed_stands_on_the_page_and_can_be_sent_again(page: Page, intake: Intake) -> None:
    with away(OperationalError("database is locked")):
        html = told(page.press("_go", "next"))

    assert SHOWN in html
    assert html.count("<p>Ik durf") == 1, "what is not typed is not shown"
    again = controls(html)
    assert set(again) >= {"fear_own_words", "fear_own_words__base", "_go", "_owner"}
    assert f'action="{page.url}"' in html
    came = page.client.post(page.url, dict(again.lists()))
    assert came.status_code == 302
    assert came["Location"] != page.url, "it leads where the button led"
    assert stored(intake) == WORDS.replace("\r\n", "\n")


def test_a_page_that_saves_by_itself_is_told_and_sends_it_again(page: Page, intake: Intake) -> None:
    with away(InterfaceError("connection already closed")):
        failed = page.press("_go", "", accept="application/json")

    assert (failed.status_code, failed.content) == (503, b"")
    assert page.press("_go", "", accept="application/json").status_code == 200
    assert stored(intake) == WORDS.replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_that_only_reads_says_so(alices: Client, intake: Intake, language: str) -> None:
    alices.cookies["__Host-language"] = language
    with away(OperationalError()):
        html = told(alices.get(reverse("summary", args=[intake.uuid])))

    assert f'<html lang="{language}">' in html
    assert controls(html) == {}


def test_a_password_is_not_given_back(alices: Client) -> None:
    with away(OperationalError()):
        html = told(alices.post("/account/login/", {"login": "alice", "password": "kanarie-1104"}))

    assert "kanarie-1104" not in html


def test_an_address_of_nobody_says_nothing_of_what_was_posted(alices: Client) -> None:
    with away(OperationalError()):
        html = told(alices.post("/none/", {"what": "kanarie-1104"}))

    assert "kanarie-1104" not in html


def test_whoever_hides_the_screen_shows_no_words(page: Page, intake: Intake) -> None:
    with away(OperationalError()):
        html = told(page.press("_hide", "1"))

    assert SHOWN not in html
    assert "tel:112" not in html
    assert page.client.post(page.url, dict(controls(html).lists())).status_code == 302
    assert stored(intake) == WORDS.replace("\r\n", "\n")


def test_the_button_that_hides_shows_nothing(alices: Client) -> None:
    with away(OperationalError()):
        assert "tel:112" not in told(alices.post("/lock/", {"next": "/"}))


def test_another_site_gets_no_token_by_it(alice: User, intake: Intake) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(alice)
    url = reverse("section", args=[intake.uuid, "fear"])
    theirs = {"fear_own_words": "x", "csrfmiddlewaretoken": "t" * 64, "_go": "save"}
    with away(OperationalError()):
        again = controls(told(strict.post(url, theirs)))

    assert again["csrfmiddlewaretoken"] == "t" * 64
    assert strict.post(url, dict(again.lists())).status_code == 403
    assert stored(intake) == ""


def test_a_session_that_cannot_be_saved_is_not_taken_for_one_that_is_gone(alices: Client) -> None:
    with mock.patch.object(Session, "save", side_effect=OperationalError("database or disk is full")):
        told(alices.get("/keys/"))
        told(alices.post("/keys/", {}))

    assert alices.get("/keys/").status_code == 200


def saved(page: Page) -> HttpResponse:
    return page.press("_go", "next")  # type: ignore[no-any-return]


def saved_by_itself(page: Page) -> HttpResponse:
    return page.press("_go", "", accept="application/json")  # type: ignore[no-any-return]


@sqlite_only
@pytest.mark.parametrize("save", [saved, saved_by_itself])
def test_a_lock_that_stays_and_one_that_goes(
    page: Page, intake: Intake, save: Callable[[Page], HttpResponse]
) -> None:
    with locked():
        assert save(page).status_code == 503
    assert stored(intake) == ""

    assert save(page).status_code in (200, 302)
    assert stored(intake) == WORDS.replace("\r\n", "\n")


def test_what_went_wrong_is_named_in_the_log_without_its_words(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    cause = sqlite3.OperationalError("kanarie-1104")
    cause.sqlite_errorname = "SQLITE_FULL"
    error = OperationalError("kanarie-1104")
    error.__cause__ = cause
    with caplog.at_level(logging.ERROR), away(error):
        page.press("_go", "next")

    assert "SQLITE_FULL" in caplog.text
    assert "kanarie-1104" not in "".join(record.getMessage() for record in caplog.records)


def test_what_is_our_own_fault_stays_a_server_error(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_actions, "save_section", mock.Mock(side_effect=ValueError))

    assert page.press("_go", "next").status_code == 500


@sqlite_only
@pytest.mark.soak
def test_the_server_waits_five_seconds_at_most(alice: User, intake: Intake, tmp_path: Any) -> None:
    with Server(tmp_path / "log") as server:
        browser, url = Browser(server, alice), reverse("section", args=[intake.uuid, "fear"])
        sent = {**dict(browser.get(url).controls.lists()), "fear_own_words": WORDS, "_go": "next"}
        with locked(waits=None):
            came = [browser.post(url, sent), browser.post(url, sent, "application/json"), browser.get(url)]
        again = browser.post(url, dict(came[0].controls.lists()))

    assert [answer.status for answer in came] == [503] * 3
    assert all(4.5 < answer.seconds < 7 for answer in came), "five, and a busy machine"
    assert again.status == 302
    assert stored(intake) == WORDS.replace("\r\n", "\n")


def test_postgresql_waits_as_long_for_a_lock_as_sqlite(tmp_path: Any) -> None:
    options = environment.database("postgres://a:b@localhost:5432/c", tmp_path)["OPTIONS"]

    assert options == {"connect_timeout": 5, "options": "-c lock_timeout=5s"}
    assert environment.database("", tmp_path)["OPTIONS"]["timeout"] == 5
