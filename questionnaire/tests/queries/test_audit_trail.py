"""What an auditor gets to see: the events of their teams, nothing of others, and along an index."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import memberships
from questionnaire.audit import event_kinds
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_kinds import Action
from questionnaire.audit.refused_looks import record_refused_look
from questionnaire.lifecycle import erasure
from questionnaire.models import Access, Case, Event, Intake, Membership, Team, User
from questionnaire.queries import audit_trail
from questionnaire.queries.audit_trail import Audited, Filters, Place, TrailPage, page_of
from questionnaire.tests.conftest import account

pytestmark = pytest.mark.django_db

Role = Membership.Role


@pytest.fixture
def audrey(team: Team) -> User:
    return account("audrey", team, Role.AUDITOR)


def asked(**filters: Any) -> Filters:
    today = timezone.localdate()
    return Filters(**{"since": today - timedelta(days=7), "until": today, **filters})


def trail(user: User, before: Place | None = None, **filters: Any) -> TrailPage:
    return page_of(Audited.by(user), asked(**filters), before)


def shown(user: User, **filters: Any) -> list[tuple[str, str, str]]:
    """Return who did what in which case."""
    return [
        (str(row.event.actor or ""), row.event.code, row.reference) for row in trail(user, **filters).rows
    ]


def record(user: User | None, code: EventCode, intake: Intake | None = None, **more: Any) -> Event:
    with transaction.atomic():
        return audit_log.record(user, code, intake, **more)


def test_the_newest_come_first_of_cases_and_people_of_the_team(
    audrey: User, alice: User, charlie: User, intake: Intake, other_team: Team
) -> None:
    elsewhere = intake_actions.start_intake(charlie, other_team, "2026-900", date(2026, 3, 23), "nl")
    record(charlie, EventCode.SUMMARY_READ, elsewhere)
    record(charlie, EventCode.LIST_READ)
    record(alice, EventCode.SUMMARY_READ, intake)
    record(alice, EventCode.LIST_SEARCHED)
    record(None, EventCode.SIGN_IN_REFUSED, subject=alice.pk)
    record(None, EventCode.BACKED_UP)

    assert shown(audrey) == [
        ("", "account.sign_in_refused", ""),
        ("alice", "list.searched", ""),
        ("alice", "summary.read", "2026-117"),
        ("alice", "intake.started", "2026-117"),
    ]
    assert shown(alice) == []


def test_who_of_another_team_looked_in_a_case_of_this_one_is_there(
    audrey: User, charlie: User, intake: Intake
) -> None:
    record_refused_look(charlie, intake.pk)

    (row,) = trail(audrey, codes=frozenset({EventCode.LOOK_REFUSED})).rows

    assert (str(row.event.actor), row.reference, row.is_elsewhere) == ("charlie", "2026-117", False)


def test_a_look_at_a_case_of_another_team_is_told_without_the_case(
    audrey: User, bob: User, charlie: User, other_team: Team
) -> None:
    elsewhere = intake_actions.start_intake(charlie, other_team, "2026-900", date(2026, 3, 23), "nl")
    record_refused_look(bob, elsewhere.pk)
    record_refused_look(bob, uuid4())

    nowhere, other = trail(audrey).rows

    assert (nowhere.event.case, nowhere.reference) == (None, "")
    assert (other.is_elsewhere, other.reference) == (True, "")


def test_a_shielded_case_has_no_reference_and_is_not_found_by_it(
    audrey: User, alice: User, intake: Intake
) -> None:
    assert len(shown(audrey, reference="2026-117")) == 1
    Case.objects.update(shielded=True)

    (row,) = trail(audrey).rows
    assert (row.reference, row.is_shielded) == ("", True)
    assert shown(audrey, reference="2026-117") == []


def test_an_auditor_who_is_locked_out_of_a_case_sees_nothing_of_it(
    audrey: User, alice: User, intake: Intake
) -> None:
    record(alice, EventCode.SUMMARY_READ, intake)
    Access.objects.create(case=intake.case, user=audrey, kind=Access.Kind.LOCKED_OUT)

    assert shown(audrey) == []
    assert shown(audrey, reference="2026-117") == []


def test_a_case_that_was_kept_from_an_auditor_stays_so_when_it_is_erased(
    audrey: User, alice: User, intake: Intake
) -> None:
    access_actions.grant(alice, intake, audrey, Access.Kind.LOCKED_OUT)
    erasure.erase(alice, intake.pk, "a reason")

    assert shown(audrey) == []


def test_what_was_done_in_a_case_that_is_erased_and_by_who_left_stays(
    audrey: User, alice: User, bob: User, team: Team
) -> None:
    record(bob, EventCode.SUMMARY_READ, Intake(pk=uuid4(), case_id=uuid4(), team=team, author=alice))
    adam = account("adam", team, Role.ADMINISTRATOR)
    memberships.revoke_role(adam, team, bob, Role.PROFESSIONAL)

    rows = trail(audrey).rows

    assert [row.event.code for row in rows] == ["role.taken", "summary.read"]
    assert rows[0].subject == bob
    assert bob in Audited.by(audrey).accounts


def test_each_filter_leaves_out_what_is_not_asked(
    audrey: User, alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)
    record(rachel, EventCode.SUMMARY_READ, intake)
    record(bob, EventCode.LIST_READ)
    record(None, EventCode.SIGN_IN_REFUSED, subject=bob.pk)
    started, given = ("alice", "intake.started", "2026-117"), ("alice", "right.given", "2026-117")
    looked, listed, refused = (
        ("rachel", "summary.read", "2026-117"),
        ("bob", "list.read", ""),
        ("", "account.sign_in_refused", ""),
    )

    assert shown(audrey) == [refused, listed, looked, given, started]
    assert shown(audrey, person=bob.pk) == [refused, listed]
    assert shown(audrey, reference=" 2026 117 ") == [looked, given, started]
    assert shown(audrey, reference="2026-117", person=alice.pk) == [given, started]
    assert shown(audrey, reference="2026-118") == []
    assert shown(audrey, codes=event_kinds.codes_of(Action.READ)) == [listed, looked]
    assert shown(audrey, right="command") == [listed, looked, given, started]
    assert shown(audrey, right="break-glass") == []
    yesterday = timezone.localdate() - timedelta(days=1)
    assert shown(audrey, until=yesterday) == []
    assert shown(audrey, since=timezone.localdate(), codes=frozenset({"list.read"})) == [listed]


def test_pages_follow_each_other_without_a_gap(
    audrey: User, alice: User, monkeypatch: pytest.MonkeyPatch, unguarded: None
) -> None:
    monkeypatch.setattr(audit_trail, "PAGE_SIZE", 3)
    events = [record(alice, EventCode.LIST_READ).pk for _each in range(8)]
    Event.objects.filter(pk__in=events[2:6]).update(at=timezone.now() - timedelta(minutes=1))
    in_order = Event.objects.order_by("-at", "-seq").values_list("pk", flat=True)

    seen, before, pages = [], None, 0
    while pages == 0 or before:
        page = trail(audrey, before)
        seen += [row.event.pk for row in page.rows]
        before, pages = page.go_on, pages + 1

    assert seen == list(in_order)
    assert pages == 3


def test_of_who_left_one_sees_what_they_did_until_then(
    audrey: User, alice: User, bob: User, charlie: User, team: Team, other_team: Team
) -> None:
    adam = account("adam", team, Role.ADMINISTRATOR)
    Membership.objects.create(user=bob, team=other_team, role=Role.PROFESSIONAL)
    record(bob, EventCode.LIST_READ)
    memberships.revoke_role(adam, team, bob, Role.PROFESSIONAL)
    record(bob, EventCode.LIST_SEARCHED)
    record(charlie, EventCode.ACCOUNT_NAMED, subject=bob.pk)

    assert shown(audrey) == [("adam", "role.taken", ""), ("bob", "list.read", "")]


@pytest.mark.parametrize("filters", [{}, {"right": "command"}])
def test_a_page_looks_at_so_many_events_and_goes_on_from_there(
    audrey: User, alice: User, charlie: User, monkeypatch: pytest.MonkeyPatch, filters: dict[str, Any]
) -> None:
    monkeypatch.setattr(audit_trail, "MOST_SEARCHED", 4)
    wanted = record(alice, EventCode.LIST_READ)
    for _each in range(9):
        record(charlie, EventCode.LIST_READ)

    pages = [trail(audrey, **filters)]
    while pages[-1].go_on:
        assert not pages[-1].is_whole
        pages.append(trail(audrey, pages[-1].go_on, **filters))

    assert [[row.event for row in page.rows] for page in pages] == [[], [], [wanted]]


PLANS = {
    "events_in_time": {},
    "events_of_a_person": {"person": 1},
    "events_by_code": {"codes": frozenset({"case.opened"})},
    "events_of_a_case": {"reference": "2026-117"},
}


@pytest.mark.parametrize(("index", "filters"), PLANS.items())
def test_each_question_reads_an_index_and_never_all_events(
    audrey: User, alice: User, intake: Intake, index: str, filters: dict[str, Any]
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL scans a table this small, whatever its indexes")
    if "person" in filters:
        filters = {"person": alice.pk}

    with CaptureQueriesContext(connection) as queries:
        trail(audrey, **{"codes": event_kinds.codes_of(Action.READ), **filters})

    asked_at = [each["sql"] for each in queries if 'FROM "questionnaire_event"' in each["sql"][:1500]]
    plans = [plan(sql) for sql in asked_at if '"questionnaire_event"."at" >=' in sql]
    assert plans
    assert any(index in line for each in plans for line in each), plans
    for each in plans:
        assert not [
            line for line in each if line.startswith("SCAN questionnaire_event") and "INDEX" not in line
        ]


def plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]
