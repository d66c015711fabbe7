"""Terms of the organisation: who sets them, and which conversations follow them at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions import terms as actions
from questionnaire.actions.levels import update_levels
from questionnaire.actions.review import StaleIntakeError
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.advice.edition import RULES_VERSION
from questionnaire.domain.follow_up import Outcome
from questionnaire.domain.terms import LATEST, Terms
from questionnaire.domain.workflow import Move, State
from questionnaire.models import Case, Event, Intake, Membership, OrganisationEntry, Team, User, lock_case
from questionnaire.queries.documents import render_for_sign_off
from questionnaire.queries.organisation import own_terms, terms_for, without_their_day
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import MOVES, record_outcomes, reload, submission_of

Committed = Callable[..., AbstractContextManager[list[Any]]]


@pytest.fixture
def mona(team: Team) -> User:
    return account("mona", team, Membership.Role.MANAGER)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Committed:
    """Return what does the rest of an action, as once its transaction is over."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("questionnaire.queries.documents.render_pdf", lambda _document: b"%PDF-1.7")


def sign_off(alice: User, rachel: User, intake: Intake) -> Intake:
    MOVES[Move.SUBMIT](alice, intake)
    current = reload(intake)
    review_actions.sign_off(rachel, current, *render_for_sign_off(current, rachel))
    return reload(intake)


def days(intake: Intake) -> tuple[int, int | None]:
    """Return after how many days to look again, and after how many something is due."""
    stored = reload(intake)
    due = stored.next_due
    return (stored.reassess_on - stored.on).days, (due - stored.on).days if due else None


def test_open_conversations_of_the_team_follow_at_once(
    mona: User, alice: User, charlie: User, team: Team, other_team: Team, intake: Intake, committed: Committed
) -> None:
    elsewhere = intake_actions.start_intake(charlie, other_team, "x", intake.on, "nl")
    grave = intake_actions.start_intake(alice, team, "y", intake.on, "nl")
    intake_actions.save_section(alice, grave, "safety_now", submission_of(grave, danger_now="now"))
    before = reload(intake)

    with committed():
        assert actions.set_terms(mona, team, Terms(1, 5))

    assert (days(intake), days(grave), days(elsewhere)) == ((5, 5), (1, 1), (14, 14))
    after = reload(intake)
    assert (after.revision, after.changed_at) == (before.revision, before.changed_at)
    assert after.rules_version == RULES_VERSION
    event = Event.objects.get(code=EventCode.OWN_TERMS_CHANGED)
    assert (event.reason, event.actor) == (f"terms, team {team.pk}", mona)


def test_whoever_reviews_a_conversation_looks_again_when_its_day_changed(
    mona: User, alice: User, rachel: User, team: Team, intake: Intake, committed: Committed
) -> None:
    """What would be signed off has another day than what was read."""
    MOVES[Move.SUBMIT](alice, intake)
    read = reload(intake)
    made = render_for_sign_off(read, rachel)

    with committed():
        actions.set_terms(mona, team, Terms(1, 5))

    assert reload(intake).changed_at == read.changed_at
    with pytest.raises(StaleIntakeError):
        review_actions.sign_off(rachel, read, *made)
    assert reload(intake).state == State.SUBMITTED


def test_the_next_save_has_the_terms_of_then_though_its_summary_is_older(
    mona: User, alice: User, team: Team, intake: Intake
) -> None:
    actions.set_terms(mona, team, Terms(2, 6))

    intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, danger_now="now"))

    assert days(intake) == (2, 2)


def test_what_a_stopped_server_did_not_reach_is_brought_up_to_date_later(
    mona: User, team: Team, intake: Intake, committed: Committed
) -> None:
    actions.set_terms(mona, team, Terms(1, 5))
    assert (days(intake), without_their_day([team, None])) == ((14, 14), 1)

    assert update_levels().count == 1

    assert (days(intake), without_their_day([team])) == ((5, 5), 0)
    actions.set_terms(mona, team, Terms(1, 4))
    with committed():
        assert actions.set_terms(mona, team, Terms(1, 4)) is None
    assert days(intake) == (4, 4)


def test_of_very_many_the_rest_is_for_the_next_time(
    monkeypatch: pytest.MonkeyPatch, mona: User, alice: User, team: Team, intake: Intake, committed: Committed
) -> None:
    monkeypatch.setattr(actions, "_AT_ONCE", 2)
    for reference in ("2026-901", "2026-902"):
        intake_actions.start_intake(alice, team, reference, intake.on, "nl")

    with committed():
        actions.set_terms(mona, team, Terms(1, 5))
    assert without_their_day([team]) == 1
    with committed():
        assert actions.set_terms(mona, team, Terms(1, 5)) is None
    assert without_their_day([team]) == 0


def test_those_that_are_refused_count_as_tried(
    monkeypatch: pytest.MonkeyPatch, mona: User, alice: User, team: Team, intake: Intake, committed: Committed
) -> None:
    """Each may wait for as long as a lock is waited for, and the page waits for all of them."""
    monkeypatch.setattr(actions, "_AT_ONCE", 2)
    for reference in ("2026-901", "2026-902", "2026-903"):
        intake_actions.start_intake(alice, team, reference, intake.on, "nl")
    tried = []

    def lock(case_id: UUID) -> Case:
        tried.append(case_id)
        raise OperationalError

    monkeypatch.setattr("questionnaire.actions.levels.lock_case", lock)

    with committed():
        actions.set_terms(mona, team, Terms(1, 5))

    assert len(tried) == 2


