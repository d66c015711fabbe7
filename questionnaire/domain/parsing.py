"""Parse what stored records and answers files are made of: codes, lists, and objects with known keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.errors import InvalidInputError, Problem, invalid

Parse = Callable[[object], object]
Parsed = TypeVar("Parsed")


def parse_code(raw: object, codes: Collection[str]) -> str:
    """Return one of these codes. Raise InvalidInputError for anything else."""
    if not isinstance(raw, str) or raw not in codes:
        raise invalid(_("%(value)s is not one of the answers"), value=raw)
    return raw


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
