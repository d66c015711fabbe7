"""Remove what a document may not show from the intake and its summary, before the document is built.

So no section can show it by mistake. The advice is that of the whole intake: it keeps its level, and says
"confidential" where a reason was removed. Its sentences are those that the remaining answers give. Advice
that these do not give at all is withheld: its title alone would reveal the answer (docs/adr/0009).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any, Final

from questionnaire.documents.editions import RUNNING_NOTE, Edition, EditionOptions, hidden_items
from questionnaire.documents.labels import SAFETY_DATA
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.engine import Advice, Because, levels
from questionnaire.domain.advice.sentences import Sentences, choose_sentences
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.answers import Answers
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import TEXTS as TEXTS_OF_INCIDENTS
from questionnaire.domain.incidents import Incident, count_incidents
from questionnaire.domain.summary import Summary

_SENTENCE: Final = re.compile(r"[^.!?\n]+(?:[.!?]+[\"'\u201d\u2019)]*|$|(?=\n))")
#: A page has a checkbox for each sentence, so a text of so many characters a sentence is split no further.
_MEAN_LENGTH: Final = 40
#: But a text of few sentences is split whatever their length.
_MIN_SENTENCES: Final = 20
#: How the place of a sentence names a text of an incident, where that is not by its field.
_PLACES: Final = {"what": "incident"}
_LEFT_OUT: Final = Because(SAFETY_DATA, ())

#: Takes where a text was written, and the text; returns the text that replaces it.
TextFilter = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of free text. `place` names where it was written: an item, "note:ITEM", "incident:1"."""

    place: str
    text: str

    @property
    def key(self) -> str:
        """What a page posts for it: a digest, which reveals nothing of the sentence and matches no other."""
        return sha256(f"{self.place}\0{self.text}".encode()).hexdigest()[:24]


def visible_part(intake: IntakeFile, edition: Edition, options: EditionOptions) -> IntakeFile:
    """Return the intake reduced to what the edition shows with what was ticked."""
    if edition.own_file:
        return intake
    hidden = hidden_items(edition, options.ticked)
    visible = replace(without_items(intake, hidden), view="")
    if RUNNING_NOTE in hidden:
        visible = replace(visible, running_note="")
    if not edition.free_text:
        visible = only_sentences(visible, options.sentences)
    if not edition.reference:
        visible = replace(visible, reference="", author="")
    return replace(visible, incidents=tuple(_without_hidden(each, hidden) for each in visible.incidents))


def _without_hidden(incident: Incident, hidden: Collection[str]) -> Incident:
    """Return the incident without what belongs to a question that is left out."""
    if "evidence_kept" in hidden:
        incident = replace(incident, evidence="")
    if "police_contact" in hidden:
        incident = replace(incident, reported=None, report_number="")
    return incident


def without_items(intake: IntakeFile, items: Collection[str]) -> IntakeFile:
    """Return the intake without these items and what was written beside them."""
    answers = Answers({item_id: value for item_id, value in intake.answers.items() if item_id not in items})

    def remaining(by_item: Mapping[str, str]) -> dict[str, str]:
        return {item_id: text for item_id, text in by_item.items() if item_id not in items}

    return replace(
        intake,
        answers=answers,
        notes=remaining(intake.notes),
        reasons=remaining(intake.reasons),
        sources=remaining(intake.sources),
    )


def sentences(intake: IntakeFile) -> Iterator[Sentence]:
    """Yield the sentences of all free text of an intake but the professional's own assessment."""
    found: list[Sentence] = []

    def collect(place: str, text: str) -> str:
        found.extend(Sentence(place, sentence) for sentence in _split(text))
        return text

    _with_texts(intake, collect)
    return iter(found)


def only_sentences(intake: IntakeFile, keys: Collection[str]) -> IntakeFile:
    """Return the intake with no free text but the sentences with these keys."""

    def select(place: str, text: str) -> str:
        return " ".join(part for part in _split(text) if Sentence(place, part).key in keys) if keys else ""

    return _with_texts(intake, select)


