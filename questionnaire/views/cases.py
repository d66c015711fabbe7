"""Show a whole case: every assessment in the order of time, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents import labels
from questionnaire.documents.blocks import FreeText, Section
from questionnaire.documents.sections.changes import changes
from questionnaire.documents.sections.over_time import over_time as course_blocks
from questionnaire.domain import dates
from questionnaire.domain.advice.signs import of_this_person
from questionnaire.domain.case_holders import NOBODY
from questionnaire.domain.comparison import trend
from questionnaire.domain.follow_up import DONE, PLANNED
from questionnaire.domain.summary import summarise
from questionnaire.domain.text import escape_controls
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, SignOff
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries import case_holders, cases
from questionnaire.views.first_level import level_words
from questionnaire.views.unfinished import unfinished_head


@dataclass(frozen=True, slots=True)
class CaseAssessment:
    """One assessment of the case. `signed_on` is "" until it is signed off."""

    intake: Intake
    held_on: str
    state: str
    signed_on: str
    opening: str
    own_words: FreeText
    urgency: str
    urgency_code: str
    danger_signs: tuple[str, ...]
    also_concerning: tuple[str, ...]
    pattern: str
    done: tuple[str, ...]
    planned: tuple[str, ...]
    changes: tuple[Section, ...]


def case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the whole case from the first conversation to the last, as far as this person may read it."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, EventCode.CASE_READ)
    all_assessments = cases.assessments(user, intake)
    assessments = [each for each in all_assessments if each.has_readable_answers]
    holders = list(case_holders.rows_newest_first(intake.case))
    context = {
        "intake": intake,
        "unfinished": unfinished_head(user, intake),
        "held_since": holders[0] if holders else None,
        "held_by": (holders[0].parsed if holders else NOBODY).labelled(),
        "held_before": [(row, row.parsed.lines()) for row in holders[1:]],
        "course": course_blocks(trend(map(cases.as_assessment, assessments))),
        "assessments": _case_assessments(assessments),
        "conversations": len(all_assessments),
        "unreadable": [each for each in all_assessments if not each.has_readable_answers],
        "is_whole": all(each.is_readable for each in all_assessments),
    }
    return render(request, "intakes/case.html", context)


def _case_assessments(assessments: Sequence[Intake]) -> list[CaseAssessment]:
    if not assessments:
        return []
    sign_offs = SignOff.objects.filter(intake__in=assessments)
    signed_on = {row.intake_id: dates.format_date(localtime(row.at).date()) for row in sign_offs}
    changes_since: list[tuple[Section, ...]] = [
        (),
        *(
            changes(cases.as_assessment(previous), cases.as_assessment(intake))
            for previous, intake in pairwise(assessments)
        ),
    ]
    return [
        _case_assessment(intake, signed_on.get(intake.pk, ""), changed)
        for intake, changed in zip(assessments, changes_since, strict=True)
    ]


def _case_assessment(intake: Intake, signed_on: str, changed: tuple[Section, ...]) -> CaseAssessment:
    summary = summarise(intake.answers, intake.incident_log, intake.on)
    urgency, urgency_code = level_words(intake, summary.urgency)
    outcomes = intake.follow_up.outcomes
    return CaseAssessment(
        intake,
        held_on=dates.format_date(intake.on),
        state=State(intake.state).label,
        signed_on=signed_on,
        opening=summary.fear.opening,
        own_words=FreeText(escape_controls(summary.fear.own_words or "")),
        urgency=str(urgency),
        urgency_code=urgency_code,
        danger_signs=tuple(labels.label(sign.item) for sign in of_this_person(summary.danger_signs)),
        also_concerning=tuple(labels.label(sign.item) for sign in summary.also_concerning),
        pattern=summary.pattern.sentence,
        done=tuple(labels.step_title(outcome.what) for outcome in outcomes if outcome.state == DONE),
        planned=tuple(labels.step_title(outcome.what) for outcome in outcomes if outcome.state == PLANNED),
        changes=changed,
    )
