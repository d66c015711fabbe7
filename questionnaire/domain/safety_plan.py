"""Define the safety plan of a case: what is agreed about each part, who does what, and when.

A plan takes no danger away, so nothing here says that anyone is safe, and what is not written down is not a
"no". `lines()` gives agreements as text in the active language, not yet escaped for HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from questionnaire.domain.dates import format_date, parse_partial_date
from questionnaire.domain.errors import invalid
from questionnaire.domain.parsing import Parse, parse_list, parse_object
from questionnaire.domain.safety_plan_parts import PART_OF, PARTS, Part
from questionnaire.domain.text import clean_text, escape_controls

_MAX_LINE: Final = 200  # characters
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreed action. `when` is a date, YYYY-MM-DD or YYYY-MM, or text; "" was not agreed yet.

    `done` says that it was taken care of, and False no more than that nobody said so.
    """

    what: str
    who: str = ""
    when: str = ""
    done: bool = False

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in, without what was not recorded."""
        values = {"what": self.what, "who": self.who, "when": self.when, "done": self.done}
        return {key: value for key, value in values.items() if value}

    def line(self) -> str:
        """Return "New lock; who: the landlord; when: 26 March 2026; done"."""
        who, when = escape_controls(self.who), self.when_text
        parts = [escape_controls(self.what)]
        if who:
            parts.append(_("who: %(who)s") % {"who": who})
        if when:
            parts.append(_("when: %(when)s") % {"when": when})
        if self.done:
            parts.append(pgettext("agreement", "done"))
        return "; ".join(parts)

    @property
    def when_text(self) -> str:
        """Return when, as people write it."""
        return format_date(self.when) if is_date(self.when) else escape_controls(self.when)


@dataclass(frozen=True, slots=True)
class PartPlan:
    """What was written down and agreed about one part."""

    text: str = ""
    agreements: tuple[Agreement, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.agreements)

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in, without what was not recorded."""
        agreements = [agreement.to_json() for agreement in self.agreements]
        return {key: value for key, value in (("text", self.text), ("agreements", agreements)) if value}

    def lines(self) -> tuple[str, ...]:
        """Return the text and each agreement."""
        text = (escape_controls(self.text),) if self.text else ()
        return (*text, *(agreement.line() for agreement in self.agreements))


@dataclass(frozen=True, slots=True)
class Plan:
    """A safety plan: what there is about each part, by its code. A part without anything is not in it."""

    parts: Mapping[str, PartPlan] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in: `parse_plan` gives the same back."""
        return {code: part.to_json() for code, part in self.parts.items()}

    @property
    def filled(self) -> tuple[tuple[Part, PartPlan], ...]:
        """Each part about which there is something, in the order of `PARTS`."""
        return tuple((part, self.parts[part.code]) for part in PARTS if part.code in self.parts)

    @property
    def empty(self) -> tuple[Part, ...]:
        """The parts about which nothing is written down yet."""
        return tuple(part for part in PARTS if part.code not in self.parts)


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """The plan as somebody left it: which version it is, on which day, and by whom."""

    plan: Plan
    number: int
    on: date
    by: str


def is_date(when: str) -> bool:
    """Return whether this was stored as a date."""
    return bool(_ISO_DATE.fullmatch(when))


def changed_parts(before: Plan, after: Plan) -> tuple[str, ...]:
    """Return the codes of the parts that differ."""
    return tuple(part.code for part in PARTS if before.parts.get(part.code) != after.parts.get(part.code))


def parse_plan(raw: object) -> Plan:
    """Return the plan that `Plan.to_json` gave. Raise InvalidInputError with every problem."""
    parsers: dict[str, Parse] = dict.fromkeys(PART_OF, parse_part)
    parsed = parse_object(raw, parsers)
    return Plan({code: part for code, part in parsed.items() if part})  # type: ignore[misc]  # parsed above


def parse_part(raw: object) -> PartPlan:
    """Return what there is about one part. Raise InvalidInputError with every problem."""
    parsers: dict[str, Parse] = {
        "text": clean_text,
        "agreements": lambda value: parse_list(value, _parse_agreement),
    }
    return PartPlan(**parse_object(raw, parsers))  # type: ignore[arg-type]  # each was parsed to its type


def _parse_agreement(raw: object) -> Agreement:
    parsers: dict[str, Parse] = {
        "what": _parse_what,
        "who": _parse_line,
        "when": _parse_when,
        "done": _parse_done,
    }
    return Agreement(**parse_object(raw, parsers, ("what",)))  # type: ignore[arg-type]  # as above


def _parse_what(raw: object) -> str:
    what = clean_text(raw)
    if not what:
        raise invalid(gettext_lazy("Write down what was agreed."))
    return what


def _parse_line(raw: object) -> str:
    line = clean_text(raw)
    if len(line) > _MAX_LINE:
        template = gettext_lazy("the text has %(count)s characters; at most %(most)s fit")
        raise invalid(template, count=len(line), most=_MAX_LINE)
    return line


def _parse_when(raw: object) -> str:
    """Return a date or text. A date may come later, and has to exist."""
    when = _parse_line(raw)
    return parse_partial_date(when, until=date.max) if is_date(when) else when


def _parse_done(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise invalid(gettext_lazy("%(value)s is not yes or no"), value=raw)
    return raw
