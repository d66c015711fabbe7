"""Return one page of the list of cases, in its order, by queries that each read a part of an index.

First what is due or overdue, then what has a later date, then the rest; within each by `models.priority`, and
then by date. Which of these groups an intake is in depends on the day, so that no index has this order.
Therefore each rank of each group is queried by itself, in the order of an index, until the page is full. A
page continues after the last row of the page before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, prefetch_related_objects

from questionnaire.domain.advice.urgency import Urgency
from questionnaire.models import AccessScope, Intake, IntakeQuerySet, reference_key, tampered_cases
from questionnaire.models.priority import ranks

PAGE_SIZE: Final = 25
#: Of a longer text in the search the rest is of no use, and could be megabytes.
_LONGEST_REFERENCE: Final = 100
_LAST_CHARACTER: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters on the list; None does not filter."""

    state: str | None = None
    urgency: Urgency | None = None
    author: int | None = None

    @property
    def condition(self) -> Q:
        """The filters on columns, without the urgency: that selects the ranks."""
        columns = {"state": self.state, "author": self.author}
        return Q(**{name: value for name, value in columns.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Page:
    """The intakes of a page, the ids of those that may be read, and the last id when there is a next page.

    `refused` is how many are left out, as rights in their case were changed outside the program.
    """

    intakes: tuple[Intake, ...]
    readable: frozenset[UUID]
    next_after: UUID | None
    refused: int


def readable_page(scope: AccessScope, filters: Filters, today: date, after: UUID | None = None) -> Page:
    """Return the intakes that a person may read, the due and overdue ones first."""
    intakes = Intake.objects.filter(scope.readable).filter(filters.condition)
    if after is None and (single := _single_page(intakes, filters, today)) is not None:
        return single
    last = intakes.filter(pk=after).first() if after else None
    rows: list[Intake] = []
    for group, in_group in enumerate(_due_groups(today)):
        for rank in ranks(filters.urgency):
            if len(rows) <= PAGE_SIZE:
                after_last = _rows_after(last, group, rank, today)
                of_rank = intakes.filter(in_group, after_last, rank=rank).select_related("author", "case")
                rows += of_rank.order_by("next_due", "pk")[: PAGE_SIZE + 1 - len(rows)]
    return _page(rows, rows)


def _single_page(intakes: IntakeQuerySet, filters: Filters, today: date) -> Page | None:
    """Return all intakes, sorted here, when they fit on one page, as for most people; else None."""
    ids = intakes.filter(rank__in=ranks(filters.urgency)).values_list("pk", flat=True)[: PAGE_SIZE + 1]
    if len(ids) > PAGE_SIZE:
        return None
    rows = Intake.objects.filter(pk__in=list(ids)).select_related("author", "case")
    in_order = sorted(rows, key=lambda row: (*_position(row, today), row.next_due or date.max, row.pk))
    return _page(in_order, in_order)


def listed_page(scope: AccessScope, filters: Filters, after: UUID | None = None) -> Page:
    """Return the intakes that a person may know to exist but not read, the newest first."""
    intakes = Intake.objects.filter(scope.listable).exclude(scope.readable).filter(filters.condition)
    last = intakes.filter(pk=after).first() if after else None
    if last:
        intakes = intakes.filter(started_at__lte=last.started_at).filter(
            Q(started_at__lt=last.started_at) | Q(pk__gt=last.pk)
        )
    rows = intakes.select_related("author", "case").defer("content").order_by("-started_at", "pk")
    return _page(list(rows[: PAGE_SIZE + 1]), readable=())


def search(scope: AccessScope, typed: str) -> Page:
    """Return intakes that a person may know to exist, whose reference begins with what was typed.

    When there are too many for a page, those with exactly this reference go first.
    """
    key = reference_key(typed[:_LONGEST_REFERENCE])
    if not key:
        return _page((), readable=())
    is_readable = ExpressionWrapper(scope.readable, output_field=BooleanField())
    intakes = (
        Intake.objects.filter(scope.searchable)
        .annotate(is_readable=is_readable)
        .select_related("author", "case")
    )
    rows = list(intakes.filter(case__reference_key=key)[: PAGE_SIZE + 1])
    longer = _beginning_with(intakes.exclude(case__reference_key=key), key)
    rows += longer[: PAGE_SIZE + 1 - len(rows)]
    rows.sort(key=lambda row: (row.case.reference_key, row.pk))
    return _page(rows, [row for row in rows if row.is_readable])  # type: ignore[attr-defined]  # annotated


def _beginning_with(intakes: QuerySet[Intake], key: str) -> QuerySet[Intake]:
    """Filter so that an index is used: SQLite scans for LIKE; PostgreSQL compares by a language's order."""
    if connection.vendor == "sqlite":
        return intakes.filter(case__reference_key__gt=key, case__reference_key__lt=key + _LAST_CHARACTER)
    return intakes.filter(case__reference_key__startswith=key)


def _page(rows: Sequence[Intake], readable: Iterable[Intake]) -> Page:
    rows_of_page = rows[:PAGE_SIZE]
    next_after = rows_of_page[-1].pk if len(rows) > PAGE_SIZE else None
    refused = tampered_cases(row.case for row in rows_of_page)
    on_page = tuple(row for row in rows_of_page if row.case_id not in refused)
    prefetch_related_objects(on_page, "steps")
    is_readable = frozenset(intake.pk for intake in readable)
    return Page(on_page, is_readable, next_after, len(rows_of_page) - len(on_page))


def _due_groups(today: date) -> tuple[Q, ...]:
    return (Q(next_due__lte=today), Q(next_due__gt=today), Q(next_due=None))


def _rows_after(last: Intake | None, group: int, rank: int, today: date) -> Q:
    """Return which rows of one group and rank come after the last row of the page before."""
    if last is None:
        return Q()
    position, here = _position(last, today), (group, -rank)
    if here != position:
        return Q() if here > position else Q(pk__in=())
    if last.next_due is None:
        return Q(pk__gt=last.pk)
    return Q(next_due__gte=last.next_due) & (Q(next_due__gt=last.next_due) | Q(pk__gt=last.pk))


def _position(intake: Intake, today: date) -> tuple[int, int]:
    """Return the group and the negated rank of an intake, which sort as the list does."""
    group = 2 if intake.next_due is None else int(intake.next_due > today)
    return group, -intake.rank
