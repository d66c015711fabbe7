"""Render the blank log on paper, for the client to keep. It has no name; what it is for can be seen."""

from __future__ import annotations

from typing import Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from questionnaire.domain.contacts import CONTACTS

#: As many as two pages hold.
_ROWS: Final = 20


def render_blank_log(language: str) -> str:
    """Return the HTML page that the PDF of the blank log is made from."""
    with override(language):
        context = {
            "language": language,
            "title": _("Log"),
            "call": _("In danger now? Call %(number)s.") % {"number": CONTACTS["police_emergency"].number},
            "how": (
                _("Write it down at once, also what seems small. Keep messages and photos."),
                _("Do you not know the day? Then write what you do know."),
                _("Keep this page only in a place that is safe for you."),
            ),
            "columns": (
                _("Date and time"),
                _("How many times"),
                _("Where"),
                _("What happened"),
                _("Who saw it, what shows it"),
                _("Reported to the police, number"),
            ),
            "rows": range(_ROWS),
        }
        return render_to_string("documents/blank_log.html", context)
