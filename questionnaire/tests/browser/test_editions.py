"""The pages of the editions and the summary in a browser: accessible, and usable by keyboard."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from questionnaire.actions import incidents as incident_actions
from questionnaire.documents.editions import EDITIONS
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, assert_accessible, assert_accessible_folded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [code for code in EDITIONS if code != "full"]


def url(intake: Intake, code: str) -> str:
    return reverse("edition", args=[intake.uuid, code])


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", PAGES)
def test_the_page_of_every_edition_is_accessible(
    open_page: Open, alice: User, filled: Intake, code: str, language: str
) -> None:
    incident_actions.add_incident(alice, filled, DomainIncident("2026-01-02", "online"))
    page = open_page(url(filled, code), user=alice, language=language, viewport=NARROW)

    assert_accessible_folded(page)


@pytest.mark.parametrize("code", ["report", "client"])
def test_an_unanswered_question_of_an_edition_gets_the_focus(
    open_page: Open, alice: User, filled: Intake, code: str
) -> None:
    page = open_page(url(filled, code), user=alice, viewport=NARROW)

    page.get_by_role("button", name="PDF").press("Enter")

    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)


def test_a_part_of_the_text_is_copied_by_two_keystrokes(open_page: Open, alice: User, filled: Intake) -> None:
    page = open_page(url(filled, "text"), user=alice)
    page.locator("#steps").focus()

    page.evaluate(
        "document.addEventListener('copy', ({target}) => (window.copied ="
        " target.value.slice(target.selectionStart, target.selectionEnd)))"
    )

    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")

    text = page.locator("#steps").input_value()
    assert page.evaluate("window.copied") == text
    assert len(text) > 100


def test_the_rule_and_what_would_change_it_fold_open(open_page: Open, alice: User, filled: Intake) -> None:
    page = open_page(reverse("summary", args=[filled.uuid]), user=alice, viewport=NARROW)

    page.locator(".rows details summary").first.press("Enter")

    assert page.locator(".rows details[open] .rule").first.is_visible()
    assert_accessible(page)
