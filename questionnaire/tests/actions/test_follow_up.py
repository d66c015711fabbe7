"""Writing the follow-up: outcomes, consultations and the two decisions."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.follow_up import (
    DECISIONS,
    StepSubmission,
    record_fingerprint,
    step_fingerprint,
)
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.follow_up import SUBJECTS, Consultation, Decision, FollowUp, Outcome
from questionnaire.models import Event, Intake, Step, Team, User
from questionnaire.tests.factories import event_codes, reload, submission_of

CANARY = "kanarie"
NOTHING = step_fingerprint(None)
DONE = Outcome("consult_police", "done", CANARY, date(2026, 3, 23), CANARY)
CALLED = Consultation("police", CANARY, date(2026, 3, 23), "14:30", CANARY)
OTHER = Outcome("victim_support", "planned")
SITTING = "abc"
DECIDED = Decision("no", "enough", CANARY, CANARY, date(2026, 3, 23))


def record(user: User, intake: Intake, *entries: Outcome | Decision, base: str = NOTHING) -> tuple[str, ...]:
    """Record entries from a page with this base. Return the conflicts."""
    return follow_up_actions.record_steps(
        user,
        intake,
        {
            entry.what if isinstance(entry, Outcome) else DECISIONS: StepSubmission(entry, base)
            for entry in entries
        },
    ).conflicts


def base_of(intake: Intake, step: Outcome) -> str:
    """Return the fingerprint of a page that shows this step as it is stored now."""
    return step_fingerprint(follow_up_actions.stored_steps(intake)[step.what])


def test_a_new_intake_has_no_follow_up_but_a_reassessment_due(intake: Intake) -> None:
    assert intake.follow_up == FollowUp()
    assert intake.next_due == intake.reassess_on


def test_outcomes_and_decisions_are_stored_with_one_event(alice: User, intake: Intake) -> None:
    assert record(alice, intake, DONE, DECIDED) == ()

    assert intake.follow_up == FollowUp((DONE,), (), DECIDED)
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.STEPS_CHANGED]
    assert Intake.objects.get().revision == 1


def test_the_event_does_not_reveal_which_advice_it_was(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE, Outcome("crisis_support", "planned"), DECIDED)

    assert Event.objects.latest("seq").items == [DECISIONS, "outcomes"]


def test_the_follow_up_is_encrypted_in_the_database(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE, DECIDED)
    follow_up_actions.add_consultation(alice, intake, CALLED)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM questionnaire_step")
        rows = repr([bytes(value) if isinstance(value, memoryview) else value for value in cursor.fetchall()])
    assert CANARY not in rows
    assert "consult_police" not in rows
    assert intake.follow_up == FollowUp((DONE,), (CALLED,), DECIDED)


def test_the_same_entry_sent_again_writes_nothing(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE)

    assert record(alice, intake, DONE) == ()

    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.STEPS_CHANGED]


def test_a_page_without_entries_writes_nothing(alice: User, intake: Intake) -> None:
    result = follow_up_actions.record_steps(alice, intake, {"reassess": StepSubmission(None, NOTHING)})

    assert result.saved == ()
    assert event_codes() == [EventCode.INTAKE_STARTED]


def test_a_changed_outcome_replaces_the_stored_one(alice: User, intake: Intake) -> None:
    record(alice, intake, Outcome("consult_police", "planned"), DECIDED)
    base = step_fingerprint(follow_up_actions.stored_steps(intake)["consult_police"])

    assert record(alice, intake, DONE, base=base) == ()

    assert intake.follow_up == FollowUp((DONE,), (), DECIDED)
    assert Step.objects.count() == 2


def test_an_entry_can_be_removed(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE, DECIDED)
    stored = follow_up_actions.stored_steps(intake)

    follow_up_actions.record_steps(
        alice, intake, {key: StepSubmission(None, step_fingerprint(step)) for key, step in stored.items()}
    )

    assert intake.follow_up == FollowUp()
    assert event_codes()[1:] == [EventCode.STEPS_CHANGED] * 2


def test_a_step_that_someone_else_changed_stays_and_the_rest_is_saved(alice: User, intake: Intake) -> None:
    planned = Outcome("victim_support", "planned")
    record(alice, intake, DONE)

    conflicts = record(alice, intake, Outcome("consult_police", "not_done"), planned)

    assert conflicts == ("outcomes consult_police",)
    assert intake.follow_up.outcomes == (DONE, planned)


def test_removing_a_step_that_someone_else_changed_is_a_conflict(alice: User, intake: Intake) -> None:
    record(alice, intake, Outcome("consult_police", "planned"))
    base = step_fingerprint(follow_up_actions.stored_steps(intake)["consult_police"])
    record(alice, intake, DONE, base=base)

    conflicts = follow_up_actions.record_steps(
        alice, intake, {"consult_police": StepSubmission(None, base)}
    ).conflicts

    assert conflicts == ("outcomes consult_police",)
    assert intake.follow_up.outcomes == (DONE,)


def test_the_same_page_sent_twice_adds_one_consultation(alice: User, intake: Intake) -> None:
    page_id = uuid4()

    first = follow_up_actions.add_consultation(alice, intake, CALLED, page_id)
    second = follow_up_actions.add_consultation(alice, intake, CALLED, page_id)

    assert first.pk == second.pk != page_id
    assert intake.follow_up.consultations == (CALLED,)
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.CONSULTATION_ADDED]
    assert Event.objects.latest("seq").items == ["consultations"]


def test_a_consultation_does_not_take_over_the_id_of_an_outcome(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE)
    outcome = Step.objects.get()

    added = follow_up_actions.add_consultation(alice, intake, CALLED, outcome.pk)

    assert added.pk != outcome.pk
    assert intake.follow_up == FollowUp((DONE,), (CALLED,))


def test_changing_a_consultation_is_one_event(alice: User, intake: Intake) -> None:
    step = follow_up_actions.add_consultation(alice, intake, CALLED)
    base, other = record_fingerprint(step), Consultation("colleague")

    assert follow_up_actions.change_consultation(alice, intake, step.uuid, other, base)
    assert follow_up_actions.change_consultation(alice, intake, step.uuid, other, base)
    assert not follow_up_actions.change_consultation(alice, intake, step.uuid, Consultation("doctor"), base)

    assert intake.follow_up.consultations == (other,)
    assert event_codes() == [
        EventCode.INTAKE_STARTED,
        EventCode.CONSULTATION_ADDED,
        EventCode.CONSULTATION_CHANGED,
    ]


def test_neither_an_outcome_nor_another_intakes_consultation_is_changed_or_removed(
    alice: User, team: Team, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, team, "x", date(2026, 3, 23), "nl")
    theirs = follow_up_actions.add_consultation(alice, other, CALLED)
    record(alice, intake, DONE)
    outcome = intake.steps.get()

    for step in (theirs, outcome):
        with pytest.raises(Step.DoesNotExist):
            follow_up_actions.change_consultation(
                alice, intake, step.uuid, Consultation("other"), record_fingerprint(step)
            )
        follow_up_actions.remove_consultation(alice, intake, step.uuid)

    assert other.follow_up.consultations == (CALLED,)
    assert intake.follow_up.outcomes == (DONE,)


def test_removing_a_consultation_twice_is_one_event(alice: User, intake: Intake) -> None:
    step = follow_up_actions.add_consultation(alice, intake, CALLED)

    follow_up_actions.remove_consultation(alice, intake, step.uuid)
    follow_up_actions.remove_consultation(alice, intake, step.uuid)

    assert not intake.follow_up
    assert event_codes() == [
        EventCode.INTAKE_STARTED,
        EventCode.CONSULTATION_ADDED,
        EventCode.CONSULTATION_REMOVED,
    ]


def test_next_due_is_the_first_day_on_which_something_is_due(alice: User, intake: Intake) -> None:
    day = intake.on + timedelta(days=1)
    record(alice, intake, Outcome("victim_support", "planned", on=day))

    assert Intake.objects.get().next_due == day

    record(
        alice,
        intake,
        Outcome("victim_support", "done"),
        base=step_fingerprint(follow_up_actions.stored_steps(intake)["victim_support"]),
    )
    assert Intake.objects.get().next_due == intake.reassess_on

    record(alice, intake, Outcome("reassess", "not_done", why="De cliënt is verhuisd."))
    assert Intake.objects.get().next_due is None


def test_next_due_follows_the_answers(alice: User, intake: Intake) -> None:
    intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, danger_now="now"))

    assert Intake.objects.get().next_due == intake.on + timedelta(days=3)


def test_outcomes_do_not_lower_the_urgency(alice: User, intake: Intake) -> None:
    intake = intake_actions.save_section(
        alice, intake, "safety_now", submission_of(intake, danger_now="now")
    ).intake
    before = (intake.urgency, intake.police_urgency, intake.danger_signs, intake.reassess_on)

    record(alice, intake, Outcome("call_112", "done"), Outcome("consult_police", "done"), DECIDED)

    stored = Intake.objects.get()
    assert (stored.urgency, stored.police_urgency, stored.danger_signs, stored.reassess_on) == before


def test_the_database_refuses_a_second_row_of_decisions(alice: User, intake: Intake) -> None:
    record(alice, intake, DECIDED)

    with transaction.atomic(), pytest.raises(IntegrityError):
        Step(intake=intake, kind=Step.Kind.DECISION, content={}).save()


@pytest.mark.parametrize("kind", Step.Kind.values)
def test_a_stored_step_that_is_invalid_raises_an_error(intake: Intake, kind: str) -> None:
    step = Step(intake=intake, kind=kind, content={"verdict": "safe"})

    assert str(step) == str(step.uuid)
    with pytest.raises(InvalidInputError):
        _ = step.parsed


def test_a_follow_up_whose_event_fails_is_not_stored(
    alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(audit_log, "mac_of", fail)
    with pytest.raises(OSError, match="disk full"):
        record(alice, intake, DONE)
    with pytest.raises(OSError, match="disk full"):
        follow_up_actions.add_consultation(alice, intake, CALLED)

    assert not Step.objects.exists()
    assert Intake.objects.get().revision == 0


def test_the_migration_of_the_follow_up_sets_the_reassessment_as_next_due(intake: Intake) -> None:
    Intake.objects.update(next_due=None)

    import_string("questionnaire.migrations.0003_steps.look_again")(apps, None)

    assert Intake.objects.get().next_due == intake.reassess_on


class TestUndoingWhatAPageSaved:
    """In all of its steps or in none, whatever else was changed meanwhile."""

    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
        """Return what sets the clock, to minutes after the start."""
        start = timezone.now()

        def set_clock(minutes: int) -> None:
            monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=minutes))

        return set_clock

    def save(self, user: User, intake: Intake, *entries: Outcome, base: str = NOTHING) -> None:
        sent = {entry.what: StepSubmission(entry, base) for entry in entries}
        assert not follow_up_actions.record_steps(user, intake, sent, sitting=SITTING).conflicts

    def test_a_step_that_the_page_saved_by_itself_is_undone_as_long_as_the_last(
        self, alice: User, intake: Intake, clock: Callable[[int], None]
    ) -> None:
        self.save(alice, intake, DONE)
        clock(9)
        self.save(alice, intake, OTHER)
        clock(11)

        assert follow_up_actions.changed_in(alice, reload(intake), SITTING) == [DONE.what, OTHER.what]
        assert follow_up_actions.undo_steps(alice, intake, SITTING)
        assert reload(intake).follow_up == FollowUp()

    def test_after_ten_minutes_nothing_is_undone(
        self, alice: User, intake: Intake, clock: Callable[[int], None]
    ) -> None:
        self.save(alice, intake, DONE)
        clock(9)
        self.save(alice, intake, OTHER)
        clock(19)

        assert not follow_up_actions.undo_steps(alice, intake, SITTING)
        assert reload(intake).follow_up == FollowUp((DONE, OTHER))

    def test_the_last_one_comes_last_though_it_was_changed_first(self, alice: User, intake: Intake) -> None:
        self.save(alice, intake, DONE)
        self.save(alice, intake, OTHER)
        self.save(alice, intake, Outcome(DONE.what, "planned"), base=base_of(intake, DONE))

        assert follow_up_actions.changed_in(alice, reload(intake), SITTING) == [OTHER.what, DONE.what]

    def test_a_step_with_a_sitting_of_its_own_is_undone_alone(self, alice: User, intake: Intake) -> None:
        sent = {
            DONE.what: StepSubmission(DONE, NOTHING, sitting="own"),
            OTHER.what: StepSubmission(OTHER, NOTHING),
        }
        follow_up_actions.record_steps(alice, intake, sent, sitting=SITTING)

        assert follow_up_actions.changed_in(alice, reload(intake), "own") == [DONE.what]
        assert follow_up_actions.changed_in(alice, reload(intake), SITTING) == [OTHER.what]
        assert follow_up_actions.undo_steps(alice, intake, "own")
        assert reload(intake).follow_up == FollowUp((OTHER,))

    def test_no_consultation_takes_a_part_of_it_away(self, alice: User, intake: Intake) -> None:
        steps = [Outcome(code, "planned") for code in sorted(SUBJECTS)]
        assert len(steps) > 25
        self.save(alice, intake, *steps)

        for number in range(25):
            follow_up_actions.add_consultation(alice, intake, Consultation("police", str(number)))

        assert follow_up_actions.undo_steps(alice, intake, SITTING)
        assert not reload(intake).follow_up.outcomes

    def test_what_someone_else_made_of_a_step_in_between_comes_back(
        self, alice: User, intake: Intake
    ) -> None:
        self.save(alice, intake, DONE)
        theirs = Outcome(DONE.what, "not_done")
        assert record(alice, intake, theirs, base=base_of(intake, DONE)) == ()
        self.save(alice, intake, Outcome(DONE.what, "planned"), base=base_of(intake, DONE))

        assert follow_up_actions.undo_steps(alice, intake, SITTING)
        assert reload(intake).follow_up == FollowUp((theirs,))
