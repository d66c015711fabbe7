"""Time the program as served beside a stock wizard, on the same machine in the same run, in turn.

Each is served on loopback with two workers of two threads; on PostgreSQL by two such servers on one database.
1, 4, 8 and 16 clients, each a person of their own with a conversation of their own, send a request as soon as
the one before is answered: in rounds the page of a section and four autosaves that each change two answers;
of the stock wizard (`stock/`) a step and four posts of a step. Then the list of cases, and the summary.

Prints requests a second, the median and the 99th percentile by kind, the processor time of a request in the
run (without the database's own processes), and how long writers wait: on SQLite the milliseconds that one
more writer waits for its turn, on PostgreSQL at how many in a hundred moments a connection waited for a lock.
Goals are ratios. With --seconds 3 it takes about three minutes.

Usage: python bench/served.py [--seconds N] [--only sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from databases import KINDS, on_both
from load import Client, Connection, Figures, measure
from servers import ROOT, our_program, stock_wizard

CLIENTS: Final = (1, 4, 8, 16)
SERVERS: Final = {"sqlite": 1, "postgresql": 2}
#: What is compared: ours, the stock wizard's, how many clients, at least, and the aim.
RATES: Final = (
    ("autosave", "stock post", 1, 0.8, 1.5),
    ("autosave", "stock post", 8, 1.0, 2.0),
    ("section", "stock step", 1, 0.8, 1.5),
    ("section", "stock step", 8, 0.8, 1.5),
)
#: By kind of request and number of clients.
Rows = dict[str, dict[int, Figures]]


def main() -> int:
    """Print one table; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", choices=KINDS)
    options = parser.parse_args()
    print(
        f"processors: {os.cpu_count()}, load: {os.getloadavg()[0]:.1f}, seconds a figure: {options.seconds:g}"
    )

    def run(kind: str, urls: Sequence[str], folder: Path) -> bool:
        return compare(kind, urls, SERVERS[kind], folder, options.seconds)

    return on_both(options.only, ("ours", "stock"), run)


def compare(name: str, urls: Sequence[str], servers: int, folder: Path, seconds: float) -> bool:
    """Print the figures on one database, and return whether a goal is missed."""
    print(f"\n{name}, {servers} server process(es) of two workers")
    print(
        f"{'':12}{'clients':>8}{'a second':>10}{'p50 ms':>8}{'p99 ms':>8}{'cpu ms':>8}{'waits':>8}",
        flush=True,
    )
    rows: Rows = {}
    with stock_wizard(urls[1], servers, folder) as ports:
        rounds = [stock_round(Connection(port)) for port in spread(ports)]
        add_figures(rows, rounds, ports, seconds, lambda _stop: 0.0)
    with our_program(urls[0], servers, folder, CLIENTS[-1]) as (ports, people):
        watch = watched(urls[0])
        each = [
            (Connection(port, one["cookies"]), one) for port, one in zip(spread(ports), people, strict=True)
        ]
        add_figures(rows, [our_round(*one) for one in each], ports, seconds, watch)
        add_figures(rows, [reading(link, "list", "/cases/") for link, _one in each], ports, seconds, watch)
        add_figures(
            rows, [reading(link, "summary", one["summary"]) for link, one in each], ports, seconds, watch
        )
    return goals(name, rows)


def spread(ports: dict[int, int]) -> list[int]:
    """Return the port of each client."""
    return [list(ports)[number % len(ports)] for number in range(CLIENTS[-1])]


def goals(name: str, rows: Rows) -> bool:
    """Print each goal with its figure, and return whether one is missed."""
    found = [
        (f"{ours} / {stock}, {many} clients", rows[ours][many].rate / rows[stock][many].rate, least, aim)
        for ours, stock, many, least, aim in RATES
    ]
    saves = rows["autosave"]
    found.append(("autosave a second, 16 / 8 clients", saves[16].rate / saves[8].rate, 0.95, 1.0))
    missed = False
    for what, value, least, aim in found:
        is_missed = value < least
        print(f"{what:36} {value:5.2f}  at least {least}, aim {aim}{'  MISSED' * is_missed}")
        missed |= is_missed
    if name == "sqlite":
        spread_of = saves[8].p99 / saves[8].p50
        is_missed = spread_of > 3
        print(
            f"{'autosave p99 / p50, 8 clients':36} {spread_of:5.2f}  at most 3, aim 2{'  MISSED' * is_missed}"
        )
        missed |= is_missed
    return missed


