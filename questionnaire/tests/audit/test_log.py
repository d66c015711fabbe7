"""The chain of audit events: how it is recorded, guarded and verified."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from questionnaire import checks
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit import triggers
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.log import Head
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.encryption import keyring
from questionnaire.lifecycle import erasure
from questionnaire.models import ChainHead, Event, Intake, Team, User

pytestmark = pytest.mark.django_db


def test_the_database_refuses_to_change_or_delete_an_event(chain: list[Event]) -> None:
    for tamper in (
        lambda: Event.objects.filter(seq=3).update(code="x"),
        lambda: Event.objects.filter(seq=3).delete(),
        lambda: ChainHead.objects.all().delete(),
        lambda: ChainHead.objects.update(seq=5),
        lambda: ChainHead.objects.update(mac="0" * 64),
    ):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            tamper()

    assert audit_log.verify().first_broken is None


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("table", [triggers.EVENT_TABLE, triggers.HEAD_TABLE])
def test_the_database_refuses_to_empty_the_chain(table: str) -> None:
    statement = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
    connection.check_constraints()  # what PostgreSQL wants before it empties a table

    with (
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{statement} {table}")


@pytest.mark.usefixtures("unguarded")
def test_a_missing_trigger_is_reported_and_installed_again() -> None:
    assert "events_never_change" in triggers.missing(connection)
    (problem,) = checks.check_event_triggers(databases=["default"])
    assert problem.id == "questionnaire.E002"

    triggers.install(connection)

    assert triggers.missing(connection) == []
    assert checks.check_event_triggers(databases=["default"]) == checks.check_event_triggers() == []


@pytest.fixture
def chain(alice: User, intake: Intake) -> list[Event]:
    """Record six events and return them."""
    for code in (
        EventCode.SECTION_READ,
        EventCode.SUMMARY_READ,
        EventCode.ANSWERS_READ,
        EventCode.LIST_READ,
        EventCode.SUMMARY_READ,
    ):
        intake_actions.record_read(alice, intake, code)
    return list(Event.objects.all())


@pytest.mark.usefixtures("chain")
def test_an_untouched_chain_is_intact() -> None:
    assert [event.seq for event in Event.objects.all()] == [1, 2, 3, 4, 5, 6]
    assert audit_log.verify().first_broken is None


def test_an_empty_chain_is_intact() -> None:
    assert audit_log.verify().first_broken is None


def test_each_event_has_a_mac_of_its_own_and_the_head_has_the_last(chain: list[Event]) -> None:
    assert len({event.mac for event in chain}) == len(chain)
    assert ChainHead.objects.get().mac == chain[-1].mac


@pytest.mark.parametrize(
    "change",
    [
        {"code": "summary.made"},
        {"actor": None},
        {"intake": None},
        {"items": ["fear_level"]},
        {"reason": "x"},
        {"mac": "0" * 64},
        {"key_id": "unknown1"},
        {"seq": 99},
    ],
)
@pytest.mark.usefixtures("chain", "unguarded")
def test_a_changed_event_is_found(change: dict[str, Any]) -> None:
    Event.objects.filter(seq=4).update(**change)

    assert audit_log.verify().first_broken == 4


@pytest.mark.usefixtures("chain", "unguarded")
def test_a_changed_time_is_found() -> None:
    Event.objects.filter(seq=2).update(at=Event.objects.get(seq=3).at)

    assert audit_log.verify().first_broken == 2


def _swap(chain: list[Event]) -> None:
    Event.objects.filter(seq__in=[3, 4]).delete()
    chain[2].seq, chain[3].seq = 4, 3
    Event.objects.bulk_create(chain[2:4])


def _insert(chain: list[Event]) -> None:
    Event.objects.filter(seq__gte=3).delete()
    for event in chain[2:]:
        event.seq += 1
    chain[1].seq = 3
    Event.objects.bulk_create(chain[1:])


@pytest.mark.parametrize(
    ("tamper", "broken"),
    [
        (lambda chain: Event.objects.filter(seq=3).delete(), 3),
        (lambda chain: Event.objects.filter(seq=1).delete(), 1),
        (lambda chain: Event.objects.filter(seq=6).delete(), 6),
        (lambda chain: Event.objects.all().delete(), 1),
        (_swap, 3),
        (_insert, 3),
        (lambda chain: ChainHead.objects.all().delete(), 7),
        (lambda chain: ChainHead.objects.update(seq=5), 7),
        (lambda chain: ChainHead.objects.update(mac="0" * 64), 7),
    ],
)
@pytest.mark.usefixtures("unguarded")
def test_a_removed_moved_or_added_event_is_found(
    chain: list[Event], tamper: Callable[[list[Event]], object], broken: int
) -> None:
    tamper(chain)

    assert audit_log.verify().first_broken == broken


@pytest.mark.usefixtures("unguarded")
def test_truncation_together_with_the_head_is_found_by_an_anchor_only(chain: list[Event]) -> None:
    head = Head(6, chain[5].mac)
    older = Head(2, chain[1].mac)
    Event.objects.filter(seq__gt=4).delete()
    ChainHead.objects.update(seq=4, mac=chain[3].mac)

    assert audit_log.verify([older]).first_broken is None
    assert audit_log.verify([older, head]).first_broken == 5


def test_an_anchor_that_differs_is_found(chain: list[Event]) -> None:
    assert audit_log.verify([Head(4, chain[2].mac)]).first_broken == 4
    assert audit_log.verify([Head(4, chain[3].mac)]).first_broken is None


def test_a_printed_head_is_parsed() -> None:
    head = Head(12, "ab" * 32)

    assert Head.parse(f" {head}\n") == head


@pytest.mark.parametrize("text", ["", "12", "12:", ":" + "a" * 64, "x:" + "a" * 64, "1:" + "A" * 64])
def test_a_text_that_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        Head.parse(text)


TEN_THOUSAND = pytest.param(10_000, marks=pytest.mark.soak)


@pytest.mark.parametrize("number", [200, TEN_THOUSAND])
@pytest.mark.usefixtures("unguarded")
def test_tampering_among_many_events_is_found_at_its_place(alice: User, intake: Intake, number: int) -> None:
    with transaction.atomic():
        for _time in range(number - 1):
            audit_log.record(alice, EventCode.SECTION_READ, intake)
    chance = random.Random(number)  # noqa: S311  (the same places in every run)

    for tamper in _TAMPERING.values():
        for seq in (1, number, chance.randrange(2, number)):
            at = transaction.savepoint()
            assert (tamper.__name__, audit_log.verify().first_broken) == (tamper.__name__, None)
            expected = tamper(seq, number)

            assert (tamper.__name__, audit_log.verify().first_broken) == (tamper.__name__, expected)
            transaction.savepoint_rollback(at)


def _edit(seq: int, last: int) -> int:
    Event.objects.filter(seq=seq).update(code="edited")
    return seq


def _delete(seq: int, last: int) -> int:
    Event.objects.filter(seq=seq).delete()
    return seq


def _insert_one(seq: int, last: int) -> int:
    """Insert a copy of an event after it, and move all later ones up."""
    copy = Event.objects.get(seq=seq)
    for later in Event.objects.filter(seq__gt=seq).order_by("-seq")[:50]:
        Event.objects.filter(seq=later.seq).update(seq=later.seq + 1)
    copy.seq = max(seq + 1, last - 49)
    copy.save(force_insert=True)
    return copy.seq


def _swap_two(seq: int, last: int) -> int:
    first = min(seq, last - 1)
    Event.objects.filter(seq=first).update(seq=0)
    Event.objects.filter(seq=first + 1).update(seq=first)
    Event.objects.filter(seq=0).update(seq=first + 1)
    return first


def _truncate(seq: int, last: int) -> int:
    Event.objects.filter(seq__gte=seq).delete()
    return seq


_TAMPERING = {each.__name__: each for each in (_edit, _delete, _insert_one, _swap_two, _truncate)}


@pytest.mark.usefixtures("chain")
def test_another_key_ring_finds_the_first_event_broken(tmp_path: Any, settings: Any) -> None:
    settings.KEYRING_PATH = tmp_path / "keyring.json"
    keyring.create(settings.KEYRING_PATH)

    assert audit_log.verify().first_broken == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_concurrent_writers_make_one_chain(alice: User, intake: Intake) -> None:
    def write(number: int) -> None:
        for _time in range(10):
            intake_actions.record_read(alice, intake, EventCode.SECTION_READ)
            incident_actions.add_incident(
                alice, intake, DomainIncident("2026-03-20", "home", what=str(number))
            )
        connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(write, range(4)))

    assert [event.seq for event in Event.objects.all()] == list(range(1, 82))
    assert audit_log.verify().first_broken is None
    assert Intake.objects.get().revision == intake.incidents.count() == 40


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("is_erased", [False, True])
def test_an_event_that_was_moved_to_another_case_is_named(
    alice: User, intake: Intake, team: Team, is_erased: bool
) -> None:
    other = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")
    started = Event.objects.get(code=EventCode.INTAKE_STARTED, intake=intake.pk)
    if is_erased:
        erasure.erase(alice, intake.pk, "asked for")
    assert audit_log.verify().first_broken is None

    for case in (other.case_id, None):
        Event.objects.filter(pk=started.pk).update(case=case)

        assert audit_log.verify().first_broken == started.seq


def test_an_intake_that_is_started_while_the_chain_is_read_is_not_named(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "_cases_of_intakes", dict)

    assert audit_log.verify().first_broken is None
