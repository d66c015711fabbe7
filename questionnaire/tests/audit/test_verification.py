"""Every way to tamper with events, heads and seals, and how the check names it.

Who tampers here owns the database, so that no trigger stops them, and has no key ring.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit import seals, verification
from questionnaire.audit.chains import Head
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.faults import Fault, FaultKind
from questionnaire.audit.verification import verify
from questionnaire.models import ChainHead, Event, Intake, Seal, SealLeaf, Team, User
from questionnaire.tests import tampering

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unguarded")]


@pytest.fixture(autouse=True, params=[2, 2_000])
def batch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check in batches within and beyond a chain."""
    monkeypatch.setattr(verification, "_BATCH", request.param)


@pytest.fixture
def chain(alice: User, intake: Intake) -> str:
    """Record six events in the chain of a case, some in that of an account, and return the former's name."""
    read(alice, intake, 5)
    read(alice, None, 3)
    return f"case:{intake.case_id}"


@pytest.fixture
def other(alice: User, team: Team) -> str:
    """Record three events in the chain of another case, and return its name."""
    intake = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")
    read(alice, intake, 2)
    return f"case:{intake.case_id}"


def read(user: User, intake: Intake | None, times: int) -> None:
    for _time in range(times):
        intake_actions.record_read(user, intake, EventCode.SUMMARY_READ)


def at(chain: str, number: int) -> Any:
    return Event.objects.filter(chain=chain, number=number)


def faults(*anchors: Head, **options: Any) -> list[Fault]:
    return list(verify(anchors, **options).faults)


def kinds(*anchors: Head, **options: Any) -> set[FaultKind]:
    return {fault.kind for fault in faults(*anchors, **options)}


def seal() -> Head:
    made = seals.seal_events()
    assert made
    return Head(made.number, made.mac)


def cut(chain: str, after: int) -> None:
    """Cut off a chain together with its head."""
    Event.objects.filter(chain=chain, number__gt=after).delete()
    if after:
        last = at(chain, after).get()
        ChainHead.objects.filter(pk=chain).update(number=after, mac=last.mac, at=last.at)
    else:
        ChainHead.objects.filter(pk=chain).delete()


def move(source: str, number: int, chain: str, to: int) -> None:
    at(source, number).update(chain=chain, number=to)


# --- Untouched ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("chain", "other")
def test_untouched_chains_are_intact_before_and_after_a_seal() -> None:
    assert verify().first_broken is None

    head = seal()

    report = verify([head])
    assert (report.count, report.seal, report.faults) == (13, head, ())


def test_without_events_there_is_nothing_to_find() -> None:
    assert (verify().count, verify().seal, verify().first_broken) == (0, None, None)


# --- One event ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"code": "summary.made"},
        {"actor": None},
        {"intake": None},
        {"case": None},
        {"items": ["fear_level"]},
        {"reason": "x"},
        {"subject": 7},
        {"details": {"team": 1}},
        {"role": "reviewer"},
        {"right": "author"},
        {"source": "x"},
        {"os_user": "x"},
        {"request_id": "x"},
        {"version": 1},
        {"version": 3},
        {"mac": "0" * 64},
        {"key_id": "unknown1"},
        {"seq": 99},
        {"at": timedelta(seconds=1)},
    ],
    ids=str,
)
def test_each_column_that_is_changed_is_named(chain: str, change: dict[str, Any]) -> None:
    if "at" in change:
        change = {"at": at(chain, 4).get().at - change["at"]}
    at(chain, 4).update(**change)

    assert faults()[0] == Fault(FaultKind.CHANGED, chain, 4)


def test_every_column_of_an_event_is_under_its_mac(chain: str) -> None:
    """Whoever adds a column to events adds it to the MAC, and to the test above."""
    columns = {field.name for field in Event._meta.concrete_fields}

    assert columns == {
        *("seq", "version", "chain", "number", "at", "actor", "code", "intake", "case", "items", "reason"),
        *("subject", "details", "role", "right", "source", "os_user", "request_id", "key_id", "mac"),
    }


@pytest.mark.parametrize("number", [1, 3])
def test_a_removed_event_is_named(chain: str, number: int) -> None:
    at(chain, number).delete()

    assert faults() == [Fault(FaultKind.REMOVED, chain, number)]


def test_the_last_event_that_is_removed_without_its_head_is_named(chain: str) -> None:
    at(chain, 6).delete()

    assert faults() == [Fault(FaultKind.REMOVED, chain, 6)]


