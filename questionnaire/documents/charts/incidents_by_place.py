"""Draw the incidents by month and by place, for pages and paper alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from questionnaire.documents.charts.geometry import Bar, Month, months_to_draw, without_date
from questionnaire.domain.incidents import PLACES, UNKNOWN_PLACE, Incident, count_incidents
from questionnaire.domain.items import Choice

#: The most months that fit across a page, with a name under each.
MAX_MONTHS: Final = 24
#: The months that fill the width of a page, drawn even when there are fewer.
MIN_MONTHS_ON_PAPER: Final = 18
#: As many rows as surely fit on one page: a table over two pages would be two tables in the tags.
MAX_ROWS: Final = 36
_LABELS: Final = 72
_COLUMN: Final = 26
_LANE: Final = 30
_MARKS: Final = 16
_GAP: Final = 4
_TOP: Final = 12
_MIDDLE: Final = (_COLUMN - _GAP) / 2
_MAX_UNIT: Final = 8


@dataclass(frozen=True, slots=True)
class PlaceBar(Bar):
    """The incidents of one month at one place, `about_height` of it without a certain date."""

    number_gap: ClassVar[int] = 2

    about_height: float
    count: int


@dataclass(frozen=True, slots=True)
class Lane:
    """One place, whose bars the template draws with a pattern of their own."""

    code: str
    name: str
    floor: int
    bars: tuple[PlaceBar, ...]

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
class PlaceChart:
    """Incidents by month, a lane for each place.

    `reported` has the x of each mark that says that the police know; `has_about` is whether any incident has
    no certain date.
    """

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    reported: tuple[float, ...]
    has_about: bool
    description: str
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

    `and_before` is whether the incidents of all earlier months are counted with it.
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
        month = self.month.name
        return _("up to and including %(month)s") % {"month": month} if self.and_before else month


def month_counts(incidents: Sequence[Incident]) -> tuple[MonthCounts, ...]:
    """Return the months that have dated incidents, from the earliest.

    Beyond `MAX_ROWS` the earliest are one.
    """
    by_month: dict[int, list[Incident]] = {}
    for incident in (incident for incident in incidents if incident.date):
        by_month.setdefault(Month.of(incident.date).number, []).append(incident)
    months = sorted(by_month)
    if len(months) <= MAX_ROWS:
        return tuple(_counts(number, by_month[number]) for number in months)
    before, later = months[: -MAX_ROWS + 1], months[-MAX_ROWS + 1 :]
    early = [incident for number in before for incident in by_month[number]]
    return (
        _counts(before[-1], early, and_before=True),
        *(_counts(number, by_month[number]) for number in later),
    )


def _counts(number: int, incidents: Sequence[Incident], *, and_before: bool = False) -> MonthCounts:
    return MonthCounts(
        Month(number),
        _by_place(incidents),
        _by_place([incident for incident in incidents if incident.precision == "about"]),
        count_incidents(incident for incident in incidents if incident.reported),
        and_before,
    )


def _by_place(incidents: Sequence[Incident]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for incident in incidents:
        counts[incident.place] += incident.times
    return counts


def places_of(counts: Sequence[MonthCounts]) -> tuple[Choice, ...]:
    """Return the places to show: that none is known only where it occurs."""
    is_unknown = any(each.by_place.get(UNKNOWN_PLACE.code) for each in counts)
    return (*PLACES, UNKNOWN_PLACE) if is_unknown else PLACES


def place_chart(incidents: Sequence[Incident], *, fewest: int = 1) -> PlaceChart | None:
    """Return the chart of a log by place; None for fewer than two dated incidents.

    It has at least `fewest` months, the last of them the one of the last incident.
    """
    undated = count_incidents(incident for incident in incidents if not incident.date)
    if sum(bool(incident.date) for incident in incidents) < 2:
        return None
    counts = month_counts(incidents)
    places = places_of(counts)
    months = months_to_draw(counts[0].month.number, counts[-1].month.number, fewest=fewest, most=MAX_MONTHS)
    left = {month.number: _LABELS + column * _COLUMN for column, month in enumerate(months)}
    drawn = [each for each in counts if each.month.number in left]
    reported = tuple(left[each.month.number] + _MIDDLE for each in drawn if each.reported)
    return PlaceChart(
        lanes=_lanes(places, drawn, left),
        ticks=_ticks(months, left),
        reported=reported,
        has_about=any(each.about for each in drawn),
        description=_description(counts, undated),
        width=_LABELS + len(months) * _COLUMN,
        floor=len(places) * _LANE + (_MARKS if reported else 0),
    )


def _lanes(
    places: Sequence[Choice], drawn: Sequence[MonthCounts], left: Mapping[int, int]
) -> tuple[Lane, ...]:
    most = max(count for each in drawn for count in each.by_place.values())
    unit = min(_MAX_UNIT, (_LANE - _TOP) / most)
    return tuple(
        Lane(place.code, str(place.text), floor, _bars(place.code, floor, drawn, left, unit))
        for place, floor in zip(places, range(_LANE, (len(places) + 1) * _LANE, _LANE), strict=True)
    )


def _bars(
    place: str, floor: int, drawn: Sequence[MonthCounts], left: Mapping[int, int], unit: float
) -> tuple[PlaceBar, ...]:
    return tuple(
        PlaceBar(
            x=left[each.month.number],
            y=round(floor - _height(count, unit), 1),
            width=_COLUMN - _GAP,
            height=_height(count, unit),
            about_height=round(each.about_by_place.get(place, 0) * unit, 1),
            count=count,
        )
        for each in drawn
        if (count := each.by_place.get(place, 0))
    )


def _height(count: int, unit: float) -> float:
    """Return the height of a bar, which can be seen however much higher another is."""
    return max(round(count * unit, 1), 1)


def _ticks(months: Sequence[Month], left: Mapping[int, int]) -> tuple[Tick, ...]:
    with_year = {months[0], months[-1], *(month for month in months if month.is_january)}
    return tuple(
        Tick(left[month.number] + _MIDDLE, month.short, str(month.year) if month in with_year else "")
        for month in months
    )


def _description(counts: Sequence[MonthCounts], undated: int) -> str:
    places = places_of(counts)
    sentences = [_("Incidents by month and place.")]
    for each in counts:
        numbers = [
            f"{place.text} {each.by_place[place.code]}" for place in places if each.by_place.get(place.code)
        ]
        if each.about:
            numbers.append(_("without a certain date %(count)s") % {"count": each.about})
        if each.reported:
            numbers.append(_("police know %(count)s") % {"count": each.reported})
        sentences.append(f"{each.name}: {', '.join(numbers)}.")
    if undated:
        sentences.append(without_date(undated))
    return " ".join(sentences)
