"""Put what someone wrote in quotation marks, which are not doubled where they typed some."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from questionnaire.domain.text import escape_controls

_BLANK: Final = " \t\r\n\x0b\x0c\x85\u2028\u2029"
_LINE_END: Final = re.compile(r"[ \t]*[\r\n\x0b\x0c\x85\u2028\u2029]\s*")
_PAIRS: Final = {'"': '"', "“": "”", "„": "”", "‘": "’", "'": "'"}
_DOUBLE_MARKS: Final = '"“”„'

#: Takes free text, and returns it as it is shown.
Show = Callable[[str], str]


def quoted(text: str, show: Show = escape_controls) -> str:
    """Return words in quotation marks on one line. Marks that were typed are not doubled."""
    words = show(on_one_line(text))
    if _PAIRS.get(words[0]) == words[-1] and not set(words[1:-1]) & set(_DOUBLE_MARKS):
        return words
    return f"‘{words}’" if set(words) & set(_DOUBLE_MARKS) else f"“{words}”"


def on_one_line(text: str) -> str:
    """Return the text with its line ends as spaces."""
    return _LINE_END.sub(" ", text.strip(_BLANK))
