"""Return what waits for one person: what to act on, to review, what is due, and what came back or was given.

Each list is read along an index. A case is in one list, the gravest, with all that waits in it in its row; so
the numbers of the lists add up to that in the bar. A case at "act now" stays there as long as it is at that
level: that a step was taken does not say that anyone is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OrderBy, OuterRef, Q, QuerySet, Subquery, Value

from questionnaire.audit.authorship import involving
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.workflow import OPEN_STATES, State
from questionnaire.models import (
    AccessScope,
    Handover,
    HeldPost,
    Intake,
    IntakeQuerySet,
    Remark,
    User,
    tampered_cases,
)
from questionnaire.models.priority import ranks
from questionnaire.queries import openings
from questionnaire.queries.case_rows import Standing, standings

#: How many rows of a list the page shows; the list of cases shows all.
MOST_ROWS: Final = 8
#: What is more than this is not counted further.
MOST_COUNTED: Final = 100
#: For about how many reasons one case is found at most, when cases are counted.
_MOST_REASONS: Final = 4
#: The queries of so many people are kept, some kilobytes each.
_MOST_KEPT: Final = 256


def count_text(count: int) -> str:
    """Return a number that was counted, in figures; "99+" when it was not counted further."""
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """One case in which something waits, by the conversation that its list is about.

    `standing` is how the case stands as a whole. `reviews`, `returned` and `notes` are what else waits in it,
    or the same: to review, returned by a reviewer, and handed over.
    """

    standing: Standing
    intake: Intake
    reviews: tuple[Intake, ...] = ()
    returned: tuple[Intake, ...] = ()
    notes: tuple[Handover, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One list: its first cases, with those whose notes are shown, and how many it has.

    It counts at most `MOST_COUNTED`.
    """

    rows: tuple[WaitingCase, ...] = ()
    count: int = 0

    @property
    def is_more(self) -> bool:
        """Whether the page does not show all of them."""
        return self.count > MOST_ROWS

    @property
    def text(self) -> str:
        """How many there are, in figures; "99+" when they are not counted further."""
        return count_text(self.count)


@dataclass(frozen=True, slots=True)
class Today:
    """The lists of one person, who may review or write. A case is in the first list where anything of it is.

    Of many notes of hand-overs the oldest come first, and `notes_left` is how many come after these.
    `refused` is how many cases are left out, as rights in them were changed outside the program.
    """

    reviews: bool
    writes: bool
    act_now: Waiting
    to_review: Waiting
    returned: Waiting
    due: Waiting
    handed: Waiting
    notes_left: int
    refused: int


#: What is to be found: by list, the conversations of each of its cases, both in their order.
_Found = dict[str, dict[UUID, list[UUID]]]


def today_of(scope: AccessScope, today: date) -> Today:
    """Return what waits for this person, by a number of queries that does not depend on how much it is."""
    unread = _unread_notes(scope).select_related("intake__case", "by").order_by("at", "pk")
    notes = list(unread.defer("intake__content")[:MOST_COUNTED])
    found = _found(scope, today)
    found["handed"] = _by_case((note.intake_id, note.intake.case_id) for note in notes)
    oldest = list(found["handed"])[:MOST_ROWS]
    lists = _each_case_once(found)
    shown = {
        name: [case for place, case in enumerate(cases) if place < MOST_ROWS or case in oldest]
        for name, cases in lists.items()
    }
    of_cases = Intake.objects.filter(case__in={case for cases in shown.values() for case in cases})
    related = of_cases.select_related("author", "case").prefetch_related("steps", "remarks__by")
    rows = [row for row in related.defer("content") if scope.can_read(row)]
    by_id, by_case = {row.pk: row for row in rows}, standings(rows)
    refused = tampered_cases(standing.case for standing in by_case.values())

    def those(listed: str, case: UUID) -> tuple[Intake, ...]:
        # Without what was erased, or closed to this person, after it was found.
        return tuple(by_id[pk] for pk in found[listed].get(case, ()) if pk in by_id)

    def waiting(name: str) -> Waiting:
        left = [case for case in shown[name] if those(name, case)]
        rows = (waiting_case(name, case) for case in left if case not in refused)
        return Waiting(tuple(rows), len(lists[name]) - len(shown[name]) + len(left))

    def waiting_case(name: str, case: UUID) -> WaitingCase:
        first, reviews, returned = those(name, case)[0], those("to_review", case), those("returned", case)
        of_case = tuple(note for note in notes if note.intake.case_id == case)
        return WaitingCase(by_case[case], first, reviews, returned, of_case)

    of_shown = set().union(*shown.values())
    return Today(
        reviews=bool(scope.reviewer),
        writes=bool(scope.professional),
        **{name: waiting(name) for name in lists},
        notes_left=sum(note.intake.case_id not in of_shown for note in notes),
        refused=len(refused),
    )


def _found(scope: AccessScope, today: date) -> _Found:
    """Return by list its first conversations by case, in their order; the gravest list comes first."""
    found = {name: _by_case(_ids_of(sql)) for name, sql in _lists_sql(scope, today).items()}
    for case, pks in found.pop("lowered").items():
        found["act_now"].setdefault(case, pks)
    return found


def _by_case(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, list[UUID]]:
    by_case: dict[UUID, list[UUID]] = {}
    for pk, case in pairs:
        by_case.setdefault(case, []).append(pk)
    return by_case


def _each_case_once(found: _Found) -> dict[str, list[UUID]]:
    """Return by list its cases, without those of the lists before it."""
    placed: set[UUID] = set()
    lists = {}
    for name, by_case in found.items():
        lists[name] = [case for case in by_case if case not in placed][:MOST_COUNTED]
        placed |= by_case.keys()
    return lists


