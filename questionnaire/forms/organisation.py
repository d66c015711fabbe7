"""The forms for what the organisation adds: a contact, its own words and texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.domain.organisation import CLIENT_PAGE, CONTACT_KINDS, NUMBER, START_CARD, WORD
from questionnaire.forms.fields import clean_free_text
from questionnaire.models import Team

#: For what every team sees.
ALL_TEAMS: Final = "all"
_MAX_TEXT: Final = {WORD: 60, START_CARD: 600, CLIENT_PAGE: 600}
#: What a page that the client takes home does not say: whoever finds it reads it.
#: The police is not among them: its number is on that page anyway.
_TELLING: Final = (
    *("stalk", "belaag", "belaging", "bedreig", "geweld", "slachtoffer", "aangifte", "ex-partner"),
    *("harass", "violence", "victim", "threat"),
)


def scope_choices(teams: Sequence[Team | None]) -> list[tuple[str, Any]]:
    """Return the choices of a team, or of all teams, from those that someone keeps."""
    return [(str(team.pk), str(team)) if team else (ALL_TEAMS, gettext_lazy("All teams")) for team in teams]


class ContactForm(forms.Form):
    """Whom to call: what kind of contact, the name, the number, when it is answered, and a note."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "medium"}),
        error_messages={"required": gettext_lazy("Fill in a name.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Telephone number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "class": "narrow"}),
        error_messages={"required": gettext_lazy("Fill in a telephone number.")},
    )
    reachable = forms.CharField(
        label=gettext_lazy("When reachable"),
        help_text=gettext_lazy("For example: on working days from 9 to 17."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "medium"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("For colleagues. Write nothing about a client here."),
        required=False,
        max_length=200,
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
        for name in ("name", "number", "reachable", "note"):
            if name in cleaned:
                cleaned[name] = clean_free_text(cleaned[name]).strip()
        if "number" in cleaned and not NUMBER.fullmatch(cleaned["number"]):
            self.add_error("number", _("This is not a telephone number. Write words in the note."))
        if "name" in cleaned and not cleaned["name"]:
            self.add_error("name", self.fields["name"].error_messages["required"])
        return cleaned

    @property
    def content(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("name", "number", "reachable", "note")}

    @property
    def team(self) -> Team | None:
        return self.teams[self.cleaned_data["team"]]


class OwnTextsForm(forms.Form):
    """The words and texts of a team, or of all teams, each in every language of the program."""

    def __init__(
        self, posted: Any = None, *, prefix: str, stored: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        super().__init__(posted, prefix=prefix)
        for kind, most in _MAX_TEXT.items():
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
            if name.startswith(CLIENT_PAGE) and any(word in visible.casefold() for word in _TELLING):
                self.add_error(name, _("This page lies at the client's home. Do not name what it is about."))
        return cleaned

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """Return the texts by kind and language."""
        return {
            kind: {
                language: self.cleaned_data[f"{kind}_{language}"] for language, _name in settings.LANGUAGES
            }
            for kind in _MAX_TEXT
        }


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
