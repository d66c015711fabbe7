"""What is counted of a team: each conversation once in every table, by columns alone."""

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
def made(alice: User, team: Team) -> Any:
    """So many intakes, with these columns."""

    def make(count: int, **columns: Any) -> None:
        for _number in range(count):
            intake = intake_actions.start_intake(alice, team, "x", TODAY, "nl")
            Intake.objects.filter(pk=intake.pk).update(**columns)

    return make


def told(team: Team, table: str) -> dict[str, object]:
    """The numbers of one table by kind; empty where none are told."""
    found = {each.id: each for each in statistics.counts(team, NOW).tables}[table]
    return dict(zip(found.kinds, found.cells or (), strict=found.cells is not None))


def test_a_team_with_few_is_not_counted(made: Any, team: Team) -> None:
    for _number in range(5):
        assert statistics.counts(team, NOW) == statistics.TeamCounts(team, None, (), None)
        made(1)

    assert statistics.counts(team, NOW).total == 5


def test_the_states_and_levels(made: Any, team: Team) -> None:
    made(5, state=State.SUBMITTED, urgency=4)
    made(6, state=State.RETURNED, urgency=3)
    made(7, state=State.SIGNED_OFF, urgency=2)
    made(8, state=State.CONCEPT, urgency=1)

    assert tuple(told(team, "state").values()) == (8, 5, 6, 7)
    assert tuple(told(team, "urgency").values()) == (5, 6, 7, 8)


def test_a_small_number_is_kept_back_with_what_would_give_it_away(made: Any, team: Team) -> None:
    made(2, state=State.SUBMITTED)
    for state in (State.CONCEPT, State.RETURNED, State.SIGNED_OFF):
        made(8, state=state)

    assert tuple(told(team, "state").values()) == (8, Suppressed.SMALL, Suppressed.BESIDE, 8)


def test_what_is_due_by_day(made: Any, team: Team) -> None:
    days = {-1: 5, 0: 3, 7: 4, 8: 6}
    for days_on, count in days.items():
        made(count, next_due=TODAY + timedelta(days=days_on))
    made(9, next_due=None)

    assert tuple(told(team, "due").values()) == (5, 7, 6, 9)


@pytest.mark.parametrize(("with_steps", "all_steps"), [(6, 12), (4, None)])
def test_steps_are_summed_where_it_is_told_in_how_many(
    made: Any, team: Team, with_steps: int, all_steps: int | None
) -> None:
    made(with_steps, open_steps=2)
    made(9, open_steps=0)

    assert statistics.counts(team, NOW).open_steps == all_steps


def test_open_steps_are_those_planned(alice: User, intake: Intake) -> None:
    came = (
        Outcome("consult_police", "planned"),
        Outcome("victim_support", "planned", on=TODAY),
        Outcome("safety_plan", "done"),
        Outcome("reassess", "planned", on=TODAY),
    )
    sent = {
        outcome.what: follow_up_actions.SentStep(outcome, follow_up_actions.step_digest(None))
        for outcome in came
    }

    follow_up_actions.record_steps(alice, intake, sent)

    assert Intake.objects.get().open_steps == 2


def test_time_to_review(made: Any, team: Team) -> None:
    ended = NOW - timedelta(days=1)
    second = timedelta(seconds=1)
    waited = {timedelta(1): 6, timedelta(1) + second: 5, timedelta(3): 2, timedelta(7): 8}
    waited |= {timedelta(7) + second: 9}
    for span, count in waited.items():
        made(count, submitted_at=ended - span, reviewed_at=ended)
    made(5, submitted_at=NOW)
    made(5, submitted_at=NOW - timedelta(100), reviewed_at=NOW - timedelta(91))

    assert tuple(told(team, "review").values()) == (6, 7, 8, 9)


def test_nothing_is_opened_and_one_query_asked(
    made: Any, team: Team, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    made(6)
    monkeypatch.setattr(keyring, "unseal", lambda *_args: pytest.fail("opened"))

    with django_assert_num_queries(1) as asked:
        assert statistics.counts(team, NOW).total == 6

    assert '"content"' not in asked.captured_queries[0]["sql"]


def test_another_team_is_not_counted(made: Any, team: Team, other_team: Team) -> None:
    made(6)

    assert statistics.counts(other_team, NOW).total is None
