"""The forms about people: whom a case goes to, why it is opened, and who comes into a team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.text import clean_text
from questionnaire.forms.bindings import with_plain_line_ends
from questionnaire.models import Membership, Team, User


class _Words(forms.Form):
    """A form with a few lines of free text, kept letter for letter."""

    def words(self, name: str) -> str:
        try:
            return clean_text(with_plain_line_ends(str(self.cleaned_data.get(name) or "")))
        except InvalidInputError as refused:
            raise forms.ValidationError([problem.message for problem in refused.problems]) from None


class HandOverForm(_Words):
    """To whom a case goes, with a note for them."""

    note = forms.CharField(
        label=_("Note for your colleague"),
        help_text=_("What do they need to know first? Is there an appointment?"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, posted: Any = None, *, colleagues: Sequence[User]) -> None:
        super().__init__(posted)
        self.colleagues = {str(user.pk): user for user in colleagues}
        self.fields["to"] = forms.ChoiceField(
            label=_("To whom"),
            choices=[("", _("Choose")), *((key, str(user)) for key, user in self.colleagues.items())],
            error_messages={"required": _("Choose a colleague.")},
        )
        self.order_fields(["to", "note"])

    def clean_note(self) -> str:
        return self.words("note")

    @property
    def colleague(self) -> User:
        return self.colleagues[self.cleaned_data["to"]]


class ReasonForm(_Words):
    """Why someone opens a case that is not theirs."""

    reason = forms.CharField(
        label=_("Why do you open this?"),
        help_text=_("Your reviewer reads this. Do not write down what the client told."),
        max_length=500,
        strip=False,
        error_messages={"required": _("Write down why you open this.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_reason(self) -> str:
        if reason := self.words("reason"):
            return reason
        raise forms.ValidationError(self.fields["reason"].error_messages["required"])


class JoinForm(forms.Form):
    """Someone with an account, who comes into a team in a role."""

    username = forms.CharField(
        label=_("User name"),
        help_text=_("Of an account that is there already."),
        max_length=150,
        error_messages={"required": _("Fill in a user name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)

    def __init__(self, posted: Any = None, *, teams: Sequence[Team]) -> None:
        super().__init__(posted)
        self.teams = {str(team.pk): team for team in teams}
        self.fields["team"] = forms.ChoiceField(
            label=_("Team"), choices=[(key, str(team)) for key, team in self.teams.items()]
        )

    def clean_username(self) -> str:
        name = str(User.normalize_username(self.cleaned_data["username"].strip())).lower()
        self.user = User.objects.filter(username=name).first()
        if self.user is None:
            raise forms.ValidationError(_("There is no account with this user name."))
        return name

    @property
    def team(self) -> Team:
        return self.teams[self.cleaned_data["team"]]
