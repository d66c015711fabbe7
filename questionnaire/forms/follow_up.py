"""The forms for what came of the advice: outcomes, the two decisions, and consultations."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain import dates
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.follow_up import (
    HELP,
    PARTIES,
    QUESTIONS,
    REPORTING,
    STATES,
    Consultation,
    Decision,
    Outcome,
)
from questionnaire.domain.follow_up_parser import parse_consultation, parse_decision, parse_outcome
from questionnaire.forms.bindings import dutch_date, iso_date, said, with_plain_line_ends

_TIME: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")


def _line(label: Any, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=False, strip=False, widget=widget)


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, help_text=help_text, required=False, strip=False, widget=widget)


def _choices(choices: tuple[Any, ...], none: Any) -> list[tuple[str, Any]]:
    return [("", none), *((choice.code, choice.text) for choice in choices)]


class StepForm(forms.Form):
    """What is typed, read as what the domain knows: `told`, after it was found valid.

    `stored` is what the page shows and `base` the digest of it; a page that comes back brings its own base.
    """

    use_required_attribute = False
    told: Any

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        prefix: str,
        stored: Outcome | Decision | Consultation | None = None,
        base: str = "",
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        shown = {**_in_fields(stored), **(initial or {})}
        super().__init__(data, prefix=prefix, initial=shown)
        self.base = base if data is None else data.get(f"{prefix}-base", "")

    @property
    def posted(self) -> str:
        """The controls as they were posted, to keep them where they cannot be stored."""
        return json.dumps({bound.html_name: bound.data or "" for bound in self})

    def clean_on(self) -> str | None:
        return iso_date(self.cleaned_data["on"].strip())

    def clean(self) -> None:
        typed = {
            name: with_plain_line_ends(value)
            for name, value in self.cleaned_data.items()
            if isinstance(value, str) and value
        }
        try:
            self.told = self.read(typed)
        except InvalidInputError as refused:
            for problem in refused.problems:
                self.add_error(problem.path, said(problem, self[problem.path].data.strip()))

    def read(self, typed: dict[str, str]) -> object:
        """What the filled-in fields say. Raises Refused with the names of fields."""
        raise NotImplementedError


def _in_fields(stored: Outcome | Decision | Consultation | None) -> dict[str, Any]:
    if stored is None:
        return {}
    day = dutch_date(stored.on.isoformat()) if stored.on else ""
    return {**stored.to_json(), "on": day}


class OutcomeForm(StepForm):
    """What came of one step; its prefix is the code of the step. `told` is None when nothing did yet."""

    state = forms.ChoiceField(
        label=_("What came of it"),
        choices=_choices(STATES, pgettext_lazy("outcome", "Nothing yet")),
        required=False,
        widget=forms.RadioSelect,
    )
    who = _line(_("By whom"))
    on = _line(_("On which day"))
    why = _text(_("Reason or remark"))

    @property
    def typed(self) -> tuple[forms.BoundField, ...]:
        """What can be typed beside the state."""
        return (self["who"], self["on"], self["why"])

    def read(self, typed: dict[str, str]) -> Outcome | None:
        if typed and not {"state"} & {*typed, *self.errors}:
            raise ValidationError({"state": _("Choose: done, planned or not done.")})
        return parse_outcome({"what": self.prefix, **typed}, until=dates.today()) if typed else None


class DecisionForm(StepForm):
    """The two decisions of step 5. `told` is None when nothing was decided or written yet."""

    reporting = forms.ChoiceField(
        label=QUESTIONS["reporting"],
        choices=_choices(REPORTING, _("Not decided yet")),
        required=False,
        widget=forms.RadioSelect,
    )
    help = forms.ChoiceField(
        label=QUESTIONS["help"],
        choices=_choices(HELP, _("Not decided yet")),
        required=False,
        widget=forms.RadioSelect,
    )
    helper = _line(_("Who gives or organises this help"))
    ground = _text(_("Ground"), _("Do you depart from the advice? Write here why."))
    on = _line(_("Date of the decision"), **{"class": "date"})

    def read(self, typed: dict[str, str]) -> Decision | None:
        told = parse_decision(typed, until=dates.today())
        return None if told == Decision() else told


class ConsultationForm(StepForm):
    """Someone who was asked for advice. The key makes that sending it twice adds one."""

    party = forms.ChoiceField(
        label=_("Who was consulted"),
        choices=[(party.code, party.text) for party in PARTIES],
        error_messages={"required": _("Choose who was consulted.")},
        widget=forms.RadioSelect,
    )
    name = _line(_("Name or function"))
    on = _line(pgettext_lazy("consultation", "Date"), **{"class": "date"})
    time = _line(_("Time"), **{"class": "date"})
    result = _text(_("Result of the consultation"))
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def is_filled_in(self) -> bool:
        """Whether anything was typed or chosen: a date that the page put there is no consultation."""
        return any(str(self[name].data or "").strip() for name in ("party", "name", "time", "result"))

    def clean_time(self) -> str:
        time = str(self.cleaned_data["time"]).strip()
        parts = _TIME.fullmatch(time)
        return f"{parts[1].zfill(2)}:{parts[2]}" if parts else time

    def read(self, typed: dict[str, str]) -> Consultation | None:
        return parse_consultation(typed, until=dates.today()) if "party" in typed else None