def test_one_that_does_not_open_is_named_in_the_log_by_its_id_alone(
    mona: User, team: Team, intake: Intake, committed: Committed, caplog: pytest.LogCaptureFixture
) -> None:
    Case.objects.filter(pk=intake.case_id).update(mac="")

    with committed():
        actions.set_terms(mona, team, Terms(1, 5))

    said = [record.getMessage() for record in caplog.records if record.name == actions.__name__]
    assert said == [f"no day by the new terms for intake {intake.pk}"]
    assert without_their_day([team]) == 1


def test_one_in_which_someone_writes_for_too_long_keeps_no_other_from_its_day(
    mona: User,
    alice: User,
    team: Team,
    intake: Intake,
    committed: Committed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = intake_actions.start_intake(alice, team, "x", intake.on, "nl")

    def lock(case_id: UUID) -> Case:
        if case_id == intake.case_id:
            raise OperationalError
        return lock_case(case_id)

    monkeypatch.setattr("questionnaire.actions.levels.lock_case", lock)

    with committed():
        actions.set_terms(mona, team, Terms(1, 5))

    assert (days(intake), days(other), without_their_day([team])) == ((14, 14), (5, 5), 1)


def test_a_day_that_was_planned_stays_and_what_is_done_without_a_next_day_is_due(
    mona: User, alice: User, team: Team, intake: Intake, committed: Committed
) -> None:
    record_outcomes(alice, intake, Outcome("reassess", "planned", on=intake.on + timedelta(9)))
    with committed():
        actions.set_terms(mona, team, Terms(1, 5))
    assert days(intake) == (5, 9)

    record_outcomes(alice, reload(intake), Outcome("reassess", "done"))
    with committed():
        actions.set_terms(mona, team, Terms(1, 4))
    assert days(intake) == (4, 4)


def test_what_is_signed_off_keeps_the_terms_of_then(
    mona: User, alice: User, rachel: User, team: Team, intake: Intake, committed: Committed
) -> None:
    with committed():
        actions.set_terms(mona, team, Terms(2, 9))
    signed = sign_off(alice, rachel, intake)
    with committed():
        actions.set_terms(mona, team, Terms(1, 1))

    assert terms_for(signed) == Terms(2, 9)
    record_outcomes(alice, signed, Outcome("consult_police", "done"))
    assert days(intake) == (9, 9)
    correction = MOVES[Move.CORRECT](alice, reload(intake))
    assert days(correction) == (1, 1)


def test_what_an_earlier_version_signed_off_keeps_the_terms_of_the_program(
    mona: User, alice: User, rachel: User, team: Team, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    MOVES[Move.SUBMIT](alice, intake)
    MOVES[Move.SIGN_OFF](rachel, reload(intake))

    actions.set_terms(mona, team, Terms(1, 1))

    assert terms_for(reload(intake)) == LATEST


def test_terms_of_a_team_go_before_those_of_all(admin_of_all: User, team: Team, other_team: Team) -> None:
    actions.set_terms(admin_of_all, None, Terms(1, 7))
    assert (own_terms(team), own_terms(other_team)) == (Terms(1, 7), Terms(1, 7))

    actions.set_terms(admin_of_all, team, Terms(3, 10))

    assert (own_terms(team), own_terms(other_team)) == (Terms(3, 10), Terms(1, 7))
    actions.set_terms(admin_of_all, None, None)
    assert own_terms(other_team) == LATEST


@pytest.fixture
def admin_of_all(team: Team, other_team: Team) -> User:
    user = account("ann", team, Membership.Role.ADMINISTRATOR)
    Membership.objects.create(user=user, team=other_team, role=Membership.Role.ADMINISTRATOR)
    return user


def test_conversations_of_every_team_follow_the_terms_of_all(
    admin_of_all: User, charlie: User, other_team: Team, intake: Intake, committed: Committed
) -> None:
    elsewhere = intake_actions.start_intake(charlie, other_team, "x", intake.on, "nl")

    with committed():
        actions.set_terms(admin_of_all, None, Terms(1, 7))

    assert (days(intake), days(elsewhere)) == ((7, 7), (7, 7))


def test_nobody_sets_later_terms_or_those_of_others(
    mona: User, alice: User, team: Team, other_team: Team
) -> None:
    for user, scope, terms in (
        (mona, team, Terms(4, 14)),
        (mona, team, Terms(3, 15)),
        (mona, other_team, Terms(1, 1)),
        (mona, None, Terms(1, 1)),
        (account("bea", team, Membership.Role.PROFESSIONAL), team, Terms(1, 1)),
    ):
        with pytest.raises(PermissionDenied):
            actions.set_terms(user, scope, terms)
    assert not OrganisationEntry.objects.exists()


def test_terms_are_put_back_unless_someone_changed_them_since(
    mona: User, team: Team, intake: Intake, committed: Committed
) -> None:
    actions.set_terms(mona, team, Terms(2, 9))
    change = actions.set_terms(mona, team, Terms(1, 1))
    assert change
    assert actions.set_terms(mona, team, Terms(1, 1)) is None

    with committed():
        assert actions.restore_terms(mona, team, change)

    assert own_terms(team) == Terms(2, 9)
    assert days(intake) == (9, 9)
    assert not actions.restore_terms(mona, team, change)
