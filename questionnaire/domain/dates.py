"""Parse and format dates as people know them: a day, or only a month or a year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from questionnaire.domain.errors import invalid

_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_YEAR: Final = re.compile(r"[0-9]{4}")
#: Whoever is in an intake was not alive before it; an earlier year is a slip of the keyboard.
EARLIEST: Final = date(1900, 1, 1)
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
    return in_amsterdam(moment).date()


def in_amsterdam(moment: datetime) -> datetime:
    """Return a moment with a time zone as the clocks in the Netherlands showed it."""
    return moment.astimezone(_AMSTERDAM)


def is_month(value: str) -> bool:
    """Return whether only the month is known: "2026-03"."""
    return len(value) == len("2026-03")


def is_year(value: str) -> bool:
    """Return whether only the year is known: "2026"."""
    return len(value) == len("2026")


def is_full(value: str) -> bool:
    """Return whether the day is known: "2026-03-23"."""
    return len(value) == len("2026-03-23")


def first_day(value: str) -> date:
    """Return the first day that a date in the form of `parse_partial_date` can mean."""
    missing = "" if is_full(value) else "-01" if is_month(value) else "-01-01"
    return date.fromisoformat(value + missing)


def last_day(value: str) -> date:
    """Return the last day that a date in the form of `parse_partial_date` can mean."""
    if is_full(value):
        return date.fromisoformat(value)
    day = first_day(value)
    return (
        day.replace(month=12, day=31)
        if is_year(value)
        else day.replace(day=monthrange(day.year, day.month)[1])
    )


def parse_partial_date(raw: object, until: date) -> str:
    """Return a date as YYYY-MM-DD, YYYY-MM or YYYY, unchanged.

    Raise InvalidInputError for other forms, for days that do not exist, and for those before 1900 or after
    `until`.
    """
    if not isinstance(raw, str) or not any(form.fullmatch(raw) for form in (_DAY, _MONTH, _YEAR)):
        raise invalid(_("%(value)s is not a date as YYYY-MM-DD, YYYY-MM or YYYY"), value=raw)
    try:
        start = first_day(raw)
    except ValueError:
        raise invalid(_("%(value)s is a day that does not exist"), value=raw) from None
    if start < EARLIEST:
        raise invalid(_("%(value)s is before 1900"), value=raw)
    if start > until:
        raise invalid(_("%(value)s is in the future"), value=raw)
    return raw


def parse_day(raw: object, until: date) -> date:
    """Return a full date, YYYY-MM-DD. Raise InvalidInputError as `parse_partial_date` does."""
    value = parse_partial_date(raw, until)
    if not is_full(value):
        raise invalid(_("%(value)s is not a full date as YYYY-MM-DD"), value=raw)
    return date.fromisoformat(value)


def format_date(value: str | date) -> str:
    """Return a date as people write it in the active language: "23 maart 2026", "maart 2026" or "2026"."""
    if isinstance(value, date):
        value = value.isoformat()
    if is_year(value):
        return value
    day = first_day(value)
    month = f"{_MONTH_NAMES[day.month - 1]} {day.year}"
    return month if is_month(value) else f"{day.day} {month}"


def overdue_text(due: date, on: date) -> str:
    """Return "Overdue: 3 days" for a day that has passed on the day `on`; "" for any other."""
    days = (on - due).days
    if days <= 0:
        return ""
    return ngettext("Overdue: %(count)s day", "Overdue: %(count)s days", days) % {"count": days}
