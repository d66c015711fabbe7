"""Intakes that differ in one thing, and all that an edition says of an intake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS, NO_OPTIONS, Edition, EditionOptions
from questionnaire.documents.receiver_forms import receiver_forms
from questionnaire.documents.receiver_texts import text_parts
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import ABSENT_CODES, Item
from questionnaire.lifecycle.copies import COPIES
from questionnaire.tests.documents.examples import intake_file

#: The editions that a page offers, and the copies of a case that the law can ask for.
ALL_EDITIONS: Mapping[str, Edition] = {**EDITIONS, **COPIES}
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


def texts_and_more(intake: IntakeFile) -> Iterator[Change]:
    yield "running note", replace(intake, running_note="zqrunning. zqsecond.")
    yield "view", replace(intake, view="zqview")
    yield "author", replace(intake, author="zqother")
    yield "reference", replace(intake, reference="zqother")


def edition(
    code: str, intake: IntakeFile, language: str, options: EditionOptions = NO_OPTIONS, **beside: Any
) -> str:
    """Return all that an edition says: the page of its PDF, its text, and the text to copy from it.

    `beside` is what a document is made of besides the intake.
    """
    document = build_document(intake, language, ALL_EDITIONS[code], options, paper=True, **beside)
    forms = [form for form in receiver_forms().values() if form.edition.code == code]
    copied = [text_parts(form, intake, options, language) for form in forms]
    return f"{document!r}\n{as_html(document)}\n{as_text(document)}\n{copied!r}"
