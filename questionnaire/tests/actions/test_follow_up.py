"""What came of the advice, as it is stored: outcomes, consultations and the two decisions."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils.module_loading import import_string

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.follow_up import DECISIONS, SentStep, consultation_digest, step_digest
from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.follow_up import Consultation, Decision, FollowUp, Outcome
from questionnaire.models import Event, Intake, Step, Team, User
from questionnaire.tests.actions.test_intakes import answering, codes

CANARY = "kanarie"
NOTHING = step_digest(None)
DONE = Outcome("consult_police", "done", CANARY, date(2026, 3, 23), CANARY)
CALLED = Consultation("police", CANARY, date(2026, 3, 23), "14:30", CANARY)
DECIDED = Decision("no", "enough", CANARY, CANARY, date(2026, 3, 23))


def record(user: User, intake: Intake, *told: Outcome | Decision, base: str = NOTHING) -> tuple[str, ...]:
    return follow_up_actions.record_steps(
        user,
        intake,
        {one.what if isinstance(one, Outcome) else DECISIONS: SentStep(one, base) for one in told},
    ).conflicts


def test_nothing_came_of_a_new_intake(intake: Intake) -> None:
    assert intake.follow_up == FollowUp()
    assert intake.next_due == intake.reassess_on


def test_outcomes_and_decisions_are_stored_at_once(alice: User, intake: Intake) -> None:
    assert record(alice, intake, DONE, DECIDED) == ()

    assert intake.follow_up == FollowUp((DONE,), (), DECIDED)
    assert codes() == [Code.INTAKE_STARTED, Code.STEPS_CHANGED]
    assert Intake.objects.get().revision == 1


def test_the_event_does_not_tell_which_advice_it_was(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE, Outcome("crisis_support", "planned"), DECIDED)

    assert Event.objects.latest("seq").items == [DECISIONS, "outcomes"]


def test_the_database_holds_no_word_of_it(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE, DECIDED)
    follow_up_actions.add_consultation(alice, intake, CALLED)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM questionnaire_step")
        rows = repr([bytes(value) if isinstance(value, memoryview) else value for value in cursor.fetchall()])
    assert CANARY not in rows
    assert "consult_police" not in rows


def test_the_same_again_writes_nothing(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE)

    assert record(alice, intake, DONE) == ()

    assert codes() == [Code.INTAKE_STARTED, Code.STEPS_CHANGED]


def test_a_page_that_says_nothing_writes_nothing(alice: User, intake: Intake) -> None:
    assert follow_up_actions.record_steps(alice, intake, {"reassess": SentStep(None, NOTHING)}).saved == ()

    assert codes() == [Code.INTAKE_STARTED]


def test_an_outcome_is_changed_in_its_place(alice: User, intake: Intake) -> None:
    record(alice, intake, Outcome("consult_police", "planned"), DECIDED)
    base = step_digest(follow_up_actions.recorded(intake)["consult_police"])

    assert record(alice, intake, DONE, base=base) == ()

    assert intake.follow_up == FollowUp((DONE,), (), DECIDED)
    assert Step.objects.count() == 2


def test_an_outcome_is_taken_away(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE, DECIDED)
    stored = follow_up_actions.recorded(intake)

    follow_up_actions.record_steps(
        alice, intake, {key: SentStep(None, step_digest(step)) for key, step in stored.items()}
    )

    assert intake.follow_up == FollowUp()
    assert codes()[1:] == [Code.STEPS_CHANGED] * 2


def test_what_someone_else_changed_stays_and_the_rest_is_saved(alice: User, intake: Intake) -> None:
    planned = Outcome("victim_support", "planned")
    record(alice, intake, DONE)

    conflicts = record(alice, intake, Outcome("consult_police", "not_done"), planned)

    assert conflicts == ("outcomes consult_police",)
    assert intake.follow_up.outcomes == (DONE, planned)


def test_taking_away_what_someone_else_changed_is_a_conflict(alice: User, intake: Intake) -> None:
    record(alice, intake, Outcome("consult_police", "planned"))
    base = step_digest(follow_up_actions.recorded(intake)["consult_police"])
    record(alice, intake, DONE, base=base)

    conflicts = follow_up_actions.record_steps(
        alice, intake, {"consult_police": SentStep(None, base)}
    ).conflicts

    assert conflicts == ("outcomes consult_police",)
    assert intake.follow_up.outcomes == (DONE,)


def test_a_consultation_is_added_once_for_one_page(alice: User, intake: Intake) -> None:
    made_with = uuid4()

    first = follow_up_actions.add_consultation(alice, intake, CALLED, made_with)
    second = follow_up_actions.add_consultation(alice, intake, CALLED, made_with)

    assert first.pk == second.pk == made_with
    assert intake.follow_up.consultations == (CALLED,)
    assert codes() == [Code.INTAKE_STARTED, Code.CONSULTATION_ADDED]
    assert Event.objects.latest("seq").items == ["consultations"]


def test_a_consultation_takes_no_place_of_an_outcome(alice: User, intake: Intake) -> None:
    record(alice, intake, DONE)
    outcome = Step.objects.get()

    added = follow_up_actions.add_consultation(alice, intake, CALLED, outcome.pk)

    assert added.pk != outcome.pk
    assert intake.follow_up == FollowUp((DONE,), (CALLED,))


def test_changing_a_consultation(alice: User, intake: Intake) -> None:
    step = follow_up_actions.add_consultation(alice, intake, CALLED)
    base, other = consultation_digest(step), Consultation("colleague")

    assert follow_up_actions.change_consultation(alice, intake, step.uuid, other, base)
    assert follow_up_actions.change_consultation(alice, intake, step.uuid, other, base)
    assert not follow_up_actions.change_consultation(alice, intake, step.uuid, Consultation("doctor"), base)

    assert intake.follow_up.consultations == (other,)
    assert codes() == [Code.INTAKE_STARTED, Code.CONSULTATION_ADDED, Code.CONSULTATION_CHANGED]


def test_only_a_consultation_of_this_intake_is_changed_or_removed(
    alice: User, team: Team, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, team, "x", date(2026, 3, 23), "nl")
    theirs = follow_up_actions.add_consultation(alice, other, CALLED)
    record(alice, intake, DONE)
    outcome = intake.steps.get()

    for step in (theirs, outcome):
        with pytest.raises(Step.DoesNotExist):
            follow_up_actions.change_consultation(
                alice, intake, step.uuid, Consultation("other"), consultation_digest(step)
            )
        follow_up_actions.remove_consultation(alice, intake, step.uuid)

    assert other.follow_up.consultations == (CALLED,)
    assert intake.follow_up.outcomes == (DONE,)


def test_a_consultation_is_removed_once(alice: User, intake: Intake) -> None:
    step = follow_up_actions.add_consultation(alice, intake, CALLED)

    follow_up_actions.remove_consultation(alice, intake, step.uuid)
    follow_up_actions.remove_consultation(alice, intake, step.uuid)

    assert not intake.follow_up
    assert codes() == [Code.INTAKE_STARTED, Code.CONSULTATION_ADDED, Code.CONSULTATION_REMOVED]


def test_the_list_knows_what_is_due_first(alice: User, intake: Intake) -> None:
    day = intake.on + timedelta(days=1)
    record(alice, intake, Outcome("victim_support", "planned", on=day))

    assert Intake.objects.get().next_due == day

    record(
        alice,
        intake,
        Outcome("victim_support", "done"),
        base=step_digest(follow_up_actions.recorded(intake)["victim_support"]),
    )
    assert Intake.objects.get().next_due == intake.reassess_on

    record(alice, intake, Outcome("reassess", "done"))
    assert Intake.objects.get().next_due is None


def test_the_list_follows_also_when_the_answers_change(alice: User, intake: Intake) -> None:
    intake_actions.save_section(alice, intake, "safety_now", answering(intake, danger_now="now"))

    assert Intake.objects.get().next_due == intake.on + timedelta(days=3)


def test_marking_everything_done_lowers_nothing(alice: User, intake: Intake) -> None:
    intake = intake_actions.save_section(
        alice, intake, "safety_now", answering(intake, danger_now="now")
    ).intake
    before = (intake.urgency, intake.police_urgency, intake.danger_signs, intake.reassess_on)

    record(alice, intake, Outcome("call_112", "done"), Outcome("consult_police", "done"), DECIDED)

    stored = Intake.objects.get()
    assert (stored.urgency, stored.police_urgency, stored.danger_signs, stored.reassess_on) == before


def test_decisions_are_taken_once(alice: User, intake: Intake) -> None:
    record(alice, intake, DECIDED)

    with transaction.atomic(), pytest.raises(IntegrityError):
        Step(intake=intake, kind=Step.Kind.DECISION, content={}).save()


@pytest.mark.parametrize("kind", Step.Kind.values)
def test_a_stored_step_that_does_not_fit_is_refused(intake: Intake, kind: str) -> None:
    step = Step(intake=intake, kind=kind, content={"verdict": "safe"})

    assert str(step) == str(step.uuid)
    with pytest.raises(InvalidInputError):
        _ = step.told


def test_steps_whose_event_fails_are_not_stored(
    alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(audit_log, "_mac", fail)
    with pytest.raises(OSError, match="disk full"):
        record(alice, intake, DONE)
    with pytest.raises(OSError, match="disk full"):
        follow_up_actions.add_consultation(alice, intake, CALLED)

    assert not Step.objects.exists()
    assert Intake.objects.get().revision == 0


def test_intakes_from_before_are_due_when_they_are_to_be_looked_at_again(intake: Intake) -> None:
    Intake.objects.update(next_due=None)

    import_string("questionnaire.migrations.0003_steps.look_again")(apps, None)

    assert Intake.objects.get().next_due == intake.reassess_on
