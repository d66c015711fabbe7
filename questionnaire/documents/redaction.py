"""Remove what a document may not show from an intake, before its document is built.

So no section can show it by mistake. All that an edition for others says is worked out anew from the part
that it shows: what is left out leaves no mark, order or sentence (docs/adr/0025). One thing is not: the
level for the police and for advice, which rests on everything but the professional's own assessment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any, Final

from questionnaire.documents.editions import (
    INTERNAL,
    REPORTED,
    RUNNING_NOTE,
    Edition,
    EditionOptions,
    hidden_names,
)
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.engine import levels, overall
from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Absent, Answers
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import TEXTS as TEXTS_OF_INCIDENTS
from questionnaire.domain.incidents import Incident, count_incidents
from questionnaire.domain.items import ABSENT_CODES

_SENTENCE: Final = re.compile(r"[^.!?\n]+(?:[.!?]+[\"'\u201d\u2019)]*|$|(?=\n))")
#: A page has a checkbox for each sentence, so a text of so many characters a sentence is split no further.
_MEAN_LENGTH: Final = 40
#: But a text of few sentences is split whatever their length.
_MIN_SENTENCES: Final = 20
#: How the place of a sentence names a text of an incident, where that is not by its field.
_PLACES: Final = {"what": "incident"}

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

    @property
    def is_of_an_incident(self) -> bool:
        return self.place.partition(":")[0] in (*TEXTS_OF_INCIDENTS, *_PLACES.values())


def visible_part(intake: IntakeFile, edition: Edition, options: EditionOptions) -> IntakeFile:
    """Return the intake reduced to what the edition shows with what was ticked."""
    if edition.own_file:
        return intake
    hidden = hidden_names(edition, options.ticked)
    visible = replace(without_rows(without_items(intake, hidden), hidden), view="")
    if not edition.shows_states:
        visible = replace(visible, answers=_only_given(visible.answers), sources={})
    if REPORTED in hidden:
        incidents = tuple(replace(each, reported=None) for each in visible.incidents)
        visible = replace(visible, incidents=incidents)
    if not edition.free_text:
        visible = only_sentences(visible, options.sentences, whole=options.ticked)
    elif RUNNING_NOTE in hidden:
        visible = replace(visible, running_note="")
    if not edition.reference:
        visible = replace(visible, reference="", author="")
    return visible


def hidden_items(visible: IntakeFile, edition: Edition, options: EditionOptions) -> frozenset[str]:
    """Return the items that the edition may not even name, given the part that it shows.

    A text of which nothing may be shown is one of them, whether it has an answer or not; without states so
    is every question without an answer.
    """
    if edition.own_file:
        return frozenset()
    without_answer = (item for item in ITEMS.values() if visible.answers.state(item.id) != "answered")
    unnamed = (
        item.id
        for item in without_answer
        if not edition.shows_states or (item.kind == "text" and not edition.free_text)
    )
    return hidden_names(edition, options.ticked).union(unnamed)


def level_outside(intake: IntakeFile) -> Urgency:
    """Return the level that the police and Veilig Thuis get: that of all but the own assessment."""
    answers = without_items(intake, INTERNAL).answers
    return overall(levels(Facts(answers.codes, count_incidents(intake.incidents))))


def _only_given(answers: Answers) -> Answers:
    """Return what was answered: of a table the rows with an answer, of behaviour those that are signals."""
    given = {item_id: value for item_id, value in answers.items() if not isinstance(value, Absent)}
    for item_id, value in given.items():
        if isinstance(value, Mapping):
            given[item_id] = {row: column for row, column in value.items() if _is_told(item_id, column)}
    return Answers({item_id: value for item_id, value in given.items() if value != {}})


def _is_told(item_id: str, column: str) -> bool:
    return column in ITEMS[item_id].raises if item_id in BEHAVIOUR else column not in ABSENT_CODES


def without_rows(intake: IntakeFile, names: Collection[str]) -> IntakeFile:
    """Return the intake without these rows of tables, each named "item.row"."""
    values = dict(intake.answers)
    for item_id in BEHAVIOUR:
        if isinstance(cells := values.get(item_id), Mapping):
            values[item_id] = {row: cell for row, cell in cells.items() if f"{item_id}.{row}" not in names}
    return replace(intake, answers=Answers({name: value for name, value in values.items() if value != {}}))


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


def sentences_to_tick(intake: IntakeFile, edition: Edition, options: EditionOptions) -> Iterator[Sentence]:
    """Yield the sentences that the edition shows when they are ticked: a note only beside a shown answer."""
    every = frozenset(sentence.key for sentence in sentences(intake))
    answers = visible_part(intake, edition, replace(options, sentences=every)).answers
    return sentences(without_items(intake, [item for item in ITEMS if answers.state(item) != "answered"]))


def only_sentences(
    intake: IntakeFile, keys: Collection[str], whole: Collection[str] = frozenset()
) -> IntakeFile:
    """Return the intake with no free text but the sentences with these keys, and the `whole` places."""

    def select(place: str, text: str) -> str:
        if place in whole:
            return text
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
