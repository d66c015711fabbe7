"""Check free text, which is stored letter for letter, and make its control characters visible."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.errors import invalid

MAX_CHARACTERS: Final = 20_000

# Controls, formats and spaces. Not "unassigned": an emoji newer than this Python's tables can be seen.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})

# Characters without a shape of their own that Unicode files under other categories.
_SHAPELESS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufff8\U000e0000-\U000e0fff]"
)

_SURROGATE: Final = re.compile("[\ud800-\udfff]")

# Overrides make a text read differently from what was typed; other controls break pages.
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ufffe\uffff]")
# Word's line end inside a paragraph, and others.
_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Marks of direction come along with a number or name that was copied. Without an override they say nothing.
_DIRECTIONS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069]")


def clean_text(raw: object) -> str:
    """Return the text in NFC, otherwise unchanged; "" when no character of it is visible.

    Raise InvalidInputError for anything but a string, for NUL, for a lone surrogate, and for more than
    `MAX_CHARACTERS`.
    """
    if not isinstance(raw, str):
        raise invalid(_("%(value)s is not text"), value=raw)
    if "\x00" in raw:
        raise invalid(_("the text has a NUL character, which cannot be kept"))
    if _SURROGATE.search(raw):
        raise invalid(_("the text has half a character (a lone surrogate), which cannot be kept"))
    _check_length(raw)  # before NFC, which takes quadratic time for rows of accents
    text = unicodedata.normalize("NFC", raw)
    _check_length(text)
    return text if any(map(_is_visible, text)) else ""


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise invalid(
            _("the text has %(count)s characters; at most %(most)s fit"), count=len(text), most=MAX_CHARACTERS
        )


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE and not _SHAPELESS.match(character)


def escape_controls(text: str) -> str:
    """Return the text with the control characters that hide or reorder text written out, as [U+202E].

    Every kind of line end is one, and invisible marks of direction are left out.
    """
    text = _DIRECTIONS.sub("", _LINE_ENDS.sub("\n", text))
    return _CONTROLS.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)
