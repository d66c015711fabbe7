"""Read a date as people in the Netherlands type it, and write one that way."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
_DUTCH_DATE: Final = re.compile(r"(?:([0-9]{1,2})[-/. ])?([0-9]{1,2})[-/. ]([0-9]{4})")


def iso_date(text: str) -> str | None:
    """Return a typed date as YYYY-MM-DD or YYYY-MM; None for no text.

    Whether such a day exists is not checked. Raise ValidationError for text that is no date.
    """
    if not text or _ISO_DATE.fullmatch(text):
        return text or None
    if not (match := _DUTCH_DATE.fullmatch(text)):
        raise ValidationError(
            _("This cannot be read as a date. Write 23-03-2026, or 03-2026 when only the month is known.")
        )
    day, month, year = match.groups()
    return "-".join([year, month.zfill(2), *([day.zfill(2)] if day else [])])


def dutch_date(iso: str) -> str:
    """Return an ISO date as it is typed: "23-03-2026" or "03-2026"."""
    return "-".join(reversed(iso.split("-")))
