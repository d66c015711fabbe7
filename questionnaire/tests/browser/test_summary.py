"""The summary, the answers and the review on a screen: how tall they are, and what is in sight."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.actions import review as review_actions
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, assert_accessible_folded, axe_violations
from questionnaire.tests.full_intakes import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LAPTOP: Final = {"width": 1366, "height": 768}
#: What a full intake takes at most, as a reader first sees it.
MOST_PIXELS: Final = 6_000


@pytest.fixture
def full(alice: User, intake: Intake) -> Intake:
    return fill(alice, intake)


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


def bottom(page: Page, selector: str) -> float:
    """Return where the last of these ends, in pixels from the top of the page."""
    box: Any = page.locator(selector).last.bounding_box()
    return float(box["y"] + box["height"])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_full_summary_is_short_and_page_one_stands_on_a_screen_and_a_half(
    open_page: Open, alice: User, full: Intake, language: str
) -> None:
    page = open_page(reverse("summary", args=[full.uuid]), user=alice, language=language, viewport=LAPTOP)

    assert height(page) <= MOST_PIXELS
    assert bottom(page, ".first-page") <= 1.5 * LAPTOP["height"]
    assert bottom(page, ".first-page h1") <= LAPTOP["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= LAPTOP["width"]


def test_the_list_of_contents_stays_in_sight_and_leads_to_every_part_without_javascript(
    open_page: Open, alice: User, full: Intake
) -> None:
    page = open_page(
        reverse("summary", args=[full.uuid]), user=alice, viewport=LAPTOP, java_script_enabled=False
    )

    for name in ("Doen", "Patroon", "Zorgen", "Meldcode", "Nog te vragen"):
        page.locator(".contents").get_by_role("link", name=name, exact=True).click()
        expect(page.locator(".contents")).to_be_in_viewport()
        expect(page.get_by_role("heading", level=2, name=name, exact=True)).to_be_in_viewport()


def test_a_step_unfolds_and_its_answers_are_a_press_away(open_page: Open, alice: User, full: Intake) -> None:
    page = open_page(reverse("summary", args=[full.uuid]), user=alice, viewport=LAPTOP)
    row = page.locator("#steps .rows > li").nth(2)

    expect(row.get_by_role("link", name="0900-8844")).to_have_attribute("href", "tel:0900-8844")
    row.locator("summary").click()
    expect(row.get_by_text("Rosenfeld 2004")).to_be_visible()
    row.get_by_role("link", name="Antwoorden en regel").click()
    page.locator(":target").get_by_role("link", name="Bij de keel gegrepen").first.click()
    expect(page.locator("#answers li:target")).to_be_visible()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["summary", "answers"])
def test_the_pages_of_a_full_intake_are_accessible(
    open_page: Open, alice: User, full: Intake, name: str, language: str
) -> None:
    path = reverse(name, args=[full.uuid])

    assert_accessible_folded(open_page(path, user=alice, language=language, viewport=NARROW))
    for scheme in ("light", "dark"):
        wide = open_page(path, user=alice, language=language, viewport=LAPTOP, color_scheme=scheme)
        assert not axe_violations(wide)


def test_all_that_is_folded_is_on_paper(open_page: Open, alice: User, full: Intake) -> None:
    page = open_page(reverse("summary", args=[full.uuid]), user=alice, viewport=LAPTOP)
    folded = page.get_by_text("Vraag om een risicoscreening").first
    expect(page.locator("#statement_of_facts p").first).to_be_hidden()

    page.emulate_media(media="print")

    assert folded.evaluate("element => element.getBoundingClientRect().height") > 0
    expect(page.locator("#statement_of_facts p").first).to_be_visible()
    expect(page.locator(".contents")).to_be_hidden()


def test_what_a_reviewer_decides_with_is_on_the_first_screen(
    open_page: Open, alice: User, rachel: User, full: Intake
) -> None:
    review_actions.submit(alice, full)

    page = open_page(reverse("review", args=[full.uuid]), user=rachel, viewport=LAPTOP)

    for button in ("remark", "return", "sign-off"):
        selector = f"#decide button[formaction$='/{button}/'], #decide form[action$='/{button}/'] button"
        assert bottom(page, f":is({selector})") <= LAPTOP["height"]
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#decide button[formaction$='/sign-off/']")).to_be_in_viewport()
