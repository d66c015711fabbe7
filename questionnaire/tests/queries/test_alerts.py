"""What who audits or manages a team is told: in one line for a person and a day, and nothing of a case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.audit import record_alert_seen
from questionnaire.actions.memberships import set_roles
from questionnaire.audit import limit_events, limits
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.limits import LimitName
from questionnaire.models import Access, Event, Intake, Membership, Team, User
from questionnaire.queries import alerts
from questionnaire.queries.alerts import AlertKind, alerts_for
from questionnaire.tests.conftest import account

pytestmark = pytest.mark.django_db

Role = Membership.Role
REASON = "Alice is vandaag plotseling ziek geworden."
MORNING = datetime(2026, 6, 3, 7, tzinfo=UTC)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Return the moment that it is, to change."""
    moment = [MORNING]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    monkeypatch.setattr("questionnaire.domain.dates.today", lambda: timezone.localdate(moment[0]))
    return moment


@pytest.fixture
def auditor(team: Team, now: list[datetime]) -> User:
    return account("otto", team, Role.AUDITOR)


@pytest.fixture
def manager(team: Team, now: list[datetime]) -> User:
    return account("mona", team, Role.MANAGER)


def told(user: User, role: Role) -> list[tuple[str, str, str, int]]:
    rows = alerts_for(user, {role}).rows
    return [(row.kind.value, str(row.person), row.day.isoformat(), row.count) for row in rows]


def record(user: User | None, code: EventCode, times: int = 1, **about: Any) -> None:
    with transaction.atomic():
        for _time in range(times):
            audit_log.record(user, code, **about)


def test_each_kind_is_one_line_with_how_often_and_when(
    auditor: User, manager: User, bob: User, alice: User, intake: Intake, now: list[datetime]
) -> None:
    begin = now[0]
    access_actions.open_with_reason(bob, intake, REASON)
    record(bob, EventCode.LOOK_REFUSED, 5, intake=Intake(pk=intake.pk), in_own_chain=True)
    limit_events.record_met(LimitName.SEARCHES, bob)
    now[0] += timedelta(hours=2)
    record(bob, EventCode.DOCUMENT_READ, limits.MANY_COPIES, intake=intake)
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    limit_events.record_met(LimitName.STARTS, bob)

    expected = [
        ("limits", "bob", "2026-06-03", 2),
        ("opened", "bob", "2026-06-03", 1),
        ("refused", "bob", "2026-06-03", 5),
        ("copies", "bob", "2026-06-03", limits.MANY_COPIES),
        ("rights", "alice", "2026-06-03", 1),
    ]
    assert told(auditor, Role.AUDITOR) == expected
    assert told(manager, Role.MANAGER) == expected
    first = alerts_for(auditor, {Role.AUDITOR}).rows[0]
    assert (first.first, first.last) == (begin, begin + timedelta(hours=2))


@pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.REVIEWER, Role.ADMINISTRATOR])
def test_nobody_else_is_told_and_nothing_is_asked_for_them(
    team: Team, bob: User, intake: Intake, role: Role
) -> None:
    access_actions.open_with_reason(bob, intake, REASON)
    other = account("other", team, role)

    with CaptureQueriesContext(connection) as captured:
        assert alerts_for(other, {role}) == alerts.Alerts()

    assert len(captured) == 0


def test_who_lost_the_role_is_told_nothing(auditor: User, team: Team, bob: User, intake: Intake) -> None:
    access_actions.open_with_reason(bob, intake, REASON)
    Membership.objects.filter(user=auditor).delete()

    assert told(auditor, Role.AUDITOR) == []


@pytest.mark.parametrize("times", [limits.MANY_REFUSED_LOOKS - 1, limits.MANY_REFUSED_LOOKS])
def test_few_refused_looks_are_not_told(auditor: User, bob: User, intake: Intake, times: int) -> None:
    record(bob, EventCode.LOOK_REFUSED, times, intake=Intake(pk=intake.pk), in_own_chain=True)

    assert len(told(auditor, Role.AUDITOR)) == (times == limits.MANY_REFUSED_LOOKS)


