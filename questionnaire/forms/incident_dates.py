"""The date of an incident in a form: read with the day of the conversation and the order of its log."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from questionnaire.domain import dates
from questionnaire.domain.written_dates import Order, WrittenDate, describe, read_date
from questionnaire.forms.fields import DateBoundField, WrittenDateField
from questionnaire.forms.problems import problem_message

ORDERS: Final[tuple[Order, Order]] = ("dmy", "mdy")
_SLASH: Final = re.compile(r"[0-9]\s*/\s*[0-9]")


def incident_date_in_words(typed: str, on: date, order: Order | None) -> str:
    """Return what is understood of the date of an incident, in words; "" for nothing typed."""
    written = read_incident_date(typed.strip(), on, order)
    if written.problem:
        return problem_message(written.problem, typed.strip())
    if written.readings:
        return _("Do you mean %(readings)s?") % {"readings": describe(written)}
    if written.date or not typed.strip():
        return describe(written)
    return _("No date was recognised. It stays as you write it.")


def read_incident_date(typed: str, on: date, order: Order | None) -> WrittenDate:
    """Return what is understood of the date of an incident: with a slash in the order of its log.

    With dashes it is day first whatever that order is: so the form itself writes the date that is stored.
    """
    if not _SLASH.search(typed):
        order = None
    return read_date(typed, on, dates.today(), order, dashes_day_first=True)


class IncidentDateField(WrittenDateField):
    """When an incident was, letter for letter; what it means depends on the other fields of its form."""

    counted_from: date | None = None
    order: Order | None = None

    @property
    def asked_with(self) -> str:
        return " ".join(filter(None, ("whole", self.order)))

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> DateBoundField:
        return _BoundDate(form, self, field_name)

    def clean(self, value: Any) -> str:
        return str(forms.CharField.clean(self, value))


class _BoundDate(DateBoundField):
    @property
    def in_words(self) -> str:
        field, value = self.field, str(self.value() or "")
        if not isinstance(field, IncidentDateField) or self.errors or not value:
            return ""
        return incident_date_in_words(value, field.counted_from or dates.today(), field.order)
