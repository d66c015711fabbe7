"""Build the sidebar of the questions: progress, urgency, what to ask next, and the incidents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.charts.incidents_by_month import MonthChart, month_chart
from questionnaire.domain.advice.open_questions import OpenQuestion, must_ask
from questionnaire.domain.advice.signs import of_this_person
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import SECTION_OF, SECTIONS
from questionnaire.domain.incidents import count_incidents
from questionnaire.domain.items import NOT_REACHED, Section
from questionnaire.domain.routes import CORE
from questionnaire.domain.summary import Summary, summarise
from questionnaire.models import Intake
from questionnaire.views.first_level import level_words
from questionnaire.views.incident_log import IncidentEntry, entries

_MAX_INCIDENTS: Final = 3
_MAX_OPEN_QUESTIONS: Final = 4
_ANY: Final = SECTIONS[0].id


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """One section in the list of sections, and how much of it is discussed."""

    id: str
    number: int
    title: str
    url: str
    state: str


@dataclass(frozen=True, slots=True)
class SuggestedQuestion:
    """A question that must still be asked."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    """How far a conversation is, and at which level; `core` are the pages of the core route.

    `open_questions` are the gravest that must still be asked, `more_questions` are the others.
    """

    sections: tuple[SectionProgress, ...]
    core: tuple[SectionProgress, ...]
    urgency: str
    urgency_code: str
    police: str
    danger_signs: tuple[str, ...]
    also_concerning: tuple[str, ...]
    open_questions: tuple[SuggestedQuestion, ...]
    more_questions: tuple[SuggestedQuestion, ...]

    @property
    def more(self) -> str:
        """How many more questions must still be asked."""
        return _("And %(count)s more") % {"count": len(self.more_questions)}


@dataclass(frozen=True, slots=True)
class Sidebar:
    """What is beside the questions of one intake: how it stands, and the newest of its incidents."""

    overview: Overview
    incidents: tuple[IncidentEntry, ...]
    logged: int
    timeline: MonthChart | None


def build_sidebar(intake: Intake) -> Sidebar:
    """Return the sidebar of the intake as it is stored now."""
    log, answers = intake.incident_log, intake.answers
    return Sidebar(
        overview=overview_of(intake, answers, summarise(answers, log, intake.on)),
        incidents=entries(log, most=_MAX_INCIDENTS),
        logged=count_incidents(log),
        timeline=month_chart(log),
    )


def overview_of(intake: Intake, answers: Answers, summary: Summary) -> Overview:
    """Return how an intake with these answers stands."""
    level, level_code = level_words(intake, summary.urgency)
    # Resolving the address of each of some thirty sections anew takes longer than the summary.
    base = reverse("section", args=[intake.uuid, _ANY]).removesuffix(f"{_ANY}/")
    asked = tuple(_suggested_question(base, each) for each in must_ask(summary.open_questions, answers))
    return Overview(
        sections=_progress(base, answers, summary, SECTIONS),
        core=_progress(base, answers, summary, CORE),
        urgency=str(level),
        urgency_code=level_code,
        police=str(level_words(intake, summary.police_urgency)[0]),
        danger_signs=tuple(labels.reason(sign) for sign in of_this_person(summary.danger_signs)),
        also_concerning=tuple(map(labels.reason, summary.also_concerning)),
        open_questions=asked[:_MAX_OPEN_QUESTIONS],
        more_questions=asked[_MAX_OPEN_QUESTIONS:],
    )


def news(overview: Overview) -> dict[str, Any]:
    """Return what a page that saves by itself replaces in the sidebar, as JSON."""
    return {
        "level": [overview.urgency, overview.urgency_code],
        "police": overview.police,
        "lines": {
            "signs": overview.danger_signs,
            "concerns": overview.also_concerning,
            "ask": [[question.label, question.url] for question in overview.open_questions],
            "more": [[question.label, question.url] for question in overview.more_questions],
        },
        "more": overview.more,
        "parts": {page.id: page.state for page in (*overview.sections, *overview.core)},
    }


def _progress(
    base: str, answers: Answers, summary: Summary, pages: Iterable[Section]
) -> tuple[SectionProgress, ...]:
    answered = set(answers)
    to_discuss = {question.item for question in summary.open_questions if question.state == NOT_REACHED}
    return tuple(
        SectionProgress(
            section.id,
            number,
            str(section.title),
            f"{base}{section.id}/",
            _state(section, answered, to_discuss),
        )
        for number, section in enumerate(pages, start=1)
    )


def _state(section: Section, answered: set[str], to_discuss: set[str]) -> str:
    items = {item.id for item in section.items}
    if not items & answered:
        return _("Not discussed yet")
    if not items & to_discuss:
        return _("Discussed")
    return _("%(done)s of %(all)s discussed") % {"done": len(items - to_discuss), "all": len(items)}


def _suggested_question(base: str, question: OpenQuestion) -> SuggestedQuestion:
    section = SECTION_OF[question.item].id
    return SuggestedQuestion(labels.label(question.item), f"{base}{section}/#{question.item}")
