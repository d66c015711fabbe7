"""Define the register of breaches of an order: what happened, when it was reported, and what was answered.

What is typed is free text and can be anything. `lines()` gives a breach as lines of text in the active
language, not yet escaped for HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.domain.dates import first_day, format_date, parse_day, parse_partial_date
from questionnaire.domain.errors import InvalidInputError, Problem
from questionnaire.domain.parsing import Parse, parse_name, parse_object, record_to_json
from questionnaire.domain.text import clean_text, escape_controls

_BEFORE_BREACH: Final = gettext_lazy("%(value)s is before the day of the breach")
_BEFORE_REPORT: Final = gettext_lazy("%(value)s is before the day of the report")


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach of an order.

    `order` says which order, and how it was breached. `happened_on` is YYYY-MM-DD or YYYY-MM. `reported_on`
    and `reported_to` are the day of the report and who took it, `number` is the number that it got. `answer`
    and `answered_on` are what came back. "" and None: not recorded.
    """

    order: str = ""
    happened_on: str = ""
    reported_on: date | None = None
    reported_to: str = ""
    number: str = ""
    answer: str = ""
    answered_on: date | None = None

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in; null for what was not recorded."""
        return record_to_json(self)

    @property
    def is_reported(self) -> bool:
        """Return whether anything says that it was reported; an answer does too."""
        return bool(self.reported_on or self.reported_to or self.number or self.is_answered)

    @property
    def is_answered(self) -> bool:
        """Return whether an answer is recorded."""
        return bool(self.answer or self.answered_on)

    def happened_text(self) -> str:
        """Return when it happened, as people write it."""
        return format_date(self.happened_on) if self.happened_on else _("date not recorded")

    def report_text(self) -> str:
        """Return "23 March 2026, to J. Smit", or that nobody wrote down a report of it."""
        if not self.is_reported:
            return _("no report written down yet")
        when = format_date(self.reported_on) if self.reported_on else _("date not recorded")
        if self.reported_to:
            return _("%(date)s, to %(who)s") % {"date": when, "who": escape_controls(self.reported_to)}
        return when

    def answer_text(self) -> str:
        """Return what was answered and when; for a reported breach without an answer that there is none."""
        if not self.is_answered:
            return _("no answer written down yet") if self.is_reported else ""
        when = format_date(self.answered_on) if self.answered_on else ""
        return ": ".join(filter(None, (when, escape_controls(self.answer))))

    def lines(self) -> tuple[str, ...]:
        """Return the day with the order, then the report, the number and the answer, each as one line."""
        labelled = (
            (_("Reported: %(text)s"), self.report_text()),
            (_("Number: %(text)s"), escape_controls(self.number)),
            (_("Answer: %(text)s"), self.answer_text()),
        )
        first = ", ".join(filter(None, (self.happened_text(), escape_controls(self.order))))
        return (first, *(template % {"text": text} for template, text in labelled if text))


def by_answer(breaches: Iterable[Breach]) -> tuple[Breach, ...]:
    """Return the breaches without an answer, then those with one; each in the order of time, undated last."""
    return tuple(sorted(breaches, key=sort_key))


def sort_key(breach: Breach) -> tuple[bool, date]:
    """Return the key that sorts breaches as `by_answer` does."""
    return breach.is_answered, first_day(breach.happened_on) if breach.happened_on else date.max


def parse_breach(raw: object, until: date) -> Breach:
    """Return a breach; none of its days is after `until`. Raise InvalidInputError with every problem."""
    parsers: dict[str, Parse] = {
        "order": clean_text,
        "happened_on": lambda value: parse_partial_date(value, until),
        "reported_on": lambda value: parse_day(value, until),
        "reported_to": parse_name,
        "number": parse_name,
        "answer": clean_text,
        "answered_on": lambda value: parse_day(value, until),
    }
    breach = Breach(**parse_object(raw, parsers))  # type: ignore[arg-type]
    if problems := list(_out_of_order(breach)):
        raise InvalidInputError(problems)
    return breach


def _out_of_order(breach: Breach) -> Iterator[Problem]:
    """Yield what cannot have happened: a report before the breach, or an answer before the report."""
    reported, answered = breach.reported_on, breach.answered_on
    if reported and breach.happened_on and reported < first_day(breach.happened_on):
        yield Problem("reported_on", _BEFORE_BREACH, {"value": reported.isoformat()})
    if answered and reported and answered < reported:
        yield Problem("answered_on", _BEFORE_REPORT, {"value": answered.isoformat()})
