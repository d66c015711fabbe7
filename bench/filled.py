"""Fill the database of `scale.py` with made-up cases, people and events, as a service has them after years.

Rows go in by COPY on PostgreSQL, and many at a time on SQLite. Keys, content and the MACs over rights are as
the program makes them, so that every page opens; the chains of events are not, and do not verify.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import scratch

# isort: split
from django.db import connections, transaction
from django.db.models import Model
from django.utils import timezone

from questionnaire import demo
from questionnaire.actions import transactions
from questionnaire.audit.chains import chain_of_account, chain_of_case
from questionnaire.domain import dates
from questionnaire.domain.catalogue import VERSION
from questionnaire.domain.workflow import State
from questionnaire.encryption.macs import mac_of
from questionnaire.models import (
    Case,
    ChainHead,
    Event,
    Intake,
    Membership,
    Step,
    Team,
    User,
    empty_content,
    reference_key,
)

#: Not what django.db calls `connection`, which looks up this one each time.
CONNECTION: Final = connections["default"]
#: How many intakes each author has.
OF_AN_AUTHOR: Final = 500
#: How many authors a team has that is not the large one.
AUTHORS: Final = 2
#: One intake in so many is handed in; the others are signed off.
HANDED_IN: Final = 33
#: The events of each case: two of these, in turn, and then two that decide about rights.
CODES: Final = (
    ("section.read", "summary.read"),
    ("intake.changed", "section.read"),
    ("incident.added", "intake.changed"),
)
RIGHTS_CODES: Final = ("intake.started", "intake.submitted")
OF_A_CASE: Final = 4
#: And one sign-in for each case, spread over so many seconds.
YEAR: Final = 365 * 86400


@dataclass(frozen=True)
class Office:
    """A team: its people by what they do, and one of its intakes, in the middle of the list of its author."""

    people: Mapping[str, User]
    intake: UUID


def filled(intakes: int, large: int) -> dict[str, Office]:
    """Store so many intakes, of which a large team has so many and the others `AUTHORS * OF_AN_AUTHOR`.

    Return the large team, if there is one, and one of the others.
    """
    per_team = OF_AN_AUTHOR * AUTHORS
    made = Maker()
    offices = {"large": made.team("large", large // OF_AN_AUTHOR)} if large else {}
    for number in range((intakes - large) // per_team):
        office = made.team(f"team{number}", AUTHORS)
        offices.setdefault("ordinary", office)
    made.finish()
    return offices


class Maker:
    """Makes teams, and counts the events of all of them."""

    def __init__(self) -> None:
        self.seq = 1_000_000_000
        self.now = timezone.now()
        self.templates = [template(name) for name in demo.NAMES]

    def team(self, name: str, authors: int) -> Office:
        """Store a team with its cases, each with one intake, and the events of these."""
        team = Team.objects.create(name=name)
        people: dict[str, User] = {
            role: scratch.account(f"{name}-{role}", team, role)
            for role in (Membership.Role.REVIEWER, Membership.Role.MANAGER, Membership.Role.ADMINISTRATOR)
        }
        people["colleague"] = scratch.account(f"{name}-colleague", team)
        for number in range(authors):
            author = people["author"] = scratch.account(f"{name}-author-{number}", team)
            with transaction.atomic():
                middle = self.cases(team, author)
        return Office(people, middle)

    def cases(self, team: Team, author: User) -> UUID:
        """Store the cases of one author; return the intake in the middle."""
        cases, intakes, steps, events, heads = (list[dict[str, Any]]() for _table in range(5))
        for number in range(OF_AN_AUTHOR):
            case, intake = self.case(team, author, number)
            cases.append(columns(case))
            intakes.append(columns(intake))
            if intake.next_due:
                steps.append(columns(planned(intake)))
            events += self.events(case, intake, heads)
        for model, rows in ((Case, cases), (Intake, intakes), (Step, steps), (Event, events)):
            store(model, rows)
        store(ChainHead, heads)
        found: UUID = UUID(str(intakes[OF_AN_AUTHOR // 2]["uuid"]))
        return found

    def case(self, team: Team, author: User, number: int) -> tuple[Case, Intake]:
        """Return a case and its intake, not stored: one in 200 shielded, one in `HANDED_IN` handed in.

        The one in the middle is being written.
        """
        reference = f"C-{author.pk:05}-{number:03}"
        case = Case(team=team, reference=reference, reference_key=reference_key(reference))
        case.shielded, case.rights_event = number % 200 == 3, self.seq + OF_A_CASE
        state = State.SUBMITTED if number % HANDED_IN == 1 else State.SIGNED_OFF
        if number == OF_AN_AUTHOR // 2:
            state = State.CONCEPT
        started = self.now - timedelta(days=number % 365, minutes=number)
        intake = Intake(
            team=team,
            author=author,
            case=case,
            on=date(2026, 3, 23),
            language="nl",
            catalogue_version=VERSION,
            state=state,
            started_at=started,
            submitted_at=None if state == State.CONCEPT else started,
            reviewed_at=started + timedelta(days=number % 9) if state == State.SIGNED_OFF else None,
            **self.templates[number % len(self.templates)],
        )
        intake.next_due = dates.today() + timedelta(days=number % 40 - 20) if number % 3 else None
        intake.open_steps = int(bool(intake.next_due))
        case.make_key()
        intake.make_key()
        # As `sign_rights` would, once both are stored.
        row = [intake.pk, team.pk, author.pk, None, None, intake.state]
        case.mac = mac_of("case", case.pk, team.pk, case.shielded, case.rights_event, [], [row])
        return case, intake

    def events(self, case: Case, intake: Intake, heads: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the events of a case, and one time that its author signed in; add the head of its chain."""
        chain = chain_of_case(case.pk)
        heads.append({**HEAD, "chain": chain})
        codes = (*CODES[self.seq % 3], *RIGHTS_CODES)
        for number, code in enumerate(codes, start=1):
            yield self.event(chain, number, code, intake, intake.started_at)
        at = self.now - timedelta(seconds=(self.seq * 7919) % YEAR)
        yield self.event(chain_of_account(intake.author_id), self.seq, "account.signed_in", intake, at)

    def event(self, chain: str, number: int, code: str, intake: Intake, at: datetime) -> dict[str, Any]:
        self.seq += 1
        of_case = chain.startswith("case:")
        return {
            **EVENT,
            "seq": self.seq,
            "chain": chain,
            "number": number,
            "at": prepared(Event, "at", at),
            "actor_id": intake.author_id,
            "code": code,
            "intake": prepared(Event, "intake", intake.pk) if of_case else None,
            "case": prepared(Event, "case", intake.case_id) if of_case else None,
        }

    def finish(self) -> None:
        """Let new events come after these, and let PostgreSQL count what it would count by itself later."""
        if CONNECTION.vendor == "postgresql":
            with CONNECTION.cursor() as cursor:
                cursor.execute("SELECT setval('questionnaire_event_numbers', %s)", [self.seq])
                cursor.execute("VACUUM ANALYZE")


