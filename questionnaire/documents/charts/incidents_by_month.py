"""Draw the number of incidents a month.

A chart module says what is drawn where; templates under `charts/` draw it. A chart has a description with
every number, which is the <title>, the alternative text of the picture. The template sets the colours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.documents.charts.geometry import Bar, Month, months_to_draw, without_date
from questionnaire.domain.incidents import Incident, count_incidents

#: The most months that fit beside the questions, with a name under each.
MAX_MONTHS: Final = 12
_STEP: Final = 20
_GAP: Final = 4
_TOP: Final = 12
_FLOOR: Final = 60
_MAX_UNIT: Final = 12


@dataclass(frozen=True, slots=True)
class MonthBar(Bar):
    """The incidents of one month: `height` for all, of which `about_height` on top has no certain date."""

    about_height: float
    count: int
    name: str
    year: str


@dataclass(frozen=True, slots=True)
class MonthChart:
    """The number of incidents a month, over the last months in which there were any."""

    bars: tuple[MonthBar, ...]
    description: str

    @property
    def has_about(self) -> bool:
        """Whether any incident has no certain date."""
        return any(bar.about_height for bar in self.bars)

    @property
    def width(self) -> int:
        return len(self.bars) * _STEP

    @property
    def floor(self) -> int:
        return _FLOOR


def month_chart(incidents: Sequence[Incident], *, fewest: int = 1) -> MonthChart | None:
    """Return the chart of a log; None for fewer than two dated incidents, which have no course to show.

    It has at least `fewest` months, the last of them the one of the last incident.
    """
    dated = [incident for incident in incidents if incident.date]
    if len(dated) < 2:
        return None
    all_of = _by_month(dated)
    about_of = _by_month([incident for incident in dated if incident.precision == "about"])
    months = months_to_draw(min(all_of), max(all_of), fewest=fewest, most=MAX_MONTHS)
    unit = min(_MAX_UNIT, (_FLOOR - _TOP) / max(all_of.values()))
    bars = tuple(
        _bar(place, month, all_of[month.number], about_of[month.number], unit)
        for place, month in enumerate(months)
    )
    undated = count_incidents(incident for incident in incidents if not incident.date)
    return MonthChart(bars, _description(months, all_of, about_of, undated))


def _by_month(incidents: Sequence[Incident]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for incident in incidents:
        counts[Month.of(incident.date).number] += incident.times
    return counts


def _bar(place: int, month: Month, count: int, about: int, unit: float) -> MonthBar:
    height = max(round(count * unit, 1), 1)
    return MonthBar(
        x=place * _STEP + _GAP // 2,
        y=_FLOOR - height,
        width=_STEP - _GAP,
        height=height,
        about_height=round(about * unit, 1),
        count=count,
        name=month.short,
        year=str(month.year) if place == 0 or month.is_january else "",
    )


def _description(months: Sequence[Month], all_of: Counter[int], about_of: Counter[int], undated: int) -> str:
    sentences = [_("Incidents a month.")]
    for month in months:
        if count := all_of[month.number]:
            about = about_of[month.number]
            uncertain = _(", of which %(count)s without a certain date") % {"count": about} if about else ""
            sentences.append(f"{month.name}: {count}{uncertain}.")
    if earlier := sum(count for number, count in all_of.items() if number < months[0].number):
        before = ngettext("Before that: %(count)s incident.", "Before that: %(count)s incidents.", earlier)
        sentences.append(before % {"count": earlier})
    if undated:
        sentences.append(without_date(undated))
    return " ".join(sentences)
