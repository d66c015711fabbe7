"""The summary: one object that every page, PDF, text and JSON reads. Fear comes first by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.engine import Advice, Because, advise, because, in_order, levels
from questionnaire.domain.advice.open_questions import OpenQuestion, open_questions
from questionnaire.domain.advice.pattern import Pattern, pattern
from questionnaire.domain.advice.reporting_code import ReportingCode, reporting_code
from questionnaire.domain.advice.rules import DANGER_SIGN, FEAR, FEAR_BEYOND_WORDS
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS, SECTION_OF
from questionnaire.domain.contacts import NUMBERS
from questionnaire.domain.dates import words
from questionnaire.domain.incidents import Incident, in_time_order

VERSION: Final = 1

LIMITS: Final = _(
    "This overview predicts nothing. It does not replace a risk assessment by the police. "
    "There can be danger without any signs."
)

_FEAR_SAID: Final = _("The client is afraid. We take that seriously.")
_FEAR_IN_WORDS: Final = _("The client's own words come first. Read them as they stand.")
_FEAR_NOT_SAID: Final = _("The client names no fear (yet). That says nothing about the danger.")

_NO_CONCERN_SECTIONS: Final = frozenset({"fear", "impact", "own_view"})
_CONCERNS: Final = tuple(
    item
    for item in ITEMS.values()
    if item.raised_codes and SECTION_OF[item.id].id not in _NO_CONCERN_SECTIONS
)


@dataclass(frozen=True, slots=True)
class Terms:
    """After how many days to look again: at the levels now and today, and at the others."""

    urgent: int = 3
    other: int = 14


@dataclass(frozen=True, slots=True)
class Fear:
    """What the client says of the fear. None is absent (not answered); ("none",) is the answer none."""

    words: str | None
    level: int | None
    feared: tuple[str, ...] | None
    change: str | None
    life_changes: tuple[str, ...] | None
    expressed: bool
    beyond_words: bool

    @property
    def opening(self) -> str:
        """The first sentence of every summary, in the active language."""
        if self.beyond_words:
            return str(_FEAR_SAID)
        return str(_FEAR_IN_WORDS if self.expressed else _FEAR_NOT_SAID)


@dataclass(frozen=True, slots=True)
class Concern:
    """A raised answer outside the sections about fear, impact and the professional's own view."""

    item: str
    codes: tuple[str, ...]

    @property
    def text(self) -> str:
        return described(self)


@dataclass(frozen=True, slots=True)
class Summary:
    """All that is said about one intake. It holds codes; its words come in the active language."""

    urgency: Urgency
    fear: Fear
    wishes: str | None
    danger_signs: tuple[Because, ...]
    advice: tuple[Advice, ...]
    pattern: Pattern
    incidents: tuple[Incident, ...]
    concerns: tuple[Concern, ...]
    reporting_code: ReportingCode
    open_questions: tuple[OpenQuestion, ...]
    reassess_on: date

    @property
    def limits(self) -> str:
        return str(LIMITS)

    @property
    def police_urgency(self) -> Urgency:
        """How soon to consult the police: always given, and what lists are sorted on after the urgency."""
        return next(advice.urgency for advice in self.advice if advice.code == "consult_police")


def described(because: Because | Concern) -> str:
    """An answer in words: the name of the item and the options chosen."""
    item = ITEMS[because.item]
    return f"{item.label}: {', '.join(item.text_of(code) for code in because.codes)}"


