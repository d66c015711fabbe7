"""Pictures in plain shapes: what is drawn where, and the same in words. Templates under `charts/` draw them.

A picture carries its own words (`Timeline.words`, for the <title> that is its alternative), so that whoever
does not see it misses no number. Colours are the template's: a shape says what it is, not how it looks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.domain import dates
from questionnaire.domain.incidents import Incident

#: As many months as fit beside the questions with a name under each.
MONTHS: Final = 12
_STEP: Final = 20
_GAP: Final = 4
_TOP: Final = 12
_FLOOR: Final = 60
_TALLEST_ONE: Final = 12


@dataclass(frozen=True, slots=True)
class Month:
    """A month, counted from the year 0 so that months can be subtracted."""

    number: int

    @classmethod
    def of(cls, date: str) -> Month:
        """The month of a date as it is stored: "2026-03" or "2026-03-23"."""
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
    def words(self) -> str:
        """Its name with the year, as in "maart 2026"."""
        return dates.words(f"{self.year:04}-{self.number % 12 + 1:02}")


@dataclass(frozen=True, slots=True)
class Bar:
    """The incidents of one month: `height` for all, of which `about_height` on top has no certain date."""

    x: int
    height: float
    about_height: float
    count: int
    name: str
    year: str

    @property
    def y(self) -> float:
        return _FLOOR - self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def width(self) -> int:
        return _STEP - _GAP

    @property
    def number_y(self) -> float:
        return self.y - 3


@dataclass(frozen=True, slots=True)
class Timeline:
    """The number of incidents a month, over the last months in which there were any."""

    bars: tuple[Bar, ...]
    words: str

    @property
    def has_about(self) -> bool:
        """Whether any has no certain date."""
        return any(bar.about_height for bar in self.bars)

    @property
    def width(self) -> int:
        return len(self.bars) * _STEP

    @property
    def floor(self) -> int:
        return _FLOOR


def timeline(incidents: Sequence[Incident], *, fewest: int = 1) -> Timeline | None:
    """The picture of a log; None for fewer than two incidents, of which there is nothing to see.

    It has at least `fewest` months, the last of them the one of the last incident.
    """
    if len(incidents) < 2:
        return None
    all_of = Counter(Month.of(incident.date).number for incident in incidents)
    about_of = Counter(
        Month.of(incident.date).number for incident in incidents if incident.precision == "about"
    )
    last = max(all_of)
    first = min(max(min(all_of), last - MONTHS + 1), last - fewest + 1)
    months = [Month(number) for number in range(first, last + 1)]
    unit = min(_TALLEST_ONE, (_FLOOR - _TOP) / max(all_of.values()))
    bars = tuple(
        Bar(
            x=place * _STEP + _GAP // 2,
            height=round(all_of[month.number] * unit, 1),
            about_height=round(about_of[month.number] * unit, 1),
            count=all_of[month.number],
            name=month.short,
            year=str(month.year) if place == 0 or month.number % 12 == 0 else "",
        )
        for place, month in enumerate(months)
    )
    return Timeline(bars, _in_words(months, all_of, about_of))


def _in_words(months: Sequence[Month], all_of: Counter[int], about_of: Counter[int]) -> str:
    said = [_("Incidents a month.")]
    for month in months:
        if count := all_of[month.number]:
            about = about_of[month.number]
            uncertain = _(", of which %(count)s without a certain date") % {"count": about} if about else ""
            said.append(f"{month.words}: {count}{uncertain}.")
    if earlier := sum(count for number, count in all_of.items() if number < months[0].number):
        before = ngettext("Before that: %(count)s incident.", "Before that: %(count)s incidents.", earlier)
        said.append(before % {"count": earlier})
    return " ".join(said)
