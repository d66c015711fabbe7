"""The counts of a team: each intake once in every table, by columns alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from questionnaire.actions import access as access_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.disclosure_control import Suppressed
from questionnaire.domain.follow_up import Outcome
from questionnaire.domain.workflow import State
from questionnaire.encryption import keyring
from questionnaire.models import Access, Intake, Team, User
from questionnaire.queries import statistics

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 27, 0, 30, tzinfo=ZONE)
TODAY = NOW.date()
BEFORE = NOW - timedelta(hours=1)  # yesterday


@pytest.fixture
def create(alice: User, team: Team) -> Any:
    """Return a function that creates so many intakes with these columns."""

    def make(count: int, **columns: Any) -> None:
        for _number in range(count):
            intake = intake_actions.start_intake(alice, team, "x", TODAY, "nl")
            Intake.objects.filter(pk=intake.pk).update(**{"started_at": BEFORE, **columns})

    return make


def count(team: Team, now: datetime = NOW) -> statistics.TeamCounts:
    """Count a team as on a day on which nobody looked before."""
    cache.clear()
    return statistics.count_team(team, now)


def numbers_of(team: Team, table: str) -> dict[str, object]:
    """Return the numbers of one table by kind; empty when none are shown."""
    counts = {shown.id: shown for shown in count(team).tables}[table]
    return dict(zip(counts.kinds, counts.cells or (), strict=counts.cells is not None))


def test_a_team_with_few_is_not_counted(create: Any, team: Team) -> None:
    for _number in range(5):
        assert count(team) == statistics.TeamCounts(team, None, (), None)
        create(1)

    assert count(team).total == 5


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

    assert count(team).open_steps == all_steps


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
    ended = BEFORE
    second = timedelta(seconds=1)
    waited = {timedelta(1): 6, timedelta(1) + second: 5, timedelta(3): 2, timedelta(7): 8}
    waited |= {timedelta(7) + second: 9}
    for span, count in waited.items():
        create(count, submitted_at=ended - span, reviewed_at=ended)
    create(5, submitted_at=NOW)
    create(5, submitted_at=NOW - timedelta(100), reviewed_at=NOW - timedelta(91))

    assert tuple(numbers_of(team, "review").values()) == (6, 7, 8, 9)


def test_counting_takes_one_query_and_decrypts_nothing(
    create: Any, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(6)
    monkeypatch.setattr(keyring, "unseal", lambda *_args: pytest.fail("opened"))

    with CaptureQueriesContext(connection) as captured:
        assert count(team).total == 6

    of_intakes = [query["sql"] for query in captured if "questionnaire_intake" in query["sql"]]
    assert len(of_intakes) == 1
    assert '"content"' not in of_intakes[0]


def test_another_team_is_not_counted(create: Any, team: Team, other_team: Team) -> None:
    create(6)

    assert count(team).total == 6
    assert count(other_team).total is None


def test_what_began_today_moves_no_number_until_tomorrow(create: Any, team: Team) -> None:
    create(6)
    create(1, started_at=NOW)

    assert count(team).total == 6
    assert count(team, NOW + timedelta(days=1)).total == 7


@pytest.mark.parametrize("begin", [datetime(2026, 3, 30, tzinfo=ZONE), datetime(2026, 10, 26, tzinfo=ZONE)])
def test_a_day_ends_at_midnight_when_the_clocks_changed(create: Any, team: Team, begin: datetime) -> None:
    create(5, started_at=begin - timedelta(seconds=1))
    create(1, started_at=begin)

    assert count(team, begin + timedelta(hours=9)).total == 5


def test_a_shielded_case_moves_no_number_from_its_start_on(create: Any, alice: User, team: Team) -> None:
    create(8)
    before = statistics.count_team(team, NOW)
    intake = intake_actions.start_intake(alice, team, "2026-9", TODAY, "nl")
    during = statistics.count_team(team, NOW)
    access_actions.shield(alice, intake)
    Intake.objects.filter(pk=intake.pk).update(started_at=BEFORE)

    assert before == during == statistics.count_team(team, NOW) == count(team)
    assert count(team, NOW + timedelta(days=1)).total == 8


def test_a_case_that_is_kept_from_anybody_is_not_counted_for_anybody(
    create: Any, alice: User, bob: User, team: Team
) -> None:
    create(8)
    intake = Intake.objects.first()
    assert intake is not None
    access_actions.grant(alice, intake, bob, Access.Kind.LOCKED_OUT)

    assert count(team).total == 7


def test_on_one_day_a_number_does_not_move_whatever_happens(create: Any, team: Team) -> None:
    create(8, state=State.CONCEPT)
    before = statistics.count_team(team, NOW)
    Intake.objects.update(state=State.SIGNED_OFF, urgency=4, open_steps=3)
    create(3)

    assert statistics.count_team(team, NOW + timedelta(hours=20)) == before
    assert statistics.count_team(team, NOW + timedelta(days=1)) != before
