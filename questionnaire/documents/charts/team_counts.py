"""Draw one table of numbers: a bar for each number, and a text for each that is suppressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.domain.disclosure_control import Cell, Suppressed

_ROW: Final = 34
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Bar:
    """One kind of intake: its name above a bar as long as its number, with the number after the bar."""

    name: str
    figure: str
    length: float
    top: int

    @property
    def name_y(self) -> int:
        return self.top + 12

    @property
    def bar_y(self) -> int:
        return self.top + 17

    @property
    def figure_x(self) -> float:
        return self.length + 5 if self.length else 0

    @property
    def figure_y(self) -> int:
        return self.top + 27


@dataclass(frozen=True, slots=True)
class CountsChart:
    """The numbers of one table. `width` and `height` are of the drawing, in pixels."""

    bars: tuple[Bar, ...]
    description: str
    width: int = 300

    @property
    def height(self) -> int:
        return len(self.bars) * _ROW + 4


def counts_chart(title: str, kinds: Sequence[str], cells: Sequence[Cell]) -> CountsChart:
    """Return the chart of a table of numbers by kind."""
    longest = max((cell for cell in cells if isinstance(cell, int)), default=1)
    drawn = tuple(
        Bar(kind, cell_text(cell), _length(cell, longest), place * _ROW)
        for place, (kind, cell) in enumerate(zip(kinds, cells, strict=True))
    )
    return CountsChart(drawn, f"{title}. " + " ".join(f"{bar.name}: {bar.figure}." for bar in drawn))


def _length(cell: Cell, longest: int) -> float:
    return round(cell / longest * _LONGEST, 1) if isinstance(cell, int) else 0


def cell_text(cell: Cell) -> str:
    """Return a number, or that it is suppressed, as text."""
    if isinstance(cell, int):
        return str(cell)
    return _("fewer than five") if cell is Suppressed.SMALL else _("not shown")
