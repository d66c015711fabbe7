"""The time beside a date: "14:05", "14.05 uur", "14u05", "2:05 PM", "om half drie"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from questionnaire.domain.written_dates.words import MONTHS, NUMBERS, one_of

_NOON: Final = 12
_HOURS_A_DAY: Final = 24

_BEFORE: Final = r"(?P<before>om|at|rond|tegen|omstreeks|around|about|ca\.?|vanaf|from)?"
_MINUTE: Final = r"[0-5][0-9]"
_CLOCKS: Final = "|".join(
    (
        rf"[0-9]{{1,2}}:{_MINUTE}(?::[0-5][0-9](?:[.,][0-9]{{1,6}})?)?(?: ?(?:uur|u|h|hrs))?",
        rf"[0-9]{{1,2}}\.{_MINUTE}(?: ?(?:uur|u|h)(?P<unit>))?",
        rf"[0-9]{{1,2}} ?[uh]{_MINUTE}",
        r"[0-9]{1,2} ?(?:uur|u|h|o'clock)",
        r"[0-9]{1,2}(?= ?[ap]m)",
    )
)
_END: Final = r"(?: ?(?:-|tot|to) ?(?P<end>[0-9]{1,2}[:.][0-9]{2}))?"
_CLOCK: Final = rf"{_BEFORE} ?(?P<clock>{_CLOCKS})(?: ?(?P<half>[ap]m))?{_END}"
_HOUR: Final = rf"(?:[0-9]{{1,2}}|{one_of(NUMBERS)})"
#: Not "12 to 14", which may be days.
_MINUTES: Final = (
    r"(?:half|kwart voor|kwart over|half past|quarter to|quarter past|[0-9]{1,2} (?:voor|over)(?: half)?"
    r"|(?:vijf|tien|twintig|five|ten|twenty) (?:voor|over|to|past)(?: half)?) "
)
_PART: Final = (
    r"(?:(?:'s|in de|in the|at|vroeg in de|laat in de|early|late) ?)?"
    r"(?:ochtends|morgens|middags|avonds|nachts|ochtend|morgen|middag|avond|nacht"
    r"|morning|afternoon|evening|night|noon|midnight)"
)
#: An hour of the clock that may be in the morning or the afternoon, and a part of the day.
_WORDS: Final = (
    rf"(?:(?:om|at|rond|tegen|around) )?(?:{_MINUTES}{_HOUR}(?: uur)?|{_HOUR} (?:uur|o'clock))(?: {_PART})?"
    rf"|{_PART}(?: (?:om|rond|at) {_HOUR}(?: uur)?)?"
)
_BEHIND: Final = re.compile(rf"(?P<date>.*?[^ ,-])[ ,-]+(?:{_CLOCK})")
_IN_FRONT: Final = re.compile(rf"(?:{_CLOCK})[ ,-]+(?:op |on )?(?P<date>.+)")
_WORDS_BEHIND: Final = re.compile(rf"(?P<date>.*?[^ ,])[ ,]+(?:{_WORDS})")
_WORDS_IN_FRONT: Final = re.compile(rf"(?:{_WORDS})[ ,]+(?:op |on )?(?P<date>.+)")
#: An hour that the time goes on from, and no year: "12 maart 10-12 uur", "12 mrt 20 - 22u".
_HOUR_BEFORE: Final = re.compile(rf"{one_of(MONTHS)}[., ]{{0,3}}(?:[01]?[0-9]|2[0-3]) ?-")
#: Beside these words 8:15 can be in the evening.
_LATER_IN_THE_DAY: Final = re.compile("middag|avond|nacht|noon|eve|night")
_DIGITS: Final = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date without its time. `has_words` when something was said of the time that `time` does not hold."""

    date: str
    time: str = ""
    has_words: bool = False


def without_time(text: str) -> Dated:
    """Return a normalised text without the time that stands before or behind the date, and that time.

    An hour that may be in the morning or the afternoon ("om 3 uur", "half drie") is no time: the words stay.
    """
    found = _BEHIND.fullmatch(text) or _IN_FRONT.fullmatch(text)
    if found and found.re is _BEHIND and _HOUR_BEFORE.search(text, 0, found.start("clock")):
        found = None
    dated = _with_time(found) if found else Dated(text)
    if words := _WORDS_BEHIND.fullmatch(dated.date) or _WORDS_IN_FRONT.fullmatch(dated.date):
        return Dated(words["date"], dated.time, has_words=True)
    return dated


def _with_time(found: re.Match[str]) -> Dated:
    numbers = _DIGITS.findall(found["clock"])
    hour, minute = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    half = found["half"]
    is_vague = not half and len(numbers) == 1 and 0 < hour <= _NOON
    contradicts = half == "am" and hour > _NOON
    is_bare = "." in found["clock"] and found["unit"] is None and not found["before"]
    if hour >= _HOURS_A_DAY or (is_bare and not _DIGITS.search(found["date"])):
        return Dated(found[0])  # "maandag 12.05" is a day in May
    if is_vague or contradicts:
        return Dated(found["date"], has_words=True)
    if half and hour <= _NOON:
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    if not half and hour <= _NOON and _LATER_IN_THE_DAY.search(found[0]):
        return Dated(found["date"], has_words=True)
    more = bool(found["end"]) or found["before"] not in (None, "om", "at")
    return Dated(found["date"], f"{hour:02}:{minute:02}", more)
