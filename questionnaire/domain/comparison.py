"""Compare two assessments of one case: what is new, more, less, no longer named, not known now or still open.

A comparison says what was recorded then and what is recorded now. It never says that anything is better: what
is no longer named may still happen. Unknown is never "no": a signal that became unknown is not known now, and
one that was unknown before is known now, which does not make it new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import first_day
from questionnaire.domain.incidents import Incident, count_incidents
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED, Item

#: Codes for what happened lately, and those for the same some time later: that it aged does not make it less.
_AGED_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "violence": {"client_recent": "client_earlier"},
    "strangulation": {"recent": "earlier"},
    "sexual_violence": {"recent": "earlier"},
    "coercive_control": {"still": "past"},
}
#: Items about the time since the previous conversation: another answer is neither more nor less.
_ABOUT_RECENT_CHANGE: Final = frozenset({"fear_change", "escalation"})

_UNKNOWN: Final = frozenset((*ABSENT_CODES, NOT_REACHED))


class ChangeKind(StrEnum):
    """How one answer changed, in the order in which a comparison shows it."""

    NEW = "new"
    MORE = "more"
    NOW_KNOWN = "heard"  # known now, not known then
    UNCHANGED = "still"  # a signal then and now
    DIFFERENT = "otherwise"  # another answer, neither more nor less
    LESS = "less"
    NOT_NAMED = "gone"  # a signal then, not now
    NOW_UNKNOWN = "lost"  # known then, not known now
    STILL_UNKNOWN = "open"  # known neither then nor now


@dataclass(frozen=True, slots=True)
class Change:
    """How one answer changed, or one row of a grid, or one option of a list.

    `then` and `now` are codes of the item, "text" for texts and dates, or the state it is absent in; `row` is
    that of a grid.
    """

    item: str
    kind: ChangeKind
    then: tuple[str, ...]
    now: tuple[str, ...]
    row: str = ""

    @property
    def is_signal(self) -> bool:
        """Return whether either answer is a signal; an absent state is none here."""
        codes = set(self.then) | set(self.now)
        return bool(codes & ITEMS[self.item].raised_codes - _UNKNOWN)


@dataclass(frozen=True, slots=True)
class Assessment:
    """One conversation of a case."""

    on: date
    answers: Answers
    incidents: Sequence[Incident] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes from one assessment to a later one, and the incidents in that one that happened since."""

    changes: tuple[Change, ...]
    new_incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The fear, the contact and the numbers of one assessment.

    `fear` is None when no number was given, and `frequency` when it was not recorded how often this person
    makes contact: `fear_state` and `frequency_state` then have the state of that question.
    """

    on: date
    fear: int | None
    fear_state: str
    frequency: str | None
    frequency_state: str
    behaviours: int
    incidents: int


def trend(assessments: Iterable[Assessment]) -> tuple[TrendPoint, ...]:
    """Return a point for each assessment, in the order given."""
    return tuple(_trend_point(assessment) for assessment in assessments)


def _trend_point(assessment: Assessment) -> TrendPoint:
    answers = assessment.answers
    fear = answers.get("fear_level")
    return TrendPoint(
        on=assessment.on,
        fear=fear if isinstance(fear, int) else None,
        fear_state=answers.state("fear_level"),
        frequency=answers.text("contact_frequency"),
        frequency_state=answers.state("contact_frequency"),
        behaviours=sum(len(answers.codes[grid] & ITEMS[grid].raised_codes) for grid in BEHAVIOUR),
        incidents=count_incidents(assessment.incidents),
    )


def compare(then: Assessment, now: Assessment) -> Comparison:
    """Return what changed between two assessments of one case."""
    changes = tuple(change for item in ITEMS.values() for change in _changes(item, then.answers, now.answers))
    new = tuple(incident for incident in now.incidents if _is_new(incident, then))
    return Comparison(changes, new)


def _is_new(incident: Incident, then: Assessment) -> bool:
    if not incident.date:
        return incident not in then.incidents
    return first_day(incident.date) > then.on


def _changes(item: Item, then: Answers, now: Answers) -> Iterator[Change]:
    before, after = then.codes[item.id], now.codes[item.id]
    if item.kind == "grid":
        for row in item.rows:
            cells = _cell(then, item.id, row.code), _cell(now, item.id, row.code)
            yield from _whole_answer(item, *cells, is_same=cells[0] == cells[1], row=row.code)
    elif item.kind == "many" and item.id not in _ABOUT_RECENT_CHANGE and not (before | after) & _UNKNOWN:
        yield from _options(item, before, after)
    else:
        # All texts and dates have the same code, so their values are compared.
        yield from _whole_answer(item, before, after, is_same=then.get(item.id) == now.get(item.id))


def _cell(answers: Answers, item_id: str, row: str) -> frozenset[str]:
    """Return the one code of a row, or the state that it is absent in."""
    value = answers.get(item_id)
    if not isinstance(value, Mapping):
        return answers.codes[item_id]
    column = value.get(row, NOT_REACHED)
    return frozenset((column if column in _UNKNOWN else f"{row}={column}",))


def _whole_answer(
    item: Item, then: frozenset[str], now: frozenset[str], *, is_same: bool, row: str = ""
) -> Iterator[Change]:
    """Yield how an answer changed as a whole, unless it is no signal and stayed the same."""
    kind = _kind(item, then, now, item.scale(row), is_same=is_same)
    if kind:
        yield Change(item.id, kind, _in_order(item, then), _in_order(item, now), row)


def _kind(
    item: Item, then: frozenset[str], now: frozenset[str], scale: Sequence[str], *, is_same: bool
) -> ChangeKind | None:
    if unknown := _unknown_kind(then, now):
        return unknown
    if is_same:
        return ChangeKind.UNCHANGED if now & item.raised_codes else None
    if scale:
        return _scale_kind(item, then, now, scale)
    if item.id in _ABOUT_RECENT_CHANGE or _has_aged(item, then, now):
        return ChangeKind.DIFFERENT
    return _signal_kind(item, then, now) or ChangeKind.DIFFERENT


def _unknown_kind(then: frozenset[str], now: frozenset[str]) -> ChangeKind | None:
    """Return how an answer changed that was or is unknown; None for one that is known both times."""
    if not (then | now) & _UNKNOWN:
        return None
    if now & _UNKNOWN:
        return ChangeKind.STILL_UNKNOWN if then & _UNKNOWN else ChangeKind.NOW_UNKNOWN
    return ChangeKind.NOW_KNOWN


def _scale_kind(item: Item, then: frozenset[str], now: frozenset[str], scale: Sequence[str]) -> ChangeKind:
    """Return more or less; new where there was no signal, and not named where there is none now."""
    (before,), (after,) = then, now
    # A number stays a number: fear that goes from 0 to 2 is more fear, not a new fear.
    if item.kind != "scale" and (kind := _signal_kind(item, then, now)):
        return kind
    return ChangeKind.MORE if scale.index(after) > scale.index(before) else ChangeKind.LESS


def _signal_kind(item: Item, then: frozenset[str], now: frozenset[str]) -> ChangeKind | None:
    was_signal, is_signal = bool(then & item.raised_codes), bool(now & item.raised_codes)
    if was_signal == is_signal:
        return None
    return ChangeKind.NEW if is_signal else ChangeKind.NOT_NAMED


def _has_aged(item: Item, then: frozenset[str], now: frozenset[str]) -> bool:
    aged = _AGED_CODES.get(item.id, {})
    return any(recent in then - now and earlier in now for recent, earlier in aged.items())


def _options(item: Item, then: frozenset[str], now: frozenset[str]) -> Iterator[Change]:
    """Yield how each option of a list changed that is a signal; of the others only whether they changed."""
    if _has_aged(item, then, now):
        aged = {code for pair in _AGED_CODES[item.id].items() for code in pair}
        yield Change(item.id, ChangeKind.DIFFERENT, _in_order(item, then & aged), _in_order(item, now & aged))
        then, now = then - aged, now - aged
    for code in (code for code in item.codes if code in item.raised_codes & (then | now)):
        if code in then and code in now:
            yield Change(item.id, ChangeKind.UNCHANGED, (code,), (code,))
        elif code in now:
            yield Change(item.id, ChangeKind.NEW, (), (code,))
        else:
            yield Change(item.id, ChangeKind.NOT_NAMED, (code,), ())
    if not (then ^ now) & item.raised_codes and then != now:
        yield Change(item.id, ChangeKind.DIFFERENT, _in_order(item, then), _in_order(item, now))


def _in_order(item: Item, codes: frozenset[str]) -> tuple[str, ...]:
    return tuple(code for code in item.codes if code in codes) or tuple(sorted(codes))
