"""The words that dates are written with, in Dutch and English, and one spelling of a text for matching."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

#: No date is longer. What is longer is not looked at, so that no text takes time.
MOST_CHARACTERS: Final = 120

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february febr feb",
            "maart march mrt mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "augustus august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
#: Days of the week by their whole names, Monday being 0.
WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "maandag monday",
            "dinsdag tuesday",
            "woensdag wednesday",
            "donderdag thursday",
            "vrijdag friday",
            "zaterdag saturday",
            "zondag sunday",
        )
    )
    for name in names.split()
}
#: Short names. Alone they are also words ("zo", "do", "ma"), so they count only beside a date.
SHORT_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        ("ma mon", "di tue tues", "wo wed", "do thu thur thurs", "vr fri", "za sat", "zo sun")
    )
    for name in names.split()
}
ANY_WEEKDAY: Final = {**WEEKDAYS, **SHORT_WEEKDAYS}
NUMBERS: Final = {
    name: number
    for number, names in enumerate(
        (
            "een one a an",
            "twee two",
            "drie three",
            "vier four",
            "vijf five",
            "zes six",
            "zeven seven",
            "acht eight",
            "negen nine",
            "tien ten",
            "elf eleven",
            "twaalf twelve",
        ),
        start=1,
    )
    for name in names.split()
}
#: Units by their first letter, which is the same in both languages.
UNITS: Final = {
    unit: code
    for code, units in {
        "day": "dag dagen day days",
        "week": "week weken weeks",
        "month": "maand maanden month months",
        "year": "jaar jaren year years",
    }.items()
    for unit in units.split()
}

_SPACES: Final = re.compile(r"\s+")
_HALF_OF_DAY: Final = re.compile(r"(?<![a-z])([ap])\. ?m(?:\.|(?![a-z]))")
_LAST: Final = re.compile(r"(?<![a-z])(?:j\. ?l|l\. ?l|jongstleden|laatstleden|ll)(?![a-z])\.?")
_QUOTES: Final = frozenset("’‘`´ʼ′")


def one_of(words: Iterable[str]) -> str:
    """Return a pattern that matches each of these words, whole: no letter follows."""
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?![a-z])"


def normalise(written: str) -> str:
    """Return a short text in one spelling: lower case, no accents, one kind of dash, space, digit and quote.

    Marks that cannot be seen are left out, and so are points and commas at the end.
    """
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", written).casefold())
    text = _SPACES.sub(" ", "".join(map(_plain, letters))).strip(" ")
    text = _HALF_OF_DAY.sub(r"\1m", text)
    return _LAST.sub("jl", text).rstrip(" .,;:")


def _plain(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Mn", "Cf"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category == "Pd" or letter == "−":
        return "-"
    if category[0] == "Z" or letter.isspace():
        return " "
    return "'" if letter in _QUOTES else letter
