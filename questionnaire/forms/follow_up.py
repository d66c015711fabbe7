"""The forms of the follow-up: outcomes of steps, the two decisions, consultations, breaches of an order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain import dates
from questionnaire.domain.breaches import Breach, parse_breach
from questionnaire.domain.case_holders import CaseHolders
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.follow_up import (
    DECISION_QUESTIONS,
    DONE,
    HELP_CHOICES,
    OUTCOME_STATES,
    PARTIES,
    PLANNED,
    REPORTING_CHOICES,
    SUBJECTS,
    Consultation,
    Decision,
    Outcome,
)
from questionnaire.domain.follow_up_parser import parse_consultation, parse_decision, parse_outcome
from questionnaire.forms.date_input import dutch_date
from questionnaire.forms.fields import WrittenDateField
from questionnaire.forms.problems import problem_message

_TIME: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")

Entry = Outcome | Decision | Consultation | Breach | CaseHolders

#: The label of the day on which the client was told of a step.
TOLD_LABEL: Final = _("Client told on")


def line_field(label: Any, **attrs: str) -> forms.CharField:
    """Return the field of a text of one line."""
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=False, strip=False, widget=widget)


class DayField(WrittenDateField):
    """A date on a line, which may be left out.

    It counts from today, not from the conversation: the follow-up is written down on the day itself.
    """

    def __init__(self, label: Any, *, ahead_when: str = "") -> None:
        super().__init__(label=label, required=False, ahead_when=ahead_when)


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, help_text=help_text, required=False, strip=False, widget=widget)


def _choices(choices: tuple[Any, ...], none: Any) -> list[tuple[str, Any]]:
    return [("", none), *((choice.code, choice.text) for choice in choices)]


def done_today(posted: QueryDict, who: str) -> QueryDict:
    """Return what was posted, with the step that `_done` names as done.

    It is done by `who` and today, where nothing else was typed.
    """
    code = posted.get("_done", "")
    if code not in SUBJECTS:
        return posted
    controls = posted.copy()
    controls[f"{code}-state"] = DONE
    for name, suggestion in (("who", who), ("on", dutch_date(dates.today().isoformat()))):
        if not controls.get(f"{code}-{name}", "").strip():
            controls[f"{code}-{name}"] = suggestion
    return controls


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
        stored: Entry | None = None,
        base: str = "",
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix, initial={**self.initial_of(stored), **(initial or {})})
        self.base = base if data is None else data.get(f"{prefix}-base", "")
        for field in self.fields.values():
            if isinstance(field, DayField) and field.ahead_when:
                field.ahead = self["state"].value() == field.ahead_when

    @property
    def posted(self) -> str:
        """The controls as they were posted, for a draft where they cannot be stored."""
        return json.dumps({bound.html_name: bound.data or "" for bound in self})

    def initial_of(self, stored: Entry | None) -> dict[str, Any]:
        """Return what the controls show of a stored entry."""
        if stored is None:
            return {}
        values = stored.to_json()
        days = {
            name: dutch_date(str(values[name]))
            for name, field in self.base_fields.items()
            if isinstance(field, DayField) and values.get(name)
        }
        return {**values, **days}

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
                typed = str(self[problem.path].data or "").strip()
                self.add_error(problem.path, problem_message(problem, typed))

    def parse(self, values: dict[str, str]) -> object:
        """Return the entry of the fields that are filled in. Raise InvalidInputError with names of fields."""
        raise NotImplementedError


class OutcomeForm(StepForm):
    """The outcome of one step; the prefix is the code of the step."""

    state = forms.ChoiceField(
        label=_("Follow-up"),
        choices=_choices(OUTCOME_STATES, pgettext_lazy("outcome", "Nothing yet")),
        required=False,
        widget=forms.RadioSelect,
    )
    who = line_field(_("By whom"))
    on = DayField(_("On which day"), ahead_when=PLANNED)
    why = _text(_("Reason or remark"))
    told_on = DayField(TOLD_LABEL)

    @property
    def text_fields(self) -> tuple[forms.BoundField, ...]:
        """The fields beside the state."""
        return (self["who"], self["on"], self["why"], self["told_on"])

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
    helper = line_field(_("Who gives or organises this help"))
    ground = _text(_("Ground"), _("Do you depart from the advice? Write here why."))
    on = DayField(_("Date of the decision"))
    told_on = DayField(TOLD_LABEL)

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
    name = line_field(_("Name or function"))
    on = DayField(pgettext_lazy("consultation", "Date"))
    time = line_field(_("Time"), **{"class": "date"})
    result = _text(_("Result of the consultation"))
    told_on = DayField(TOLD_LABEL)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def is_filled_in(self) -> bool:
        """Return whether anything was typed or chosen. The date does not count: the page fills in today."""
        return any(
            str(self[name].data or "").strip() for name in ("party", "name", "time", "result", "told_on")
        )

    def clean_time(self) -> str:
        time = str(self.cleaned_data["time"]).strip()
        parts = _TIME.fullmatch(time)
        return f"{parts[1].zfill(2)}:{parts[2]}" if parts else time

    def parse(self, values: dict[str, str]) -> Consultation | None:
        return parse_consultation(values, until=dates.today()) if "party" in values else None


class BreachForm(StepForm):
    """One breach of an order. `key` is the id of the row, so that sending it twice adds one."""

    order = _text(_("Which order, and what happened"))
    happened_on = DayField(_("Day of the breach"))
    reported_on = DayField(_("Reported on"))
    reported_to = line_field(_("Reported to"))
    number = line_field(_("Number of the report"))
    answer = _text(_("Answer"), _("What the police or the prosecutor answered."))
    answered_on = DayField(_("Answered on"))
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def is_filled_in(self) -> bool:
        """Return whether anything was typed."""
        return any(str(bound.data or "").strip() for bound in self if bound.name != "key")

    def parse(self, values: dict[str, str]) -> Breach:
        breach = parse_breach(values, until=dates.today())
        if breach == Breach() and not self.errors:
            raise ValidationError({"order": _("Write down which order it is, or what happened.")})
        return breach
