"""Read a date, or a stretch of time, as people write it in Dutch and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.dates import EARLIEST, first_day, is_full, is_month
from questionnaire.domain.errors import Problem
from questionnaire.domain.written_dates.clock import without_time
from questionnaire.domain.written_dates.forms import read_form
from questionnaire.domain.written_dates.holidays import read_holiday
from questionnaire.domain.written_dates.meaning import (
    Meaning,
    NoSuchDayError,
    Order,
    Setting,
    Stretch,
    on_weekday,
)
from questionnaire.domain.written_dates.ranges import read_range
from questionnaire.domain.written_dates.relative import read_relative
from questionnaire.domain.written_dates.words import (
    ANY_WEEKDAY,
    MOST_CHARACTERS,
    SHORT_WEEKDAYS,
    WEEKDAYS,
    normalise,
    one_of,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_ORDERS: Final[tuple[Order, Order]] = ("dmy", "mdy")
_SLASH: Final = re.compile("[0-9] ?/ ?[0-9]")
_BRACKETS: Final = str.maketrans(dict.fromkeys("[]()", " "))
_SHORT_IN_BRACKETS: Final = re.compile(rf"\((?P<weekday>{one_of(SHORT_WEEKDAYS)})\.?\)$")
_ABOUT: Final = re.compile(
    r"^(?:rond|rondom|omstreeks|ongeveer|circa|ca|plm|waarschijnlijk|vermoedelijk|misschien|about|around|approx"
    r"|approximately|roughly|probably|maybe|perhaps|±|\+/?-|~)\.?:? ?(?=.)"
)
_ABOUT_BEHIND: Final = re.compile(r"(?: ?\?+|,? (?:ongeveer|of zo|ofzo|or so))$")
_WEEKDAY: Final = re.compile(rf"(?:op |on )?(?P<weekday>{one_of(ANY_WEEKDAY)})\.?,? (?P<date>.+)")
#: "Zaterdagavond 14 maart": one word for the day of the week and the part of the day.
_PART_OF_WEEKDAY: Final = re.compile(
    rf"(?P<weekday>(?:op |on )?(?:{'|'.join(WEEKDAYS)})) ?"
    r"(?P<part>ochtend|morgen|middag|avond|nacht|morning|afternoon|evening|night),? (?=.)"
)
_EARLY: Final = ("ochtend", "morgen", "morning")
_WEEKDAY_BEHIND: Final = re.compile(rf"(?P<date>.+?),? (?P<weekday>{one_of(WEEKDAYS)})")
_PREPOSITION: Final = re.compile(r"^(?:op|on|in|d\.d|dd|datum|date)[.:]? (?=.)")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """What was understood of a date, or a stretch of time, as people write it.

    `date` and `until`, its last day, are YYYY-MM-DD, YYYY-MM or YYYY; "" when not known. `precision` is
    "day", "month" or "about", as that of an incident. `time` is HH:MM. `as_told` is what was written, letter
    for letter, when no date was understood, and when it says more than the date ("kerst 2025"). `readings`
    are the dates it can mean when that is in doubt, a stretch as its first and last with a slash between;
    then `date` is "". `problem` is why a date cannot be taken, or why it is in doubt. `other_cannot_be` is
    whether what it can mean besides these readings is a day that cannot be, such as one in the future.
    """

    date: str = ""
    precision: str = ""
    until: str = ""
    time: str = ""
    as_told: str = ""
    readings: tuple[str, ...] = ()
    problem: Problem | None = None
    other_cannot_be: bool = False


def read_date(
    written: str,
    on: date,
    until: date,
    order: Order | None = None,
    *,
    dashes_day_first: bool = False,
    serials: bool = False,
    ahead: bool = False,
) -> WrittenDate:
    """Return what a written date means; nothing is guessed, and no text raises an error.

    What is relative or has no year counts from the day `on`: the latest that is not after it, or, with
    `ahead`, the first that is not before it. No date is before 1900 or after `until`.

    `order` is that of day and month among numbers. Without it 11/7 has two readings, of which one that cannot
    be is left out, and then the other has to be confirmed; with it, a date that can
    only be read the other way has one reading, and no date. With `dashes_day_first` dashes, points and spaces
    are day first without an order, but a slash is not. With `serials` a number can be a day of a spreadsheet.

    A day of the week that contradicts the date is a problem, with the date as its reading. A year of two
    digits that would be after that of `until` is in doubt: "62" has 1962 as its reading, and no date.
    """
    if not written.strip():
        return WrittenDate()
    text = normalise(written) if len(written) <= MOST_CHARACTERS else ""
    if not text:
        return WrittenDate(as_told=written)
    text = _SHORT_IN_BRACKETS.sub(_whole_weekday, text).translate(_BRACKETS)
    text = " ".join(text.split()).rstrip(" .,;:")
    if order is None and dashes_day_first and not _SLASH.search(text):
        order = "dmy"
    setting = Setting(on, until, order or "dmy", serials, ahead)
    try:
        meaning = _in_every_order(text, setting, order)
    except NoSuchDayError:
        return _with_problem(written, _("%(value)s is a day that does not exist"))
    except OverflowError:  # before the first day of the calendar, or after the last
        meaning = ()
    return _result(written, meaning, until) if meaning else WrittenDate(as_told=written)


def _whole_weekday(found: re.Match[str]) -> str:
    number = SHORT_WEEKDAYS[found["weekday"]]
    return next(name for name, day in WEEKDAYS.items() if day == number)


def _in_every_order(text: str, setting: Setting, order: Order | None) -> Meaning:
    """Return what a text means in the order, or in both. Raise NoSuchDayError when it exists in neither."""
    meanings = {}
    for each in _ORDERS:
        try:
            meanings[each] = _read(text, replace(setting, order=each))
        except NoSuchDayError:
            continue
    if not meanings:
        raise NoSuchDayError
    if order is None:
        return tuple(dict.fromkeys(stretch for meaning in meanings.values() for stretch in meaning))
    if order in meanings:
        return meanings[order]
    return tuple(replace(stretch, sure=False) for meaning in meanings.values() for stretch in meaning)


def _read(text: str, setting: Setting) -> Meaning:
    return _read_one(text, setting) or read_range(text, setting, _read_one)


def _read_one(text: str, setting: Setting) -> Meaning:
    if meaning := _read_plain(text, setting):
        return meaning
    is_about = bool(_ABOUT.match(text) or _ABOUT_BEHIND.search(text))
    if part := _PART_OF_WEEKDAY.match(text):
        text = f"{part['weekday']} {text[part.end() :]}"
        is_about = is_about or part["part"] in ("nacht", "night")
    dated = without_time(_ABOUT_BEHIND.sub("", _ABOUT.sub("", text, count=1), count=1))
    if part and part["part"] not in _EARLY and dated.time < "13":  # 8:15 may be 20:15
        dated = replace(dated, time="")
    meaning = ()
    for rest, weekday in _weekdays(dated.date):
        if meaning := on_weekday(_read_plain(_PREPOSITION.sub("", rest, count=1), setting), weekday):
            break
    return tuple(
        replace(
            stretch,
            about=stretch.about or is_about,
            time=dated.time or stretch.time,
            has_more_words=stretch.has_more_words or dated.has_words or bool(part),
        )
        for stretch in meaning
    )


def _weekdays(text: str) -> Iterator[tuple[str, int | None]]:
    """Yield what may be the date, and the day of the week that stands before or behind it."""
    yield text, None
    for pattern in (_WEEKDAY, _WEEKDAY_BEHIND):
        if found := pattern.fullmatch(text):
            yield found["date"], ANY_WEEKDAY[found["weekday"]]


def _read_plain(text: str, setting: Setting) -> Meaning:
    """Return the meaning of a date that has no day of the week and no time beside it."""
    return read_form(text, setting) or read_holiday(text, setting) or read_relative(text, setting)


def _result(written: str, meaning: Meaning, until: date) -> WrittenDate:
    every = sorted(meaning, key=lambda stretch: stretch.other_weekday)
    problems = [_problem_with(stretch, until) for stretch in every]
    if problems[0] is not None and None not in problems:
        return _with_problem(written, problems[0])
    meaning = tuple(stretch for stretch, problem in zip(every, problems, strict=True) if problem is None)
    first, other_cannot_be = meaning[0], len(meaning) < len(every)
    readings = tuple(dict.fromkeys(stretch.reading for stretch in meaning))
    if first.other_weekday:
        return replace(
            _with_problem(written, _("%(value)s is another day of the week")),
            readings=readings,
            time=first.time,
            other_cannot_be=other_cannot_be,
        )
    if len(readings) > 1 or not first.sure or other_cannot_be:
        return WrittenDate(
            as_told=written, readings=readings, time=first.time, other_cannot_be=other_cannot_be
        )
    shown = "day" if is_full(first.first) else "month" if is_month(first.first) else "about"
    return WrittenDate(
        first.first,
        "about" if first.about else shown,
        first.last,
        first.time,
        written if first.has_more_words else "",
    )


def _problem_with(stretch: Stretch, until: date) -> StrPromise | None:
    if stretch.first < EARLIEST.isoformat()[: len(stretch.first)]:
        return _("%(value)s is before 1900")
    if first_day(stretch.last or stretch.first) > until:
        return _("%(value)s is in the future")
    return None


def _with_problem(written: str, template: StrPromise) -> WrittenDate:
    return WrittenDate(as_told=written, problem=Problem("date", template, {"value": written}))
