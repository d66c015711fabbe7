"""Read lines that begin with a date, as in a notebook that was typed over."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from questionnaire.domain.log_import.dating import DateRules
from questionnaire.domain.log_import.entries import NO_DATE, NOT_A_DATE, NOT_SURE, Entry
from questionnaire.domain.log_import.rows import ImportRow
from questionnaire.domain.log_import.values import times_in
from questionnaire.domain.written_dates import WrittenDate
from questionnaire.domain.written_dates.words import ANY_WEEKDAY, MONTHS, one_of

_BULLET: Final = re.compile(r"\s*(?:[-*•–—·▪◦‣>#]+\s+|\d{1,3}\)\s+|#+)*")
_DAY_ALONE: Final = re.compile(
    r"(?:[a-z]{2,9}\.?\s+)?(\d{1,2})(?:e|de|st|nd|rd|th)?(?:\s*[:)]\s*|\.\s+|\s+[-–—]\s+)(?=\S)",
    re.IGNORECASE,
)
#: A line that begins so was meant to begin with a date: 23-o3-2026.
_BROKEN: Final = re.compile(r"(\d\w{0,3}\s?[-/.]\s?\w{1,9}\s?[-/.]\s?\w{2,4})(?!\w)\W*")
_WHEN: Final = rf"(?:\d{{4}}\b|{one_of(MONTHS)}|(?:vorig|dit|last|this)\b)"
_DAY_OF_MONTH: Final = rf"\d{{1,2}}(?:e|ste|de|st|nd|rd|th)?[ .-]{{0,2}}{one_of(MONTHS)}"
_BEFORE_A_DATE: Final = (
    rf"op|on|en|and|&|{one_of(ANY_WEEKDAY)}[.,]?|[a-z]{{3,6}}dag[a-z]{{5,7}},?|\d{{1,2}},?"
    r"|gister(?:en|avond|middag|ochtend)?,?|vandaag,?|yesterday,?|today,?"
    r"|(?:afgelopen|vorige?|last|past|deze|dit|this)\s+\w+,?"
)
#: And so may these, of which no date is known: "12-3 10 mensen", "12, 13 en 14 maart", "sinds 2024".
_MAYBE: Final = re.compile(
    r"[\"'“‘(\[]?(?:"
    r"(?:0?[1-9]|[12]\d|3[01])[-/](?:0?[1-9]|[12]\d|3[01])\s+(?!\d\d \d\d)\d"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    rf"|(?:(?:{_BEFORE_A_DATE})\s+){{0,5}}{_DAY_OF_MONTH}"
    rf"|(?:(?:{_BEFORE_A_DATE})\s+){{1,5}}\d{{1,2}}[-/]\d{{1,2}}\b"
    rf"|{one_of(MONTHS)}\.? \d{{1,2}}\b"
    rf"|(?:sinds|vanaf|since|from|in|eind|einde|begin|half|medio|early|late)\s+(?:de |het |the )?{_WHEN}"
    r"|(?:\d[\d,.]*|een|één|paar|enkele|lang|a|some|few|long)\s+(?:[\w,.]+\s+){0,3}(?:geleden|ago)\b"
    r")",
    re.IGNORECASE,
)
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


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: its number, as written, without the sign of a list, and with the date it begins with."""

    number: int
    written: str
    text: str
    parts: tuple[WrittenDate, str, str] | None = None


def split_lines(lines: Sequence[str], rules: DateRules) -> tuple[list[_Line], DateRules]:
    """Return the lines with their dates, and the rules with the order of day and month that they tell."""
    found = [_Line(number, line, _text_of(line)) for number, line in enumerate(lines, start=1)]
    found = [replace(line, parts=rules.split(line.text)) for line in found]
    learned = rules.learn(line.parts[1] for line in found if line.parts)
    if learned.dashes_day_first:
        found = [replace(line, parts=learned.split(line.text)) if line.parts else line for line in found]
    return found, learned


