"""Draw the time between the days with incidents, whatever its course: one mark for each.

A line is drawn only where the time gets shorter, through the mean of the first part and that of the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.documents.charts.geometry import Month
from questionnaire.domain.dates import format_date
from questionnaire.domain.incidents import Incident
from questionnaire.domain.intervals import Gap, Shortening, gaps, last_part, shortening

#: The most that fit side by side. Of a longer log the last ones are drawn.
MAX_GAPS: Final = 48
_LEFT: Final = 24
_WIDTH: Final = 296
_TOP: Final = 20
_FLOOR: Final = 88
_DATES: Final = 12


@dataclass(frozen=True, slots=True)
class GapMark:
    """The time between two days: a dot, or a bar from `top` to `bottom` where dates are not certain."""

    x: float
    top: float
    bottom: float

    @property
    def is_certain(self) -> bool:
        return self.top == self.bottom


@dataclass(frozen=True, slots=True)
class MeanBand:
    """The mean of the first or the last part of the log."""

    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class GapChart:
    """The time between incidents, over the last ones when there are many.

    `rows` are the same numbers, by the month in which the time ended; `description` has these too.
    """

    marks: tuple[GapMark, ...]
    bands: tuple[MeanBand, ...]
    axis: str
    most: int
    first: str
    last: str
    rows: tuple[tuple[str, str], ...]
    not_drawn: tuple[str, ...]
    description: str

    @property
    def width(self) -> int:
        return _LEFT + _WIDTH

    @property
    def left(self) -> int:
        return _LEFT

    @property
    def top(self) -> int:
        return _TOP

    @property
    def floor(self) -> int:
        return _FLOOR

    @property
    def height(self) -> int:
        return _FLOOR + _DATES

    @property
    def has_uncertain(self) -> bool:
        """Whether any time between is a range."""
        return not all(mark.is_certain for mark in self.marks)


def gap_chart(incidents: Sequence[Incident]) -> GapChart | None:
    """Return the chart of a log; None when it has too few days with incidents."""
    every = gaps(incidents)
    if not every:
        return None
    found = every[-MAX_GAPS:]
    most = max(gap.most for gap in found)
    shorter = shortening(incidents)
    rows, not_drawn = tuple(_rows(found)), tuple(_not_drawn(len(every) - len(found)))
    return GapChart(
        marks=tuple(_mark(gap, number, len(found), most) for number, gap in enumerate(found)),
        bands=tuple(_bands(shorter, len(every), len(found), most)) if shorter else (),
        axis=_("Days between the incidents"),
        most=most,
        first=format_date(found[0].end.first.isoformat()[: len("2026-03")]),
        last=format_date(found[-1].end.last.isoformat()[: len("2026-03")]),
        rows=rows,
        not_drawn=not_drawn,
        description=_description(rows, (*not_drawn, *([shorter.sentence] if shorter else []))),
    )


def _height(days: float, most: int) -> float:
    return round(_FLOOR - days * (_FLOOR - _TOP) / most, 1)


def _x(place: float, count: int) -> float:
    """Return the x of a place among so many."""
    return round(_LEFT + place * _WIDTH / count, 1)


def _mark(gap: Gap, number: int, count: int, most: int) -> GapMark:
    return GapMark(_x(number + 0.5, count), _height(gap.most, most), _height(gap.fewest, most))


def _bands(shorter: Shortening, every: int, count: int, most: int) -> Iterator[MeanBand]:
    """Yield the means of the first and the last part of the log, as far as these parts are drawn."""
    size = last_part(every)
    for mean, start, end in ((shorter.early, 0, size - (every - count)), (shorter.late, count - size, count)):
        if end > 0:
            left, right = _x(max(start, 0), count), _x(end, count)
            top, bottom = _height(mean.most, most) - 1, _height(mean.fewest, most) + 1
            yield MeanBand(left, round(right - left, 1), round(top, 1), round(bottom - top, 1))


def _rows(found: Sequence[Gap]) -> Iterator[tuple[str, str]]:
    """Yield each month in which the time between ended, with the days of each."""
    for month, those in groupby(found, key=lambda gap: Month.of(gap.end.first.isoformat())):
        yield month.name, ", ".join(map(_days, those))


def _days(gap: Gap) -> str:
    if gap.fewest == gap.most:
        return str(gap.most)
    return _("%(fewest)s to %(most)s") % {"fewest": gap.fewest, "most": gap.most}


def _description(rows: Sequence[tuple[str, str]], besides: Sequence[str]) -> str:
    opening = _("Number of days between each two incidents, by the month of the second.")
    return " ".join((opening, *(f"{month}: {days}." for month, days in rows), *besides))


def _not_drawn(earlier: int) -> Iterator[str]:
    """Yield the sentence about the time between incidents that does not fit."""
    if earlier:
        yield _("Drawn are the last %(most)s times between. Before that there are %(count)s more.") % {
            "most": MAX_GAPS,
            "count": earlier,
        }
