"""The case as one story: every assessment in the order of time, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import Code
from questionnaire.documents import labels
from questionnaire.documents.blocks import Section, Words
from questionnaire.documents.sections.changes import changes
from questionnaire.documents.sections.changes import course as course_blocks
from questionnaire.domain import dates
from questionnaire.domain.comparison import course
from questionnaire.domain.follow_up import DONE, PLANNED
from questionnaire.domain.summary import summarise
from questionnaire.domain.text import shown
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, SignOff
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries import cases


@dataclass(frozen=True, slots=True)
class Chapter:
    """One assessment in the story."""

    intake: Intake
    held: str
    state: str
    signed: str
    opening: str
    words: Words
    urgency: str
    urgency_code: str
    danger_signs: tuple[str, ...]
    pattern: str
    done: tuple[str, ...]
    planned: tuple[str, ...]
    changes: tuple[Section, ...]


def case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The whole case, as far as this person may see it, from the first conversation to the last."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, Code.CASE_READ)
    chain = cases.chain(user, intake)
    context = {
        "intake": intake,
        "course": course_blocks(course(map(cases.assessment, chain))),
        "chapters": _chapters(chain),
    }
    return render(request, "intakes/case.html", context)


def _chapters(chain: Sequence[Intake]) -> list[Chapter]:
    signed = {
        one.intake_id: dates.words(localtime(one.at).date().isoformat())
        for one in SignOff.objects.filter(intake__in=chain)
    }
    compared = [
        (),
        *(changes(cases.assessment(then), cases.assessment(now)) for then, now in pairwise(chain)),
    ]
    return [
        _chapter(intake, signed.get(intake.pk, ""), changed)
        for intake, changed in zip(chain, compared, strict=True)
    ]


def _chapter(intake: Intake, signed: str, changed: tuple[Section, ...]) -> Chapter:
    summary = summarise(intake.answers, [incident.told for incident in intake.incidents.all()], intake.on)
    outcomes = intake.follow_up.outcomes
    return Chapter(
        intake,
        held=dates.words(intake.on.isoformat()),
        state=State(intake.state).label,
        signed=signed,
        opening=summary.fear.opening,
        words=Words(shown(summary.fear.words or "")),
        urgency=summary.urgency.label,
        urgency_code=summary.urgency.code,
        danger_signs=tuple(labels.label(sign.item) for sign in summary.danger_signs),
        pattern=summary.pattern.sentence,
        done=tuple(labels.subject(outcome.what) for outcome in outcomes if outcome.state == DONE),
        planned=tuple(labels.subject(outcome.what) for outcome in outcomes if outcome.state == PLANNED),
        changes=changed,
    )
