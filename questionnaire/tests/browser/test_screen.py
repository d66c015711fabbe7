"""The core questions, pause, stop and keys in a browser: by keyboard, at 320 px, in forced colours."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.domain.routes import CORE
from questionnaire.keyboard import ACCESS_KEYS
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.effort import Keyboard
from questionnaire.tests.browser.helpers import (
    NARROW,
    WIDE,
    assert_accessible_folded,
    axe_violations,
    wait_for,
)
from questionnaire.tests.factories import submission_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_KEYS = 200
MOST_STOPS = 2


@pytest.fixture
def filled_intake(alice: User, intake: Intake) -> Intake:
    """Return an intake with a danger sign and enough incidents for a chart."""
    intake = intake_actions.save_section(
        alice, intake, "concern", submission_of(intake, threats=("kill",))
    ).intake
    for day in ("2025-11-02", "2026-03-01", "2026-03-20"):
        incident_actions.add_incident(alice, intake, DomainIncident(day, "home", what="stond voor de deur"))
    return intake


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["core-1", "core-2", "emergency", "pause", "stop", "keys"])
def test_an_intake_with_a_danger_sign_fits_at_320_px(
    open_page: Open, alice: User, filled_intake: Intake, name: str, language: str
) -> None:
    if name in ("pause", "stop"):
        path = reverse(name, args=[filled_intake.uuid])
    else:
        path = reverse("keys") if name == "keys" else reverse("section", args=[filled_intake.uuid, name])
    page = open_page(path, user=alice, language=language, viewport=NARROW)

    assert_accessible_folded(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["emergency", "pause", "stop"])
def test_colours_have_contrast_in_light_and_dark(
    open_page: Open, alice: User, filled_intake: Intake, name: str, scheme: str
) -> None:
    args = [filled_intake.uuid] if name != "emergency" else [filled_intake.uuid, name]
    path = reverse(name if name != "emergency" else "section", args=args)

    assert not axe_violations(open_page(path, user=alice, viewport=WIDE, color_scheme=scheme))


def test_a_chosen_answer_shows_in_forced_colours(open_page: Open, alice: User, filled_intake: Intake) -> None:
    path = reverse("section", args=[filled_intake.uuid, "concern"])
    page = open_page(path, user=alice, viewport=WIDE, forced_colors="active")

    chosen = page.locator(".choice:has([name=threats][value=kill])")
    other = page.locator(".choice:has([name=threats][value=hurt])")

    style = "element => getComputedStyle(element).outlineStyle"
    assert (chosen.evaluate(style), other.evaluate(style)) == ("solid", "none")


def test_where_one_is_shows_in_forced_colours(open_page: Open, alice: User, filled_intake: Intake) -> None:
    path = reverse("section", args=[filled_intake.uuid, "concern"])
    page = open_page(path, user=alice, viewport=WIDE, forced_colors="active")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")

    for links, side in ((".case-header nav a", "Bottom"), ("#parts a[href]", "Left")):
        others = page.locator(f"{links}:not([aria-current])")
        colours = f"all => all.map(link => getComputedStyle(link).border{side}Color)"
        assert set(others.evaluate_all(colours)) == {background}
        assert others.count() > 1

    style = "link => getComputedStyle(link).borderBottomColor"
    assert page.locator(".case-header nav [aria-current]").evaluate(style) != background
    style = "link => getComputedStyle(link).outlineStyle"
    assert page.locator("#parts [aria-current]").evaluate(style) == "solid"


def test_whom_to_consult_shows_as_soon_as_the_answer_is_there(
    open_page: Open, alice: User, intake: Intake
) -> None:
    path = reverse("section", args=[intake.uuid, "concern"])
    page = open_page(path, user=alice, java_script_enabled=False)
    line = page.locator("#threats .on-1")
    before = line.is_visible()

    page.locator("[name=threats][value=kill]").check()

    assert not before
    expect(line).to_be_visible()


def test_an_answer_is_taken_back_by_the_same_key_or_by_clear(
    open_page: Open, alice: User, intake: Intake
) -> None:
    path = reverse("section", args=[intake.uuid, "fear"])
    page = open_page(path, user=alice, java_script_enabled=False)

    page.locator("[name=feared_events][value=kill]").check()
    page.locator("input[name=fear_level][value='9']").check()

    expect(page.locator("#feared_events .wipe")).to_be_hidden()
    expect(page.locator("#fear_level .wipe")).to_be_visible()


def test_clear_is_one_more_radio(open_page: Open, alice: User, intake: Intake) -> None:
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=4))
    page = open_page(reverse("section", args=[intake.uuid, "fear"]), user=alice)

    page.locator("#fear_level .wipe").click()

    expect(page.locator("#fear_level .wipe input")).to_be_checked()
    page.get_by_role("button", name="Volgende deel").click()
    page.wait_for_url("**/pattern/")
    assert content(intake)["answers"] == {}


def test_the_states_without_an_answer_step_aside_for_one(
    open_page: Open, alice: User, intake: Intake
) -> None:
    path = reverse("section", args=[intake.uuid, "fear"])
    page = open_page(path, user=alice, java_script_enabled=False)
    declined = page.locator("[name=feared_events__absent][value=declined]")
    kill = page.locator("[name=feared_events][value=kill]")

    kill.check()
    expect(declined).to_be_hidden()

    kill.uncheck()
    declined.check()
    kill.check()  # both is an error that shows both
    expect(declined).to_be_visible()


PLACES = """() => [...document.querySelectorAll('.question')].map(question => question.offsetTop)"""
ROW = """id => [
    ...document.getElementById(id).querySelectorAll('.beside :is(summary, [name=_clear], .wipe, .reason)')
].map(each => [each.offsetLeft, each.offsetTop])"""


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize(("step", "item"), [("safety_now", "safe_to_talk"), ("pattern", "behaviour_home")])
def test_no_choice_moves_what_stands_below_it(
    open_page: Open, alice: User, intake: Intake, step: str, item: str, width: int
) -> None:
    path = reverse("section", args=[intake.uuid, step])
    page = open_page(path, user=alice, viewport={"width": width, "height": 844})
    places, row = page.evaluate(PLACES), page.evaluate(ROW, item)
    question = page.locator(f"#{item}")

    question.locator("input[type=radio]").first.check()
    assert page.evaluate(PLACES) == places
    question.locator("[name=_clear], .wipe").click()
    assert page.evaluate(PLACES) == places

    for place in (0, 1):
        question.locator("summary").nth(place).click()
        assert page.evaluate(ROW, item) == row
        question.locator("summary").nth(place).click()
    assert page.evaluate(PLACES) == places


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_bar_at_the_foot_is_even_and_covers_no_end_of_the_page(
    open_page: Open, alice: User, intake: Intake, language: str
) -> None:
    path = reverse("section", args=[intake.uuid, "safety_now"])
    page = open_page(path, user=alice, language=language, viewport={"width": 390, "height": 844})
    page.evaluate("scrollTo(0, document.body.scrollHeight)")

    found = page.evaluate(
        """() => {
            const bar = document.querySelector('.foot-bar'), box = bar.getBoundingClientRect();
            const buttons = [...bar.children], boxes = buttons.map(each => each.getBoundingClientRect());
            return {
                heights: new Set(boxes.map(each => each.height)).size,
                cut: buttons.filter(each => each.scrollWidth > each.clientWidth).length,
                above: boxes[0].top - box.top, below: box.bottom - boxes[0].bottom,
                end: document.getElementById('level').getBoundingClientRect().bottom < box.top,
            };
        }"""
    )

    assert (found["heights"], found["cut"], found["end"]) == (1, 0, True)
    assert abs(found["above"] - found["below"]) <= 1


def test_a_table_is_cleared_on_the_spot(open_page: Open, alice: User, intake: Intake) -> None:
    grid = {"ring": "daily"}
    intake_actions.save_section(alice, intake, "pattern", submission_of(intake, behaviour_home=grid))
    page = open_page(reverse("section", args=[intake.uuid, "pattern"]), user=alice)
    page.locator("textarea[name=running_note]").evaluate("note => note.dataset.stays = 'yes'")

    page.locator("#behaviour_home [name=_clear]").click()

    wait_for(lambda: content(intake)["answers"] == {})
    expect(page.locator("textarea[data-stays]")).to_have_count(1)
    assert page.evaluate("document.activeElement.closest('.question').id") == "behaviour_home"


def test_a_table_is_cleared_by_a_button(open_page: Open, alice: User, intake: Intake) -> None:
    path = reverse("section", args=[intake.uuid, "pattern"])
    page = open_page(path, user=alice, java_script_enabled=False)
    clear = page.locator("#behaviour_home [name=_clear]")
    expect(clear).to_be_hidden()

    page.locator("[name=behaviour_home__ring][value=daily]").check()

    expect(clear).to_be_visible()


def test_the_core_questions_take_200_keystrokes_at_most(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page(
        reverse("section", args=[intake.uuid, CORE[0].id]), user=alice, java_script_enabled=False
    )
    keyboard = Keyboard(page)

    for part in CORE:
        keyboard.press("Tab")  # the first stop leads to the first question
        keyboard.press("Enter")
        for item in part.items:
            keyboard.answer(item)
        with page.expect_navigation():
            keyboard.press_access_key(ACCESS_KEYS["next"].letter)

    sys.stdout.write(f"\ncore questions: {keyboard.pressed} keystrokes besides free text (goal 200)\n")
    answered = content(intake)["answers"]
    assert set(answered) == {item.id for part in CORE for item in part.items}
    assert keyboard.pressed <= MOST_KEYS


@pytest.mark.parametrize("part", CORE, ids=lambda part: part.id)
def test_two_tab_stops_at_most_stand_between_two_questions(
    open_page: Open, alice: User, intake: Intake, part: Any
) -> None:
    """Count from the last control of an answered question to the first of the next, both left out.

    A severe answer brings one more: the number to call.
    """
    path = reverse("section", args=[intake.uuid, part.id])
    page = open_page(path, user=alice, java_script_enabled=False)
    keyboard = Keyboard(page)
    between = []

    for item in part.items:
        keyboard.answer(item)
    for item, after in zip(part.items, part.items[1:], strict=False):
        controls = page.locator(
            f"#{item.id} :is(.choices, .absent, .grid) input:visible, [name={item.id}]:visible"
        )
        controls.last.focus()
        keyboard.pressed = 0
        first = page.locator(f"#{after.id}").locator("input:not([type=hidden]), textarea").first
        chosen = page.locator(f"#{after.id} [type=radio]:checked")
        keyboard.go_to(chosen.first if after.kind in ("one", "yes_no", "scale", "grid") else first)
        between.append(keyboard.pressed - 1 - page.locator(f"#{item.id} .beside-answer a:visible").count())

    sys.stdout.write(f"\n{part.id}: {max(between)} stops between two questions (goal {MOST_STOPS})\n")
    assert max(between) <= MOST_STOPS
