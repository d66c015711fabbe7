"""The forms of the follow-up: outcomes of steps, the two decisions, and consultations."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain import dates
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.follow_up import (
    DECISION_QUESTIONS,
    HELP_CHOICES,
    OUTCOME_STATES,
    PARTIES,
    REPORTING_CHOICES,
    Consultation,
    Decision,
    Outcome,
)
from questionnaire.domain.follow_up_parser import parse_consultation, parse_decision, parse_outcome
from questionnaire.forms.date_input import dutch_date, iso_date
from questionnaire.forms.problems import problem_message

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
    """The form of one entry in the follow-up. When it is valid, `parsed` is the entry, or None for none.

    `stored` is the entry that the page shows and `base` its fingerprint; a posted page brings its own base.
    """

    use_required_attribute = False
    parsed: Any

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        prefix: str,
        stored: Outcome | Decision | Consultation | None = None,
        base: str = "",
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix, initial={**_initial(stored), **(initial or {})})
        self.base = base if data is None else data.get(f"{prefix}-base", "")

    @property
    def posted(self) -> str:
        """The controls as they were posted, for a draft where they cannot be stored."""
        return json.dumps({bound.html_name: bound.data or "" for bound in self})

    def clean_on(self) -> str | None:
        return iso_date(self.cleaned_data["on"].strip())

    def clean(self) -> None:
        values = {
            name: normalize_newlines(value)
            for name, value in self.cleaned_data.items()
            if isinstance(value, str) and value
        }
        try:
            self.parsed = self.parse(values)
        except InvalidInputError as error:
            for problem in error.problems:
                self.add_error(problem.path, problem_message(problem, self[problem.path].data.strip()))

    def parse(self, values: dict[str, str]) -> object:
        """Return the entry of the fields that are filled in. Raise InvalidInputError with names of fields."""
        raise NotImplementedError


def _initial(stored: Outcome | Decision | Consultation | None) -> dict[str, Any]:
    if stored is None:
        return {}
    return {**stored.to_json(), "on": dutch_date(stored.on.isoformat()) if stored.on else ""}


class OutcomeForm(StepForm):
    """The outcome of one step; the prefix is the code of the step."""

    state = forms.ChoiceField(
        label=_("What came of it"),
        choices=_choices(OUTCOME_STATES, pgettext_lazy("outcome", "Nothing yet")),
        required=False,
        widget=forms.RadioSelect,
    )
    who = _line(_("By whom"))
    on = _line(_("On which day"))
    why = _text(_("Reason or remark"))

    @property
    def text_fields(self) -> tuple[forms.BoundField, ...]:
        """The fields beside the state."""
        return (self["who"], self["on"], self["why"])

    def parse(self, values: dict[str, str]) -> Outcome | None:
        if values and not {"state"} & {*values, *self.errors}:
            raise ValidationError({"state": _("Choose: done, planned or not done.")})
        return parse_outcome({"what": self.prefix, **values}, until=dates.today()) if values else None


class DecisionForm(StepForm):
    """The two decisions of step 5 of the reporting code."""

    reporting = forms.ChoiceField(
        label=DECISION_QUESTIONS["reporting"],
        choices=_choices(REPORTING_CHOICES, _("Not decided yet")),
        required=False,
        widget=forms.RadioSelect,
    )
    help = forms.ChoiceField(
        label=DECISION_QUESTIONS["help"],
        choices=_choices(HELP_CHOICES, _("Not decided yet")),
        required=False,
        widget=forms.RadioSelect,
    )
    helper = _line(_("Who gives or organises this help"))
    ground = _text(_("Ground"), _("Do you depart from the advice? Write here why."))
    on = _line(_("Date of the decision"), **{"class": "date"})

    def parse(self, values: dict[str, str]) -> Decision | None:
        decision = parse_decision(values, until=dates.today())
        return None if decision == Decision() else decision


class ConsultationForm(StepForm):
    """Someone who was asked for advice. `key` is the id of the row, so that sending it twice adds one."""

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
        """Return whether anything was typed or chosen. The date does not count: the page fills in today."""
        return any(str(self[name].data or "").strip() for name in ("party", "name", "time", "result"))

    def clean_time(self) -> str:
        time = str(self.cleaned_data["time"]).strip()
        parts = _TIME.fullmatch(time)
        return f"{parts[1].zfill(2)}:{parts[2]}" if parts else time

    def parse(self, values: dict[str, str]) -> Consultation | None:
        return parse_consultation(values, until=dates.today()) if "party" in values else None
