"""What each edition leaves out and shows, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override

from questionnaire import demo
from questionnaire.documents import labels
from questionnaire.documents.blocks import Fact, Facts, NamedSteps
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.editions import EDITIONS, INTERNAL, PRIVATE, EditionOptions, needs_ground
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.dates import format_date
from questionnaire.domain.incidents import Incident
from questionnaire.domain.summary import summarise
from questionnaire.tests.documents.examples import (
    FOLLOW_UP_AND_REVIEW,
    LANGUAGES,
    SECRET,
    edition_of,
    intake_file,
    secrets,
)
from questionnaire.tests.documents.reading import all_strings, everything_in, section

OUTSIDE = ("police", "advice", "report")


@pytest.mark.parametrize(
    ("code", "may"),
    [
        (
            "police",
            {
                *("zqreference", "zqauthor", "zqwhat", "zqevidence"),
                *("zqorder", "zqdesk", "zqnumber", "zqreply"),
            },
        ),
        ("advice", set()),
        ("report", {"zqreference", "zqauthor", "zqwhat"}),
        ("client", set()),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_secret_is_in_an_edition_that_should_not_have_it(code: str, may: set[str], language: str) -> None:
    document = build_document(secrets(), language, EDITIONS[code], paper=True, **FOLLOW_UP_AND_REVIEW)

    assert set(re.findall("zq[a-z]+", everything_in(document))) == may


def test_every_secret_is_in_the_own_file() -> None:
    content = everything_in(build_document(secrets(), "en", EDITIONS["full"], **FOLLOW_UP_AND_REVIEW))

    beside = {
        "zqwho",
        "zqwhy",
        "zqcolleague",
        "zqresult",
        "zqground",
        "zqremark",
        "zqby",
        "zqanswer",
        "zqsigner",
        *("zqorder", "zqdesk", "zqnumber", "zqreply"),
        *("zqlead", "zqreach", "zqfixed", "zqdeputy"),
    }
    found = set(re.findall("zq[a-z]+[0-9]*", content))
    assert beside | {"zqrunning", "zqview", "zqcontact", "zqwhat", "zqevidence", "zqauthor"} <= found
    assert len([word for word in found if word.startswith("zqnote")]) == len(SECRET)


@pytest.mark.parametrize("code", OUTSIDE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_of_a_left_out_answer_is_not_named(code: str, language: str) -> None:
    content, whole = (
        " ".join(all_strings(build_document(secrets(), language, edition).sections))
        for edition in (EDITIONS[code], EDITIONS["full"])
    )

    with override(language):
        for label in map(labels.label, (*PRIVATE, *INTERNAL)):
            assert label not in content
            assert label in whole


# The advice edition shows a text by the sentence.
@pytest.mark.parametrize(
    ("code", "item"),
    [(code, item) for code in OUTSIDE for item in PRIVATE if (code, item) != ("advice", "safe_contact")],
)
def test_a_tick_includes_one_item_and_no_other(code: str, item: str) -> None:
    with override("en"):
        names = {other: labels.label(other) for other in PRIVATE}

    content = " ".join(all_strings(edition_of(secrets(), code, item).sections))

    assert {other for other, name in names.items() if name in content} == {item}


@pytest.mark.parametrize("code", OUTSIDE)
def test_own_view_is_in_no_edition_but_the_full_one(code: str) -> None:
    content = everything_in(edition_of(secrets(), code, *INTERNAL, "own_view", "professional_concern"))

    for text in ("zqview", "Concern of the professional"):
        assert text not in content
        assert text in everything_in(edition_of(secrets(), "full"))


@pytest.mark.parametrize("name", demo.NAMES)
@pytest.mark.parametrize("code", OUTSIDE)
def test_advice_keeps_its_level_and_order(code: str, name: str) -> None:
    intake = demo.intake(name)
    with override("en"):
        advice = [(given.title, given.urgency.label) for given in _summary(intake).advice]

    steps = list(_steps(edition_of(intake, code)))

    assert [step.urgency for step in steps] == [level for _title, level in advice]
    named = [(step.title, step.urgency) for step in steps if step.code != labels.SAFETY_DATA]
    assert named == [code for code in advice if code in named]


def _summary(intake: IntakeFile) -> Any:
    return summarise(intake.answers, intake.incidents, intake.date)


def _steps(document: Document) -> Iterator[Any]:
    for block in section(document, "steps").blocks:
        if isinstance(block, NamedSteps):
            yield from block.steps


def test_advice_that_rests_on_safety_data_shows_only_that() -> None:
    steps = {step.code: step for step in _steps(edition_of(secrets(), "police"))}

    nameless, police = steps[labels.SAFETY_DATA], steps["consult_police"]
    assert [reason.text for reason in nameless.because] == ["confidential"]
    assert (nameless.title, nameless.text) == ("Advice that rests on something confidential", "")
    assert (nameless.source, nameless.decides, nameless.contacts) == ("", "", ())
    assert [reason.item for reason in police.because] == ["fear_level", "threats", "safety_data"]
    assert police.text


#: Advice whose name alone reveals a private answer, and that answer.
REVEALING: dict[str, tuple[str, object]] = {
    "crisis_support": ("client_suicidal", "yes"),
    "honour_route": ("barriers", ["honour_pressure"]),
    "digital_safety": ("tech_access", "yes"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", OUTSIDE)
@pytest.mark.parametrize("advice", REVEALING)
def test_no_title_or_position_of_advice_reveals_a_private_answer(
    advice: str, code: str, language: str
) -> None:
    item, value = REVEALING[advice]
    intake = intake_file({item: value, "threats": ["kill"]})

    unticked, ticked = (
        build_document(intake, language, EDITIONS[code], EditionOptions(frozenset(ticks)))
        for ticks in ((), (item,))
    )

    with override(language):
        title = labels.advice_title(advice)
    assert title not in everything_in(unticked)
    assert title in everything_in(ticked)
    levels = [step.urgency for step in _steps(unticked)]
    assert levels == [step.urgency for step in _steps(ticked)]
    place = [step.code for step in _steps(unticked)].index(labels.SAFETY_DATA)
    assert levels[place] != levels[place + 1]


def test_an_item_that_is_left_out_is_no_open_question() -> None:
    empty = demo.intake("nothing_answered")

    content = " ".join(all_strings(section(edition_of(empty, "police"), "open_questions")))

    with override("en"):
        assert not [item for item in (*PRIVATE, *INTERNAL) if labels.label(item) in content]
        assert labels.label("threats") in content


def test_a_report_leaves_out_evidence_police_wishes_and_consent_unless_ticked() -> None:
    intake = intake_file(
        {
            "evidence_kept": ["log"],
            "police_contact": ["notified"],
            "client_wishes": "zqwish",
            "consent_share": ["police"],
        },
        running_note="zqnote",
        incidents=(Incident("2026-03-20", "home", what="zqwhat", evidence="zqphoto", reported=True),),
    )
    ticks = ("evidence_kept", "police_contact", "client_wishes", "consent_share", "running_note")

    bare, full = edition_of(intake, "report"), edition_of(intake, "report", *ticks, "open_questions")

    assert set(re.findall("zq[a-z]+", everything_in(bare))) == {"zqwhat"}
    assert "Police know" not in everything_in(bare)
    assert set(re.findall("zq[a-z]+", everything_in(full))) == {"zqwhat", "zqwish", "zqnote", "zqphoto"}
    assert "open_questions" not in [section.id for section in bare.sections]
    assert "open_questions" in [section.id for section in full.sections]


@pytest.mark.parametrize("name", demo.NAMES)
def test_a_report_shows_no_open_question_unless_ticked(name: str) -> None:
    intake = demo.intake(name)

    bare, full = edition_of(intake, "report"), edition_of(intake, "report", "open_questions")

    with override("en"):
        states = {str(state) for state in labels.STATES.values()}
    assert not states & {value for fact in _facts(bare) for value in fact.values}
    assert not states & {fact.label for fact in _facts(bare)}
    assert any(state in everything_in(full) for state in states)


def _facts(document: Document) -> Iterator[Fact]:
    for part in document.sections:
        for block in part.blocks:
            if isinstance(block, Facts):
                yield from block.facts


@pytest.mark.untraced
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", EDITIONS)
@pytest.mark.parametrize("name", demo.NAMES)
def test_fear_is_the_first_section_of_every_edition(name: str, code: str, language: str) -> None:
    for paper in (False, True):
        document = build_document(demo.intake(name), language, EDITIONS[code], paper=paper)

        headline = (
            document.page_one.headline if document.has_page_one and paper else document.sections[0].heading
        )
        assert document.sections[0].id == "fear" or document.has_page_one
        body = as_html(document).split("<body", 1)[1]
        assert body.split("<h1>")[1].split("</h1>")[0] == headline.replace("'", "&#x27;")


def test_the_police_edition_has_the_incidents_right_after_the_fear() -> None:
    document = edition_of(demo.intake("ex_partner_with_breach"), "police")

    assert [section.id for section in document.sections][:3] == ["fear", "incidents", "urgency"]


@pytest.mark.parametrize("code", OUTSIDE)
def test_no_edition_for_others_has_the_date_of_reassessment(code: str) -> None:
    intake = demo.intake("ex_partner_with_breach")
    again = summarise(intake.answers, intake.incidents, intake.date).reassess_on

    text = as_text(build_document(intake, "en", EDITIONS[code]))

    with override("en"):
        day = format_date(again)
    assert day in as_text(build_document(intake, "en"))
    assert day not in text


def test_sharing_with_the_police_without_consent_prints_the_ground() -> None:
    intake = intake_file({"consent_share": ["gp"]}, running_note="")

    document = edition_of(intake, "police", ground="Serious danger: <threats>.")

    assert needs_ground(EDITIONS["police"], intake.answers)
    assert not needs_ground(EDITIONS["police"], intake_file({"consent_share": ["police", "gp"]}).answers)
    assert not needs_ground(EDITIONS["report"], intake.answers)
    assert "Serious danger: <threats>." in as_text(document)
    assert "Serious danger: &lt;threats&gt;." in as_html(document)
