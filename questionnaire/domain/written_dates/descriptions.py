"""Say in words what was understood of a written date, in the active language."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.dates import first_day, format_date, is_full, is_year
from questionnaire.domain.written_dates.reading import WrittenDate

_WEEKDAY_NAMES: Final = (
    pgettext_lazy("weekday", "Monday"),
    pgettext_lazy("weekday", "Tuesday"),
    pgettext_lazy("weekday", "Wednesday"),
    pgettext_lazy("weekday", "Thursday"),
    pgettext_lazy("weekday", "Friday"),
    pgettext_lazy("weekday", "Saturday"),
    pgettext_lazy("weekday", "Sunday"),
)


def describe(written: WrittenDate) -> str:
    """Return a date in words: "Monday 23 March 2026, 14:05"; readings with "or"; else what was written."""
    if written.readings:
        return _(" or ").join(map(describe_reading, written.readings))
    if not written.date:
        return written.as_told
    is_about = written.precision == "about" and not is_year(written.date)
    words = _stretch(written.date, written.until, is_about=is_about)
    return f"{words}, {written.time}" if written.time else words


def describe_reading(reading: str) -> str:
    """Return one of the readings of a written date in words, without the day of the week."""
    first, _slash, last = reading.partition("/")
    return _stretch(first, last, is_about=False) if last else format_date(first)


def _stretch(first: str, last: str, *, is_about: bool) -> str:
    if not last:
        return _("around %(date)s") % {"date": format_date(first)} if is_about else _with_weekday(first)
    is_one_month = is_full(first) and first[: len("2026-03")] == last[: len("2026-03")]
    start = str(first_day(first).day) if is_one_month else format_date(first)
    template = _("some time from %(first)s to %(last)s") if is_about else _("%(first)s to %(last)s")
    return template % {"first": start, "last": format_date(last)}


def _with_weekday(day: str) -> str:
    words = format_date(day)
    return f"{_WEEKDAY_NAMES[first_day(day).weekday()]} {words}" if is_full(day) else words
