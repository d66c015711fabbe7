"""The forms that are not generated from the catalogue: to start an intake, and for one incident."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain import dates
from questionnaire.domain.dates import parse_day
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import PLACES, Incident, parse_incident
from questionnaire.domain.text import clean_text
from questionnaire.forms.date_input import dutch_date, iso_date
from questionnaire.forms.problems import problem_message, validation_error
from questionnaire.models import Team

_REPORTED: Final = {"": None, "yes": True, "no": False}
_REPORTED_CHOICES: Final = [("", _("Not recorded")), ("yes", _("Yes")), ("no", _("No"))]


def _helper(form: forms.Form) -> FormHelper:
    """Return a helper that draws all fields in their order, inside a <form> that the page has already."""
    helper = FormHelper(form)
    helper.form_tag = False
    return helper


class StartForm(forms.Form):
    """The start of an intake, without any name. `key` is its id, so that sending it twice starts one."""

    reference = forms.CharField(
        label=_("Your own reference"),
        help_text=_(
            "A number or code of your own, to find this conversation again. Never the client's name."
        ),
        max_length=100,
        error_messages={"required": _("Fill in a reference of your own.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    on = forms.CharField(
        label=_("Date of the conversation"),
        help_text=_("For example 23-03-2026."),
        error_messages={"required": _("Fill in a date.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the summary"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in teams}
        if len(self.teams) > 1:
            self.fields["team"] = forms.ChoiceField(
                label=_("Team"),
                choices=[(key, str(team)) for key, team in self.teams.items()],
                widget=forms.RadioSelect,
            )
        self.helper = _helper(self)

    def clean_reference(self) -> str:
        reference = clean_text(self.cleaned_data["reference"])
        if not reference:  # only invisible characters
            raise ValidationError(self.fields["reference"].error_messages["required"])
        return reference

    def clean_on(self) -> date:
        typed = self.cleaned_data["on"].strip()
        try:
            return parse_day(iso_date(typed), until=dates.today())
        except InvalidInputError as error:
            raise validation_error(error, typed) from None

    @property
    def team(self) -> Team:
        """The chosen team, or the only one there is."""
        return self.teams[self.cleaned_data.get("team") or next(iter(self.teams))]


class IncidentForm(forms.Form):
    """One incident; when the form is valid, `parsed` is that of the domain.

    `key` is the id of its row, so that sending it twice adds one.
    """

    date = forms.CharField(
        label=_("Date"),
        help_text=_("For example 23-03-2026, or only the month: 03-2026."),
        error_messages={"required": _("Fill in a date. Only the month is fine too.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    about = forms.BooleanField(label=_("The date is not certain"), required=False)
    place = forms.ChoiceField(
        label=pgettext_lazy("incident", "Place"),
        choices=[(place.code, place.text) for place in PLACES],
        error_messages={"required": _("Choose a place.")},
        widget=forms.RadioSelect,
    )
    what = forms.CharField(
        label=_("What happened"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    evidence = forms.CharField(label=_("Evidence"), required=False, strip=False)
    reported = forms.ChoiceField(
        label=_("Reported to the police"),
        choices=_REPORTED_CHOICES,
        required=False,
        widget=forms.RadioSelect,
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, stored: Incident | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: What the form does not ask stays as it is stored.
        self._stored = stored.to_json() if stored else {}
        self.helper = _helper(self)

    def is_filled_in(self) -> bool:
        """Return whether anything was typed or chosen: an empty form among the questions is no incident."""
        return any(str(self[name].data or "").strip() for name in self.fields if name != "key")

    @classmethod
    def from_draft(cls, draft: str, **kwargs: Any) -> IncidentForm:
        """Return the form with a draft, or an empty one for no draft, with a key of its own."""
        typed = json.loads(draft or "{}")
        initial = {"key": uuid4()} | {name: value for name, value in typed.items() if value}
        return cls(initial=initial, **kwargs)

    @property
    def is_draft(self) -> bool:
        """Whether the form shows a draft, which is not in the log yet."""
        return not self.is_bound and len(self.initial) > 1

    def draft(self) -> str:
        """Return what was typed, valid or not, as a draft; "" for nothing."""
        if not self.is_filled_in():
            return ""
        typed = {name: self[name].data for name in self.fields}
        return json.dumps(typed | {"what": normalize_newlines(typed["what"] or "")})

    def clean_date(self) -> str:
        return iso_date(self.cleaned_data["date"].strip()) or ""

    def clean(self) -> None:
        values = self.cleaned_data
        if "date" not in values or "place" not in values:
            return
        raw = {
            **self._stored,
            "date": values["date"],
            "precision": "about" if values["about"] else None,
            "place": values["place"],
            "what": normalize_newlines(values.get("what", "")),
            "evidence": values.get("evidence", ""),
            "reported": _REPORTED.get(values.get("reported", "")),
        }
        try:
            self.parsed = parse_incident(raw, until=dates.today())
        except InvalidInputError as error:
            for problem in error.problems:
                typed_date = self["date"].data.strip() if problem.path == "date" else None
                field = problem.path if problem.path in self.fields else None
                self.add_error(field, problem_message(problem, typed_date))


class InlineIncidentForm(IncidentForm):
    """One incident beside the questions, on few lines and with as few tab stops as can be."""

    date = forms.CharField(
        label=_("Date"),
        error_messages={"required": _("Fill in a date. Only the month is fine too.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "23-03-2026"}),
    )
    place = forms.ChoiceField(
        label=pgettext_lazy("incident", "Place"),
        choices=[("", _("Choose")), *((place.code, place.text) for place in PLACES)],
        error_messages={"required": _("Choose a place.")},
    )
    what = forms.CharField(
        label=_("What happened"),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reported = forms.ChoiceField(label=_("Reported to the police"), choices=_REPORTED_CHOICES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "\n" in str(self["what"].value()):  # an input of one line would drop the line ends
            self.fields["what"].widget = forms.Textarea(attrs={"rows": 2})


def incident_initial(incident: Incident) -> dict[str, Any]:
    """Return the initial values of the form of an incident."""
    date = incident.date[: len("2026-03")] if incident.precision == "month" else incident.date
    return {
        "date": dutch_date(date),
        "about": incident.precision == "about",
        "place": incident.place,
        "what": incident.what,
        "evidence": incident.evidence,
        "reported": next(code for code, reported in _REPORTED.items() if reported is incident.reported),
    }
