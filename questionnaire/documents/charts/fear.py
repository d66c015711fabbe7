"""The picture of the fear over the assessments of one case, for pages and paper alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.documents.charts.incidents_by_month import MONTHS, Month
from questionnaire.domain.comparison import Point
from questionnaire.domain.dates import words

_STEP: Final = 44
_WIDTH: Final = 22
_TOP: Final = 14
_FLOOR: Final = 74
_UNIT: Final = (_FLOOR - _TOP) / 10


@dataclass(frozen=True, slots=True)
class Level:
    """One assessment: a bar as high as the number, or only a mark where no number was given."""

    x: int
    height: float
    number: str
    day: str
    year: str

    @property
    def width(self) -> int:
        return _WIDTH

    @property
    def middle(self) -> float:
        return self.x + _WIDTH / 2

    @property
    def y(self) -> float:
        return round(_FLOOR - self.height, 1)

    @property
    def number_y(self) -> float:
        return self.y - 3


@dataclass(frozen=True, slots=True)
class Fear:
    """The number for the fear at each assessment, the last ones when there are many."""

    levels: tuple[Level, ...]
    words: str

    @property
    def width(self) -> int:
        return len(self.levels) * _STEP

    @property
    def floor(self) -> int:
        return _FLOOR

    @property
    def height(self) -> int:
        return _FLOOR + 24


def fear(points: Sequence[Point]) -> Fear | None:
    """The picture; None for fewer than two assessments, of which there is nothing to see."""
    if len(points) < 2:
        return None
    drawn = points[-MONTHS:]
    levels = tuple(_level(place, point) for place, point in enumerate(drawn))
    return Fear(levels, _in_words(points))


def _level(place: int, point: Point) -> Level:
    return Level(
        x=place * _STEP + (_STEP - _WIDTH) // 2,
        height=round((point.fear or 0) * _UNIT, 1),
        number="?" if point.fear is None else str(point.fear),
        day=f"{point.on.day} {Month.of(point.on.isoformat()).short}",
        year=str(point.on.year),
    )


def _in_words(points: Sequence[Point]) -> str:
    said = [_("Fear from 0 to 10 at each conversation.")]
    for point in points:
        number = _("no number") if point.fear is None else str(point.fear)
        said.append(f"{words(point.on.isoformat())}: {number}.")
    return " ".join(said)