def read_lines(lines: Sequence[_Line], rules: DateRules, apart: Collection[int] = ()) -> Iterator[ImportRow]:
    """Yield a row for each line with a date, with the lines below it; and for headings and empty lines.

    A line without a date whose number is in `apart` does not belong to the one above it.
    """
    heading, entry = _NO_HEADING, None
    more: list[_Line] = []
    filled = [line for line in lines if line.text]
    below = dict(zip((line.number for line in filled), filled[1:], strict=False))
    for line in lines:
        above = _heading(line, heading, rules)
        is_heading = bool(above.date) and _has_date(below.get(line.number))
        dated = None if is_heading else _begin(line, heading, rules)
        if line.text and (dated or is_heading or not entry or line.number in apart):
            if entry:
                yield _finish(entry, more, rules.until)
            entry, more = dated, []
            if not is_heading and not dated:
                entry = _undated(line)
        elif line.text:
            more.append(line)
        if is_heading:
            heading = above
        if is_heading or not line.text:
            reason = "heading" if is_heading else "empty"
            yield ImportRow((line.number,), (line.written,), ignored=reason)
    if entry:
        yield _finish(entry, more, rules.until)


def _text_of(line: str) -> str:
    """Return a line without the sign before it that makes it part of a list."""
    return line[match.end() if (match := _BULLET.match(line)) else 0 :].strip()


def _heading(line: _Line, former: _Heading, rules: DateRules) -> _Heading:
    """Return the year or month that a line is and nothing else. A month is of the year above it."""
    if not line.parts or line.parts[2] or not 0 < len(line.parts[0].date) < len("2026-03-23"):
        return _NO_HEADING
    words = line.parts[1]
    when = _in_year_of(former, rules).read(words)
    return _NO_HEADING if when.as_told or when.until else _Heading(words, when.date)


def _has_date(line: _Line | None) -> bool:
    """Return whether a line begins with a date, or a day of the month."""
    return line is not None and bool(line.parts or _DAY_ALONE.match(line.text))


def _in_year_of(heading: _Heading, rules: DateRules) -> DateRules:
    """Return rules by which a date without a year is of the year of the heading."""
    if not heading.date:
        return rules
    return replace(rules, on=date(int(heading.year), 12, 31))


def _begin(line: _Line, heading: _Heading, rules: DateRules) -> Entry | None:
    """Return the entry that a line with a date begins; None for a line without one."""
    entry = Entry((line.number,), (line.written,))
    if line.parts:
        when, written, entry.values["what"] = line.parts
        _set_date(entry, when, written, heading, rules)
    elif broken := _BROKEN.match(line.text):
        entry.values["what"] = line.text[broken.end() :]
        entry.doubt(broken[1], NOT_A_DATE)
    elif _MAYBE.match(line.text):
        entry.values["what"] = line.text
        entry.doubt(line.text, NOT_A_DATE)
    elif heading.date and (day := _DAY_ALONE.match(line.text)):
        entry.values["what"], entry.heading = line.text[day.end() :], heading.text
        when = rules.read(f"{heading.date}-{int(day[1]):02}") if heading.is_month else WrittenDate()
        entry.doubt(day[0].strip(), NOT_SURE if when.date else NOT_A_DATE, filter(None, [when.date]))
    else:
        return None
    return entry


def _set_date(entry: Entry, when: WrittenDate, written: str, heading: _Heading, rules: DateRules) -> None:
    """Set the date that a line begins with. One without a year is of the year that stands above it."""
    below = _in_year_of(heading, rules).read(written) if heading.date else when
    if below == when or _is_relative(written, when, rules):
        entry.set_date(when, written)
        return
    entry.heading = heading.text
    if below.problem or below.readings or below.date.startswith(heading.year):
        entry.set_date(below, written)
    else:
        entry.doubt(written, NOT_SURE, sorted({when.date, below.date} - {""}))


def _is_relative(written: str, when: WrittenDate, rules: DateRules) -> bool:
    """Return whether a date counts from the day of the conversation, as "gisteren" does."""
    earlier = replace(rules, on=rules.on - timedelta(1)).read(written)
    return earlier.date[_YEAR_LENGTH:] != when.date[_YEAR_LENGTH:]


def _undated(line: _Line) -> Entry:
    entry = Entry((line.number,), (line.written,), {"what": line.written.strip()})
    entry.doubt("", NO_DATE)
    return entry


def _finish(entry: Entry, more: Sequence[_Line], until: date) -> ImportRow:
    """Return the row of an entry, with the lines below it that have no date."""
    entry.rows = (*entry.rows, *(line.number for line in more))
    entry.written = (*entry.written, *(line.written for line in more))
    if entry.values["what"]:  # below a date alone they are what happened
        entry.undated = tuple(line.number for line in more)
    what = "\n".join([str(entry.values["what"]), *(line.written.strip() for line in more)]).strip()
    entry.values["what"] = what
    entry.put("times", what, times_in(what), "")
    return entry.finish(until)
