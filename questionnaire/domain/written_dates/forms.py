"""Dates with a number for the day, the month or the year: "23-3-2026", "23 maart", "okt 2026", "2025"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from questionnaire.domain.dates import in_amsterdam
from questionnaire.domain.written_dates.holidays import NAMED_YEAR
from questionnaire.domain.written_dates.meaning import (
    Meaning,
    NoSuchDayError,
    Setting,
    Stretch,
    day,
    in_year_or_latest,
    latest_day,
    month,
    month_in_year_or_latest,
    year,
    year_of,
)
from questionnaire.domain.written_dates.words import MONTHS, one_of

_MONTH: Final = rf"(?P<month>{one_of(MONTHS)})\.?"
_DAY: Final = r"(?P<day>[0-9]{1,2})"
#: Two digits are a year here, since the day stands before the month.
_YEAR_AFTER_DAY: Final = NAMED_YEAR.replace("[0-9]{4}|'[0-9]{2}", "[0-9]{3,4}|'?[0-9]{2}")
_BETWEEN: Final = r"[-/. ]{0,3}"
_MONTHS_IN_A_YEAR: Final = 12

#: Where a spreadsheet counts its days from. It takes 1900 for a leap year, so days before March 1900 differ.
_DAY_ZERO: Final = date(1899, 12, 30)
_FIRST_SERIAL: Final = 61
#: Smaller numbers, of days before 2000, are more often something else: 010126, or a count.
_SURE_SERIAL: Final = (date(2000, 1, 1) - _DAY_ZERO).days
_LAST_SERIAL: Final = (date.max - _DAY_ZERO).days
#: A bare number of four digits between these is a year, also in a spreadsheet.
_YEARS: Final = range(1900, 2101)
_SECONDS_A_DAY: Final = 86_400


def _year_first(found: re.Match[str], setting: Setting) -> Meaning:
    return (day(int(found["year"]), int(found["month"]), int(found["day"])),)


def _eight_digits(found: re.Match[str], setting: Setting) -> Meaning:
    """Read 20260323; other numbers of eight digits are no dates, but telephone numbers or counts."""
    try:
        return _year_first(found, setting) if int(found["year"]) in _YEARS else ()
    except NoSuchDayError:
        return ()


def _with_clock(found: re.Match[str], setting: Setting) -> Meaning:
    """Read 2026-03-23T14:05; with a time zone as the day and time that it was in the Netherlands."""
    written = found["date"] + "T" + found["time"]
    zone = (found["zone"] or "").upper()
    try:
        moment = datetime.fromisoformat(written + zone.replace("Z", "+00:00"))
        if moment.tzinfo:
            moment = in_amsterdam(moment)
    except (ValueError, OverflowError):
        return ()
    return (replace(_stretch(moment.date()), time=f"{moment:%H:%M}"),)


def _numeric(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "23-3-26" in the order of the setting."""
    day_number, month_number = _in_order(found, setting)
    return (in_year_or_latest(month_number, day_number, found["year"], setting),)


