"""The invented intakes, held in a browser: the summary is that of their answers files, in both languages."""

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
from questionnaire.documents.blocks import Document, Facts, Steps
from questionnaire.documents.builder import build_document
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.incidents import Incident as Told
from questionnaire.domain.items import Item
from questionnaire.domain.languages import LANGUAGES
from questionnaire.domain.summary import summarise, to_json
from questionnaire.forms.bindings import input_from_answer, post_from_input
from questionnaire.forms.date_input import dutch_date
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def start(page: Page, given: IntakeFile) -> Intake:
    page.locator("[name=reference]").fill(given.reference)
    page.locator("[name=on]").fill(dutch_date(given.date.isoformat()))
    page.locator(f"main [name=language][value={given.language}]").check()
    page.locator("main .primary").click()
    page.wait_for_selector("#section")
    page.wait_for_load_state()
    return Intake.objects.get(reference=given.reference)


def answer(page: Page, item: Item, given: IntakeFile) -> None:
    for name, values in post_from_input(item, input_from_answer(item, given.answers.get(item.id))).items():
        for value in values:
            if item.kind in ("text", "date") and name == item.id:
                page.locator(f"[name={name}]").fill(value)
            else:
                page.locator(f"[name={name}][value='{value}']").check()
    beside = {"note": given.notes, "reason": given.reasons}
    for part, texts in beside.items():
        if item.id in texts:
            unfold(page, item)
            page.locator(f"[name={item.id}__{part}]").fill(texts[item.id])
    if item.id in given.sources:
        unfold(page, item)
        page.locator(f"[name={item.id}__source]").select_option(given.sources[item.id])


def unfold(page: Page, item: Item) -> None:
    page.evaluate("id => (document.querySelector(`#${id} details`).open = true)", item.id)


def log(page: Page, told: Told) -> None:
    page.locator("main [name=date]").fill(dutch_date(told.date))
    page.locator("main [name=about]").set_checked(told.precision == "about")
    page.locator(f"main [name=place][value={told.place}]").check()
    page.locator("main [name=what]").fill(told.what)
    page.locator("main [name=evidence]").fill(told.evidence)
    reported = {None: "", True: "yes", False: "no"}[told.reported]
    page.locator(f"main [name=reported][value='{reported}']").check()
    page.locator("main .primary").click()
    expect(page.locator("main [name=date]")).to_have_value("")


def hold(page: Page, given: IntakeFile) -> Intake:
    """Go through the conversation, from its start to the answers to check."""
    page.goto(reverse("start"))
    intake = start(page, given)
    for section in SECTIONS:
        page.wait_for_url(f"**/{section.id}/")
        for item in section.items:
            answer(page, item, given)
        if section.id == SECTIONS[0].id:
            page.locator("[name=running_note]").fill(given.running_note)
        if section.id == "own_view":
            page.locator("[name=view]").fill(given.view)
        page.locator("main .actions .primary").click()
    page.wait_for_url("**/answers/")
    for told in given.incidents:
        page.goto(reverse("incidents", args=[intake.uuid]))
        log(page, told)
    return Intake.objects.get(pk=intake.pk)


def by_command(name: str, language: str) -> dict[str, Any]:
    out = StringIO()
    path = str(demo.FOLDER / f"{name}.json")
    call_command("summarise", path, format="json", language=language, output="-", stdout=out)
    summary: dict[str, Any] = json.loads(out.getvalue())
    return summary


def spoken(document: Document) -> list[str]:
    """Return the text of a document, phrase by phrase."""
    phrases = [document.page_one.headline, document.page_one.urgency, document.page_one.pattern]
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Steps):
                phrases += [text for step in block.steps for text in (step.title, step.text, step.decides)]
            if isinstance(block, Facts):
                phrases += [text for fact in block.facts for text in (fact.label, *fact.values)]
    return phrases


def without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("name", demo.COMPLETE)
def test_a_demo_intake_typed_in_a_browser_gives_the_summary_of_its_file(
    open_page: Open, alice: User, name: str
) -> None:
    given = demo.intake(name)
    page = open_page("/", user=alice)

    held = hold(page, given)

    told = held.incident_log
    assert held.answers.to_json() == given.answers.to_json()
    assert sorted(told, key=str) == sorted(given.incidents, key=str)
    assert held.content["drafts"] == {}
    for language in LANGUAGES:
        with override(language):
            summary = to_json(
                summarise(held.answers, told, held.on),
                reference=held.reference,
                on=held.on,
                language=language,
            )
        assert summary == by_command(name, language)
        shown = open_page(reverse("summary", args=[held.uuid]), user=alice, language=language)
        text = without_spaces(shown.locator("main").inner_text())
        missing = [
            phrase for phrase in spoken(build_document(given, language)) if without_spaces(phrase) not in text
        ]
        assert not missing
