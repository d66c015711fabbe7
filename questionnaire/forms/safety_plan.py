"""The form of the safety plan: one for each part, with its text and a row for each agreed action."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import normalize_newlines
from django.utils.translation import pgettext_lazy

from questionnaire.domain.errors import InvalidInputError, Problem
from questionnaire.domain.safety_plan import PartPlan, is_date, parse_part
from questionnaire.domain.safety_plan_parts import PART_OF
from questionnaire.forms.date_input import date_or_text, dutch_date
from questionnaire.forms.fields import WrittenDateField
from questionnaire.forms.problems import problem_message

#: How many rows a page has for agreements that are not made yet. Saving gives new ones.
_EMPTY_ROWS: Final = 3
_COLUMNS: Final = ("what", "who", "when", "done")


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one agreed action."""

    what: forms.BoundField
    who: forms.BoundField
    when: forms.BoundField
    done: forms.BoundField

    @property
    def lines(self) -> tuple[forms.BoundField, ...]:
        """The fields beside the box."""
        return (self.what, self.who, self.when)


def _line(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=False, strip=False, widget=widget)


class WhenField(WrittenDateField):
    """A date that may lie ahead, or any text. Its clean value is what was typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(ahead=True, is_free=True, **kwargs)
        self.widget = forms.TextInput(attrs={"autocomplete": "off"})

    def clean(self, value: Any) -> str:
        return str(forms.CharField.clean(self, value))


class PartForm(forms.Form):
    """One part of the plan; the prefix is its code. When it is valid, `parsed` is what there is about it.

    `stored` is what the page shows and `base` its fingerprint; a posted page brings its own base and as many
    rows as it had.
    """

    use_required_attribute = False
    parsed: PartPlan

    text = forms.CharField(
        label=pgettext_lazy("safety plan", "To remember"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        prefix: str,
        stored: PartPlan | None = None,
        base: str = "",
    ) -> None:
        super().__init__(data, prefix=prefix, initial=_initial(stored or PartPlan()))
        self.base = base if data is None else data.get(f"{prefix}-base", "")
        self.part = PART_OF[prefix]
        posted = _posted_rows(data, prefix) if data is not None else 0
        self.row_count = posted or (len(stored.agreements) if stored else 0) + _EMPTY_ROWS
        for number in range(self.row_count):
            self.fields[f"{number}-what"] = _line(pgettext_lazy("agreement", "What"))
            self.fields[f"{number}-who"] = _line(pgettext_lazy("agreement", "Who"))
            self.fields[f"{number}-when"] = WhenField(
                label=pgettext_lazy("agreement", "When"), required=False
            )
            self.fields[f"{number}-done"] = forms.BooleanField(
                label=pgettext_lazy("agreement", "Done"), required=False
            )

    @property
    def rows(self) -> Iterator[Row]:
        """The fields of each agreed action."""
        for number in range(self.row_count):
            yield Row(*(self[f"{number}-{column}"] for column in _COLUMNS))

    @property
    def posted(self) -> str:
        """The controls as they were posted, for a draft where they cannot be stored."""
        return json.dumps({bound.html_name: bound.data or "" for bound in self})

    def clean(self) -> None:
        rows = {number: row for number in range(self.row_count) if (row := self._row(number))}
        text = normalize_newlines(self.cleaned_data.get("text", ""))
        raw = {"text": text, "agreements": list(rows.values())}
        try:
            self.parsed = parse_part(raw)
        except InvalidInputError as error:
            for problem in error.problems:
                self._add_problem(problem, list(rows))

    def _row(self, number: int) -> dict[str, object]:
        """Return what is filled in of an agreed action; a date as it is stored."""
        values = {column: self.cleaned_data.get(f"{number}-{column}") for column in _COLUMNS}
        row = {column: value for column, value in values.items() if str(value or "").strip()}
        if when := row.get("when"):
            try:
                row["when"] = date_or_text(str(when))
            except ValidationError as error:
                self.add_error(f"{number}-when", error)
        return {"what": "", **row} if row else {}

    def _add_problem(self, problem: Problem, rows: list[int]) -> None:
        _list, _dot, place = problem.path.partition(".")
        number, _dot, column = place.partition(".")
        name = f"{rows[int(number) - 1]}-{column}" if number else "text"
        typed = self[name].data.strip() if column == "when" else None
        self.add_error(name, problem_message(problem, typed))


def _posted_rows(data: Mapping[str, Any], prefix: str) -> int:
    count = 0
    while f"{prefix}-{count}-what" in data:
        count += 1
    return count


def _initial(stored: PartPlan) -> dict[str, Any]:
    initial: dict[str, Any] = {"text": stored.text}
    for number, agreement in enumerate(stored.agreements):
        when = dutch_date(agreement.when) if is_date(agreement.when) else agreement.when
        values = (agreement.what, agreement.who, when, agreement.done)
        initial |= {f"{number}-{column}": value for column, value in zip(_COLUMNS, values, strict=True)}
    return initial