def _numeric_yearless(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "23-3". What can be no day and month in this order can be a month and year: "03-26"."""
    day_number, month_number = _in_order(found, setting)
    try:
        meant = latest_day(month_number, day_number, setting)
    except NoSuchDayError:
        in_year, sure = year_of(found["two"], setting)
        if setting.order == "mdy" or not sure or len(found["two"]) == 1:
            raise
        return (replace(month(in_year, int(found["one"])), sure=False),)
    return (meant,)


def _in_order(found: re.Match[str], setting: Setting) -> tuple[int, int]:
    one, two = int(found["one"]), int(found["two"])
    return (one, two) if setting.order == "dmy" else (two, one)


def _month_number_and_year(found: re.Match[str], setting: Setting) -> Meaning:
    return (month(int(found["year"]), int(found["month"])),)


def _year(found: re.Match[str], setting: Setting) -> Meaning:
    if setting.serials and int(found["year"]) not in _YEARS:
        return ()
    return (year(int(found["year"])),)


def _serial(found: re.Match[str], setting: Setting) -> Meaning:
    """Read the number of a day in a spreadsheet, with the time as its fraction."""
    if not setting.serials or not _FIRST_SERIAL <= int(found["days"]) <= _LAST_SERIAL:
        return ()
    fraction = found["fraction"]
    seconds = round(float(f"0.{fraction or 0}") * _SECONDS_A_DAY)
    moment = datetime.combine(_DAY_ZERO, datetime.min.time()) + timedelta(int(found["days"]))
    try:
        moment += timedelta(seconds=seconds)
    except OverflowError:
        return ()
    sure = not found["days"].startswith("0") and int(found["days"]) >= _SURE_SERIAL
    return (replace(_stretch(moment.date()), time=f"{moment:%H:%M}" if fraction else "", sure=sure),)


def _day_and_month(found: re.Match[str], setting: Setting) -> Meaning:
    return (in_year_or_latest(MONTHS[found["month"]], int(found["day"]), found["year"], setting),)


def _month_and_day(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "March 23, 2026". Without a year, and with two digits, it can also be a month: March 2023."""
    number, month_number = int(found["day"]), MONTHS[found["month"]]
    if found["year"] or found["ordinal"] or len(found["day"]) == 1:
        return (in_year_or_latest(month_number, number, found["year"], setting),)
    meant: list[Stretch] = []
    try:
        meant.append(latest_day(month_number, number, setting))
    except NoSuchDayError:
        meant = []
    in_year, sure = year_of(found["day"], setting)
    if sure:
        meant.append(replace(month(in_year, month_number), sure=False))
    if not meant:
        raise NoSuchDayError
    return tuple(meant)


def _month_name(found: re.Match[str], setting: Setting) -> Meaning:
    return (month_in_year_or_latest(MONTHS[found["month"]], found["year"], setting),)


def _stretch(day_: date) -> Stretch:
    return Stretch(day_.isoformat())


Form = Callable[["re.Match[str]", Setting], Meaning]

_FORMS: Final[tuple[tuple[re.Pattern[str], Form], ...]] = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"(?P<year>[0-9]{4})(?P<mark>[-/. ])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})", _year_first),
        (r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", _eight_digits),
        (
            r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[t ](?P<time>[0-9]{2}:[0-9]{2})"
            r"(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(?P<zone>z|[-+][0-9]{2}:[0-9]{2})?",
            _with_clock,
        ),
        (
            r"(?P<one>[0-9]{1,2}) ?(?P<mark>[-/.]) ?(?P<two>[0-9]{1,2}) ?(?P=mark) ?"
            r"(?P<year>[0-9]{2,4}|'[0-9]{2})",
            _numeric,
        ),
        (r"(?P<one>[0-9]{1,2}) (?P<two>[0-9]{1,2}) (?P<year>[0-9]{4})", _numeric),
        (r"(?P<one>[0-9]{1,2})[-/.](?P<two>[0-9]{1,2})", _numeric_yearless),
        (r"(?P<month>[0-9]{1,2}) ?[-/. ] ?(?P<year>[0-9]{4})", _month_number_and_year),
        (r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})", _month_number_and_year),
        (r"(?P<year>[0-9]{4})", _year),
        (r"(?P<days>[0-9]{2,7})(?:[.,](?P<fraction>[0-9]{1,15}))?", _serial),
        (
            rf"(?:de |the )?{_DAY}(?:e|ste|de|st|nd|rd|th)?(?: of| van)?{_BETWEEN}{_MONTH}"
            rf"(?:[-/., ]{{0,3}}(?:van |of |in )?{_YEAR_AFTER_DAY}| jl)?",
            _day_and_month,
        ),
        (
            rf"{_MONTH}{_BETWEEN}(?:the )?{_DAY}(?P<ordinal>st|nd|rd|th)?(?:[, ]{{1,2}}{NAMED_YEAR})?",
            _month_and_day,
        ),
        (rf"(?P<year>[0-9]{{4}})[-/. ]{_MONTH}[-/. ]{_DAY}", _day_and_month),
        (rf"(?P<year>[0-9]{{4}})[-/. ]{_MONTH}", _month_name),
        (rf"{_MONTH}(?:[-/., ]{{0,3}}(?:van |of )?{NAMED_YEAR})?", _month_name),
    )
)


def read_form(text: str, setting: Setting) -> Meaning:
    """Return what a normalised date means, without a day of the week or a time; () when it is none.

    Raise NoSuchDayError for a day that does not exist.
    """
    for pattern, form in _FORMS:
        if (found := pattern.fullmatch(text)) and (meaning := form(found, setting)):
            return meaning
    return ()
