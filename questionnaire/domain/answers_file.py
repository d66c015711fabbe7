"""Parse an answers file: one intake as a JSON object, checked strictly, with every problem named."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import parse_day
from questionnaire.domain.errors import InvalidInputError, Problem, invalid
from questionnaire.domain.incidents import Incident, parse_incident
from questionnaire.domain.items import codes_of
from questionnaire.domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from questionnaire.domain.parsing import Parsed, parse_code
from questionnaire.domain.sources import SOURCES
from questionnaire.domain.text import clean_text

VERSION: Final = 1

_REQUIRED: Final = ("version", "answers")

#: Digits. Python raises an error for an integer of thousands, and no answer has more than two.
_MAX_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class IntakeFile:
    """The content of an answers file, checked. `date` is the day of the conversation."""

    date: date
    answers: Answers
    language: str = DEFAULT_LANGUAGE
    reference: str = ""
    author: str = ""
    running_note: str = ""
    view: str = ""
    incidents: tuple[Incident, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


class _JsonObject(dict[str, Any]):
    """A JSON object that remembers its duplicate keys."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(key for key, _value in pairs)
        self.duplicates = tuple(key for key, count in counts.items() if count > 1)


def read_json(text: str) -> object:
    """Return JSON for `parse_intake`, which names the duplicate keys and the huge numbers in it.

    Raise InvalidInputError when it is no JSON, or nested deeper than any answers file.
    """
    try:
        return json.loads(text, object_pairs_hook=_JsonObject, parse_int=_number)
    except RecursionError:
        raise invalid(_("this is nested too deep")) from None
    except json.JSONDecodeError as error:
        raise invalid(
            _("this is not JSON (line %(line)s, column %(column)s)"), line=error.lineno, column=error.colno
        ) from None


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def parse_intake(data: object, until: date) -> IntakeFile:
    """Return the intake in the JSON of an answers file. Raise InvalidInputError with every problem in it.

    `until` is today: no date may be after it, and it is the date of the conversation when there is none.
    """
    reader = _Reader(until)
    intake = reader.read(data)
    if intake is None:
        raise InvalidInputError(reader.problems)
    return intake


class _Reader:
    """Reads all parts, so that every problem is named at once."""

    def __init__(self, until: date) -> None:
        self.until = until
        self.problems: list[Problem] = []

    def read(self, data: object) -> IntakeFile | None:
        if not isinstance(data, Mapping):
            raise invalid(_("%(value)s is not an object with keys"), value=data)
        top = self.mapping("", data)
        self.problems += [Problem(key, _("this is missing")) for key in _REQUIRED if key not in top]
        self.part(top, "version", _version, None)
        parts = {
            "date": self.part(top, "date", lambda raw: parse_day(raw, self.until), self.until),
            "language": self.part(top, "language", lambda raw: parse_code(raw, LANGUAGES), DEFAULT_LANGUAGE),
            "answers": self.answers(top),
            "incidents": self.incidents(top.pop("incidents", None)),
            "notes": self.by_item(top, "notes", clean_text),
            "reasons": self.by_item(top, "reasons", clean_text),
            "sources": self.by_item(top, "sources", lambda raw: parse_code(raw, codes_of(SOURCES))),
        }
        texts = {
            key: self.part(top, key, clean_text, "")
            for key in ("reference", "author", "running_note", "view")
        }
        self.problems += [Problem(str(key), _("this key does not exist")) for key in top]
        return None if self.problems else IntakeFile(**parts, **texts)  # type: ignore[arg-type]

    def mapping(self, path: str, raw: object) -> dict[str, Any]:
        """Return the keys of an object that are not null; note a problem for anything else."""
        if not isinstance(raw, Mapping):
            self.problems.append(Problem(path, _("%(value)s is not an object with keys"), {"value": raw}))
            return {}
        self.problems += [
            Problem(f"{path}.{key}" if path else key, _("this key stands twice"))
            for key in getattr(raw, "duplicates", ())
        ]
        return {key: value for key, value in raw.items() if value is not None}

    def part(
        self, top: dict[str, Any], key: str, parse: Callable[[object], Parsed], default: Parsed | None
    ) -> Parsed | None:
        if (raw := top.pop(key, None)) is None:
            return default
        return self.attempt(key, parse, raw)

    def attempt(self, path: str, parse: Callable[[object], Parsed], raw: object) -> Parsed | None:
        try:
            return parse(raw)
        except InvalidInputError as error:
            self.problems += [problem.under(path) for problem in error.problems]
            return None

    def answers(self, top: dict[str, Any]) -> Answers | None:
        if "answers" not in top:
            return None
        raw = self.mapping("answers", top.pop("answers"))
        for item_id, value in raw.items():
            if getattr(value, "duplicates", ()):
                self.mapping(f"answers.{item_id}", value)
        return self.attempt("answers", lambda answers: Answers.parse(answers, self.until), raw)  # type: ignore[arg-type]

    def incidents(self, raw: object) -> tuple[Incident, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list):
            self.problems.append(Problem("incidents", _("%(value)s is not a list"), {"value": raw}))
            return ()
        found = []
        for number, entry in enumerate(raw, start=1):
            path = f"incidents.{number}"
            if getattr(entry, "duplicates", ()):
                self.mapping(path, entry)
            found.append(self.attempt(path, lambda incident: parse_incident(incident, self.until), entry))
        return tuple(incident for incident in found if incident is not None)

    def by_item(self, top: dict[str, Any], key: str, parse: Callable[[object], str]) -> dict[str, str]:
        raw = self.mapping(key, top.pop(key)) if key in top else {}
        found = {}
        for item_id, value in raw.items():
            if item_id not in ITEMS:
                self.problems.append(Problem(f"{key}.{item_id}", _("this question does not exist")))
            elif text := self.attempt(f"{key}.{item_id}", parse, value):
                found[item_id] = text
        return found


def _version(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw != VERSION:
        raise invalid(_("%(value)s is not a version that is known here; it must be 1"), value=raw)
    return raw
