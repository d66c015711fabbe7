"""Shared geometry of the charts: months, the range of months to draw, and upright bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.dates import MONTHS_3

from questionnaire.domain import dates


@dataclass(frozen=True, slots=True)
class Month:
    """A month, counted from the year 0 so that months can be subtracted."""

    number: int

    @classmethod
    def of(cls, date: str) -> Month:
        """Return the month of a date as it is stored: "2026-03" or "2026-03-23"."""
        year, month = date.split("-")[:2]
        return cls(int(year) * 12 + int(month) - 1)

    @property
    def year(self) -> int:
        return self.number // 12

    @property
    def short(self) -> str:
        """Its name in three letters."""
        return str(MONTHS_3[self.number % 12 + 1])

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
