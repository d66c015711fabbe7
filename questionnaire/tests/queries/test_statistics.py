"""The counts of a team: each intake once in every table, by columns alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.disclosure_control import Suppressed
from questionnaire.domain.follow_up import Outcome
from questionnaire.domain.workflow import State
from questionnaire.encryption import keyring
from questionnaire.models import Intake, Team, User
from questionnaire.queries import statistics

NOW = datetime(2026, 11, 27, 0, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
TODAY = NOW.date()


@pytest.fixture
def create(alice: User, team: Team) -> Any:
    """Return a function that creates so many intakes with these columns."""

    def make(count: int, **columns: Any) -> None:
        for _number in range(count):
            intake = intake_actions.start_intake(alice, team, "x", TODAY, "nl")
            Intake.objects.filter(pk=intake.pk).update(**columns)

    return make


def numbers_of(team: Team, table: str) -> dict[str, object]:
    """Return the numbers of one table by kind; empty when none are shown."""
    counts = {shown.id: shown for shown in statistics.count_team(team, NOW).tables}[table]
    return dict(zip(counts.kinds, counts.cells or (), strict=counts.cells is not None))


def test_a_team_with_few_is_not_counted(create: Any, team: Team) -> None:
    for _number in range(5):
        assert statistics.count_team(team, NOW) == statistics.TeamCounts(team, None, (), None)
        create(1)

    assert statistics.count_team(team, NOW).total == 5


def test_intakes_are_counted_by_state_and_urgency(create: Any, team: Team) -> None:
    create(5, state=State.SUBMITTED, urgency=4)
    create(6, state=State.RETURNED, urgency=3)
    create(7, state=State.SIGNED_OFF, urgency=2)
    create(8, state=State.CONCEPT, urgency=1)

    assert tuple(numbers_of(team, "state").values()) == (8, 5, 6, 7)
    assert tuple(numbers_of(team, "urgency").values()) == (5, 6, 7, 8)


def test_a_small_number_is_suppressed_with_another_that_would_reveal_it(create: Any, team: Team) -> None:
    create(2, state=State.SUBMITTED)
    for state in (State.CONCEPT, State.RETURNED, State.SIGNED_OFF):
        create(8, state=state)

    assert tuple(numbers_of(team, "state").values()) == (8, Suppressed.SMALL, Suppressed.COMPLEMENTARY, 8)


def test_intakes_are_counted_by_when_something_is_due(create: Any, team: Team) -> None:
    days = {-1: 5, 0: 3, 7: 4, 8: 6}
    for days_on, count in days.items():
        create(count, next_due=TODAY + timedelta(days=days_on))
    create(9, next_due=None)

    assert tuple(numbers_of(team, "due").values()) == (5, 7, 6, 9)


@pytest.mark.parametrize(("with_steps", "all_steps"), [(6, 12), (4, None)])
def test_steps_are_summed_when_the_number_of_intakes_with_steps_is_shown(
    create: Any, team: Team, with_steps: int, all_steps: int | None
) -> None:
    create(with_steps, open_steps=2)
    create(9, open_steps=0)

    assert statistics.count_team(team, NOW).open_steps == all_steps


def test_open_steps_are_the_planned_ones(alice: User, intake: Intake) -> None:
    outcomes = (
        Outcome("consult_police", "planned"),
        Outcome("victim_support", "planned", on=TODAY),
        Outcome("safety_plan", "done"),
        Outcome("reassess", "planned", on=TODAY),
    )
    sent = {
        outcome.what: follow_up_actions.StepSubmission(outcome, follow_up_actions.step_fingerprint(None))
        for outcome in outcomes
    }

    follow_up_actions.record_steps(alice, intake, sent)

    assert Intake.objects.get().open_steps == 2


def test_intakes_are_counted_by_time_to_review(create: Any, team: Team) -> None:
    ended = NOW - timedelta(days=1)
    second = timedelta(seconds=1)
    waited = {timedelta(1): 6, timedelta(1) + second: 5, timedelta(3): 2, timedelta(7): 8}
    waited |= {timedelta(7) + second: 9}
    for span, count in waited.items():
        create(count, submitted_at=ended - span, reviewed_at=ended)
    create(5, submitted_at=NOW)
    create(5, submitted_at=NOW - timedelta(100), reviewed_at=NOW - timedelta(91))

    assert tuple(numbers_of(team, "review").values()) == (6, 7, 8, 9)


def test_counting_takes_one_query_and_decrypts_nothing(
    create: Any, team: Team, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    create(6)
    monkeypatch.setattr(keyring, "unseal", lambda *_args: pytest.fail("opened"))

    with django_assert_num_queries(1) as queries:
        assert statistics.count_team(team, NOW).total == 6

    assert '"content"' not in queries.captured_queries[0]["sql"]


def test_another_team_is_not_counted(create: Any, team: Team, other_team: Team) -> None:
    create(6)

    assert statistics.count_team(team, NOW).total == 6
    assert statistics.count_team(other_team, NOW).total is None
