"""Both languages on one page, for an interpreter: laid out, accessible, and saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from questionnaire.domain.catalogue import SECTIONS
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.helpers import NARROW, WIDE, assert_accessible, axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Pixels: an answer of one line is less.
TWO_LINES = 50


def open_in_both_languages(
    open_page: Open, intake: Intake, section_id: str, user: User, **options: Any
) -> Page:
    page = open_page(reverse("section", args=[intake.uuid, section_id]), user=user, **options)
    page.locator("[name=_interpreter]").click()
    page.wait_for_selector(".in-both")
    page.wait_for_load_state()  # its scripts too
    return page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_section_in_two_languages_fits_at_320_px(
    open_page: Open, alice: User, filled: Intake, language: str
) -> None:
    page = open_in_both_languages(
        open_page, filled, SECTIONS[0].id, alice, language=language, viewport=NARROW
    )

    for section in SECTIONS:
        page.goto(reverse("section", args=[filled.uuid, section.id]))
        assert_accessible(page)


def test_the_languages_stand_side_by_side_or_one_below_the_other(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_in_both_languages(open_page, intake, "fear", alice, viewport=WIDE, color_scheme="dark")
    assert not axe_violations(page)
    for viewport, is_beside in ((WIDE, True), (NARROW, False)):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]

        for place in (
            "#feared_events h2",
            "#feared_events .choices .choice",
            "#feared_events .hint",
            "#fear_level .hint",
        ):
            first, second = (
                page.locator(f"{place} [lang={language}]").first.bounding_box() for language in ("nl", "en")
            )
            assert first is not None
            assert second is not None
            assert (second["x"] >= first["x"] + first["width"]) == is_beside, place
            assert (second["y"] >= first["y"] + first["height"]) != is_beside, place


def test_no_answer_takes_more_lines_than_its_words(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_in_both_languages(open_page, intake, "fear", alice, viewport=WIDE)

    # One that raises the level has a word beside it, which is hidden until it is chosen.
    for choice in page.locator("#feared_events .choices .choice").all():
        assert choice.evaluate("element => element.offsetHeight") < TWO_LINES
    absent = page.locator("#feared_events .absent")
    assert absent.evaluate("element => element.offsetHeight") < 2 * TWO_LINES


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", {("radio", "Spullen achterlaten Elke week"), ("radio", "Wil dit niet vertellen")}),
        ("en", {("radio", "Leaving things Every week"), ("radio", "Prefers not to say")}),
    ],
)
def test_a_control_has_its_name_in_the_language_of_the_page_alone(
    open_page: Open, alice: User, intake: Intake, language: str, said: set[tuple[str, str]]
) -> None:
    page = open_in_both_languages(open_page, intake, "pattern", alice, language=language, viewport=WIDE)

    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]

    seen = {
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    }
    assert said <= seen
    groups = {name for role, name in seen if role == "group"}
    question = {"nl": "Wat gebeurt er bij of rond uw huis?", "en": "What happens at or around your home?"}
    assert question[language] in groups
    assert ("table", question[language]) in seen
    # The other language is there to be read, word for word.
    assert {("StaticText", text) for text in ("Elke week", "Every week", *question.values())} <= seen


def test_a_section_in_two_languages_saves_by_itself(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_in_both_languages(open_page, intake, "fear", alice)

    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_label("Doden").check()

    assert content(intake)["answers"] == {"feared_events": ["kill"]}
