"""Whoever wrote any words of an assessment reviews no version of it, however many hands came between."""

from collections.abc import Callable
from datetime import date

import pytest

from questionnaire.actions import access as access_actions
from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import handovers
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import StepSubmission, step_fingerprint
from questionnaire.actions.review import AnswerSubmission, answer_fingerprint
from questionnaire.domain.breaches import Breach
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.follow_up import Consultation, Outcome
from questionnaire.domain.incidents import Incident
from questionnaire.domain.workflow import Relation
from questionnaire.lifecycle import erasure
from questionnaire.models import Access, Intake, Membership, Team, User
from questionnaire.permissions import relations_of
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import PDF, record_outcomes, reload, submission_of

Kind = Access.Kind
REASON = "Ik vervang Alice, die vandaag ziek is."


@pytest.fixture
def dora(team: Team) -> User:
    return account("dora", team, Membership.Role.PROFESSIONAL)


def reviews(user: User, intake: Intake) -> bool:
    """Return whether someone reviews the intake once they are a reviewer, and no professional any more."""
    Membership.objects.filter(user=user).delete()
    Membership.objects.create(user=user, team=intake.team, role=Membership.Role.REVIEWER)
    return Relation.REVIEWER in relations_of(user, reload(intake))


def write(user: User, intake: Intake, fear: int) -> None:
    intake_actions.save_section(user, intake, "fear", submission_of(reload(intake), fear_level=fear))


def sign_off(intake: Intake, author: User, reviewer: User) -> None:
    review_actions.submit(author, intake)
    review_actions.sign_off(reviewer, reload(intake), PDF, {})


def correct(intake: Intake, by: User, reviewer: User, fear: int, assigned_by: User) -> Intake:
    """Sign the intake off, and return the correction that this person wrote."""
    sign_off(intake, intake.author, reviewer)
    access_actions.grant(assigned_by, intake, by, Kind.ASSIGNED)
    correction = review_actions.correct(by, reload(intake))
    write(by, correction, fear)
    return correction


def test_whoever_wrote_the_first_version_reviews_none_of_three(
    alice: User, bob: User, dora: User, rachel: User, intake: Intake
) -> None:
    write(alice, intake, 9)
    second = correct(intake, bob, rachel, 5, alice)
    third = correct(second, dora, rachel, 2, rachel)
    fourth = correct(third, bob, rachel, 3, rachel)

    assert not reviews(alice, second)
    assert not reviews(alice, third)
    assert not reviews(alice, fourth)
    assert not reviews(dora, fourth)
    assert not reviews(bob, third)
    assert reviews(rachel, fourth)


def test_a_handover_in_between_hides_no_author(
    alice: User, bob: User, dora: User, rachel: User, intake: Intake
) -> None:
    write(alice, intake, 9)
    handovers.hand_over(alice, intake, bob, "")
    handovers.hand_over(bob, intake, dora, "")
    second = correct(reload(intake), dora, rachel, 5, rachel)

    assert not reviews(alice, second)
    assert not reviews(bob, second)
    assert reviews(account("robin", intake.team), second)


def test_the_words_of_an_erased_version_keep_their_author(
    alice: User, bob: User, dora: User, rachel: User, intake: Intake
) -> None:
    write(alice, intake, 9)
    second = correct(intake, bob, rachel, 5, alice)
    third = correct(second, dora, rachel, 2, rachel)

    erasure.erase(None, second.pk, "retention")

    assert not reviews(bob, third)
    assert not reviews(alice, third)

    erasure.erase(None, intake.pk, "retention")

    assert not reviews(alice, third)
    assert reviews(rachel, third)


def add_outcome(user: User, intake: Intake) -> None:
    record_outcomes(user, intake, Outcome("consult_police", "planned"))


def consult(user: User, intake: Intake) -> None:
    follow_up_actions.add_consultation(user, intake, Consultation("police"))


def add_incident(user: User, intake: Intake) -> None:
    incident_actions.add_incident(user, intake, Incident("2026-03-20", "home", what="Hij stond er."))


def note(user: User, intake: Intake) -> None:
    write(user, intake, 4)


def add_breach(user: User, intake: Intake) -> None:
    breach_actions.add_breach(user, intake, Breach("contactverbod"))


def write_holders(user: User, intake: Intake) -> None:
    holders = CaseHolders(Holder("J. Smit"))
    follow_up_actions.record_steps(user, intake, {HOLDERS: StepSubmission(holders, step_fingerprint(None))})


@pytest.mark.parametrize("act", [add_outcome, consult, add_incident, note, add_breach, write_holders])
def test_everything_that_the_summary_prints_counts_as_words(
    alice: User, bob: User, rachel: User, intake: Intake, act: Callable[[User, Intake], None]
) -> None:
    access_actions.grant(alice, intake, bob, Kind.ASSIGNED)
    act(bob, intake)
    access_actions.revoke(alice, intake, bob, Kind.ASSIGNED)
    correction = correct(reload(intake), alice, rachel, 5, rachel)

    assert not reviews(bob, intake)
    assert not reviews(bob, correction)
    assert reviews(rachel, correction)


def test_an_answer_to_a_remark_counts_as_words(alice: User, bob: User, rachel: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, bob, Kind.ASSIGNED)
    review_actions.submit(alice, intake)
    remark = review_actions.add_remark(rachel, reload(intake), "", "Sinds wanneer?")
    review_actions.return_intake(rachel, reload(intake))
    sent = {remark.pk: AnswerSubmission("Maart.", answer_fingerprint(remark))}
    review_actions.answer_remarks(bob, reload(intake), sent)
    access_actions.revoke(alice, intake, bob, Kind.ASSIGNED)

    assert not reviews(bob, intake)


def test_whoever_opened_the_case_with_a_reason_does_not_review_it(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    access_actions.open_with_reason(bob, intake, REASON)

    assert not reviews(bob, intake)
    assert reviews(rachel, intake)


def test_the_author_of_the_assessment_before_reviews_the_next(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    write(alice, intake, 9)
    access_actions.grant(alice, intake, bob, Kind.ASSIGNED)
    sign_off(intake, alice, rachel)
    later = review_actions.reassess(bob, reload(intake), date(2026, 4, 1))

    assert reviews(alice, later)
    assert not reviews(bob, later)
