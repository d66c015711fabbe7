"""Read what a cell says: a time, a place, yes or no, how often. Words that say more are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.errors import Problem
from questionnaire.domain.incidents import MOST_TIMES


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell says: its value, None when there is none; whether its words say more; what is in doubt."""

    value: object = None
    keep_words: bool = False
    problem: Problem | None = None
    readings: tuple[str, ...] = ()


NOTHING: Final = Value()
#: Nothing for the field itself, but words to keep.
WORDS_ONLY: Final = Value(keep_words=True)

# --- Time ---------------------------------------------------------------------------------------------------

_CLOCK: Final = re.compile(
    r"(?:(?:om|at|rond|around|ca\.?|±|~)\s*)?"
    r"(?P<hour>\d{1,2})"
    r"(?:\s?[:.uh]\s?(?P<minute>\d{2})(?::\d{2}(?:[.,]\d+)?)?)?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\.?)?"
    r"(?P<hours>\s?(?:uur|u|h|hrs?|hours|o'clock))?",
    re.IGNORECASE,
)
_FRACTION: Final = re.compile(r"0?[.,]\d{3,}")
_LONGEST_TIME: Final = len("14:00 tot 15:00 uur")
_MINUTES_A_DAY: Final = 24 * 60


def read_time(text: str) -> Value:
    """Return a time of day as HH:MM. "'s avonds" is kept as words; 25:61 is in doubt."""
    if _FRACTION.fullmatch(text):
        minutes = round(float(text.replace(",", ".")) * _MINUTES_A_DAY) % _MINUTES_A_DAY
        return Value(f"{minutes // 60:02}:{minutes % 60:02}")
    spaced = re.sub(r"\s", " ", text)
    match = _CLOCK.fullmatch(spaced)
    if match and (match["minute"] or match["half"] or match["hours"]):
        if clock := _clock(match):
            return Value(clock, keep_words=not spaced[0].isdigit())
        return Value(problem=_no_time(text))
    if match:  # a bare number: "14" is an hour, or it is something else
        readings = (clock,) if (clock := _clock(match)) else ()
        return Value(problem=_no_time(text), readings=readings)
    return _first_time(spaced)


def _first_time(text: str) -> Value:
    """Return the time that a longer text begins with, "14:00 - 15:00", and have its words kept."""
    begin = _CLOCK.match(text)
    if begin and begin["minute"] and (clock := _clock(begin)):
        return Value(clock, keep_words=True)
    return WORDS_ONLY


def is_time(text: str) -> bool:
    """Return whether a text is a time of day, or a stretch of it, and no number of a spreadsheet."""
    is_short = len(text) <= _LONGEST_TIME and not _FRACTION.fullmatch(text)
    return is_short and read_time(text).value is not None


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def _no_time(text: str) -> Problem:
    return Problem("time", _("%(value)s is not a time of day that is known here"), {"value": text})


# --- Place, and whether the police know ---------------------------------------------------------------------

_PLACES: Final = {
    **dict.fromkeys(
        (
            *("thuis", "bij mij thuis", "aan huis", "in huis", "in mijn huis", "bij huis", "woning"),
            *("home", "at home", "my home", "at my home", "house", "my house", "in the house"),
        ),
        "home",
    ),
    **dict.fromkeys(("elders", "ergens anders", "buitenshuis", "elsewhere", "somewhere else"), "elsewhere"),
    **dict.fromkeys(("online", "internet", "op internet", "on the internet"), "online"),
    **dict.fromkeys(("onbekend", "niet bekend", "weet niet", "unknown", "not known", "?", "-"), "unknown"),
}
_YES: Final = {"ja", "j", "yes", "y", "x", "v", "✓", "✔", "☑", "true", "waar", "1", "wel"}
_NO: Final = {"nee", "n", "no", "false", "onwaar", "0", "niet"}
_THIS_PERSON: Final = {"hij", "zij", "ze", "he", "she", "they", "hem", "haar", "him", "her", "dezelfde"}
_NOT_KNOWN: Final = {"?", "-", "onbekend", "weet niet", "unknown", "n.v.t.", "nvt", "n/a"}
_BEGINS_WITH_YES: Final = re.compile(r"(?:ja|yes)\b[\s,.;:(]", re.IGNORECASE)


