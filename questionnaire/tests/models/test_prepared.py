"""Queries that are compiled once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import BigAutoField, CharField, DateTimeField, Max, Q, UUIDField
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.models.prepared import PreparedQuery

NAMED = PreparedQuery[User](lambda name: User.objects.filter(username=name), CharField())


def test_each_run_finds_what_its_own_values_ask_for(alice: User, bob: User) -> None:
    assert NAMED.all("alice") == [alice]
    assert NAMED.all("bob") == [bob]
    assert NAMED.first("bob") == bob
    assert NAMED.first("nobody") is None


def test_it_runs_the_sql_of_the_orm_each_time(alice: User) -> None:
    with CaptureQueriesContext(connection) as own:
        assert list(User.objects.filter(username="alice"))
        assert NAMED.all("alice")
        assert NAMED.all("alice")
    first, *others = [query["sql"].replace("('alice')", "'alice'") for query in own]

    assert others == [first] * 2


def test_a_value_is_never_part_of_the_statement(alice: User) -> None:
    assert NAMED.all("' OR 1=1 --") == []
    assert NAMED.all("%s") == []


def test_rows_come_as_the_orm_makes_them(alice: User, intake: Intake) -> None:
    whole = PreparedQuery[Intake](
        lambda pk: Intake.objects.select_related("case", "team", "author").filter(pk=pk), UUIDField()
    )
    tuples = PreparedQuery[tuple[object, ...]](
        lambda pk: Intake.objects.filter(pk=pk).values_list("pk", "on", "started_at"), UUIDField()
    )
    grouped = PreparedQuery[tuple[object, ...]](
        lambda case: Event.objects.filter(case=case).order_by().values_list("case").annotate(Max("seq")),
        UUIDField(),
    )
    found = whole.first(intake.pk)
    with CaptureQueriesContext(connection) as own:
        assert found
        assert (found.case, found.team, found.author) == (intake.case, intake.team, alice)

    assert len(own) == 0
    assert found.content == intake.content
    assert tuples.all(intake.pk) == list(
        Intake.objects.filter(pk=intake.pk).values_list("pk", "on", "started_at")
    )
    assert grouped.all(intake.case_id) == [(intake.case_id, Event.objects.latest("seq").seq)]


def test_annotations_and_moments_work_as_in_any_query(alice: User, team: Team) -> None:
    query = PreparedQuery[Membership](
        lambda user, since: Membership.objects.filter(
            Q(user=user), user__created_at__gt=since
        ).with_newest_event(),
        *(BigAutoField(), DateTimeField()),
    )
    hour = timedelta(hours=1)

    assert [row.newest_event for row in query.all(alice.pk, timezone.now() - hour)] == [0, 0]  # type: ignore[attr-defined]
    assert query.all(alice.pk, timezone.now() + hour) == []


def test_a_locking_query_needs_a_transaction_each_time(alice: User, transactional_db: None) -> None:
    locking = PreparedQuery[User](lambda pk: User.objects.select_for_update().filter(pk=pk), BigAutoField())
    with transaction.atomic():
        assert locking.first(alice.pk) == alice
    with pytest.raises(TransactionManagementError):
        locking.first(alice.pk)


def test_each_connection_has_its_own(alice: User, transactional_db: None) -> None:
    found: list[list[User]] = []

    def ask() -> None:
        found.append(NAMED.all("alice"))
        connection.close()

    for _thread in range(2):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

    assert found == [NAMED.all("alice")] * 2


def test_the_wrong_number_of_values_is_an_error(db: None) -> None:
    with pytest.raises(ValueError, match="zip"):
        NAMED.all()
