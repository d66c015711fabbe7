"""The order and completeness of a document in every format and language."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.utils.translation import get_language, override

from questionnaire import demo
from questionnaire.documents import labels
from questionnaire.documents.blocks import Steps
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.json import as_json
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.follow_up import DONE, NOT_DONE, PLANNED, FollowUp, Outcome
from questionnaire.domain.review import Review
from questionnaire.domain.summary import summarise
from questionnaire.tests.documents.examples import LANGUAGES, intake_file
from questionnaire.tests.documents.reading import all_strings, one_line, page_on_paper, section

ORDER = (
    "fear",
    "wishes",
    "steps",
    "organisation",
    "case_holders",
    "safety_plan",
    "pattern",
    "breaches",
    "concerns",
    "others",
    "reporting_code",
    "support",
    "open_questions",
    "reassess",
    "own_view",
    "statement_of_facts",
    "limits",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", demo.NAMES)
def test_fear_stands_first_in_every_format(name: str, language: str) -> None:
    intake = demo.intake(name)
    with override(language):
        opening = summarise(intake.answers, intake.incidents, intake.date).fear.opening

    document = build_document(intake, language)
    html = as_html(build_document(intake, language, paper=True))
    text = as_text(document)

    assert document.sections[0].id == "fear"
    assert document.sections[0].heading == document.page_one.headline == opening
    body = html.split("<body", 1)[1].split(">", 1)[1]
    above = re.sub(r'<p class="emergency">.*?</p>', "", body.split("<h1>")[0], flags=re.DOTALL)
    # The client's own words are the fear; nothing else stands above it.
    above = re.sub(r"<blockquote.*?</blockquote>", "", above, flags=re.DOTALL)
    assert not re.sub(r"<[^>]+>", "", above).strip()
    assert body.split("<h1>")[1].startswith(opening.replace("'", "&#x27;"))
    assert text.split("=====")[0].strip().endswith(opening.upper())


@pytest.mark.parametrize("paper", [False, True])
@pytest.mark.parametrize("name", demo.NAMES)
def test_sections_keep_their_order(name: str, paper: bool) -> None:
    found = [section.id for section in build_document(demo.intake(name), "nl", paper=paper).sections]

    assert found == [name for name in ORDER if name in found]
    assert {"steps", "pattern", "reporting_code", "open_questions", "reassess", "limits"} <= set(found)


def test_only_the_emergency_line_stands_above_the_fear() -> None:
    document = build_document(demo.intake("half_finished"), "en")

    text = as_text(document)

    assert document.emergency is not None
    assert text.index("CALL 112 NOW") < text.index(document.page_one.headline.upper())
    assert build_document(demo.intake("colleague"), "en").emergency is None


@pytest.mark.parametrize(
    ("outcome", "called"),
    [
        (Outcome("call_112", DONE, on=date(2026, 3, 23)), "112 was called on 23 March 2026."),
        (Outcome("call_112", DONE), "112 was called."),
    ],
)
def test_once_112_was_called_a_quiet_line_says_when(outcome: Outcome, called: str) -> None:
    intake, follow_up = demo.intake("half_finished"), FollowUp(outcomes=(outcome,))
    line = f"{called} Is there danger again? Call 112 again."

    for paper in (True, False):
        document = build_document(intake, "en", follow_up=follow_up, paper=paper)
        before = build_document(intake, "en", paper=paper)

        assert (document.emergency, document.called) == (None, line)
        assert document.page_one.urgency == before.page_one.urgency
        assert [step.title for step in document.page_one.steps] == [
            step.title for step in before.page_one.steps
        ]
    assert f'<p class="quiet">{line}</p>' in as_html(
        build_document(intake, "en", follow_up=follow_up, paper=True)
    )
    text = one_line(as_text(document))
    assert line in text
    assert "CALL 112 NOW" not in text


@pytest.mark.parametrize("state", [PLANNED, NOT_DONE])
def test_until_112_was_called_the_emergency_line_stays(state: str) -> None:
    follow_up = FollowUp(outcomes=(Outcome("call_112", state, on=date(2026, 3, 23)),))
    signed = Review(signed_by="R. Jansen", signed_on=date(2026, 3, 24))

    document = build_document(demo.intake("half_finished"), "en", follow_up=follow_up, review=signed)

    assert document.emergency is not None
    assert document.called == ""


def test_a_call_to_112_that_is_not_advised_has_no_line() -> None:
    follow_up = FollowUp(outcomes=(Outcome("call_112", DONE),))
    assert build_document(demo.intake("colleague"), "en", follow_up=follow_up).called == ""


@pytest.mark.parametrize("name", demo.NAMES)
def test_every_question_is_shown_as_answered_or_as_open(name: str) -> None:
    intake = demo.intake(name)

    document = build_document(intake, "nl")

    text = one_line(as_text(document))
    with override("nl"):
        for item in ITEMS.values():
            assert str(item.label) in text
        for question in summarise(intake.answers, intake.incidents, intake.date).open_questions:
            assert labels.label(question.item) in "".join(all_strings(section(document, "open_questions")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", demo.NAMES)
def test_every_format_gives_the_same_advice_in_the_same_order(name: str, language: str) -> None:
    intake = demo.intake(name)
    titles = [advice["title"] for advice in json.loads(as_json(intake, language))["advice"]]

    document = build_document(intake, language)
    text = one_line(as_text(document))
    page = page_on_paper(intake, language).text

    steps = [
        step
        for block in section(document, "steps").blocks
        if isinstance(block, Steps)
        for step in block.steps
    ]
    assert [step.title for step in steps] == titles
    for found in (text, page):
        places = [found.index(f"{number}. {title}") for number, title in enumerate(titles, start=1)]
        assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", demo.NAMES)
def test_every_format_has_all_sentences_of_the_advice(name: str, language: str) -> None:
    intake = demo.intake(name)
    advice = json.loads(as_json(intake, language))["advice"]

    document = build_document(intake, language)

    for found in (one_line(as_text(document)), page_on_paper(intake, language).text):
        assert [one["code"] for one in advice if one["text"] not in one_line(found)] == []


@pytest.mark.parametrize("name", demo.NAMES)
def test_both_languages_have_the_same_sections_blocks_and_steps(name: str) -> None:
    intake = demo.intake(name)

    dutch, english = (build_document(intake, language) for language in LANGUAGES)

    for one, other in zip(dutch.sections, english.sections, strict=True):
        assert one.id == other.id
        assert [type(block) for block in one.blocks] == [type(block) for block in other.blocks]
    assert [step.code for step in dutch.page_one.steps] == [step.code for step in english.page_one.steps]


def test_a_document_leaves_the_active_language_as_it_was() -> None:
    with override("nl"):
        document = build_document(demo.intake("colleague"), "en")
        as_text(document)
        as_json(demo.intake("colleague"), "en")

        assert get_language() == "nl"
        assert document.page_one.headline == "The client does not feel safe. We take that seriously."


def test_a_long_reference_is_shortened_in_the_header_only() -> None:
    long = " ".join(["2026"] * 200)

    document = build_document(intake_file({}, reference=long, author=long), "en", paper=True)

    assert len(document.title) < 100
    assert len(document.conversation) < 120
    assert document.reference.endswith("…")
    assert list(all_strings(section(document, "limits"))).count(long) == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", demo.NAMES)
def test_a_title_names_neither_client_nor_subject(name: str, language: str) -> None:
    intake = demo.intake(name)

    document = build_document(intake, language)

    assert document.title in {
        f"{intake.reference} · Samenvatting · Eigen dossier - niet doorgeven",
        f"{intake.reference} · Summary · Own file - do not pass on",
    }
