"""Summarise an intake in one object, which every page, PDF, text and JSON reads. The fear comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.advice.complaint import ComplaintDate, complaint_date
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.engine import Advice, Because, advise, because, levels, overall
from questionnaire.domain.advice.fear import opening
from questionnaire.domain.advice.open_questions import OpenQuestion, open_questions
from questionnaire.domain.advice.pattern import Pattern, pattern
from questionnaire.domain.advice.reporting_code import ReportingCode, reporting_code
from questionnaire.domain.advice.signs import also_concerning, danger_signs
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS, SECTION_OF
from questionnaire.domain.contacts import PHONE_NUMBERS
from questionnaire.domain.dates import format_date
from questionnaire.domain.incidents import Incident, chronological, count_incidents
from questionnaire.domain.terms import LATEST, Terms

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

VERSION: Final = 1

LIMITS: Final = _(
    "This overview predicts nothing. It does not replace a risk assessment by the police. "
    "There can be danger without any signs."
)

_NO_CONCERN_SECTIONS: Final = frozenset({"fear", "impact", "own_view"})
_CONCERNS: Final = tuple(
    (item.id, item.raised_codes)
    for item in ITEMS.values()
    if item.raised_codes and SECTION_OF[item.id].id not in _NO_CONCERN_SECTIONS
)


@dataclass(frozen=True, slots=True)
class Fear:
    """What the client tells about the fear. None means not answered; ("none",) is the answer none.

    `opening` is the first sentence of every summary. It never says of a client what the client denies.
    """

    own_words: str | None
    level: int | None
    feared: tuple[str, ...] | None
    change: str | None
    life_changes: tuple[str, ...] | None
    opening_text: StrPromise

    @property
    def opening(self) -> str:
        """Return the first sentence of every summary, in the active language."""
        return str(self.opening_text)


@dataclass(frozen=True, slots=True)
class Concern:
    """A raised answer outside the sections about fear, impact and the professional's own assessment."""

    item: str
    codes: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the name of the item and the texts of its codes: "Threats: Killing, Harming a pet"."""
        item = ITEMS[self.item]
        return f"{item.label}: {', '.join(map(item.text_of, self.codes))}"


@dataclass(frozen=True, slots=True)
class Summary:
    """All that follows from one intake. It consists of codes; its texts come in the active language.

    `danger_signs` and `also_concerning` are the answers to name on page one, each answer in one of them.
    `complaint_by` is when a complaint for prosecution may have to be made; None when nothing has a date.
    """

    urgency: Urgency
    fear: Fear
    wishes: str | None
    danger_signs: tuple[Because, ...]
    also_concerning: tuple[Because, ...]
    complaint_by: date | None
    advice: tuple[Advice, ...]
    pattern: Pattern
    incidents: tuple[Incident, ...]
    concerns: tuple[Concern, ...]
    reporting_code: ReportingCode
    open_questions: tuple[OpenQuestion, ...]
    reassess_on: date

    @property
    def limits(self) -> str:
        """Return what a summary does not do, in the active language."""
        return str(LIMITS)

    @property
    def police_urgency(self) -> Urgency:
        """Return how soon to consult the police: always given; lists are sorted on it after the urgency."""
        return next(advice.urgency for advice in self.advice if advice.code == "consult_police")


def summarise(answers: Answers, incidents: Sequence[Incident], on: date, terms: Terms = LATEST) -> Summary:
    """Return the summary of a conversation on the day `on`, with the day to look again by these terms."""
    facts = Facts(answers.codes, count_incidents(incidents))
    advice_levels = levels(facts)
    urgency = overall(advice_levels)
    behaviour = pattern(answers, incidents)
    reassess_on = terms.reassess_on(on, urgency)
    complaint = complaint_date(answers, incidents, on)
    values = {
        **PHONE_NUMBERS,
        "pattern": behaviour,
        "reassess_on": _LazyDate(reassess_on),
        **_complaint_values(complaint),
    }
    return Summary(
        urgency=urgency,
        fear=_fear(answers, facts),
        wishes=answers.text("client_wishes"),
        danger_signs=danger_signs(facts),
        also_concerning=also_concerning(facts),
        complaint_by=complaint.day if complaint else None,
        advice=advise(facts, advice_levels, values),
        pattern=behaviour,
        incidents=chronological(incidents),
        concerns=_concerns(facts),
        reporting_code=reporting_code(facts, values),
        open_questions=open_questions(answers, facts, advice_levels),
        reassess_on=reassess_on,
    )


@dataclass(frozen=True, slots=True)
class _LazyDate:
    """A date in a sentence, formatted in the language that is active when the sentence is."""

    day: date

    def __str__(self) -> str:
        return format_date(self.day)


def _complaint_values(complaint: ComplaintDate | None) -> dict[str, _LazyDate | None]:
    """Return what sentences may name: the date where it is certain, or where it is not; None elsewhere."""
    day = _LazyDate(complaint.day) if complaint else None
    is_certain = complaint is not None and complaint.is_certain
    return {
        "complaint_by": day if is_certain else None,
        "complaint_by_uncertain": None if is_certain else day,
    }


def _fear(answers: Answers, facts: Facts) -> Fear:
    level = answers.get("fear_level")
    return Fear(
        own_words=answers.text("fear_own_words"),
        level=level if isinstance(level, int) else None,
        feared=_codes(answers, "feared_events"),
        change=answers.text("fear_change"),
        life_changes=_codes(answers, "life_changes"),
        opening_text=opening(facts),
    )


def _codes(answers: Answers, item_id: str) -> tuple[str, ...] | None:
    value = answers.get(item_id)
    return value if isinstance(value, tuple) else None


def _concerns(facts: Facts) -> tuple[Concern, ...]:
    signs = [(item_id, raised & facts.codes[item_id]) for item_id, raised in _CONCERNS]
    return tuple([Concern(item_id, because(item_id, codes).codes) for item_id, codes in signs if codes])


def to_json(summary: Summary, *, reference: str, on: date, language: str) -> dict[str, object]:
    """Return the summary as data for JSON. Its texts are in the active language, which must be `language`."""
    fear = summary.fear
    return {
        "version": VERSION,
        "reference": reference or None,
        "date": on.isoformat(),
        "language": language,
        "urgency": summary.urgency.code,
        "fear": {
            "opening": fear.opening,
            "words": fear.own_words,
            "level": fear.level,
            "feared": _listed(fear.feared),
            "change": fear.change,
            "life_changes": _listed(fear.life_changes),
        },
        "wishes": summary.wishes,
        "danger_signs": [sign.item for sign in summary.danger_signs],
        "also_concerning": [sign.item for sign in summary.also_concerning],
        "complaint_by": summary.complaint_by.isoformat() if summary.complaint_by else None,
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
