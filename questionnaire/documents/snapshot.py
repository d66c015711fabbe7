"""Every question with its answer in words: as the page of all answers shows it, and a sign-off keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import override

from questionnaire.documents import labels
from questionnaire.domain.answers import Absent
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.items import Item
from questionnaire.domain.text import shown


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with its answer in words, and what was written beside it."""

    item: str
    label: str
    question: str
    state: str
    values: Sequence[str]
    beside: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """The questions of one section."""

    id: str
    number: int
    title: str
    answered: Sequence[Answered]


def parts(intake: IntakeFile) -> list[Part]:
    """All of it, in the active language."""
    return [
        Part(section.id, number, str(section.title), [_answered(intake, item) for item in section.items])
        for number, section in enumerate(SECTIONS, start=1)
    ]


def snapshot(intake: IntakeFile) -> dict[str, list[dict[str, Any]]]:
    """The same in every language, to be kept as JSON: what was on the page, whatever is asked later."""
    kept = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            kept[language] = [asdict(part) for part in parts(intake)]
    return kept


def from_snapshot(kept: Iterable[Mapping[str, Any]]) -> list[Part]:
    """What `frozen` kept of one language."""
    return [
        Part(part["id"], part["number"], part["title"], [Answered(**one) for one in part["answered"]])
        for part in kept
    ]


def _answered(intake: IntakeFile, item: Item) -> Answered:
    beside = (
        str(labels.SOURCES.get(intake.sources.get(item.id, ""), "")),
        shown(intake.notes.get(item.id, "")),
        shown(intake.reasons.get(item.id, "")),
    )
    return Answered(
        item.id,
        str(item.label),
        str(item.question),
        intake.answers.state(item.id),
        _values(intake, item),
        [text for text in beside if text],
    )


def _values(intake: IntakeFile, item: Item) -> list[str]:
    value = intake.answers.get(item.id)
    if value is None:
        return [str(labels.STATES["not_reached"])]
    if isinstance(value, str) and item.kind == "text" and not isinstance(value, Absent):
        return [shown(value)]
    return list(labels.answer(item, value))
