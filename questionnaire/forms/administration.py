"""The forms of Beheer about people: a new account, roles, and a name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from questionnaire.forms.fields import clean_free_text
from questionnaire.models import Membership, Team

_MAX_NAME: Final = 150
_OFF: Final = {"autocomplete": "off"}


class LineField(forms.CharField):
    """A line of text. What is not visible does not count, and runs of spaces are one."""

    def clean(self, value: Any) -> str:
        return str(super().clean(" ".join(clean_free_text(value).split())))


def name_field() -> LineField:
    """Return the field for a person's name, with which documents are signed."""
    return LineField(
        label=_("Name"),
        help_text=_("As it stands under documents, for example: M. Example."),
        max_length=_MAX_NAME,
        widget=forms.TextInput(attrs={**_OFF, "class": "medium"}),
        error_messages={"required": _("Fill in a name.")},
    )


class NameForm(forms.Form):
    """The name of a person."""

    name = name_field()


class RolesForm(forms.Form):
    """The roles of a person in one team."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Membership.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, posted: Any = None, *, team: Team, present: Collection[str] = ()) -> None:
        super().__init__(posted, initial={"roles": list(present)}, prefix=f"team-{team.pk}")
        self.team = team
        self.fields["roles"].label = str(team)

    @property
    def chosen(self) -> list[Membership.Role]:
        return [Membership.Role(role) for role in self.cleaned_data["roles"]]


class NewPersonForm(forms.Form):
    """A new account: the name to sign in with, the person's own name, a team, and roles in it."""

    name = name_field()
    username = LineField(
        label=_("User name"),
        help_text=_("To sign in with. Letters, digits and @ . + - _ only. It cannot be changed."),
        max_length=_MAX_NAME,
        widget=forms.TextInput(attrs={**_OFF, "autocapitalize": "none", "class": "medium"}),
        error_messages={"required": _("Fill in a user name.")},
    )
    team = forms.ChoiceField(label=_("Team"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Membership.Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )

    def __init__(self, posted: Any = None, *, teams: Sequence[Team]) -> None:
        super().__init__(posted)
        self.teams = {str(team.pk): team for team in teams}
        team: Any = self.fields["team"]
        team.choices = [(key, str(team)) for key, team in self.teams.items()]

    @property
    def chosen_team(self) -> Team:
        return self.teams[self.cleaned_data["team"]]

    @property
    def chosen_roles(self) -> list[Membership.Role]:
        return [Membership.Role(role) for role in self.cleaned_data["roles"]]


class TeamForm(forms.Form):
    """The name of a team."""

    name = LineField(
        label=_("Name of the team"),
        max_length=_MAX_NAME,
        widget=forms.TextInput(attrs={**_OFF, "class": "medium"}),
        error_messages={"required": _("Fill in a name.")},
    )
