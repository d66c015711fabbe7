"""What stands beside the questions: where we are, how urgent it is, what to ask next, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.charts.incidents_by_month import Timeline, timeline
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.open_questions import OpenQuestion
from questionnaire.domain.advice.rules import DANGER_SIGN
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.dates import first_day
from questionnaire.domain.incidents import PLACES
from questionnaire.domain.items import NOT_REACHED, Section
from questionnaire.domain.summary import Summary, summarise
from questionnaire.domain.text import shown
from questionnaire.models import Incident, Intake

_PLACES: Final = {place.code: place.text for place in PLACES}
_TO_ASK: Final = 4

_SILENT: Final[dict[str, frozenset[str]]] = dict.fromkeys(ITEMS, frozenset())
#: Which answers to each item are a danger sign by themselves: beside these stands whom to consult.
SEVERE: Final = {
    item.id: frozenset(
        code for code in item.codes if DANGER_SIGN.holds(Facts(_SILENT | {item.id: frozenset((code,))}, 0))
    )
    for item in ITEMS.values()
}


@dataclass(frozen=True, slots=True)
class Part:
    """One section in the list of sections, with how far it is discussed."""

    id: str
    number: int
    title: str
    url: str
    state: str


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A question that is still open, and the advice that an answer could add or raise."""

    label: str
    url: str
    could_add: str


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the incident log."""

    uuid: UUID
    when: str
    place: str
    what: str
    evidence: str
    reported: str


@dataclass(frozen=True, slots=True)
class Panels:
    """All that stands beside the questions of one intake."""

    parts: tuple[Part, ...]
    urgency: str
    urgency_code: str
    police: str
    danger_signs: tuple[str, ...]
    to_ask: tuple[ToAsk, ...]
    incidents: tuple[Logged, ...]
    timeline: Timeline | None


def panels(intake: Intake) -> Panels:
    """What is beside the questions, of the intake as it is stored now."""
    incidents = list(intake.incidents.all())
    answers = intake.answers
    told = [incident.told for incident in incidents]
    summary = summarise(answers, told, intake.on)
    return Panels(
        parts=_parts(intake, summary, set(answers)),
        urgency=summary.urgency.label,
        urgency_code=summary.urgency.code,
        police=summary.police_urgency.label,
        danger_signs=tuple(labels.reason(sign) for sign in summary.danger_signs),
        to_ask=tuple(_to_ask(intake, question) for question in summary.open_questions[:_TO_ASK]),
        incidents=logged(incidents),
        timeline=timeline(told),
    )


def _parts(intake: Intake, summary: Summary, answered: set[str]) -> tuple[Part, ...]:
    to_discuss = {question.item for question in summary.open_questions if question.state == NOT_REACHED}
    return tuple(
        Part(
            section.id,
            number,
            str(section.title),
            reverse("section", args=[intake.uuid, section.id]),
            _state(section, answered, to_discuss),
        )
        for number, section in enumerate(SECTIONS, start=1)
    )


def _state(section: Section, answered: set[str], to_discuss: set[str]) -> str:
    items = {item.id for item in section.items}
    if not items & answered:
        return _("Not discussed yet")
    if not items & to_discuss:
        return _("Discussed")
    return _("%(done)s of %(all)s discussed") % {"done": len(items - to_discuss), "all": len(items)}


def _to_ask(intake: Intake, question: OpenQuestion) -> ToAsk:
    url = reverse("section", args=[intake.uuid, SECTION_OF[question.item].id])
    could_add = labels.advice_title(question.could_add[0]) if question.could_add else ""
    return ToAsk(labels.label(question.item), f"{url}#{question.item}", could_add)


def logged(incidents: Sequence[Incident]) -> tuple[Logged, ...]:
    """The incident log, the latest first."""
    lines = [(first_day(incident.told.date), incident) for incident in incidents]
    lines.sort(key=lambda line: line[0], reverse=True)
    return tuple(_logged(incident) for _day, incident in lines)


def _logged(incident: Incident) -> Logged:
    told = incident.told
    return Logged(
        incident.uuid,
        when=labels.moment(told),
        place=str(_PLACES[told.place]),
        what=shown(told.what),
        evidence=shown(told.evidence),
        reported=labels.known_to_police(told.reported),
    )


def saved_at(intake: Intake) -> str:
    """When the intake was last saved, in words; "" when it never was."""
    if not intake.revision:
        return ""
    return _("Saved at %(time)s") % {"time": time_format(localtime(intake.changed_at), "H:i")}
