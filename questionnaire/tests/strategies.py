"""Invented intakes for property tests, drawn from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from hypothesis import strategies as st

from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import ABSENT_CODES, Item

#: The day of every invented conversation, and the last day that its dates may name.
TODAY: Final = date(2026, 3, 23)

DATES: Final = ("2026-03-23", "2026-03", "2025-08", "2024-02-29", "1999-12-31")
TEXTS: Final = (
    "Ik durf niet meer naar buiten.",
    "unknown is what I am to them",
    "Zoë, façade, cafe\u0301 \U0001f631",
    "\u05d0\u05e0\u05d9 \u05de\u05e4\u05d7\u05d3\u05ea",
    "100% bang; <b>help</b> %(police)s",
)
INCIDENTS: Final = (
    Incident("2026-03-20", "home", what="Stond een uur voor de deur", evidence="photo", reported=True),
    Incident("2026-02", "elsewhere", precision="month"),
    Incident("2025-11", "online", precision="about", what="Nepaccount", reported=False),
    Incident("2026-03-20", "online"),
)


@dataclass(frozen=True, slots=True)
class Move:
    """One answer to give: a code, "row=column", a number, a text, a date or an absent state."""

    item: str
    code: str


@dataclass(frozen=True)
class Intake:
    """Answers in the form of an answers file, and incidents."""

    raw: Mapping[str, object]
    incidents: tuple[Incident, ...] = ()

    @cached_property
    def answers(self) -> Answers:
        return Answers.parse(self.raw, TODAY)

    def with_move(self, move: Move) -> Intake:
        """Return the intake with this answer; a grid or a `many` keeps the codes that go with it."""
        item, present = ITEMS[move.item], self.raw.get(move.item)
        value: object = move.code
        if move.code not in ABSENT_CODES:
            if item.kind == "scale":
                value = int(move.code)
            elif item.kind == "grid":
                row, column = move.code.split("=")
                value = {**(present if isinstance(present, dict) else {}), row: column}
            elif item.kind == "many":
                value = [*_compatible_codes(move.code, item, present), move.code]
        return replace(self, raw={**self.raw, move.item: value})


def _compatible_codes(code: str, item: Item, present: object) -> list[str]:
    if not isinstance(present, list) or code in item.exclusive:
        return []
    return [other for other in present if other != code and other not in item.exclusive]


def _codes(item: Item) -> tuple[str, ...]:
    if item.kind == "text":
        return TEXTS
    return DATES if item.kind == "date" else item.codes


#: Every answer to every item. A grid has as many as it has cells, so that no intake is without behaviour.
MOVES: Final = tuple(
    Move(item.id, code) for item in ITEMS.values() for code in (*_codes(item), *ABSENT_CODES)
)

#: The answers of which giving one can be adding a signal: raised ones, texts, and one more code in a `many`.
SIGNALS: Final = tuple(
    move
    for move in MOVES
    if move.code in ITEMS[move.item].raised_codes
    or (ITEMS[move.item].kind == "text" and move.code not in ABSENT_CODES)
    or (
        ITEMS[move.item].kind == "many"
        and move.code in set(ITEMS[move.item].codes) - ITEMS[move.item].exclusive
    )
)


@st.composite
def intakes(draw: st.DrawFn, most: int = 60) -> Intake:
    """Intakes from empty to nearly full."""
    number = draw(st.integers(0, most))
    intake = Intake({}, tuple(draw(st.lists(st.sampled_from(INCIDENTS), max_size=3))))
    for move in draw(st.lists(st.sampled_from(MOVES), min_size=number, max_size=number)):
        intake = intake.with_move(move)
    return intake
