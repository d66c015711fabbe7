"""Make the data that tests of several packages need, and read back what was stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction

from questionnaire.actions import agreeing, proposals
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions import safety_plans as plan_actions
from questionnaire.actions.follow_up import DECISIONS, StepSubmission, step_fingerprint
from questionnaire.actions.safety_plans import PartSubmission, part_fingerprint
from questionnaire.actions.transactions import update_list_columns
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.catalogue import VERSION
from questionnaire.domain.fingerprints import item_fingerprint
from questionnaire.domain.follow_up import Decision, FollowUp, Outcome
from questionnaire.domain.merge import Submission
from questionnaire.domain.safety_plan import PartPlan, Plan
from questionnaire.domain.workflow import Move
from questionnaire.models import Case, Event, Intake, Membership, Proposal, User, lock_case, sign_rights
from questionnaire.models.row_states import ROWS
from questionnaire.queries.proposals import waiting_for
from questionnaire.queries.safety_plans import safety_plan_of

#: The day on which tests with the fixture `today` run.
TODAY: Final = date(2026, 6, 15)
#: What a test signs off instead of a real PDF.
PDF: Final = b"%PDF-1.7 as it was"

#: How to make each move of the review, with as little data as it takes.
MOVES: Final[Mapping[Move, Callable[[User, Intake], Any]]] = {
    Move.SUBMIT: review_actions.submit,
    Move.WITHDRAW: review_actions.withdraw,
    Move.REMARK: lambda user, intake: review_actions.add_remark(user, intake, "", "Let op."),
    Move.RETURN: review_actions.return_intake,
    Move.ANSWER: lambda user, intake: review_actions.answer_remarks(user, intake, {}),
    Move.SIGN_OFF: lambda user, intake: review_actions.sign_off(user, intake, PDF, {}),
    Move.CORRECT: review_actions.correct,
    Move.REASSESS: lambda user, intake: review_actions.reassess(user, intake, date(2026, 4, 1)),
}


def submission_of(intake: Intake, **answers: Any) -> Submission:
    """Return what a page sends after these answers were typed on it, made with the intake as given."""
    base = {item_id: item_fingerprint(intake.content, item_id) for item_id in answers}
    return Submission(base, dict.fromkeys(answers, "as posted"), answers=answers)


def start_in(case: Case, user: User, on: date = date(2026, 3, 23)) -> Intake:
    """Start another intake in a case, as `reassess` does, without what that requires of the one before."""
    with transaction.atomic():
        case = lock_case(case.pk)
        intake = Intake(
            case=case, team=case.team, author=user, on=on, language="nl", catalogue_version=VERSION
        )
        intake.make_key()
        update_list_columns(intake, (), FollowUp())
        intake.save(force_insert=True)
        sign_rights(case, audit_log.record(user, EventCode.REASSESSMENT_STARTED, intake).seq)
    return intake


def reload(intake: Intake) -> Intake:
    """Return the intake as it is stored now."""
    return Intake.objects.get(pk=intake.pk)


def event_codes(intake: Intake | None = None) -> list[str]:
    """Return the codes of all audit events, or of those of one intake, in their order."""
    events = Event.objects.filter(intake=intake.pk) if intake else Event.objects.all()
    return list(events.order_by("seq").values_list("code", flat=True))


def event_count(code: EventCode) -> int:
    """Return how many audit events have this code."""
    return Event.objects.filter(code=code).count()


def record_outcomes(user: User, intake: Intake, *entries: Outcome | Decision) -> None:
    """Store outcomes, or the two decisions, over what the intake has now."""
    stored = follow_up_actions.stored_steps(intake)
    by_code = {entry.what if isinstance(entry, Outcome) else DECISIONS: entry for entry in entries}
    sent = {
        code: StepSubmission(entry, step_fingerprint(stored.get(code))) for code, entry in by_code.items()
    }
    assert follow_up_actions.record_steps(user, intake, sent).conflicts == ()


def write_plan(user: User, intake: Intake, **texts: str) -> None:
    """Store texts of parts of the safety plan, over what it says now."""
    safety_plan = safety_plan_of(intake.case)
    newest = safety_plan.newest if safety_plan else None
    plan = newest.plan if newest else Plan()
    sent = {
        code: PartSubmission(PartPlan(text), part_fingerprint(safety_plan, plan, code))
        for code, text in texts.items()
    }
    assert plan_actions.save_plan(user, intake, sent).conflicts == ()


def sign_stored_rights(case: Case) -> None:
    """Sign the rights in a case as a test stored them, without the actions that would do it."""
    newest = dict(Event.objects.newest_about_rights([case.pk]))
    sign_rights(Case.objects.get(pk=case.pk), newest.get(case.pk, 0))


def details_of(event: Event) -> dict[str, Any]:
    """Return the details of an event but for the rows that its transaction wrote."""
    return {name: value for name, value in (event.details or {}).items() if name != ROWS}


def agree_to_all(user: User) -> None:
    """Agree as the second person to all that waits for someone."""
    for each in waiting_for(user):
        agreeing.agree(user, each.row.pk)


def agreed(intake: Intake, kind: Proposal.Kind, what: str = "", by: str = "alice") -> None:
    """Let a second person, who manages the team, agree to what a command asks for."""
    second, is_new = User.objects.get_or_create(username="second")
    if is_new:
        Membership.objects.create(user=second, team=intake.team, role=Membership.Role.MANAGER)
    asked_by = User.objects.get(username=by)
    row = proposals.ask(asked_by, kind, intake.team, intake=intake, what=what)
    assert agreeing.agree(second, row.pk).state == Proposal.State.AGREED
