"""Locking an intake: rights are asked again in the transaction, as they are by then."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from questionnaire.actions import access as access_actions
from questionnaire.actions import documents as document_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions import safety_plans as plan_actions
from questionnaire.actions.review import StaleIntakeError
from questionnaire.actions.transactions import lock_case_of, lock_intake, lock_open_intake
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident
from questionnaire.domain.workflow import ClosedIntakeError, Move, Relation
from questionnaire.models import (
    Access,
    Case,
    Intake,
    Membership,
    TamperedCaseError,
    Team,
    User,
    tampered_cases,
)
from questionnaire.tests.factories import MOVES, event_codes, reload, submission_of

Kind = Access.Kind
Write = Callable[[User, Intake], object]

#: What an author does on pages that they opened while they might.
OF_AN_AUTHOR: dict[str, Write] = {
    "section": lambda user, intake: intake_actions.save_section(
        user, intake, "fear", submission_of(intake, fear_level=9)
    ),
    "draft": lambda user, intake: intake_actions.save_draft(
        user, intake, submission_of(intake, fear_level=9)
    ),
    "incident": lambda user, intake: incident_actions.add_incident(
        user, intake, Incident("2026-03-20", "home")
    ),
    "consultation": lambda user, intake: follow_up_actions.add_consultation(
        user, intake, Consultation("police")
    ),
    "steps": lambda user, intake: follow_up_actions.record_steps(user, intake, {}),
    "plan": lambda user, intake: plan_actions.save_plan(user, intake, {}),
    "submit": review_actions.submit,
    "document": lambda user, intake: document_actions.store_document(user, intake, "full", "nl", b"%PDF"),
}


def lock_out(user: User, intake: Intake) -> None:
    access_actions.grant(intake.author, intake, user, Kind.LOCKED_OUT)


def leave(user: User, intake: Intake) -> None:
    Membership.objects.filter(user=user).delete()


def be_unassigned(user: User, intake: Intake) -> None:
    access_actions.revoke(intake.author, intake, user, Kind.ASSIGNED)


def be_tampered_with(user: User, intake: Intake) -> None:
    Access.objects.filter(user=user).update(kind=Kind.NAMED)


def shield(user: User, intake: Intake) -> None:
    access_actions.shield(intake.author, intake)


@pytest.mark.parametrize("taken", [lock_out, leave, be_unassigned, be_tampered_with, shield])
@pytest.mark.parametrize("writing", OF_AN_AUTHOR)
def test_nothing_is_written_by_someone_whose_rights_ended_after_the_request_began(
    bob: User, intake: Intake, writing: str, taken: Callable[[User, Intake], None]
) -> None:
    access_actions.grant(intake.author, intake, bob, Kind.ASSIGNED)
    as_opened = reload(intake)
    taken(bob, intake)
    before, codes = Intake.objects.values().get(), event_codes()

    with pytest.raises(PermissionDenied):
        OF_AN_AUTHOR[writing](bob, as_opened)

    assert Intake.objects.values().get() == before
    assert event_codes() == codes


@pytest.mark.parametrize("writing", OF_AN_AUTHOR)
def test_whoever_keeps_their_rights_writes(bob: User, intake: Intake, writing: str) -> None:
    access_actions.grant(intake.author, intake, bob, Kind.ASSIGNED)

    OF_AN_AUTHOR[writing](bob, reload(intake))


def test_a_reader_makes_a_document_but_writes_nothing(bob: User, intake: Intake) -> None:
    access_actions.grant(intake.author, intake, bob, Kind.NAMED)

    for name, write in OF_AN_AUTHOR.items():
        if name != "document":
            with pytest.raises(PermissionDenied):
                write(bob, reload(intake))
    OF_AN_AUTHOR["document"](bob, reload(intake))


def test_a_reviewer_who_was_locked_out_signs_nothing_off(alice: User, rachel: User, intake: Intake) -> None:
    submitted = review_actions.submit(alice, intake)
    lock_out(rachel, intake)

    for move in (Move.REMARK, Move.RETURN, Move.SIGN_OFF):
        with pytest.raises(PermissionDenied):
            MOVES[move](rachel, submitted)

    assert reload(intake).state == submitted.state


def test_an_intake_is_locked_for_who_has_the_relation_to_it(
    alice: User, bob: User, rachel: User, charlie: User, intake: Intake
) -> None:
    may = {
        (user.username, relation): may_lock(user, intake, relation)
        for user in (alice, bob, rachel, charlie)
        for relation in (None, *Relation)
    }

    assert {key for key, is_allowed in may.items() if is_allowed} == {
        ("alice", None),
        ("alice", Relation.AUTHOR),
        ("alice", Relation.ACCESS_MANAGER),
        ("rachel", None),
        ("rachel", Relation.REVIEWER),
        ("rachel", Relation.ACCESS_MANAGER),
    }


def may_lock(user: User, intake: Intake, relation: Relation | None) -> bool:
    with transaction.atomic():
        try:
            return lock_intake(user, intake, relation) == intake
        except PermissionDenied:
            return False


def test_the_locked_intake_and_case_are_as_they_are_stored_now(alice: User, intake: Intake) -> None:
    stale = reload(intake)
    assert not stale.case.shielded
    access_actions.shield(alice, intake)
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=9))

    with transaction.atomic():
        locked, of_case = lock_intake(alice, stale), lock_case_of(stale)

    assert (locked.answers["fear_level"], locked.revision) == (9, 1)
    assert locked.case.shielded
    assert of_case.case.shielded
    assert (of_case, of_case.author, of_case.team) == (intake, alice, intake.team)


def test_a_closed_intake_is_not_locked_to_write_in(alice: User, bob: User, intake: Intake) -> None:
    review_actions.submit(alice, intake)

    with transaction.atomic(), pytest.raises(ClosedIntakeError):
        lock_open_intake(alice, intake)
    with transaction.atomic(), pytest.raises(PermissionDenied):
        lock_open_intake(bob, intake)


def test_a_case_whose_rights_were_changed_outside_the_program_is_not_locked(
    alice: User, other_team: Team, intake: Intake
) -> None:
    Case.objects.update(team=other_team)

    with transaction.atomic(), pytest.raises(TamperedCaseError):
        lock_intake(alice, intake)
    with transaction.atomic(), pytest.raises(TamperedCaseError):
        lock_case_of(intake)


def test_an_intake_that_was_moved_to_another_case_is_not_locked_as_one_of_its_own(
    alice: User, team: Team, intake: Intake
) -> None:
    stale = reload(intake)
    other = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")
    Intake.objects.filter(pk=intake.pk).update(case=other.case)

    with transaction.atomic(), pytest.raises(TamperedCaseError):
        lock_case_of(stale)
    with transaction.atomic(), pytest.raises(TamperedCaseError):
        lock_intake(alice, stale)


def test_an_intake_is_locked_with_no_other_case_than_its_own(alice: User, team: Team, intake: Intake) -> None:
    other = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")
    intake.case = other.case

    with transaction.atomic(), pytest.raises(Intake.DoesNotExist):
        lock_case_of(intake)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_nobody_waits_for_someone_who_waits_for_them(alice: User, intake: Intake) -> None:
    """Whoever saves locks in the same order as whoever changes rights: else PostgreSQL ends one of them."""

    def save(number: int) -> None:
        current = reload(intake)
        intake_actions.save_section(alice, current, "fear", submission_of(current, fear_level=number))

    def move(number: int) -> None:
        (review_actions.withdraw if number % 2 else review_actions.submit)(alice, reload(intake))

    def repeat(write: Callable[[int], None]) -> None:
        try:
            for number in range(8):
                with suppress(ClosedIntakeError, StaleIntakeError):
                    write(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for writer in [pool.submit(repeat, write) for write in (save, move, save, move)]:
            writer.result()  # raises what went wrong in it

    assert not tampered_cases(Case.objects.all())
