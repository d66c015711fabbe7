"""The incident log by hand: what many incidents at once cost, and one after another by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from questionnaire.actions import incidents as incident_actions
from questionnaire.domain.incidents import Incident, count_incidents
from questionnaire.models import Intake, User
from questionnaire.tests.browser import logs
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.helpers import is_autosave, wait_for

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


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
@pytest.mark.parametrize("way", ["Enter", "the button"])
def test_beside_a_section_the_page_stays_where_it_is_and_is_ready_for_the_next(
    open_page: Open, alice: User, intake: Intake, way: str, size: tuple[int, int]
) -> None:
    incident_actions.add_incident(alice, intake, AT_THE_DOOR)
    before = stored(intake)
    page = open_section(open_page, alice, intake, size)
    hands, beside = Hands(page), page.locator("#add-incident")
    page.locator("[name=running_note]").evaluate("note => note.value = 'Trilt.'")

    hands.type("gisteren")
    page.locator("[name=incident-what]").focus()
    hands.type("stond bij school")
    button = beside.get_by_role("button", name="Voeg dit voorval toe")
    (button if way == "the button" else page.locator("[name=incident-evidence]")).focus()
    hands.press("Enter")

    expect(beside.locator(".done")).to_contain_text("Voorval 2 toegevoegd.")
    assert intake.incident_log == (AT_THE_DOOR, Incident("2026-03-22", what="stond bij school"))
    is_ready_for_the_next(page)
    assert page.locator("[name=running_note]").input_value() == "Trilt."
    expect(page.locator("#incidents")).to_contain_text("stond bij school")
    undo = beside.get_by_role("button", name="Ongedaan maken")
    wait_for(lambda: beside.locator(".done").evaluate("done => done.firstChild.data").endswith("\u00a0"))
    undo.focus()
    hands.press("Enter")

    expect(beside.locator(".done")).to_contain_text("Ongedaan gemaakt.")
    assert stored(intake) == before
    assert not content(intake)["drafts"]
    is_ready_for_the_next(page)
    hands.type("eergisteren")
    hands.press("Enter")
    expect(beside.locator(".done")).to_contain_text("Voorval 2 toegevoegd.")
    hands.press("Escape")
    if size[0] == 390:
        expect(beside).to_be_hidden()
        page.locator(".foot-bar [popovertarget=add-incident]").click()
        expect(page.locator("[name=incident-date]")).to_be_focused()


def test_a_wrong_date_beside_a_section_loses_neither_words_nor_place(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_section(open_page, alice, intake, (390, 844))
    hands = Hands(page)
    page.locator("[name=incident-what]").fill("stond bij school")
    page.locator("[name=incident-date]").fill("31-02-2026")

    hands.press("Enter")

    error = page.locator("#id_incident-date_error")
    expect(error).to_contain_text("31-02-2026 is een dag die niet bestaat")
    expect(error).to_be_in_viewport()
    expect(page).to_have_title(re.compile("^Fout: "))
    is_ready_for_the_next(page, date="31-02-2026")
    expect(page.locator("[name=incident-what]")).to_have_value("stond bij school")
    hands.press("Control+A")
    hands.type("11/7/2025")
    hands.press("Enter")
    expect(error).to_contain_text("11 juli 2025 of 7 november 2025")
    hands.press("Tab", "Space", "Enter")

    expect(page.locator("#add-incident .done")).to_contain_text("Voorval 1 toegevoegd.")
    assert intake.incident_log == (Incident("2025-07-11", what="stond bij school"),)
    is_ready_for_the_next(page)
    assert not content(intake)["drafts"]


def test_an_incident_that_did_not_arrive_stays_on_the_page_and_is_kept(
    open_page: Open, alice: User, intake: Intake, console_errors: list[str]
) -> None:
    page = open_section(open_page, alice, intake, (1366, 768))
    page.locator("[name=incident-what]").fill("stond bij school")
    wait_for(lambda: "incidents" in content(intake)["drafts"])
    page.route("**/concern/", lambda route: route.abort())

    page.get_by_role("button", name="Voeg dit voorval toe").click()

    expect(page.locator("#status")).to_contain_text("Nog niet opgeslagen")
    expect(page.locator("[name=incident-what]")).to_have_value("stond bij school")
    page.unroute("**/concern/")
    expect(page.locator("#status")).to_contain_text("Opgeslagen om")
    page.get_by_role("button", name="Voeg dit voorval toe").click()
    expect(page.locator("#add-incident .done")).to_contain_text("Voorval 1 toegevoegd.")
    console_errors.clear()


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_a_failure_to_add_an_incident_is_told_also_when_saving_works(
    open_page: Open, alice: User, intake: Intake, size: tuple[int, int], console_errors: list[str]
) -> None:
    page = open_section(open_page, alice, intake, size)
    told = page.locator("#add-incident [data-failed]")
    expect(told).to_be_empty()
    page.locator("[name=incident-what]").fill("stond bij school")

    page.route("**/concern/", lambda route: answer_adding(route, 500))

    page.get_by_role("button", name="Voeg dit voorval toe").click()

    expect(told).to_contain_text("Misschien niet gedaan: kijk in het logboek")
    expect(told).to_be_in_viewport()
    expect(page.locator("#status")).to_contain_text("Opgeslagen om")
    expect(page.locator("[name=incident-what]")).to_have_value("stond bij school")
    wait_for(lambda: "incidents" in content(intake)["drafts"])
    page.reload()
    page.locator("[href='#add-incident']:visible").first.click()
    expect(told).to_have_text("Aan dit voorval bent u begonnen. Het staat nog niet in het logboek.")
    page.get_by_role("button", name="Voeg dit voorval toe").click()
    expect(told).to_contain_text("Misschien niet gedaan")  # and not that it is not in the log
    expect(page.locator("#add-incident")).not_to_contain_text("niet in het logboek")
    page.unroute("**/concern/")
    page.get_by_role("button", name="Voeg dit voorval toe").click()
    expect(page.locator("#add-incident .done")).to_contain_text("Voorval 1 toegevoegd.")
    expect(told).to_be_empty()
    console_errors.clear()


def test_what_was_typed_while_an_incident_is_refused_is_saved(
    open_page: Open, alice: User, intake: Intake, console_errors: list[str]
) -> None:
    page = open_section(open_page, alice, intake, (1366, 768))
    page.locator("[name=incident-what]").fill("stond bij school")
    wait_for(lambda: "incidents" in content(intake)["drafts"])
    type_note = "note => { note.value = 'Trilt.'; note.dispatchEvent(new Event('input', {bubbles: true})); }"

    def refuse(route: Route) -> None:
        if is_adding(route):
            page.locator("[name=running_note]").evaluate(type_note)
        answer_adding(route, 409)

    page.route("**/concern/", refuse)

    with page.expect_navigation():
        page.get_by_role("button", name="Voeg dit voorval toe").click()

    wait_for(lambda: content(intake)["running_note"] == "Trilt.")
    console_errors.clear()


def test_an_incident_that_was_begun_opens_on_a_phone_in_its_first_field(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_section(open_page, alice, intake, (390, 844))
    page.locator("[name=incident-what]").fill("stond bij school")
    wait_for(lambda: "incidents" in content(intake)["drafts"])
    page.reload()
    expect(page.locator("#add-incident")).to_be_hidden()

    page.locator(".foot-bar [href='#add-incident']").focus()
    page.keyboard.press("Enter")

    expect(page.locator("[name=incident-date]")).to_be_focused()


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_whoever_already_types_in_the_panel_stays_there(
    open_page: Open, alice: User, intake: Intake, size: tuple[int, int]
) -> None:
    page = open_page(
        reverse("section", args=[intake.uuid, "concern"]),
        user=alice,
        viewport={"width": size[0], "height": size[1]},
    )

    # The event that tells that a panel was opened comes after this.
    page.locator("[popovertarget=add-incident]:visible").first.evaluate(
        "button => { button.click(); document.getElementById('id_incident-what').focus(); }"
    )
    page.wait_for_timeout(200)
    page.keyboard.type("stond bij school")

    expect(page.locator("[name=incident-what]")).to_have_value("stond bij school")
    expect(page.locator("[name=incident-date]")).to_have_value("")


def hold_adding(page: Page) -> list[Route]:
    """Hold up the posts that add an incident; return the list in which they will be, to let them go on."""
    held: list[Route] = []
    page.route("**/concern/", lambda route: held.append(route) if is_adding(route) else route.continue_())
    return held


@pytest.mark.parametrize("date", ["gisteren", "31-02-2026"])
def test_whoever_went_on_with_a_question_stays_there_and_hears_of_the_incident(
    open_page: Open, alice: User, intake: Intake, date: str
) -> None:
    page = open_section(open_page, alice, intake, (1366, 768))
    page.locator("[name=incident-date]").fill(date)
    held, notes = hold_adding(page), page.locator("[name=running_note]")
    page.get_by_role("button", name="Voeg dit voorval toe").click()
    notes.click()
    page.keyboard.type("Tri")
    wait_for(lambda: page.evaluate("1") and held)  # a route is handled while the page is asked something

    held[0].continue_()
    if date == "gisteren":
        expect(page.locator("#add-incident .done")).to_contain_text("Voorval 1 toegevoegd.")
    else:
        expect(page.locator("#add-incident [role=alert]")).to_contain_text("een dag die niet bestaat")
    page.keyboard.type("lt.")

    expect(notes).to_have_value("Trilt.")
    expect(page.locator("[name=incident-date]")).to_have_value("" if date == "gisteren" else date)


@pytest.mark.parametrize("answer", ["added", "refused", "none"])
@pytest.mark.parametrize("way", ["Escape", "beside it", "another panel", "while saving", "before a frame"])
def test_on_a_phone_the_panel_of_an_incident_stays_until_it_tells_what_became_of_it(
    open_page: Open, alice: User, intake: Intake, console_errors: list[str], way: str, answer: str
) -> None:
    page = open_section(open_page, alice, intake, (390, 844))
    with nullcontext() if way == "while saving" else page.expect_response("**/concern/"):
        page.locator("[name=incident-date]").fill("31-02-2026" if answer == "refused" else "gisteren")
    held, panel = hold_adding(page), page.locator("#add-incident")
    add = page.get_by_role("button", name="Voeg dit voorval toe")
    # Without a frame in between, with which the browser would take the focus out of what is inert.
    if way in {"while saving", "before a frame"}:
        add.evaluate("add => { add.focus(); add.click(); add.closest('[popover]').hidePopover(); }")
    else:
        add.click()
    wait_for(lambda: page.evaluate("1") and held)

    if way == "Escape":
        page.keyboard.press("Escape")
    elif way == "beside it":
        page.mouse.click(195, 5)
    elif way == "another panel":
        page.locator(".foot-bar [popovertarget=parts]").evaluate("button => button.click()")
    expect(panel.locator("[data-failed]")).to_have_text("Bezig...")
    expect(panel).to_be_visible()
    held[0].abort() if answer == "none" else held[0].continue_()

    told = {"added": "Voorval 1 toegevoegd.", "refused": "een dag die niet bestaat", "none": "Misschien niet"}
    expect(panel.get_by_text(told[answer])).to_be_in_viewport()
    expect(page.locator("[name=incident-date]")).to_be_focused()
    page.unroute("**/concern/")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    console_errors.clear()  # of the aborted post


def test_an_answer_that_was_not_saved_yet_is_saved_after_adding_an_incident(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_section(open_page, alice, intake, (1366, 768))
    page.locator("[name=incident-date]").fill("gisteren")
    page.locator("[name=running_note]").evaluate(
        "note => { note.value = 'Trilt.'; note.dispatchEvent(new Event('input', {bubbles: true})); }"
    )

    page.locator("[name=incident-date]").press("Enter")

    wait_for(lambda: content(intake)["running_note"] == "Trilt.")
    wait_for(lambda: len(intake.incident_log) == 1 and not content(intake)["drafts"])


def test_what_the_log_says_at_a_question_is_as_new_as_the_log(
    open_page: Open, alice: User, intake: Intake
) -> None:
    """What is taken over from it must not be of before."""
    incident_actions.add_incident(alice, intake, AT_THE_DOOR)
    page = open_page(reverse("section", args=[intake.uuid, "pattern"]), user=alice)
    first = page.locator("#pattern_start .from-log")
    expect(first).to_contain_text("20 maart 2026")

    page.locator("#incidents [popovertarget=add-incident]").click()
    page.locator("[name=incident-date]").fill("1 maart 2026")
    page.keyboard.press("Enter")

    expect(first).to_contain_text("1 maart 2026")


def is_adding(route: Route) -> bool:
    return route.request.method == "POST" and not is_autosave(route)


def answer_adding(route: Route, status: int) -> None:
    """Answer a post that adds an incident so; let the others through."""
    if is_adding(route):
        route.fulfill(status=status, content_type="text/html")
    else:
        route.continue_()


def open_section(open_page: Open, user: User, intake: Intake, size: tuple[int, int]) -> Page:
    """Open a section, go down in it, and open the form of an incident by keyboard."""
    page = open_page(
        reverse("section", args=[intake.uuid, "concern"]),
        user=user,
        viewport={"width": size[0], "height": size[1]},
    )
    page.locator("#weapons").evaluate("question => scrollTo(0, question.offsetTop - 100)")
    opener = ".foot-bar" if size[0] == 390 else "#incidents"
    page.locator(f"{opener} [popovertarget=add-incident]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=incident-date]")).to_be_focused()
    return page


def is_ready_for_the_next(page: Page, date: str = "") -> None:
    """Check that the page did not move, and that the form over it has the focus with nothing covering it."""
    expect(page.locator("[name=incident-date]")).to_be_focused()
    expect(page.locator("[name=incident-date]")).to_have_value(date)
    top = page.locator("#weapons").evaluate("question => question.getBoundingClientRect().top")
    assert round(top) == 100
    for selector in ("[name=incident-date]", "#add-incident [value=incident]"):
        assert page.locator(selector).evaluate(
            """control => {
                const {x, y, width, height} = control.getBoundingClientRect();
                return document.elementFromPoint(x + width / 2, y + height / 2) === control;
            }"""
        )


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
