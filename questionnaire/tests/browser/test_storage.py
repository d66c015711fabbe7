"""A browser stores nothing of a conversation, in any of its stores."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from questionnaire.actions import intakes as intake_actions
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open, content

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CANARY = "kanarie-7391"
REFERENCE = "2026-7391"
LOG_PAGES = ("incidents", "log_import", "blank_log", "earlier")
DUMP = """async () => {
  const stores = { local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie };
  stores.databases = await indexedDB.databases();
  stores.caches = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) stores.caches.push([name, request.url]);
  stores.workers = (await navigator.serviceWorker.getRegistrations()).length;
  stores.history = history.state;
  stores.window = window.name;
  return stores;
}"""


def dump(page: Page, context: BrowserContext) -> dict[str, Any]:
    """Return all browser stores that the page can read, and every cookie, HttpOnly ones too."""
    stores: dict[str, Any] = page.evaluate(DUMP)
    return {**stores, "cookies": [*context.cookies()]}


def assert_nothing_stored(page: Page) -> None:
    """Assert that only our cookies are stored, and no canary or reference in them."""
    stores = dump(page, page.context)
    cookies = stores.pop("cookies")
    assert {name: store for name, store in stores.items() if store} == {}
    assert {cookie["name"] for cookie in cookies} <= {
        *("__Host-session", "__Host-csrf", "__Host-language", "__Host-device", "__Host-pages")
    }
    assert CANARY not in json.dumps(cookies)
    assert REFERENCE not in json.dumps(cookies)


def fill(page: Page) -> None:
    """Type a canary in every text area of the page, also in closed `details`."""
    page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    for text in page.locator("main textarea:visible").all():
        text.fill(CANARY)


def test_nothing_of_a_conversation_is_in_any_store(open_page: Open, alice: User) -> None:
    intake = intake_actions.start_intake(
        alice, alice.memberships.all()[0].team, REFERENCE, date(2026, 3, 23), "nl"
    )
    page = open_page("/", user=alice)
    assert_nothing_stored(page)
    for step in ("fear", "pattern", "help"):
        page.goto(reverse("section", args=[intake.uuid, step]))
        fill(page)
        with page.expect_navigation():
            page.locator("[name=_go][value=save]").first.click()
        assert_nothing_stored(page)
    for name in (*LOG_PAGES, "steps", "plan", "answers", "summary", "looked"):
        page.goto(reverse(name, args=[intake.uuid]))
        assert_nothing_stored(page)
    assert CANARY in json.dumps(content(intake))

    page.locator("#hide").click()
    expect(page).to_have_url(re.compile("/notes/$"))
    assert_nothing_stored(page)


def test_a_browser_store_that_is_used_is_noticed(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page("/", user=alice)
    for script in (
        f"localStorage.x = '{CANARY}'",
        f"sessionStorage.x = '{CANARY}'",
        # Closed at once: an open database cannot be deleted.
        "new Promise(done => (indexedDB.open('x').onsuccess = it => done(it.target.result.close())))",
        f"history.replaceState('{CANARY}', '')",
        f"void (window.name = '{CANARY}')",
    ):
        page.evaluate(script)

        with pytest.raises(AssertionError):
            assert_nothing_stored(page)
        page.evaluate("localStorage.clear(); sessionStorage.clear(); history.replaceState(null, '')")
        page.evaluate("() => new Promise(done => (indexedDB.deleteDatabase('x').onsuccess = () => done(1)))")
        page.evaluate("void (window.name = '')")
        assert_nothing_stored(page)
