"""The forms for what the organisation adds: a contact, its own words, texts and terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.domain.organisation import (
    CLIENT_PAGE,
    CONTACT_KINDS,
    MAX_CONTACT,
    MAX_TEXT,
    NUMBER,
    START_CARD,
    WORD,
    is_telling,
)
from questionnaire.domain.terms import LATEST, Terms, is_no_term
from questionnaire.forms.fields import clean_free_text
from questionnaire.models import Team

#: For what every team sees.
ALL_TEAMS: Final = "all"


def scope_choices(teams: Sequence[Team | None]) -> list[tuple[str, Any]]:
    """Return the choices of a team, or of all teams, from those that someone keeps."""
    return [(str(team.pk), str(team)) if team else (ALL_TEAMS, gettext_lazy("All teams")) for team in teams]


class ContactForm(forms.Form):
    """Whom to call: what kind of contact, the name, the number, when it is answered, and a note."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=MAX_CONTACT["name"],
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "medium"}),
        error_messages={"required": gettext_lazy("Fill in a name.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Telephone number"),
        max_length=MAX_CONTACT["number"],
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "class": "narrow"}),
        error_messages={"required": gettext_lazy("Fill in a telephone number.")},
    )
    reachable = forms.CharField(
        label=gettext_lazy("When reachable"),
        help_text=gettext_lazy("For example: on working days from 9 to 17."),
        required=False,
        max_length=MAX_CONTACT["reachable"],
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "medium"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("For colleagues. Write nothing about a client here."),
        required=False,
        max_length=MAX_CONTACT["note"],
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(
        self,
        posted: Any = None,
        *,
        teams: Sequence[Team | None] = (),
        initial: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(posted, initial=dict(initial or {}))
        self.teams = {str(team.pk) if team else ALL_TEAMS: team for team in teams}
        if teams:  # a contact that is there keeps its kind and team
            kinds = list(CONTACT_KINDS.items())
            self.fields["kind"] = forms.ChoiceField(label=_("What kind of contact"), choices=kinds)
            self.fields["team"] = forms.ChoiceField(label=_("For"), choices=scope_choices(teams))
            self.order_fields(["kind", "team", "name", "number", "reachable", "note"])

    def clean(self) -> dict[str, Any]:
        """Keep what is visible of each text, and refuse what nobody can dial."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in MAX_CONTACT:
            if name in cleaned:
                cleaned[name] = clean_free_text(cleaned[name]).strip()
        if "number" in cleaned and not NUMBER.fullmatch(cleaned["number"]):
            self.add_error("number", _("This is not a telephone number. Write words in the note."))
        if "name" in cleaned and not cleaned["name"]:
            self.add_error("name", self.fields["name"].error_messages["required"])
        return cleaned

    @property
    def content(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in MAX_CONTACT}

    @property
    def team(self) -> Team | None:
        return self.teams[self.cleaned_data["team"]]


class OwnTextsForm(forms.Form):
    """The words and texts of a team, or of all teams, each in every language of the program."""

    def __init__(
        self, posted: Any = None, *, prefix: str, stored: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        super().__init__(posted, prefix=prefix)
        #: The names of the fields of each kind.
        self.names = {kind: [f"{kind}_{code}" for code, _name in settings.LANGUAGES] for kind in MAX_TEXT}
        for kind, most in MAX_TEXT.items():
            for language, name in settings.LANGUAGES:
                is_word = kind == WORD
                attrs = {"autocomplete": "off", "lang": language, "class": "medium" if is_word else ""}
                self.fields[f"{kind}_{language}"] = forms.CharField(
                    label=f"{_LABELS[kind]} ({name})",
                    help_text=_HINTS[kind] if language == settings.LANGUAGE_CODE else "",
                    required=False,
                    max_length=most,
                    initial=(stored or {}).get(kind, {}).get(language, ""),
                    widget=forms.TextInput(attrs) if is_word else forms.Textarea({**attrs, "rows": 3}),
                )

    def clean(self) -> dict[str, Any]:
        """Keep what is visible, and refuse words that give away what a page at home is about."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, text in list(cleaned.items()):
            cleaned[name] = visible = clean_free_text(text).strip()
            if name.startswith(CLIENT_PAGE) and is_telling(visible):
                self.add_error(name, _("This page lies at the client's home. Do not name what it is about."))
        return cleaned

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """Return the texts by kind and language."""
        return {
            kind: {
                language: self.cleaned_data[f"{kind}_{language}"] for language, _name in settings.LANGUAGES
            }
            for kind in MAX_TEXT
        }


class TermsForm(forms.Form):
    """After how many days to look again, for a team or for all teams; nothing where those of others hold."""

    soon = forms.IntegerField(
        label=gettext_lazy("Days at the levels Act now and Consult today"),
        required=False,
        min_value=1,
        max_value=LATEST.soon,
        widget=forms.NumberInput({"autocomplete": "off", "class": "narrow"}),
    )
    later = forms.IntegerField(
        label=gettext_lazy("Days at the other levels"),
        required=False,
        min_value=1,
        max_value=LATEST.later,
        widget=forms.NumberInput({"autocomplete": "off", "class": "narrow"}),
    )

    def __init__(self, posted: Any = None, *, prefix: str, stored: Terms | None = None) -> None:
        super().__init__(posted, prefix=prefix, initial=asdict(stored) if stored else {})
        for name, most in asdict(LATEST).items():
            field = self.fields[name]
            field.help_text = _("From 1 to %(days)s. The program says %(days)s.") % {"days": most}
            wrong = _("Fill in a number from 1 to %(days)s.") % {"days": most}
            field.error_messages |= dict.fromkeys(("invalid", "min_value", "max_value"), wrong)

    def clean(self) -> dict[str, Any]:
        """Refuse one without the other, and a first that is longer than the second."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and any(cleaned.values()):
            if None in cleaned.values():
                self.add_error(
                    "later" if cleaned["later"] is None else "soon", _("Fill in both, or neither.")
                )
            elif is_no_term(**cleaned):
                self.add_error("soon", _("This is longer than the days at the other levels."))
        return cleaned

    @property
    def terms(self) -> Terms | None:
        return Terms(**self.cleaned_data) if all(self.cleaned_data.values()) else None


_LABELS: Final = {
    WORD: gettext_lazy("Your own word for attention officer"),
    START_CARD: gettext_lazy("Text on the page where a conversation begins"),
    CLIENT_PAGE: gettext_lazy("Text on the page for the client"),
}
_HINTS: Final = {
    WORD: gettext_lazy("It stands beside the usual word, and not in its place."),
    START_CARD: gettext_lazy("It comes after what is there, for example your own agreements."),
    CLIENT_PAGE: gettext_lazy("The client takes it home, where others can read it. Name no person."),
}
