"""Describe a question, and a text of the whole intake, as their templates draw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.catalogue import ABSENT, ITEM_ORDER, QUESTION_NUMBERS
from questionnaire.domain.items import SCALE_CODES, Choice, Item
from questionnaire.forms import bindings
from questionnaire.forms.bindings import ItemInput
from questionnaire.forms.date_input import date_in_words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

SCALE_OPTIONS: Final = tuple(Choice(code, code) for code in SCALE_CODES)  # type: ignore[arg-type]  # a number is the same in every language

_HINTS: Final = {
    "many": _("More than one answer is possible."),
    "date": _("For example 23-03-2026. Only the month is fine too: 03-2026. So is a year: 2025."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveState:
    """How what a page shows relates to what is stored, for an item or a text."""

    #: The fingerprint that the page sends back with it.
    base: str
    #: The fingerprint of what was shown, for a person who chooses between two answers.
    shown: str
    errors: Sequence[str]
    #: What is stored, as a person reads it, where the page shows a draft of something else; otherwise None.
    stored: Sequence[str] | None
    #: How many more drafts there are, which are shown after this one.
    waiting: int
    #: Whether someone else changed the answer after the page was made.
    in_conflict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeText(SaveState):
    """One free text of the whole intake."""

    key: str
    label: StrPromise
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(SaveState):
    """One item with its input, and the note, source and reason that belong to its answer."""

    item: Item
    typed: ItemInput
    note: str
    source: str
    reason: str
    #: The day of the conversation, which "yesterday" counts from; None for today.
    on: date | None = None

    @property
    def date_in_words(self) -> str:
        """What is understood of a date that was typed; "" when that is nothing or an error is shown."""
        is_date = self.item.kind == "date" and not self.errors
        return date_in_words(self.typed.text, on=self.on) if is_date else ""

    @property
    def key(self) -> str:
        return self.item.id

    @property
    def number(self) -> str:
        return QUESTION_NUMBERS[self.item.id]

    @property
    def hint(self) -> StrPromise | str:
        return self.item.hint or _HINTS.get(self.item.kind, "")

    @property
    def options(self) -> tuple[Choice, ...]:
        return SCALE_OPTIONS if self.item.kind == "scale" else self.item.options

    @property
    def columns(self) -> list[tuple[Choice, str]]:
        """The columns of a grid with their ids on the page."""
        return [(column, f"{self._short_id}c{n}") for n, column in enumerate(self.item.columns)]

    @property
    def rows(self) -> list[tuple[Choice, str]]:
        """The rows of a grid with their ids on the page."""
        return [(row, f"{self._short_id}r{n}") for n, row in enumerate(self.item.rows)]

    @property
    def _short_id(self) -> str:
        """What ids in a grid begin with: short, since there are enough of them to make a page heavy."""
        return str(ITEM_ORDER[self.item.id])

    @property
    def absent_name(self) -> str:
        return bindings.absent_name(self.item)

    @property
    def absent(self) -> list[Choice]:
        """The absent states to choose from.

        They are about the client, so an item about the professional's own assessment has only the stored one.
        """
        return [state for state in ABSENT if not self.item.internal or state.code == self.typed.absent]

    @property
    def is_described(self) -> bool:
        return bool(self.hint or self.errors or self.in_conflict)

    def mark(self, part: str, code: str = "") -> str:
        """Return the attribute of a control that was chosen; "" of another."""
        return self.marks.get((part, code), "")

    @property
    def marks(self) -> Mapping[tuple[str, str], str]:
        """The attributes of what was chosen, by part of the question and code."""
        cells = [f"{row}={column}" for row, column in self.typed.cells.items()]
        marks = {("answer", code): "checked" for code in (*self.typed.codes, *cells)}
        marks["absent", self.typed.absent] = "checked"
        marks["source", self.source] = " selected"
        if self.note or self.source:  # which must not be folded away
            marks["unfolded", ""] = " open"
        return marks

    @property
    def unfolded(self) -> str:
        """The attribute that unfolds the note and the source."""
        return self.mark("unfolded")

    @property
    def counted_from(self) -> str:
        """The day that a relative date counts from, as a page names it to a script; "" for today."""
        return self.on.isoformat() if self.on else ""
