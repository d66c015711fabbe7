"""Split delimited text into a table.

csv.Sniffer is not used: it takes letters for delimiters and fails on short logs. Neither is csv.reader: a
quote that is not closed makes it swallow the rows below without a word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from questionnaire.domain.log_import.headings import are_headings
from questionnaire.domain.log_import.table import Table

DELIMITERS: Final = ("\t", ";", "|", ",")

#: Excel writes and reads it: the first line names the delimiter.
_NAMED: Final = re.compile(r"(?i)sep=([\t;|,])\s*?(?:\n|$)")
_QUOTED: Final = re.compile(r' *"((?:[^"]++|"")*+)"')
_SPACES: Final = re.compile(" *")
#: A row inside quotes: a quote was not closed where it should be.
_SWALLOWED: Final = re.compile(r'\n"?\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"?[^\n]{0,20}[\t;|,]')
#: How many of the rows have to have as many cells as most.
_MOST: Final = 0.8
_SAMPLE: Final = 50


def split(text: str, delimiter: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows. Quotes hold delimiters and line ends; a quote that is not closed is a character."""
    rows: list[tuple[str, ...]] = []
    cells: list[str] = []
    plain = re.compile(rf"[^{re.escape(delimiter)}\n]*")
    last_quote = text.rfind('"')
    at = 0
    while at <= len(text):
        cell, at = _cell(text, at, delimiter, plain, last_quote)
        cells.append(cell)
        if text[at : at + 1] != delimiter:
            rows.append(tuple(cells))
            cells = []
        at += 1
    return tuple(rows[:-1] if rows[-1] == ("",) else rows)


def _cell(text: str, at: int, delimiter: str, plain: re.Pattern[str], last_quote: int) -> tuple[str, int]:
    """Return the cell that begins here, and where it ends."""
    if at < last_quote and (quoted := _QUOTED.match(text, at)):
        spaces = _SPACES.match(text, quoted.end())
        end = spaces.end() if spaces else quoted.end()
        if text[end : end + 1] in ("", "\n", delimiter) and not _SWALLOWED.search(quoted[1]):
            return quoted[1].replace('""', '"'), end
    match = plain.match(text, at)
    return (match[0], match.end()) if match else ("", at)


def find_table(text: str, is_date: Callable[[str], bool]) -> Table | None:
    """Return the table that a text is; None when it is none.

    A tab, a semicolon or a bar makes a table when most lines have as many. Commas also stand in sentences:
    they make one below known headings, or beside cells that are a date and nothing else.
    """
    if named := _NAMED.match(text):
        return Table((("sep=" + named[1],), *split(text[named.end() :], named[1])))
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        rows = split(text, delimiter)
        filled = [row for row in rows if any(map(str.strip, row))]
        width, count = Counter(map(len, filled)).most_common(1)[0] if filled else (1, 0)
        if width == 1 or count < _MOST * len(filled):
            continue
        if delimiter != "," or are_headings(filled[0]) or _has_dates(filled[:_SAMPLE], is_date):
            return Table(rows)
    return None


def _has_dates(rows: list[tuple[str, ...]], is_date: Callable[[str], bool]) -> bool:
    columns = list(zip(*(row for row in rows if len(row) > 1), strict=False))
    return any(sum(map(is_date, column)) >= _MOST * len(column) for column in columns)
