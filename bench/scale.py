"""Time pages in a database of 1,000,000 intakes and 5,000,000 events beside one of 1,000, in one run.

On SQLite the large one has 100,000 intakes. A tenth of them are in one large team, the others in teams of
1,000; an author has 500. A page of a person in either kind of team takes turns with the same page in the
small database, which is one team of 1,000. So a ratio tells what the size of the database or team costs.

Goal: at most 1.3 times as long, aim 1.1. With --plans the plan of each query in the large PostgreSQL database
goes to a file, and the tables of cases, intakes and events that a query reads whole are named. Filling takes
some minutes.

Usage: python bench/scale.py [--only sqlite|postgresql] [--intakes N] [--plans FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from databases import KINDS, on_both

MANY: Final = {"sqlite": 100_000, "postgresql": 1_000_000}
FEW: Final = 1_000
ROUNDS: Final = 15
GOAL: Final = 1.3
#: By name, who opens a page, and its address; "POST" and what is searched for a search.
PAGES: Final = (
    ("Vandaag", "author", "/"),
    ("Vandaag", "reviewer", "/"),
    ("list", "author", "/cases/"),
    ("list, halfway", "author", "/cases/?after={intake}"),
    ("list, handed in", "author", "/cases/?state=submitted"),
    ("list", "reviewer", "/cases/"),
    ("list, halfway", "reviewer", "/cases/?after={intake}"),
    ("list, handed in", "reviewer", "/cases/?state=submitted"),
    ("list, one level", "reviewer", "/cases/?urgency=2"),
    ("list, one author", "reviewer", "/cases/?author={author}"),
    ("list, all three", "reviewer", "/cases/?state=submitted&urgency=3&author={author}"),
    ("list, due", "reviewer", "/cases/?due=1"),
    ("list, of the team", "colleague", "/cases/?of=team"),
    ("list, of the team, handed in", "colleague", "/cases/?of=team&state=submitted"),
    ("search, one", "reviewer", "POST C-{author:05}-077"),
    ("search, many", "reviewer", "POST c"),
    ("search, a part", "reviewer", "POST {author:05}-077"),
    ("search, none", "colleague", "POST nothing"),
    ("page of questions", "author", "/intakes/{intake}/fear/"),
    ("summary", "author", "/intakes/{intake}/summary/"),
    ("who looked", "author", "/intakes/{intake}/looked/"),
    ("sign-ins", "author", "/account/sign-ins/"),
    ("sign-ins", "administrator", "/account/sign-ins/"),
    ("people", "administrator", "/beheer/people/"),
    ("Beheer", "manager", "/beheer/"),
    ("numbers", "manager", "/numbers/"),
)
#: What no page may read whole.
LARGE_TABLES: Final = re.compile(r"Seq Scan on (questionnaire_(?:intake|case|event|step|chainhead))\b")
#: Asks a process what: "size", "plans" or "time", of which office, of whom, and of which address.
Ask = Callable[[str, str, str, str], Any]


def main() -> int:
    """Print a table for each database; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--intakes", type=int, help="at least 5,000")
    parser.add_argument("--plans", type=Path)
    parser.add_argument("--answer", nargs=2, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer(*options.answer)
        return 0

    def run(kind: str, urls: Sequence[str], _folder: Path) -> bool:
        plans = options.plans if kind == "postgresql" else None
        return compare(urls, options.intakes or MANY[kind], plans)

    settings = ("max_wal_size=4GB", "shared_buffers=1GB")
    return on_both(options.only, ("few", "many"), run, settings)


def compare(urls: Sequence[str], many: int, plans: Path | None) -> bool:
    """Print the figures of one kind of database, and return whether a goal is missed."""
    start = time.perf_counter()
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(child(url, count, of_large))
            for url, count, of_large in zip(urls, (FEW, many), (0, many // 10), strict=True)
        )
        vendor, size = large("size", "", "", "")
        print(
            f"{vendor}: {many:,} intakes and {5 * many:,} events against {FEW:,} and {5 * FEW:,}, "
            f"{size / 1e9:.1f} GB, filled in {time.perf_counter() - start:.0f} s; goal x {GOAL}"
        )
        print(f"{'':42}{'small':>9}{'ordinary team':>20}{'large team':>20}", flush=True)
        missed = False
        for name, who, address in PAGES:
            asked = ((small, "ordinary"), (large, "ordinary"), (large, "large"))
            times, queries, read_whole = measured(asked, who, address, plans)
            line = f"{f'{name}, {who}':40}{times[0]:8.1f} ms"
            for took in times[1:]:
                is_missed = took > GOAL * times[0]
                line += f"{took:8.1f} x {took / times[0]:5.2f}{' MISSED' if is_missed else '':7}"
                missed |= is_missed
            reads = f"  reads whole: {', '.join(read_whole)}" if read_whole else ""
            print(f"{line}  queries {', '.join(map(str, queries))}{reads}", flush=True)
            missed |= bool(read_whole)
    return missed


def measured(
    asked: Sequence[tuple[Ask, str]], who: str, address: str, plans: Path | None
) -> tuple[list[float], list[int], list[str]]:
    """Return the median milliseconds and the queries of each, who take turns, and what is read whole."""
    queries, read_whole = [], set[str]()
    for ask, office in asked:
        made = ask("plans", office, who, address)
        queries.append(len(made))
        if plans and office == "large":
            read_whole |= {name for _sql, plan in made for name in LARGE_TABLES.findall(plan)}
            with plans.open("a") as file:
                for sql, plan in made:
                    file.write(f"== {who} {address}\n{sql}\n{plan}\n\n")
    times: list[list[float]] = [[] for _each in asked]
    for _round in range(ROUNDS):
        for (ask, office), spent in zip(asked, times, strict=True):
            spent.append(ask("time", office, who, address))
    return [statistics.median(spent) for spent in times], queries, sorted(read_whole)


@contextmanager
def child(url: str, intakes: int, of_large: int) -> Iterator[Ask]:
    """Start a process that fills a database and opens its pages; yield a function that asks it to."""
    command = [sys.executable, __file__, "--answer", str(intakes), str(of_large)]
    environment = {**os.environ, "BENCH_DATABASE_URL": url}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as process:  # noqa: S603

        def ask(*what: str) -> Any:
            print(json.dumps(what), file=process.stdin, flush=True)
            if not (line := process.stdout.readline() if process.stdout else ""):
                raise SystemExit("A process of this bench ended, see above.")
            return json.loads(line)

        try:
            yield ask
        finally:
            if process.stdin:
                process.stdin.close()


def answer(intakes: int, of_large: int) -> None:
    """Fill the database, and answer each line that is read: its size, plans of a page, or milliseconds."""
    import filled
    import scratch
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    scratch.prepare()
    offices = filled.filled(intakes, of_large)
    clients: dict[tuple[str, str], Client] = {}

    def opened(client: Client, address: str) -> None:
        typed = address.removeprefix("POST ")
        if typed == address:
            response = client.get(address)
        else:
            response = client.post("/cases/", {"reference": typed}, follow=True)
        assert response.status_code == 200, (address, response.status_code)

    def explained(sql: str) -> str:
        if connection.vendor != "postgresql" or not sql.startswith(("SELECT", "(SELECT")):
            return ""
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
            return "\n".join(row[0] for row in cursor.fetchall())

    def answer_to(kind: str, office: str, who: str, address: str) -> object:
        if kind == "size":
            return connection.vendor, filled.bytes_of_database()
        made = offices[office]
        if (client := clients.get((office, who))) is None:
            client = clients[office, who] = scratch.browser(made.people[who])
        address = address.format(intake=made.intake, author=made.people["author"].pk)
        if kind == "plans":
            opened(client, address)
            with CaptureQueriesContext(connection) as captured:
                opened(client, address)
            return [(query["sql"], explained(query["sql"])) for query in captured.captured_queries]
        start = time.perf_counter()
        opened(client, address)
        return 1000 * (time.perf_counter() - start)

    for line in sys.stdin:
        print(json.dumps(answer_to(*json.loads(line))), flush=True)


if __name__ == "__main__":
    sys.exit(main())
