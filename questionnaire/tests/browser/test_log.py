"""The incident log by hand: what many incidents at once cost, and one after another by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from questionnaire.actions import incidents as incident_actions
from questionnaire.domain.incidents import Incident, count_incidents
from questionnaire.models import Intake, User
from questionnaire.tests.browser import logs
from questionnaire.tests.browser.conftest import Open, content

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Record = Callable[[str, object], None]
AT_THE_DOOR = Incident("2026-03-20", "home", what="stond voor de deur", evidence="foto", reported=True)


class Hands:
    """Does what a person does on a page, and counts every key and every click."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, *keys: str) -> None:
        """Press keys; one with Control counts as two."""
        for key in keys:
            self.count += 1 + key.count("+")
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.count += len(text)
        self.page.keyboard.type(text)

    def click(self, target: Locator) -> None:
        self.count += 1
        target.click()

    def open(self, target: Locator) -> None:
        """Click on a button that leads to another page."""
        with self.going_on():
            self.click(target)

    def choose_file(self, target: Locator, path: Path) -> None:
        """Choose a file: the button, the file, and Open."""
        self.count += 3
        target.set_input_files(path)

    def go_on(self, key: str = "Enter") -> None:
        """Press a key that leads to another page."""
        with self.going_on():
            self.press(key)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        with self.page.expect_navigation():
            yield


def copy(page: Page, text: str) -> None:
    """Put a text on the clipboard, as copying it in another program does."""
    other = page.context.new_page()
    other.set_content("<textarea></textarea>")
    other.locator("textarea").fill(text)
    other.keyboard.press("Control+A")
    other.keyboard.press("Control+C")
    other.close()


def stored(intake: Intake) -> list[tuple[object, ...]]:
    """Return the rows of the log, to compare before and after."""
    return [(row.uuid, row.parsed, row.earlier) for row in intake.incidents]


@pytest.fixture
def hands(open_page: Open, alice: User, intake: Intake) -> Hands:
    return Hands(open_page(reverse("incidents", args=[intake.uuid]), user=alice))


# --- Many at once -------------------------------------------------------------------------------------------


def test_forty_rows_of_a_spreadsheet_take_under_sixty_keys_and_clicks(
    hands: Hands, intake: Intake, record_property: Record
) -> None:
    page = hands.page
    copy(page, logs.spreadsheet())

    hands.open(page.get_by_role("link", name="Meer voorvallen"))
    hands.click(page.get_by_label("Plak het logboek hier"))
    hands.press("Control+V")
    hands.open(page.get_by_role("button", name="Bekijk wat erin staat"))
    expect(page.locator("form.import")).to_contain_text("4 regels zijn niet zeker.")
    expect(page.locator("form.import")).to_contain_text("2 regels zeggen hetzelfde")
    hands.open(page.get_by_role("button", name="Dag voorop"))
    hands.open(page.get_by_role("button", name="Voeg deze 38 toe"))

    expect(page.locator("main .done")).to_contain_text("38 regels toegevoegd")
    assert sorted(intake.incident_log, key=lambda one: one.date) == list(logs.incidents_of_spreadsheet())
    record_property("keys and clicks", hands.count)
    assert hands.count < 60


def test_a_chat_of_120_messages_takes_under_ninety_keys_and_clicks(
    hands: Hands, intake: Intake, tmp_path: Path, record_property: Record
) -> None:
    page = hands.page
    text, by_day = logs.chat()
    export = tmp_path / "_chat.txt"
    export.write_text(text, encoding="utf-8")

    hands.open(page.get_by_role("link", name="Meer voorvallen"))
    hands.choose_file(page.get_by_label("Of open een bestand"), export)
    hands.open(page.get_by_role("button", name="Bekijk wat erin staat"))
    hands.click(page.locator("form.import").get_by_label(logs.SENDER))
    hands.open(page.get_by_role("button", name="Lees deze"))
    hands.open(page.get_by_role("button", name=f"Voeg deze {len(by_day)} toe"))

    log = intake.incident_log
    assert {incident.date: incident.times for incident in log} == by_day
    assert count_incidents(log) == sum(by_day.values())
    assert {(incident.place, incident.source) for incident in log} == {("online", "chat")}
    assert not any("met rust" in incident.what for incident in log)
    assert any("en ik ga niet weg" in incident.what for incident in log)
    record_property("keys and clicks", hands.count)
    assert hands.count < 90


# --- One by keyboard ----------------------------------------------------------------------------------------


