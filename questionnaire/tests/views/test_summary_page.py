"""The summary on a screen: all that the PDF says, each answer once, and numbers that call."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.safestring import SafeString

from questionnaire.actions import intakes as intake_actions
from questionnaire.documents.blocks import Section
from questionnaire.documents.document import Document
from questionnaire.domain.follow_up import DONE, PLANNED, Outcome
from questionnaire.models import Intake, User
from questionnaire.queries.documents import document_for
from questionnaire.tests.factories import record_outcomes, submission_of, write_plan
from questionnaire.tests.full_intakes import fill
from questionnaire.views.summary_page import advice_rows, arrange

#: Fields of a document that are no words.
CODES = frozenset({"id", "item", "code", "urgency_code", "name", "template", "is_tight"})
#: What is said of the boxes that paper has, to tick by hand.
ABOUT_BOXES = ("De drie vakjes", "The three boxes")


@pytest.fixture
def full(alice: User, intake: Intake) -> Intake:
    """Return an intake in which everything was asked, with outcomes and a plan."""
    intake = fill(alice, intake)
    outcomes = (
        Outcome("consult_police", DONE, who="M. de Wit", on=date(2026, 3, 23), why="Vaste contactpersoon."),
        Outcome("safety_plan", PLANNED, who="collega", on=date(2026, 12, 1)),
        Outcome("reporting_code_1", DONE, who="M. de Wit", on=date(2026, 3, 23), why="In het dossier."),
    )
    record_outcomes(alice, intake, *outcomes)
    write_plan(alice, intake, signals="Wij bellen elkaar elke avond.")
    return Intake.objects.get(pk=intake.pk)


def shown(html: str) -> str:
    """Return the words of a page on one line."""
    return " ".join(unescape(re.sub("<[^>]*>", "", html)).split())


def words(part: object) -> Iterator[str]:
    """Yield every text in a document or a part of it."""
    if isinstance(part, str) and not isinstance(part, SafeString):
        yield " ".join(part.split())
    elif isinstance(part, tuple):
        for inner in part:
            yield from words(inner)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in CODES:
                yield from words(getattr(part, field.name))


def page(client: Client, intake: Intake, language: str, settings: Any, name: str = "summary") -> str:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client.get(reverse(name, args=[intake.uuid])).content.decode()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_all_that_the_sections_of_the_pdf_say_is_in_the_page_or_behind_its_links(
    alice_client: Client, alice: User, full: Intake, settings: Any, language: str
) -> None:
    html = page(alice_client, full, language, settings)
    assert f'{reverse("reasons", args=[full.uuid])}#why-3"' in html
    text = shown(html + page(alice_client, full, language, settings, "reasons"))

    paper = document_for(full, language, reader=alice, paper=True)

    said = [each for section in paper.sections for each in words((section.heading, section.blocks))]
    assert len(said) > 500
    assert not [each for each in said if each not in text and not each.startswith(ABOUT_BOXES)]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page_one_of_the_pdf_is_in_the_page(
    alice_client: Client, alice: User, intake: Intake, settings: Any, language: str
) -> None:
    answers = {"fear_own_words": "Ik durf niet naar huis.", "fear_level": 9, "feared_events": ("kill",)}
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, **answers))
    intake = Intake.objects.get(pk=intake.pk)
    outcome = Outcome("consult_police", DONE, who="M. de Wit", on=date(2026, 3, 23), why="Contactpersoon.")
    record_outcomes(alice, intake, outcome)
    text = shown(page(alice_client, intake, language, settings))

    page_one = document_for(intake, language, reader=alice, paper=True).page_one

    said = list(words(page_one))
    assert "Ik durf niet naar huis." in said
    assert not [each for each in said if each not in text]


class TestRows:
    def test_a_step_is_one_row_with_its_number_its_level_and_what_was_done(
        self, alice_client: Client, full: Intake, settings: Any
    ) -> None:
        html = page(alice_client, full, "nl", settings)

        steps = html[html.index('id="steps"') :]
        row = re.findall(r"<li>\s*<details>\s*<summary>\s*<h4>3\. .*?</li>", steps, re.DOTALL)[0]
        assert "3. Overleg met de politie" in shown(row)
        assert "Nu handelen" in shown(row)
        assert '<a href="tel:0900-8844">0900-8844</a>' in row
        assert "Gedaan op 23 maart 2026, door M. de Wit" in shown(row)
        assert "Vaste contactpersoon." in shown(row)

    def test_an_answer_behind_advice_is_said_once_and_named_elsewhere(
        self, alice_client: Client, full: Intake, settings: Any
    ) -> None:
        html = page(alice_client, full, "nl", settings)
        steps = page(alice_client, full, "nl", settings, "reasons")

        answer = "Bij de keel gegrepen: Ja, in de laatste zeven dagen"
        assert shown(steps).count(answer) <= 3  # 14 times before
        assert shown(html).count(answer) <= 5
        assert steps.count(">Bij de keel gegrepen</a>") > 5
        for anchor in re.findall('href="#(r[0-9]+)"', steps):
            assert steps.count(f'id="{anchor}"') == 1

    def test_the_answers_behind_advice_lead_to_where_they_were_given(
        self, alice_client: Client, full: Intake, settings: Any
    ) -> None:
        html = page(alice_client, full, "nl", settings, "reasons")

        assert f'href="{reverse("answers", args=[full.uuid])}#strangulation"' in html
        assert 'id="why-3"' in html

    def test_someone_who_may_not_write_it_down_reads_the_outcome(
        self, client: Client, rachel: User, full: Intake, settings: Any
    ) -> None:
        client.force_login(rachel)

        html = page(client, full, "nl", settings)

        assert "Gedaan op 23 maart 2026, door M. de Wit" in shown(html)
        assert reverse("steps", args=[full.uuid]) not in html


class TestParts:
    def test_the_list_of_contents_leads_to_every_part(
        self, alice_client: Client, full: Intake, settings: Any
    ) -> None:
        html = page(alice_client, full, "nl", settings)

        (contents,) = re.findall('<nav class="contents".*?</nav>', html, re.DOTALL)
        assert shown(contents) == "Doen Patroon Zorgen Meldcode Nog te vragen"
        for anchor in re.findall('href="#([a-z-]+)"', contents):
            assert html.count(f'id="{anchor}"') == 1

    def test_no_section_is_lost(self, alice: User, full: Intake) -> None:
        document = document_for(full, "nl", reader=alice, explained=True)
        added = Section("new", "Nieuw", (document.sections[0].blocks[0],))

        arranged = arrange(with_section(document, added))

        found = {section.id for part in arranged.parts for section in part.sections}
        assert found == {section.id for section in (*document.sections, added)}

    def test_long_wishes_stand_in_their_own_section(self, alice: User, intake: Intake) -> None:
        intake_actions.save_section(
            alice, intake, "help", submission_of(intake, client_wishes="Rust. " * 100)
        )
        arranged = arrange(document_for(Intake.objects.get(), "nl", reader=alice))

        assert arranged.wishes is None
        assert "Rust. Rust." in " ".join(words(tuple(arranged.sections({"wishes"}))))


def with_section(document: Document, section: Section) -> Document:
    return replace(document, sections=(*document.sections, section))


def test_advice_for_everyone_has_no_answers_behind_it(alice: User, intake: Intake) -> None:
    document = document_for(intake, "nl", reader=alice, explained=True)

    rows = advice_rows(next(section for section in document.sections if section.id == "steps"))

    assert rows.rows
    assert rows.answers == ()


@pytest.mark.parametrize("name", ["summary", "review"])
def test_what_the_summary_does_is_only_offered_to_who_may(
    client: Client, rachel: User, full: Intake, settings: Any, name: str
) -> None:
    client.force_login(rachel)

    html = page(client, full, "nl", settings, name)

    assert "Ter toetsing aanbieden" not in html


def test_the_author_gets_one_row_of_actions(alice_client: Client, full: Intake, settings: Any) -> None:
    html = page(alice_client, full, "nl", settings)

    before = html[: html.index("<h1>")]
    for label in ("Download de PDF", "Versies voor anderen", "Ter toetsing aanbieden", "Opvolging"):
        assert label in before
