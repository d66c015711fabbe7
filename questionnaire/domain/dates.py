"""Parse and format dates as people know them: a day, or only a month."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.errors import invalid

_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_MONTH_NAMES: Final = (
    pgettext_lazy("month", "January"),
    pgettext_lazy("month", "February"),
    pgettext_lazy("month", "March"),
    pgettext_lazy("month", "April"),
    pgettext_lazy("month", "May"),
    pgettext_lazy("month", "June"),
    pgettext_lazy("month", "July"),
    pgettext_lazy("month", "August"),
    pgettext_lazy("month", "September"),
    pgettext_lazy("month", "October"),
    pgettext_lazy("month", "November"),
    pgettext_lazy("month", "December"),
)


def today() -> date:
    """Return the current day in the Netherlands."""
    return datetime.now(_AMSTERDAM).date()


def day_of(moment: datetime) -> date:
    """Return the day in the Netherlands of a moment with a time zone."""
    return moment.astimezone(_AMSTERDAM).date()


def is_month(value: str) -> bool:
    """Return whether only the month is known: "2026-03"."""
    return len(value) == len("2026-03")


def first_day(value: str) -> date:
    """Return the first day that a date in the form of `parse_partial_date` can mean."""
    return date.fromisoformat(f"{value}-01" if is_month(value) else value)


def parse_partial_date(raw: object, until: date) -> str:
    """Return a date as YYYY-MM-DD or YYYY-MM, unchanged.

    Raise InvalidInputError for other forms, for days that do not exist, and for those after `until`.
    """
    if not isinstance(raw, str) or not (_DAY.fullmatch(raw) or _MONTH.fullmatch(raw)):
        raise invalid(_("%(value)s is not a date as YYYY-MM-DD or YYYY-MM"), value=raw)
    try:
        start = first_day(raw)
    except ValueError:
        raise invalid(_("%(value)s is a day that does not exist"), value=raw) from None
    if start > until:
        raise invalid(_("%(value)s is in the future"), value=raw)
    return raw


def parse_day(raw: object, until: date) -> date:
    """Return a full date, YYYY-MM-DD. Raise InvalidInputError as `parse_partial_date` does."""
    value = parse_partial_date(raw, until)
    if is_month(value):
        raise invalid(_("%(value)s is not a full date as YYYY-MM-DD"), value=raw)
    return date.fromisoformat(value)


def format_date(value: str | date) -> str:
    """Return a date as people write it in the active language: "23 maart 2026", or "maart 2026"."""
    if isinstance(value, date):
        value = value.isoformat()
    day = first_day(value)
    month = f"{_MONTH_NAMES[day.month - 1]} {day.year}"
    return month if is_month(value) else f"{day.day} {month}"
