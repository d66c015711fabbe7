"""Read a table: a row with headings, or none, and an incident a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.domain.errors import Problem
from questionnaire.domain.log_import.columns import match_columns
from questionnaire.domain.log_import.dating import DateRules
from questionnaire.domain.log_import.entries import NO_DATE, Entry, unclear
from questionnaire.domain.log_import.headings import are_headings, is_list_of_calls, plain
from questionnaire.domain.log_import.rows import Column, ImportRow
from questionnaire.domain.log_import.table import Table, cell_text
from questionnaire.domain.log_import.values import (
    Value,
    read_by,
    read_place,
    read_reported,
    read_time,
    read_times,
    times_in,
)
from questionnaire.domain.written_dates import WrittenDate

MORE_CELLS: Final = Problem("what", gettext_lazy("this row has more cells than the others"))

#: Headings stand in one of the first rows with something in them.
_ROWS_ABOVE: Final = 15
#: So many rows tell what a column is.
_SAMPLE: Final = 200
_LONGEST_HEADING: Final = 60
#: A cell without words, or of a line that is drawn with signs, as below the headings of a table in Markdown.
_RULE: Final = re.compile(r"[-–—=_:+*\s]*")
_ISO: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TWELFTH: Final = 12

_READERS: Final = {
    "time": read_time,
    "place": read_place,
    "reported": read_reported,
    "times": read_times,
    "by": read_by,
}


@dataclass(frozen=True)
class ReadTable:
    """A table with its headings found: `header` is the index of their row, None without one."""

    table: Table
    texts: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    header: int | None
    rules: DateRules
    swapped: bool

    @cached_property
    def width(self) -> int:
        """How many cells a row has at most: as many as there are headings, or as most rows have."""
        if self.header is not None:
            return len(self.texts[self.header])
        return Counter(map(len, self.texts)).most_common(1)[0][0]

    @cached_property
    def headings(self) -> frozenset[str]:
        """The headings, without signs; empty when there are none."""
        return (
            frozenset()
            if self.header is None
            else frozenset(map(plain, filter(None, self.texts[self.header])))
        )

    @property
    def is_list_of_calls(self) -> bool:
        """Whether the headings are those of a list of calls."""
        return is_list_of_calls([column.header for column in self.columns])

    def index_of(self, name: str) -> int | None:
        """Return the index of the column that is read as this field; None when there is none."""
        return next((column.index for column in self.columns if column.field == name), None)

    def number(self, at: int) -> int:
        """Return the number of a row as the person counts."""
        return self.table.first_row + at

    def text(self, at: int, column: int | None) -> str:
        """Return what stands in a cell; "" when there is no such cell."""
        return self.texts[at][column] if column is not None and column < len(self.texts[at]) else ""

    def reason(self, at: int) -> str:
        """Return why a row is left out: empty, headings, or a title above these; "" otherwise."""
        texts = [text for text in self.texts[at] if not _RULE.fullmatch(text)]
        if not texts:
            return "empty"
        if self.header is not None and at < self.header:
            return "heading"
        return "header" if self.headings and self.headings == frozenset(map(plain, texts)) else ""

    def date(self, at: int) -> WrittenDate | None:
        """Return the date of a row; None when nothing stands there.

        Of a date that the spreadsheet may have turned round it has both readings.
        """
        column = self.index_of("date")
        if column is None or not (written := self.text(at, column)):
            return None
        is_typed = not isinstance(self.table.rows[at][column], str)
        when = self.rules.read(written, serials=True)
        return _either_way(when, written) if self.swapped and is_typed else when


def _either_way(when: WrittenDate, written: str) -> WrittenDate:
    """Return both readings of a date that a spreadsheet may have turned round."""
    turned = _ISO.match(when.date or written)
    other = f"{turned[1]}-{turned[3]}-{turned[2]}" if turned else ""
    if not turned or other == turned[0]:
        return when
    return replace(when, date="", readings=tuple(filter(None, (when.date, other))))


def open_table(table: Table, rules: DateRules, chosen: Mapping[int, str]) -> ReadTable:
    """Return the table with what each column is read as, and with the order of its dates."""
    texts = tuple(tuple(map(cell_text, row)) for row in table.rows)
    header = _find_header(texts, rules)
    below = texts if header is None else texts[header + 1 :]
    headers = () if header is None else texts[header]
    columns = match_columns(headers, tuple(islice(filter(any, below), _SAMPLE)), rules.is_date, chosen)
    if header is None and (at := _heading_without_known_words(texts, columns, rules)) is not None:
        header, below = at, texts[at + 1 :]
        columns = match_columns(texts[at], tuple(islice(filter(any, below), _SAMPLE)), rules.is_date, chosen)
    dated = [column.index for column in columns if column.field in ("date", "until")]
    written = [row[at] for row in below for at in dated if at < len(row)]
    above = [] if header is None else [text for row in texts[: header + 1] for text in row]
    rules = rules.learn(written, above)
    return ReadTable(table, texts, columns, header, rules, _is_swapped(table, header, dated, rules))


def _find_header(texts: Sequence[Sequence[str]], rules: DateRules) -> int | None:
    """Return the index of the first row that has headings and no date."""
    filled = [at for at, row in enumerate(texts) if any(row)][:_ROWS_ABOVE]
    for at in filled:
        cells = [text for text in texts[at] if len(text) < _LONGEST_HEADING]
        if are_headings(cells) and not any(map(rules.is_date, cells)):
            return at
    return None


def _heading_without_known_words(
    texts: Sequence[Sequence[str]], columns: Sequence[Column], rules: DateRules
) -> int | None:
    """Return the index of the first row when its words stand above dates, and are none."""
    first = next((at for at, row in enumerate(texts) if any(row)), None)
    dated = next((column.index for column in columns if column.field == "date"), None)
    if first is None or dated is None or dated >= len(texts[first]):
        return None
    heading = texts[first][dated]
    if not heading or rules.is_date(heading) or any(map(str.isdigit, heading)):
        return None
    return first


def _is_swapped(table: Table, header: int | None, dated: Sequence[int], rules: DateRules) -> bool:
    """Return whether a spreadsheet may have taken day for month where it could.

    It then made dates of those with a day up to 12, and left the others as text: 13-3-2026.
    """
    if not rules.only_day_first and not rules.only_month_first:
        return False
    start = 0 if header is None else header + 1
    cells = [row[at] for row in table.rows[start:] for at in dated if at < len(row)]
    typed = [cell_text(cell) for cell in cells if cell is not None and not isinstance(cell, str)]
    dates = [_ISO.match(rules.read(text, serials=True).date or text) for text in typed]
    days = [int(each[3]) for each in dates if each]
    return bool(days) and max(days) <= _TWELFTH


def read_rows(opened: ReadTable) -> Iterator[ImportRow]:
    """Yield a row for each row of the table."""
    former = ""
    for at, texts in enumerate(opened.texts):
        if reason := opened.reason(at):
            yield ImportRow((opened.number(at),), texts, ignored=reason)
        else:
            entry = _entry(opened, at, former)
            if opened.text(at, opened.index_of("date")):
                former = str(entry.values.get("date", ""))
            yield entry.finish(opened.rules.until)


def _entry(opened: ReadTable, at: int, former: str) -> Entry:
    """Return what a row says; `former` is the date of the last row above that has one."""
    texts = opened.texts[at]
    entry = Entry((opened.number(at),), texts)
    for column in opened.columns:
        if text := opened.text(at, column.index):
            _put(entry, column, text)
    if when := opened.date(at):
        entry.set_date(when, opened.text(at, opened.index_of("date")))
    elif not entry.values.get("as_told"):
        entry.doubt("", NO_DATE, [former] if former else [])
    _put_until(opened, entry, opened.text(at, opened.index_of("until")))
    if not opened.text(at, opened.index_of("times")):
        what = str(entry.values.get("what", ""))
        entry.put("times", what, times_in(what), "")
    if len(texts) > opened.width:
        entry.doubt(texts[opened.width], MORE_CELLS)
    return entry


def _put(entry: Entry, column: Column, text: str) -> None:
    if column.field in _READERS:
        entry.put(column.field, text, _READERS[column.field](text), column.header or _label(column.field))
    elif column.field in ("extra", "caller", "direction", "duration"):
        entry.note(column.header, text)
    elif column.field not in ("", "date", "until"):
        entry.values[column.field] = text


def _label(name: str) -> str:
    labels = {"place": _("Where"), "time": _("Time"), "reported": _("Reported"), "times": _("How many times")}
    return labels.get(name, "")


def _put_until(opened: ReadTable, entry: Entry, written: str) -> None:
    """Set the last day. A time in this column, when something ended, is kept as words."""
    if not written:
        return
    when = opened.rules.read(written)
    if when.date:
        entry.put("until", written, Value(when.date), "")
        return
    problem = when.problem or (unclear(when) if when.readings else None)
    label = next(column.header for column in opened.columns if column.field == "until") or _("Until")
    entry.put("until", written, Value(keep_words=not problem, problem=problem, readings=when.readings), label)
