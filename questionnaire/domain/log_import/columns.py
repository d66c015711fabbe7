"""Tell which field of an incident each column of a table is, by its heading, or else by what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.items import Choice, codes_of
from questionnaire.domain.log_import.headings import call_field, exact_field, field_of, is_list_of_calls
from questionnaire.domain.log_import.rows import Column
from questionnaire.domain.log_import.values import is_place, is_time

#: What a column can be read as; "" leaves it out.
FIELDS: Final = (
    Choice("date", _("Date")),
    Choice("time", _("Time")),
    Choice("until", _("Until, the last day")),
    Choice("as_told", _("When it was, in the client's words")),
    Choice("place", _("Place")),
    Choice("what", _("What happened")),
    Choice("times", _("How many times")),
    Choice("by", _("Who did it")),
    Choice("witness", _("Witness")),
    Choice("evidence", _("Evidence")),
    Choice("reported", _("Reported to the police")),
    Choice("report_number", _("Number of the report")),
    Choice("caller", pgettext_lazy("column", "Who called: a number or a name")),
    Choice("direction", pgettext_lazy("column", "Kind of call: incoming, outgoing, missed")),
    Choice("duration", pgettext_lazy("column", "Length of the call")),
    Choice("extra", pgettext_lazy("column", "Something else: goes with what happened")),
    Choice("", pgettext_lazy("column", "Leave this column out")),
)
#: Fields that more than one column can have.
_SHARED: Final = ("extra", "")
#: How many of the cells of a column have to be a date for it to be one without a heading.
_MOST: Final = 0.6


class _Columns:
    """The columns of a table while it is found out what they are."""

    def __init__(self, headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
        width = max([len(headings), *map(len, cells)], default=0)
        self.headings = [*headings, *[""] * (width - len(headings))]
        self.cells = [[row[at] for row in cells if at < len(row) and row[at]] for at in range(width)]
        self.fields: dict[int, str] = {}

    def take(self, at: int, name: str) -> None:
        """Read a column as this field, when neither is taken."""
        if name and at not in self.fields and (name in _SHARED or name not in self.fields.values()):
            self.fields[at] = name

    def take_by_heading(self, field: Callable[[str], str]) -> None:
        for at, heading in enumerate(self.headings):
            self.take(at, field(heading))

    def take_by_content(self, is_date: Callable[[str], bool]) -> None:
        for at, cells in enumerate(self.cells):
            self.take(at, "date" if _mostly(is_date, cells) else "")
            self.take(at, "time" if _mostly(is_time, cells) else "")
            self.take(at, "place" if not self.headings[at] and _mostly(is_place, cells) else "")

    def take_longest_as_what(self) -> None:
        """Read as what happened the column without a heading that has the longest texts."""
        lengths = {
            at: sum(map(len, cells)) / len(cells)
            for at, cells in enumerate(self.cells)
            if cells and not self.headings[at] and at not in self.fields
        }
        if lengths:
            self.take(max(lengths, key=lambda at: lengths[at]), "what")

    def result(self) -> tuple[Column, ...]:
        return tuple(
            Column(at, heading, self.fields.get(at, "extra" if cells or heading else ""), (cells or [""])[0])
            for at, (heading, cells) in enumerate(zip(self.headings, self.cells, strict=True))
        )


def match_columns(
    headings: Sequence[str],
    cells: Sequence[Sequence[str]],
    is_date: Callable[[str], bool],
    chosen: Mapping[int, str],
) -> tuple[Column, ...]:
    """Return what each column is read as. `cells` has the text of the rows below the headings.

    What was chosen goes first, then headings as they are known, then words in them, then what stands in a
    column. Any other column is something else: its words go with what happened. An empty one is left out.
    """
    columns = _Columns(headings, cells)
    names = codes_of(FIELDS)
    columns.fields = {at: chosen[at] for at in range(len(columns.headings)) if chosen.get(at) in names}
    columns.take_by_heading(exact_field)
    if calls := is_list_of_calls(headings):
        columns.take_by_heading(call_field)
    columns.take_by_heading(field_of)
    columns.take_by_content(is_date)
    if not calls:
        columns.take_longest_as_what()
    return columns.result()


def _mostly(test: Callable[[str], bool], cells: Sequence[str]) -> bool:
    """Return whether most cells are of a kind; a first one that is not may be a heading nobody knows."""
    below = cells[1:] if len(cells) > 1 and not test(cells[0]) else cells
    return bool(below) and sum(map(test, below)) >= _MOST * len(below)
