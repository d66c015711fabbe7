"""Pictures in plain shapes: what is drawn where, and the same in words. Templates under `charts/` draw them.

A picture carries its own words (`Timeline.words`, for the <title> that is its alternative), so that whoever
does not see it misses no number. Colours are the template's: a shape says what it is, not how it looks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.domain import dates
from questionnaire.domain.timeline import PLACES, Incident

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


# --- The course: incidents by month and by place ----------------------------------------------------------

#: As many months as fit across a page with a name under each, and as many as fill one.
COURSE_MONTHS: Final = 24
FEWEST_ON_PAPER: Final = 18
#: As many rows as surely fit on one page: a table over two pages would be two tables in the tags.
ROWS: Final = 36
_LABELS: Final = 72
_COLUMN: Final = 26
_LANE: Final = 30
_MARKS: Final = 16


@dataclass(frozen=True, slots=True)
class Block:
    """The incidents of one month at one place, `about_height` of it without a certain date."""

    x: int
    y: float
    height: float
    about_height: float
    count: int

    @property
    def number_x(self) -> float:
        return self.x + (_COLUMN - _GAP) / 2

    @property
    def number_y(self) -> float:
        return self.y - 2

    @property
    def width(self) -> int:
        return _COLUMN - _GAP


@dataclass(frozen=True, slots=True)
class Lane:
    """One place, with its own filling."""

    code: str
    name: str
    floor: int
    blocks: tuple[Block, ...]

    @property
    def label_y(self) -> int:
        return self.floor - 4


@dataclass(frozen=True, slots=True)
class Tick:
    """The name of one month under the lanes."""

    x: float
    name: str
    year: str


@dataclass(frozen=True, slots=True)
class Course:
    """Incidents by month, a lane for each place.

    `reported` are where a mark says that the police know; `has_about` is whether any has no certain date.
    """

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    reported: tuple[float, ...]
    has_about: bool
    words: str
    width: int
    floor: int

    @property
    def height(self) -> int:
        return self.legend_y + (4 if self.has_about else -8)

    @property
    def legend_y(self) -> int:
        return self.floor + 32

    @property
    def marks_y(self) -> int:
        return self.floor - 3


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """The numbers of one month: by place, and how many have no certain date or are known to the police.

    `and_before` when all that happened before it is counted with it.
    """

    month: Month
    by_place: Mapping[str, int]
    about_by_place: Mapping[str, int]
    reported: int
    and_before: bool = False

    @property
    def about(self) -> int:
        return sum(self.about_by_place.values())

    @property
    def name(self) -> str:
        month = self.month.words
        return _("up to and including %(month)s") % {"month": month} if self.and_before else month


def month_counts(incidents: Sequence[Incident]) -> tuple[MonthCounts, ...]:
    """The months in which there were incidents, from the earliest; of very many the earliest as one."""
    by_month: dict[int, list[Incident]] = {}
    for incident in incidents:
        by_month.setdefault(Month.of(incident.date).number, []).append(incident)
    months = sorted(by_month)
    before, later = months[: len(months) - ROWS + 1], months[-ROWS + 1 :]
    if len(before) <= 1:
        return tuple(_counts(number, by_month[number]) for number in months)
    early = [incident for number in before for incident in by_month[number]]
    return (
        _counts(before[-1], early, and_before=True),
        *(_counts(number, by_month[number]) for number in later),
    )


def _counts(number: int, those: Sequence[Incident], *, and_before: bool = False) -> MonthCounts:
    return MonthCounts(
        Month(number),
        Counter(incident.place for incident in those),
        Counter(incident.place for incident in those if incident.precision == "about"),
        sum(incident.reported is True for incident in those),
        and_before,
    )


def course(incidents: Sequence[Incident], *, with_police: bool = True, fewest: int = 1) -> Course | None:
    """The picture of a log by place; None for fewer than two incidents, of which there is nothing to see.

    It has at least `fewest` months, the last of them the one of the last incident.
    """
    if len(incidents) < 2:
        return None
    counts = month_counts(incidents)
    last = counts[-1].month.number
    first = max(counts[0].month.number, last - COURSE_MONTHS + 1)
    first = min(first, last - fewest + 1)
    drawn = [each for each in counts if each.month.number >= first]
    most = max(count for each in drawn for count in each.by_place.values())
    unit = min(8, (_LANE - _TOP) / most)
    lanes = tuple(
        _lane(place.code, str(place.text), (number + 1) * _LANE, drawn, first, unit)
        for number, place in enumerate(PLACES)
    )
    ticks = tuple(
        Tick(
            _left(number - first) + (_COLUMN - _GAP) / 2,
            Month(number).short,
            str(Month(number).year) if number in (first, last) or number % 12 == 0 else "",
        )
        for number in range(first, last + 1)
    )
    reported = tuple(
        _left(each.month.number - first) + (_COLUMN - _GAP) / 2
        for each in drawn
        if with_police and each.reported
    )
    return Course(
        lanes,
        ticks,
        reported,
        any(each.about for each in drawn),
        _course_in_words(counts, with_police=with_police),
        _left(last - first + 1),
        len(PLACES) * _LANE + (_MARKS if reported else 0),
    )


def _left(column: int) -> int:
    return _LABELS + column * _COLUMN


def _lane(code: str, name: str, floor: int, drawn: Sequence[MonthCounts], first: int, unit: float) -> Lane:
    blocks = tuple(
        Block(
            _left(each.month.number - first),
            round(floor - count * unit, 1),
            round(count * unit, 1),
            round(each.about_by_place.get(code, 0) * unit, 1),
            count,
        )
        for each in drawn
        if (count := each.by_place.get(code, 0))
    )
    return Lane(code, name, floor, blocks)


def _course_in_words(counts: Sequence[MonthCounts], *, with_police: bool) -> str:
    said = [_("Incidents by month and place.")]
    for each in counts:
        numbers = [
            f"{place.text} {each.by_place[place.code]}" for place in PLACES if each.by_place.get(place.code)
        ]
        if each.about:
            numbers.append(_("without a certain date %(count)s") % {"count": each.about})
        if with_police and each.reported:
            numbers.append(_("police know %(count)s") % {"count": each.reported})
        said.append(f"{each.name}: {', '.join(numbers)}.")
    return " ".join(said)
