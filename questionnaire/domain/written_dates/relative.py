"""Dates counted from the conversation, and parts of a year: "gisteren", "vorige week", "zomer 2025"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from questionnaire.domain.dates import first_day, is_full, is_year
from questionnaire.domain.written_dates.forms import read_form
from questionnaire.domain.written_dates.holidays import NAMED_YEAR
from questionnaire.domain.written_dates.meaning import Meaning, Setting, Stretch, month, year, year_of
from questionnaire.domain.written_dates.words import ANY_WEEKDAY, NUMBERS, UNITS, WEEKDAYS, one_of

_DAYS_A_WEEK: Final = 7
_SATURDAY: Final = 5

#: Words for one day, with how far it lies from `on`.
_DAYS: Final = {
    word: days
    for words, days in {
        "eergisteren, the day before yesterday, day before yesterday": -2,
        "gisteren, gister, yesterday": -1,
        "vandaag, today": 0,
        "morgen, tomorrow": 1,
        "overmorgen, the day after tomorrow, day after tomorrow": 2,
    }.items()
    for word in words.split(", ")
}
#: Words that also say which part of that day, which are kept.
_PARTS_OF_DAYS: Final = {
    word: days
    for words, days in {
        "eergisteravond, eergistermiddag, eergisterochtend": -2,
        "gisteravond, gisterenavond, gistermiddag, gisterenmiddag": -1,
        "gisterochtend, gisterenochtend, gistermorgen": -1,
        "yesterday morning, yesterday afternoon, yesterday evening": -1,
        "vanmorgen, vanochtend, vanmiddag, vanavond, tonight, this morning, this afternoon, this evening": 0,
    }.items()
    for word in words.split(", ")
}
#: Nights, which belong to two days.
_NIGHTS: Final = {
    "vannacht": 0,
    "gisternacht": -1,
    "gisterennacht": -1,
    "last night": -1,
    "yesterday night": -1,
}
_PART: Final = "(?: ?(?P<part>ochtend|morgen|middag|avond|nacht|morning|afternoon|evening|night))?"
_EARLIER: Final = ("vorige", "vorig", "last")
_LATER: Final = ("volgende", "next")

#: The months of a season; winter lies in two years.
SEASONS: Final = {
    name: months
    for names, months in {
        "lente, voorjaar, spring": (3, 5),
        "zomer, summer": (6, 8),
        "herfst, najaar, autumn": (9, 11),
    }.items()
    for name in names.split(", ")
}
#: The days of a month, and the months of a year, that its beginning, middle and end are taken for.
_BEGIN: Final = ((1, 10), (1, 3))
_MIDDLE: Final = ((11, 20), (5, 8))
_END: Final = ((21, 31), (10, 12))
_PARTS: Final = {
    word: part
    for words, part in {
        "begin, begin van, early, beginning of, start of, the beginning of, the start of": _BEGIN,
        "half, medio, midden, mid, middle of, the middle of": _MIDDLE,
        "eind, einde, eind van, late, end of, the end of": _END,
    }.items()
    for word in words.split(", ")
}


def _from(setting: Setting, days: int) -> Stretch:
    return Stretch((setting.on + timedelta(days)).isoformat())


def _told(stretch: Stretch, *, about: bool) -> Stretch:
    return replace(stretch, about=about, has_more_words=True)


def _fuzzy(first: str, last: str, setting: Setting) -> Meaning:
    """Return a stretch that nobody knows the exact ends of, as far as it is not after `until`."""
    until = setting.until.isoformat()[: len(last)]
    return (Stretch(first, max(min(last, until), first), about=True, has_more_words=True),)


def _named_day(found: re.Match[str], setting: Setting) -> Meaning:
    return (_from(setting, _DAYS[found["word"]]),)


def _part_of_day(found: re.Match[str], setting: Setting) -> Meaning:
    return (_told(_from(setting, _PARTS_OF_DAYS[found["word"]]), about=False),)


def _night(found: re.Match[str], setting: Setting) -> Meaning:
    return (_told(_from(setting, _NIGHTS[found["word"]]), about=True),)


def _weekday(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "dinsdag": the latest one that is not after `on`, or the next that is not before it."""
    back = (setting.on.weekday() - WEEKDAYS[found["weekday"]]) % _DAYS_A_WEEK
    found_day = _from(setting, (-back) % _DAYS_A_WEEK if setting.ahead else -back)
    return (_told(found_day, about=found["part"] in ("nacht", "night")) if found["part"] else found_day,)


