"""The form of one incident in the log, on its own page and beside the questions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from questionnaire.domain import dates
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import ALL_PLACES, UNKNOWN_PLACE, Incident, parse_incident
from questionnaire.domain.written_dates import Order, WrittenDate, describe_reading, read_date
from questionnaire.forms.date_input import dutch_date
from questionnaire.forms.incident_dates import ORDERS, IncidentDateField, read_incident_date
from questionnaire.forms.problems import problem_message

_REPORTED: Final = {"": None, "yes": True, "no": False}
_REPORTED_CHOICES: Final = [
    ("", gettext_lazy("Not recorded")),
    ("yes", gettext_lazy("Yes")),
    ("no", gettext_lazy("No")),
]
_PLACE_CHOICES: Final = [(place.code, place.text) for place in ALL_PLACES]
#: The fields that are folded until one is used.
MORE: Final = ("until", "time", "times", "as_told", "by", "witness", "report_number")
#: The texts of an incident as they are typed, letter for letter.
_TEXTS: Final = ("what", "evidence", "as_told", "by", "witness", "report_number")


def _line(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, strip=False, widget=widget)


class IncidentForm(forms.Form):
    """One incident; when the form is valid, `parsed` is that of the domain.

    `key` is the id of its row, so that sending it twice adds one. `order` is asked only when a date has two
    readings and nobody was asked yet for this log: it is then also the `date_order` of the log.
    """

    date = IncidentDateField(
        label=gettext_lazy("When"),
        help_text=gettext_lazy("For example 23-03-2026, March 2026 or yesterday."),
        required=False,
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Which day is meant?"), required=False, widget=forms.RadioSelect
    )
    about = forms.BooleanField(label=gettext_lazy("The date is not certain"), required=False)
    place = forms.ChoiceField(
        label=pgettext_lazy("incident", "Place"),
        choices=_PLACE_CHOICES,
        initial=UNKNOWN_PLACE.code,
        required=False,
        widget=forms.RadioSelect,
    )
    what = forms.CharField(
        label=gettext_lazy("What happened"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    evidence = _line(gettext_lazy("Evidence"))
    reported = forms.ChoiceField(
        label=gettext_lazy("Reported to the police"),
        choices=_REPORTED_CHOICES,
        required=False,
        widget=forms.RadioSelect,
    )
    until = _line(gettext_lazy("Until"), gettext_lazy("When it lasted longer than a day."))
    time = _line(pgettext_lazy("incident", "Time"), gettext_lazy("For example 14:05."))
    times = _line(gettext_lazy("How many times"), gettext_lazy('For example 41, for "called 41 times".'))
    as_told = _line(gettext_lazy("When, in the client's words"))
    by = _line(gettext_lazy("Done by"), gettext_lazy("When it was not this person."))
    witness = _line(gettext_lazy("Witness"))
    report_number = _line(gettext_lazy("Number of the report to the police"))
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        on: dt.date,
        date_order: str = "",
        stored: Incident | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._on = on
        self._log_order = next((order for order in ORDERS if order == date_order), None)
        self.fields["date"].counted_from = on  # type: ignore[attr-defined]
        self.fields["date"].order = self._log_order  # type: ignore[attr-defined]
        #: What no field asks stays as it is stored.
        self._stored: Mapping[str, object] = stored.to_json() if stored else {}
        #: What was said of the order of dates in this log, with this form; "" when it was not asked.
        self.date_order = ""
        self._choose_between(self._readings())

    @property
    def asks_order(self) -> bool:
        """Whether a date has two readings, of which one must be chosen."""
        return isinstance(self.fields["order"], forms.ChoiceField)

    @property
    def has_more(self) -> bool:
        """Whether one of the folded fields says something, or is in error."""
        return any(self[name].value() or self[name].errors for name in MORE)

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """The fields that are folded until one is used."""
        return [self[name] for name in MORE]

    def focus(self) -> None:
        """Have the page begin in the first field in error, or in the date."""
        in_error = (name for name in self.errors if name in self.fields)
        self.fields[next(in_error, "date")].widget.attrs["autofocus"] = True

    def is_filled_in(self) -> bool:
        """Return whether anything was typed or chosen: an empty form among the questions is no incident."""
        blank = {"place": UNKNOWN_PLACE.code}
        values = {name: str(self[name].data or "").strip() for name in self.fields if name != "key"}
        return any(value and value != blank.get(name) for name, value in values.items())

    @classmethod
    def from_draft(cls, draft: str, **kwargs: Any) -> IncidentForm:
        """Return the form with a draft, or an empty one for no draft, with a key of its own."""
        typed = json.loads(draft or "{}")
        initial = {"key": uuid4()} | {name: value for name, value in typed.items() if value}
        return cls(initial=initial, **kwargs)

    @property
    def is_blank(self) -> bool:
        """Whether the form is as everybody gets it: but for its key and the day that it counts from."""
        has_focus = any("autofocus" in field.widget.attrs for field in self.fields.values())
        return not self.is_bound and not self.is_draft and not has_focus

    @property
    def counted_from(self) -> dt.date:
        """The day that relative dates count from."""
        return self._on

    @property
    def is_draft(self) -> bool:
        """Whether the form shows a draft, which is not in the log yet."""
        return not self.is_bound and len(self.initial) > 1

    def draft(self) -> str:
        """Return what was typed, valid or not, as a draft; "" for nothing."""
        if not self.is_filled_in():
            return ""
        typed = {name: self[name].data for name in self.fields}
        return json.dumps(typed | {"what": normalize_newlines(typed["what"] or "")})

    def clean_until(self) -> str:
        return self._clean_date("until").date

    def clean_time(self) -> str:
        typed = self.cleaned_data["time"].strip()
        if typed and not (read := read_date(f"2000-01-01 {typed}", self._on, dates.today())).time:
            raise ValidationError(_("This cannot be read as a time. Write 14:05."))
        return read.time if typed else ""

    def clean_times(self) -> int | str:
        typed = self.cleaned_data["times"].strip().rstrip("x×").strip()
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else typed

    def clean(self) -> None:
        if self.errors:
            return
        values = self.cleaned_data
        try:
            written = self._clean_date("date")
        except ValidationError as error:
            self.add_error("date", error)
            return
        typed_date, told = values["date"].strip(), values["as_told"]
        if not written.date and told.strip() not in ("", typed_date):
            told = "; ".join(filter(None, (typed_date, told)))
        precision = "about" if values["about"] else written.precision
        raw = {
            **self._stored,
            "date": written.date or None,
            "precision": precision if written.date else None,
            "until": values["until"] or written.until or None,
            "time": values["time"] or written.time or None,
            "times": None if values["times"] == "" else values["times"],
            "place": values["place"] or UNKNOWN_PLACE.code,
            **{name: normalize_newlines(values[name]) for name in _TEXTS},
            "as_told": told or written.as_told,
            "reported": _REPORTED[values["reported"]],
        }
        try:
            self.parsed = parse_incident(raw, until=dates.today())
        except InvalidInputError as error:
            for problem in error.problems:
                typed = self[problem.path].data if problem.path in ("date", "until") else None
                field = problem.path if problem.path in self.fields else None
                self.add_error(field, problem_message(problem, typed))

    def _clean_date(self, name: str) -> WrittenDate:
        """Return what was understood of a date. Raise ValidationError when it is in doubt or cannot be."""
        typed = self.cleaned_data[name].strip()
        chosen = self.cleaned_data.get("order", "")
        written = self._read(typed, cast(Order, chosen) if chosen else self._log_order)
        if written.problem:
            raise ValidationError(problem_message(written.problem, typed))
        if written.readings:
            named = _(" or ").join(map(describe_reading, written.readings))
            question = _("Do you mean %(readings)s?") % {"readings": named}
            how = _("Choose one below.") if self.asks_order else _("Write the month as a word.")
            raise ValidationError(f"{question} {how}")
        if name == "until" and typed and not written.date:
            raise ValidationError(_("This cannot be read as a date. Write 23-03-2026, or March 2026."))
        if chosen and self.asks_order:
            self.date_order = chosen
        return written

    def _read(self, typed: str, order: Order | None) -> WrittenDate:
        return read_incident_date(typed, self._on, order)

    def _readings(self) -> dict[Order, str]:
        """Return what a date in doubt means in each order, when its order is what is in doubt."""
        typed = str(self["date"].value() or "").strip()
        if self._log_order or len(self._read(typed, None).readings) < 2:
            return {}
        return {order: self._read(typed, order).date for order in ORDERS}

    def _choose_between(self, readings: Mapping[Order, str]) -> None:
        """Offer what a date in doubt can mean; without readings nothing is asked, whatever was sent."""
        choices = [(order, describe_reading(reading)) for order, reading in readings.items() if reading]
        if choices:
            self.fields["order"].choices = choices  # type: ignore[attr-defined]
        else:
            self.fields["order"] = forms.CharField(
                required=False, disabled=True, initial="", widget=forms.HiddenInput
            )


def incident_initial(incident: Incident) -> dict[str, Any]:
    """Return the initial values of the form of an incident."""
    when = incident.date[: len("2026-03")] if incident.precision == "month" else incident.date
    return {
        "date": dutch_date(when),
        "about": incident.precision == "about",
        "place": incident.place,
        "until": dutch_date(incident.until),
        "times": str(incident.times) if incident.times > 1 else "",
        "time": incident.time,
        **{name: getattr(incident, name) for name in _TEXTS},
        "reported": next(code for code, reported in _REPORTED.items() if reported is incident.reported),
    }
