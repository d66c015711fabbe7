"""The forms of Beheer about people: a new account, roles, a name, and who takes over or replaces whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from questionnaire.domain import dates
from questionnaire.forms.fields import FreeTextField, WrittenDateField, clean_free_text
from questionnaire.models import Membership, Team, User

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


class ProviderForm(forms.Form):
    """Where someone signs in from now on, and by which id that knows them."""

    subject = LineField(
        label=_("Id of this person there"),
        help_text=_(
            "Who keeps that system can look it up. It is a code, and not a name or an e-mail address."
        ),
        max_length=191,
        widget=forms.TextInput(attrs={**_OFF, "class": "medium"}),
        error_messages={"required": _("Fill in the id.")},
    )

    def __init__(self, posted: Any = None, *, providers: Sequence[tuple[str, Any]]) -> None:
        super().__init__(posted)
        self.fields["provider"] = forms.ChoiceField(
            label=_("Where this person signs in"), choices=providers, initial=providers[0][0]
        )
        self.order_fields(["provider", "subject"])


class RolesForm(forms.Form):
    """The roles of a person in one team. Those that wait for a second person are ticked too."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Membership.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        posted: Any = None,
        *,
        team: Team,
        present: Collection[str] = (),
        waiting: Collection[str] = (),
    ) -> None:
        super().__init__(posted, initial={"roles": [*present, *waiting]}, prefix=f"team-{team.pk}")
        self.team = team
        self.waiting = [role.label for role in Membership.Role if role in waiting]
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


class HandOverAllForm(forms.Form):
    """Who takes over all cases of someone, with a note for them."""

    note = FreeTextField(
        _("Note for who takes over"),
        _("It reaches them with each case. What do they need to know first?"),
    )

    def __init__(self, posted: Any = None, *, receivers: Sequence[User], initial: Any = None) -> None:
        super().__init__(posted, initial=initial)
        self.receivers = {str(user.pk): user for user in receivers}
        self.fields["receivers"] = forms.MultipleChoiceField(
            label=_("Who takes over"),
            help_text=_("Choose more people to divide the cases. Each gets as many urgent ones."),
            choices=[(key, str(user)) for key, user in self.receivers.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one colleague.")},
        )
        self.order_fields(["receivers", "note"])

    @property
    def chosen(self) -> list[User]:
        return [self.receivers[key] for key in self.cleaned_data["receivers"]]


class ReplacementForm(forms.Form):
    """Who replaces someone, from which day until and with which day."""

    start = WrittenDateField(
        label=_("First day"), ahead=True, error_messages={"required": _("Fill in a date.")}
    )
    until = WrittenDateField(
        label=_("Last day"), ahead=True, error_messages={"required": _("Fill in a date.")}
    )

    def __init__(self, posted: Any = None, *, colleagues: Sequence[User], most_days: int) -> None:
        super().__init__(posted)
        self.most_days = most_days
        self.colleagues = {str(user.pk): user for user in colleagues}
        self.fields["to"] = forms.ChoiceField(
            label=_("Who replaces"),
            choices=[("", _("Choose")), *((key, str(user)) for key, user in self.colleagues.items())],
            error_messages={"required": _("Choose a colleague.")},
        )
        self.order_fields(["to", "start", "until"])

    def clean_start(self) -> date | None:
        return self._day("start")

    def clean_until(self) -> date | None:
        return self._day("until")

    def _day(self, name: str) -> date | None:
        value = self.cleaned_data[name] or ""
        if dates.is_month(value) or dates.is_year(value):
            raise forms.ValidationError(_("Write a whole date."))
        return date.fromisoformat(value) if value else None

    def clean(self) -> dict[str, Any]:
        """Refuse a period that lies in the past, runs backwards or is too long."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, until = cleaned.get("start"), cleaned.get("until")
        if start and start < dates.today():
            self.add_error("start", _("This day is over. Choose today or later."))
        elif start and until and until < start:
            self.add_error("until", _("The last day comes before the first."))
        elif start and until and until > start + timedelta(days=self.most_days):
            self.add_error("until", _("This is longer than half a year. Hand the cases over instead."))
        return cleaned

    @property
    def colleague(self) -> User:
        return self.colleagues[self.cleaned_data["to"]]
