"""Work out how the time between the days with incidents changes over a log.

Only one change has a name: the time gets shorter. A log in which it does not, and one with too few dates,
give nothing at all, so no sentence can say that it is calm. No rule reads this.

Whether it gets shorter is asked of Kendall's rank test: of each two stretches of time between incidents, is
the earlier the longer one? Often something happens several times in one week and then not for a month, and a
log that ends in such a week seems to get shorter. So it is asked of all days, and of groups of days as well
(days that lie closer together than a quarter of the mean), and it has to hold for both.

A date that is not certain is a range of days. A pair of stretches counts as shorter only when it is so for
every day that the dates can mean, and as longer as soon as it can be. So less certain dates make it less
likely that this is said.

A log shows what was written down. Older incidents are remembered less often, and whoever starts to keep a
log writes down more from then on: both look the same as more incidents. So what is said is of the log.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise
from math import sqrt
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.domain.dates import first_day, is_full, is_month, last_day
from questionnaire.domain.incidents import Incident

#: With fewer days there is no course to show.
FEWEST_DAYS: Final = 6
#: A log of which a larger part has no date says too little.
_MOST_UNDATED: Final = 0.25
#: How far "about" a day or a month may be off. A year alone is a range of its own.
_ABOUT_A_DAY: Final = timedelta(days=7)
_ABOUT_A_MONTH: Final = timedelta(days=15)
#: Days closer together than this part of the mean are one group.
_PART_OF_MEAN: Final = 0.25
#: The one-sided 5% of the normal distribution.
_CERTAIN_ENOUGH: Final = 1.645
#: More stretches than these are joined, as every one is compared with every other.
_MOST_COMPARED: Final = 100
#: The mean at first is at least so many times the last.
_MUCH: Final = 1.25
#: The first and the last part of a log, of which the mean is told.
_PARTS: Final = 3
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DayRange:
    """The days that a date can mean: from `first` up to and including `last`."""

    first: date
    last: date

    @property
    def is_certain(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class Gap:
    """The time from one day with an incident to the next: at least `fewest` and at most `most` days.

    `others` is how many more days with an incident may lie between.
    """

    start: DayRange
    end: DayRange
    others: int

    @property
    def fewest(self) -> int:
        return 1 if self.others else max((self.end.first - self.start.last).days, 1)

    @property
    def most(self) -> int:
        return (self.end.last - self.start.first).days


@dataclass(frozen=True, slots=True)
class MeanDays:
    """A mean number of days, between two bounds, each at least 1."""

    fewest: int
    most: int

    @property
    def text(self) -> str:
        """Return "5 days", or "5 to 8 days"."""
        return days_text(self.fewest, self.most)


@dataclass(frozen=True, slots=True)
class Shortening:
    """The time between incidents gets shorter: what it is in the first part of the log, and in the last."""

    early: MeanDays
    late: MeanDays

    @property
    def sentence(self) -> str:
        """What the log shows, in the active language."""
        return _(
            "In the log, the time between the incidents gets shorter. "
            "At first there were on average %(early)s between them. In the last part it is %(late)s."
        ) % {"early": self.early.text, "late": self.late.text}


def shortening(incidents: Sequence[Incident]) -> Shortening | None:
    """Return how the time between incidents gets shorter; None when it does not, or too little is known."""
    undated = sum(not incident.date for incident in incidents)
    if undated > len(incidents) * _MOST_UNDATED:
        return None
    found = gaps(incidents)
    if not found or not all(map(_gets_shorter, _groupings(found))):
        return None
    part = last_part(len(found))
    early, late = _mean(found[:part]), _mean(found[-part:])
    return Shortening(early, late) if early.fewest >= _MUCH * late.most else None


def days_text(fewest: int, most: int) -> str:
    """Return a number of days between two bounds: "1 day", "5 days" or "5 to 8 days"."""
    if fewest == most:
        return ngettext("%(count)s day", "%(count)s days", most) % {"count": most}
    return _("%(fewest)s to %(most)s days") % {"fewest": fewest, "most": most}


def last_part(count: int) -> int:
    """Return how many of so many stretches of time are the first part of a log, and how many the last."""
    return max(count // _PARTS, 2)


def gaps(incidents: Iterable[Incident]) -> tuple[Gap, ...]:
    """Return the time between each two days with incidents, from the earliest; () for too few days.

    The days are those that differ whatever the dates mean. What may be on a day between, or on one of these,
    is counted as others. Incidents without a date are left out.
    """
    days: list[DayRange] = []
    others: list[tuple[DayRange, int]] = []
    for possible in sorted(_ends(incidents), key=lambda each: (each.last, each.last - each.first)):
        if not days or possible.first > days[-1].last:
            days.append(possible)
        elif not possible.is_certain:  # a certain one here is the last day once more
            others.append((possible, 1))
    others += _between(incidents)
    if len(days) < FEWEST_DAYS:
        return ()
    between = zip(pairwise(days), _count_between(days, others), strict=True)
    return tuple(Gap(start, end, count) for (start, end), count in between)


def _ends(incidents: Iterable[Incident]) -> Iterator[DayRange]:
    """Yield the first and the last day of each incident, each as the days that it can be."""
    for incident in incidents:
        if incident.date:
            yield possible_days(incident.date, incident.precision)
        if incident.until:
            yield possible_days(incident.until, incident.precision)


def _between(incidents: Iterable[Incident]) -> Iterator[tuple[DayRange, int]]:
    """Yield the stretches of days from one end of an incident to the other: on each may be something."""
    for incident in incidents:
        if incident.until:
            first, last = (
                possible_days(each, incident.precision) for each in (incident.date, incident.until)
            )
            if inner := (last.last - first.first).days - 1:
                yield DayRange(first.first, last.last), max(inner, 0)


def possible_days(when: str, precision: str) -> DayRange:
    """Return the days that a date can mean. "About" makes it wider; a year alone is a range already."""
    margin = timedelta()
    if precision == "about":
        margin = _ABOUT_A_DAY if is_full(when) else _ABOUT_A_MONTH if is_month(when) else margin
    elif precision == "month" and is_full(when):
        when = when[: len("2026-03")]
    return DayRange(first_day(when) - margin, last_day(when) + margin)


def _count_between(days: Sequence[DayRange], others: Iterable[tuple[DayRange, int]]) -> Iterator[int]:
    """Yield for each two days in a row how many of the others can be on a day between."""
    after, before = [each.first + _DAY for each in days[:-1]], [each.last - _DAY for each in days[1:]]
    changes = [0] * len(days)
    for possible, count in others:
        first, end = bisect_left(before, possible.first), bisect_right(after, possible.last)
        if first < end:
            changes[first] += count
            changes[end] -= count
    return accumulate(changes[:-1])


def _groupings(found: tuple[Gap, ...]) -> Iterator[tuple[Gap, ...]]:
    """Yield the time between days, between groups of days that are close, and of those that may be close."""
    start, end, close = found[0].start, found[-1].end, _PART_OF_MEAN / len(found)
    yield found
    surely, maybe = (end.first - start.last).days * close, (end.last - start.first).days * close
    yield _grouped(found, [gap.most <= surely for gap in found])
    yield _grouped(found, [gap.fewest <= maybe for gap in found])


def _grouped(found: Sequence[Gap], is_close: Sequence[bool]) -> tuple[Gap, ...]:
    """Return the time from the beginning of each group to that of the next."""
    groups: list[Gap] = []
    others, start = 0, found[0].start
    for gap, close in zip(found, is_close, strict=True):
        others += gap.others
        if not close:
            groups.append(Gap(start, gap.end, others))
            others, start = 0, gap.end
    return tuple(groups)


def _joined(found: Sequence[Gap]) -> tuple[Gap, ...]:
    """Return no more stretches than can be compared: so many are joined, from the end, that it fits."""
    size = -(-len(found) // _MOST_COMPARED)
    first = len(found) % size
    groups = (found[at : at + size] for at in range(first, len(found), size))
    return tuple(Gap(group[0].start, group[-1].end, sum(each.others for each in group)) for group in groups)


def _gets_shorter(found: Sequence[Gap]) -> bool:
    """Return whether Kendall's test finds it in the least favourable days that the dates can mean."""
    if len(found) < FEWEST_DAYS - 1:
        return False
    bounds = [(gap.fewest, gap.most) for gap in _joined(found)]
    score = sum(
        (fewest > later) - (fewest < later)
        for number, (fewest, _most) in enumerate(bounds)
        for _fewest, later in bounds[number + 1 :]
    )
    count = len(bounds)
    spread = sqrt(count * (count - 1) * (2 * count + 5) / 18)
    return (score - 1) / spread > _CERTAIN_ENOUGH


def _mean(part: Sequence[Gap]) -> MeanDays:
    start, end = part[0].start, part[-1].end
    most_days = len(part) + sum(gap.others for gap in part)
    fewest, most = (end.first - start.last).days / most_days, (end.last - start.first).days / len(part)
    return MeanDays(max(round(fewest), 1), max(round(most), 1))
