"""The form by which an auditor looks for events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from questionnaire.domain import dates
from questionnaire.forms.fields import WrittenDateField
from questionnaire.models import User

_LONGEST_REFERENCE: Final = 100


class EventsForm(forms.Form):
    """Which events are asked: of whom, in which case, by which right, what, and from when until when."""

    since = WrittenDateField(label=_("From"), error_messages={"required": _("Fill in a date.")})
    until = WrittenDateField(
        label=_("Up to and including"), error_messages={"required": _("Fill in a date.")}
    )
    reference = forms.CharField(
        label=_("Reference of a case"),
        required=False,
        max_length=_LONGEST_REFERENCE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        posted: Any = None,
        *,
        initial: Mapping[str, Any],
        people: Sequence[User],
        acts: Mapping[str, Any],
        rights: Mapping[str, Any],
    ) -> None:
        super().__init__(posted, initial=dict(initial))
        names = {str(person.pk): str(person) for person in people}
        self.fields["person"] = _choice(_("Who"), _("everybody"), names)
        self.fields["what"] = _choice(_("What"), _("everything"), acts)
        self.fields["right"] = _choice(_("By which right"), _("every right"), rights)
        self.order_fields(["since", "until", "person", "reference", "what", "right"])

    def clean_since(self) -> str:
        return self._day("since")

    def clean_until(self) -> str:
        return self._day("until")

    def _day(self, name: str) -> str:
        value = str(self.cleaned_data[name])
        if not dates.is_full(value):
            raise forms.ValidationError(_("Write a whole date."))
        return value

    def clean(self) -> dict[str, Any]:
        """Refuse a period that runs backwards."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and date.fromisoformat(until) < date.fromisoformat(since):
            self.add_error("until", _("The last day comes before the first."))
        return cleaned


def _choice(label: Any, every: Any, choices: Mapping[str, Any]) -> forms.ChoiceField:
    named = [(key, capfirst(str(words))) for key, words in choices.items()]
    return forms.ChoiceField(label=label, required=False, choices=[("", capfirst(str(every))), *named])
