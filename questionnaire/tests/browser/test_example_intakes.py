"""Typing a demo intake in a browser gives the summary of its answers file, in both languages."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Page, expect

from questionnaire import demo
from questionnaire.documents.blocks import Facts, Steps
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.domain.items import Item
from questionnaire.domain.languages import LANGUAGES
from questionnaire.domain.summary import summarise, to_json
from questionnaire.forms.bindings import input_from_answer, post_from_input
from questionnaire.forms.date_input import dutch_date
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def start(page: Page, file: IntakeFile) -> Intake:
    page.locator("#id_reference").fill(file.reference)
    page.locator("[name=on]").fill(dutch_date(file.date.isoformat()))
    page.locator(f"main [name=language][value={file.language}]").check()
    page.locator("main .primary").click()
    page.wait_for_selector("#section")
    page.wait_for_load_state()
    return Intake.objects.get(case__reference=file.reference)


def answer(page: Page, item: Item, file: IntakeFile) -> None:
    for name, values in post_from_input(item, input_from_answer(item, file.answers.get(item.id))).items():
        for value in values:
            if item.kind in ("text", "date") and name == item.id:
                page.locator(f"[name={name}]").fill(value)
            else:
                page.locator(f"[name={name}][value='{value}']").check()
    texts_by_part = {"note": file.notes, "reason": file.reasons}
    for part, texts in texts_by_part.items():
        if item.id in texts:
            unfold(page, item)
            page.locator(f"[name={item.id}__{part}]").fill(texts[item.id])
    if item.id in file.sources:
        unfold(page, item)
        page.locator(f"[name={item.id}__source]").select_option(file.sources[item.id])


def unfold(page: Page, item: Item) -> None:
    page.evaluate("id => (document.querySelector(`#${id} details:has(select)`).open = true)", item.id)


def add_incident(page: Page, incident: DomainIncident) -> None:
    page.locator("main [name=date]").fill(dutch_date(incident.date))
    page.locator("main [name=about]").set_checked(incident.precision == "about")
    page.locator(f"main [name=place][value={incident.place}]").check()
    page.locator("main [name=what]").fill(incident.what)
    page.locator("main [name=evidence]").fill(incident.evidence)
    reported = {None: "", True: "yes", False: "no"}[incident.reported]
    page.locator(f"main [name=reported][value='{reported}']").check()
    page.locator("main .primary").click()
    expect(page.locator("main [name=date]")).to_have_value("")


def type_intake(page: Page, file: IntakeFile) -> Intake:
    """Type an intake, from its start to the page with all answers, and return it."""
    page.goto(reverse("start"))
    intake = start(page, file)
    for section in SECTIONS:
        page.wait_for_url(f"**/{section.id}/")
        for item in section.items:
            answer(page, item, file)
        if section.id == SECTIONS[0].id:
            page.locator("[name=running_note]").fill(file.running_note)
        if section.id == "own_view":
            page.locator("[name=view]").fill(file.view)
        page.locator("main .actions .primary").click()
    page.wait_for_url("**/answers/")
    for incident in file.incidents:
        page.goto(reverse("incidents", args=[intake.uuid]))
        add_incident(page, incident)
    return Intake.objects.get(pk=intake.pk)


def summary_by_command(name: str, language: str) -> dict[str, Any]:
    out = StringIO()
    path = str(demo.FOLDER / f"{name}.json")
    call_command("summarise", path, format="json", language=language, output="-", stdout=out)
    summary: dict[str, Any] = json.loads(out.getvalue())
    return summary


def phrases_of(document: Document) -> list[str]:
    """Return the text of a document, phrase by phrase."""
    phrases = [document.page_one.headline, document.page_one.urgency, document.page_one.pattern]
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Steps):
                phrases += [text for step in block.steps for text in (step.title, step.text, step.decides)]
            if isinstance(block, Facts):
                phrases += [text for fact in block.facts for text in (fact.label, *fact.values)]
    return phrases


def unfold_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(details => (details.open = true))")


def without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("name", demo.COMPLETE)
def test_a_demo_intake_typed_in_a_browser_gives_the_summary_of_its_file(
    open_page: Open, alice: User, name: str
) -> None:
    file = demo.intake(name)
    page = open_page("/", user=alice)

    intake = type_intake(page, file)

    incidents = intake.incident_log
    assert intake.answers.to_json() == file.answers.to_json()
    assert sorted(incidents, key=str) == sorted(file.incidents, key=str)
    assert intake.content["drafts"] == {}
    for language in LANGUAGES:
        with override(language):
            summary = to_json(
                summarise(intake.answers, incidents, intake.on),
                reference=intake.case.reference,
                on=intake.on,
                language=language,
            )
        assert summary == summary_by_command(name, language)
        summary_page = open_page(reverse("summary", args=[intake.uuid]), user=alice, language=language)
        unfold_all(summary_page)
        text = without_spaces(summary_page.locator("main").inner_text())
        missing = [
            phrase
            for phrase in phrases_of(build_document(file, language))
            if without_spaces(phrase) not in text
        ]
        assert not missing
