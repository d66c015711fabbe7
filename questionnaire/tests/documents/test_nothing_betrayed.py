"""Two intakes that differ only in what an edition leaves out give the same edition.

That of the police, and that for advice, may differ in the level alone. Every answer to every question is
tried, and every text, at each level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from django.utils.translation import override

from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import (
    EDITIONS,
    INTERNAL,
    PRIVATE,
    REPORTED,
    RUNNING_NOTE,
    TELLING_ROWS,
    EditionOptions,
)
from questionnaire.documents.redaction import level_outside, without_rows
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.pdf import render_pdf
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.breaches import Breach
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.incidents import TEXTS
from questionnaire.domain.review import Review
from questionnaire.tests.documents.examples import LANGUAGES, everything_answered, intake_file
from questionnaire.tests.documents.left_out import (
    AT_EACH_LEVEL,
    CELLS_AT_HOME,
    Change,
    base,
    edition,
    texts_and_more,
    values_of,
    with_answer,
    with_beside,
    with_other_incident,
)

#: What a report shows without a tick.
IN_A_REPORT = {
    "relationship",
    "children_involved",
    "behaviour_home",
    "behaviour_elsewhere",
    "behaviour_online",
}


def left_out_of_a_report(intake: IntakeFile, level: str) -> Iterator[Change]:
    for item in ITEMS.values():
        if item.id not in IN_A_REPORT:
            for value in values_of(item):
                yield f"{item.id}={value}", with_answer(intake, level, item.id, value)
        yield from with_beside(intake, item.id, "notes", "reasons", "sources")
    for name in TELLING_ROWS:
        grid, _dot, row = name.partition(".")
        for column in ITEMS[grid].columns:
            cells = {row.code: "never" for row in ITEMS[grid].rows if grid != "behaviour_home"}
            if level in ("today", "now") and grid == "behaviour_home":
                cells = dict(CELLS_AT_HOME)
            yield f"{name}={column.code}", with_answer(intake, level, grid, {**cells, row: column.code})
    yield from texts_and_more(intake)
    for text in TEXTS:
        yield text, with_other_incident(intake, **{text: "zqincident"})
    for reported in (True, False):
        yield f"reported={reported}", with_other_incident(intake, reported=reported)
    yield "date", replace(intake, date=date(2026, 3, 25))


def left_out_of_advice(intake: IntakeFile, level: str) -> Iterator[Change]:
    for item in ITEMS.values():
        if item.kind == "text" or item.private or item.internal:
            for value in values_of(item):
                yield f"{item.id}={value}", with_answer(intake, level, item.id, value)
        yield from with_beside(intake, item.id, "notes", "reasons")
    yield from texts_and_more(intake)
    for text in TEXTS:
        yield text, with_other_incident(intake, **{text: "zqincident"})
    yield "date", replace(intake, date=date(2026, 3, 25))


def left_out_of_the_police(intake: IntakeFile, level: str) -> Iterator[Change]:
    for item_id in (*PRIVATE, *INTERNAL):
        for value in values_of(ITEMS[item_id]):
            yield f"{item_id}={value}", with_answer(intake, level, item_id, value)
        yield from with_beside(intake, item_id, "notes", "reasons", "sources")
    yield "running note", replace(intake, running_note="zqrunning. zqsecond.")
    yield "view", replace(intake, view="zqview")


LEFT_OUT: dict[str, Callable[[IntakeFile, str], Iterator[Change]]] = {
    "report": left_out_of_a_report,
    "advice": left_out_of_advice,
    "police": left_out_of_the_police,
}


@cache
def level_labels() -> Mapping[str, tuple[str, ...]]:
    labels = {}
    for language in LANGUAGES:
        with override(language):
            labels[language] = tuple(level.label for level in Urgency)
    return labels


def without_level(text: str, language: str) -> str:
    """Return what an edition says, with one mark for the level in place of its name."""
    return re.sub("|".join(map(re.escape, level_labels()[language])), "LEVEL", text)


def test_the_intakes_are_at_each_level_and_take_every_question() -> None:
    assert [level_outside(base(level)).code for level in AT_EACH_LEVEL] == list(AT_EACH_LEVEL)
    changed = {name.partition("=")[0] for name, _intake in left_out_of_a_report(base("now"), "now")}
    assert set(ITEMS) - IN_A_REPORT <= changed
    assert len(list(left_out_of_a_report(base("now"), "now"))) > 400


@pytest.mark.untraced
@pytest.mark.parametrize("level", AT_EACH_LEVEL)
@pytest.mark.parametrize("code", LEFT_OUT)
def test_what_is_left_out_changes_nothing_but_the_level(code: str, level: str) -> None:
    before, language = base(level), LANGUAGES[list(AT_EACH_LEVEL).index(level) % 2]
    expected = edition(code, before, language)

    different = []
    for name, after in LEFT_OUT[code](before, level):
        said = edition(code, after, language)
        if code != "report" and level_outside(after) != level_outside(before):
            said, same = without_level(said, language), without_level(expected, language)
        else:
            same = expected
        if said != same or "zq" in said.replace("zqreference", "").replace("zqauthor", ""):
            different.append(name)

    assert different == []


@pytest.mark.parametrize("name", EDITIONS["report"].on_tick)
def test_a_tick_in_a_report_shows_what_it_names_and_changes_nothing_else(name: str) -> None:
    whole = replace(everything_answered(), author="zqauthor", notes=dict.fromkeys(ITEMS, "zqnote"))
    answers = {item: value for item, value in whole.answers.items() if item in IN_A_REPORT | {name}}
    bare = replace(
        without_rows(intake_file(answers), set(TELLING_ROWS) - {name}),
        running_note=whole.running_note if name == RUNNING_NOTE else "",
        incidents=tuple(
            replace(each, reported=each.reported if name == REPORTED else None) for each in whole.incidents
        ),
    )
    ticked = EditionOptions(frozenset({name}))

    said = edition("report", whole, "en", ticked)

    assert said == edition("report", bare, "en", ticked)
    assert said != edition("report", whole, "en")


def test_the_level_is_that_of_all_but_the_own_assessment() -> None:
    calm = intake_file({})
    for code in ("police", "advice"):
        said = edition(code, calm, "en")
        concerned = edition(code, with_answer(calm, "follow", "professional_concern", "urgent"), "en")
        suicidal = edition(code, with_answer(calm, "follow", "client_suicidal", "yes"), "en")

        assert concerned == said
        assert suicidal != said
        assert without_level(suicidal, "en") == without_level(said, "en")


@pytest.mark.pdf
def test_the_bytes_of_a_pdf_do_not_tell_what_is_left_out() -> None:
    """A title, an outline, a font subset, a length: all of a PDF is in its bytes."""
    before = base("now")
    changed = dict(left_out_of_a_report(before, "now"))
    pdf = render_pdf(build_document(before, "nl", EDITIONS["report"], paper=True))

    for name in (
        "client_suicidal=yes",
        "fear_own_words=zqtext",
        "what",
        "behaviour_online.tracking=daily",
        "author",
    ):
        other = render_pdf(build_document(changed[name], "nl", EDITIONS["report"], paper=True))
        assert other == pdf, name


def test_no_follow_up_or_review_changes_a_report_or_the_edition_for_advice() -> None:
    follow_up, review = FollowUp(breaches=(Breach("zqorder"),)), Review((), "zqsigner", date(2026, 3, 27))
    for code in ("report", "advice"):
        bare = build_document(base("now"), "nl", EDITIONS[code], paper=True)
        whole = build_document(
            base("now"), "nl", EDITIONS[code], paper=True, follow_up=follow_up, review=review
        )
        assert as_html(bare) == as_html(whole)
