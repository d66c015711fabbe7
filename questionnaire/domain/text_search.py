"""Find typed words in texts, accents and case aside, and say where in a text they stand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

#: Of more words than this the rest is not looked for.
_MOST_WORDS: Final = 8
#: A shorter word stands in almost every sentence.
_SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text as it is written, and whether it is one of the words that were looked for."""

    text: str
    is_found: bool = False


def search_words(typed: str) -> tuple[str, ...]:
    """Return the words to look for in what was typed, folded, each once; () when none is long enough."""
    parts = "".join(char if char.isalnum() else " " for char in _fold(typed)).split()
    return tuple(dict.fromkeys(part for part in parts if len(part) >= _SHORTEST))[:_MOST_WORDS]


def has_all(texts: Iterable[str], words: Sequence[str]) -> bool:
    """Return whether each of the folded words stands somewhere in these texts; no words stand nowhere."""
    if not words:
        return False
    folded = _fold("\n".join(texts))
    return all(word in folded for word in words)


def pieces(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Return the text cut into what was found and what stands between; joined they are the text."""
    if not words:
        return (Piece(text),) if text else ()
    folded, origins = _folded_with_origins(text)
    is_found = [False] * len(text)
    for word in words:
        start = folded.find(word)
        while start >= 0:
            first, last = origins[start], origins[start + len(word) - 1]
            is_found[first : last + 1] = [True] * (last + 1 - first)
            start = folded.find(word, start + 1)
    return tuple(_cut(text, is_found))


def _cut(text: str, is_found: Sequence[bool]) -> Iterable[Piece]:
    """Yield the stretches of a text that are alike."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or is_found[place] is not is_found[start]:
            yield Piece(text[start:place], is_found[start])
            start = place


def _fold(text: str) -> str:
    return _folded_with_origins(text)[0]


def _folded_with_origins(text: str) -> tuple[str, list[int]]:
    """Return a text without case and accents, and for each character of it the place it comes from."""
    folded, origins = [], []
    for place, char in enumerate(text):
        for plain in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold()):
            if not unicodedata.combining(plain):
                folded.append(plain)
                origins.append(place)
    return "".join(folded), origins