def read_place(text: str) -> Value:
    """Return the code of a place. Of other places the words are kept, and the place is not known."""
    code = _PLACES.get(
        text.casefold().strip(" .").removeprefix("in "), _PLACES.get(text.casefold().strip(" ."))
    )
    return Value(code) if code else WORDS_ONLY


def read_reported(text: str) -> Value:
    """Return whether the police know: True, False, or None when the words do not say it."""
    word = text.casefold().strip(" .!")
    if word in _YES:
        return Value(value=True)
    if word in _NO:
        return Value(value=False)
    if text in _NOT_KNOWN or word in _NOT_KNOWN:
        return NOTHING
    return Value(value=True, keep_words=True) if _BEGINS_WITH_YES.match(text) else WORDS_ONLY


def read_by(text: str) -> Value:
    """Return who did it when that was another. "Hij" is this person, so that is kept as words."""
    return WORDS_ONLY if text.casefold().strip(" .") in _THIS_PERSON else Value(text)


def is_place(text: str) -> bool:
    """Return whether a text is a word for a place."""
    return read_place(text).value is not None


# --- How often ----------------------------------------------------------------------------------------------

_WORDS: Final = {
    word: number
    for number, words in enumerate(
        (
            *("twee two", "drie three", "vier four", "vijf five", "zes six", "zeven seven", "acht eight"),
            *("negen nine", "tien ten", "elf eleven", "twaalf twelve"),
        ),
        start=2,
    )
    for word in words.split()
}
_NUMBER: Final = rf"\d{{1,3}}(?:[.\u202f\u00a0]\d{{3}})+|\d{{1,9}}|{'|'.join(_WORDS)}"
_COUNT: Final = re.compile(
    rf"(?<![\w.,/:\-])(?:(?P<least>{_NUMBER})\s?(?:-|–|à|a|tot|of|to|or)\s?)?(?P<count>{_NUMBER})"
    r"\s?(?:x|×|keer|maal|times)(?!\w)"
    r"(?P<scale>\s+(?:zo|meer|minder|as|so|more|less|beter|better|erger|worse)\b)?"
    r"(?P<rate>\s*\d|\s*/\s*[a-z]|\s*p\.?/?(?:d|w|m|u|j|h)\b"
    r"|\s+(?:per|an?|each|every|elke|iedere|(?:in|op) (?:de|een)|daags|daily|weekly)\b)?",
    re.IGNORECASE,
)
_TWICE: Final = re.compile(r"(?<!\w)(?:(twice)|thrice)(?!\w)", re.IGNORECASE)
_BARE: Final = re.compile(rf"\(?({_NUMBER})\s?(?:x|×|keer|maal|times)?\)?", re.IGNORECASE)

_UNCLEAR: Final = Problem("times", _("how often it happened can be read in more than one way"))


def read_times(text: str) -> Value:
    """Return how often, of a cell that says nothing else: "41", "41x" or "41 keer"."""
    if match := _BARE.fullmatch(text):
        return _times(text, _number(match[1]))
    found = times_in(text)
    if found is NOTHING and (numbers := re.findall(r"\d+", text)):
        return Value(problem=_UNCLEAR, readings=tuple(numbers))
    return Value(found.value, keep_words=True, problem=found.problem, readings=found.readings)


def times_in(text: str) -> Value:
    """Return how often, of words in which it may stand: "41 keer gebeld".

    Two counts, a range, and a rate such as "3 keer per week", are in doubt.
    """
    matches = [match for match in _COUNT.finditer(text) if not match["scale"]]
    counts = [_number(match["count"]) for match in matches]
    counts += [2 if match[1] else 3 for match in _TWICE.finditer(text)]
    if not counts:
        return NOTHING
    unclear = [match for match in matches if match["rate"] or match["least"]]
    if len(counts) == 1 and not unclear:
        return _times(text, counts[0])
    least = [_number(match["least"]) for match in matches if match["least"]]
    readings = {*counts, *least, sum(counts)} if not least else {*counts, *least}
    fitting = sorted(number for number in readings if 1 <= number <= MOST_TIMES)
    return Value(problem=_UNCLEAR, readings=tuple(map(str, fitting)))


def _times(text: str, count: int) -> Value:
    if 1 <= count <= MOST_TIMES:
        return Value(count)
    problem = Problem(
        "times", _("%(value)s is not between 1 and %(most)s"), {"value": count, "most": MOST_TIMES}
    )
    return Value(problem=problem)


def _number(text: str) -> int:
    return _WORDS.get(text.lower()) or int(re.sub(r"\D", "", text))
