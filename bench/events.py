"""Time events: how many a second for many at once, what one adds to a save, and how long checking takes.

Goals: on PostgreSQL with 16 clients at least 5 times as many a second in a chain for each case as in one for
all, in the same run; on SQLite an event adds at most 10% to a save; a million events are checked in under a
minute, and those of the last hour in under a second. Runs on SQLite, or on the database that
BENCH_DATABASE_URL names.

Usage: python bench/events.py [EVENTS]
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from datetime import datetime, timedelta
from typing import Final
from unittest import mock
from uuid import UUID, uuid4

import scratch

# isort: split
from django.db import connection, connections, transaction
from django.utils import timezone
from tqdm import tqdm

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import acting, log, seals
from questionnaire.audit.chains import START, Head, chain_of_case, mac_of
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.verification import verify
from questionnaire.domain import dates
from questionnaire.encryption import keyring
from questionnaire.models import AccessScope, ChainHead, Event, Intake, Seal, Team, User
from questionnaire.tests.factories import submission_of

CLIENTS: Final = 16
SECONDS: Final = 8
#: How many seconds more a commit takes: none, and as with a synchronous replica. The goal is for the last.
DELAYS: Final = (0.0, 0.003)
SAVES: Final = 60
MANY: Final = 1_000_000
#: How many events each case has.
OF_A_CASE: Final = 50
#: How many cases take turns while they are made up.
CASES_AT_ONCE: Final = 100
#: How many cases moved in the last hour.
MOVED: Final = 200
AT_LEAST: Final = {"chains": 5.0}
AT_MOST: Final = {"save": 1.10, "all": 60.0, "hour": 1.0}


def main(count: int) -> int:
    """Print what was measured; return 1 when a goal is missed."""
    scratch.prepare()
    team = Team.objects.create(name="Bench")
    user = scratch.account("bench", team)
    measured = {}
    if connection.vendor == "postgresql":
        intakes = started(team)
        for delay in DELAYS:
            one, each = events_a_second(intakes, delay)
            measured["chains"] = each / one
            told = f"{one:.0f} events/s in one chain, {each:.0f} in one each: x {each / one:.1f}"
            print(f"{CLIENTS} clients, {delay * 1000:.0f} ms more for a commit: {told}")
    else:
        measured["save"] = added_to_a_save(user, team)
        print(f"a save with its event takes x {measured['save']:.3f} of one without")
    fill(user, count)
    for name, since in (("all", None), ("hour", timezone.now() - timedelta(hours=1))):
        start, processor = time.perf_counter(), time.process_time()
        report = verify(since=since)
        measured[name], used = time.perf_counter() - start, time.process_time() - processor
        assert report.first_broken is None, report.first_broken
        print(f"checked {name}: {report.count} events in {measured[name]:.2f} s ({used:.2f} s of processor)")
    missed = [name for name, goal in AT_LEAST.items() if measured.get(name, goal) < goal]
    missed += [name for name, goal in AT_MOST.items() if measured.get(name, goal) > goal]
    print("missed:", ", ".join(missed) or "none")
    return int(bool(missed))


def started(team: Team) -> list[Intake]:
    """Return an intake of each client."""
    users = [scratch.account(f"bench-{number}", team) for number in range(CLIENTS)]
    return [intake_actions.start_intake(each, team, each.username, dates.today(), "nl") for each in users]


def events_a_second(intakes: list[Intake], delay: float) -> tuple[float, float]:
    """Return how many events processes record in a second: in one chain for all, and in one for each."""
    ChainHead.objects.get_or_create(pk="one")
    with mock.patch.object(log, "_append", append_as_before):
        in_one = _run_clients(intakes, delay)
    return in_one, _run_clients(intakes, delay)


def append_as_before(event: Event) -> None:
    """Store an event at the end of one chain for all, as version 0.2 did."""
    head, _created = ChainHead.objects.select_for_update().get_or_create(pk="one")
    event.chain, event.number, event.seq = "one", head.number + 1, head.number + 1_000_000
    event.key_id = keyring.ring().current
    event.mac = mac_of(event, head.mac)
    event.save(force_insert=True)
    head.number, head.mac, head.at = event.number, event.mac, event.at
    head.save()


def _run_clients(intakes: list[Intake], delay: float) -> float:
    connections.close_all()
    context = multiprocessing.get_context("fork")
    counts = context.Queue()
    start = context.Barrier(CLIENTS)

    def run(intake: Intake) -> None:
        start.wait()
        end, count = time.perf_counter() + SECONDS, 0
        with acting.in_request():
            acting.on_right(intake, AccessScope.of(intake.author))
            while time.perf_counter() < end:
                with transaction.atomic(), connection.cursor() as cursor:
                    log.record(intake.author, EventCode.SECTION_READ, intake)
                    cursor.execute("SELECT pg_sleep(%s)", [delay])
                count += 1
        counts.put(count)

    processes = [context.Process(target=run, args=[intake]) for intake in intakes]
    for process in processes:
        process.start()
    total = sum(counts.get() for _process in processes)
    for process in processes:
        process.join()
    return float(total / SECONDS)


def added_to_a_save(user: User, team: Team) -> float:
    """Return how long a save takes with its event, against one without; the two take turns."""
    intake = intake_actions.start_intake(user, team, "bench", dates.today(), "nl")
    without = mock.patch.object(log, "record")
    samples: dict[bool, list[float]] = {True: [], False: []}
    for number in range(SAVES):
        # Pages in turn, so that none is merged with the save before.
        with mock.patch.object(log, "_ONE_SAVE", timedelta(0)):
            samples[True].append(_save(user, intake, f"met {number}"))
        with without:
            samples[False].append(_save(user, intake, f"zonder {number}"))
    return statistics.median(samples[True]) / statistics.median(samples[False])


def _save(user: User, intake: Intake, words: str) -> float:
    intake = Intake.objects.get(pk=intake.pk)
    start = time.perf_counter()
    intake_actions.save_section(user, intake, "fear", submission_of(intake, fear_own_words=words))
    return time.perf_counter() - start


def fill(user: User, count: int) -> None:
    """Store so many events of cases that are over, in order of time, seal them, and let some cases move."""
    before = timezone.now() - timedelta(days=2)
    seq = Event.objects.latest("seq").seq
    with tqdm(total=count, desc="events", disable=None) as bar:
        for _batch in range(count // OF_A_CASE // CASES_AT_ONCE):
            events, heads = chained(user, seq, before)
            with transaction.atomic():
                Event.objects.bulk_create(events, batch_size=500)
                ChainHead.objects.bulk_create(heads)
                with mock.patch.object(timezone, "now", return_value=before):
                    seal_rounds(events)
            seq += len(events)
            bar.update(len(events))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('questionnaire_event_numbers', %s)", [seq])
            cursor.execute("ANALYZE")
    # As if it was made then, so that the last hour begins after it.
    with mock.patch.object(timezone, "now", return_value=before + timedelta(hours=1)):
        seals.seal_events()
    for head in ChainHead.objects.filter(chain__startswith="case:")[:MOVED]:
        intake = Intake(pk=uuid4(), case_id=UUID(head.chain.removeprefix("case:")), author=user)
        for _event in range(5):
            with transaction.atomic():
                log.record(user, EventCode.SECTION_READ, intake)
    seals.seal_events()


def seal_rounds(events: list[Event]) -> None:
    """Seal one head in five after each round of the cases, as if a round took a minute."""
    last = Seal.objects.order_by("-number").first()
    number, mac = (last.number, last.mac) if last else (0, "")
    for start in range(0, len(events), CASES_AT_ONCE):
        sealed = [(event.chain, Head(event.number, event.mac)) for event in events[start:][:CASES_AT_ONCE:5]]
        made = seals.add_seal(number + 1, sealed, mac)
        number, mac = made.number, made.mac


def chained(user: User, seq: int, at: datetime) -> tuple[list[Event], list[ChainHead]]:
    """Return the events of some cases, which took turns, and the heads of their chains."""
    chains = [chain_of_case(uuid4()) for _case in range(CASES_AT_ONCE)]
    heads = dict.fromkeys(chains, START)
    events, key_id = [], keyring.ring().current
    for number in range(1, OF_A_CASE + 1):
        for chain in chains:
            seq += 1
            case = UUID(chain.removeprefix("case:"))
            event = Event(
                seq=seq, chain=chain, number=number, at=at, actor=user, code="section.read", case=case
            )
            event.intake, event.role, event.right, event.key_id = case, "professional", "author", key_id
            event.source, event.request_id = "web 0.2.0 at bench.example", f"{seq:016x}"
            event.mac = mac_of(event, heads[chain].mac)
            heads[chain] = Head(number, event.mac)
            events.append(event)
    rows = [ChainHead(chain=chain, number=head.number, mac=head.mac, at=at) for chain, head in heads.items()]
    return events, rows


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY))
