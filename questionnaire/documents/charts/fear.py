"""Draw the fear at each conversation of one case, for pages and paper alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.documents.charts.geometry import Bar, Month
from questionnaire.domain.comparison import TrendPoint
from questionnaire.domain.dates import format_date

#: The most conversations that fit side by side.
MAX_POINTS: Final = 12
_STEP: Final = 44
_WIDTH: Final = 22
_TOP: Final = 14
_FLOOR: Final = 74
_UNIT: Final = (_FLOOR - _TOP) / 10


@dataclass(frozen=True, slots=True)
class FearBar(Bar):
    """One conversation: a bar as high as the number, or only a mark where no number was given."""

    number: str
    day: str
    year: str


@dataclass(frozen=True, slots=True)
class FearChart:
    """The number for the fear at each conversation, the last ones when there are many.

    `description` names all numbers, as the alternative text of the picture.
    """

    bars: tuple[FearBar, ...]
    description: str

    @property
    def width(self) -> int:
        return len(self.bars) * _STEP

    @property
    def floor(self) -> int:
        return _FLOOR

    @property
    def height(self) -> int:
        return _FLOOR + 24


def fear_chart(points: Sequence[TrendPoint]) -> FearChart | None:
    """Return the chart; None for fewer than two conversations, which have no course to show."""
    if len(points) < 2:
        return None
    bars = tuple(_bar(place, point) for place, point in enumerate(points[-MAX_POINTS:]))
    return FearChart(bars, _description(points))


def _bar(place: int, point: TrendPoint) -> FearBar:
    height = round((point.fear or 0) * _UNIT, 1)
    return FearBar(
        x=place * _STEP + (_STEP - _WIDTH) // 2,
        y=round(_FLOOR - height, 1),
        width=_WIDTH,
        height=height,
        number="?" if point.fear is None else str(point.fear),
        day=f"{point.on.day} {Month.of(point.on.isoformat()).short}",
        year=str(point.on.year),
    )


def _description(points: Sequence[TrendPoint]) -> str:
    sentences = [_("Fear from 0 to 10 at each conversation.")]
    for point in points:
        number = _("no number") if point.fear is None else str(point.fear)
        sentences.append(f"{format_date(point.on)}: {number}.")
    return " ".join(sentences)
