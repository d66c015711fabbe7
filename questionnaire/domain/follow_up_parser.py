"""Parse outcomes, consultations and decisions from the form they are stored in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.breaches import parse_breach
from questionnaire.domain.dates import parse_day
from questionnaire.domain.errors import InvalidInputError, Problem, invalid
from questionnaire.domain.follow_up import (
    HELP_CHOICES,
    OUTCOME_STATES,
    PARTIES,
    PLANNED,
    REPORTING_CHOICES,
    SUBJECTS,
    Consultation,
    Decision,
    FollowUp,
    Outcome,
    sorted_follow_up,
)
from questionnaire.domain.items import codes_of
from questionnaire.domain.parsing import Parse, parse_code, parse_list, parse_name, parse_object
from questionnaire.domain.text import clean_text

_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def parse_outcome(raw: object, until: date) -> Outcome:
    """Return an outcome. Raise InvalidInputError with every problem.

    `until` is the last day on which something can have been done; what is planned may come later.
    """
    is_planned = isinstance(raw, Mapping) and raw.get("state") == PLANNED
    parsers: dict[str, Parse] = {
        "what": lambda value: parse_code(value, SUBJECTS),
        "state": lambda value: parse_code(value, codes_of(OUTCOME_STATES)),
        "who": parse_name,
        "on": lambda value: parse_day(value, date.max if is_planned else until),
        "why": clean_text,
        "told_on": lambda value: parse_day(value, until),
    }
    return Outcome(**parse_object(raw, parsers, ("what", "state")))  # type: ignore[arg-type]


def parse_consultation(raw: object, until: date) -> Consultation:
    """Return a consultation, not after `until`. Raise InvalidInputError with every problem."""
    parsers: dict[str, Parse] = {
        "party": lambda value: parse_code(value, codes_of(PARTIES)),
        "name": parse_name,
        "on": lambda value: parse_day(value, until),
        "time": _parse_time,
        "result": clean_text,
        "told_on": lambda value: parse_day(value, until),
    }
    return Consultation(**parse_object(raw, parsers, ("party",)))  # type: ignore[arg-type]


def parse_decision(raw: object, until: date) -> Decision:
    """Return the two decisions, not after `until`. Raise InvalidInputError with every problem."""
    parsers: dict[str, Parse] = {
        "reporting": lambda value: parse_code(value, codes_of(REPORTING_CHOICES)),
        "help": lambda value: parse_code(value, codes_of(HELP_CHOICES)),
        "helper": parse_name,
        "ground": clean_text,
        "on": lambda value: parse_day(value, until),
        "told_on": lambda value: parse_day(value, until),
    }
    return Decision(**parse_object(raw, parsers))  # type: ignore[arg-type]


def parse_follow_up(raw: object, until: date) -> FollowUp:
    """Return the follow-up that `FollowUp.to_json` gave. Raise InvalidInputError with every problem."""
    parsers: dict[str, Parse] = {
        "outcomes": lambda value: _parse_outcomes(value, until),
        "consultations": lambda value: parse_list(value, lambda entry: parse_consultation(entry, until)),
        "decision": lambda value: parse_decision(value, until),
        "breaches": lambda value: parse_list(value, lambda entry: parse_breach(entry, until)),
    }
    parts = {
        "outcomes": (),
        "consultations": (),
        "decision": None,
        "breaches": (),
        **parse_object(raw, parsers),
    }
    return sorted_follow_up(**parts)  # type: ignore[arg-type]  # each part was parsed to its type


def _parse_outcomes(raw: object, until: date) -> tuple[Outcome, ...]:
    outcomes = parse_list(raw, lambda entry: parse_outcome(entry, until))
    codes = [outcome.what for outcome in outcomes]
    if repeated := {code for code in codes if codes.count(code) > 1}:
        raise InvalidInputError(
            Problem("", _("%(value)s stands in the list twice"), {"value": code}) for code in sorted(repeated)
        )
    return outcomes


def _parse_time(raw: object) -> str:
    if not isinstance(raw, str) or not _TIME.fullmatch(raw):
        raise invalid(_("%(value)s is not a time as 14:30"), value=raw)
    return raw
