"""Shared geometry of the charts: months, the range of months to draw, and upright bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils import dateformat
from django.utils.translation import ngettext, pgettext

from questionnaire.domain import dates


@dataclass(frozen=True, slots=True)
class Month:
    """A month, counted from the year 0 so that months can be subtracted."""

    number: int

    @classmethod
    def of(cls, day: str) -> Month:
        """Return the first month of a date as it is stored: "2026", "2026-03" or "2026-03-23"."""
        first = dates.first_day(day)
        return cls(first.year * 12 + first.month - 1)

    @property
    def year(self) -> int:
        return self.number // 12

    @property
    def short(self) -> str:
        """Its name in three letters, as the language writes it: "okt", "Oct"."""
        first = date(self.year, self.number % 12 + 1, 1)
        return dateformat.format(first, pgettext("format of a month", "M"))

    @property
    def name(self) -> str:
        """Its name with the year, as in "maart 2026"."""
        return dates.format_date(f"{self.year:04}-{self.number % 12 + 1:02}")

    @property
    def is_january(self) -> bool:
        """Whether a year begins with it: there the year is written under the month."""
        return self.number % 12 == 0


def months_to_draw(first: int, last: int, *, fewest: int, most: int) -> list[Month]:
    """Return the months from `first` up to and including `last`, at least `fewest` and at most `most`."""
    start = min(max(first, last - most + 1), last - fewest + 1)
    return [Month(number) for number in range(start, last + 1)]


def without_date(count: int) -> str:
    """Return the sentence about incidents that no month has."""
    return ngettext(
        "Not drawn: %(count)s incident without a date.",
        "Not drawn: %(count)s incidents without a date.",
        count,
    ) % {"count": count}


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright bar in pixels, with its number above it."""

    number_gap: ClassVar[int] = 3

    x: int
    y: float
    width: int
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def number_y(self) -> float:
        return self.y - self.number_gap
