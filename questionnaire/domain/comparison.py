"""What two assessments of one case say apart: new, more, less, no longer named, not known now, still open.

A comparison says what was said then and what is said now. It never says that anything is better: what is no
longer named may still happen. Unknown is never "no": a signal that became unknown is not known now, and one
that was unknown before is known now, which does not make it new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from questionnaire.domain.advice.rules import BEHAVIOUR
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import first_day
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED, Item

#: The items of one choice whose codes can be more or less, from the least to the most.
_SCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "danger_now": ("no", "soon", "now"),
    "person_near": ("elsewhere", "within_hour", "near"),
    "contact_frequency": ("not_lately", "less", "weekly", "several_weekly", "daily"),
    "lives_together": ("not_now", "part_time", "full_time"),
    "professional_concern": ("no_extra", "worried", "urgent"),
}
#: What happened does not become less by growing older: these codes only change their name in time.
_AGES: Final[Mapping[str, Mapping[str, str]]] = {
    "violence": {"client_recent": "client_earlier"},
    "strangulation": {"recent": "earlier"},
    "sexual_violence": {"recent": "earlier"},
    "coercive_control": {"still": "past"},
}
#: What is asked about the time since the last time: another answer is neither more nor less than that one.
_ABOUT_LATELY: Final = frozenset({"fear_change", "escalation"})

_UNKNOWN: Final = frozenset((*ABSENT_CODES, NOT_REACHED))


class Kind(StrEnum):
    """What became of one answer, in the order in which a comparison tells it."""

    NEW = "new"
    MORE = "more"
    HEARD = "heard"  # known now, not known then
    STILL = "still"
    OTHERWISE = "otherwise"  # another answer, neither more nor less
    LESS = "less"
    GONE = "gone"  # named then, not now
    LOST = "lost"  # known then, not known now
    OPEN = "open"  # known neither then nor now


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one answer, of one row of a grid, or of one option of a list.

    `then` and `now` are codes of the item, "text" for words and dates, or the state it is absent in; `row` is
    that of a grid. `is_signal` when one of the two is in what the item raises.
    """

    item: str
    kind: Kind
    then: tuple[str, ...]
    now: tuple[str, ...]
    row: str = ""

    @property
    def is_signal(self) -> bool:
        named = set(self.then) | set(self.now)
        return bool(named & ITEMS[self.item].raised_codes - _UNKNOWN)


@dataclass(frozen=True, slots=True)
class Assessment:
    """One conversation of a case."""

    on: date
    answers: Answers
    incidents: Sequence[Incident] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes from one assessment to a later one, and the incidents of that one which happened since."""

    changes: tuple[Change, ...]
    since: tuple[Incident, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of one kind, in questionnaire order."""
        return tuple(change for change in self.changes if change.kind is kind)


@dataclass(frozen=True, slots=True)
class Point:
    """Where one assessment stands in the course of its case.

    `fear` is None when no number was given, and `frequency` when it was not said how often this person makes
    contact: `fear_state` and `frequency_state` then tell in which state that question is.
    """

    on: date
    fear: int | None
    fear_state: str
    frequency: str | None
    frequency_state: str
    behaviours: int
    incidents: int


def compare(then: Assessment, now: Assessment) -> Comparison:
    """What changed between two assessments of one case."""
    changes = tuple(change for item in ITEMS.values() for change in _changes(item, then.answers, now.answers))
    since = tuple(incident for incident in now.incidents if first_day(incident.date) > then.on)
    return Comparison(changes, since)


def course(assessments: Iterable[Assessment]) -> tuple[Point, ...]:
    """Fear, frequency and numbers over time, in the order given."""
    return tuple(_point(assessment) for assessment in assessments)


def _point(assessment: Assessment) -> Point:
    answers = assessment.answers
    fear = answers.get("fear_level")
    frequency = answers.state("contact_frequency")
    raised = [code for grid in BEHAVIOUR for code in answers.codes[grid] & ITEMS[grid].raised_codes]
    return Point(
        on=assessment.on,
        fear=fear if isinstance(fear, int) else None,
        fear_state=answers.state("fear_level"),
        frequency=answers.text("contact_frequency"),
        frequency_state=frequency,
        behaviours=len(raised),
        incidents=len(assessment.incidents),
    )