def fairly(found: Iterable[Sentence], most: int) -> list[Sentence]:
    """Return at most so many of the sentences, each once, in their order: long texts give way to short."""
    by_place: dict[str, list[Sentence]] = {}
    for sentence in dict.fromkeys(found):
        by_place.setdefault(sentence.place, []).append(sentence)
    left, chosen = most, {}
    for number, place in enumerate(sorted(by_place, key=lambda place: len(by_place[place]))):
        chosen[place] = by_place[place][: left // (len(by_place) - number)]
        left -= len(chosen[place])
    return [sentence for place in by_place for sentence in chosen[place]]


def _split(text: str) -> list[str]:
    """Return the sentences. Of a text with very short ones the last is all that remains of it."""
    most = max(_MIN_SENTENCES, len(text) // _MEAN_LENGTH)
    found = [match for match in _SENTENCE.finditer(text) if not match[0].isspace()]
    if len(found) <= most:
        return [match[0].strip() for match in found]
    return [*(match[0].strip() for match in found[: most - 1]), text[found[most - 1].start() :].strip()]


def _with_texts(intake: IntakeFile, apply: TextFilter) -> IntakeFile:
    """Return the intake with `apply` applied to every free text; an answer that becomes empty is removed."""
    values = dict(intake.answers)
    for item_id in [item_id for item_id in values if ITEMS[item_id].kind == "text"]:
        if (text := intake.answers.text(item_id)) is None:
            continue
        if result := apply(item_id, text):
            values[item_id] = result
        else:
            del values[item_id]

    def applied(kind: str, by_item: Mapping[str, str]) -> dict[str, str]:
        results = {item_id: apply(f"{kind}:{item_id}", text) for item_id, text in by_item.items()}
        return {item_id: text for item_id, text in results.items() if text}

    return replace(
        intake,
        answers=Answers(values),
        notes=applied("note", intake.notes),
        reasons=applied("reason", intake.reasons),
        running_note=apply("running_note", intake.running_note),
        incidents=tuple(
            _with_texts_of_incident(incident, partial(_apply_at, apply, number))
            for number, incident in enumerate(intake.incidents, start=1)
        ),
    )


def _apply_at(apply: TextFilter, number: int, field: str, text: str) -> str:
    return apply(f"{_PLACES.get(field, field)}:{number}", text)


def _with_texts_of_incident(incident: Incident, apply: TextFilter) -> Incident:
    texts: dict[str, Any] = {field: apply(field, getattr(incident, field)) for field in TEXTS_OF_INCIDENTS}
    return replace(incident, **texts)


def withheld_advice(summary: Summary, visible: IntakeFile) -> frozenset[str]:
    """Return the codes of the advice that the visible answers alone do not give."""
    advised = levels(_facts(visible))
    return frozenset(advice.code for advice in summary.advice if advice.code not in advised)


def redact_summary(summary: Summary, visible: IntakeFile, hidden: Collection[str]) -> Summary:
    """Return the summary of a whole intake, as it may be shown with the visible part of it."""
    facts, withheld = _facts(visible), withheld_advice(summary, visible)
    # Within a level what is withheld comes last: its place would reveal what it is.
    advice = sorted(summary.advice, key=lambda each: (-each.urgency, each.code in withheld))
    code = summary.reporting_code

    def not_hidden(items: Sequence[str]) -> tuple[str, ...]:
        return tuple(item_id for item_id in items if item_id not in hidden)

    return replace(
        summary,
        fear=replace(
            summary.fear,
            own_words=visible.answers.text("fear_own_words"),
            life_changes=None if "life_changes" in hidden else summary.fear.life_changes,
        ),
        wishes=visible.answers.text("client_wishes"),
        danger_signs=_not_hidden(summary.danger_signs, hidden),
        advice=tuple(
            _withhold(each) if each.code in withheld else _redact_advice(each, facts, hidden)
            for each in advice
        ),
        incidents=visible.incidents,
        concerns=tuple(concern for concern in summary.concerns if concern.item not in hidden),
        reporting_code=replace(code, acute=not_hidden(code.acute), structural=not_hidden(code.structural)),
        open_questions=tuple(question for question in summary.open_questions if question.item not in hidden),
    )


def _facts(visible: IntakeFile) -> Facts:
    return Facts(visible.answers.codes, count_incidents(visible.incidents))


def _withhold(advice: Advice) -> Advice:
    return replace(advice, because=(_LEFT_OUT,), sentences=Sentences((), {}), contacts=())


def _redact_advice(advice: Advice, facts: Facts, hidden: Collection[str]) -> Advice:
    because = _not_hidden(advice.because, hidden)
    if because != advice.because:
        because = (*because, _LEFT_OUT)
    text = TEXTS[advice.code]
    # Its sentences are chosen anew, as one may rest on an answer that is left out.
    sentences = choose_sentences(text.parts, facts, advice.sentences.values)
    contacts = tuple(contact for contact, condition in text.contacts if condition.holds(facts))
    return replace(advice, because=because, sentences=sentences, contacts=contacts)


def _not_hidden(because: Sequence[Because], hidden: Collection[str]) -> tuple[Because, ...]:
    return tuple(reason for reason in because if reason.item not in hidden)
