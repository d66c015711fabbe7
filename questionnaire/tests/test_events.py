"""The chain of events."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from questionnaire import actions, events, keyring
from questionnaire.domain.timeline import Incident as Told
from questionnaire.events import Code
from questionnaire.models import ChainHead, Event, Intake, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(alice: User, intake: Intake) -> list[Event]:
    """Six events of two people's making."""
    for code in (Code.SECTION_READ, Code.SUMMARY_READ, Code.ANSWERS_READ, Code.LIST_READ, Code.SUMMARY_READ):
        actions.record_read(alice, intake, code)
    return list(Event.objects.all())


@pytest.mark.usefixtures("chain")
def test_a_chain_as_it_was_written_is_whole() -> None:
    assert [event.seq for event in Event.objects.all()] == [1, 2, 3, 4, 5, 6]
    assert events.first_broken() is None


def test_no_events_are_a_whole_chain() -> None:
    assert events.first_broken() is None


def test_each_event_carries_a_code_over_the_one_before(chain: list[Event]) -> None:
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
@pytest.mark.usefixtures("chain")
def test_a_changed_event_is_named(change: dict[str, Any]) -> None:
    Event.objects.filter(seq=4).update(**change)

    assert events.first_broken() == 4


@pytest.mark.usefixtures("chain")
def test_a_changed_time_is_named() -> None:
    Event.objects.filter(seq=2).update(at=Event.objects.get(seq=3).at)

    assert events.first_broken() == 2


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
    ("meddle", "broken"),
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
def test_an_event_removed_moved_or_added_is_named(
    chain: list[Event], meddle: Callable[[list[Event]], object], broken: int
) -> None:
    meddle(chain)

    assert events.first_broken() == broken


@pytest.mark.usefixtures("chain")
def test_another_key_ring_finds_the_first_event(tmp_path: Any, settings: Any) -> None:
    settings.KEYRING_PATH = tmp_path / "keyring.json"
    keyring.create(settings.KEYRING_PATH)

    assert events.first_broken() == 1


@pytest.mark.django_db(transaction=True)
def test_people_at_work_at_once_make_one_chain(alice: User, intake: Intake) -> None:
    def work(number: int) -> None:
        for _time in range(10):
            actions.record_read(alice, intake, Code.SECTION_READ)
            actions.add_incident(alice, intake, Told("2026-03-20", "home", what=str(number)))
        connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(work, range(4)))

    assert [event.seq for event in Event.objects.all()] == list(range(1, 82))
    assert events.first_broken() is None
    assert Intake.objects.get().revision == intake.incidents.count() == 40
