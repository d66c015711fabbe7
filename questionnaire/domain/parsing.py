"""Parse what stored records and answers files are made of: codes, names, lists, and objects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final, TypeVar

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.errors import InvalidInputError, Problem, invalid
from questionnaire.domain.text import clean_text

#: The most characters of a name, a number or another text of one line.
_MAX_NAME: Final = 200

Parse = Callable[[object], object]
Parsed = TypeVar("Parsed")


def is_row_id(raw: str) -> bool:
    """Return whether this can be the number of a row: a longer one is an error in the database."""
    return raw.isdecimal() and len(raw) < 19


def parse_code(raw: object, codes: Collection[str]) -> str:
    """Return one of these codes. Raise InvalidInputError for anything else."""
    if not isinstance(raw, str) or raw not in codes:
        raise invalid(_("%(value)s is not one of the answers"), value=raw)
    return raw


def parse_name(raw: object) -> str:
    """Return a text that fits on one line of a form. Raise InvalidInputError for a longer one."""
    name = clean_text(raw)
    if len(name) > _MAX_NAME:
        raise invalid(
            _("the text has %(count)s characters; at most %(most)s fit"), count=len(name), most=_MAX_NAME
        )
    return name


def parse_list(raw: object, parse: Callable[[object], Parsed]) -> tuple[Parsed, ...]:
    """Return each entry of a list, parsed. Raise InvalidInputError with the problems of all entries."""
    if not isinstance(raw, list):
        raise invalid(_("%(value)s is not a list"), value=raw)
    parsed = []
    problems: list[Problem] = []
    for number, entry in enumerate(raw, start=1):
        try:
            parsed.append(parse(entry))
        except InvalidInputError as error:
            problems += [problem.under(str(number)) for problem in error.problems]
    if problems:
        raise InvalidInputError(problems)
    return tuple(parsed)


def parse_object(
    raw: object, parsers: Mapping[str, Parse], required: Collection[str] = ()
) -> dict[str, object]:
    """Return the value of each key of an object, parsed. Raise InvalidInputError with every problem in it.

    A key whose value is null counts as absent.
    """
    if not isinstance(raw, Mapping):
        raise invalid(_("%(value)s is not an object with keys"), value=raw)
    parsed, problems = parse_keys(raw, parsers, required)
    if problems:
        raise InvalidInputError(problems)
    return parsed


def parse_keys(
    raw: Mapping[object, object], parsers: Mapping[str, Parse], required: Collection[str]
) -> tuple[dict[str, object], list[Problem]]:
    """Return what could be parsed of an object, and the problems, for a caller that checks more."""
    present = {str(key): value for key, value in raw.items() if value is not None}
    problems = [Problem(key, _("this key does not exist")) for key in present if key not in parsers]
    problems += [Problem(key, _("this is missing")) for key in required if key not in present]
    parsed = {}
    for key, parse in parsers.items():
        if key in present:
            try:
                parsed[key] = parse(present[key])
            except InvalidInputError as error:
                problems += [problem.under(key) for problem in error.problems]
    return parsed, problems


def record_to_json(record: Any) -> dict[str, object]:
    """Return the form that a record, a dataclass, is stored in; null for what was not recorded."""
    return {
        key: value.isoformat() if isinstance(value, date) else value or None
        for key, value in asdict(record).items()
    }
