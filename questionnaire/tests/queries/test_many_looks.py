"""Who looked in how many cases, beside their colleagues."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import memberships
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.refused_looks import record_refused_look
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.queries import many_looks
from questionnaire.queries.many_looks import looks_in
from questionnaire.tests.conftest import account
from questionnaire.tests.people import moved_clock

pytestmark = pytest.mark.django_db

Role = Membership.Role


@pytest.fixture
def cases(alice: User, team: Team) -> list[Intake]:
    return [
        intake_actions.start_intake(alice, team, f"2026-{number}", date(2026, 3, 23), "nl")
        for number in range(6)
    ]


def look(user: User, *intakes: Intake, code: EventCode = EventCode.SUMMARY_READ) -> None:
    with transaction.atomic():
        for intake in intakes:
            audit_log.record(user, code, intake)


def told(team: Team) -> list[tuple[str, int, int, int, bool]]:
    return [
        (str(row.user), row.cases, row.openings, row.refusals, row.is_more_than_most)
        for row in looks_in(team).rows
    ]


def test_what_is_kept_from_who_asks_does_not_count(team: Team, bob: User, cases: list[Intake]) -> None:
    look(bob, cases[0], cases[1])
    record_refused_look(bob, cases[0].pk)

    (row,) = [each for each in looks_in(team, {cases[0].case_id}).rows if each.user == bob]

    assert (row.cases, row.refusals) == (1, 0)


def test_people_are_told_by_number_with_the_median_of_who_reads(
    team: Team, alice: User, bob: User, rachel: User, charlie: User, cases: list[Intake]
) -> None:
    account("mona", team, Role.MANAGER)
    look(bob, cases[0], cases[0], cases[1])
    look(bob, cases[1], code=EventCode.CASE_OPENED)
    look(rachel, cases[0])
    record_refused_look(rachel, cases[5].pk)
    look(charlie, cases[0])

    found = looks_in(team)

    assert told(team) == [
        ("alice", 6, 0, 0, True),
        ("bob", 2, 1, 0, False),
        ("rachel", 1, 0, 1, False),
    ]
    assert (found.median, found.is_cut) == (2, False)
    assert [role.value for role in found.rows[0].roles] == ["professional", "manager"]


def test_of_few_cases_a_difference_says_nothing(team: Team, bob: User, cases: list[Intake]) -> None:
    for name in ("ben", "bea", "bas"):
        account(name, team, Role.PROFESSIONAL)
    look(bob, *cases[:4])
    assert ("bob", 4, 0, 0, False) in told(team)

    look(bob, cases[4])
    assert ("bob", 5, 0, 0, True) in told(team)


def test_what_is_long_ago_and_cases_of_another_team_do_not_count(
    team: Team, other_team: Team, charlie: User, cases: list[Intake], unguarded: None
) -> None:
    Membership.objects.create(user=charlie, team=team, role=Role.PROFESSIONAL)
    intake_actions.start_intake(charlie, other_team, "2026-900", date(2026, 3, 23), "nl")
    assert [name for name, *_rest in told(team)] == ["alice"]

    Event.objects.update(at=timezone.now() - timedelta(days=many_looks.DAYS[0] + 1))
    assert told(team) == []


def test_who_left_the_team_after_looking_is_told(team: Team, bob: User, cases: list[Intake]) -> None:
    look(bob, cases[0])
    memberships.revoke_role(account("adam", team, Role.ADMINISTRATOR), team, bob, Role.PROFESSIONAL)

    assert ("bob", 1, 0, 0, False) in told(team)
    assert next(row for row in looks_in(team).rows if row.user == bob).roles == ()


def test_of_a_large_team_those_who_looked_most_are_told(
    team: Team, bob: User, cases: list[Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_looks, "MOST_SHOWN", 1)
    look(bob, cases[0])

    assert len(told(team)) == 1
    assert looks_in(team).is_cut


def test_a_team_of_nobody_who_reads_has_no_looks(team: Team) -> None:
    account("mona", team, Role.MANAGER)
    assert (looks_in(team).rows, looks_in(team).median) == ((), 0)


@pytest.mark.parametrize(("too_many", "days", "counted"), [(0, 30, 6), (1, 14, 5), (5, 1, 5)])
def test_of_very_many_events_the_last_days_count(
    team: Team,
    bob: User,
    cases: list[Intake],
    too_many: int,
    days: int,
    counted: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that the time of the page is bounded. What happened in one day is counted all the same."""
    with moved_clock(timedelta(days=-20)):
        look(bob, cases[5])
    look(bob, *cases[:5], *cases[:5])
    in_all = Event.objects.exclude(actor=None).count()
    monkeypatch.setattr(many_looks, "MOST_COUNTED", in_all - too_many)

    found = looks_in(team)

    assert found.days == days
    assert [row.cases for row in found.rows if row.user == bob] == [counted]