def waiting_count(user: User, today: date, scope: AccessScope | None = None) -> int:
    """Return in how many cases something waits for this person, and what else does, for the bar of a page.

    At most `MOST_COUNTED`. Three queries along indexes, besides those for the scope of this person when it is
    not given.
    """
    scope = scope or AccessScope.of(user)
    cases = _rows_of(_waiting_cases_sql(scope, today))
    unseen = _rows_of(_unseen_openings_sql(scope))
    held = HeldPost.objects.filter(user=user).not_expired()[:MOST_COUNTED].count()
    return min(len({case for (case,) in cases}) + len(unseen) + held, MOST_COUNTED)


_Sql = tuple[str, tuple[Any, ...]] | None


def _rows_of(sql: _Sql) -> Sequence[tuple[Any, ...]]:
    if sql is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(*sql)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _ids_of(sql: _Sql) -> list[tuple[UUID, UUID]]:
    """Return rows of two ids, which SQLite has as text."""
    rows = _rows_of(sql)
    return [(one, other) if isinstance(one, UUID) else (UUID(one), UUID(other)) for one, other in rows]


# To build these queries anew took half of the time of today's page, and a third of that of a short page.
@lru_cache(maxsize=_MOST_KEPT)
def _lists_sql(scope: AccessScope, today: date) -> Mapping[str, _Sql]:
    """Return the query of each list, for conversations with their cases."""
    lists = {
        "act_now": _act_now(scope).order_by(_first_in_case(scope), "pk"),
        "lowered": _lowered(scope).order_by("pk"),
        "to_review": _to_review(scope).order_by("-rank", "submitted_at", "pk"),
        "returned": _returned(scope).order_by("-rank", "reviewed_at", "pk"),
        "due": _due(scope, today).order_by("next_due", "-rank", "pk"),
    }
    return {name: _sql_of(rows.values_list("pk", "case")[:MOST_COUNTED]) for name, rows in lists.items()}


@lru_cache(maxsize=_MOST_KEPT)
def _waiting_cases_sql(scope: AccessScope, today: date) -> _Sql:
    """Return the query for the cases in which anything waits; None when nothing can."""
    mine = (_act_now(scope), _lowered(scope), _due(scope, today), _returned(scope))
    conversations = (
        *(mine if scope.professional else ()),
        *((_to_review(scope),) if scope.reviewer else ()),
    )
    of_cases = [rows.order_by().values_list("case") for rows in conversations]
    notes = _unread_notes(scope).order_by().values_list("intake__case")
    return _sql_of(notes.union(*of_cases, all=True)[: MOST_COUNTED * _MOST_REASONS])


@lru_cache(maxsize=_MOST_KEPT)
def _unseen_openings_sql(scope: AccessScope) -> _Sql:
    """Return the query for the openings to look at; None when there can be none."""
    return _sql_of(openings.unseen(scope).values_list(Value(1))[:MOST_COUNTED])


def _sql_of(rows: QuerySet[Any, Any]) -> _Sql:
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def _act_now(scope: AccessScope) -> IntakeQuerySet:
    """Return those of the latest assessments in which this person writes that are at "act now"."""
    return _newest_versions(scope).filter(rank__in=ranks(Urgency.NOW), is_followed=False)


def _first_in_case(scope: AccessScope) -> OrderBy:
    """Order by the first day on which anything is due in the case, also in an earlier assessment."""
    of_case = _newest_versions(scope).filter(case=OuterRef("case"), next_due__isnull=False)
    return Subquery(of_case.order_by("next_due").values("next_due")[:1]).asc(nulls_last=True)


def _lowered(scope: AccessScope) -> IntakeQuerySet:
    """Return the corrections that lower a level of "act now": they count once they are signed off."""
    unsigned = Q(state__in=OPEN_STATES | {State.SUBMITTED}, is_followed=False)
    rows = _newest_versions(scope).filter(unsigned, corrects__urgency=Urgency.NOW)
    return rows.exclude(urgency=Urgency.NOW)


def _due(scope: AccessScope, today: date) -> IntakeQuerySet:
    """Return those in which this person writes with a step or reassessment of today or before."""
    return _newest_versions(scope).filter(rank__in=ranks(), next_due__lte=today)


def _returned(scope: AccessScope) -> IntakeQuerySet:
    """Return those in which this person writes that a reviewer returned."""
    return Intake.objects.filter(scope.written, state=State.RETURNED)


def _to_review(scope: AccessScope) -> IntakeQuerySet:
    """Return those that were handed in and that this person may review: they wrote no word of them."""
    handed_in = Intake.objects.filter(scope.readable, team__in=scope.reviewer, state=State.SUBMITTED)
    return handed_in.exclude(scope.written).exclude(involving(User(pk=scope.user_id)))


def _newest_versions(scope: AccessScope) -> IntakeQuerySet:
    """Return those in which this person writes, without what they are correcting."""
    written = Intake.objects.filter(scope.written)
    return written.filter(~Exists(written.filter(corrects=OuterRef("pk"))))


def _unread_notes(scope: AccessScope) -> QuerySet[Handover]:
    readable = Intake.objects.filter(scope.readable, pk=OuterRef("intake"))
    return Handover.objects.filter(Exists(readable), to=scope.user_id, read_at=None)


def open_questions(intake: Intake) -> Sequence[Remark]:
    """Return the remarks of a reviewer that wait for an answer."""
    return [remark for remark in intake.remarks.all() if not remark.content["answer"]]