def test_an_event_that_was_added_at_the_end_is_named(chain: str) -> None:
    copy = at(chain, 6).get()
    copy.seq, copy.number = copy.seq + 50, 7
    copy.save(force_insert=True)

    assert set(faults()) == {Fault(FaultKind.CHANGED, chain, 7), Fault(FaultKind.ADDED, chain, 7)}


def test_an_event_that_was_added_in_between_is_named_and_so_is_what_it_moved(chain: str) -> None:
    for number in (6, 5, 4):
        move(chain, number, chain, number + 1)
    copy = at(chain, 3).get()
    copy.seq, copy.number = 999, 4
    copy.save(force_insert=True)

    found = {fault.kind: fault for fault in faults()}
    assert found[FaultKind.CHANGED] == Fault(FaultKind.CHANGED, chain, 4)
    assert found[FaultKind.MOVED] == Fault(FaultKind.MOVED, chain, 5, (chain, 4))
    assert found[FaultKind.ADDED] == Fault(FaultKind.ADDED, chain, 7)


def test_two_events_that_changed_places_are_named(chain: str) -> None:
    move(chain, 3, chain, 0)
    move(chain, 4, chain, 3)
    move(chain, 0, chain, 4)

    found = {fault.kind: fault for fault in faults()}
    assert found[FaultKind.CHANGED] == Fault(FaultKind.CHANGED, chain, 3)
    assert found[FaultKind.MOVED] == Fault(FaultKind.MOVED, chain, 3, (chain, 4))


def test_a_head_that_was_changed_or_removed_is_named(chain: str) -> None:
    last = Fault(FaultKind.HEAD_CHANGED, chain, 6)
    heads = ChainHead.objects.filter(pk=chain)
    heads.update(mac="0" * 64)
    assert faults() == [last]

    heads.update(mac=at(chain, 6).get().mac, at=timezone.now() - timedelta(days=9))
    assert faults() == [last]

    heads.update(number=5)
    assert faults() == [Fault(FaultKind.ADDED, chain, 6)]

    heads.delete()
    assert faults() == [last]


def test_another_key_ring_finds_the_first_event_changed(chain: str, tmp_path: Any, settings: Any) -> None:
    tampering.use_other_ring(tmp_path, settings)

    assert faults()[0].kind == FaultKind.CHANGED
    assert faults()[0].number == 1


def test_where_everything_was_changed_the_first_is_named(chain: str, alice: User, intake: Intake) -> None:
    read(alice, intake, 60)
    Event.objects.filter(chain=chain).update(code="x")

    assert faults() == [Fault(FaultKind.CHANGED, chain, 1)]


def test_where_every_second_event_was_removed_the_first_is_named(
    chain: str, alice: User, intake: Intake
) -> None:
    read(alice, intake, 60)
    Event.objects.filter(chain=chain, number__in=range(2, 66, 2)).delete()

    assert faults()[0] == Fault(FaultKind.REMOVED, chain, 2)


# --- Across chains ------------------------------------------------------------------------------------------


def test_an_event_that_was_moved_to_another_chain_is_named(chain: str, other: str) -> None:
    move(chain, 4, other, 4)

    assert set(faults()) == {
        Fault(FaultKind.CHANGED, other, 4),
        Fault(FaultKind.MOVED, other, 4, (chain, 4)),
        Fault(FaultKind.ADDED, other, 4),
        Fault(FaultKind.REMOVED, chain, 4),
    }


def test_chains_that_changed_names_are_named(chain: str, other: str) -> None:
    for source, to in ((chain, "x"), (other, chain), ("x", other)):
        Event.objects.filter(chain=source).update(chain=to)
        ChainHead.objects.filter(chain=source).update(chain=to)

    first, second = sorted((chain, other))
    found = {fault.kind: fault for fault in faults()}
    assert found[FaultKind.CHANGED] == Fault(FaultKind.CHANGED, first, 1)
    assert found[FaultKind.MOVED] == Fault(FaultKind.MOVED, first, 1, (second, 1))


def test_an_event_that_was_copied_to_another_chain_is_named(chain: str, other: str) -> None:
    copy = at(chain, 4).get()
    copy.seq, copy.chain = copy.seq + 50, other
    copy.save(force_insert=True)
    ChainHead.objects.filter(pk=other).update(number=4, mac=copy.mac, at=copy.at)

    assert faults() == [Fault(FaultKind.CHANGED, other, 4)]


# --- A chain cut off together with its head -----------------------------------------------------------------


def test_a_chain_that_was_cut_off_with_its_head_is_named_once_it_was_sealed(chain: str, alice: User) -> None:
    cut(chain, 5)
    assert faults() == []

    seal()
    cut(chain, 3)

    assert faults() == [Fault(FaultKind.CHAIN_CUT, chain, 4)]


