"""Tell a reason of substance from a few letters that only get someone past the question."""

import re
from typing import Final

MIN_WORDS: Final = 4
_MIN_LETTERS: Final = 15
_MIN_DIFFERENT_LETTERS: Final = 6
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_REPEATED: Final = re.compile(r"(\w)\1{3}")


def is_of_substance(reason: str) -> bool:
    """Return whether someone else can judge this reason: a sentence, no letters at random or repeated.

    A person reads it afterwards. This only refuses what says nothing for sure.
    """
    text = reason.casefold()
    words = _WORD.findall(text)
    letters = "".join(words)
    return (
        len(set(words)) >= MIN_WORDS
        and len(letters) >= _MIN_LETTERS
        and len(set(letters)) >= _MIN_DIFFERENT_LETTERS
        and not _REPEATED.search(text)
    )