@pytest.mark.parametrize("count", [2, 3])
def test_many_cases_are_counted_once_each(
    auditor: User, bob: User, alice: User, team: Team, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setitem(alerts.FROM, AlertKind.CASES, 3)
    for number in range(count):
        intake = intake_actions.start_intake(alice, team, f"2026-{number}", date(2026, 6, 3), "nl")
        record(bob, EventCode.SUMMARY_READ, 4, intake=intake)

    assert told(auditor, Role.AUDITOR) == ([("cases", "bob", "2026-06-03", 3)] if count == 3 else [])


@pytest.mark.parametrize(
    ("midnight", "days"),
    [
        (datetime(2026, 3, 28, 23, tzinfo=UTC), ("2026-03-28", "2026-03-29")),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), ("2026-10-24", "2026-10-25")),
        (datetime(2026, 10, 25, 23, tzinfo=UTC), ("2026-10-25", "2026-10-26")),
    ],
    ids=["before the clocks go forward", "before they go back", "after they went back"],
)
def test_a_day_is_that_of_the_clock_on_the_wall(
    auditor: User,
    bob: User,
    intake: Intake,
    now: list[datetime],
    monkeypatch: pytest.MonkeyPatch,
    midnight: datetime,
    days: tuple[str, str],
) -> None:
    monkeypatch.setitem(alerts.FROM, AlertKind.COPIES, 2)
    for at in (midnight - timedelta(seconds=1), midnight):
        now[0] = at
        record(bob, EventCode.DOCUMENT_READ, 2, intake=intake)
        limit_events.record_met(LimitName.SEARCHES if at == midnight else LimitName.LOGS, bob)
    now[0] = midnight + timedelta(hours=4)

    assert told(auditor, Role.AUDITOR) == [
        ("limits", "bob", days[1], 1),
        ("copies", "bob", days[1], 2),
        ("limits", "bob", days[0], 1),
        ("copies", "bob", days[0], 2),
    ]


def test_after_thirty_days_it_goes_by_itself(
    auditor: User, bob: User, intake: Intake, now: list[datetime]
) -> None:
    access_actions.open_with_reason(bob, intake, REASON)
    now[0] = MORNING + timedelta(days=29)
    assert len(told(auditor, Role.AUDITOR)) == 1

    now[0] += timedelta(days=1)
    assert told(auditor, Role.AUDITOR) == []


def test_seen_is_for_oneself_until_more_is_added(
    auditor: User, manager: User, bob: User, alice: User, intake: Intake, now: list[datetime]
) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)
    record_alert_seen(auditor, alerts_for(auditor, {Role.AUDITOR}).rows[0].details)

    assert told(auditor, Role.AUDITOR) == []
    assert len(told(manager, Role.MANAGER)) == 1
    now[0] += timedelta(hours=1)
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    assert told(auditor, Role.AUDITOR) == [("rights", "alice", "2026-06-03", 2)]
    event = Event.objects.get(code=EventCode.ALERT_SEEN)
    assert event.details == {"alert": "rights", "person": alice.pk, "day": "2026-06-03", "count": 1}


def test_what_is_told_from_a_number_on_comes_back_at_twice_that(
    auditor: User, bob: User, intake: Intake
) -> None:
    def look() -> None:
        record(bob, EventCode.LOOK_REFUSED, intake=Intake(pk=intake.pk), in_own_chain=True)

    for _time in range(5):
        look()
    record_alert_seen(auditor, alerts_for(auditor, {Role.AUDITOR}).rows[0].details)
    for _time in range(4):
        look()
    assert told(auditor, Role.AUDITOR) == []

    look()
    assert told(auditor, Role.AUDITOR) == [("refused", "bob", "2026-06-03", 10)]


def test_what_one_did_oneself_is_told_to_the_others(
    auditor: User, team: Team, bob: User, intake: Intake
) -> None:
    both = account("cora", team, Role.PROFESSIONAL, Role.MANAGER)
    access_actions.open_with_reason(both, intake, REASON)

    assert told(both, Role.MANAGER) == []
    assert told(auditor, Role.AUDITOR) == [("opened", "cora", "2026-06-03", 1)]