def summarise(answers: Answers, incidents: Sequence[Incident], on: date, terms: Terms = Terms()) -> Summary:
    """The summary of a conversation held on the date `on`."""
    facts = Facts(answers.codes, len(incidents))
    given = levels(facts)
    urgency = max(given.values())
    the_pattern = pattern(answers, incidents)
    reassess_on = on + timedelta(days=terms.urgent if urgency >= Urgency.TODAY else terms.other)
    values = {**NUMBERS, "pattern": the_pattern, "reassess_on": _Day(reassess_on)}
    return Summary(
        urgency=urgency,
        fear=_fear(answers, facts),
        wishes=answers.text("client_wishes"),
        danger_signs=in_order(DANGER_SIGN.because(facts)),
        advice=advise(facts, given, values),
        pattern=the_pattern,
        incidents=in_time_order(incidents),
        concerns=_concerns(facts),
        reporting_code=reporting_code(facts, values),
        open_questions=open_questions(answers, facts, given),
        reassess_on=reassess_on,
    )


@dataclass(frozen=True, slots=True)
class _Day:
    """A date that a sentence names, in words of the language in which the sentence is said."""

    day: date

    def __str__(self) -> str:
        return words(self.day.isoformat())


def _fear(answers: Answers, facts: Facts) -> Fear:
    level = answers.get("fear_level")
    return Fear(
        words=answers.text("fear_own_words"),
        level=level if isinstance(level, int) else None,
        feared=_chosen(answers, "feared_events"),
        change=answers.text("fear_change"),
        life_changes=_chosen(answers, "life_changes"),
        expressed=FEAR.holds(facts),
        beyond_words=FEAR_BEYOND_WORDS.holds(facts),
    )


def _chosen(answers: Answers, item_id: str) -> tuple[str, ...] | None:
    value = answers.get(item_id)
    return value if isinstance(value, tuple) else None


def _concerns(facts: Facts) -> tuple[Concern, ...]:
    signs = ((item, item.raised_codes & facts.codes[item.id]) for item in _CONCERNS)
    return tuple(Concern(item.id, because(item.id, codes).codes) for item, codes in signs if codes)


def to_json(summary: Summary, *, reference: str, on: date, language: str) -> dict[str, object]:
    """The machine-readable summary, its words in the active language, which is to be `language`."""
    fear = summary.fear
    return {
        "version": VERSION,
        "reference": reference or None,
        "date": on.isoformat(),
        "language": language,
        "urgency": summary.urgency.code,
        "fear": {
            "opening": fear.opening,
            "words": fear.words,
            "level": fear.level,
            "feared": _listed(fear.feared),
            "change": fear.change,
            "life_changes": _listed(fear.life_changes),
        },
        "wishes": summary.wishes,
        "danger_signs": [sign.item for sign in summary.danger_signs],
        "advice": [_advice_to_json(advice) for advice in summary.advice],
        "pattern": {
            "sentence": summary.pattern.sentence,
            "behaviours": [
                {"place": cell.place, "behaviour": cell.behaviour, "frequency": cell.frequency}
                for cell in summary.pattern.behaviours
            ],
            "since": summary.pattern.since,
        },
        "incidents": [incident.to_json() for incident in summary.incidents],
        "concerns": [
            {"item": concern.item, "codes": list(concern.codes), "text": concern.text}
            for concern in summary.concerns
        ],
        "reporting_code": {
            "applies": summary.reporting_code.applies,
            "steps": [
                {"step": step.number, "title": step.title, "text": step.text}
                for step in summary.reporting_code.steps
            ],
            "acute": list(summary.reporting_code.acute),
            "structural": list(summary.reporting_code.structural),
        },
        "open_questions": [question.to_json() for question in summary.open_questions],
        "reassess_on": summary.reassess_on.isoformat(),
        "limits": summary.limits,
    }


def _listed(codes: tuple[str, ...] | None) -> list[str] | None:
    return None if codes is None else list(codes)


def _advice_to_json(advice: Advice) -> dict[str, object]:
    contact: object = list(advice.contacts)
    if len(advice.contacts) <= 1:
        contact = advice.contacts[0] if advice.contacts else None
    return {
        "code": advice.code,
        "urgency": advice.urgency.code,
        "title": advice.title,
        "text": advice.text,
        "because": [because.to_json() for because in advice.because],
        "source": advice.source,
        "decides": advice.decides,
        "contact": contact,
    }
