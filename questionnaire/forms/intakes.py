"""The two forms that the catalogue does not make: to start an intake, and for one incident."""

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
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain import dates
from questionnaire.domain.dates import is_month, parse_day
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import PLACES, Incident, parse_incident
from questionnaire.domain.text import clean_text
from questionnaire.forms.bindings import dutch_date, iso_date, said, with_plain_line_ends
from questionnaire.models import Team

_REPORTED: Final = {"": None, "yes": True, "no": False}


def _helper(form: forms.Form) -> FormHelper:
    """All fields in their order, inside a <form> that the page has already."""
    helper = FormHelper(form)
    helper.form_tag = False
    return helper


def _day(text: str) -> date:
    """A full day, not in the future, as people write it. Raises ValidationError."""
    try:
        return parse_day(iso_date(text.strip()), until=dates.today())
    except InvalidInputError as refused:
        raise ValidationError([said(problem, text.strip()) for problem in refused.problems]) from None


class StartForm(forms.Form):
    """What an intake starts with. It asks for no name. The key makes that sending it twice starts one."""

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
        label=_("Language of the report"), choices=settings.LANGUAGES, widget=forms.RadioSelect
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
        if not reference:  # only characters that nobody sees
            raise ValidationError(self.fields["reference"].error_messages["required"])
        return reference

    def clean_on(self) -> date:
        return _day(self.cleaned_data["on"])

    @property
    def team(self) -> Team:
        """The team chosen, or the only one there is."""
        return self.teams[self.cleaned_data.get("team") or next(iter(self.teams))]


class IncidentForm(forms.Form):
    """One incident. The key makes that sending it twice adds one."""

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
        choices=[("", _("Not recorded")), ("yes", _("Yes")), ("no", _("No"))],
        required=False,
        widget=forms.RadioSelect,
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(self)

    def is_filled_in(self) -> bool:
        """Whether anything was typed or chosen: an empty line among other questions is no incident."""
        return any(str(self[name].data or "").strip() for name in self.fields if name != "key")

    @classmethod
    def begun(cls, sketch: str, **kwargs: Any) -> IncidentForm:
        """The form as someone left it; without a sketch an empty one, with a key of its own."""
        typed = json.loads(sketch or "{}")
        initial = {"key": uuid4()} | {name: value for name, value in typed.items() if value}
        return cls(initial=initial, **kwargs)

    @property
    def is_begun(self) -> bool:
        """Whether it shows what was typed before and is not in the log."""
        return not self.is_bound and len(self.initial) > 1

    def sketch(self) -> str:
        """What was typed, whether or not it can be read; "" for nothing."""
        if not self.is_filled_in():
            return ""
        typed = {name: self[name].data for name in self.fields}
        return json.dumps(typed | {"what": with_plain_line_ends(typed["what"] or "")})

    def clean_date(self) -> str:
        return iso_date(self.cleaned_data["date"].strip()) or ""

    def clean(self) -> None:
        given = self.cleaned_data
        if "date" not in given or "place" not in given:
            return
        precision = "month" if is_month(given["date"]) else "day"
        raw = {
            "date": given["date"],
            "precision": "about" if given["about"] else precision,
            "place": given["place"],
            "what": with_plain_line_ends(given.get("what", "")),
            "evidence": given.get("evidence", ""),
            "reported": _REPORTED.get(given.get("reported", "")),
        }
        try:
            self.told = parse_incident(raw, until=dates.today())
        except InvalidInputError as refused:
            for problem in refused.problems:
                typed_date = self["date"].data.strip() if problem.path == "date" else None
                self.add_error(problem.path, said(problem, typed_date))


class IncidentLine(IncidentForm):
    """The same incident in a line beside the questions, with as few stops for the keyboard as can be."""

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
    reported = forms.ChoiceField(
        label=_("Reported to the police"),
        choices=[("", _("Not recorded")), ("yes", _("Yes")), ("no", _("No"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "\n" in str(self["what"].value()):  # a line would leave out the line ends
            self.fields["what"].widget = forms.Textarea(attrs={"rows": 2})


def incident_fields(incident: Incident) -> dict[str, Any]:
    """How an incident stands in the fields of its form."""
    date = incident.date[: len("2026-03")] if incident.precision == "month" else incident.date
    return {
        "date": dutch_date(date),
        "about": incident.precision == "about",
        "place": incident.place,
        "what": incident.what,
        "evidence": incident.evidence,
        "reported": next(code for code, reported in _REPORTED.items() if reported is incident.reported),
    }