def test_nothing_in_a_shielded_case_moves_what_a_manager_is_told(
    auditor: User, manager: User, bob: User, alice: User, intake: Intake
) -> None:
    access_actions.shield(alice, intake)
    before = told(manager, Role.MANAGER)

    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)
    record(bob, EventCode.DOCUMENT_READ, limits.MANY_COPIES, intake=intake)

    assert told(manager, Role.MANAGER) == before == []
    assert [row[0] for row in told(auditor, Role.AUDITOR)] == ["copies", "rights"]


def test_an_auditor_is_told_nothing_of_a_case_that_is_kept_from_them(
    auditor: User, manager: User, bob: User, alice: User, intake: Intake
) -> None:
    access_actions.grant(alice, intake, auditor, Access.Kind.LOCKED_OUT)
    access_actions.open_with_reason(bob, intake, REASON)
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    record(bob, EventCode.LOOK_REFUSED, 5, intake=intake, in_own_chain=True)

    assert told(auditor, Role.AUDITOR) == []
    assert {row[0] for row in told(manager, Role.MANAGER)} == {"opened", "refused", "rights"}


def test_to_deny_someone_a_case_gives_no_right(auditor: User, bob: User, alice: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.LOCKED_OUT)

    assert told(auditor, Role.AUDITOR) == []


def test_of_another_team_nothing_is_told(auditor: User, charlie: User, team: Team) -> None:
    other = Team.objects.exclude(pk=team.pk).get()
    dora = account("dora", other, Role.PROFESSIONAL)
    intake = intake_actions.start_intake(charlie, other, "2026-9", date(2026, 6, 3), "nl")
    access_actions.open_with_reason(dora, intake, REASON)
    limit_events.record_met(LimitName.SEARCHES, dora)

    assert told(auditor, Role.AUDITOR) == []


def test_a_role_from_nobody_is_told_of_who_got_it(auditor: User, bob: User, team: Team) -> None:
    ann = account("ann", team, Role.ADMINISTRATOR)
    set_roles(ann, team, bob, {Role.PROFESSIONAL, Role.REVIEWER})
    record(None, EventCode.ROLE_GIVEN, subject=bob.pk, details={"team": team.pk, "role": "manager"})

    assert told(auditor, Role.AUDITOR) == [
        ("rights", "ann", "2026-06-03", 1),
        ("got", "bob", "2026-06-03", 1),
    ]


def test_a_limit_on_guessing_is_told_of_the_account_also_when_it_is_closed(auditor: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    limit_events.record_met(LimitName.SIGN_INS, subject=bob.pk)

    assert told(auditor, Role.AUDITOR) == [("limits", "bob", "2026-06-03", 1)]


def test_at_most_ten_lines_the_newest_first_and_how_many_more(
    auditor: User, bob: User, now: list[datetime]
) -> None:
    for _day in range(12):
        limit_events.record_met(LimitName.SEARCHES, bob)
        now[0] += timedelta(days=1)

    found = alerts_for(auditor, {Role.AUDITOR})

    assert (len(found.rows), found.more) == (10, 2)
    assert [row.day for row in found.rows] == sorted((row.day for row in found.rows), reverse=True)


def test_a_role_that_something_else_wrote_is_told_without_a_name(
    auditor: User, manager: User, bob: User
) -> None:
    Membership.objects.filter(user=bob).update(mac="0" * 64)

    assert alerts_for(auditor, {Role.AUDITOR}).unfit == 1
    assert alerts_for(manager, {Role.MANAGER}).unfit == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
def test_events_are_read_along_indexes(auditor: User, team: Team, bob: User) -> None:
    Membership.objects.create(user=auditor, team=team, role=Role.MANAGER)
    with CaptureQueriesContext(connection) as captured:
        alerts_for(auditor, {Role.AUDITOR, Role.MANAGER})

    plans = []
    for query in captured:
        if "questionnaire_event" in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plans.append(" ".join(str(row) for row in cursor.fetchall()))
    assert len(plans) > 10
    assert not [plan for plan in plans if "SCAN questionnaire_event" in plan]
