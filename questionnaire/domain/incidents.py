"""Define and parse incidents: what happened, when and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.dates import first_day, is_full, is_month, is_year, parse_partial_date
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
UNKNOWN_PLACE: Final = Choice("unknown", _("Not known where"))
#: Every place that an incident can have.
ALL_PLACES: Final = (*PLACES, UNKNOWN_PLACE)


#: What an incident was taken from, when it was not told in the conversation.
SOURCES: Final = (
    Choice("log", _("From the client's own log")),
    Choice("chat", _("From a chat")),
    Choice("calls", _("From a list of calls")),
)
#: The texts of an incident. It says something by its date or by one of these.
TEXTS: Final = ("as_told", "what", "by", "witness", "evidence", "report_number")
MOST_TIMES: Final = 9999

_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, or a run of the same: "called 41 times" is one, with `times` 41.

    `date` is YYYY-MM-DD, YYYY-MM or YYYY, "" when none is known; `until`, its last day, has the same form.
    `time` is HH:MM. `as_told` is when it was in the client's words, alone or beside a date, and `by` who did
    it when that was not this person. `source` is a code of `SOURCES`, "" when it was told.

    Texts are "" and `reported` (to the police) is None when they were not recorded; `precision` is ""
    without a date. `is_unreadable` says that one is stored, and nothing of it can be read any more.
    """

    date: str = ""
    place: str = "unknown"
    precision: str = "day"
    what: str = ""
    evidence: str = ""
    reported: bool | None = None
    until: str = ""
    time: str = ""
    times: int = 1
    as_told: str = ""
    by: str = ""
    witness: str = ""
    report_number: str = ""
    source: str = ""
    is_unreadable: bool = False

    @property
    def last_date(self) -> str:
        """The date it ended; "" when it has none."""
        return self.until or self.date

    def to_json(self) -> dict[str, object]:
        """Return the form it has in an answers file and in a summary; null for what was not recorded.

        It has a `source` when it was taken from a log.
        """
        source = {"source": self.source} if self.source else {}
        return {
            "date": self.date or None,
            "precision": self.precision or None,
            "place": self.place,
            "what": self.what or None,
            "evidence": self.evidence or None,
            "reported": self.reported,
            "until": self.until or None,
            "time": self.time or None,
            "times": self.times,
            "as_told": self.as_told or None,
            "by": self.by or None,
            "witness": self.witness or None,
            "report_number": self.report_number or None,
            **source,
        }


def parse_incident(raw: object, until: date) -> Incident:
    """Return an incident from the form it has in an answers file, not after `until`.

    Raise InvalidInputError with every problem.
    """
    if not isinstance(raw, Mapping):
        raise invalid(_("%(value)s is not an incident"), value=raw)
    parsers: dict[str, Parse] = {
        "date": lambda value: parse_partial_date(value, until),
        "precision": lambda value: parse_code(value, codes_of(PRECISIONS)),
        "until": lambda value: parse_partial_date(value, until),
        "time": _parse_time,
        "times": _parse_times,
        "place": lambda value: parse_code(value, codes_of(ALL_PLACES)),
        "reported": _parse_boolean,
        "source": lambda value: parse_code(value, codes_of(SOURCES)),
        **dict.fromkeys(TEXTS, clean_text),
    }
    parsed, problems = parse_keys(raw, parsers, ())
    problems += _problems_with_dates(parsed)
    if not problems and not parsed.get("date") and not any(parsed.get(text) for text in TEXTS):
        problems.append(Problem("", _("an incident needs a date, or something that was told")))
    if problems:
        raise InvalidInputError(problems)
    parsed["precision"] = _precision(parsed)
    return Incident(**parsed)  # type: ignore[arg-type]  # each value was parsed to the type of its field


def _problems_with_dates(parsed: Mapping[str, object]) -> Iterator[Problem]:
    when, last, precision = (parsed.get(key) for key in ("date", "until", "precision"))
    if isinstance(when, str):
        if precision == "day" and not is_full(when):
            yield Problem("precision", _("a day needs a full date"))
        if precision == "month" and is_year(when):
            yield Problem("precision", _("a year needs the precision about"))
        if isinstance(last, str) and first_day(last) < first_day(when):
            yield Problem("until", _("%(value)s is before the date"), {"value": last})
    elif last is not None:
        yield Problem("until", _("this needs a date"))


def _precision(parsed: Mapping[str, object]) -> object:
    """Return the precision that was given, or that of the date; "" without a date."""
    when = parsed.get("date")
    if not isinstance(when, str):
        return ""
    shown = "day" if is_full(when) else "month" if is_month(when) else "about"
    return parsed.get("precision", shown)


def _parse_time(raw: object) -> str:
    if not isinstance(raw, str) or not _TIME.fullmatch(raw):
        raise invalid(_("%(value)s is not a time as HH:MM"), value=raw)
    return raw


def _parse_times(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= MOST_TIMES:
        raise invalid(_("%(value)s is not between 1 and %(most)s"), value=raw, most=MOST_TIMES)
    return raw


def _parse_boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise invalid(_("%(value)s is not true or false"), value=raw)
    return raw


#: The incident that stands in a log for one that cannot be read any more: it counts, and is left out nowhere.
UNREADABLE: Final = Incident(precision="", is_unreadable=True)


def count_incidents(incidents: Iterable[Incident]) -> int:
    """Return how many incidents these lines of a log stand for: the sum of their times."""
    return sum(incident.times for incident in incidents)


def chronological(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """Return the incidents from the earliest to the latest, by first day and time; undated ones come last.

    Those of one moment, and those without a date, stay in their order.
    """
    return tuple(sorted(incidents, key=moment))


def moment(incident: Incident) -> tuple[date, str]:
    """Return what incidents are ordered by: the first day and time; undated ones have the last day of all."""
    return (first_day(incident.date), incident.time) if incident.date else (date.max, "")


def last_to_end(incidents: Iterable[Incident]) -> Incident | None:
    """Return the incident that ended last, of those of one moment the last one; None when none has a date."""
    dated = [incident for incident in incidents if incident.date]
    dated.sort(key=lambda incident: (first_day(incident.last_date), moment(incident)))
    return dated[-1] if dated else None
