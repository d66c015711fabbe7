"""Fixtures for a real browser at a real server, so that headers, cookies and policies apply."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Intake, User
from questionnaire.tests.browser.helpers import TIMEOUT
from questionnaire.tests.factories import submission_of

# Playwright keeps an event loop in this thread, and Django refuses the database to such a thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

expect.set_options(timeout=1000 * TIMEOUT)

SWITCHES = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Open = Callable[..., Page]


def chromium_path() -> str | None:
    """Return the path of Chromium; its headless shell takes half the time."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=False, args=list(SWITCHES)
        )
        yield browser
        browser.close()


@pytest.fixture
def trespasses() -> Iterator[list[str]]:
    """Collect violations of a page's policies, dialogs, and requests elsewhere; any fails the test."""
    found: list[str] = []
    yield found
    assert not found


def watch(context: BrowserContext, origin: str, trespasses: list[str]) -> None:
    """Collect every violation on any page of a window."""

    def note_console(message: ConsoleMessage) -> None:
        if re.search(
            r"Content Security Policy|Trusted ?(Type|HTML|Script)|Permissions[- ]Policy", message.text
        ):
            trespasses.append(message.text)

    def note_request(request: Request) -> None:
        if not request.url.startswith((f"{origin}/", "blob:", "data:")):
            trespasses.append(f"a request to {request.url}")

    def note_dialog(dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            trespasses.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    context.on("console", note_console)
    context.on("request", note_request)
    context.on("dialog", note_dialog)


@pytest.fixture
def context_for(
    chromium: Browser, live_server: LiveServer, trespasses: list[str]
) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens a window in a language, as a user, with Playwright's options."""
    contexts: list[BrowserContext] = []

    def make(language: str = "nl", user: User | None = None, **options: Any) -> BrowserContext:
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(1000 * TIMEOUT)
        contexts.append(context)
        watch(context, live_server.url, trespasses)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user:
            client = Client()
            client.force_login(user)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        # A cookie named __Host- is set for https only; Chromium sends it to localhost over http too.
        origin = live_server.url.replace("http:", "https:")
        context.add_cookies(
            [
                {"name": name, "value": value, "url": origin, "secure": True, "httpOnly": True}
                for name, value in cookies.items()
            ]
        )
        return context

    yield make
    for context in contexts:
        context.set_offline(True)  # so that no page saves to a server whose database is being emptied
        context.close()


@pytest.fixture
def console_errors() -> Iterator[list[str]]:
    """Collect errors in the console; any fails the test."""
    found: list[str] = []
    yield found
    assert not found


@pytest.fixture
def open_page(context_for: Callable[..., BrowserContext], console_errors: list[str]) -> Open:
    """Return a function that opens a path in a window of its own."""

    def make(path: str, **options: Any) -> Page:
        page = context_for(**options).new_page()
        page.on(
            "console",
            lambda message: console_errors.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: console_errors.append(str(error)))
        page.goto(path)
        return page

    return make


def content(intake: Intake) -> dict[str, Any]:
    """Return the content of the intake as it is stored now."""
    stored: dict[str, Any] = Intake.objects.get(pk=intake.pk).content
    return stored


@pytest.fixture
def filled(alice: User, intake: Intake) -> Intake:
    """Return an intake with answers of each kind, an incident, and danger now."""
    sections: dict[str, dict[str, Any]] = {
        "safety_now": {"danger_now": "now", "person_near": "near", "safe_contact": "Alleen overdag. " * 20},
        "fear": {"fear_own_words": "Ik ben bang. " * 60, "fear_level": 9, "feared_events": ("kill",)},
        "pattern": {"behaviour_home": {"ring": "daily", "loiter": "never"}, "pattern_start": "2025-08"},
        "concern": {"threats": ("kill", "pet"), "strangulation": "not_asked", "weapons": "unknown"},
        "help": {"client_wishes": "Onafgebrokentekst" * 20, "consent_share": ("police",)},
    }
    for section_id, answers in sections.items():
        intake = intake_actions.save_section(
            alice, intake, section_id, submission_of(intake, **answers)
        ).intake
    incident_actions.add_incident(
        alice, intake, DomainIncident("2026-03", "home", "about", "stond voor de deur", "foto", True)
    )
    return intake
