"""Define and parse incidents: what happened, when and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.dates import first_day, is_month, parse_partial_date
from questionnaire.domain.errors import InvalidInputError, Problem, invalid
from questionnaire.domain.items import Choice, codes_of
from questionnaire.domain.parsing import Parse, parse_code, parse_keys
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
        """Return the form it has in an answers file and in a summary; null for what was not recorded."""
        return {
            "date": self.date,
            "precision": self.precision,
            "place": self.place,
            "what": self.what or None,
            "evidence": self.evidence or None,
            "reported": self.reported,
        }


def parse_incident(raw: object, until: date) -> Incident:
    """Return an incident from the form it has in an answers file, not after `until`.

    Raise InvalidInputError with every problem.
    """
    if not isinstance(raw, Mapping):
        raise invalid(_("%(value)s is not an incident with a date and a place"), value=raw)
    parsers: dict[str, Parse] = {
        "date": lambda value: parse_partial_date(value, until),
        "precision": lambda value: parse_code(value, codes_of(PRECISIONS)),
        "place": lambda value: parse_code(value, codes_of(PLACES)),
        "what": clean_text,
        "evidence": clean_text,
        "reported": _parse_boolean,
    }
    parsed, problems = parse_keys(raw, parsers, ("date", "place"))
    when = parsed.get("date")
    if isinstance(when, str) and is_month(when) and parsed.get("precision", "day") == "day":
        problems.append(Problem("date", _("a month needs the precision month or about")))
    if problems:
        raise InvalidInputError(problems)
    return Incident(**parsed)  # type: ignore[arg-type]  # each value was parsed to the type of its field


def _parse_boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise invalid(_("%(value)s is not true or false"), value=raw)
    return raw


def chronological(incidents: Sequence[Incident]) -> tuple[Incident, ...]:
    """Return the incidents from the earliest to the latest; those of one day stay in their order."""
    return tuple(sorted(incidents, key=lambda incident: first_day(incident.date)))
