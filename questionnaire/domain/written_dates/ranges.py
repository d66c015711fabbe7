"""A stretch of time from one date to another: "12 t/m 14 maart 2026", "van 12 maart tot 14 maart"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import MAXYEAR, date, timedelta
from typing import Final

from questionnaire.domain.dates import first_day, is_full
from questionnaire.domain.written_dates.meaning import Meaning, Setting, Stretch, day, on_weekday
from questionnaire.domain.written_dates.words import ANY_WEEKDAY, MONTHS, one_of

Read = Callable[[str, Setting], Meaning]

_THROUGH: Final = ("t/m", "t / m", "tot en met", "tm", "tot", "until", "till", "through", "to", "-")
_BOTH: Final = ("en", "and", "&")
_EITHER: Final = ("of", "or")
_NIGHT: Final = ("op", "to", "-")
#: What stands before the first date, with what can stand before the second.
_OPENINGS: Final = {
    **dict.fromkeys(("van", "vanaf", "from"), _THROUGH),
    **dict.fromkeys(("tussen", "between"), _BOTH),
    **dict.fromkeys(("in de nacht van", "de nacht van", "nacht van", "the night of", "night of"), _NIGHT),
    "": (*_THROUGH, *_BOTH, *_EITHER),
}
_OPENING: Final = re.compile(rf"(?P<word>{one_of(filter(None, _OPENINGS))}) ")
_JOINT_WORDS: Final = one_of((*_THROUGH[:-1], *_BOTH[:-1], *_EITHER, "op"))
_JOINT: Final = re.compile(rf"(?<=[ .0-9a-z])(?P<joint>-|&|(?<![a-z]){_JOINT_WORDS})(?=[ 0-9a-z])")
#: A dash within a date: then a dash without spaces does not stand between two.
_NUMBERS_WITH_DASH: Final = re.compile("[0-9]-[0-9]")
#: Words that count from the conversation, also when the other end has a date.
_FROM_TODAY: Final = re.compile("geleden|terug|ago|vorig|afgelopen|last|gister|vandaag|today|yesterday|week")
_BARE_DAY: Final = re.compile(
    rf"(?:(?P<weekday>{one_of(ANY_WEEKDAY)})\.? )?(?:de |the )?(?P<day>[0-9]{{1,2}})(?:e|ste|de|st|nd|rd|th)?"
)
#: "March 1 to 3, 2026", which is read as "1 to 3 March 2026".
_MONTH_FIRST: Final = re.compile(
    rf"(?P<month>{one_of(MONTHS)})\.? (?P<one>[0-9]{{1,2}}) ?(?P<joint>{one_of(_THROUGH[:-1])}|-)"
    r" ?(?P<two>[0-9]{1,2})(?:,? (?P<year>[0-9]{4}))?"
)


def read_range(text: str, setting: Setting, read: Read) -> Meaning:
    """Return the stretch between two dates, each of which `read` reads; () when it is none.

    One date takes over what only the other one says: the month, the year. Between "tussen" and "en", and
    around "of", it was at some time in the stretch; "12 en 13 maart" are two days that make a stretch.
    """
    opening = _OPENING.match(text)
    word = opening["word"] if opening else ""
    body = text[opening.end() :] if opening else text
    if found := _MONTH_FIRST.fullmatch(body):
        body = (
            f"{found['one']} {found['joint']} {found['two']} {found['month']} {found['year'] or ''}".strip()
        )
    for first, joint, last in _halves(body):
        if joint in _OPENINGS[word] and (meaning := _join(first, last, setting, read)):
            is_some_time = joint in _EITHER or _OPENINGS[word] is _BOTH
            says_more = is_some_time or _OPENINGS[word] is _NIGHT
            if joint in _BOTH and not is_some_time and not all(map(_are_neighbours, meaning)):
                return ()
            return tuple(
                replace(
                    stretch,
                    about=stretch.about or is_some_time,
                    has_more_words=stretch.has_more_words or says_more,
                )
                for stretch in meaning
            )
    return ()


def _halves(text: str) -> Iterator[tuple[str, str, str]]:
    for joint in _JOINT.finditer(text):
        first, last = text[: joint.start()], text[joint.end() :]
        is_tight = first[-1:] != " " and last[:1] != " "
        if joint["joint"] != "-" or not (is_tight and _NUMBERS_WITH_DASH.search(f"{first} {last}")):
            yield first.strip(" "), joint["joint"], last.strip(" ")


def _are_neighbours(stretch: Stretch) -> bool:
    days = first_day(stretch.last) - first_day(stretch.first)
    return is_full(stretch.first) and days == timedelta(1)


def _join(first: str, last: str, setting: Setting, read: Read) -> Meaning:
    ends = _ends(first, last, setting, read)
    return tuple(
        replace(
            start,
            last=end.first,
            about=start.about or end.about,
            has_more_words=start.has_more_words or end.has_more_words or bool(end.time),
            sure=start.sure and end.sure,
            other_weekday=start.other_weekday or end.other_weekday,
        )
        for end in ends
        for start in _starts(first, end, setting, read)
        if not start.last and not end.last
        if len(start.first) == len(end.first) and start.first < end.first
    )


def _ends(first: str, last: str, setting: Setting, read: Read) -> Meaning:
    """Return what the last date means; when only the first one has a year, the next one after that."""
    ends = read(last, setting)
    if ends and _hangs_on_today(last, setting, read) and not _FROM_TODAY.search(last):
        starts = read(first, setting)
        if starts and not _hangs_on_today(first, setting, read):
            return tuple(
                end
                for start in starts
                for end in read(last, replace(setting, on=first_day(start.first), ahead=True))
            )
    return ends


def _starts(first: str, end: Stretch, setting: Setting, read: Read) -> Meaning:
    """Return what the first date means before this end: a bare day of its month, or the latest before it."""
    if bare := _BARE_DAY.fullmatch(first):
        if not is_full(end.first):
            return ()
        start = day(int(end.first[:4]), int(end.first[5:7]), int(bare["day"]))
        return on_weekday((start,), ANY_WEEKDAY.get(bare["weekday"] or ""))
    if _FROM_TODAY.search(first):
        return read(first, setting)
    return read(first, replace(setting, on=first_day(end.first), ahead=False))


def _hangs_on_today(text: str, setting: Setting, read: Read) -> bool:
    """Return whether a text says nothing without the day it is counted from, as a date without a year."""
    year = timedelta(366)
    other: date = setting.on + year if setting.on.year < MAXYEAR - 1 else setting.on - year
    return read(text, replace(setting, on=other)) != read(text, setting)
