"""The client's page in a browser: it fits, works by keyboard, and leads back to no other page."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from questionnaire.domain.catalogue import ITEMS
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.helpers import NARROW, WIDE, assert_accessible, axe_violations, show_question
from questionnaire.tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def password(quick_hashes: None, alice: User) -> None:
    alice.set_password(PASSWORD)
    alice.save()


def open_client_mode(open_page: Open, intake: Intake, section_id: str, user: User, **options: Any) -> Page:
    page = open_page(reverse("section", args=[intake.uuid, section_id]), user=user, **options)
    page.locator(".faces [name=_turn]").click()
    page.wait_for_selector(".client")
    page.wait_for_load_state()  # its scripts too
    return page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_question_for_the_client_fits_at_320_pixels(
    open_page: Open, alice: User, filled: Intake, language: str
) -> None:
    page = open_client_mode(open_page, filled, "fear", alice, language=language, viewport=NARROW)

    for item in ITEMS.values():
        if not item.internal:
            show_question(page, filled, item.id)
            assert_accessible(page)
    page.goto(reverse("leave"))
    assert_accessible(page)
    page.locator("main .primary").click()
    page.wait_for_selector("#errors")
    assert_accessible(page)


@pytest.mark.parametrize("script", [True, False])
def test_the_largest_letters_fit_at_320_pixels_and_targets_are_large(
    open_page: Open, alice: User, filled: Intake, script: bool
) -> None:
    """The width of 1280 pixels at 400% zoom is this one."""
    page = open_client_mode(open_page, filled, "fear", alice, viewport=NARROW, java_script_enabled=script)
    page.locator("[name=_letters]").click()
    page.locator("[name=_letters][value=largest]").click()
    page.wait_for_selector(".client--largest")

    for item in ("fear_level", "behaviour_home", "home_entry", "safe_contact", "relationship"):
        show_question(page, filled, item)
        assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
        sides = page.eval_on_selector_all(
            ".client :is(button:not([hidden]), .choice)",
            "all => all.map(each => each.getBoundingClientRect()).filter(box => box.height)"
            ".map(box => Math.min(box.width, box.height))",
        )
        assert len(sides) > 4
        assert min(sides) >= 44, item
    if script:
        assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("item", ["fear_level", "behaviour_home", "threats"])
def test_colours_on_a_wide_page(open_page: Open, alice: User, filled: Intake, item: str, scheme: str) -> None:
    page = open_client_mode(open_page, filled, "fear", alice, viewport=WIDE, color_scheme=scheme)

    show_question(page, filled, item)

    assert not axe_violations(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_part_is_filled_in_by_keyboard_and_given_back(
    open_page: Open, alice: User, intake: Intake, script: bool
) -> None:
    page = open_client_mode(open_page, intake, "fear", alice, java_script_enabled=script)

    page.locator("textarea").press_sequentially("Ik ben bang")
    page.locator("[value=next].primary").press("Enter")
    page.wait_for_url("**/client/fear_level/")
    page.locator("[value='9']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/client/feared_events/")
    page.get_by_label("Doden").press("Space")
    page.locator(".leave").press("Enter")
    page.wait_for_url("**/leave/")
    page.locator("[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/fear/#feared_events")

    stored = content(intake)
    assert stored["answers"] == {"fear_own_words": "Ik ben bang", "fear_level": 9, "feared_events": ["kill"]}
    assert set(stored["sources"].values()) == {"client"}


def test_going_back_shows_nothing_of_the_professionals_page(
    open_page: Open, alice: User, filled: Intake
) -> None:
    page = open_client_mode(open_page, filled, "fear", alice)

    page.go_back()

    page.wait_for_url("**/leave/**")
    assert filled.case.reference not in page.content()


def test_the_clients_page_saves_by_itself_and_an_answer_replaces_an_absent_state(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_client_mode(open_page, intake, "fear", alice)
    show_question(page, intake, "feared_events")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator("[value=declined]").check()

    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_label("Doden").check()

    assert content(intake)["answers"] == {"feared_events": ["kill"]}


def test_the_clients_page_can_be_hidden(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_client_mode(open_page, intake, "fear", alice)
    page.locator("textarea").fill("Ik ben bang")

    for _press in range(3):
        page.keyboard.press("Shift")

    page.wait_for_url("**/notes/")
    assert content(intake)["answers"] == {"fear_own_words": "Ik ben bang"}


def test_a_screen_reader_gets_the_question_with_its_answers(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_client_mode(open_page, intake, "pattern", alice, language="en")
    show_question(page, intake, "behaviour_home")

    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]

    seen = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node["ignored"]
    ]
    assert ("group", "What happens at or around your home?") in seen
    assert ("group", "Leaving things") in seen
    assert ("radio", "Every week") in seen
    assert ("radio", "I don't want to say") in seen


def test_other_tabs_ask_for_the_password_too_and_lose_nothing(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "fear"]), user=alice)
    other = page.context.new_page()
    other.goto(reverse("section", args=[intake.uuid, "pattern"]) + "#pattern_start")
    other.locator("#running_note").press_sequentially("Zij kijkt mee.")

    page.locator(".faces [name=_turn]").click()

    other.wait_for_url("**/leave/**")
    page.wait_for_selector(".client")
    page.wait_for_timeout(300)
    assert "/client/" in page.url
    assert content(intake)["running_note"] == "Zij kijkt mee."
