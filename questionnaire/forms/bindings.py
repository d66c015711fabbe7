"""Convert between the controls of an item on a page, what was put in them, and the answer.

The controls of an item are named after it: `<item>` for radios, checkboxes and text, `<item>__<row>` for the
rows of a grid, and `<item>__absent` for the absent states where these are a group of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _

from questionnaire.domain import dates
from questionnaire.domain.answers import Absent, Value, parse_answer
from questionnaire.domain.catalogue import ABSENT
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.items import ABSENT_CODES, SCALE_CODES, Choice, Item
from questionnaire.forms.date_input import dutch_date, iso_date
from questionnaire.forms.problems import validation_error

#: Kinds whose absent states are in the same group of radios as the answers.
_ONE_GROUP: Final = ("yes_no", "one", "scale")


@dataclass(frozen=True, slots=True)
class ItemInput:
    """What was typed and chosen in the controls of one item, before it is parsed to an answer."""

    codes: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    absent: str = ""

    @property
    def has_answer(self) -> bool:
        return bool(self.codes or self.cells or self.text.strip())


def control_names(item: Item) -> list[str]:
    """Return the names of all controls of the answer to an item."""
    return [item.id, f"{item.id}__absent", *(f"{item.id}__{row.code}" for row in item.rows)]


def absent_name(item: Item) -> str:
    """Return the name of the radios for the absent states."""
    return item.id if item.kind in _ONE_GROUP else f"{item.id}__absent"


def input_from_post(item: Item, data: MultiValueDict[str, str]) -> ItemInput:
    """Return the input of an item in posted data."""
    absent = data.get(f"{item.id}__absent") or ""
    if item.kind == "grid":
        posted = {row.code: data.get(f"{item.id}__{row.code}") for row in item.rows}
        return ItemInput(cells={row: column for row, column in posted.items() if column}, absent=absent)
    if item.kind == "many":
        # A choice has a code. An empty one is the rest of another name, of a body that was cut.
        return ItemInput(codes=tuple(code for code in data.getlist(item.id) if code), absent=absent)
    value = data.get(item.id) or ""
    if item.kind in ("text", "date"):
        return ItemInput(text=normalize_newlines(value), absent=absent)
    if value in ABSENT_CODES:
        return ItemInput(absent=value)
    return ItemInput(codes=(value,) if value else ())


def input_from_answer(item: Item, value: Value | None) -> ItemInput:
    """Return the form input for an answer; None is no answer."""
    if value is None:
        return ItemInput()
    if isinstance(value, Absent):
        return ItemInput(absent=value.value)
    if isinstance(value, Mapping):
        return ItemInput(cells=value)
    if isinstance(value, tuple):
        return ItemInput(codes=value)
    if item.kind == "date":
        return ItemInput(text=dutch_date(str(value)))
    if item.kind == "text":
        return ItemInput(text=str(value))
    return ItemInput(codes=(str(value),))


def post_from_input(item: Item, typed: ItemInput) -> dict[str, list[str]]:
    """Return what a browser posts for the input of an item, by the names of its controls."""
    posted = {f"{item.id}__{row}": [column] for row, column in typed.cells.items()}
    if typed.codes:
        posted[item.id] = list(typed.codes)
    if typed.text:
        posted[item.id] = [typed.text]
    if typed.absent:
        posted[absent_name(item)] = [typed.absent]
    return posted


def answer_from_input(item: Item, typed: ItemInput, *, on: date | None = None) -> Value | None:
    """Return the answer, or None for none. Raise ValidationError with messages for whoever typed it.

    `on` is the day that "yesterday" and a date without a year count from, by default today.
    """
    if typed.absent and typed.has_answer:
        raise ValidationError(
            _("There is an answer and also “%(state)s”. Only one of the two can be kept."),
            params={"state": _label(ABSENT, typed.absent)},
        )
    if exclusive := [code for code in typed.codes if code in item.exclusive and len(typed.codes) > 1]:
        raise ValidationError(
            _("“%(answer)s” cannot go together with another answer. Take one of them away."),
            params={"answer": _label(item.options, exclusive[0])},
        )
    try:
        return parse_answer(item, _raw_answer(item, typed, on), until=dates.today())
    except InvalidInputError as error:
        typed_date = typed.text.strip() if item.kind == "date" else None
        raise validation_error(error, typed_date) from None


def _raw_answer(item: Item, typed: ItemInput, on: date | None) -> object:
    """Return the input in the form of an answers file, which `parse_answer` takes."""
    if typed.absent:
        return typed.absent
    if item.kind == "grid":
        return typed.cells
    if item.kind == "many":
        return typed.codes
    if item.kind == "text":
        return typed.text
    if item.kind == "date":
        return iso_date(typed.text, on=on)
    if not typed.codes:
        return None
    code = typed.codes[0]
    return int(code) if item.kind == "scale" and code in SCALE_CODES else code


def _label(choices: Iterable[Choice], code: str) -> str:
    return next((str(choice.text) for choice in choices if choice.code == code), code)
