"""Parse answers, which are immutable and each in one of five states.

An item that is not answered is in one of four absent states: unknown, declined, not_asked and not
reached. None of these is ever read as "no" or "none".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import parse_partial_date
from questionnaire.domain.errors import InvalidInputError, Problem, invalid
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED, TEXT, Item, codes_of
from questionnaire.domain.parsing import parse_code
from questionnaire.domain.text import clean_text


class Absent(StrEnum):
    """The states that a professional can record instead of an answer."""

    UNKNOWN = "unknown"
    DECLINED = "declined"
    NOT_ASKED = "not_asked"


#: yes_no, one, date, text: a string. many: codes in their order. scale: a number. grid: row to column.
Value = str | int | tuple[str, ...] | Mapping[str, str] | Absent


def parse_answer(item: Item, raw: object, until: date) -> Value | None:
    """Return the value of one item, or None when it was not reached.

    `until` is the last day that a date may name. Raise InvalidInputError with every problem.
    """
    if raw is None:
        return None
    if isinstance(raw, str) and raw in ABSENT_CODES:
        return Absent(raw)
    if item.kind == "text":
        return clean_text(raw) or None
    if item.kind == "date":
        return parse_partial_date(raw, until)
    if item.kind == "scale":
        return _parse_scale(raw)
    if item.kind == "many":
        return _parse_many(item, raw)
    if item.kind == "grid":
        return _parse_grid(item, raw)
    return parse_code(raw, item.codes)


def _parse_scale(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise invalid(_("%(value)s is not a whole number"), value=raw)
    if not 0 <= raw <= 10:
        raise invalid(_("%(value)s is not between 0 and 10"), value=raw)
    return raw


def _parse_many(item: Item, raw: object) -> tuple[str, ...] | None:
    if not isinstance(raw, list | tuple):
        raise invalid(_("%(value)s is not a list of answers"), value=raw)
    problems = [
        Problem("", _("%(value)s is not one of the answers"), {"value": code})
        for code in raw
        if code not in item.codes
    ]
    counts = {code: raw.count(code) for code in item.codes if code in raw}
    problems += [
        Problem("", _("%(value)s stands in the list twice"), {"value": code})
        for code, count in counts.items()
        if count > 1
    ]
    if len(counts) > 1:
        problems += [
            Problem("", _("%(value)s cannot go together with another answer"), {"value": code})
            for code in counts
            if code in item.exclusive
        ]
    if problems:
        raise InvalidInputError(problems)
    return tuple(counts) or None


def _parse_grid(item: Item, raw: object) -> Mapping[str, str] | None:
    if not isinstance(raw, Mapping):
        raise invalid(_("%(value)s is not a table of rows and answers"), value=raw)
    rows, columns = codes_of(item.rows), codes_of(item.columns)
    problems = []
    chosen = {row: column for row, column in raw.items() if column is not None}
    for row, column in chosen.items():
        if row not in rows:
            problems.append(Problem(str(row), _("this row does not exist")))
        elif column not in columns:
            problems.append(Problem(row, _("%(value)s is not one of the answers"), {"value": column}))
    if problems:
        raise InvalidInputError(problems)
    cells = {row: chosen[row] for row in rows if row in chosen}
    return MappingProxyType(cells) if cells else None


class Answers(Mapping[str, Value]):
    """An immutable mapping of item ids to values, in questionnaire order, without the items not reached."""

    __slots__ = ("_codes", "_values")

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values: Final = {item_id: values[item_id] for item_id in ITEMS if item_id in values}
        self._codes: Final = {item_id: _codes(item, values.get(item_id)) for item_id, item in ITEMS.items()}

    @classmethod
    def parse(cls, raw: Mapping[str, object], until: date) -> Answers:
        """Return answers from the form they have in an answers file.

        `until` is the last day that a date may name. Raise InvalidInputError with every problem.
        """
        values: dict[str, Value] = {}
        problems: list[Problem] = []
        for item_id, raw_value in raw.items():
            if item_id not in ITEMS:
                problems.append(Problem(str(item_id), _("this question does not exist")))
                continue
            try:
                value = parse_answer(ITEMS[item_id], raw_value, until)
            except InvalidInputError as error:
                problems += [problem.under(item_id) for problem in error.problems]
            else:
                if value is not None:
                    values[item_id] = value
        if problems:
            raise InvalidInputError(problems)
        return cls(values)

    def __getitem__(self, item_id: str) -> Value:
        return self._values[item_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def codes(self) -> Mapping[str, frozenset[str]]:
        """Return each item as the codes for rules: options, "row=column", a number, "text" or its state."""
        return self._codes

    def state(self, item_id: str) -> str:
        """Return "answered", or the absent state: "unknown", "declined", "not_asked" or "not_reached"."""
        value = self._values.get(item_id)
        if value is None:
            return NOT_REACHED
        return value.value if isinstance(value, Absent) else "answered"

    def text(self, item_id: str) -> str | None:
        """Return an answer that is a string as it was given, such as a text or a code; None for any other."""
        value = self._values.get(item_id)
        return value if isinstance(value, str) and not isinstance(value, Absent) else None

    def with_value(self, item_id: str, value: Value | None) -> Answers:
        """Return the same answers with one item changed; None makes it not reached."""
        others = {key: other for key, other in self._values.items() if key != item_id}
        return Answers(others if value is None else {**others, item_id: value})

    def to_json(self) -> dict[str, object]:
        """Return the form they have in an answers file: `Answers.parse` gives the same answers back."""
        return {item_id: value_to_json(value) for item_id, value in self._values.items()}


def value_to_json(value: Value) -> object:
    """Return one value in the form it has in an answers file."""
    if isinstance(value, Absent):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _codes(item: Item, value: Value | None) -> frozenset[str]:
    if value is None:
        return _NOT_REACHED
    if isinstance(value, Absent):
        return frozenset((value.value,))
    if isinstance(value, Mapping):
        return frozenset(f"{row}={column}" for row, column in value.items())
    if isinstance(value, tuple):
        return frozenset(value)
    return frozenset((TEXT if item.kind in ("text", "date") else str(value),))


_NOT_REACHED: Final = frozenset((NOT_REACHED,))
