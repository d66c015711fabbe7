"""The form for the name and the colours of an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.domain.organisation_look import (
    COLOURS,
    DARK,
    LIGHT,
    MAX_NAME,
    NAME,
    SCHEMES,
    colour_fault,
    name_fault,
    nearest,
    parse_colour,
)
from questionnaire.forms.fields import clean_free_text

_NARROW: Final = {"autocomplete": "off", "spellcheck": "false", "class": "narrow"}


class LookForm(forms.Form):
    """The name, the colour of the light scheme, and that of the dark one; empty is as in the program."""

    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"),
        help_text=gettext_lazy(
            "Colleagues see it at the top of a page, and a summary says it. The client sees it nowhere: "
            "it can tell someone else what a page is about."
        ),
        required=False,
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "medium"}),
    )
    light = forms.CharField(
        label=gettext_lazy("Colour on a light screen"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs=_NARROW),
    )
    dark = forms.CharField(
        label=gettext_lazy("Colour on a dark screen"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs=_NARROW),
    )

    def __init__(
        self, posted: Any = None, *, prefix: str, stored: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        kept = stored or {}
        super().__init__(posted, prefix=prefix, initial={**kept.get(NAME, {}), **kept.get(COLOURS, {})})
        self.fields[LIGHT].help_text = _(
            "Of links and buttons. If you leave it empty, it is the colour of all teams, or that of the "
            "program: %(colour)s."
        ) % {"colour": SCHEMES[LIGHT].own}
        self.fields[DARK].help_text = _(
            "If you leave it empty, it is one that goes with the colour for a light screen."
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be read or looks like a warning, and name a colour that can be used."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "name" in cleaned:
            cleaned["name"] = " ".join(clean_free_text(cleaned["name"]).split())
            if fault := name_fault(cleaned["name"]):
                self.add_error("name", str(fault))
        for scheme in SCHEMES:
            typed = cleaned.get(scheme, "").strip()
            if not typed:
                continue
            colour = cleaned[scheme] = parse_colour(typed)
            if fault := colour_fault(colour, scheme):
                near = (
                    _("Like it, and allowed: %(colour)s.") % {"colour": nearest(colour, scheme)}
                    if colour
                    else ""
                )
                self.add_error(scheme, f"{fault} {near}".strip())
        if cleaned.get(DARK) and not cleaned.get(LIGHT) and LIGHT not in self.errors:
            self.add_error(LIGHT, _("Fill in this colour too."))
        return cleaned

    @property
    def entries(self) -> dict[str, dict[str, str]]:
        """Return the name and the colours, as they are stored."""
        cleaned = self.cleaned_data
        return {NAME: {"name": cleaned["name"]}, COLOURS: {scheme: cleaned[scheme] for scheme in SCHEMES}}
