"""The form of who holds a case: who leads it, the client's fixed contact, and their deputy."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain import dates
from questionnaire.domain.case_holders import HOLDER_LABELS, NOBODY, CaseHolders, parse_case_holders
from questionnaire.domain.errors import InvalidInputError, Problem
from questionnaire.forms.date_input import dutch_date
from questionnaire.forms.follow_up import DayField, Entry, StepForm, line_field

#: The parts of each place, by the end of the names of their fields.
_PART_LABELS: Final = {
    "name": _("Name or organisation"),
    "reach": _("How to reach them"),
    "since": pgettext_lazy("holder", "Since"),
}


def _label(place: str, part: str) -> Any:
    """Return a label that can be read without the heading of its place, as in a list of errors."""
    return format_lazy("{place}: {part}", place=HOLDER_LABELS[place], part=_PART_LABELS[part])


class HoldersForm(StepForm):
    """Who holds a case; the name of a field is that of its place, an underscore and the part."""

    lead_name = line_field(_label("lead", "name"))
    lead_reach = line_field(_label("lead", "reach"))
    lead_since = DayField(_label("lead", "since"))
    contact_name = line_field(_label("contact", "name"))
    contact_reach = line_field(_label("contact", "reach"))
    contact_since = DayField(_label("contact", "since"))
    deputy_name = line_field(_label("deputy", "name"))
    deputy_reach = line_field(_label("deputy", "reach"))
    deputy_since = DayField(_label("deputy", "since"))

    def initial_of(self, stored: Entry | None) -> dict[str, Any]:
        holders = stored.by_name() if isinstance(stored, CaseHolders) else {}
        return {
            f"{place}_{part}": dutch_date(str(value)) if part == "since" and value else value
            for place, holder in holders.items()
            if holder
            for part, value in holder.to_json().items()
        }

    def places(self) -> list[tuple[Any, list[tuple[Any, forms.BoundField]]]]:
        """Return the label of each place with its fields, each under a label of its own."""
        return [
            (label, [(text, self[f"{place}_{part}"]) for part, text in _PART_LABELS.items()])
            for place, label in HOLDER_LABELS.items()
        ]

    def parse(self, values: dict[str, str]) -> CaseHolders | None:
        by_place = {
            place: {part: values[f"{place}_{part}"] for part in _PART_LABELS if f"{place}_{part}" in values}
            for place in HOLDER_LABELS
        }
        try:
            holders = parse_case_holders(by_place, until=dates.today())
        except InvalidInputError as error:
            raise InvalidInputError(
                Problem(problem.path.replace(".", "_"), problem.template, problem.values)
                for problem in error.problems
            ) from None
        return None if holders == NOBODY else holders
