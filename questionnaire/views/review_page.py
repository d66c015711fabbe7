"""Render the review page: the state of the intake, what it says, what changed and what can be done now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.review import answer_fingerprint
from questionnaire.actions.review_undo import undone_remark
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.sign_offs import sign_off_of
from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Section
from questionnaire.documents.sections.changes import changes, corrections
from questionnaire.domain import dates
from questionnaire.domain.catalogue import SECTION_OF
from questionnaire.domain.earlier_texts import REMARK
from questionnaire.domain.earlier_versions import EARLIER
from questionnaire.domain.text import escape_controls
from questionnaire.domain.workflow import Move, Relation, State, is_allowed
from questionnaire.forms.review import AnswerForm, RemarkForm
from questionnaire.models import Event, Intake, Remark, User
from questionnaire.permissions import intake_of, relations_of, scope_of, sees_whole_case, user_of
from questionnaire.queries import cases, reviewers
from questionnaire.queries.documents import document_for, read_fingerprint
from questionnaire.views.summary import language_of_page
from questionnaire.views.summary_page import arrange
from questionnaire.views.unfinished import unfinished_head

#: The events in the history of an intake, with their labels.
_HISTORY_LABELS: Final = {
    EventCode.INTAKE_STARTED: _("Started"),
    EventCode.CORRECTION_STARTED: _("Correction started"),
    EventCode.REASSESSMENT_STARTED: _("Reassessment started"),
    EventCode.INTAKE_SUBMITTED: _("Handed in"),
    EventCode.INTAKE_WITHDRAWN: _("Taken back"),
    EventCode.INTAKE_RETURNED: _("Returned with questions"),
    EventCode.INTAKE_SIGNED_OFF: _("Signed off"),
}
#: The sections of the summary with the reasoning.
_REASONING: Final = ("steps", "concerns")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event in the history of the intake."""

    what: str
    who: str
    day: str
    time: str


@dataclass(frozen=True, slots=True)
class RemarkEntry:
    """One remark with its answer. `stored_answer` is what someone else answered meanwhile, or ""."""

    about: str
    url: str
    by: str
    text: str
    answer: str
    answered_by: str
    form: AnswerForm | None
    stored_answer: str = ""


@dataclass(frozen=True, slots=True)
class ReviewProblem:
    """Why a post changed nothing, with what was typed in it. `code` selects the message; "" is no problem."""

    code: str = ""
    message: str = ""
    typed: Sequence[str] = ()
    form: RemarkForm | None = None
    answers: Mapping[UUID, AnswerForm] = field(default_factory=dict)
    conflicts: Sequence[UUID] = ()
    status: int = 200


NO_PROBLEM: Final = ReviewProblem()


