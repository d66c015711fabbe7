"""Incidents: what happened when and where, and the sentence that shows they belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.dates import first_day, is_month, parse_partial
from questionnaire.domain.errors import InvalidInputError, Problem, invalid
from questionnaire.domain.items import Choice
from questionnaire.domain.text import clean_text

PRECISIONS: Final = (
    Choice("day", _("On this day")),
    Choice("month", _("In this month")),
    Choice("about", _("About then")),
)
PLACES: Final = (
    Choice("home", _("At home")),
    Choice("elsewhere", pgettext_lazy("place", "Elsewhere")),
    Choice("online", pgettext_lazy("place", "Online")),
)
_KEYS: Final = ("date", "precision", "place", "what", "evidence", "reported")


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. `date` is YYYY-MM-DD, or YYYY-MM with the precision "month" or "about".

    `what` and `evidence` are "" and `reported` (to the police) is None when they were not recorded.
    """

    date: str
    place: str
    precision: str = "day"
    what: str = ""
    evidence: str = ""
    reported: bool | None = None

    def to_json(self) -> dict[str, object]:
        """The form it has in an answers file and in a summary; null for what was not recorded."""
        return {
            "date": self.date,
            "precision": self.precision,
            "place": self.place,
            "what": self.what or None,
            "evidence": self.evidence or None,
            "reported": self.reported,
        }


def parse_incident(raw: object, until: date) -> Incident:
    """An incident from the form it has in an answers file. Raises Refused with every problem."""
    if not isinstance(raw, Mapping):
        raise invalid(_("%(value)s is not an incident with a date and a place"), value=raw)
    given = {key: value for key, value in raw.items() if value is not None}
    problems = [Problem(str(key), _("this key does not exist")) for key in given if key not in _KEYS]
    problems += [Problem(key, _("this is missing")) for key in ("date", "place") if key not in given]
    parsed: dict[str, object] = {}
    for key, parse in (
        ("date", lambda value: parse_partial(value, until)),
        ("precision", lambda value: _code(PRECISIONS, value)),
        ("place", lambda value: _code(PLACES, value)),
        ("what", clean_text),
        ("evidence", clean_text),
        ("reported", _boolean),
    ):
        if key in given:
            try:
                parsed[key] = parse(given[key])
            except InvalidInputError as refused:
                problems += [problem.under(key) for problem in refused.problems]
    when = parsed.get("date")
    if isinstance(when, str) and is_month(when) and parsed.get("precision", "day") == "day":
        problems.append(Problem("date", _("a month needs the precision month or about")))
    if problems:
        raise InvalidInputError(problems)
    return Incident(**parsed)  # type: ignore[arg-type]  # each value was parsed to the type of its field


def _code(choices: Sequence[Choice], raw: object) -> str:
    if not isinstance(raw, str) or raw not in [choice.code for choice in choices]:
        raise invalid(_("%(value)s is not one of the answers"), value=raw)
    return raw


def _boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise invalid(_("%(value)s is not true or false"), value=raw)
    return raw


def in_time_order(incidents: Sequence[Incident]) -> tuple[Incident, ...]:
    """The incidents from the earliest to the latest; those of one day in the order given."""
    return tuple(sorted(incidents, key=lambda incident: first_day(incident.date)))
