"""The form to start an intake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from questionnaire.domain import dates
from questionnaire.domain.case_reference import looks_like_name
from questionnaire.domain.dates import parse_day
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.text import clean_text
from questionnaire.forms.date_input import iso_date
from questionnaire.forms.fields import WrittenDateField
from questionnaire.forms.problems import validation_error
from questionnaire.models import Team


def _helper(form: forms.Form) -> FormHelper:
    """Return a helper that draws all fields in their order, inside a <form> that the page has already."""
    helper = FormHelper(form)
    helper.form_tag = False
    return helper


#: What is asked about a reference, by the field with the answer.
_ASKED: Final = {
    "is_no_name": _(
        "This looks like a name. A reference is on every page and in names of files. Use your own number."
    ),
    "is_new_case": _(
        "A case with this reference is there already. Go on in that case, or say that it is a new one."
    ),
}


class StartForm(forms.Form):
    """The start of an intake, without any name. `key` is its id, so that sending it twice starts one.

    A reference that looks like a name, or that is in use, is asked about once: a tick goes on with it.
    `same` is what the view found in use. With `asks` off nothing is asked, as where there is no time.
    """

    reference = forms.CharField(
        label=_("Your own reference"),
        help_text=_(
            "A number or code of your own, to find this conversation again. Never the client's name."
        ),
        max_length=100,
        error_messages={"required": _("Fill in a reference of your own.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_no_name = forms.BooleanField(label=_("It names nobody: keep this reference"), required=False)
    is_new_case = forms.BooleanField(label=_("This is a new case after all"), required=False)
    on = WrittenDateField(
        label=_("Date of the conversation"),
        help_text=_("For example 23-03-2026."),
        error_messages={"required": _("Fill in a date.")},
    )
    long_ago = forms.BooleanField(label=_("The conversation was that long ago"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the summary"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        teams: Sequence[Team],
        first_year: Callable[[], int] = lambda: dates.today().year,
        find_same: Callable[[Team, str], Any] = lambda _team, _reference: None,
        asks: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in teams}
        self._first_year = first_year
        reference = self._typed_reference() if self.is_bound and asks else ""
        team = self._typed_team()
        self.same = find_same(team, reference) if team and reference else None
        if not looks_like_name(reference):
            del self.fields["is_no_name"]
        if not self.same:
            del self.fields["is_new_case"]
        if not self._is_long_ago():
            del self.fields["long_ago"]
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
        if faults := [text for field, text in _ASKED.items() if self._is_open(field)]:
            raise ValidationError([str(text) for text in faults])
        return reference

    def _is_open(self, field: str) -> bool:
        """Return whether something is asked about the reference, and not ticked yet."""
        return field in self.fields and not self[field].data

    def _typed_reference(self) -> str:
        try:
            return clean_text(str(self["reference"].data or "").strip())
        except InvalidInputError:
            return ""

    def _typed_team(self) -> Team | None:
        typed = str(self.data.get(self.add_prefix("team"), ""))
        return self.teams.get(typed) or next(iter(self.teams.values()), None)

    def clean_on(self) -> date:
        typed = self["on"].data.strip()
        try:
            day = parse_day(self.cleaned_data["on"], until=dates.today())
        except InvalidInputError as error:
            raise validation_error(error, typed) from None
        if "long_ago" in self.fields and not self["long_ago"].data:
            raise ValidationError(
                _("%(date)s is long before the first conversation here. Change it, or tick that it is so."),
                params={"date": dates.format_date(day)},
            )
        return day

    def _is_long_ago(self) -> bool:
        """Return whether the date was before what this installation can have, so that it has to be ticked.

        A year before its first one it can be: conversations on paper are typed over.
        """
        if not self.is_bound:
            return False
        try:
            day = iso_date(str(self["on"].data or ""))
        except ValidationError:
            return False
        # Most dates are of this year or the last, so that the first one need not be looked up.
        year = int((day or str(dates.today()))[: len("2026")])
        return year < dates.today().year - 1 and year < self._first_year() - 1

    @property
    def team(self) -> Team:
        """The chosen team, or the only one there is."""
        return self.teams[self.cleaned_data.get("team") or next(iter(self.teams))]