def add_figures(
    rows: Rows,
    clients: Sequence[Client],
    servers: dict[int, int],
    seconds: float,
    watch: Callable[[threading.Event], float],
) -> None:
    """Measure with 1, 4, 8 and 16 of the clients, and print and add the figures.

    Before that all of them ask for as long: a process that just began compiles queries and opens connections.
    """
    measure(clients, seconds, list(servers.values()))
    for many in CLIENTS:
        stop, waits = threading.Event(), list[float]()
        watcher = threading.Thread(target=lambda stop, waits: waits.append(watch(stop)), args=(stop, waits))
        watcher.start()
        try:
            found, processor = measure(clients[:many], seconds, list(servers.values()))
        finally:
            stop.set()
            watcher.join()
        for kind, each in found.items():
            rows.setdefault(kind, {})[many] = each
            values = f"{each.rate:10.1f}{each.p50:8.0f}{each.p99:8.0f}{processor:8.1f}{waits[0]:8.1f}"
            print(f"{kind:12}{many:8}{values}", flush=True)


def reading(connection: Connection, kind: str, path: str) -> Client:
    """Return a client that opens one page again and again."""

    def read() -> str:
        connection.send("GET", path)
        return kind

    return read


def our_round(connection: Connection, person: dict[str, Any]) -> Client:
    """Return a client that opens a page of questions and saves it four times, as autosave.js would."""
    controls = dict(person["controls"])
    steps = cycle(("section", *["autosave"] * 4))
    numbers = count(1)

    def step() -> str:
        if (kind := next(steps)) == "section":
            connection.send("GET", person["section"])
            return kind
        number = next(numbers)
        controls["running_note"] = [f"Zij belde terug, {number}."]
        controls["fear_own_words"] = [f"Ik durf niet meer alleen naar buiten, {number}."]
        controls["page"] = [f"bench.{number}"]
        answer = connection.send(
            "POST", person["section"], urlencode(controls, doseq=True), "application/json"
        )
        bases = json.loads(answer)["base"]
        assert bases, "an autosave that changed nothing was measured"
        controls.update({name: [base] for name, base in bases.items()})
        return kind

    return step


def stock_round(connection: Connection) -> Client:
    """Return a client that opens the first step and posts the first four, each time with another text."""
    steps = cycle(range(-1, 4))
    numbers = count(1)

    def step() -> str:
        if (place := next(steps)) < 0:
            connection.send("GET", "/wizard/step0/")
            return "stock step"
        token = connection.cookies.partition("csrftoken=")[2].partition(";")[0]
        values = {
            "name": "A name",
            "story": f"A story, {next(numbers)}",
            "often": "b",
            "places": ["a", "c"],
            "since": "2026-03-23",
            "agreed": "on",
        }
        data: dict[str, Any] = {f"step{place}-{name}": value for name, value in values.items()}
        data |= {"wizard-current_step": f"step{place}", "csrfmiddlewaretoken": token}
        assert not connection.send("POST", f"/wizard/step{place}/", urlencode(data, doseq=True)), "refused"
        return "stock post"

    return step


def watched(url: str) -> Callable[[threading.Event], float]:
    """Return a function that watches how long writers wait, until it is told to stop."""

    def on_sqlite(stop: threading.Event) -> float:
        path = url.removeprefix("sqlite:///")
        probe = [sys.executable, "bench/write_lock.py", path]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(probe, cwd=ROOT, **pipes) as process:  # noqa: S603
            stop.wait()
            return float(process.communicate("\n")[0])

    def on_postgresql(stop: threading.Event) -> float:
        import psycopg

        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        seen = []
        with psycopg.connect(url, autocommit=True) as connection:
            while not stop.wait(0.05):
                row = connection.execute(query).fetchone()
                seen.append(bool(row and row[0]))
        return 100 * sum(seen) / max(len(seen), 1)

    return on_sqlite if url.startswith("sqlite") else on_postgresql


if __name__ == "__main__":
    sys.exit(main())
