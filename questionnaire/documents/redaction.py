"""True redaction: what may not be shown is taken out of the intake and its summary before a document is made.

So no writer of a part can show it by mistake. The advice is that of the whole intake: it keeps its level, and
says "safety data" where a reason was taken out. Its sentences are those that the remaining answers give.
Advice that they do not give at all is `withheld`: its name alone would tell the answer (docs/adr/0009).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from questionnaire.documents.labels import SAFETY_DATA
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.engine import Advice, Because, levels
from questionnaire.domain.advice.sentences import Said, chosen
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.answers import Answers
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.summary import Summary

_SENTENCE: Final = re.compile(r"[^.!?\n]+(?:[.!?]+[\"'\u201d\u2019)]*|$|(?=\n))")

Keep = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of free text. `place` names where it was written: an item, "note:ITEM", "incident:1"."""

    place: str
    text: str

    @property
    def key(self) -> str:
        """What a page posts for it. It says nothing of the sentence, and never fits another one."""
        return sha256(f"{self.place}\0{self.text}".encode()).hexdigest()[:24]


def without(intake: IntakeFile, items: Collection[str]) -> IntakeFile:
    """The intake without these items and what stands beside them."""
    answers = Answers({item_id: value for item_id, value in intake.answers.items() if item_id not in items})

    def rest(by_item: Mapping[str, str]) -> dict[str, str]:
        return {item_id: text for item_id, text in by_item.items() if item_id not in items}

    return replace(
        intake,
        answers=answers,
        notes=rest(intake.notes),
        reasons=rest(intake.reasons),
        sources=rest(intake.sources),
    )


def sentences(intake: IntakeFile) -> Iterator[Sentence]:
    """All free text of an intake but the professional's own view, sentence by sentence."""
    found: list[Sentence] = []

    def collect(place: str, text: str) -> str:
        found.extend(Sentence(place, sentence) for sentence in _split(text))
        return text

    _with_texts(intake, collect)
    return iter(found)


def only(intake: IntakeFile, keys: Collection[str]) -> IntakeFile:
    """The intake with no free text but the chosen sentences, and nothing beside them."""

    def keep(place: str, text: str) -> str:
        return " ".join(part for part in _split(text) if Sentence(place, part).key in keys)

    return _with_texts(intake, keep)


def _split(text: str) -> list[str]:
    return [sentence for found in _SENTENCE.findall(text) if (sentence := found.strip())]


def _with_texts(intake: IntakeFile, keep: Keep) -> IntakeFile:
    """The intake with every free text as `keep` gives it; an answer that becomes empty is taken out."""
    values = dict(intake.answers)
    for item_id in [item_id for item_id in values if ITEMS[item_id].kind == "text"]:
        if (text := intake.answers.text(item_id)) is None:
            continue
        if kept := keep(item_id, text):
            values[item_id] = kept
        else:
            del values[item_id]

    def kept_of(kind: str, by_item: Mapping[str, str]) -> dict[str, str]:
        each = {item_id: keep(f"{kind}:{item_id}", text) for item_id, text in by_item.items()}
        return {item_id: text for item_id, text in each.items() if text}

    return replace(
        intake,
        answers=Answers(values),
        notes=kept_of("note", intake.notes),
        reasons=kept_of("reason", intake.reasons),
        running_note=keep("running_note", intake.running_note),
        incidents=tuple(
            replace(
                incident,
                what=keep(f"incident:{number}", incident.what),
                evidence=keep(f"evidence:{number}", incident.evidence),
            )
            for number, incident in enumerate(intake.incidents, start=1)
        ),
    )


def withheld(summary: Summary, shown: IntakeFile) -> frozenset[str]:
    """The advice that rests on what is not shown, and on nothing else."""
    given = levels(_facts(shown))
    return frozenset(advice.code for advice in summary.advice if advice.code not in given)


def redacted(summary: Summary, shown: IntakeFile, hidden: Collection[str]) -> Summary:
    """The summary of a whole intake, as it may be told of what is shown of it."""
    facts, nameless = _facts(shown), withheld(summary, shown)
    fear = summary.fear
    return replace(
        summary,
        fear=replace(
            fear,
            words=shown.answers.text("fear_own_words"),
            life_changes=None if "life_changes" in hidden else fear.life_changes,
        ),
        wishes=shown.answers.text("client_wishes"),
        danger_signs=_kept(summary.danger_signs, hidden),
        advice=tuple(
            _redacted_advice(advice, facts, hidden, is_named=advice.code not in nameless)
            for advice in _nameless_last(summary.advice, nameless)
        ),
        incidents=shown.incidents,
        concerns=tuple(concern for concern in summary.concerns if concern.item not in hidden),
        reporting_code=replace(
            summary.reporting_code,
            acute=tuple(item_id for item_id in summary.reporting_code.acute if item_id not in hidden),
            structural=tuple(
                item_id for item_id in summary.reporting_code.structural if item_id not in hidden
            ),
        ),
        open_questions=tuple(question for question in summary.open_questions if question.item not in hidden),
    )


def _facts(shown: IntakeFile) -> Facts:
    return Facts(shown.answers.codes, len(shown.incidents))


def _nameless_last(advice: Iterable[Advice], nameless: Collection[str]) -> list[Advice]:
    """The advice by level, within a level what has no name at the end: its place would tell what it is."""
    return sorted(advice, key=lambda one: (-one.urgency, one.code in nameless))


def _redacted_advice(advice: Advice, facts: Facts, hidden: Collection[str], *, is_named: bool) -> Advice:
    left_out = Because(SAFETY_DATA, ())
    if not is_named:
        return replace(advice, because=(left_out,), said=Said((), {}), contacts=())
    because = _kept(advice.because, hidden)
    if because != advice.because:
        because = (*because, left_out)
    text = TEXTS[advice.code]
    # Its sentences are chosen anew, as one may tell of an answer that is left out.
    said = chosen(text.parts, facts, advice.said.values)
    contacts = tuple(contact for contact, condition in text.contacts if condition.holds(facts))
    return replace(advice, because=because, said=said, contacts=contacts)


def _kept(because: Sequence[Because], hidden: Collection[str]) -> tuple[Because, ...]:
    return tuple(reason for reason in because if reason.item not in hidden)
