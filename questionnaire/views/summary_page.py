"""Arrange a summary for the screen: page one, then parts in which each answer is said once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.documents import labels
from questionnaire.documents.blocks import (
    AdvisedStep,
    Block,
    Facts,
    FreeText,
    Quotation,
    Reason,
    Section,
    Steps,
)
from questionnaire.documents.document import Document
from questionnaire.domain.catalogue import ITEMS

#: The parts of the page after page one, each with its name and the ids of its sections, in reading order.
_PARTS: Final = (
    (
        "part-do",
        pgettext_lazy("part of the summary", "To do"),
        ("steps", "reassess", "case_holders", "safety_plan"),
    ),
    ("part-pattern", _("Pattern"), ("pattern", "breaches", "statement_of_facts")),
    ("part-concerns", _("Concerns"), ("concerns", "fear", "wishes", "others", "support", "own_view")),
    ("part-code", _("Reporting code (meldcode)"), ("reporting_code",)),
    ("part-ask", _("Still to ask"), ("open_questions", "review", "limits")),
)
#: The sections that are shown at once; of the others the heading, until someone unfolds them.
_OPEN: Final = frozenset({"steps", "reassess", "pattern", "reporting_code", "open_questions"})
#: Wishes of more characters than this are not on page one.
_MAX_WISHES: Final = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that led to advice, under an id for links. `label` is the name of its question."""

    anchor: str
    item: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One step of advice as a row.

    `because` are the answers behind it; none when `step.in_short` names them all in full. `changes` are the
    answers without which it would be less urgent, or not advised.
    """

    step: AdvisedStep
    because: tuple[Answer, ...]
    changes: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class AdviceRows:
    """All advice, and after it each answer that led to it, once."""

    template: ClassVar[str] = "intakes/steps.html"
    rows: tuple[AdviceRow, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """One section of a part. `folded` when the page shows only its heading at first."""

    id: str
    heading: str
    blocks: tuple[Block | AdviceRows, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """A part of the page that the list of contents names."""

    id: str
    name: str
    sections: tuple[ShownSection, ...]


@dataclass(frozen=True, slots=True)
class Arranged:
    """A document as the page shows it. `wishes` are the client's own, if page one has room for them."""

    wishes: Quotation | None
    parts: tuple[SummaryPart, ...]

    def sections(self, ids: Collection[str]) -> list[ShownSection]:
        """Return the sections with these ids, in their order."""
        return [section for part in self.parts for section in part.sections if section.id in ids]


def arrange(document: Document) -> Arranged:
    """Return a summary with its sections in parts, without what page one says already."""
    wishes = _short_wishes(document)
    sections = {section.id: section for section in _beside_page_one(document, wishes) if section.blocks}
    known = {name for _id, _name, names in _PARTS for name in names}
    rest = tuple(name for name in sections if name not in known)
    parts = []
    for part_id, name, names in _PARTS:
        if part_id == _PARTS[-1][0]:
            names = (*names, *rest)
        shown = tuple(_shown(sections[each]) for each in names if each in sections)
        if shown:
            parts.append(SummaryPart(part_id, str(name), shown))
    return Arranged(wishes, tuple(parts))


def advice_rows(section: Section) -> AdviceRows:
    """Return the advice of a section as rows, whatever the level of each."""
    steps = [step for block in section.blocks if isinstance(block, Steps) for step in block.steps]
    answers = _numbered(steps)
    rows = tuple(
        AdviceRow(step, _found(answers, _unnamed(step)), _found(answers, _changes(step))) for step in steps
    )
    shown = {answer.anchor for row in rows for answer in (*row.because, *row.changes)}
    return AdviceRows(rows, tuple(answer for answer in answers.values() if answer.anchor in shown))


def _shown(section: Section) -> ShownSection:
    blocks = (advice_rows(section),) if section.id == "steps" else section.blocks
    return ShownSection(section.id, section.heading, blocks, section.id not in _OPEN)


def _numbered(steps: Iterable[AdvisedStep]) -> dict[Reason, Answer]:
    """Return each answer behind the advice once, numbered as they come."""
    reasons = dict.fromkeys(reason for step in steps for reason in (*step.because, *_changes(step)))
    return {
        reason: Answer(f"r{number}", reason.item, _label(reason), reason.text)
        for number, reason in enumerate(reasons, start=1)
    }


def _label(reason: Reason) -> str:
    return labels.label(reason.item) if reason.item in ITEMS else reason.text


def _found(answers: dict[Reason, Answer], reasons: Iterable[Reason]) -> tuple[Answer, ...]:
    return tuple(answers[reason] for reason in reasons)


def _changes(step: AdvisedStep) -> Sequence[Reason]:
    return step.explanation.changes if step.explanation else ()


def _unnamed(step: AdvisedStep) -> Sequence[Reason]:
    """Return the answers behind a step, unless it names each of them in full itself."""
    is_named = {reason.text for reason in step.because} <= set(step.in_short)
    return () if is_named else step.because


def _short_wishes(document: Document) -> Quotation | None:
    for section in document.sections:
        for block in section.blocks if section.id == "wishes" else ():
            if isinstance(block, Quotation) and len(block.text) <= _MAX_WISHES:
                return block
            return None
    return None


def _beside_page_one(document: Document, wishes: Quotation | None) -> Iterator[Section]:
    """Yield the sections, those of the fear and the wishes without what page one has of them."""
    page_one = document.page_one
    said = {fact.item for fact in (*page_one.fear.facts, *page_one.who)}
    if page_one.no_own_words:
        said.add("fear_own_words")
    own_words: FreeText | None = None
    if page_one.own_words and not page_one.own_words.continued:
        own_words = page_one.own_words.text
    for section in document.sections:
        if section.id == "fear":
            blocks = _without(section.blocks, said, own_words)
            yield Section(section.id, str(_("More about the fear")), blocks)
        elif section.id == "wishes":
            yield replace(section, blocks=_without(section.blocks, said, wishes.text if wishes else None))
        else:
            yield section


def _without(blocks: Sequence[Block], said: set[str], quoted: FreeText | None) -> tuple[Block, ...]:
    """Return blocks without facts that are said already with nothing beside them, and without a quotation."""
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Facts):
            facts = tuple(fact for fact in block.facts if fact.remarks or fact.item not in said)
            kept += [replace(block, facts=facts)] if facts else []
        elif not (isinstance(block, Quotation) and quoted is not None and block.text == quoted):
            kept.append(block)
    return tuple(kept)