def _past_weekday(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "afgelopen dinsdag": the latest one before `on`.

    "Vorige dinsdag" and "last Tuesday" say the same to one, and that of the week before to another.
    """
    back = (setting.on.weekday() - ANY_WEEKDAY[found["weekday"]] - 1) % _DAYS_A_WEEK + 1
    in_this_week = back <= setting.on.weekday()
    both = in_this_week and found["which"] in _EARLIER
    return tuple(_from(setting, -days) for days in ((back, back + _DAYS_A_WEEK) if both else (back,)))


def _coming_weekday(found: re.Match[str], setting: Setting) -> Meaning:
    ahead = (ANY_WEEKDAY[found["weekday"]] - setting.on.weekday() - 1) % _DAYS_A_WEEK + 1
    return (_from(setting, ahead),)


def _next_weekday(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "volgende dinsdag" where dates lie ahead: the coming one to one, that of next week to another."""
    if not setting.ahead:
        return ()
    (coming,) = _coming_weekday(found, setting)
    in_this_week = ANY_WEEKDAY[found["weekday"]] > setting.on.weekday()
    days = (first_day(coming.first) - setting.on).days
    return (coming, _from(setting, days + _DAYS_A_WEEK)) if in_this_week else (coming,)


def _within(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "binnen 2 weken" where dates lie ahead: by the last day of it."""
    return _ago(found, setting) if setting.ahead else ()


def _shift(which: str) -> int:
    return -1 if which in _EARLIER else 1 if which in _LATER else 0


def _weekday_of_week(found: re.Match[str], setting: Setting) -> Meaning:
    weeks = _shift(found["which"])
    ahead = ANY_WEEKDAY[found["weekday"]] - setting.on.weekday() + weeks * _DAYS_A_WEEK
    return (_from(setting, ahead),)


def _week(found: re.Match[str], setting: Setting) -> Meaning:
    monday = setting.on + timedelta(_shift(found["which"]) * _DAYS_A_WEEK - setting.on.weekday())
    return _fuzzy(monday.isoformat(), (monday + timedelta(6)).isoformat(), setting)


def _past_week(found: re.Match[str], setting: Setting) -> Meaning:
    return _fuzzy(_from(setting, -_DAYS_A_WEEK).first, setting.on.isoformat(), setting)


def _weekend(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "afgelopen weekend", but not in a weekend, when it can be this one or the one before."""
    if setting.on.weekday() >= _SATURDAY:
        return ()
    saturday = setting.on - timedelta(setting.on.weekday() + 2)
    return _fuzzy(saturday.isoformat(), (saturday + timedelta(1)).isoformat(), setting)


def _months_from(setting: Setting, months: int) -> Stretch:
    in_year, number = divmod(setting.on.year * 12 + setting.on.month - 1 + months, 12)
    return month(in_year, number + 1)


def _month(found: re.Match[str], setting: Setting) -> Meaning:
    return (_months_from(setting, _shift(found["which"])),)


def _year(found: re.Match[str], setting: Setting) -> Meaning:
    return (year(setting.on.year + _shift(found["which"])),)


def _ago(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "3 dagen geleden" and "over 2 weken": of weeks and more only about when is known."""
    written = found["number"] or "een"
    number = int(written) if written.isdecimal() else NUMBERS[written]
    number = number if found["ahead"] else -number
    match UNITS[found["unit"]]:
        case "day":
            found_day = _from(setting, number)
            return (_told(found_day, about=True) if abs(number) >= _DAYS_A_WEEK else found_day,)
        case "week":
            return (_told(_from(setting, number * _DAYS_A_WEEK), about=True),)
        case "month":
            return (_told(_months_from(setting, number), about=True),)
        case _:
            return (_told(year(setting.on.year + number), about=True),)


def _season(found: re.Match[str], setting: Setting) -> Meaning:
    first, last = SEASONS[found["season"]]
    in_year, sure = setting.on.year - (setting.on.month <= last), True  # the latest one that is over
    if found["year"]:
        in_year, sure = year_of(found["year"], setting)
    stretches = _fuzzy(month(in_year, first).first, month(in_year, last).first, setting)
    return tuple(replace(stretch, sure=sure) for stretch in stretches)


def _winter(found: re.Match[str], setting: Setting) -> Meaning:
    in_year, sure = year_of(found["year"], setting)
    return (replace(_told(year(in_year), about=True), sure=sure),)


def _part_of(found: re.Match[str], setting: Setting) -> Meaning:
    """Read "begin maart 2026" and "eind 2025"."""
    days, months = _PARTS[found["part"]]
    stretches: Meaning = ()
    for whole in read_form(found["whole"], setting):
        if whole.last or is_full(whole.first):
            return ()
        if is_year(whole.first):
            first, last = (f"{whole.first}-{number:02}" for number in months)
        else:
            in_year, number = map(int, whole.first.split("-"))
            length = calendar.monthrange(in_year, number)[1]
            first, last = (f"{whole.first}-{min(number, length):02}" for number in days)
        stretches += tuple(replace(part, sure=whole.sure) for part in _fuzzy(first, last, setting))
    return stretches


#: The words above and in the forms below.
RELATIVE_WORDS: Final = (
    *(
        *_DAYS,
        *_PARTS_OF_DAYS,
        *_NIGHTS,
        *SEASONS,
        *_PARTS,
        *_EARLIER,
        *_LATER,
        "afgelopen",
        "past",
        "winter",
    ),
    *("deze", "dit", "this", "komende", "aanstaande", "coming", "weekend"),
)
_ANY: Final = rf"(?P<weekday>{one_of(ANY_WEEKDAY)})\.?"
_WEEK: Final = "(?P<which>vorige|deze|volgende|last|this|next) week"
_COUNT: Final = rf"(?:(?P<number>[0-9]{{1,3}}|{one_of(NUMBERS)}) )?(?P<unit>{one_of(UNITS)})"

Form = Callable[["re.Match[str]", Setting], Meaning]

_FORMS: Final[tuple[tuple[re.Pattern[str], Form], ...]] = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (rf"(?P<word>{one_of(_DAYS)})", _named_day),
        (rf"(?P<word>{one_of(_PARTS_OF_DAYS)})", _part_of_day),
        (rf"(?P<word>{one_of(_NIGHTS)})", _night),
        (rf"(?P<weekday>{'|'.join(WEEKDAYS)}){_PART}", _weekday),
        (rf"(?P<which>afgelopen|vorige|last|past) {_ANY}", _past_weekday),
        (rf"(?P<weekday>{one_of(WEEKDAYS)})(?P<which> )jl", _past_weekday),
        (rf"(?:komende|aanstaande|coming|this coming) {_ANY}", _coming_weekday),
        (rf"(?:volgende|next) {_ANY}", _next_weekday),
        (rf"{_WEEK},? (?:op |on )?{_ANY}", _weekday_of_week),
        (rf"{_ANY},? (?:van |of )?{_WEEK}", _weekday_of_week),
        (_WEEK, _week),
        ("(?:de |the )?(?:afgelopen|past) week", _past_week),
        ("(?:het |the )?(?:afgelopen|vorig|last|past) weekend", _weekend),
        ("(?P<which>vorige|deze|volgende|last|this|next) (?:maand|month)", _month),
        ("(?P<which>vorig|dit|last|this) (?:jaar|year)", _year),
        (rf"{_COUNT} (?:geleden|terug|ago)(?P<ahead>)", _ago),
        (rf"(?P<ahead>over|in) {_COUNT}", _ago),
        (rf"(?P<ahead>binnen|within) {_COUNT}", _within),
        (rf"(?:de |het |the )?(?P<season>{one_of(SEASONS)})(?:,? (?:van |of )?{NAMED_YEAR})?", _season),
        (rf"(?:afgelopen )(?P<season>{one_of(SEASONS)})(?P<year>)", _season),
        (rf"(?:de |the )?winter(?:,? (?:van |of )?{NAMED_YEAR})", _winter),
        (rf"(?P<part>{one_of(_PARTS)})[- ](?P<whole>.+)", _part_of),
    )
)


def read_relative(text: str, setting: Setting) -> Meaning:
    """Return what a normalised text means as a date that is counted from `on`, or as a part of a year."""
    for pattern, form in _FORMS:
        if (found := pattern.fullmatch(text)) and (meaning := form(found, setting)):
            return meaning
    return ()