def test_after_adding_one_by_keyboard_the_page_is_ready_for_the_next(
    hands: Hands, alice: User, intake: Intake
) -> None:
    incident_actions.add_incident(alice, intake, AT_THE_DOOR)
    before, page = stored(intake), hands.page
    page.locator("[name=date]").focus()

    hands.type("gisteren")
    hands.press("Tab", "Tab", "Tab")
    hands.type("stond bij school")
    hands.press("Tab")
    hands.type("foto")
    hands.go_on()

    assert intake.incident_log == (
        AT_THE_DOOR,
        Incident("2026-03-22", what="stond bij school", evidence="foto"),
    )
    expect(page.locator("main .done")).to_contain_text("Voorval 2 toegevoegd.")
    expect(page.locator("[name=date]")).to_be_focused()
    expect(page.locator("[name=date]")).to_have_value("")
    expect(page.locator("[name=date]")).to_be_in_viewport()
    undo = page.get_by_role("button", name="Ongedaan maken")
    expect(undo).to_be_visible()
    undo.focus()
    hands.go_on()

    assert stored(intake) == before
    assert not content(intake)["drafts"]
    expect(page.locator("main .done")).to_contain_text("Ongedaan gemaakt.")
    expect(page.locator("[name=date]")).to_be_focused()


@pytest.mark.parametrize("way", ["Enter", "the button"])
def test_beside_a_section_the_page_is_ready_for_the_next(
    open_page: Open, alice: User, intake: Intake, way: str
) -> None:
    incident_actions.add_incident(alice, intake, AT_THE_DOOR)
    before = stored(intake)
    section = reverse("section", args=[intake.uuid, "pattern"])
    hands = Hands(open_page(section, user=alice))
    page, beside = hands.page, hands.page.locator("#add-incident")
    page.locator("#incidents [popovertarget=add-incident]").focus()

    hands.press("Enter")
    expect(page.locator("[name=incident-date]")).to_be_focused()
    hands.type("gisteren")
    page.locator("[name=incident-what]").focus()
    hands.type("stond bij school")
    if way == "the button":
        beside.get_by_role("button", name="Voeg dit voorval toe").focus()
    hands.go_on()

    assert intake.incident_log == (AT_THE_DOOR, Incident("2026-03-22", what="stond bij school"))
    assert page.url.partition("#")[0].endswith(section)
    expect(beside.locator(".done")).to_contain_text("Voorval 2 toegevoegd.")
    expect(page.locator("[name=incident-date]")).to_be_focused()
    expect(page.locator("[name=incident-date]")).to_have_value("")
    expect(page.locator("[name=incident-date]")).to_be_in_viewport()
    beside.get_by_role("button", name="Ongedaan maken").focus()
    hands.go_on()

    assert stored(intake) == before
    assert not content(intake)["drafts"]


def test_changing_one_begins_in_its_date(hands: Hands, alice: User, intake: Intake) -> None:
    incident_actions.add_incident(alice, intake, AT_THE_DOOR)
    page = hands.page
    page.reload()
    page.get_by_role("link", name=re.compile("^wijzig")).focus()
    hands.go_on()

    expect(page.locator("[name=date]")).to_be_focused()
    expect(page.locator("[name=date]")).to_be_in_viewport()
    hands.press("Control+A")
    hands.type("21 maart 2026")
    hands.go_on()

    assert [one.date for one in intake.incident_log] == ["2026-03-21"]
    expect(page.locator("main .done")).to_contain_text("Voorval gewijzigd.")


def test_a_date_in_doubt_is_asked_by_keyboard_and_remembered(hands: Hands, intake: Intake) -> None:
    page = hands.page
    page.locator("[name=date]").focus()
    hands.type("11/7/2025")
    hands.go_on()

    expect(page.locator("#id_date_error")).to_contain_text("11 juli 2025 of 7 november 2025")
    expect(page.locator("[name=date]")).to_be_focused()
    assert not intake.incident_log
    hands.press("Tab", "Space")
    expect(page.get_by_label("11 juli 2025")).to_be_checked()
    hands.press("ArrowDown")
    expect(page.get_by_label("7 november 2025")).to_be_checked()
    hands.press("ArrowUp")
    hands.go_on()

    assert [incident.date for incident in intake.incident_log] == ["2025-07-11"]
    expect(page.locator("[name=date]")).to_be_focused()
    hands.type("8/9/2025")
    hands.go_on()
    assert [incident.date for incident in intake.incident_log] == ["2025-07-11", "2025-09-08"]
