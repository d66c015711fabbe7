"""Seals over the heads of chains: when one is made, and what is under it; an idle installation makes none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import seal_macs, seals
from questionnaire.audit.chains import Head
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.verification import verify
from questionnaire.models import ChainHead, Event, Intake, Seal, SealLeaf, User
from questionnaire.tests.people import moved_clock

pytestmark = pytest.mark.django_db


def leaves(number: int) -> dict[str, int]:
    return dict(SealLeaf.objects.filter(seal=number).values_list("chain", "number"))


def test_a_seal_has_the_heads_that_moved_since_the_one_before(alice: User, intake: Intake) -> None:
    case, own = f"case:{intake.case_id}", f"user:{alice.pk}"
    intake_actions.record_read(alice, None, EventCode.LIST_READ)
    seals.seal_events()
    intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)
    seals.seal_events()

    assert leaves(1) == {case: 1, own: 1, "system": 1}
    assert leaves(2) == {case: 2, "system": 2}


@pytest.mark.usefixtures("intake")
def test_its_own_event_is_under_it_so_that_nothing_has_to_be_sealed_afterwards() -> None:
    made = seals.seal_events()

    event = Event.objects.get(code=EventCode.EVENTS_SEALED)
    assert made
    assert event.details == {"seal": made.number}
    assert leaves(1)["system"] == event.number
    for _time in range(3):
        assert seals.seal_events() is None
    assert Seal.objects.count() == 1
    assert Event.objects.filter(code=EventCode.EVENTS_SEALED).count() == 1


def test_an_empty_database_has_nothing_to_seal() -> None:
    assert seals.seal_events() is None
    assert not Event.objects.exists()


def test_of_several_servers_one_seals(alice: User, intake: Intake) -> None:
    assert seals.seal_events(but_within=timedelta(minutes=1))
    intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)

    assert seals.seal_events(but_within=timedelta(minutes=1)) is None
    assert seals.seal_events()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("intake", "patient_database")
def test_several_at_once_make_one_seal() -> None:
    def seal(_number: int) -> bool:
        made = seals.seal_events()
        connection.close()
        return made is not None

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sum(pool.map(seal, range(4))) == 1

    assert verify().first_broken is None


def test_a_chain_that_stood_still_for_days_is_not_sealed_again(
    alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    seals.seal_events()
    later = timezone.now() + timedelta(days=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    intake_actions.record_read(alice, None, EventCode.LIST_READ)
    seals.seal_events()

    assert leaves(2) == {f"user:{alice.pk}": 1, "system": 2}
    assert verify().first_broken is None


def test_the_root_tells_heads_apart_and_not_their_order() -> None:
    heads = [(f"case:{number}", Head(number, f"{number:064x}")) for number in range(1, 8)]
    roots = {seal_macs.root_of(heads[:count])[0] for count in range(8)}

    assert len(roots) == 8
    assert seal_macs.root_of(heads) == seal_macs.root_of(heads[::-1])
    assert seal_macs.root_of([]) == ("", 0)
    for index, (chain, head) in enumerate(heads):
        for other in ((f"{chain}x", head), (chain, Head(9, head.mac)), (chain, Head(head.number, "0" * 64))):
            assert seal_macs.root_of([*heads[:index], other, *heads[index + 1 :]])[0] not in roots


def run() -> str:
    out = StringIO()
    call_command("seal_events", stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("intake")
def test_the_command_prints_the_seal_and_then_that_there_is_nothing_to_seal() -> None:
    printed = run()

    made = Seal.objects.get()
    assert Head.parse(printed.split()[-1]) == Head(1, made.mac)
    assert len(run().splitlines()) == 1
    assert Seal.objects.count() == 1
    assert ChainHead.objects.get(pk="system").number == 1


@pytest.mark.usefixtures("intake")
def test_a_seal_of_a_time_to_come_keeps_nothing_from_being_sealed(alice: User, intake: Intake) -> None:
    """A clock was wrong for a while: it went years ahead, and back."""
    with moved_clock(timedelta(days=3650)):
        intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)
        assert seals.seal_events()
    intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)

    seal = seals.seal_events(but_within=timedelta(seconds=50))

    assert seal is not None
    assert seal.leaves.filter(chain=f"case:{intake.case_id}").exists()
    assert verify().faults == ()


def test_a_seal_of_long_ago_is_no_seal_of_just_now(alice: User, intake: Intake) -> None:
    with moved_clock(timedelta(days=-3650)):
        intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)
        assert seals.seal_events()
    intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)

    assert seals.seal_events(but_within=timedelta(seconds=50))
    assert seals.seal_events() is None
    assert verify().faults == ()