def test_a_chain_that_was_cut_off_and_went_on_is_named(chain: str, alice: User, intake: Intake) -> None:
    seal()
    cut(chain, 3)
    read(alice, intake, 3)

    assert faults() == [Fault(FaultKind.CHANGED, chain, 6)]


def test_a_chain_that_was_removed_with_its_head_is_named_once_it_was_sealed(chain: str) -> None:
    seal()
    cut(chain, 0)

    assert faults() == [Fault(FaultKind.CHAIN_MISSING, chain, 1)]


def test_a_chain_that_was_removed_without_its_head_is_named(chain: str) -> None:
    Event.objects.filter(chain=chain).delete()

    assert faults() == [Fault(FaultKind.CHAIN_MISSING, chain, 1)]


# --- Seals --------------------------------------------------------------------------------------------------


@pytest.fixture
def three_seals(alice: User, intake: Intake, chain: str) -> list[Head]:
    """Make three seals, with an event of the case between each two."""
    made = [seal()]
    for _time in range(2):
        read(alice, intake, 1)
        made.append(seal())
    return made


@pytest.mark.usefixtures("three_seals")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_seal_that_was_removed_is_named(number: int) -> None:
    SealLeaf.objects.filter(seal=number).delete()
    Seal.objects.filter(number=number).delete()

    assert faults() == [Fault(FaultKind.SEAL_REMOVED, "", number)]


@pytest.mark.usefixtures("three_seals")
@pytest.mark.parametrize(
    "change", [{"root": "0" * 64}, {"leaf_count": 9}, {"mac": "0" * 64}, {"key_id": "unknown1"}], ids=str
)
def test_a_seal_that_was_changed_is_named(change: dict[str, Any]) -> None:
    Seal.objects.filter(number=2).update(**change)

    assert faults()[0] == Fault(FaultKind.SEAL_CHANGED, "", 2)


@pytest.mark.usefixtures("three_seals")
def test_a_seal_whose_time_was_changed_is_named() -> None:
    Seal.objects.filter(number=2).update(at=timezone.now())

    assert faults() == [Fault(FaultKind.SEAL_CHANGED, "", 2)]


@pytest.mark.usefixtures("three_seals")
def test_leaves_that_were_removed_changed_or_added_are_named(chain: str) -> None:
    leaf = SealLeaf.objects.get(seal=2, chain=chain)
    named = Fault(FaultKind.SEAL_CHANGED, "", 2)
    for tamper in (
        lambda: SealLeaf.objects.filter(pk=leaf.pk).delete(),
        lambda: SealLeaf.objects.filter(pk=leaf.pk).update(number=2, mac=at(chain, 2).get().mac),
        lambda: SealLeaf.objects.create(seal_id=2, chain=chain, number=2, mac=at(chain, 2).get().mac),
        lambda: SealLeaf.objects.filter(pk=leaf.pk).update(seal=3),
    ):
        point = transaction.savepoint()
        tamper()
        assert faults()[0] == named
        transaction.savepoint_rollback(point)


def test_seals_put_back_with_all_chains_are_found_by_an_anchor_only(
    three_seals: list[Head], chain: str
) -> None:
    """Put back what was there at the first seal: events, heads and seals together."""
    first, _second, last = three_seals
    SealLeaf.objects.filter(seal__gt=1).delete()
    Seal.objects.filter(number__gt=1).delete()
    for leaf in SealLeaf.objects.all():
        cut(leaf.chain, leaf.number)

    assert faults() == []
    assert faults(first) == []
    assert faults(first, last) == [Fault(FaultKind.ANCHOR_MISSING, "", 3)]


@pytest.mark.usefixtures("three_seals")
def test_an_anchor_that_differs_is_named() -> None:
    assert faults(Head(2, "0" * 64)) == [Fault(FaultKind.ANCHOR_MISSING, "", 2)]


# --- The newest part ----------------------------------------------------------------------------------------


