"""A whole conversation in a browser, from signing in to a PDF."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from questionnaire.documents.renderers import copy_mark
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.items import Item
from questionnaire.models import Document, Intake, User
from questionnaire.tests.browser.conftest import Open, content

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "not guessed by anyone 7"
MOST_TABS = 300


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _stop in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {target} by keyboard")


def press(page: Page, target: Locator) -> None:
    """Press a button or follow a link, and wait for the page it leads to."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.pdf
def test_a_whole_conversation_by_keyboard_alone(open_page: Open, alice: User) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    page = open_page("/")

    tab_to(page, page.locator("[name=login]"))
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Begin een gesprek"))
    tab_to(page, page.locator("#id_reference"))
    page.keyboard.type("2026-118")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    for section in SECTIONS:
        expect(page.locator("h1")).to_contain_text(str(section.title))
        if section.id == "fear":
            tab_to(page, page.locator("textarea[name=fear_own_words]"))
            page.keyboard.type("Ik slaap niet meer.")
            tab_to(page, page.locator("[name=fear_level]").first)
            page.keyboard.press("Space")
            for _step in range(9):
                page.keyboard.press("ArrowRight")
        if section.id == "concern":
            tab_to(page, page.locator("[name=threats][value=kill]"))
            page.keyboard.press("Space")
        press(page, page.locator("main .actions .primary"))

    expect(page.locator("h1")).to_have_text("Alle antwoorden")
    press(page, page.get_by_role("link", name="Naar de samenvatting").first)
    expect(page.locator("h1")).to_have_text("De cliënt voelt zich erg onveilig. Dat nemen wij serieus.")
    expect(page.locator("blockquote").first).to_contain_text("Ik slaap niet meer.")
    tab_to(page, page.get_by_role("button", name="PDF in het Nederlands"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")

    intake = Intake.objects.get()
    assert content(intake)["answers"] == {
        "fear_own_words": "Ik slaap niet meer.",
        "fear_level": 9,
        "threats": ["kill"],
    }
    assert download.value.suggested_filename.startswith("SC-2026-118-")
    assert_is_a_marked_copy(download.value.path().read_bytes())


@pytest.mark.pdf
def test_from_signing_in_to_a_pdf_without_javascript(open_page: Open, alice: User) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    page = open_page("/", java_script_enabled=False)
    primary_button = page.locator("main .primary")

    page.locator("[name=login]").fill("alice")
    page.locator("[name=password]").fill(PASSWORD)
    primary_button.click()
    page.locator("main a.button").click()
    page.locator("#id_reference").fill("2026-118")
    primary_button.click()
    for section in SECTIONS:
        expect(page.locator("h1")).to_contain_text(str(section.title))
        for item in section.items:
            answer(page, item)
        primary_button.click()
    page.get_by_role("link", name="Naar de samenvatting").first.click()
    with page.expect_download() as download:
        page.locator("button[name=language][value=nl]").last.click()

    assert set(content(Intake.objects.get())["answers"]) == set(ITEMS)
    assert_is_a_marked_copy(download.value.path().read_bytes())


def assert_is_a_marked_copy(downloaded: bytes) -> None:
    """Assert that this is the one stored PDF, with a mark of its own."""
    assert copy_mark.mark_of(downloaded)
    assert copy_mark.without_mark(downloaded) == bytes(Document.objects.get().pdf)


def answer(page: Page, item: Item) -> None:
    """Answer a question by the controls that work without a script."""
    if item.kind == "text":
        page.locator(f"textarea[name={item.id}]").fill("woorden van de cliënt")
    elif item.kind == "date":
        page.locator(f"[name={item.id}]").fill("08-2025")
    else:
        name = f"{item.id}__{item.rows[0].code}" if item.rows else item.id
        page.locator(f"[name={name}]").first.check()


def test_every_kind_of_answer_without_javascript(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "fear"]), user=alice, java_script_enabled=False)

    page.get_by_label("9", exact=True).check()
    page.locator("textarea[name=fear_own_words]").fill("Ik ben bang.")
    page.locator("textarea[name=running_note]").fill("Trilt.")
    page.get_by_role("button", name="Voeg een voorval toe").click()
    page.locator("[name=incident-date]").fill("20-03-2026")
    page.locator("[name=incident-place][value=home]").check()
    page.get_by_role("button", name="English", exact=True).click()
    expect(page.locator("h1")).to_contain_text("How unsafe do you feel?")
    page.get_by_role("button", name="Next part").click()
    page.locator("[name=pattern_start]").fill("31-02-2026")
    page.get_by_role("button", name="Next part").click()

    expect(page.locator("#errors")).to_contain_text("does not exist")
    expect(page.locator("[name=pattern_start]")).to_have_value("31-02-2026")
    stored = content(intake)
    assert stored["answers"] == {"fear_own_words": "Ik ben bang.", "fear_level": 9}
    assert stored["running_note"] == "Trilt."
    assert [incident.date for incident in intake.incident_log] == ["2026-03-20"]


def test_enter_in_a_field_saves_and_clears_nothing(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "pattern"]), user=alice, java_script_enabled=False)

    page.locator("[name=pattern_start]").fill("03-2026")
    page.locator("[name=pattern_start]").press("Enter")

    expect(page).to_have_url(
        f"{page.url.split('/intakes')[0]}{reverse('section', args=[intake.uuid, 'pattern'])}"
    )
    assert content(intake)["answers"] == {"pattern_start": "2026-03"}
