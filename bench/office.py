"""Let an office of people type at once for half an hour, then kill the server, and look for what was lost.

Each has a conversation of their own in which every question was discussed: a save every 5 seconds, and every
20 seconds a page, in turn that of questions, the list of cases, the summary and Vandaag. On SQLite 50 people
and one server of two workers, on PostgreSQL 500 and two such servers. Times count from the moment at which
someone wanted to send; who still waits then sends as soon as the answer before is there.

At the end every process of the servers is killed with -9 while all are typing. The servers start again, and
each person opens their page: it must have the last text that was acknowledged, or the one on its way.

Goals: 99% of the requests within 300 ms, no error, memory flat, nothing lost. About an hour and five minutes.

Usage: python bench/office.py [--minutes N] [--people N] [--only sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from databases import KINDS, on_both
from load import Connection, descendants, processor_seconds
from servers import OUR_SERVER, prepared, serving

SAVE_EVERY, PAGE_EVERY, SHOW_EVERY = 5.0, 20.0, 300.0
#: Goals: milliseconds, and by how much of itself memory may grow.
SLOWEST, GROWTH = 300.0, 0.05
#: By kind of database: how many servers, and how many people.
OFFICES: Final = {"sqlite": (1, 50), "postgresql": (2, 500)}
READY: Final = "/account/login/"


@dataclass
class Tally:
    """What happened so far: seconds since the start, kind and milliseconds of each request, and errors."""

    begin: float
    over: threading.Event = field(default_factory=threading.Event)
    #: Appending to a list is atomic.
    times: list[tuple[float, str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass
class Person:
    """Someone who types, the last number that they sent, and the last that was acknowledged."""

    connection: Connection
    needs: dict[str, Any]
    sent: int = 0
    acknowledged: int = 0

    def save(self) -> None:
        """Send the page of questions with another number in its note, as autosave.js would."""
        self.sent += 1
        controls = self.needs["controls"]
        controls["running_note"] = [f"Zij belde terug, {self.sent}."]
        controls["page"] = [f"bench.{self.sent}"]
        body = urlencode(controls, doseq=True)
        answer = self.connection.send("POST", self.needs["section"], body, "application/json")
        bases = json.loads(answer)["base"]
        assert bases, "a save that changed nothing was measured"
        controls.update({name: [base] for name, base in bases.items()})
        self.acknowledged = self.sent

    def work(self, tally: Tally, phase: float) -> None:
        """Type until it is over; from 0 to 1, `phase` is how far into its first pause this person begins."""
        pages = cycle((self.needs["section"], "/cases/", self.needs["summary"], "/"))
        save_at, page_at = (tally.begin + phase * every for every in (SAVE_EVERY, PAGE_EVERY))
        while not tally.over.wait(max(0, min(save_at, page_at) - time.perf_counter())):
            is_save = save_at <= page_at
            wanted = save_at if is_save else page_at
            try:
                self.save() if is_save else self.connection.send("GET", next(pages))
            except Exception as fault:  # noqa: BLE001  (every kind is counted, but what was on its way at the end)
                if not tally.over.is_set():
                    tally.errors.append(f"{type(fault).__name__}: {str(fault)[:200]}")
            else:
                spent = 1000 * (time.perf_counter() - wanted)
                tally.times.append((wanted - tally.begin, "save" if is_save else "page", spent))
            now = time.perf_counter()
            if is_save:
                save_at = max(save_at + SAVE_EVERY, now)
            else:
                page_at = max(page_at + PAGE_EVERY, now)


def main() -> int:
    """Print what was seen each five minutes and at the end; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30, help="at least 1")
    parser.add_argument("--people", type=int)
    parser.add_argument("--only", choices=KINDS)
    options = parser.parse_args()

    def run(kind: str, urls: Sequence[str], folder: Path) -> bool:
        servers, people = OFFICES[kind]
        return office(urls[0], servers, options.people or people, options.minutes, folder)

    # PostgreSQL writes to disk before it says so.
    return on_both(options.only, ("office",), run, settings=("fsync=on",))


