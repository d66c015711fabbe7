"""Return one page of the list of cases: in the order of urgency and of what is due, or sorted by a column.

Most people may read no more than some hundreds of conversations. Then all of them are read, by columns in
clear, and the cases are filtered and sorted here, by whatever column.

Who may read more than `MOST_SORTED` gets the order of urgency alone, by queries that each read a part of an
index: first what is due or overdue, then what has a later date, then the rest; within each by
`models.priority`, and then by date. Which of these groups an intake is in depends on the day, so that no
index has this order. Therefore each rank of each group is queried by itself, in the order of an index, until
the page is full. A page continues after the last row of the page before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.workflow import State
from questionnaire.models import AccessScope, Intake, IntakeQuerySet, tampered_cases
from questionnaire.models.priority import ranks
from questionnaire.queries.case_rows import ListedCase, Row, Standing, load, standings

PAGE_SIZE: Final = 25
#: Up to so many conversations a list can be sorted by any column.
MOST_SORTED: Final = 1000
#: The columns of a conversation that a short list is filtered and sorted by.
_READ_FOR_SHORT_LIST: Final = (
    *("author", "team", "previous", "corrects", "on", "state", "urgency", "police_urgency", "rank"),
    *("next_due", "open_steps", "is_followed", "started_at", "case__reference", "case__shielded"),
)
_DIGITS: Final = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters on the list; None and False do not filter.

    `is_mine` leaves those in which the person writes, `is_due` those of which something is due today or was.
    """

    state: str | None = None
    urgency: Urgency | None = None
    author: int | None = None
    is_mine: bool = False
    is_due: bool = False

    def __bool__(self) -> bool:
        """Return whether anything is filtered."""
        return self != Filters()

    @property
    def condition(self) -> Q:
        """The filters on columns of one conversation."""
        columns = {"state": self.state, "author": self.author}
        return Q(**{name: value for name, value in columns.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, and the last id when there is a next page.

    `refused` is how many are left out, as rights in their case were changed outside the program. `is_short`
    says whether the list can be sorted by a column; one that is too long has the order of urgency.
    `begins_again` says that the row to continue after is not in the list any more, so this is its first page.
    """

    rows: tuple[Row, ...]
    next_after: UUID | None = None
    refused: int = 0
    is_short: bool = True
    begins_again: bool = False


def _reference(standing: Standing) -> tuple[object, ...]:
    """Return a key that puts 2026-9 before 2026-10."""
    parts = _DIGITS.split(standing.case.reference.casefold())
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


#: What each column of the list is sorted by; what comes first is what one looks for first.
SORT_KEYS: Final[Mapping[str, Callable[[Standing], Any]]] = {
    "reference": _reference,
    "level": lambda standing: -standing.rank,
    "state": lambda standing: list(State).index(State(standing.latest.state)),
    "due": lambda standing: standing.next_due or date.max,
    "author": lambda standing: str(standing.latest.author).casefold(),
    "steps": lambda standing: -standing.open_steps,
    "held": lambda standing: -standing.latest.on.toordinal(),
}


def readable_page(
    scope: AccessScope, filters: Filters, today: date, after: UUID | None = None, sort: str = ""
) -> Page:
    """Return the cases that a person may read, the due and overdue ones first.

    `sort` is a name in `SORT_KEYS`, with a hyphen before it for the other way round.
    """
    shown = scope.readable & scope.written if filters.is_mine else scope.readable
    short = _standings_of_short_list(scope, shown, filters, today)
    if short is None:
        is_there = after is None or Intake.objects.filter(shown & filters.condition, pk=after).exists()
        found = _long_page(Intake.objects.filter(shown), filters, today, after)
    else:
        is_there = any(each.latest.pk == after for each in short)
        found = _part_of(_in_order(short, today, sort), after)
    page = _loaded(scope, found, filters, is_short=short is not None)
    return replace(page, begins_again=after is not None and not is_there)


def _standings_of_short_list(
    scope: AccessScope, shown: Q, filters: Filters, today: date
) -> list[Standing] | None:
    """Return how the cases stand that fit; None when too many conversations may."""
    condition = filters.condition
    # A case can be at a level by one conversation, and in a state or of an author by another.
    if filters.urgency and not condition:
        condition = Q(rank__in=ranks(filters.urgency))
    if filters.is_due:
        condition &= Q(next_due__lte=today)
    # First along an index alone, with what is shielded: to look at a thousand cases for that takes longer.
    in_teams = Intake.objects.filter(condition, team__in=scope.reviewer)
    if not filters.is_mine and in_teams[: MOST_SORTED + 1].count() > MOST_SORTED:
        return None
    matching = Intake.objects.filter(shown).filter(condition)
    found = list(matching.values_list("case", flat=True)[: MOST_SORTED + 1])
    if len(found) > MOST_SORTED:
        return None
    # By their cases alone: with the condition a database could read the index of a whole team.
    # Each author once, and of rows and cases what is sorted or decides: these can be a thousand.
    of_cases = Intake.objects.filter(case__in=set(found)).select_related("case").prefetch_related("author")
    rows = of_cases.only(*_READ_FOR_SHORT_LIST)
    readable = [row for row in rows if scope.can_read(row) and (scope.can_write(row) or not filters.is_mine)]
    return [
        each
        for each in standings(readable).values()
        if each.matching(filters.state, filters.author)
        and filters.urgency in (None, each.urgency)
        and not (filters.is_due and _group(each.next_due, today) > 0)
    ]


def _in_order(found: list[Standing], today: date, sort: str) -> list[Standing]:
    """Return the cases in the order of urgency, or by a column; what is equal there is in that order too."""

    def by_urgency(standing: Standing) -> tuple[Any, ...]:
        due = standing.next_due
        return (_group(due, today), -standing.rank, due or date.max, standing.latest.pk)

    in_order = sorted(found, key=by_urgency)
    if key := SORT_KEYS.get(sort.removeprefix("-")):
        in_order.sort(key=key, reverse=sort.startswith("-"))
    return in_order


def _part_of(in_order: Sequence[Standing], after: UUID | None) -> tuple[list[UUID], UUID | None]:
    """Return the cases of the page after this conversation, and the last of it when there is a next page."""
    start = next((number for number, each in enumerate(in_order, 1) if each.latest.pk == after), 0)
    of_page = in_order[start : start + PAGE_SIZE]
    is_last = start + PAGE_SIZE >= len(in_order)
    return [each.case.pk for each in of_page], None if is_last else of_page[-1].latest.pk


def _long_page(
    intakes: IntakeQuerySet, filters: Filters, today: date, after: UUID | None
) -> tuple[list[UUID], UUID | None]:
    """Return the same in the order of urgency, read along an index."""
    matching = intakes.filter(filters.condition)
    last = matching.filter(pk=after).first() if after else None
    rows: list[Intake] = []
    groups = _due_groups(today)[:1] if filters.is_due else _due_groups(today)
    for group, in_group in enumerate(groups):
        first_of_case = ~Exists(_before_in_case(intakes, filters, today, is_due=group == 0))
        for rank in ranks(filters.urgency):
            if len(rows) <= PAGE_SIZE:
                after_last = _rows_after(last, group, rank, today)
                of_rank = matching.filter(in_group, after_last, first_of_case, rank=rank).only("case")
                rows += of_rank.order_by("next_due", "pk")[: PAGE_SIZE + 1 - len(rows)]
    return _cut(rows)


def _before_in_case(
    intakes: IntakeQuerySet, filters: Filters, today: date, *, is_due: bool
) -> IntakeQuerySet:
    """Return the conversations that stand for the case of an outer one instead of that.

    One of which something is due goes first, then one of the latest assessment, then the newest.
    """
    # Not by the columns themselves: SQLite could take an index of states then, instead of that of the case.
    columns = {"state": filters.state, "author": filters.author}
    same = intakes.filter(case=OuterRef("case"))
    for name, value in columns.items():
        if value is not None:
            same = same.alias(**{f"its_{name}": Coalesce(name, Value(value))}).filter(
                **{f"its_{name}": value}
            )
    newer = Q(started_at__gt=OuterRef("started_at")) | Q(
        started_at=OuterRef("started_at"), pk__gt=OuterRef("pk")
    )
    newer = Q(is_followed__lt=OuterRef("is_followed")) | Q(is_followed=OuterRef("is_followed")) & newer
    due = Q(next_due__lte=today)
    return same.filter(due & newer if is_due else due | newer)


def listed_page(scope: AccessScope, filters: Filters, after: UUID | None = None) -> Page:
    """Return the cases with a conversation that a person may know to exist but not read, the newest first."""
    unread = Intake.objects.filter(scope.listable).exclude(scope.readable).filter(filters.condition)
    last = unread.filter(pk=after).first() if after else None
    intakes = unread
    if last:
        intakes = intakes.filter(started_at__lte=last.started_at).filter(
            Q(started_at__lt=last.started_at) | Q(pk__gt=last.pk)
        )
    newer = Q(started_at__gt=OuterRef("started_at")) | Q(
        started_at=OuterRef("started_at"), pk__lt=OuterRef("pk")
    )
    newest = intakes.filter(~Exists(unread.filter(newer, case=OuterRef("case"))))
    rows = newest.select_related("author", "case").defer("content").order_by("-started_at", "pk")
    found = list(rows[: PAGE_SIZE + 1])
    page = _checked([ListedCase(each) for each in found[:PAGE_SIZE]], _cut(found)[1])
    return replace(page, begins_again=after is not None and last is None)


def loaded(scope: AccessScope, cases: Sequence[UUID]) -> Page:
    """Return these cases as a page; of more than fit the first."""
    found = list(cases[:PAGE_SIZE]), None if len(cases) <= PAGE_SIZE else cases[PAGE_SIZE]
    return _loaded(scope, found, Filters())


def _loaded(
    scope: AccessScope, found: tuple[list[UUID], UUID | None], filters: Filters, *, is_short: bool = True
) -> Page:
    cases, next_after = found
    return _checked(load(scope, cases, filters.state, filters.author), next_after, is_short=is_short)


def _checked(rows: Sequence[Row], next_after: UUID | None, *, is_short: bool = True) -> Page:
    """Return the page without the cases whose rights were changed outside the program."""
    refused = tampered_cases(row.shown.case for row in rows)
    shown = tuple(row for row in rows if row.shown.case_id not in refused)
    return Page(shown, next_after, len(rows) - len(shown), is_short)


def _cut(rows: Sequence[Intake]) -> tuple[list[UUID], UUID | None]:
    of_page = list(rows)[:PAGE_SIZE]
    return [row.case_id for row in of_page], of_page[-1].pk if len(rows) > PAGE_SIZE else None


def _due_groups(today: date) -> tuple[Q, ...]:
    return (Q(next_due__lte=today), Q(next_due__gt=today), Q(next_due=None))


def _rows_after(last: Intake | None, group: int, rank: int, today: date) -> Q:
    """Return which rows of one group and rank come after the last row of the page before."""
    if last is None:
        return Q()
    position, here = (_group(last.next_due, today), -last.rank), (group, -rank)
    if here != position:
        return Q() if here > position else Q(pk__in=())
    if last.next_due is None:
        return Q(pk__gt=last.pk)
    return Q(next_due__gte=last.next_due) & (Q(next_due__gt=last.next_due) | Q(pk__gt=last.pk))


def _group(due: date | None, today: date) -> int:
    """Return 0 for what is due today or was, 1 for a later date, 2 for none."""
    return 2 if due is None else int(due > today)
