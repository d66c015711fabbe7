"""The questions in Dutch and English side by side, with one set of controls."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import EventCode
from questionnaire.domain.catalogue import ITEMS, QUESTION_NUMBERS, SECTIONS
from questionnaire.models import Event, Intake, User
from questionnaire.templatetags.conversation import in_both
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page, controls, names

ENGLISH = "Would you tell me in your own words"
ASKED = [section.id for section in SECTIONS if section.id != "own_view"]


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def url(intake: Intake, step: str = "fear") -> str:
    return reverse("section", args=[intake.uuid, step])


def switch(client: Client, intake: Intake, to: str) -> Any:
    return Page(client, url(intake)).press("_interpreter", to)


def test_words_are_marked_with_their_language_that_of_the_page_first() -> None:
    with override("nl"):
        assert in_both(ITEMS["threats"].options[0].text, "x") == (
            '<span lang="nl" id="x">Doden</span> <span lang="en">Killing</span>'
        )
    with override("en"):
        assert in_both(ITEMS["threats"].options[0].text) == (
            '<span lang="en">Killing</span> <span lang="nl">Doden</span>'
        )


def test_words_that_are_the_same_stand_there_once() -> None:
    with override("en"):
        assert in_both("5 < 6") == '<span lang="en">5 &lt; 6</span>'


@pytest.mark.parametrize("section_id", ASKED)
def test_every_question_hint_and_answer_is_there_in_both(
    alices: Client, intake: Intake, section_id: str
) -> None:
    switch(alices, intake, "on")

    html = Page(alices, url(intake, section_id)).html

    section = next(section for section in SECTIONS if section.id == section_id)
    for item in section.items:
        choices = (*item.options, *item.rows, *item.columns)
        texts = [item.question, item.hint, *(choice.text for choice in choices)]
        for text in filter(None, texts):
            for language in ("nl", "en"):
                with override(language):
                    assert f">{escape(str(text))}</span>" in html, (item.id, language)


@pytest.mark.parametrize("section_id", [section.id for section in SECTIONS])
def test_the_controls_are_the_same_as_in_one_language(
    alices: Client, alice: User, intake: Intake, section_id: str
) -> None:
    intake = intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=7)).intake
    one = Page(alices, url(intake, section_id))

    switch(alices, intake, "on")

    both = Page(alices, url(intake, section_id))
    assert names(both.html) == names(one.html)
    for page in (one, both):
        page.fill(csrfmiddlewaretoken=None, _owner=None, **{"incident-key": None})
    assert both.posted == one.posted


def test_it_stays_on_for_this_intake_until_switched_off(alices: Client, alice: User, intake: Intake) -> None:
    other = intake_actions.start_intake(alice, intake.team, "2026-118", intake.on, "nl")

    response = switch(alices, intake, "on")

    assert response["Location"] == url(intake)
    assert ENGLISH in Page(alices, url(intake)).html
    assert "Has this person threatened" in Page(alices, url(intake, "concern")).html
    assert ENGLISH not in Page(alices, url(other)).html

    switch(alices, intake, "off")

    assert ENGLISH not in Page(alices, url(intake)).html


def test_what_was_typed_is_saved_before_it_switches(alices: Client, intake: Intake) -> None:
    Page(alices, url(intake)).fill(fear_own_words="bang").press("_interpreter", "on")

    assert Page(alices, url(intake)).posted["fear_own_words"] == "bang"


def test_it_saves_through_the_same_action(alices: Client, intake: Intake) -> None:
    switch(alices, intake, "on")
    page = Page(alices, url(intake)).fill(fear_level="9")
    before = Event.objects.filter(code=EventCode.INTAKE_CHANGED).count()

    answer = page.press("_", "", accept="application/json").json()
    page.fill(**answer["base"]).fill(fear_own_words="bang").press("_go", "next")

    stored = Intake.objects.get(pk=intake.pk)
    assert (stored.answers["fear_level"], stored.answers["fear_own_words"]) == (9, "bang")
    assert Event.objects.filter(code=EventCode.INTAKE_CHANGED).count() == before + 2


def test_an_error_is_shown_with_what_was_typed(alices: Client, intake: Intake) -> None:
    switch(alices, intake, "on")

    Page(alices, url(intake, "pattern")).fill(pattern_start="31-02-2026").press("_go", "next")

    html = Page(alices, url(intake, "pattern")).html
    assert controls(html)["pattern_start"] == "31-02-2026"
    assert 'class="error"' in html


def test_the_professionals_own_question_is_not_put_to_anyone(alices: Client, intake: Intake) -> None:
    switch(alices, intake, "on")

    assert "How worried are you yourself" not in Page(alices, url(intake, "own_view")).html


def test_whom_to_consult_stands_beside_danger_signs_too(alices: Client, intake: Intake) -> None:
    one = Page(alices, url(intake, "concern")).html.count('class="support"')

    switch(alices, intake, "on")

    assert 0 < one == Page(alices, url(intake, "concern")).html.count('class="support"')


def test_questions_have_their_numbers(alices: Client, intake: Intake) -> None:
    assert QUESTION_NUMBERS["safe_to_talk"] == "1.1"
    assert QUESTION_NUMBERS["fear_level"] == "2.2"
    for on in ("on", "off"):
        html = Page(alices, url(intake)).html
        for item_id in ("fear_own_words", "fear_level", "fear_change"):
            assert f'<span class="number">{QUESTION_NUMBERS[item_id]}</span>' in html
        switch(alices, intake, on)
