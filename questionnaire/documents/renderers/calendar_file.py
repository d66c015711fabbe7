"""Render one day as a calendar file (RFC 5545): that there is an appointment, and nothing of its content.

Whoever looks over a shoulder, or shares a calendar, sees it. A dozen lines need no library.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

#: The most bytes of a line, without its end.
MAX_LINE: Final = 75


def as_calendar_file(day: date, uid: UUID, title: str, made_on: date) -> bytes:
    """Return a file with one event that takes the whole day and blocks nothing."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar//1//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{made_on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(1):%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _escaped(text: str) -> str:
    for special in ("\\", ";", ","):
        text = text.replace(special, f"\\{special}")
    return " ".join(text.splitlines())


def _folded(line: str) -> Iterator[bytes]:
    """Yield a line in parts that are short enough; each but the first begins with a space."""
    part = b""
    for character in line:
        encoded = character.encode()
        if len(part) + len(encoded) > MAX_LINE:
            yield part
            part = b" "
        part += encoded
    yield part