def render_review(request: HttpRequest, problem: ReviewProblem = NO_PROBLEM) -> HttpResponse:
    """Return the page of the intake of this request as it is stored now, and record that it was read."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, EventCode.REVIEW_READ)
    intake.refresh_from_db()
    scope, state = scope_of(request), State(intake.state)
    relations = relations_of(user, intake, scope)
    document = document_for(intake, language_of_page())
    arranged = arrange(document)
    previous = cases.previous_assessment(user, intake)
    context = {
        "intake": intake,
        "state": state.label,
        "history": _history(intake),
        "may_copy": scope.can_copy(intake),
        "may": {
            **{move.value: is_allowed(move, state, relations) for move in Move},
            Move.CORRECT.value: is_allowed(Move.CORRECT, state, relations) and sees_whole_case(user, intake),
        },
        "document": document,
        "arranged": arranged,
        "reasoning": arranged.sections(_REASONING),
        "previous_assessment": previous,
        "previous_on": dates.format_date(previous.on) if previous else "",
        "changes": _changes(intake, previous),
        "corrections": _corrections(intake),
        "remarks": _remarks(intake, problem, may_answer=is_allowed(Move.ANSWER, state, relations)),
        "has_earlier": is_allowed(Move.ANSWER, state, relations) and _has_earlier_answers(intake),
        "form": problem.form
        or _new_remark(user, intake, may_sign=is_allowed(Move.SIGN_OFF, state, relations)),
        "sign_off": sign_off_of(intake),
        "correction": intake.corrections.first(),
        "next_assessment": cases.next_assessment(intake),
        "unfinished": unfinished_head(user, intake),
        "no_reviewer": _missing_reviewer(intake, state, relations),
        "is_handed_in": state is State.SUBMITTED,
        "problem": problem,
    }
    return render(request, "intakes/review.html", context, status=problem.status)


def _has_earlier_answers(intake: Intake) -> bool:
    return any(key.startswith(f"{REMARK} ") for key in intake.content.get(EARLIER, {}))


def _new_remark(user: User, intake: Intake, *, may_sign: bool) -> RemarkForm:
    """Return the form for a remark; it has the one that was undone, for who wrote that."""
    initial = {"key": uuid4(), "revision": intake.revision, **undone_remark(user, intake)}
    return RemarkForm(initial={**initial, "shown": read_fingerprint(intake) if may_sign else ""})


def _missing_reviewer(
    intake: Intake, state: State, relations: Collection[Relation]
) -> reviewers.NoReviewer | None:
    """Return why nobody can review what waits for it, or what this person may hand in; else None."""
    if state is State.SUBMITTED or is_allowed(Move.SUBMIT, state, relations):
        return reviewers.missing_reviewer(intake)
    return None


def _history(intake: Intake) -> list[HistoryEntry]:
    events = Event.objects.filter(intake=intake.uuid, code__in=list(_HISTORY_LABELS)).select_related("actor")
    return [
        HistoryEntry(
            str(_HISTORY_LABELS[EventCode(event.code)]),
            str(event.actor or ""),
            dates.format_date(localtime(event.at).date()),
            time_format(localtime(event.at), "H:i"),
        )
        for event in events.order_by("seq")
    ]


def _changes(intake: Intake, previous: Intake | None) -> tuple[Section, ...]:
    return changes(cases.as_assessment(previous), cases.as_assessment(intake)) if previous else ()


def _corrections(intake: Intake) -> tuple[Block, ...] | None:
    """Return what a correction changed; None for an intake that corrects nothing."""
    if intake.corrects is None:
        return None
    return corrections(cases.as_assessment(intake.corrects), cases.as_assessment(intake))


def _remarks(intake: Intake, problem: ReviewProblem, *, may_answer: bool) -> list[RemarkEntry]:
    remarks = intake.remarks.select_related("by", "answered_by")
    return [
        _remark_entry(intake, remark, problem, _answer_form(remark, problem) if may_answer else None)
        for remark in remarks
    ]


def _remark_entry(
    intake: Intake, remark: Remark, problem: ReviewProblem, form: AnswerForm | None
) -> RemarkEntry:
    item, answer = remark.content["item"], escape_controls(remark.content["answer"])
    return RemarkEntry(
        labels.label(item) if item else str(_("About all of it")),
        _item_url(intake, item) if item else "",
        str(remark.by),
        escape_controls(remark.content["text"]),
        answer,
        str(remark.answered_by or ""),
        form,
        answer if remark.pk in problem.conflicts else "",
    )


def _answer_form(remark: Remark, problem: ReviewProblem) -> AnswerForm:
    base, posted = answer_fingerprint(remark), problem.answers.get(remark.pk)
    if posted is None:
        return AnswerForm(remark.pk, answer=remark.content["answer"], base=base)
    if remark.pk in problem.conflicts:
        # With the new base, so that saving once more stores what was typed.
        return AnswerForm(remark.pk, answer=posted.cleaned_data["answer"], base=base)
    return posted


def _item_url(intake: Intake, item: str) -> str:
    return f"{reverse('section', args=[intake.uuid, SECTION_OF[item].id])}#{item}"
