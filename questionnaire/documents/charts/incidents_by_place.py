"""The picture of the incidents by month and by place, for pages and paper alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.documents.charts.incidents_by_month import Month
from questionnaire.domain.incidents import PLACES, Incident

#: As many months as fit across a page with a name under each, and as many as fill one.
COURSE_MONTHS: Final = 24
FEWEST_ON_PAPER: Final = 18
#: As many rows as surely fit on one page: a table over two pages would be two tables in the tags.
ROWS: Final = 36
_LABELS: Final = 72
_COLUMN: Final = 26
_LANE: Final = 30
_MARKS: Final = 16
_GAP: Final = 4
_TOP: Final = 12


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
