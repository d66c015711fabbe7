"""What a written date can mean: stretches of time, and what they are counted from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from questionnaire.domain.dates import first_day, is_full

Order = Literal["dmy", "mdy"]

#: The years that two digits are first taken for.
_CENTURY: Final = 2000
#: 29 February comes once in four years, and once in eight around a century.
_YEARS_BETWEEN_LEAP_DAYS: Final = 9


class NoSuchDayError(ValueError):
    """What was written has the form of a date, of a day that does not exist."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a date is read with: see `read_date`."""

    on: date
    until: date
    order: Order
    serials: bool = False
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """One meaning: a day, month or year, or from a first to a last one.

    `sure` is False when a person has to confirm it although no other meaning was found; `has_more_words` when
    the words say more than the date; `other_weekday` when it falls on another than was written.
    """

    first: str
    last: str = ""
    about: bool = False
    has_more_words: bool = False
    time: str = ""
    sure: bool = True
    other_weekday: bool = False

    @property
    def reading(self) -> str:
        """The date, or the first and last one with a slash between."""
        return f"{self.first}/{self.last}" if self.last else self.first


#: Everything that a text can mean; none when it is no date.
Meaning = tuple[Stretch, ...]


def day(in_year: int, in_month: int, number: int) -> Stretch:
    """Return one day. Raise NoSuchDayError when it does not exist."""
    try:
        return Stretch(date(in_year, in_month, number).isoformat())
    except ValueError:
        raise NoSuchDayError from None


def month(in_year: int, number: int) -> Stretch:
    """Return one month. Raise NoSuchDayError when it does not exist."""
    return Stretch(day(in_year, number, 1).first[: len("2026-03")])


def year(number: int) -> Stretch:
    """Return one year. Raise NoSuchDayError when it does not exist: the calendar begins with the year 1."""
    return Stretch(day(number, 1, 1).first[: len("2026")])


def year_of(written: str, setting: Setting) -> tuple[int, bool]:
    """Return a year, and whether that is sure.

    Two digits are a year of this century that is not after that of `until`. Otherwise they may be one of the
    last century or a slip, so that is not sure. Raise NoSuchDayError for the year 0.
    """
    digits = "".join(re.findall("[0-9]", written))
    if not digits:
        return setting.on.year - (not written.endswith(("dit jaar", "this year"))), True
    if len(digits) > len("26"):
        return int(year(int(digits)).first), True
    found = _CENTURY + int(digits)
    return (found, True) if found <= setting.until.year else (found - 100, False)


def in_year_or_latest(month_number: int, number: int, written: str | None, setting: Setting) -> Stretch:
    """Return a day of the year that was written, or the latest one not after `on`."""
    if not written:
        return latest_day(month_number, number, setting)
    in_year, sure = year_of(written, setting)
    found = day(in_year, month_number, number)
    return found if sure else Stretch(found.first, sure=False)


def latest_day(month_number: int, number: int, setting: Setting) -> Stretch:
    """Return the latest such day that is not after `on`, or, for a date ahead, the first not before it.

    It is not sure when the nearest year did not have that day: 29 February.
    """
    day(2000, month_number, number)  # a leap year has every day
    step = 1 if setting.ahead else -1
    passed = (month_number, number) < (setting.on.month, setting.on.day)
    is_today = (month_number, number) == (setting.on.month, setting.on.day)
    first = setting.on.year + (0 if is_today or passed != setting.ahead else step)
    for years in range(_YEARS_BETWEEN_LEAP_DAYS):
        try:
            return Stretch(day(first + years * step, month_number, number).first, sure=years == 0)
        except NoSuchDayError:
            continue
    raise NoSuchDayError  # before the first year of the calendar


def month_in_year_or_latest(number: int, written: str | None, setting: Setting) -> Stretch:
    """Return a month of the year that was written, or the latest one that did not begin after `on`."""
    if written:
        in_year, sure = year_of(written, setting)
        return Stretch(month(in_year, number).first, sure=sure)
    if setting.ahead:
        return month(setting.on.year + (number < setting.on.month), number)
    return month(setting.on.year - (number > setting.on.month), number)


def on_weekday(meaning: Meaning, weekday: int | None) -> Meaning:
    """Return the meanings with those on this day of the week first; none when one is no day at all.

    The day of the week does not decide which of two meanings it is, since people mistake it by a day. When no
    meaning falls on it they are marked.
    """
    if weekday is None:
        return meaning
    if not all(is_full(stretch.first) and not stretch.last for stretch in meaning):
        return ()
    ordered = sorted(meaning, key=lambda stretch: first_day(stretch.first).weekday() != weekday)
    if ordered and first_day(ordered[0].first).weekday() == weekday:
        return tuple(ordered)
    return tuple(replace(stretch, other_weekday=True) for stretch in ordered)
