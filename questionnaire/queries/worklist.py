"""Which intakes a page of the list holds, and in which order, by queries that walk an index.

First what is due or overdue, then what has a later date, then the rest; in each by `models.priority`,
and then by date. What is due changes by the day, so that no index holds this order: each group of one rank
is asked by itself, which an index does hold, until the page is full. A page goes on after the last row of the
one before.
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
from questionnaire.models import AccessScope, Intake, IntakeQuerySet, reference_key
from questionnaire.models.priority import ranks

ON_A_PAGE: Final = 25
_BEYOND_ALL: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What someone wants to see of the list; None is all of it."""

    state: str | None = None
    urgency: Urgency | None = None
    author: int | None = None

    @property
    def columns(self) -> Q:
        """Without the urgency, which the groups are made of."""
        given = {"state": self.state, "author": self.author}
        return Q(**{name: value for name, value in given.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Page:
    """The intakes of a page, those whose content may be seen, and the last when there are more after it."""

    intakes: tuple[Intake, ...]
    seen: frozenset[UUID]
    next_after: UUID | None


def seen(sight: AccessScope, chosen: Chosen, today: date, after: UUID | None = None) -> Page:
    """The intakes whose content someone sees, what is due or overdue first."""
    among = Intake.objects.filter(sight.content).filter(chosen.columns)
    if after is None and (all_of_it := _all_on_one_page(among, chosen, today)) is not None:
        return all_of_it
    last = among.filter(pk=after).first() if after else None
    found: list[Intake] = []
    for group in range(len(_groups(today))):
        for rank in ranks(chosen.urgency):
            if len(found) <= ON_A_PAGE:
                left = _after(last, group, rank, today)
                rows = among.filter(_groups(today)[group], left, rank=rank)
                rows = rows.select_related("author").order_by("next_due", "pk")
                found += rows[: ON_A_PAGE + 1 - len(found)]
    return _page(found, found)


def _all_on_one_page(among: IntakeQuerySet, chosen: Chosen, today: date) -> Page | None:
    """All there is, sorted here, when one page holds it: for most people that is so."""
    ids = among.filter(rank__in=ranks(chosen.urgency)).values_list("pk", flat=True)[: ON_A_PAGE + 1]
    if len(ids) > ON_A_PAGE:
        return None
    rows = Intake.objects.filter(pk__in=list(ids)).select_related("author")
    in_order = sorted(rows, key=lambda row: (*_place(row, today), row.next_due or date.max, row.pk))
    return _page(in_order, in_order)


def known(sight: AccessScope, chosen: Chosen, after: UUID | None = None) -> Page:
    """The intakes of which someone knows only that they are there, the newest first."""
    among = Intake.objects.filter(sight.rows).exclude(sight.content).filter(chosen.columns)
    last = among.filter(pk=after).first() if after else None
    if last:
        among = among.filter(started_at__lte=last.started_at).filter(
            Q(started_at__lt=last.started_at) | Q(pk__gt=last.pk)
        )
    rows = among.select_related("author").defer("content").order_by("-started_at", "pk")
    return _page(list(rows[: ON_A_PAGE + 1]), seen=())


def found(sight: AccessScope, typed: str) -> Page:
    """The intakes of which someone may know the reference, that begin with what was typed.

    Of very many these are some; those with exactly that reference are always among them.
    """
    key = reference_key(typed)
    if not key:
        return _page((), seen=())
    is_seen = ExpressionWrapper(sight.content, output_field=BooleanField())
    among = Intake.objects.filter(sight.rows).annotate(is_seen=is_seen).select_related("author")
    rows = list(among.filter(reference_key=key)[: ON_A_PAGE + 1])
    longer = _beginning_with(among.exclude(reference_key=key), key)
    rows += longer[: ON_A_PAGE + 1 - len(rows)]
    rows.sort(key=lambda row: (row.reference_key, row.pk))
    return _page(rows, [row for row in rows if row.is_seen])  # type: ignore[attr-defined]  # as annotated


def _beginning_with(among: QuerySet[Intake], key: str) -> QuerySet[Intake]:
    """By an index on both: SQLite compares bytes and scans for LIKE; PostgreSQL sorts by language."""
    if connection.vendor == "sqlite":
        return among.filter(reference_key__gt=key, reference_key__lt=key + _BEYOND_ALL)
    return among.filter(reference_key__startswith=key)


def _page(rows: Sequence[Intake], seen: Iterable[Intake]) -> Page:
    on_it = tuple(rows[:ON_A_PAGE])
    prefetch_related_objects(on_it, "steps")
    next_after = on_it[-1].pk if len(rows) > ON_A_PAGE else None
    return Page(on_it, frozenset(intake.pk for intake in seen), next_after)


def _groups(today: date) -> tuple[Q, ...]:
    return (Q(next_due__lte=today), Q(next_due__gt=today), Q(next_due=None))


def _after(last: Intake | None, group: int, rank: int, today: date) -> Q:
    """What of one group and rank comes after the last row of the page before."""
    if last is None:
        return Q()
    place, here = _place(last, today), (group, -rank)
    if here != place:
        return Q() if here > place else Q(pk__in=())
    if last.next_due is None:
        return Q(pk__gt=last.pk)
    return Q(next_due__gte=last.next_due) & (Q(next_due__gt=last.next_due) | Q(pk__gt=last.pk))


def _place(intake: Intake, today: date) -> tuple[int, int]:
    """The group and rank that an intake stands in, in the order of the list."""
    group = 2 if intake.next_due is None else int(intake.next_due > today)
    return group, -intake.rank
