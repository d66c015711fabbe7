"""An intake held by a person at the screen: who reads the page in their language, clicks and types.

Controls are found by what they are called on the page, so an answer only lands where its words say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from playwright.sync_api import Locator, Page, expect

from questionnaire.controls import dutch_date
from questionnaire.domain.answers import Absent, Value
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ABSENT, SECTIONS
from questionnaire.domain.items import Choice, Item, Section
from questionnaire.domain.timeline import PLACES, Incident
from questionnaire.forms import SOURCES, WORDS

LANGUAGE_NAMES = {"nl": "Dutch", "en": "English"}
_KEY_BY_KEY = 30  # characters; each key costs some milliseconds


def sign_in(page: Page, username: str, password: str) -> None:
    """From the page that asks for an account to the list of one's own intakes."""
    page.get_by_label(_("User name")).fill(username)
    page.get_by_label(_("Password")).fill(password)
    page.get_by_role("button", name=_("Sign in")).click()
    _is_at(page, _("Your conversations"))


@dataclass(frozen=True)
class Interview:
    """One intake, told as an answers file holds it. The language of the page is the active one."""

    page: Page
    told: IntakeFile

    def hold(self) -> None:
        """From the list of intakes to the summary."""
        self.start()
        self.type_in(self.page.get_by_label(str(WORDS["running_note"]), exact=True), self.told.running_note)
        for section in SECTIONS:
            _is_at(self.page, str(section.title))
            self.fill_in(section)
            last = section is SECTIONS[-1]
            self.press(_("Check the answers") if last else _("Next part"))
        _is_at(self.page, _("All answers"))
        self.page.get_by_role("link", name=_("To the summary")).click()
        expect(self.page.locator("#limits")).to_be_visible()

    def start(self) -> None:
        self.page.get_by_role("link", name=_("Start a conversation")).click()
        self.page.get_by_label(_("Your own reference")).fill(self.told.reference)
        self.page.get_by_label(_("Date of the conversation")).fill(dutch_date(self.told.date.isoformat()))
        self.page.get_by_label(_(LANGUAGE_NAMES[self.told.language]), exact=True).check()
        self.press(_("Begin"))

    def fill_in(self, section: Section) -> None:
        """All that the section asks, what stands beside it, and where it belongs also log and own view."""
        for item in section.items:
            group = self.page.get_by_role("group", name=str(item.question), exact=True)
            if item.id in self.told.answers:
                self.answer(group, item, self.told.answers[item.id])
            self.write_beside(group, item)
        if section.id == "pattern":
            self.log_incidents(section)
        if section.id == "own_view":
            self.type_in(self.page.get_by_label(str(WORDS["view"]), exact=True), self.told.view)

    def answer(self, group: Locator, item: Item, value: Value) -> None:
        if isinstance(value, Absent):
            group.get_by_label(_words(ABSENT, value.value), exact=True).check()
        elif isinstance(value, Mapping):
            for row, column in value.items():
                name = f"{_words(item.rows, row)} {_words(item.columns, column)}"
                group.get_by_role("radio", name=name, exact=True).check()
        elif isinstance(value, tuple):
            for code in value:
                group.get_by_role("checkbox", name=_words(item.options, code), exact=True).check()
        elif item.kind in ("text", "date"):
            text = dutch_date(str(value)) if item.kind == "date" else str(value)
            self.type_in(group.get_by_role("textbox", name=str(item.label), exact=True), text)
        else:
            name = str(value) if item.kind == "scale" else _words(item.options, str(value))
            group.get_by_role("radio", name=name, exact=True).check()

    def write_beside(self, group: Locator, item: Item) -> None:
        note, source = self.told.notes.get(item.id, ""), self.told.sources.get(item.id)
        if note or source:
            group.get_by_text(_("Why, how to ask, note and source")).click()
            self.type_in(group.get_by_role("textbox", name=_("Note"), exact=True), note)
        if source:
            group.get_by_role("combobox", name=_("Source")).select_option(label=_words(SOURCES, source))
        if reason := self.told.reasons.get(item.id):
            self.type_in(group.get_by_role("textbox", name=_("Reason for not asking")), reason)

    def log_incidents(self, section: Section) -> None:
        """The first beside the questions, the others on the page of the log; then back to the section."""
        if not self.told.incidents:
            return
        first, *others = self.told.incidents
        beside = self.page.get_by_role("region", name=_("Incidents"), exact=True)
        beside.get_by_text(_("Add an incident"), exact=True).click()
        self.log(beside, first)
        beside.get_by_role("link").click()
        for number, incident in enumerate(others, start=2):
            self.log(self.page.get_by_role("main"), incident)
            expect(self.page.locator("ul.lines > li")).to_have_count(number)
        self.page.get_by_role("link", name=_("Back to the questions")).click()
        self.page.get_by_role("navigation").get_by_role("link", name=str(section.title)).click()
        _is_at(self.page, str(section.title))

    def log(self, form: Locator, incident: Incident) -> None:
        date = incident.date[: len("2026-03")] if incident.precision == "month" else incident.date
        self.type_in(form.get_by_label(_("Date"), exact=True), dutch_date(date))
        if incident.precision == "about":
            form.get_by_label(_("The date is not certain")).check()
        form.get_by_label(_words(PLACES, incident.place), exact=True).check()
        self.type_in(form.get_by_label(_("What happened")), incident.what)
        self.type_in(form.get_by_label(_("Evidence")), incident.evidence)
        reported = form.get_by_role("group", name=_("Reported to the police"))
        said = {True: _("Yes"), False: _("No"), None: _("Not recorded")}[incident.reported]
        reported.get_by_label(said, exact=True).check()
        form.get_by_role("button", name=_("Add this incident")).click()

    def type_in(self, field: Locator, text: str) -> None:
        """Short words key by key, more of them at once, as who pastes. Nothing is touched for no text."""
        if text:
            (field.press_sequentially if len(text) <= _KEY_BY_KEY else field.fill)(text)

    def press(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def _is_at(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def _words(choices: tuple[Choice, ...], code: str) -> str:
    """What the page calls a code."""
    return next(str(choice.text) for choice in choices if choice.code == code)
