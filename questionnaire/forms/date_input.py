"""Read a date as people type it in a form, say what was understood, and write one as it is typed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from questionnaire.domain import dates
from questionnaire.domain.dates import first_day, is_full
from questionnaire.domain.written_dates import WrittenDate, describe, describe_reading, read_date
from questionnaire.forms.problems import problem_message

#: How far ahead a date can lie where dates lie ahead: as long as a restraining order can last. A later one is
#: a slip of the keyboard.
MOST_YEARS_AHEAD: Final = 5
_NUMBERS_ONLY: Final = re.compile(r"[0-9 ./-]+")
_YEAR: Final = re.compile("[0-9]{4}")
_DAYS_A_WEEK: Final = 7


def iso_date(text: str, *, on: date | None = None, ahead: bool = False) -> str | None:
    """Return a typed date as YYYY-MM-DD, YYYY-MM or YYYY; None for no text.

    What is relative or has no year counts from the day `on`, by default today. A date is not after today, or
    with `ahead` not after some years. Raise ValidationError for text that is no date, and for one in doubt.
    """
    if not text.strip():
        return None
    found = typed_date(text, on=on, ahead=ahead)
    if not found.date:
        raise ValidationError(_message(found, text, ahead=ahead))
    if not found.until:
        return found.date
    if found.precision == "about":
        if ahead and (day := _day_of_week(found, on or dates.today())):
            return day
        # "Begin maart" is in March, and "zomer 2025" in 2025.
        for length in (len("2026-03"), len("2026")):
            if found.date[:length] == found.until[:length]:
                return found.date[:length]
    raise ValidationError(_("This is more than one day. Write one date."))


def _day_of_week(found: WrittenDate, on: date) -> str:
    """Return the first day of a week that lies ahead, the last of the one that is on, "" for anything longer.

    So a step that is planned for some day of it is due in good time.
    """
    first, last = first_day(found.date), first_day(found.until)
    if not (is_full(found.until) and (last - first).days < _DAYS_A_WEEK):
        return ""
    return found.date if first >= on else found.until


def date_or_text(text: str) -> str:
    """Return a date that may lie ahead as it is stored, and any other text as it was typed.

    Raise ValidationError for numbers that are in doubt, and for a date with its year that cannot be. "19.30",
    "next week" and "about Easter" say something else than one date, and stay.
    """
    found = typed_date(text, ahead=True)
    is_number = bool(_NUMBERS_ONLY.fullmatch(text.strip()))
    if (found.readings and is_number) or (found.problem and _YEAR.search(text)):
        return iso_date(text, ahead=True) or ""
    says_one_date = found.date and not (found.until or found.as_told or found.precision == "about")
    return found.date if says_one_date else text


def typed_date(text: str, *, on: date | None = None, ahead: bool = False) -> WrittenDate:
    """Return what was understood of a date in a form: day first, but not with a slash."""
    today = dates.today()
    last = today + timedelta(days=366 * MOST_YEARS_AHEAD) if ahead else today
    return read_date(text.strip(), on or today, last, dashes_day_first=True, ahead=ahead)


def date_in_words(text: str, *, on: date | None = None, ahead: bool = False, is_free: bool = False) -> str:
    """Return the date that is stored for a typed one, in words; what is in doubt, or "" when it is no date.

    With `is_free` any other text can be stored too, see `date_or_text`.
    """
    try:
        if is_free and date_or_text(text) == text:
            return ""
        stored = iso_date(text, on=on, ahead=ahead)
    except ValidationError as error:
        found = typed_date(text, on=on, ahead=ahead)
        return error.messages[0] if found.date or found.readings or found.problem else ""
    return describe(WrittenDate(stored)) if stored else ""


def _message(found: WrittenDate, typed: str, *, ahead: bool) -> str:
    """Return what is to be done about a date that was not understood, or is in doubt."""
    if found.problem and found.readings:
        day = describe(WrittenDate(found.readings[0]))
        return _("Do you mean %(date)s? The day of the week does not fit.") % {"date": day}
    if found.problem and ahead and read_date(typed, dates.today(), date.max, "dmy", ahead=True).date:
        return _("%(value)s is more than %(years)s years ahead") % {
            "value": typed.strip(),
            "years": MOST_YEARS_AHEAD,
        }
    if found.problem:
        return problem_message(found.problem, typed.strip())
    if not found.readings:
        return _("This cannot be read as a date. Write 23-03-2026, or 03-2026 when only the month is known.")
    meant = _(" or ").join(map(describe_reading, found.readings))
    if any(map(str.isalpha, typed)):
        return _("Do you mean %(dates)s? Write the whole date, with the year.") % {"dates": meant}
    return _("Do you mean %(dates)s? Write the month as a word, and the year.") % {"dates": meant}


def dutch_date(iso: str) -> str:
    """Return an ISO date as it is typed: "23-03-2026", "03-2026" or "2026"."""
    return "-".join(reversed(iso.split("-")))