def _changes(item: Item, then: Answers, now: Answers) -> Iterator[Change]:
    before, after = then.codes[item.id], now.codes[item.id]
    if item.kind == "grid":
        for row in item.rows:
            scale = [f"{row.code}={column.code}" for column in item.columns]
            cells = _cell(then, item.id, row.code), _cell(now, item.id, row.code)
            yield from _one(item, *cells, scale=scale, row=row.code)
    elif item.kind == "many" and item.id not in _ABOUT_LATELY and not (before | after) & _UNKNOWN:
        yield from _listed(item, before, after)
    else:
        # Of words and dates the codes say no more than that there are any.
        is_same = then.get(item.id) == now.get(item.id)
        scale = list(item.codes if item.kind == "scale" else _SCALES.get(item.id, ()))
        yield from _one(item, before, after, scale=scale, is_same=is_same)


def _cell(answers: Answers, item_id: str, row: str) -> frozenset[str]:
    """The one code of a row, or the state that it is absent in."""
    value = answers.get(item_id)
    if not isinstance(value, Mapping):
        return answers.codes[item_id]
    column = value.get(row, NOT_REACHED)
    return frozenset((column if column in _UNKNOWN else f"{row}={column}",))


def _one(
    item: Item,
    then: frozenset[str],
    now: frozenset[str],
    *,
    scale: Sequence[str],
    row: str = "",
    is_same: bool | None = None,
) -> Iterator[Change]:
    """What became of an answer as a whole, if that is anything to tell."""
    kind = _kind(item, then, now, scale, is_same=then == now if is_same is None else is_same)
    if kind:
        yield Change(item.id, kind, _ordered(item, then), _ordered(item, now), row)


def _kind(
    item: Item, then: frozenset[str], now: frozenset[str], scale: Sequence[str], *, is_same: bool
) -> Kind | None:
    if unknown := _with_unknown(then, now):
        return unknown
    if is_same:
        return Kind.STILL if now & item.raised_codes else None
    if scale:
        return _on_scale(item, then, now, scale)
    if item.id in _ABOUT_LATELY or _has_aged(item, then, now):
        return Kind.OTHERWISE
    return _by_signal(item, then, now) or Kind.OTHERWISE


def _with_unknown(then: frozenset[str], now: frozenset[str]) -> Kind | None:
    """What became of an answer of which one is not known, or neither."""
    if not (then | now) & _UNKNOWN:
        return None
    if now & _UNKNOWN:
        return Kind.OPEN if then & _UNKNOWN else Kind.LOST
    return Kind.HEARD


def _on_scale(item: Item, then: frozenset[str], now: frozenset[str], scale: Sequence[str]) -> Kind:
    """More or less; new where there was no signal, and no longer named where there is none now."""
    (before,), (after,) = then, now
    if item.kind != "scale" and (crossed := _by_signal(item, then, now)):
        return crossed
    return Kind.MORE if scale.index(after) > scale.index(before) else Kind.LESS


def _by_signal(item: Item, then: frozenset[str], now: frozenset[str]) -> Kind | None:
    was, is_now = bool(then & item.raised_codes), bool(now & item.raised_codes)
    if was == is_now:
        return None
    return Kind.NEW if is_now else Kind.GONE


def _has_aged(item: Item, then: frozenset[str], now: frozenset[str]) -> bool:
    return any(young in then - now and old in now for young, old in _AGES.get(item.id, {}).items())


def _listed(item: Item, then: frozenset[str], now: frozenset[str]) -> Iterator[Change]:
    """What became of each option of a list that is a signal; of the others only whether they changed."""
    if _has_aged(item, then, now):
        aged = _AGES[item.id]
        renamed = {code for pair in aged.items() for code in pair}
        yield Change(item.id, Kind.OTHERWISE, _ordered(item, then & renamed), _ordered(item, now & renamed))
        then, now = then - renamed, now - renamed
    for code in (code for code in item.codes if code in item.raised_codes & (then | now)):
        if code in then and code in now:
            yield Change(item.id, Kind.STILL, (code,), (code,))
        elif code in now:
            yield Change(item.id, Kind.NEW, (), (code,))
        else:
            yield Change(item.id, Kind.GONE, (code,), ())
    if not (then ^ now) & item.raised_codes and then != now:
        yield Change(item.id, Kind.OTHERWISE, _ordered(item, then), _ordered(item, now))


def _ordered(item: Item, codes: frozenset[str]) -> tuple[str, ...]:
    known = tuple(code for code in item.codes if code in codes)
    return known or tuple(sorted(codes))
