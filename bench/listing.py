"""Time the list of cases and a search among 100,000 intakes against the same among 100, in one run.

Goal: at most 1.5 times as long, and no more queries. The two are teams in one database; their pages take
turns. Runs on SQLite, or on the database that BENCH_DATABASE_URL names.

Usage: python bench/listing.py [INTAKES]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

import scratch

# isort: split
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tqdm import tqdm

from questionnaire import demo
from questionnaire.actions import transactions
from questionnaire.domain import dates
from questionnaire.domain.catalogue import VERSION
from questionnaire.domain.workflow import State
from questionnaire.encryption.macs import mac_of
from questionnaire.models import (
    Access,
    Case,
    Intake,
    Membership,
    Team,
    User,
    empty_content,
    reference_key,
    sign_rights,
    tampered_cases,
)

MANY, FEW = 100_000, 100
#: As many in each team, so that lists of one state are as long.
HANDED_IN = 30
ROUNDS = 21
GOAL = 1.5
Request = Callable[[], object]


@dataclass(frozen=True)
class Office:
    """A team with intakes, and a client for each person who looks at its list."""

    author: Client
    helper: Client
    colleague: Client
    reviewer: Client
    halfway: UUID
    author_id: int

    def requests(self) -> dict[str, Request]:
        """Return the pages to measure, by name."""
        return {
            "reviewer": lambda: get(self.reviewer, ""),
            "reviewer, halfway": lambda: get(self.reviewer, f"?after={self.halfway}"),
            "reviewer, handed in": lambda: get(self.reviewer, "?state=submitted"),
            "reviewer, one level": lambda: get(self.reviewer, "?urgency=2"),
            "reviewer, one author": lambda: get(self.reviewer, f"?author={self.author_id}"),
            "reviewer, all three": lambda: get(
                self.reviewer, f"?state=submitted&urgency=3&author={self.author_id}"
            ),
            "author": lambda: get(self.author, ""),
            "author, halfway": lambda: get(self.author, f"?after={self.halfway}"),
            "author, handed in": lambda: get(self.author, "?state=submitted"),
            "author also of others' cases": lambda: get(self.helper, ""),
            "colleague, of the team": lambda: get(self.colleague, "?of=team"),
            "colleague, handed in": lambda: get(self.colleague, "?of=team&state=submitted"),
            "reviewer, due": lambda: get(self.reviewer, "?due=1"),
            "search, one": lambda: search(self.reviewer, "c-000077"),
            "search, many": lambda: search(self.reviewer, "c"),
            # These two read every key of the team.
            "search, a part": lambda: search(self.reviewer, "00077"),
            "search, none": lambda: search(self.colleague, "nothing"),
        }


def main() -> int:
    """Print the medians of both, their ratio and the queries; return 1 when a goal is missed."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    scratch.prepare()
    few_requests, many_requests = (
        office(name, count).requests() for name, count in (("few", FEW), ("many", many))
    )
    if connection.vendor == "postgresql":  # which does this by itself after a while; SQLite never does
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    missed = False
    print(f"{connection.vendor}, {FEW} against {many:,} intakes; goal: at most x {GOAL}")
    for name, few in few_requests.items():
        times, queries = measured(few, many_requests[name])
        ratio = times[1] / times[0]
        missed |= ratio > GOAL or queries[1] > queries[0]
        figures = f"{times[0]:6.1f} ms {times[1]:6.1f} ms  x {ratio:.2f}  queries {queries[0]}, {queries[1]}"
        print(f"{name:30} {figures}", flush=True)
    return int(missed)


def office(name: str, count: int) -> Office:
    team = Team.objects.create(name=name)
    people = {role: scratch.account(f"{name}-{role}", team) for role in ("author", "helper", "colleague")}
    reviewer = scratch.account(f"{name}-reviewer", team, Membership.Role.REVIEWER)
    ids = fill(team, people["author"], people["helper"], count)
    clients = {role: scratch.browser(user) for role, user in {**people, "reviewer": reviewer}.items()}
    return Office(**clients, halfway=ids[count // 2], author_id=people["author"].pk)


def fill(team: Team, author: User, helper: User, count: int) -> list[UUID]:
    """Store intakes, half of the author and half of the helper, who also writes in three of the author."""
    ids: list[UUID] = []
    new = islice(intakes(team, (author, helper), count // HANDED_IN), count)
    with transaction.atomic(), tqdm(total=count, disable=None, leave=False) as progress:
        while batch := list(islice(new, 2000)):
            cases = [intake.case for intake in batch]
            Case.objects.bulk_create(cases)
            Intake.objects.bulk_create(batch)
            assert not tampered_cases(cases), "the pages would leave them out"
            ids += [intake.pk for intake in batch]
            progress.update(len(batch))
        for intake in Intake.objects.filter(author=author).select_related("case")[:3]:
            Access.objects.create(case=intake.case, user=helper, kind=Access.Kind.ASSIGNED)
            sign_rights(intake.case, 0)
    return ids


def intakes(team: Team, authors: tuple[User, User], apart: int) -> Iterator[Intake]:
    """Yield demo intakes without end, each in a case: one in 200 shielded, one in `apart` handed in."""
    templates = [template(name) for name in demo.NAMES]
    today = dates.today()
    number = 0
    while True:
        reference = f"C-{number:06}"
        case = Case(
            team=team,
            reference=reference,
            reference_key=reference_key(reference),
            shielded=number % 200 == 3,
        )
        intake = Intake(
            team=team,
            author=authors[number % 2],
            case=case,
            on=date(2026, 3, 23),
            language="nl",
            catalogue_version=VERSION,
            state=State.SUBMITTED if number % apart == 1 else State.SIGNED_OFF,
            **templates[number % 7 % len(templates)],
        )
        intake.next_due = today + timedelta(days=number % 40 - 20) if number % 3 else None
        case.make_key()
        intake.make_key()
        sign(case, intake)
        yield intake
        number += 1


def sign(case: Case, intake: Intake) -> None:
    """Set the MAC of a case with this intake alone, as `sign_rights` would once both are stored."""
    row = [intake.pk, intake.team_id, intake.author_id, intake.previous_id, intake.corrects_id, intake.state]
    case.mac = mac_of("case", case.pk, case.team_id, case.shielded, case.rights_event, [], [row])


def template(name: str) -> dict[str, object]:
    """Return the content of an invented intake, and the columns that lists are sorted on."""
    file = demo.intake(name)
    intake = Intake(on=file.date)
    intake.content = {**empty_content(), "answers": file.answers.to_json()}
    transactions.update_list_columns(intake, file.incidents, demo.follow_up("ex_partner_with_breach"))
    promoted = ("urgency", "police_urgency", "danger_signs", "rules_version", "reassess_on", "content")
    return {column: getattr(intake, column) for column in promoted}


def measured(few: Request, many: Request) -> tuple[list[float], list[int]]:
    """Return the median milliseconds and queries of each; they take turns, so that noise hits both."""
    queries = []
    for request in (few, many):
        request()
        with CaptureQueriesContext(connection) as captured:
            request()
        queries.append(len(captured))
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(ROUNDS):
        for request, spent in zip((few, many), times, strict=True):
            start = time.perf_counter()
            request()
            spent.append((time.perf_counter() - start) * 1000)
    return [statistics.median(spent) for spent in times], queries


def get(client: Client, query: str) -> None:
    assert client.get(f"/cases/{query}").status_code == 200


def search(client: Client, typed: str) -> None:
    assert client.post("/cases/", {"reference": typed}, follow=True).status_code == 200


if __name__ == "__main__":
    sys.exit(main())
