"""The text for a receiver in a browser: copied by a button, and a confidential part only after a question."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

_ALLOWED = {"permissions": ["clipboard-read", "clipboard-write"]}


def url(intake: Intake, code: str = "police") -> str:
    return reverse("texts", args=[intake.uuid, code])


def collect_copies(page: Page) -> None:
    """Collect what the page writes to the clipboard, which it may not read."""
    page.evaluate(
        "() => { window.copied = []; const write = navigator.clipboard.writeText.bind(navigator.clipboard);"
        " navigator.clipboard.writeText = (text) => write(text).then(() => window.copied.push(text)); }"
    )


def test_a_part_is_copied_by_the_keyboard_and_says_so(open_page: Open, alice: User, filled: Intake) -> None:
    page = open_page(url(filled), user=alice, **_ALLOWED)
    collect_copies(page)
    part = page.locator(".part").nth(1)

    part.get_by_role("button", name="Kopieer").press("Enter")

    expect(page.locator("#copied")).to_have_text("De angst: Gekopieerd")
    expect(part.locator(".copied-here")).to_have_text("Gekopieerd")
    assert page.evaluate("window.copied") == [part.locator("textarea").input_value()]


def test_a_confidential_part_is_copied_only_after_a_question(
    open_page: Open, alice: User, filled: Intake
) -> None:
    page = open_page(url(filled), user=alice, **_ALLOWED)
    page.locator("input[value=safe_contact]").check()
    page.get_by_role("button", name="Toon de tekst").click()
    collect_copies(page)
    part = page.locator(".part[data-confidential]").filter(has=page.locator("textarea"))
    copy = part.get_by_role("button", name="Kopieer", exact=True)

    copy.press("Enter")

    expect(part.locator(".ask")).to_be_visible()
    expect(part.get_by_role("button", name="Niet kopiëren")).to_be_focused()
    assert page.evaluate("window.copied") == []
    page.keyboard.press("Enter")
    expect(copy).to_be_focused()
    expect(part.locator(".ask")).to_be_hidden()
    assert page.evaluate("window.copied") == []

    copy.press("Enter")
    part.get_by_role("button", name="Kopieer dit deel").press("Enter")

    expect(part.locator(".copied-here")).to_have_text("Gekopieerd")
    assert page.evaluate("window.copied") == [part.locator("textarea").input_value()]


def test_without_the_right_to_copy_the_text_is_selected(open_page: Open, alice: User, filled: Intake) -> None:
    page = open_page(url(filled), user=alice)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) }")
    part = page.locator(".part").first

    part.get_by_role("button", name="Kopieer").click()

    expect(part.locator(".copied-here")).to_contain_text("Ctrl en C")
    text = part.locator("textarea")
    expect(text).to_be_focused()
    assert text.evaluate("text => text.selectionEnd - text.selectionStart") == len(text.input_value())


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "code", ["police", "veilig-thuis-advice", "veilig-thuis-report", "general-practitioner"]
)
def test_the_page_of_every_form_is_accessible(
    open_page: Open, alice: User, filled: Intake, code: str, language: str
) -> None:
    page = open_page(url(filled, code), user=alice, language=language, viewport=NARROW)

    assert_accessible(page)
    for button in page.locator(".part[data-confidential] .copy:visible").all():
        button.click()
        assert_accessible(page)


def test_without_scripts_there_is_no_button_and_the_text_can_be_selected(
    open_page: Open, alice: User, filled: Intake
) -> None:
    page = open_page(url(filled), user=alice, java_script_enabled=False)

    expect(page.locator(".part textarea").first).to_be_visible()
    expect(page.locator(".part button:visible")).to_have_count(0)
