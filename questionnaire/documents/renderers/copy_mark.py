"""Give each PDF that is handed out a mark of its own, by which `verify` finds who took it along.

A PDF has an identifier of two parts. As it is made here both are alike; in a file that is handed out the
second is a random mark of the same length, so that nothing else of the file changes. A mark says nothing by
itself, and is gone when the file is printed or saved anew.
"""

import re
from typing import Final

#: The number of characters of a mark, which are hexadecimal.
LENGTH: Final = 32
_ID: Final = re.compile(rb"/ID \[\(([0-9a-f]{32})\) \(([0-9a-f]{32})\)\]")


def with_mark(pdf: bytes, mark: str) -> bytes:
    """Return the PDF with this mark; as it is when it has no identifier of ours."""
    found = _last(pdf)
    return pdf[: found.start(2)] + mark.encode() + pdf[found.end(2) :] if found else pdf


def mark_of(pdf: bytes) -> str:
    """Return the mark of a PDF that was handed out; "" for one without."""
    found = _last(pdf)
    return found[2].decode() if found and found[1] != found[2] else ""


def without_mark(pdf: bytes) -> bytes:
    """Return the PDF as it was made, without the mark with which it was handed out."""
    found = _last(pdf)
    return with_mark(pdf, found[1].decode()) if found else pdf


def _last(pdf: bytes) -> re.Match[bytes] | None:
    """Return where the identifier is: at the end, after all that was printed."""
    found = list(_ID.finditer(pdf))
    return found[-1] if found else None
