"""List every question with its answer as text: for the page of all answers, and to store at sign-off.

The field names are keys of the stored JSON: they must not change, so that old sign-offs can be opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import override

from questionnaire.documents import labels
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.items import Item
from questionnaire.domain.text import escape_controls


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """One question with its answer as text, and what was written beside it."""

    item: str
    label: str
    question: str
    state: str
    values: Sequence[str]
    beside: Sequence[str]


@dataclass(frozen=True, slots=True)
class SectionAnswers:
    """The questions of one section."""

    id: str
    number: int
    title: str
    answered: Sequence[QuestionAnswer]


def answers_by_section(intake: IntakeFile) -> list[SectionAnswers]:
    """Return every question with its answer, in the active language."""
    return [
        SectionAnswers(
            section.id, number, str(section.title), [_question_answer(intake, item) for item in section.items]
        )
        for number, section in enumerate(SECTIONS, start=1)
    ]


def snapshot(intake: IntakeFile) -> dict[str, list[dict[str, Any]]]:
    """Return `answers_by_section` in every language, as JSON to store: the words as they are now."""
    stored = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            stored[language] = [asdict(section) for section in answers_by_section(intake)]
    return stored


def from_snapshot(stored: Iterable[Mapping[str, Any]]) -> list[SectionAnswers]:
    """Return the sections of one language of a stored snapshot."""
    return [
        SectionAnswers(
            section["id"],
            section["number"],
            section["title"],
            [QuestionAnswer(**answered) for answered in section["answered"]],
        )
        for section in stored
    ]


def _question_answer(intake: IntakeFile, item: Item) -> QuestionAnswer:
    beside = (
        str(labels.SOURCES.get(intake.sources.get(item.id, ""), "")),
        escape_controls(intake.notes.get(item.id, "")),
        escape_controls(intake.reasons.get(item.id, "")),
    )
    return QuestionAnswer(
        item.id,
        str(item.label),
        str(item.question),
        intake.answers.state(item.id),
        list(map(str, labels.answer(intake.answers, item.id))),
        [text for text in beside if text],
    )
