"""A page that the browser restores from its back-forward cache shows nothing."""

import re
import shutil
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import SWITCHES, Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CANARY = "kanarie-7391"
RECORD_PAGESHOW = """addEventListener("pageshow", ({persisted}) => {
  sessionStorage.shown = JSON.stringify([persisted, document.body.getClientRects().length]);
  if (persisted) sessionStorage.restored = sessionStorage.shown;
})"""


@pytest.fixture(scope="module")
def chromium(chromium: Browser) -> Iterator[Browser]:
    """Start Chromium with its back-forward cache, which Playwright disables and the headless shell lacks."""
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"),
        chromium_sandbox=False,
        args=list(SWITCHES),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


def restored(page: Page) -> str | None:
    """Return what the page last restored from the cache showed, as [persisted, number of boxes]."""
    shown: str | None = page.evaluate("sessionStorage.restored ?? null")
    return shown


def back(page: Page) -> None:
    page.evaluate("setTimeout(() => history.back())")


def allow_the_cache(route: Route) -> None:
    """Return the page without the header that should keep it out of any cache."""
    response = route.fetch()
    headers = {name: value for name, value in response.headers.items() if name != "cache-control"}
    route.fulfill(response=response, headers=headers)


def test_this_browser_has_a_back_forward_cache(open_page: Open, console_errors: list[str]) -> None:
    page = open_page("/static/questionnaire/style.css")
    page.evaluate(RECORD_PAGESHOW)
    page.goto("/static/questionnaire/autosave.js")

    back(page)

    expect(page).to_have_url(re.compile("style.css$"))
    page.wait_for_timeout(300)
    assert restored(page) == "[true,1]"
    console_errors.clear()  # a file has no icon


def test_a_page_of_a_conversation_comes_out_of_the_cache_covered(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_page(reverse("cases"), user=alice)
    page.route("**/fear/", allow_the_cache)
    page.goto(reverse("section", args=[intake.uuid, "fear"]))
    page.evaluate(RECORD_PAGESHOW)
    page.evaluate("words => document.querySelector('h1').textContent = words", CANARY)
    page.goto("/notes/")

    back(page)

    expect(page).to_have_url(re.compile("/fear/$"))
    expect(page.locator("h1")).not_to_have_text(CANARY)
    expect(page.locator("h1")).to_be_visible()
    assert restored(page) == "[true,0]"


def test_a_cached_page_shows_nothing_after_hiding(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page(reverse("cases"), user=alice)
    page.route("**/fear/", allow_the_cache)
    page.goto(reverse("section", args=[intake.uuid, "fear"]))
    page.evaluate(RECORD_PAGESHOW)
    page.goto(reverse("cases"))
    page.unroute("**/fear/")
    for _time in range(3):
        page.keyboard.press("Shift")
    expect(page).to_have_url(re.compile("/notes/$"))

    back(page)

    expect(page).to_have_url(re.compile("/unlock/"))
    expect(page.locator("#password")).to_be_visible()
    # Hiding sends a message to other pages, and a cached page that gets one is dropped from the cache.
    assert restored(page) in (None, "[true,0]")
