"""Reading what came of the advice from the form it is stored in. What does not fit is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.dates import parse_day
from questionnaire.domain.errors import InvalidInputError, Problem, invalid
from questionnaire.domain.follow_up import (
    HELP,
    PARTIES,
    PLANNED,
    REPORTING,
    STATES,
    SUBJECTS,
    Consultation,
    Decision,
    FollowUp,
    Outcome,
    follow_up,
)
from questionnaire.domain.items import Choice
from questionnaire.domain.text import clean_text

Parsed = TypeVar("Parsed")

_Parse = Callable[[object], object]
_LONGEST_NAME: Final = 200
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def parse_outcome(raw: object, until: date) -> Outcome:
    """An outcome from the form it is stored in. Raises Refused with every problem.

    `until` is the last day on which something can have been done; what is planned may come later.
    """
    given = _object(raw)
    latest = date.max if given.get("state") == PLANNED else until
    parsers: dict[str, _Parse] = {
        "what": lambda value: _one_of(SUBJECTS, value),
        "state": lambda value: _code(STATES, value),
        "who": _name,
        "on": lambda value: parse_day(value, latest),
        "why": clean_text,
    }
    return Outcome(**_parsed(given, parsers, ("what", "state")))  # type: ignore[arg-type]


def parse_consultation(raw: object, until: date) -> Consultation:
    """A consultation from the form it is stored in, not after `until`. Raises Refused with every problem."""
    parsers: dict[str, _Parse] = {
        "party": lambda value: _code(PARTIES, value),
        "name": _name,
        "on": lambda value: parse_day(value, until),
        "time": _time,
        "result": clean_text,
    }
    return Consultation(**_parsed(_object(raw), parsers, ("party",)))  # type: ignore[arg-type]


def parse_decision(raw: object, until: date) -> Decision:
    """The decisions from the form they are stored in; `until` as above. Raises Refused with every problem."""
    parsers: dict[str, _Parse] = {
        "reporting": lambda value: _code(REPORTING, value),
        "help": lambda value: _code(HELP, value),
        "helper": _name,
        "ground": clean_text,
        "on": lambda value: parse_day(value, until),
    }
    return Decision(**_parsed(_object(raw), parsers, ()))  # type: ignore[arg-type]


def parse_follow_up(raw: object, until: date) -> FollowUp:
    """What `FollowUp.to_json` gave. Raises Refused with every problem."""
    parsers: dict[str, _Parse] = {
        "outcomes": lambda value: _outcomes(value, until),
        "consultations": lambda value: _each(value, lambda one: parse_consultation(one, until)),
        "decision": lambda value: parse_decision(value, until),
    }
    parts = {"outcomes": (), "consultations": (), "decision": None, **_parsed(_object(raw), parsers, ())}
    return follow_up(**parts)  # type: ignore[arg-type]  # each part was parsed to its type


def _outcomes(raw: object, until: date) -> tuple[Outcome, ...]:
    outcomes = _each(raw, lambda one: parse_outcome(one, until))
    codes = [outcome.what for outcome in outcomes]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise InvalidInputError(
            Problem("", _("%(value)s stands in the list twice"), {"value": code}) for code in sorted(twice)
        )
    return outcomes


def _each(raw: object, parse: Callable[[object], Parsed]) -> tuple[Parsed, ...]:
    if not isinstance(raw, list):
        raise invalid(_("%(value)s is not a list"), value=raw)
    parsed = []
    problems: list[Problem] = []
    for number, one in enumerate(raw, start=1):
        try:
            parsed.append(parse(one))
        except InvalidInputError as refused:
            problems += [problem.under(str(number)) for problem in refused.problems]
    if problems:
        raise InvalidInputError(problems)
    return tuple(parsed)


def _object(raw: object) -> dict[str, object]:
    """The keys of an object that are not null."""
    if not isinstance(raw, Mapping):
        raise invalid(_("%(value)s is not an object with keys"), value=raw)
    return {str(key): value for key, value in raw.items() if value is not None}


def _parsed(
    given: Mapping[str, object], parsers: Mapping[str, _Parse], required: Sequence[str]
) -> dict[str, object]:
    """Every key of an object parsed, or every problem in it."""
    problems = [Problem(key, _("this key does not exist")) for key in given if key not in parsers]
    problems += [Problem(key, _("this is missing")) for key in required if key not in given]
    parsed = {}
    for key, parse in parsers.items():
        if key in given:
            try:
                parsed[key] = parse(given[key])
            except InvalidInputError as refused:
                problems += [problem.under(key) for problem in refused.problems]
    if problems:
        raise InvalidInputError(problems)
    return parsed


def _code(choices: Sequence[Choice], raw: object) -> str:
    return _one_of([choice.code for choice in choices], raw)


def _one_of(codes: Sequence[str], raw: object) -> str:
    if not isinstance(raw, str) or raw not in codes:
        raise invalid(_("%(value)s is not one of the answers"), value=raw)
    return raw


def _name(raw: object) -> str:
    name = clean_text(raw)
    if len(name) > _LONGEST_NAME:
        raise invalid(
            _("the text has %(count)s characters; at most %(most)s fit"),
            count=len(name),
            most=_LONGEST_NAME,
        )
    return name


def _time(raw: object) -> str:
    if not isinstance(raw, str) or not _TIME.fullmatch(raw):
        raise invalid(_("%(value)s is not a time as 14:30"), value=raw)
    return raw
