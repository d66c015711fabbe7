"""Guess answers as someone would who reads the database without the key ring, and count the hits.

Such a reader sees the columns of the lists and how they change, how long each encrypted value is after each
save, and which events there are. The people and their answers are made up; one hidden gravity makes grave
answers, long texts and a full log go together, as they do in life.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.fingerprints import item_fingerprint, text_fingerprint
from questionnaire.domain.items import Item
from questionnaire.domain.merge import Merge, Submission
from questionnaire.domain.summary import summarise
from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.models import Intake
from questionnaire.models.intakes import empty_content

ON: Final = date(2026, 3, 23)
#: What is guessed: whether the answer to this question has one of these codes.
GUESSED: Final[Mapping[str, frozenset[str]]] = {
    "strangulation": frozenset({"recent", "earlier"}),
    "sexual_violence": frozenset({"recent", "earlier"}),
    "weapons": frozenset({"used", "has"}),
    "threats": frozenset({"kill"}),
    "client_suicidal": frozenset({"yes"}),
    "children": frozenset({"cares_for", "shared"}),
    "relationship": frozenset({"partner", "ex_partner"}),
    "professional_concern": frozenset({"urgent"}),
}
_ANSWERED, _WITH_NOTE, _WITH_SOURCE, _WITH_RUNNING_NOTE = 0.85, 0.08, 0.04, 0.3
_WORDS: Final = ("zij", "belt", "iedere", "avond", "en", "stond", "weer", "bij", "school", "Zoë", "durft")
_UNANSWERED: Final = {item_id: item_fingerprint(empty_content(), item_id) for item_id in ITEMS}
_LAST_OF_A_PAGE: Final = frozenset(section.items[-1].id for section in SECTIONS)
#: What is seen of each page: how often it was saved, and the length at each of these. The order of questions
#: is no secret, but which of them was saved is: events name the page.
_PLACES: Final = tuple(
    name
    for section in SECTIONS
    for name in (
        f"saves {section.id}",
        *(f"{kind} {section.id} {number}" for number in range(12) for kind in ("length", "grew")),
    )
)
#: A table has at least this many examples of what it goes by; else it goes by less.
_ENOUGH: Final = 8
_MOST_FEATURES: Final = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be seen of one intake without the key ring, by name, and what was answered.

    `columns` are those of the lists after each save; `lengths` are those of its token, and how they changed.
    """

    columns: Mapping[str, int]
    lengths: Mapping[str, int]
    answers: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Result:
    """How often guessing was right, by the columns alone and with lengths too, over the same intakes.

    `gain` is the difference, and `half_width` half of its interval of 95%, all as shares of 1.
    """

    by_columns: float
    with_lengths: float
    half_width: float

    @property
    def gain(self) -> float:
        """How much more often the guess is right with lengths."""
        return self.with_lengths - self.by_columns


def saves(chance: random.Random) -> list[tuple[str, Submission]]:
    """Return what is saved in one conversation, answer by answer as pages save, with the question."""
    gravity = chance.betavariate(1.2, 1.8)
    sent = [
        (item.id, _submission(chance, gravity, item))
        for section in SECTIONS
        for item in section.items
        if chance.random() < _ANSWERED
    ]
    if chance.random() < _WITH_RUNNING_NOTE:
        base = {"running_note": text_fingerprint(empty_content(), "running_note")}
        text = {"running_note": _text(chance, gravity, 400)}
        sent.insert(0, ("running_note", Submission(base, dict.fromkeys(base, ""), texts=text)))
    return sent


def _submission(chance: random.Random, gravity: float, item: Item) -> Submission:
    draw = chance.random()
    return Submission(
        {item.id: _UNANSWERED[item.id]},
        {item.id: "as posted"},
        answers={item.id: _answer(chance, gravity, item)},
        notes={item.id: _text(chance, gravity, 40)} if draw < _WITH_NOTE else {},
        sources={item.id: "document"} if draw > 1 - _WITH_SOURCE else {},
    )


def _text(chance: random.Random, gravity: float, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=1 + int(chance.expovariate(1) * words * (0.5 + gravity))))


def _answer(chance: random.Random, gravity: float, item: Item) -> Any:
    if item.kind == "text":
        return _text(chance, gravity, 60)
    if item.kind == "date":
        return f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    if item.kind == "scale":
        return min(10, int(gravity * 8 + chance.random() * 4))
    if item.kind == "grid":
        columns = [column.code for column in item.columns]
        return {row.code: chance.choice(columns) for row in item.rows if chance.random() < 0.3 + gravity / 2}
    grave = [option.code for option in item.options if option.code in item.raises]
    other = [option.code for option in item.options if option.code not in grave]
    if item.kind == "many":
        order = [option.code for option in item.options]
        chances = {
            code: gravity / 2 if code in grave else 0.2 for code in order if code not in item.exclusive
        }
        chosen = [code for code, share in chances.items() if chance.random() < share]
        exclusive = [code for code in order if code in item.exclusive]
        return tuple(chosen) or (exclusive[0] if exclusive else order[0],)
    return (
        chance.choice(grave) if grave and chance.random() < gravity * 0.7 else chance.choice(other or grave)
    )