def planned(intake: Intake) -> Step:
    """Return a step that is planned, not stored."""
    content = {"what": "take_fear_seriously", "state": "planned", "on": str(intake.next_due)}
    return Step(intake=intake, kind=Step.Kind.OUTCOME, content=content)


def template(name: str) -> dict[str, object]:
    """Return the content of an invented intake, and the columns that lists are sorted on."""
    file = demo.intake(name)
    intake = Intake(on=file.date)
    intake.content = {**empty_content(), "answers": file.answers.to_json()}
    transactions.update_list_columns(intake, file.incidents, demo.follow_up("ex_partner_with_breach"))
    promoted = ("urgency", "police_urgency", "danger_signs", "rules_version", "reassess_on", "content")
    return {column: getattr(intake, column) for column in promoted}


def columns(row: Model) -> dict[str, Any]:
    """Return the values of a new row by column, as the database takes them."""
    return {
        field.column: field.get_db_prep_save(field.pre_save(row, add=True), CONNECTION)
        for field in row._meta.concrete_fields
        if field.column and not field.generated
    }


def prepared(model: type[Model], name: str, value: object) -> Any:
    field: Any = model._meta.get_field(name)
    return field.get_db_prep_save(value, CONNECTION)


#: What is the same in all events.
EVENT: Final = columns(
    Event(role="professional", right="author", source="web", key_id="0" * 8, mac="0" * 64, items=[])
)
#: What is the same in all heads of chains.
HEAD: Final = columns(ChainHead(number=OF_A_CASE, mac="0" * 64, at=timezone.now()))


def store(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows of a model."""
    table, names = model._meta.db_table, list(rows[0])
    named = ", ".join(f'"{name}"' for name in names)
    with CONNECTION.cursor() as cursor:
        if CONNECTION.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([row[name] for name in names])
        else:
            places = ", ".join(["%s"] * len(names))
            cursor.executemany(
                f"INSERT INTO {table} ({named}) VALUES ({places})",  # noqa: S608  # nosec  (our own names)
                [[row[name] for name in names] for row in rows],
            )


def bytes_of_database() -> int:
    """Return how large the database is."""
    with CONNECTION.cursor() as cursor:
        if CONNECTION.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])