@pytest.fixture
def sealed_long_ago(chain: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seal all events three hours ago."""
    now = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now - timedelta(hours=3))
        seal()


def newest() -> dict[str, Any]:
    return {"since": timezone.now() - timedelta(hours=1)}


@pytest.mark.usefixtures("sealed_long_ago")
def test_the_newest_part_is_checked_from_the_last_seal_before(
    chain: str, other: str, alice: User, intake: Intake
) -> None:
    read(alice, intake, 3)
    seal()
    read(alice, intake, 1)

    report = verify(**newest())
    assert (report.count, report.faults) == (4 + 1, ())  # and the event of the second seal

    at(chain, 2).update(code="x")
    assert faults(**newest()) == []

    at(chain, 8).update(code="x")
    assert faults(**newest()) == [Fault(FaultKind.CHANGED, chain, 8)]
    assert faults()[0] == Fault(FaultKind.CHANGED, chain, 2)


@pytest.mark.usefixtures("sealed_long_ago")
@pytest.mark.parametrize(
    ("tamper", "kind"),
    [
        (lambda chain: at(chain, 7).delete(), FaultKind.REMOVED),
        (lambda chain: at(chain, 9).delete(), FaultKind.REMOVED),
        (lambda chain: cut(chain, 7), FaultKind.CHAIN_CUT),
        (lambda chain: cut(chain, 6), FaultKind.CHAIN_CUT),
        (lambda chain: cut(chain, 0), FaultKind.CHAIN_MISSING),
        (lambda chain: ChainHead.objects.filter(pk=chain).delete(), FaultKind.HEAD_CHANGED),
        (lambda _chain: Seal.objects.filter(pk=2).update(root=""), FaultKind.SEAL_CHANGED),
        (lambda _chain: Seal.objects.filter(pk=1).update(root=""), FaultKind.SEAL_CHANGED),
    ],
)
def test_what_was_done_to_the_newest_part_is_named(
    chain: str, alice: User, intake: Intake, tamper: Callable[[str], object], kind: FaultKind
) -> None:
    read(alice, intake, 3)
    seal()

    tamper(chain)

    assert kind in kinds(**newest())


@pytest.mark.usefixtures("sealed_long_ago")
def test_the_newest_events_that_were_removed_before_a_seal_are_named(
    chain: str, other: str, alice: User, intake: Intake
) -> None:
    read(alice, intake, 3)
    Event.objects.filter(chain=chain, number__gt=6).delete()

    assert faults(**newest()) == [Fault(FaultKind.REMOVED, chain, 7)]


def test_without_a_seal_before_then_everything_is_checked(chain: str) -> None:
    at(chain, 2).update(code="x")

    assert faults(**newest()) == [Fault(FaultKind.CHANGED, chain, 2)]


@pytest.mark.usefixtures("three_seals")
def test_the_part_after_a_later_seal_is_checked_with_the_seal_before_that(chain: str) -> None:
    assert faults(since=timezone.now()) == []

    Seal.objects.filter(number=2).update(mac="0" * 64)
    assert kinds(since=timezone.now()) == {FaultKind.SEAL_CHANGED}

    SealLeaf.objects.filter(seal=2).delete()
    Seal.objects.filter(number=2).delete()
    assert FaultKind.SEAL_CHANGED in kinds(since=timezone.now())


# --- While people work --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database", "chain")
@pytest.mark.parametrize("step", ["seals", "events", "leaves"])
def test_what_is_recorded_during_a_check_is_no_fault(
    alice: User, intake: Intake, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = getattr(verification._Check, step)

    def go_on() -> None:
        read(alice, intake, 2)
        seals.seal_events()
        connection.close()

    def checked(self: Any) -> None:
        check(self)
        with ThreadPoolExecutor(max_workers=1) as pool:
            pool.submit(go_on).result()

    monkeypatch.setattr(verification._Check, step, checked)

    assert verify().faults == ()
    assert not connection.in_atomic_block
    monkeypatch.undo()
    assert verify().faults == ()
    assert Event.objects.count() == 12


# --- Many ---------------------------------------------------------------------------------------------------

TEN_THOUSAND = pytest.param(10_000, marks=pytest.mark.soak)


@pytest.mark.parametrize("number", [100, TEN_THOUSAND])
def test_tampering_among_many_events_is_found_at_its_place(alice: User, intake: Intake, number: int) -> None:
    chain = f"case:{intake.case_id}"
    with transaction.atomic():
        for _time in range(number - 1):
            audit_log.record(alice, EventCode.SECTION_READ, intake)
    chance = random.Random(number)  # noqa: S311  (the same places in every run)

    for place in (1, number, *(chance.randrange(2, number) for _time in range(3))):
        for tamper, kind in (
            (lambda number: at(chain, number).update(code="edited"), FaultKind.CHANGED),
            (lambda number: at(chain, number).delete(), FaultKind.REMOVED),
            (lambda number: Event.objects.filter(number__gte=number).delete(), None),
        ):
            point = transaction.savepoint()
            tamper(place)
            found = faults()[0]
            expected = kind or (FaultKind.REMOVED if place > 1 else FaultKind.CHAIN_MISSING)
            assert (found.kind, found.number) == (expected, place)
            transaction.savepoint_rollback(point)
