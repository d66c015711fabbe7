"""Between the controls on a page and an answer: what was typed, and what it is read as.

The controls of an item are named after it: `<item>` for radios, checkboxes and text, `<item>__<row>` for the
rows of a grid, and `<item>__absent` for the states without an answer where these are a group of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from questionnaire.domain import dates
from questionnaire.domain.answers import Absent, Value, parse_answer
from questionnaire.domain.catalogue import ABSENT
from questionnaire.domain.errors import InvalidInputError, Problem
from questionnaire.domain.items import ABSENT_CODES, SCALE_CODES, Choice, Item

_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
_DUTCH_DATE: Final = re.compile(r"(?:([0-9]{1,2})[-/. ])?([0-9]{1,2})[-/. ]([0-9]{4})")

#: Kinds whose absent states stand in the same group of radios as the answers.
_ONE_GROUP: Final = ("yes_no", "one", "scale")


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the controls of one item, before it is read as an answer."""

    codes: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    absent: str = ""

    @property
    def has_answer(self) -> bool:
        return bool(self.codes or self.cells or self.text.strip())


def typed_in(item: Item, data: MultiValueDict[str, str]) -> Typed:
    """What the controls of an item hold in posted data."""
    absent = data.get(f"{item.id}__absent") or ""
    if item.kind == "grid":
        posted = {row.code: data.get(f"{item.id}__{row.code}") for row in item.rows}
        return Typed(cells={row: column for row, column in posted.items() if column}, absent=absent)
    if item.kind == "many":
        return Typed(codes=tuple(data.getlist(item.id)), absent=absent)
    value = data.get(item.id) or ""
    if item.kind in ("text", "date"):
        return Typed(text=with_plain_line_ends(value), absent=absent)
    if value in ABSENT_CODES:
        return Typed(absent=value)
    return Typed(codes=(value,) if value else ())


def typed_for(item: Item, value: Value | None) -> Typed:
    """How an answer stands in the controls of its item."""
    if value is None:
        return Typed()
    if isinstance(value, Absent):
        return Typed(absent=value.value)
    if isinstance(value, Mapping):
        return Typed(cells=value)
    if isinstance(value, tuple):
        return Typed(codes=value)
    if item.kind == "date":
        return Typed(text=dutch_date(str(value)))
    if item.kind == "text":
        return Typed(text=str(value))
    return Typed(codes=(str(value),))


def posted_for(item: Item, typed: Typed) -> dict[str, list[str]]:
    """What a browser posts for these controls, by their names."""
    posted = {f"{item.id}__{row}": [column] for row, column in typed.cells.items()}
    if typed.codes:
        posted[item.id] = list(typed.codes)
    if typed.text:
        posted[item.id] = [typed.text]
    if typed.absent:
        posted[absent_name(item)] = [typed.absent]
    return posted


def names(item: Item) -> list[str]:
    """The names of all controls that hold the answer to an item."""
    return [item.id, f"{item.id}__absent", *(f"{item.id}__{row.code}" for row in item.rows)]


def absent_name(item: Item) -> str:
    """The name of the radios for the states without an answer."""
    return item.id if item.kind in _ONE_GROUP else f"{item.id}__absent"


def read(item: Item, typed: Typed) -> Value | None:
    """The answer, or None for nothing. Raises ValidationError in words for the person who types."""
    if typed.absent and typed.has_answer:
        raise ValidationError(
            _("There is an answer and also “%(state)s”. Only one of the two can be kept."),
            params={"state": _words(ABSENT, typed.absent)},
        )
    if alone := [code for code in typed.codes if code in item.exclusive and len(typed.codes) > 1]:
        raise ValidationError(
            _("“%(answer)s” cannot go together with another answer. Take one of them away."),
            params={"answer": _words(item.options, alone[0])},
        )
    try:
        return parse_answer(item, _as_in_a_file(item, typed), until=dates.today())
    except InvalidInputError as refused:
        typed_date = typed.text.strip() if item.kind == "date" else None
        raise ValidationError([said(problem, typed_date) for problem in refused.problems]) from None


def said(problem: Problem, typed_date: str | None) -> str:
    """What is wrong, in words; with a date as it was typed, not as we turned it round."""
    if typed_date is None:
        return problem.message
    return str(problem.template) % {**problem.values, "value": typed_date}


def _as_in_a_file(item: Item, typed: Typed) -> object:
    """The form that the answer has in an answers file, which `parse_answer` reads."""
    if typed.absent:
        return typed.absent
    if item.kind == "grid":
        return typed.cells
    if item.kind == "many":
        return typed.codes
    if item.kind == "text":
        return typed.text
    if item.kind == "date":
        return iso_date(typed.text.strip())
    if not typed.codes:
        return None
    code = typed.codes[0]
    return int(code) if item.kind == "scale" and code in SCALE_CODES else code


def iso_date(text: str) -> str | None:
    """YYYY-MM-DD or YYYY-MM from the ways people in the Netherlands write a date; None for nothing.

    Whether such a day exists is not looked at. Raises ValidationError for what is no date at all.
    """
    if not text or _ISO_DATE.fullmatch(text):
        return text or None
    if not (match := _DUTCH_DATE.fullmatch(text)):
        raise ValidationError(
            _("This cannot be read as a date. Write 23-03-2026, or 03-2026 when only the month is known.")
        )
    day, month, year = match.groups()
    return "-".join([year, month.zfill(2), *([day.zfill(2)] if day else [])])


def dutch_date(iso: str) -> str:
    """A date as it is typed: "23-03-2026" or "03-2026"."""
    return "-".join(reversed(iso.split("-")))


def with_plain_line_ends(text: str) -> str:
    """Browsers post CR LF for every line end; the text that was typed has LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _words(choices: Iterable[Choice], code: str) -> str:
    return next((str(choice.text) for choice in choices if choice.code == code), code)
