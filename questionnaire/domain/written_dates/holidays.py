"""Days that people name instead of counting: the holidays of the Netherlands and of English speakers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

from questionnaire.domain.written_dates.meaning import Meaning, Setting, Stretch, year_of
from questionnaire.domain.written_dates.words import one_of

#: The first year with a Koningsdag.
_FIRST_KINGS_DAY: Final = 2014
_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday. `about`: its name is used for days around it; `turn`: it belongs to two years."""

    day_in: Callable[[int], date | None]
    about: bool = False
    turn: bool = False


def easter(year: int) -> date:
    """Return Easter Sunday of a year, by the Gregorian computus (Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _fixed(month: int, day: int, *, about: bool = False, turn: bool = False) -> Holiday:
    return Holiday(lambda year: date(year, month, day), about, turn)


def _from_easter(days: int, *, about: bool = False) -> Holiday:
    return Holiday(lambda year: easter(year) + timedelta(days), about)


def _kings_day(year: int) -> date | None:
    if year < _FIRST_KINGS_DAY:
        return None
    found = date(year, 4, 27)
    return found - timedelta(1) if found.weekday() == _SUNDAY else found


HOLIDAYS: Final = {
    name: holiday
    for names, holiday in {
        "kerst, kerstmis, kerstdagen, christmas, xmas": _fixed(12, 25, about=True),
        "kerstavond, christmas eve": _fixed(12, 24),
        "eerste kerstdag, 1e kerstdag, 1ste kerstdag, christmas day": _fixed(12, 25),
        "tweede kerstdag, 2e kerstdag, 2de kerstdag, boxing day": _fixed(12, 26),
        "oud en nieuw, oud & nieuw": _fixed(12, 31, about=True, turn=True),
        "oudejaarsavond, oudejaarsdag, oudjaar, oudejaar, new year's eve, new years eve": _fixed(12, 31),
        "nieuwjaar, nieuwjaarsdag, new year's day, new years day, new year": _fixed(1, 1),
        "sinterklaas": _fixed(12, 5, about=True),
        "sinterklaasavond, pakjesavond": _fixed(12, 5),
        "valentijn, valentijnsdag, valentine's day, valentines day": _fixed(2, 14),
        "halloween": _fixed(10, 31),
        "bevrijdingsdag": _fixed(5, 5),
        "koningsdag, king's day, kings day": Holiday(_kings_day),
        "carnaval": _from_easter(-49, about=True),
        "goede vrijdag, good friday": _from_easter(-2),
        "pasen, easter": _from_easter(0, about=True),
        "eerste paasdag, 1e paasdag, easter sunday": _from_easter(0),
        "tweede paasdag, 2e paasdag, easter monday": _from_easter(1),
        "hemelvaart, hemelvaartsdag, ascension day": _from_easter(39),
        "pinksteren, whitsun, pentecost": _from_easter(49, about=True),
        "eerste pinksterdag, 1e pinksterdag, whit sunday": _from_easter(49),
        "tweede pinksterdag, 2e pinksterdag, whit monday": _from_easter(50),
    }.items()
    for name in names.split(", ")
}
#: A year beside a name: four digits, two after an apostrophe, or "last year".
NAMED_YEAR: Final = (
    r"(?P<year>[0-9]{4}|'[0-9]{2}|(?:vorig|afgelopen|dit) jaar|(?:last|this) year)"  # not "kerst 25"
)
_FORM: Final = re.compile(
    rf"(?:met |op |in |tijdens |at |on |during )?(?:de |the )?(?P<name>{one_of(HOLIDAYS)})"
    rf"(?:,? (?:van |of |in )?{NAMED_YEAR})?"
)


def read_holiday(text: str, setting: Setting) -> Meaning:
    """Return the day of a holiday in the year beside it, or the latest one.

    "Oud en nieuw 2025" has two meanings: 2025 is the year that ends, or the one that begins.
    """
    if not (match := _FORM.fullmatch(text)):
        return ()
    holiday = HOLIDAYS[match["name"]]
    if not match["year"]:
        return _latest(holiday, setting)
    year, sure = year_of(match["year"], setting)
    years = (year - 1, year) if holiday.turn else (year,)
    return tuple(replace(found, sure=sure) for year in years for found in _in_year(holiday, year))


def _in_year(holiday: Holiday, year: int) -> Meaning:
    if not MINYEAR <= year <= MAXYEAR or not (found := holiday.day_in(year)):
        return ()
    return (Stretch(found.isoformat(), about=holiday.about, has_more_words=True),)


def _latest(holiday: Holiday, setting: Setting) -> Meaning:
    on, year = setting.on.isoformat(), setting.on.year
    if setting.ahead:
        near = [*_in_year(holiday, year), *_in_year(holiday, year + 1)]
        return tuple(found for found in near if found.first >= on)[:1]
    near = [*_in_year(holiday, year), *_in_year(holiday, year - 1)]
    return tuple(found for found in near if found.first <= on)[:1]
