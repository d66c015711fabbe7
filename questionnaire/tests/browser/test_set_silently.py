"""What is set without an event, as dictation and text expanders do, is saved however the page is left."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.helpers import wait_for
from questionnaire.tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS: Final = "Gisteravond stond iemand met een mes voor de deur"
SET: Final = "(field, words) => { field.closest('details')?.setAttribute('open', ''); field.value = words; }"
#: A text field in each kind of form that saves by itself: page, arguments, field.
FORMS: Final = {
    "question": ("section", ("fear",), "#section textarea[name=fear_own_words]"),
    "note": ("section", ("fear",), "textarea[name=running_note]"),
    "incident beside a section": ("section", ("fear",), "[name=incident-what]"),
    "log": ("incidents", (), "[name=what]"),
    "follow-up": ("steps", (), "[name=consultation-result]"),
    "safety plan": ("plan", (), "#section textarea"),
}


@pytest.fixture
def alice(alice: User) -> User:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def by_a_link(page: Page) -> None:
    page.locator(".case-header a[href$='summary/']").first.click()
    expect(page.locator("#section")).to_have_count(0)


def by_hiding(page: Page) -> None:
    for _press in range(3):
        page.keyboard.press("Shift")
    expect(page).to_have_url(re.compile("/notes/"))


def by_waiting(page: Page) -> None:
    expect(page.locator("#status")).to_contain_text("Opgeslagen om")


def by_a_change_alone(page: Page) -> None:
    page.evaluate(
        "() => document.querySelector('[data-set]').dispatchEvent(new Event('change', {bubbles: true}))"
    )
    by_a_link(page)


@pytest.mark.parametrize("leave", [by_a_link, by_hiding, by_waiting, by_a_change_alone])
@pytest.mark.parametrize("kind", FORMS)
def test_what_was_set_without_an_event_is_kept(
    open_page: Open, alice: User, intake: Intake, kind: str, leave: Callable[[Page], None]
) -> None:
    name, arguments, selector = FORMS[kind]
    path = reverse(name, args=[intake.uuid, *arguments])
    page = open_page(path, user=alice)
    field = page.locator(selector).first
    field.evaluate(SET, WORDS)
    field.evaluate("field => field.dataset.set = ''")

    leave(page)

    again = open_page("/", user=alice)

    def is_there() -> bool:
        again.goto(path)
        return again.locator(selector).first.input_value() == WORDS

    wait_for(is_there)


def test_an_answer_that_was_set_takes_the_place_of_prefers_not_to_say(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "fear"]), user=alice)
    absent = page.locator("[name=fear_own_words__absent]").first
    absent.evaluate("radio => radio.checked = true")
    page.locator("textarea[name=fear_own_words]").evaluate(SET, WORDS)

    def is_stored() -> bool:
        return bool(content(intake)["answers"].get("fear_own_words") == WORDS)

    wait_for(is_stored)
    expect(absent).not_to_be_checked()
