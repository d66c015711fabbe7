"""Propose the next reference of a case, and notice one that looks like a person's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

_NUMBERED: Final = re.compile(r"(.*?)(?<![0-9])([0-9]{1,6})")
_YEAR: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
#: A day, with or without a time: the reference of whoever had no time to think of one.
_DAY: Final = re.compile(r"[0-9]{1,4}[-./ ][0-9]{1,2}[-./ ][0-9]{1,4}( .*)?")
_APART: Final = re.compile(r"[\s.,/_-]+")


def next_reference(newest_first: Sequence[str], today: date) -> str:
    """Return the reference that follows: 2026-118 after 2026-117. "" when they show no way of counting.

    The newest one that ends in a number says how the others count. With another year in it, it says nothing.
    """
    numbered = [
        found for each in newest_first if not _DAY.fullmatch(each) and (found := _NUMBERED.fullmatch(each))
    ]
    if not numbered:
        return ""
    stem, newest = numbered[0].groups()
    years = set(_YEAR.findall(stem))
    if years and str(today.year) not in years:
        return ""
    highest = max(int(found[2]) for found in numbered if found[1] == stem)
    return f"{stem}{highest + 1:0{len(newest)}}"


def looks_like_name(reference: str) -> bool:
    """Return whether a reference can be a person's name: words without a digit, and a capital among them.

    In a script without capitals any word can be one.
    """
    words = [word for word in _APART.split(reference) if word]
    if any(char.isdigit() for char in reference) or not words:
        return False
    return any(_is_name(word, alone=len(words) == 1) for word in words)


def _is_name(word: str, *, alone: bool) -> bool:
    letters = [char for char in word if char.isalpha()]
    if len(letters) < 2:
        return False
    if not any(char.isupper() or char.islower() for char in letters):
        return True
    if all(char.isupper() for char in letters):  # a code such as ABC; with more words also a name in capitals
        return not alone and len(letters) > 3
    return letters[0].isupper()
