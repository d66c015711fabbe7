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
from typing import Any

import pytest
from django.utils.translation import override

from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import (
    EDITIONS,
    INTERNAL,
    NO_OPTIONS,
    PRIVATE,
    REPORTED,
    RUNNING_NOTE,
    TELLING_ROWS,
    EditionOptions,
)
from questionnaire.documents.receiver_forms import receiver_forms
from questionnaire.documents.receiver_texts import text_parts
from questionnaire.documents.redaction import level_outside, without_rows
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.pdf import render_pdf
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.breaches import Breach
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.incidents import TEXTS, Incident
from questionnaire.domain.items import ABSENT_CODES, Item
from questionnaire.domain.review import Review
from questionnaire.tests.documents.examples import LANGUAGES, everything_answered, intake_file

#: What a report shows without a tick.
IN_A_REPORT = {
    "relationship",
    "children_involved",
    "behaviour_home",
    "behaviour_elsewhere",
    "behaviour_online",
}
INCIDENT = Incident("2026-03-20", "home", time="23:10", times=2, until="2026-03-21")
CELLS_AT_HOME = {"loiter": "weekly", "ring": "never"}
CELLS: dict[str, object] = {
    "behaviour_home": CELLS_AT_HOME,
    "relationship": "ex_partner",
    "children_involved": ["witness"],
}
#: An intake at each level; what is varied is added to it.
AT_EACH_LEVEL: dict[str, dict[str, object]] = {
    "follow": {},
    "days": {"relationship": "ex_partner", "coercive_control": "past"},
    "today": {**CELLS, "fear_level": 8},
    "now": {**CELLS, "danger_now": "now", "threats": ["kill"], "fear_own_words": "Ik ben bang."},
}

#: A change of one intake, by a name.
Change = tuple[str, IntakeFile]


def base(level: str) -> IntakeFile:
    """Return an intake at this level, with a text in every place, a source and an incident."""
    intake = intake_file(
        AT_EACH_LEVEL[level],
        reference="zqreference",
        author="zqauthor",
        sources={"relationship": "client"},
        incidents=(INCIDENT,) if level in ("today", "now") else (),
    )
    return replace(intake, date=date(2026, 3, 27))


def values_of(item: Item) -> Iterator[object]:
    """Yield every answer to a question, those in combination as far as they can be, and the absent states."""
    if item.kind == "grid":
        for row in item.rows:
            yield from ({row.code: column.code} for column in item.columns)
    elif item.kind == "many":
        yield from ([code] for code in item.codes)
        yield [code for code in item.codes if code not in item.exclusive]
    elif item.kind == "scale":
        yield from range(11)
    elif item.kind == "text":
        yield "zqtext"
    elif item.kind == "date":
        yield from ("2026-03-21", "2025", "2024-02")
    else:
        yield from item.codes
    yield from ABSENT_CODES


def with_answer(intake: IntakeFile, level: str, item: str, value: object) -> IntakeFile:
    """Return the intake with this answer, in place of the one it has."""
    answers = intake_file({**AT_EACH_LEVEL[level], item: value}).answers
    return replace(intake, answers=answers)


def with_beside(intake: IntakeFile, item: str, *fields: str) -> Iterator[Change]:
    """Yield the intake with something written beside a question, and with a source."""
    for field in fields:
        beside: Mapping[str, str] = {
            **getattr(intake, field),
            item: "document" if field == "sources" else "zqbeside",
        }
        yield f"{field} of {item}", replace(intake, **{field: beside})  # type: ignore[arg-type]


def with_other_incident(intake: IntakeFile, **changes: Any) -> IntakeFile:
    return replace(intake, incidents=tuple(replace(each, **changes) for each in intake.incidents))


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


def texts_and_more(intake: IntakeFile) -> Iterator[Change]:
    yield "running note", replace(intake, running_note="zqrunning. zqsecond.")
    yield "view", replace(intake, view="zqview")
    yield "author", replace(intake, author="zqother")
    yield "reference", replace(intake, reference="zqother")


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


def edition(code: str, intake: IntakeFile, language: str, options: EditionOptions = NO_OPTIONS) -> str:
    """Return all that an edition says: the page of its PDF, its text, and the text to copy from it."""
    document = build_document(intake, language, EDITIONS[code], options, paper=True)
    forms = [form for form in receiver_forms().values() if form.edition.code == code]
    copied = [text_parts(form, intake, options, language) for form in forms]
    return f"{document!r}\n{as_html(document)}\n{as_text(document)}\n{copied!r}"


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
