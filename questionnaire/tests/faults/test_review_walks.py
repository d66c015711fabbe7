"""Random walks through the review: whoever tries what, events, sign-offs and versions stay right."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.review import NoOpenRemarkError, StaleIntakeError
from questionnaire.audit import log as audit_log
from questionnaire.domain.workflow import (
    TRANSITIONS,
    ClosedIntakeError,
    Move,
    Relation,
    State,
    is_allowed,
    next_state,
)
from questionnaire.models import STORED, Case, Event, Intake, Membership, SignOff, Team, User, tampered_cases
from questionnaire.queries import cases
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import MOVES, submission_of

WRITERS = ("alice",)
REVIEWERS = ("rachel", "ruth")


def without_state(intake: Intake) -> dict[str, Any]:
    """Return the content without what its row was, which changes when there is a next assessment."""
    return {key: value for key, value in intake.content.items() if key != STORED}


class Walk(RuleBasedStateMachine):
    """Make moves at random, and compare what is stored with plain dictionaries of what is expected."""

    people: ClassVar[dict[str, User]]

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        team = Team.objects.get(name="North")
        first = intake_actions.start_intake(self.people["alice"], team, "2026-117", date(2026, 3, 23), "nl")
        self.intakes = [first.pk]
        self.states = {first.pk: State.CONCEPT}
        self.remarks: dict[Any, int] = {first.pk: 0}
        self.signed: dict[Any, tuple[Any, str]] = {}
        self.events = Event.objects.count()
        #: The conversations of which a page was saved since anything else happened in the case.
        self.saved: set[Any] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(
        who=st.sampled_from(["alice", "rachel", "ruth", "bob"]),
        move=st.sampled_from(Move),
        which=st.integers(0, 5),
    )
    def try_a_move(self, who: str, move: Move, which: int) -> None:
        intake = Intake.objects.get(pk=self.intakes[which % len(self.intakes)])
        relation = Relation.AUTHOR if who in WRITERS else Relation.REVIEWER if who in REVIEWERS else None
        state = self.states[intake.pk]
        may_at_all = relation is TRANSITIONS[move].relation
        try:
            result = MOVES[move](self.people[who], intake)
        except PermissionDenied:
            assert not may_at_all
        except StaleIntakeError:
            assert may_at_all
            assert state not in TRANSITIONS[move].sources
        except NoOpenRemarkError:
            assert move is Move.RETURN
            assert not self.remarks[intake.pk]
        else:
            assert relation
            assert is_allowed(move, state, {relation})
            self.expect_move(move, intake, result)

    @rule(which=st.integers(0, 5), pick=st.integers(0, 20), who=st.sampled_from(REVIEWERS))
    def make_an_allowed_move(self, which: int, pick: int, who: str) -> None:
        """Make a move that is allowed now, so that walks get further than by chance."""
        state = self.states[self.intakes[which % len(self.intakes)]]
        allowed = [move for move, transition in TRANSITIONS.items() if state in transition.sources]
        move = allowed[pick % len(allowed)]
        self.try_a_move("alice" if TRANSITIONS[move].relation is Relation.AUTHOR else who, move, which)

    @rule(which=st.integers(0, 5), level=st.integers(0, 10))
    def write(self, which: int, level: int) -> None:
        intake = Intake.objects.get(pk=self.intakes[which % len(self.intakes)])
        is_new = intake.answers.get("fear_level") != level
        try:
            intake_actions.save_section(
                self.people["alice"], intake, "fear", submission_of(intake, fear_level=level)
            )
        except ClosedIntakeError:
            assert self.states[intake.pk] in (State.SUBMITTED, State.SIGNED_OFF)
        else:
            assert self.states[intake.pk] in (State.CONCEPT, State.RETURNED)
            self.events += is_new and intake.pk not in self.saved  # saves of a minute are one event
            if is_new:
                self.saved.add(intake.pk)

    def expect_move(self, move: Move, intake: Intake, result: Any) -> None:
        self.states[intake.pk] = next_state(move, self.states[intake.pk])
        if move in (Move.CORRECT, Move.REASSESS):
            self.events += result.pk not in self.states
            if result.pk not in self.states:
                self.saved.clear()
                self.intakes.append(result.pk)
                self.states[result.pk] = State.CONCEPT
                self.remarks[result.pk] = 0
            return
        if move is not Move.ANSWER:  # nothing was answered, so nothing is written
            self.events += 1
            self.saved.clear()
        self.remarks[intake.pk] += move is Move.REMARK
        if move is Move.SIGN_OFF:
            stored = Intake.objects.get(pk=intake.pk)
            self.signed[intake.pk] = (without_state(stored), result.document.sha256)

    @invariant()
    def every_change_is_one_event(self) -> None:
        assert Event.objects.count() == self.events

    @invariant()
    def states_are_as_expected(self) -> None:
        assert dict(Intake.objects.values_list("pk", "state")) == self.states

    @invariant()
    def the_rights_in_the_case_are_signed(self) -> None:
        assert tampered_cases(Case.objects.all()) == frozenset()

    @invariant()
    def what_was_signed_stays_as_it_was(self) -> None:
        assert set(SignOff.objects.values_list("intake", flat=True)) == set(self.signed)
        for pk, (content, digest) in self.signed.items():
            signed = SignOff.objects.select_related("document").get(intake=pk)
            assert without_state(Intake.objects.get(pk=pk)) == content
            assert sha256(bytes(signed.document.pdf)).hexdigest() == digest == signed.document.sha256

    @invariant()
    def the_case_is_one_line(self) -> None:
        intakes = list(Intake.objects.all())
        reassessed = [
            intake.previous_id for intake in intakes if intake.previous_id and not intake.corrects_id
        ]
        corrected = [intake.corrects_id for intake in intakes if intake.corrects_id]
        assert len(reassessed) == len(set(reassessed))
        assert len(corrected) == len(set(corrected))
        chain = cases.assessments(self.people["rachel"], intakes[0])
        assert len(chain) == 1 + len(reassessed)
        assert len({intake.previous_id for intake in chain}) == len(chain)


def _walk(team: Team, examples: int, steps: int) -> None:
    Walk.people = {
        "alice": account("alice", team, Membership.Role.PROFESSIONAL),
        "rachel": account("rachel", team, Membership.Role.REVIEWER),
        "ruth": account("ruth", team, Membership.Role.REVIEWER),
        "bob": account("bob", team, Membership.Role.PROFESSIONAL),
    }
    run_state_machine_as_test(Walk, settings=settings(max_examples=examples, stateful_step_count=steps))
    assert audit_log.verify().first_broken is None


@pytest.fixture(autouse=True)
def walks_take_no_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "_ONE_SAVE", timedelta(days=1))


def test_random_walks_keep_events_sign_offs_and_versions_right(team: Team) -> None:
    _walk(team, 12, 25)


@pytest.mark.soak
def test_long_random_walks_keep_events_sign_offs_and_versions_right(team: Team) -> None:
    _walk(team, 300, 60)
