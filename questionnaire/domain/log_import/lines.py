"""Read lines that begin with a date, as in a notebook that was typed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from questionnaire.domain.log_import.dating import DateRules
from questionnaire.domain.log_import.entries import NO_DATE, NOT_A_DATE, NOT_SURE, Entry
from questionnaire.domain.log_import.rows import ImportRow
from questionnaire.domain.log_import.values import times_in
from questionnaire.domain.written_dates import WrittenDate

_BULLET: Final = re.compile(r"\s*(?:[-*•–—·▪◦‣>#]+\s+|\d{1,3}\)\s+|#+)*")
_DAY_ALONE: Final = re.compile(
    r"(?:[a-z]{2,9}\.?\s+)?(\d{1,2})(?:e|de|st|nd|rd|th)?(?:\s*[:)]\s*|\.\s+|\s+[-–—]\s+)(?=\S)",
    re.IGNORECASE,
)
#: A line that begins so was meant to begin with a date: 23-o3-2026.
_BROKEN: Final = re.compile(r"(\d\w{0,3}\s?[-/.]\s?\w{1,9}\s?[-/.]\s?\w{2,4})(?!\w)\W*")
_YEAR_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class _Heading:
    """A year or month that stands alone above lines with dates: "2025", "maart 2026"."""

    text: str = ""
    date: str = ""

    @property
    def year(self) -> str:
        return self.date[:_YEAR_LENGTH]

    @property
    def is_month(self) -> bool:
        return len(self.date) > _YEAR_LENGTH


_NO_HEADING: Final = _Heading()


def dates_in(lines: Sequence[str], rules: DateRules) -> Iterator[str]:
    """Yield the date of each line that begins with one, as written."""
    for line in lines:
        if parts := rules.split(_text_of(line)):
            yield parts[1]


def read_lines(lines: Sequence[str], rules: DateRules, source: str) -> Iterator[ImportRow]:
    """Yield a row for each line with a date, with the lines below it; and for headings and empty lines."""
    heading, entry = _NO_HEADING, None
    texts = [_text_of(line) for line in lines]
    for at, text in enumerate(texts):
        row, line = (at + 1,), (lines[at],)
        if not text:
            yield ImportRow(row, line, ignored="empty", source=source)
            continue
        above = _heading(text, heading, rules)
        if not (is_heading := bool(above.date) and _dates_follow(texts[at + 1 :], rules)):
            dated = _begin(row, line, text, heading, rules)
            if entry and not dated:
                entry.rows, entry.written = entry.rows + row, entry.written + line
                entry.values["what"] = f"{entry.values['what']}\n{lines[at].strip()}".strip()
                continue
        if entry:
            yield _finish(entry, rules.until, source)
        entry = None
        if is_heading:
            heading = above
            yield ImportRow(row, line, ignored="heading", source=source)
        else:
            entry = dated or _undated(row, line)
    if entry:
        yield _finish(entry, rules.until, source)


def _text_of(line: str) -> str:
    """Return a line without the sign before it that makes it part of a list."""
    return line[match.end() if (match := _BULLET.match(line)) else 0 :].strip()


def _heading(text: str, former: _Heading, rules: DateRules) -> _Heading:
    """Return the year or month that a line is and nothing else. A month is of the year above it."""
    words = text.rstrip(":. ")
    when = _in_year_of(former, rules).read(words)
    is_alone = bool(when.date) and len(when.date) < len("2026-03-23") and not (when.as_told or when.until)
    return _Heading(words, when.date) if is_alone else _NO_HEADING


def _dates_follow(texts: Sequence[str], rules: DateRules) -> bool:
    """Return whether the next line with something in it begins with a date too, or a day of the month."""
    below = next(filter(None, texts), "")
    return bool(rules.split(below) or _DAY_ALONE.match(below))


def _in_year_of(heading: _Heading, rules: DateRules) -> DateRules:
    """Return rules by which a date without a year is of the year of the heading."""
    if not heading.date:
        return rules
    return replace(rules, on=date(int(heading.year), 12, 31))


def _begin(
    row: tuple[int, ...], line: tuple[str, ...], text: str, heading: _Heading, rules: DateRules
) -> Entry | None:
    """Return the entry that a line with a date begins; None for a line without one."""
    if parts := rules.split(text):
        when, written, rest = parts
        entry = Entry(row, line, {"what": rest})
        _set_date(entry, when, written, heading, rules)
    elif broken := _BROKEN.match(text):
        entry = Entry(row, line, {"what": text[broken.end() :]})
        entry.doubt(broken[1], NOT_A_DATE)
    elif heading.date and (day := _DAY_ALONE.match(text)):
        entry = Entry(row, line, {"what": text[day.end() :]}, heading=heading.text)
        when = rules.read(f"{heading.date}-{int(day[1]):02}") if heading.is_month else WrittenDate()
        entry.doubt(day[0].strip(), NOT_SURE if when.date else NOT_A_DATE, filter(None, [when.date]))
    else:
        return None
    return entry


def _set_date(entry: Entry, when: WrittenDate, written: str, heading: _Heading, rules: DateRules) -> None:
    """Set the date that a line begins with. One without a year is of the year that stands above it."""
    below = _in_year_of(heading, rules).read(written)
    if not heading.date or below == when or _is_relative(written, when, rules):
        entry.set_date(when, written)
        return
    entry.heading = heading.text
    if below.date.startswith(heading.year) or below.problem:
        entry.set_date(below, written)
    else:
        entry.doubt(written, NOT_SURE, sorted({when.date, below.date} - {""}))


def _is_relative(written: str, when: WrittenDate, rules: DateRules) -> bool:
    """Return whether a date counts from the day of the conversation, as "gisteren" does."""
    earlier = replace(rules, on=rules.on - timedelta(1)).read(written)
    return earlier.date[_YEAR_LENGTH:] != when.date[_YEAR_LENGTH:]


def _undated(row: tuple[int, ...], line: tuple[str, ...]) -> Entry:
    entry = Entry(row, line, {"what": line[0].strip()})
    entry.doubt("", NO_DATE)
    return entry


def _finish(entry: Entry, until: date, source: str) -> ImportRow:
    what = str(entry.values["what"])
    entry.put("times", what, times_in(what), "")
    return entry.finish(until, source)