def seen(saved: Sequence[tuple[str, Submission]], intake: Intake, pad_to: int | None = None) -> Seen:
    """Return what can be seen of an intake in which this was saved, with `pad_to` by another step of padding.

    It does to the content what saving does; `intake` lends its key.
    """
    field = copy(Intake._meta.get_field("content"))
    assert isinstance(field, EncryptedJSONField)
    field.pad_to = pad_to or field.pad_to
    content, columns, lengths = empty_content(), dict[str, int](), dict.fromkeys(_PLACES, 0)
    before = len(field.encrypt(intake, content).token)
    for place, submission in saved:
        Merge(content, submission).merge_all(submission.answers)
        now = len(field.encrypt(intake, content).token)
        page = page_of(place)
        number = lengths[f"saves {page}"]
        lengths |= {f"length {page} {number}": now, f"grew {page} {number}": now - before}
        lengths[f"saves {page}"] += 1
        before = now
        if place in _LAST_OF_A_PAGE:
            columns |= _columns(place, content)
    columns |= _columns("the end", content)
    return Seen(columns, lengths, {item: _is(content, item, codes) for item, codes in GUESSED.items()})


def _columns(place: str, content: Mapping[str, Any]) -> dict[str, int]:
    summary = summarise(Answers.parse(content["answers"], until=date.max), (), ON)
    return {
        f"urgency {place}": summary.urgency,
        f"police {place}": summary.police_urgency,
        f"signs {place}": len(summary.danger_signs),
    }


def page_of(place: str) -> str:
    """Return the page on which something is saved: an answer, or the running note on the first."""
    return SECTION_OF[place].id if place in SECTION_OF else SECTIONS[0].id


def _is(content: Mapping[str, Any], item: str, codes: frozenset[str]) -> bool:
    answer = content["answers"].get(item, ())
    return bool(codes.intersection([answer] if isinstance(answer, str) else answer))


def attack(people: Sequence[Seen], item: str) -> Result:
    """Learn to guess an answer from half of them, and count how often it is right for the other half."""
    labels = [each.answers[item] for each in people]
    names = sorted({name for each in people for name in each.columns})
    columns = {name: [each.columns.get(name, -1) for each in people] for name in names}
    lengths = {name: [each.lengths[name] for each in people] for name in people[0].lengths}
    right = [_guesses(features, labels) for features in (columns, {**columns, **lengths})]
    gains = [with_lengths - by_columns for by_columns, with_lengths in zip(*right, strict=True)]
    mean = sum(gains) / len(gains)
    deviation = (sum((gain - mean) ** 2 for gain in gains) / (len(gains) - 1)) ** 0.5
    by_columns, with_lengths = (sum(each) / len(each) for each in right)
    return Result(by_columns, with_lengths, 1.96 * deviation / len(gains) ** 0.5)


def _guesses(features: Mapping[str, Sequence[int]], labels: Sequence[bool]) -> list[bool]:
    """Return for each of the second half whether the guess is right, by the features that tell most."""
    half = len(labels) // 2
    checked = range(half // 3)
    names = _most_telling(features, labels, range(half // 3, half), checked)
    groups, guesses = _one_group(labels, range(half))
    for name in names:
        groups, guesses = _split(groups, guesses, features[name], labels, range(half))
    return [guesses[groups[each]] == labels[each] for each in range(half, len(labels))]


def _most_telling(
    features: Mapping[str, Sequence[int]], labels: Sequence[bool], learned: range, checked: range
) -> list[str]:
    """Return the features by which a guess is right most often, added one by one while that helps."""
    groups, guesses = _one_group(labels, learned)
    chosen: list[str] = []
    best = sum(guesses[groups[each]] == labels[each] for each in checked)
    while len(chosen) < _MOST_FEATURES:
        tries = []
        for name in sorted(features.keys() - set(chosen)):
            split, guessed = _split(groups, guesses, features[name], labels, learned)
            tries.append((sum(guessed[split[each]] == labels[each] for each in checked), name))
        right, name = max(tries)
        if right <= best:
            break
        best = right
        groups, guesses = _split(groups, guesses, features[name], labels, learned)
        chosen.append(name)
    return chosen


def _one_group(labels: Sequence[bool], learned: range) -> tuple[list[int], dict[int, bool]]:
    groups = [0] * len(labels)
    return groups, _majorities(groups, labels, learned)


def _split(
    groups: Sequence[int],
    guesses: Mapping[int, bool],
    values: Sequence[int],
    labels: Sequence[bool],
    learned: range,
) -> tuple[list[int], dict[int, bool]]:
    """Split groups by a value, where there are enough examples of both; return them with their guesses.

    Whoever falls in no part stays in the group from before, with its guess.
    """
    counts = Counter((groups[each], values[each]) for each in learned)
    first = max(guesses) + 1
    ids = {key: first + number for number, key in enumerate(sorted(counts)) if counts[key] >= _ENOUGH}
    split = [ids.get((group, value), group) for group, value in zip(groups, values, strict=True)]
    return split, {**_majorities(split, labels, learned), **guesses}


def _majorities(groups: Sequence[int], labels: Sequence[bool], learned: range) -> dict[int, bool]:
    """Return by group what most of those who were learned from had."""
    counts: Counter[int] = Counter()
    for each in learned:
        counts[groups[each]] += 1 if labels[each] else -1
    return {group: count > 0 for group, count in counts.items()}
