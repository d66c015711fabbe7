"""Events: in which chain they are recorded, what they say, and how the database guards them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from questionnaire import checks
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import memberships as membership_actions
from questionnaire.actions import teams as team_actions
from questionnaire.audit import acting, seals, triggers
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import AccessScope, ChainHead, Event, Intake, Membership, Seal, SealLeaf, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import start_in, submission_of
from questionnaire.tests.people import moved_clock

pytestmark = pytest.mark.django_db


def record(*given: Any, **named: Any) -> Event:
    with transaction.atomic():
        return audit_log.record(*given, **named)


# --- In which chain -----------------------------------------------------------------------------------------


def test_what_concerns_a_case_is_in_its_chain_whoever_did_it(
    alice: User, rachel: User, intake: Intake
) -> None:
    intake_actions.record_read(rachel, intake, EventCode.SUMMARY_READ)
    record(rachel, EventCode.POST_HELD, intake, subject=alice.pk)
    start_in(intake.case, alice)

    events = Event.objects.filter(chain=f"case:{intake.case_id}")
    assert list(events.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert Event.objects.count() == 4


def test_what_concerns_an_account_is_in_the_chain_of_that_account(team: Team, alice: User, bob: User) -> None:
    admin = account("ann", team, Membership.Role.ADMINISTRATOR)
    membership_actions.grant_role(admin, team, bob, Membership.Role.REVIEWER)
    intake_actions.record_read(alice, None, EventCode.LIST_READ)
    record(None, EventCode.SIGN_IN_REFUSED, subject=alice.pk)

    chains = [(event.chain, event.number) for event in Event.objects.all()]
    assert chains == [(f"user:{bob.pk}", 1), (f"user:{alice.pk}", 1), (f"user:{alice.pk}", 2)]


def test_what_concerns_neither_is_in_the_chain_of_the_installation(team: Team) -> None:
    admin = account("ann", team, Membership.Role.ADMINISTRATOR)
    team_actions.rename_team(admin, team, "East")
    record(None, EventCode.KEYS_ROTATED)
    record(None, EventCode.SIGN_IN_REFUSED)  # to an account that is not there

    assert set(Event.objects.values_list("chain", flat=True)) == {"system"}


def test_a_refused_look_makes_nobody_of_the_case_wait(charlie: User, intake: Intake) -> None:
    event = record(charlie, EventCode.LOOK_REFUSED, intake, in_own_chain=True)

    assert (event.chain, event.case) == (f"user:{charlie.pk}", intake.case_id)
    assert event.right == ""


def test_each_head_has_the_last_of_its_chain(alice: User, intake: Intake) -> None:
    intake_actions.record_read(alice, None, EventCode.LIST_READ)
    intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)

    for head in ChainHead.objects.all():
        last = Event.objects.filter(chain=head.chain).latest("number")
        assert (head.number, head.mac, head.at) == (last.number, last.mac, last.at)
    assert len({event.mac for event in Event.objects.all()}) == 3


# --- What they say ------------------------------------------------------------------------------------------


def test_an_event_of_a_request_says_by_which_right_and_in_which_request(alice: User, intake: Intake) -> None:
    with acting.in_request() as request:
        acting.on_right(intake, AccessScope.of(alice))
        event = record(alice, EventCode.SUMMARY_READ, intake)

    assert (event.role, event.right) == ("professional", "author")
    assert (event.request_id, event.os_user) == (request.request_id, "")
    assert event.source.startswith("web 0.")
    assert request.recorded == [event.seq]


def test_an_event_of_a_command_says_which_user_of_the_system_ran_it(alice: User, intake: Intake) -> None:
    event = record(alice, EventCode.SUMMARY_READ, intake)

    assert (event.role, event.right, event.request_id) == ("", "command", "")
    assert event.os_user
    assert event.source.startswith("command ")


def test_what_is_stored_is_what_was_made(alice: User, intake: Intake) -> None:
    made = record(
        alice, EventCode.RIGHT_GIVEN, intake, ["a", "b"], "waarom", subject=3, details={"b": [1], "a": "é"}
    )

    stored = Event.objects.get(pk=made.pk)
    for field in Event._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(made, field.attname), field.name
    assert audit_log.is_recorded(stored)


# --- One event for the saves of a page within a minute ------------------------------------------------------


def save(user: User, intake: Intake, page: str = "fear", **answers: Any) -> None:
    current = Intake.objects.get(pk=intake.pk)
    intake_actions.save_section(user, intake, page, submission_of(current, **answers))


def saves() -> list[list[str]]:
    return list(Event.objects.filter(code=EventCode.INTAKE_CHANGED).values_list("items", flat=True))


def test_an_event_of_a_time_to_come_stands_for_no_save(alice: User, intake: Intake) -> None:
    """A clock was years ahead for a while, and is right again."""
    with moved_clock(timedelta(days=3650)), transaction.atomic():
        first = audit_log.record_once_a_minute(alice, EventCode.INTAKE_CHANGED, intake, ["fear"])
    with transaction.atomic():
        second = audit_log.record_once_a_minute(alice, EventCode.INTAKE_CHANGED, intake, ["fear"])

    assert second.seq != first.seq
    assert second.at < first.at


def test_the_first_save_of_a_page_in_a_minute_names_the_page_and_stands_for_the_others(
    alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = timezone.now()
    for second in (0, 19, 38, 57):
        monkeypatch.setattr(timezone, "now", lambda passed=second: began + timedelta(seconds=passed))
        save(alice, intake, fear_own_words=f"{second}")
        intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)
    assert saves() == [["fear"]]

    monkeypatch.setattr(timezone, "now", lambda: began + timedelta(minutes=1))
    save(alice, intake, fear_own_words="later")

    assert saves() == [["fear"], ["fear"]]
    assert Intake.objects.get().revision == 5


def test_another_page_person_or_intake_has_an_event_of_its_own(
    alice: User, bob: User, intake: Intake
) -> None:
    other = start_in(intake.case, alice)
    with transaction.atomic():
        for page in ("fear", "pattern", "fear"):
            audit_log.record_once_a_minute(alice, EventCode.INTAKE_CHANGED, intake, [page])
        for user, each in ((bob, intake), (alice, other), (alice, intake), (alice, intake)):
            audit_log.record_once_a_minute(user, EventCode.INTAKE_CHANGED, each, ["fear"])

    told = Event.objects.filter(code=EventCode.INTAKE_CHANGED)
    assert [(event.actor, event.intake, event.items) for event in told] == [
        (alice, intake.pk, ["fear"]),
        (alice, intake.pk, ["pattern"]),
        (bob, intake.pk, ["fear"]),
        (alice, other.pk, ["fear"]),
        (alice, intake.pk, ["fear"]),
    ]


@pytest.mark.parametrize("code", [EventCode.REMARKS_ANSWERED, EventCode.STEPS_CHANGED])
def test_a_save_after_something_else_was_done_is_told(alice: User, intake: Intake, code: EventCode) -> None:
    save(alice, intake, fear_own_words="one")
    record(alice, code, intake)
    save(alice, intake, fear_own_words="two")

    assert saves() == [["fear"], ["fear"]]


# --- How the database guards them ---------------------------------------------------------------------------


@pytest.fixture
def sealed(intake: Intake) -> None:
    seals.seal_events()


@pytest.mark.usefixtures("sealed")
def test_the_database_refuses_to_change_or_delete_events_heads_and_seals() -> None:
    heads = ChainHead.objects.exclude(chain="system")
    for tamper in (
        lambda: Event.objects.all().update(code="x"),
        lambda: Event.objects.all().delete(),
        lambda: heads.delete(),
        lambda: heads.update(number=7),
        lambda: heads.update(mac="0" * 64),
        lambda: heads.update(chain="case:x", number=2),
        lambda: Seal.objects.update(root=""),
        lambda: SealLeaf.objects.all()._raw_delete("default"),
        lambda: SealLeaf.objects.update(number=1),
        lambda: Seal.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            tamper()

    assert audit_log.verify().first_broken is None


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize(
    "table", [triggers.EVENT_TABLE, triggers.HEAD_TABLE, triggers.SEAL_TABLE, triggers.LEAF_TABLE]
)
def test_the_database_refuses_to_empty_these_tables(table: str) -> None:
    is_postgres = connection.vendor == "postgresql"
    statement = f"TRUNCATE {table} CASCADE" if is_postgres else f"DELETE FROM {table}"  # noqa: S608
    connection.check_constraints()  # what PostgreSQL wants before it empties a table

    with (
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.usefixtures("unguarded")
def test_a_missing_trigger_is_reported_and_installed_again() -> None:
    assert {"events_never_change", "leaves_never_go"} <= set(triggers.missing(connection))
    (problem,) = checks.check_event_triggers(databases=["default"])
    assert problem.id == "questionnaire.E002"

    triggers.install(connection)

    assert triggers.missing(connection) == []
    assert checks.check_event_triggers(databases=["default"]) == checks.check_event_triggers() == []


# --- Many at once -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_concurrent_writers_make_whole_chains(alice: User, intake: Intake) -> None:
    def write(number: int) -> None:
        for _time in range(10):
            intake_actions.record_read(alice, intake, EventCode.SECTION_READ)
            incident_actions.add_incident(
                alice, intake, DomainIncident("2026-03-20", "home", what=str(number))
            )
            intake_actions.record_read(alice, None, EventCode.LIST_READ)
        connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(write, range(4)))

    of_case, of_alice = (f"case:{intake.case_id}", 81), (f"user:{alice.pk}", 40)
    for chain, count in (of_case, of_alice):
        events = Event.objects.filter(chain=chain).order_by("number")
        assert list(events.values_list("number", flat=True)) == list(range(1, count + 1))
        numbers = list(events.values_list("seq", flat=True))
        assert numbers == sorted(numbers)
    assert audit_log.verify().first_broken is None
    assert Intake.objects.get().revision == intake.incidents.count() == 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_two_who_begin_a_chain_at_once_make_one(alice: User) -> None:
    def read(_number: int) -> None:
        intake_actions.record_read(alice, None, EventCode.LIST_READ)
        connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(read, range(16)))

    assert ChainHead.objects.get().number == Event.objects.count() == 16
    assert audit_log.verify().first_broken is None


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_an_event_of_another_case(alice: User, team: Team, intake: Intake) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite has one writer
    other = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")

    def read() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        intake_actions.record_read(alice, other, EventCode.SUMMARY_READ)
        connection.close()

    with transaction.atomic(), ThreadPoolExecutor(max_workers=1) as pool:
        audit_log.record(alice, EventCode.SUMMARY_READ, intake)
        pool.submit(read).result()

    assert Event.objects.filter(code=EventCode.SUMMARY_READ).count() == 2
