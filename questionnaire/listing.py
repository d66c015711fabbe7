"""Which intakes a page of the list holds, and in which order, by queries that walk an index.

First what is overdue, then what has a date, then the rest; in each the most urgent first, and then by date.
What is overdue changes by the day, so that no index holds this order: each group of one level is asked by
itself, which an index does hold, until the page is full. A page goes on after the last row of the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, prefetch_related_objects

from questionnaire.domain.urgency import Urgency
from questionnaire.models import Intake, IntakeQuerySet, Sight, reference_key

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
    """The intakes of a page, and the last of them when there are more after it."""

    intakes: tuple[Intake, ...]
    next_after: UUID | None


def seen(sight: Sight, chosen: Chosen, today: date, after: UUID | None = None) -> Page:
    """The intakes whose content someone sees, what is overdue first."""
    among = Intake.objects.filter(sight.content).filter(chosen.columns)
    last = among.filter(pk=after).first() if after else None
    levels = [chosen.urgency] if chosen.urgency else sorted(Urgency, reverse=True)
    found: list[Intake] = []
    for group in range(len(_groups(today))):
        for level in levels:
            if len(found) <= ON_A_PAGE:
                left = _after(last, group, level, today)
                rows = among.filter(_groups(today)[group], left, urgency=level)
                rows = rows.select_related("author").order_by("next_due", "pk")
                found += rows[: ON_A_PAGE + 1 - len(found)]
    return _page(found)


def known(sight: Sight, chosen: Chosen, after: UUID | None = None) -> Page:
    """The intakes of which someone knows only that they are there, the newest first."""
    among = Intake.objects.filter(sight.rows).exclude(sight.content).filter(chosen.columns)
    last = among.filter(pk=after).first() if after else None
    if last:
        among = among.filter(started_at__lte=last.started_at).filter(
            Q(started_at__lt=last.started_at) | Q(pk__gt=last.pk)
        )
    rows = among.select_related("author").defer("content").order_by("-started_at", "pk")
    return _page(list(rows[: ON_A_PAGE + 1]))


def found(sight: Sight, typed: str) -> Page:
    """The intakes of which someone may know the reference, that begin with what was typed."""
    key = reference_key(typed)
    if not key:
        return Page((), None)
    rows = _beginning_with(Intake.objects.filter(sight.rows), key)
    rows = rows.select_related("author").order_by("reference_key", "pk")
    return _page(list(rows[: ON_A_PAGE + 1]))


def _beginning_with(among: IntakeQuerySet, key: str) -> IntakeQuerySet:
    """By an index on both: SQLite compares bytes and scans for LIKE; PostgreSQL sorts by language."""
    if connection.vendor == "sqlite":
        return among.filter(reference_key__gte=key, reference_key__lt=key + _BEYOND_ALL)
    return among.filter(reference_key__startswith=key)


def _page(rows: list[Intake]) -> Page:
    on_it = tuple(rows[:ON_A_PAGE])
    prefetch_related_objects(on_it, "steps")
    return Page(on_it, on_it[-1].pk if len(rows) > ON_A_PAGE else None)


def _groups(today: date) -> tuple[Q, ...]:
    return (Q(next_due__lt=today), Q(next_due__gte=today), Q(next_due=None))


def _after(last: Intake | None, group: int, level: Urgency, today: date) -> Q:
    """What of one group and level comes after the last row of the page before."""
    if last is None:
        return Q()
    place, here = _place(last, today), (group, -level)
    if here != place:
        return Q() if here > place else Q(pk__in=())
    if last.next_due is None:
        return Q(pk__gt=last.pk)
    return Q(next_due__gte=last.next_due) & (Q(next_due__gt=last.next_due) | Q(pk__gt=last.pk))


def _place(intake: Intake, today: date) -> tuple[int, int]:
    """The group and level that an intake stands in, in the order of the list."""
    group = 2 if intake.next_due is None else int(intake.next_due >= today)
    return group, -intake.urgency
