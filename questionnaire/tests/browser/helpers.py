"""Wait for a page, check it for accessibility, and recognise autosave; for several browser tests."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, Route

from questionnaire.accounts.session_store import SessionStore
from questionnaire.models import Intake
from questionnaire.tests.people import turn_to

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Seconds that a test waits before it fails.
TIMEOUT: Final = 60
START: Final = datetime(2026, 3, 23, 9, 0)  # noqa: DTZ001  (the browser's own time)
NARROW: Final = {"width": 320, "height": 800}
WIDE: Final = {"width": 1366, "height": 800}


def axe_violations(page: Page) -> list[str]:
    """Return what axe finds. It is injected by the debugger, so the policies of the page stay in force."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    assert result["passes"], "axe looked at nothing"
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def too_small_controls(page: Page) -> list[str]:
    """Return the controls under 24 by 24 pixels, other than links inside a sentence."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, select, textarea, nav a, a.button")]
            .map(element => element.closest("label") ?? element)
            .filter(element => element.checkVisibility() && !element.closest(".unseen, .skip"))
            .filter(element => {
                const {width, height} = element.getBoundingClientRect();
                return width && (width < 24 || height < 24);
            })
            .map(element => element.outerHTML.slice(0, 120))"""
    )
    return found


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing, that the page fits 320 px with one h1, and no control is too small.

    From the top of the page: axe takes a control that happens to be half under the header for a small one.
    """
    page.evaluate("scrollTo(0, 0)")
    assert not axe_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert not too_small_controls(page)
    assert page.locator("h1").count() == 1


def assert_accessible_folded(page: Page) -> None:
    """Assert the same with every `details` element closed, and with all of them open."""
    assert_accessible(page)
    page.evaluate("document.querySelectorAll('details').forEach(details => (details.open = true))")
    assert_accessible(page)


def wait_for(condition: Callable[[], Any]) -> None:
    """Wait until a condition holds; fail after a minute, as a busy machine is slow."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def stop_page_clock(page: Page) -> None:
    """Stop the page's clock, which then moves by `run_for` alone."""
    page.clock.install(time=START)
    page.reload()
    page.clock.pause_at(START + timedelta(seconds=10))


def show_question(page: Page, intake: Intake, item_id: str) -> None:
    """Turn the screen of this window to the client at this item, and open it."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    turn_to(SessionStore(cookies[settings.SESSION_COOKIE_NAME]), intake, item_id)
    page.goto(reverse("client", args=[intake.uuid, item_id]))
    page.wait_for_selector(".client")


def own_words(page: Page) -> Any:
    """Return the text area for what the client fears, in their own words."""
    return page.locator("textarea[name=fear_own_words]")


def is_autosave(route: Route) -> bool:
    return route.request.headers.get("accept") == "application/json"
