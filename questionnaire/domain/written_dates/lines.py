"""Find the date that a line of a log begins with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from questionnaire.domain.written_dates.holidays import HOLIDAYS
from questionnaire.domain.written_dates.meaning import Order
from questionnaire.domain.written_dates.reading import WrittenDate, read_date
from questionnaire.domain.written_dates.relative import RELATIVE_WORDS, SEASONS
from questionnaire.domain.written_dates.words import (
    ANY_WEEKDAY,
    MONTHS,
    NUMBERS,
    UNITS,
    WEEKDAYS,
    normalise,
    one_of,
)

#: How far into a line a date can reach.
_MOST_CHARACTERS: Final = 90

#: The words that can be part of a date and are not in the tables of months, holidays and the like.
_SMALL_WORDS: Final = (
    "t tot en met tm aan until till through to op of or and van vanaf from tussen between nacht night "
    "in de het the a an on at om uur u h hrs o clock am pm a p m e ste st nd rd th z jl j l ll jongstleden "
    "rond rondom omstreeks ongeveer circa ca plm waarschijnlijk vermoedelijk misschien about around approx "
    "approximately roughly probably maybe perhaps zo ofzo so d dd datum date s tegen half kwart voor over "
    "quarter past ochtends morgens middags avonds nachts ochtend morgen middag avond morning afternoon "
    "evening noon midnight vroeg laat early late geleden terug ago"
)
_WORDS: Final = frozenset(
    word
    for name in (
        *MONTHS,
        *ANY_WEEKDAY,
        *NUMBERS,
        *UNITS,
        *HOLIDAYS,
        *RELATIVE_WORDS,
        *_SMALL_WORDS.split(),
        *(day + part for day in WEEKDAYS for part in ("ochtend", "morgen", "middag", "avond", "nacht")),
    )
    for word in re.findall("[a-z]+", name)
)
#: What is counted: before these words a number is no day and no year.
_COUNTED: Final = frozenset(
    re.findall(
        "[a-z]+",
        "keer maal x times dagen dag days weken weeks maanden months uren hours uur minuten minutes min "
        "berichten berichtjes messages oproepen gemiste calls missed appjes apps mails emails brieven "
        "letters personen mensen people man mannen men vrouwen meter m km kilometer stuks",
    )
)

#: A stretch of two dates with their times has ten numbers.
_MOST_NUMBERS: Final = 10

_TOKEN: Final = re.compile(r"\d+|(?:[^\W\d_]|[\u0300-\u036f])+|\s+|.")
#: A bullet, and marks that cannot be seen.
_BULLET: Final = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff*•·>–—-]*")
_NUMBERING: Final = re.compile(r"\d{1,3}[.)]\s+")
_MARKS: Final = re.compile(r"[\s:;,.|>–—-]+")
#: What follows a date that stands apart from the words.
_APART: Final = re.compile(r"[^\S\n]*(?:$|[\n\t:;,|–—-]|\s{2})")
#: A number or letter that goes on: then it was no date.
_GOES_ON: Final = re.compile(r"\w|[-/.:,'’]\d")
_NEXT_WORD: Final = re.compile(r"\s*([^\W\d_]+|\d+)")

#: These are dates only when they stand apart: in front of more words they may be something else.
_WEAK: Final = re.compile(rf"[0-9]{{4}}|[0-9]{{1,2}}\.[0-9]{{1,2}}|{one_of((*MONTHS, *SEASONS))}\.?")
_WITHOUT_YEAR: Final = re.compile("[0-9]{1,2}[-/.][0-9]{1,2}")
#: What follows an hour: then the digits before it are no year.
_TO_AN_HOUR: Final = re.compile(
    r"\s*(?:[-–—]|tot|to|t/m)\s*\d{1,2}(?:[:.]\d\d)?\s*(?:uur|u|h|hrs|am|pm)\b", re.IGNORECASE
)
#: What follows a day in words: then that is not the date, or not all of it. "Gisteren 14 maart".
_A_DATE: Final = re.compile(
    rf"[\s,]*\d{{1,2}}(?:[-/.]\d|(?:e|ste|st|nd|rd|th)?[ .-]{{0,2}}{one_of(MONTHS)})", re.IGNORECASE
)
_MONTH_AND_TWO_DIGITS: Final = re.compile(rf"(?P<date>.*{one_of(MONTHS)}\.?),? ?(?P<digits>[0-9]{{1,2}})")


def split_dated_line(
    line: str, on: date, until: date, order: Order | None = None, *, dashes_day_first: bool = False
) -> tuple[WrittenDate, str] | None:
    """Return the date that a line begins with, as `read_date` reads it, and the rest; None when it has none.

    The longest beginning that is a date counts, with its time, day of the week and brackets. A bullet or a
    number in front is left out, and so are the marks between date and rest. "12 okt 24 belde hij" has two
    readings, as 24 can be the year or belong to what happened; "12 okt 24 keer gebeld" has one.
    """
    start = _end_of(_BULLET, line, 0)
    for begin in dict.fromkeys((start, _end_of(_NUMBERING, line, start))):
        for cut in _cuts(line, begin):
            found = read_date(line[begin:cut], on, until, order, dashes_day_first=dashes_day_first)
            is_read = found.date or found.readings or found.problem
            if is_read and (accepted := _accepted(line, begin, cut, found, on, until, order)):
                return accepted, line[_end_of(_MARKS, line, cut) :]
    return None


def _end_of(pattern: re.Pattern[str], line: str, start: int) -> int:
    found = pattern.match(line, start)
    return found.end() if found else start


def _cuts(line: str, begin: int) -> Iterator[int]:
    """Yield where the date may end, the last place first: behind words and marks that dates are made of."""
    ends: list[int] = []
    numbers = 0
    first_line = line.partition("\n")[0]
    for token in _TOKEN.finditer(first_line, begin, begin + _MOST_CHARACTERS):
        word = token[0]
        numbers += word[0].isdigit()
        if numbers > _MOST_NUMBERS or (word[0].isalpha() and normalise(word) not in _WORDS):
            break
        if word[0].isalnum() or word[0] in ".?])":
            ends.append(token.end())
    return reversed(ends)


def _accepted(
    line: str, begin: int, cut: int, found: WrittenDate, on: date, until: date, order: Order | None
) -> WrittenDate | None:
    """Return the date when what follows leaves no doubt that it is one, and with a doubt about its year."""
    rest, text = line[cut:], normalise(line[begin:cut])
    if _GOES_ON.match(rest) or (_TO_AN_HOUR.match(rest) and _MONTH_AND_TWO_DIGITS.fullmatch(text)):
        return None
    if not any(map(str.isdigit, text)) and _A_DATE.match(rest):
        return None
    if _APART.match(rest):
        return found
    following = _NEXT_WORD.match(rest)
    word = normalise(following[1]) if following else ""
    is_counted = word in _COUNTED
    if _WEAK.fullmatch(text) or (_WITHOUT_YEAR.fullmatch(text) and (is_counted or word.isdecimal())):
        return None
    if with_digits := _MONTH_AND_TWO_DIGITS.fullmatch(text):
        if is_counted or word.isdecimal():
            return None
        without = read_date(with_digits["date"], on, until, order)
        if (
            without.date
            and found.date
            and without.date != found.date
            and len(without.date) == len(found.date)
        ):
            return replace(
                found,
                date="",
                precision="",
                as_told=line[begin:cut],
                readings=(found.date, without.date),
            )
    return found