def office(url: str, servers: int, people: int, minutes: float, folder: Path) -> bool:
    """Let people work on one database, and return whether a goal is missed."""
    name = url.partition(":")[0]
    print(
        f"{name}: {people} people, {servers} server process(es) of two workers, {minutes:g} minutes, "
        f"{os.cpu_count()} processors, load before {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    environment, needs = prepared(url, folder, people)
    with serving(OUR_SERVER, servers, folder, environment, READY) as ports:
        persons = [
            Person(Connection(list(ports)[number % servers], each["cookies"]), each)
            for number, each in enumerate(needs)
        ]
        tally = Tally(time.perf_counter())
        threads = [
            threading.Thread(target=person.work, args=(tally, number / people))
            for number, person in enumerate(persons)
        ]
        for thread in threads:
            thread.start()
        try:
            memory = watched(tally, list(ports.values()), 60 * minutes)
        finally:
            tally.over.set()
            kill([*ports.values(), *(each for pid in ports.values() for each in descendants(pid))])
            for thread in threads:
                thread.join()
    with serving(OUR_SERVER, servers, folder, environment, READY) as ports:
        lost = [number for number, person in enumerate(persons) if is_lost(person, next(iter(ports)))]
    return is_missed(tally, people, minutes, memory, lost)


def watched(tally: Tally, servers: Sequence[int], seconds: float) -> list[float]:
    """Wait until the time is over, printing what is seen; return the megabytes of each ten seconds."""
    print(
        f"{'minutes':>8}{'saves/s':>9}{'p50':>7}{'p99':>7}{'pages/s':>9}{'p50':>7}{'p99':>7}"
        f"{'errors':>8}{'MB':>6}{'cores':>7}",
        flush=True,
    )
    memory, since, spent = list[float](), 0.0, processor_seconds(servers)
    while (now := time.perf_counter() - tally.begin) < seconds:
        time.sleep(min(10, seconds - now))
        memory.append(megabytes(servers))
        now = time.perf_counter() - tally.begin
        if now - since < min(SHOW_EVERY, seconds):
            continue
        used = processor_seconds(servers)
        figures = ""
        for kind in ("save", "page"):
            times = [took for at, each, took in list(tally.times) if each == kind and at >= since]
            p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
            figures += f"{len(times) / (now - since):9.1f}{p50:7.0f}{p99:7.0f}"
        cores = (used - spent) / (now - since)
        print(
            f"{now / 60:8.0f}{figures}{len(tally.errors):8}{memory[-1]:6.0f}{cores:7.2f}",
            flush=True,
        )
        since, spent = now, used
    return memory


def megabytes(servers: Sequence[int]) -> float:
    """Return the memory of these processes and those that they started; what they share counts once."""
    total = 0
    for pid in {*servers, *(each for server in servers for each in descendants(server))}:
        with suppress(OSError):
            found = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(found[1]) if found else 0
    return total / 1024


def kill(processes: Sequence[int]) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def is_lost(person: Person, port: int) -> bool:
    """Return whether the page misses the last text that was acknowledged to this person."""
    page = Connection(port, person.connection.cookies).send("GET", person.needs["section"]).decode()
    found = re.search(r"Zij belde terug, (\d+)\.", page)
    return (int(found[1]) if found else 0) not in {person.acknowledged, person.sent}


def is_missed(tally: Tally, people: int, minutes: float, memory: Sequence[float], lost: list[int]) -> bool:
    """Print the figures beside the goals, and return whether one is missed."""
    times = [took for _at, _kind, took in tally.times]
    wanted = people * 60 * minutes * (1 / SAVE_EVERY + 1 / PAGE_EVERY)
    p99 = statistics.quantiles(times, n=100)[98]
    part = len(memory) // 6
    # The first sixth is left out: caches fill.
    early, late = statistics.mean(memory[part : 2 * part]), statistics.mean(memory[-part:])
    print(f"answered {len(times):,} of {wanted:,.0f} that were wanted, p50 {statistics.median(times):.0f} ms")
    found = (
        (f"99% within {p99:.0f} ms", f"under {SLOWEST:g}", p99 >= SLOWEST),
        (f"errors {len(tally.errors)}", "0", bool(tally.errors)),
        (f"memory {early:.0f} MB, later {late:.0f} MB", f"+{GROWTH:.0%}", late > early * (1 + GROWTH)),
        (f"lost after kill -9 {len(lost)} of {people}", "0", bool(lost)),
    )
    for what, goal, missed in found:
        print(f"{what:40} goal {goal}{'  MISSED' * missed}")
    for error, often in Counter(tally.errors).most_common(5):
        print(f"  {often} x {error}")
    return any(missed for *_what, missed in found)


if __name__ == "__main__":
    sys.exit(main())
