"""What a conversation costs in clicks, keys and scrolls, and what is one press away on every page of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.effort import Keyboard, Mouse
from questionnaire.tests.browser.helpers import wait_for
from questionnaire.tests.factories import reload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_CLICKS: Final = 120
MOST_KEYS: Final = 1_000
MOST_SCROLLS: Final = 40
LAPTOP: Final = {"width": 1366, "height": 768}
LOG: Final = "\n".join(f"{day:02}-03-2026: stond {day} minuten voor de deur" for day in range(3, 18))

#: What must be one press away, as the buttons and fields that do it; the first that shows counts.
WITHIN_A_PRESS: Final = {
    "hide": ("#hide", "[data-hide]"),
    "note": ("#running_note", "[popovertarget=note]"),
    "incident": ("[popovertarget=add-incident]", "[href='#add-incident']"),
    "parts": ("#parts a", "[popovertarget=parts]"),
}


def test_a_whole_intake_from_the_first_question_to_handing_in(
    open_page: Open, alice: User, rachel: User, intake: Intake
) -> None:
    page = open_page(reverse("section", args=[intake.uuid, SECTIONS[0].id]), user=alice, viewport=LAPTOP)
    keyboard, mouse = Keyboard(page), Mouse(page)

    for section in SECTIONS:
        start_at_the_first_question(page, mouse, section.items[0].id)
        for item in section.items:
            keyboard.answer(item)
        with page.expect_navigation():
            mouse.click(page.locator("main button[value=next]"))
    paste_fifteen_incidents(page, mouse)
    with page.expect_navigation():
        mouse.click(page.locator(".case-header nav a", has_text="Samenvatting"))
    expect(page.locator("h1")).to_contain_text("Dat nemen wij serieus")
    with page.expect_navigation():
        mouse.click(page.get_by_role("link", name="Ter toetsing aanbieden"))
    with page.expect_navigation():
        mouse.click(page.get_by_role("button", name="Ter toetsing aanbieden"))

    assert set(content(intake)["answers"]) == set(ITEMS)
    assert reload(intake).state == State.SUBMITTED
    sys.stdout.write(
        f"\nwhole intake: {mouse.clicks} clicks (goal {MOST_CLICKS}), {keyboard.pressed} keys besides free"
        f" text (goal {MOST_KEYS}), {mouse.scrolls} scrolls (goal {MOST_SCROLLS})\n"
    )
    assert mouse.clicks <= MOST_CLICKS
    assert keyboard.pressed <= MOST_KEYS
    assert mouse.scrolls <= MOST_SCROLLS


def start_at_the_first_question(page: Page, mouse: Mouse, item: str) -> None:
    """Click beside the words of the first question, from where Tab goes on to its answers."""
    mouse.click(page.locator(f"#{item} h2"))


def paste_fifteen_incidents(page: Page, mouse: Mouse) -> None:
    with page.expect_navigation():
        mouse.click(page.locator(".case-header nav a", has_text="Gesprek"))
    with page.expect_navigation():
        mouse.click(page.locator("#incidents a[href$='import/']"))
    mouse.click(page.locator("#id_pasted"))
    page.keyboard.insert_text(LOG)
    with page.expect_navigation():
        mouse.click(page.locator("button[name=_open]"))
    with page.expect_navigation():
        mouse.click(page.get_by_role("button", name="Voeg deze 15 toe"))
    assert page.locator("text=15").first.is_visible()


@pytest.mark.parametrize("width", [320, 390, 768, 1199, 1200, 1366, 1920])
def test_hide_note_incident_and_parts_are_one_press_away_wherever_one_is(
    open_page: Open, alice: User, intake: Intake, width: int
) -> None:
    path = reverse("section", args=[intake.uuid, "pattern"])
    page = open_page(path, user=alice, viewport={"width": width, "height": 768})
    depth = page.evaluate("document.documentElement.scrollHeight - innerHeight")

    for place in (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1):
        page.evaluate("top => scrollTo(0, top)", place * depth)
        found = {name: any(map(page_shows(page), ways)) for name, ways in WITHIN_A_PRESS.items()}

        assert all(found.values()), (width, place, found)


def page_shows(page: Page) -> Callable[[str], bool]:
    """Return a function that says whether a press would reach one of the elements of a selector now."""
    return lambda selector: page.evaluate(
        """selector => [...document.querySelectorAll(selector)].some(element => {
            const {x, y, width, height} = element.getBoundingClientRect();
            const hit = width && document.elementFromPoint(x + width / 2, y + Math.min(height / 2, 10));
            return Boolean(hit && element.contains(hit));
        })""",
        selector,
    )


@pytest.mark.parametrize("name", ["note", "add-incident", "parts"])
def test_on_a_narrow_page_a_press_opens_it_over_the_question_that_one_is_at(
    open_page: Open, alice: User, intake: Intake, name: str
) -> None:
    path = reverse("section", args=[intake.uuid, "pattern"])
    page = open_page(path, user=alice, viewport={"width": 390, "height": 844})
    page.evaluate("scrollTo(0, 2000)")

    page.locator(f".foot-bar [popovertarget={name}]").click()

    panel = page.locator(f"#{name}")
    expect(panel).to_be_visible()
    wait_for(lambda: panel.evaluate("panel => panel.contains(document.activeElement)"))
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("scrollY") == 2000


def test_a_note_typed_over_a_narrow_page_is_saved(open_page: Open, alice: User, intake: Intake) -> None:
    path = reverse("section", args=[intake.uuid, "fear"])
    page = open_page(path, user=alice, viewport={"width": 390, "height": 844})

    page.locator(".foot-bar [popovertarget=note]").click()
    expect(page.locator("#running_note")).to_be_focused()
    page.keyboard.type("Hij stond er weer.")

    wait_for(lambda: content(intake)["running_note"] == "Hij stond er weer.")


def test_a_severe_answer_says_at_once_what_to_do_and_moves_nothing(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "concern"]), user=alice, viewport=LAPTOP)
    tops = (
        "[...document.querySelectorAll('.question')].map(each => each.getBoundingClientRect().top + scrollY)"
    )
    before = page.evaluate(tops)

    page.locator("[name=threats][value=kill]").check()
    page.locator("[name=strangulation][value=recent]").check()
    page.locator("[name=violence__absent][value=not_asked]").check()

    expect(page.locator("#threats .on-1")).to_be_visible()
    expect(page.locator("#strangulation .on-1")).to_be_visible()
    expect(page.locator("#strangulation .on-2")).to_be_hidden()
    assert page.evaluate(tops) == before
    wait_for(lambda: "violence" in content(intake)["answers"])


def test_the_level_beside_the_questions_is_as_new_as_the_last_save(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "safety_now"]), user=alice, viewport=LAPTOP)
    level = page.locator("#level [data-level]")
    expect(level).not_to_have_text("Vandaag overleggen")

    page.locator("[name=danger_now][value=soon]").check()

    expect(level).to_have_text("Vandaag overleggen")
    expect(page.locator("[data-part=safety_now]")).to_have_text("1 van 5 besproken")
    expect(page.locator("[data-lines=signs] li")).to_have_count(1)
