"""How many conversations a team has, by kind: numbers for whoever leads it, and nothing of what anyone told.

Only columns are counted that say as much by themselves; no content is opened. Small numbers are kept back,
see `domain.disclosure_control`. State and level are each counted by themselves: together they would be
sixteen numbers, of which nearly all are small in an ordinary team.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from questionnaire.domain import dates
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.disclosure_control import SMALLEST, Cell, suppress_small_counts
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, Team

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: How far back a review counts, and how soon a date is near, in days.
REVIEWED: Final = 90
NEAR: Final = 7

Kinds = Mapping[str, tuple["StrPromise | str", Q]]


@dataclass(frozen=True, slots=True)
class Counted:
    """The numbers of one table by kind, each told or kept back; `cells` is None where none can be told."""

    id: str
    title: str
    kinds: tuple[str, ...]
    cells: tuple[Cell, ...] | None


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """All that is told of one team. `total` is None when it is small itself, and then nothing else is told.

    `open_steps` is how many steps are planned in all; None where it is not told in how many conversations.
    """

    team: Team
    total: int | None
    tables: tuple[Counted, ...]
    open_steps: int | None


def counts(team: Team, now: datetime) -> TeamCounts:
    """The numbers of this team, by one query."""
    tables = _tables(now)
    asked = {
        f"{table}_{kind}": Count("pk", filter=which)
        for table, (_title, kinds) in tables.items()
        for kind, (_label, which) in kinds.items()
    }
    found = Intake.objects.filter(team=team).aggregate(all=Count("pk"), steps=Sum("open_steps"), **asked)
    if found["all"] < SMALLEST:
        return TeamCounts(team, None, (), None)
    told = {
        table: Counted(
            table,
            str(title),
            tuple(str(label) for label, _which in kinds.values()),
            suppress_small_counts([found[f"{table}_{kind}"] for kind in kinds]),
        )
        for table, (title, kinds) in tables.items()
    }
    with_steps = told["steps"].cells
    tells_steps = with_steps is not None and isinstance(with_steps[0], int)
    return TeamCounts(team, found["all"], tuple(told.values()), found["steps"] if tells_steps else None)


def _tables(now: datetime) -> Mapping[str, tuple[StrPromise, Kinds]]:
    """The tables by their id: what each is of, and its kinds, of which a conversation is one."""
    return {
        "state": (_("By state"), {state.value: (state.label, Q(state=state)) for state in State}),
        "urgency": (
            _("By how soon to act"),
            {level.code: (level.label, Q(urgency=level)) for level in sorted(Urgency, reverse=True)},
        ),
        "due": (_("What is due"), _by_date(now)),
        "steps": (
            _("Steps that are planned"),
            {
                "open": (_("at least one step planned"), Q(open_steps__gt=0)),
                "none": (_("no step planned"), Q(open_steps=0)),
            },
        ),
        "review": (_("Time to review"), _by_time_to_review(now)),
    }


def _by_date(now: datetime) -> Kinds:
    today = dates.day_of(now)
    near = today + timedelta(days=NEAR)
    return {
        "overdue": (_("overdue"), Q(next_due__lt=today)),
        "near": (_("due today or within a week"), Q(next_due__gte=today, next_due__lte=near)),
        "later": (_("due later"), Q(next_due__gt=near)),
        "none": (_("nothing is due"), Q(next_due=None)),
    }


def _by_time_to_review(now: datetime) -> Kinds:
    """Of what a reviewer was done with lately: how long it had waited, from when it was handed in last."""
    reviewed = Q(reviewed_at__gte=now - timedelta(days=REVIEWED))
    day, days, week = (_waited_at_most(each) for each in (1, 3, 7))
    return {
        "day": (_("within a day"), reviewed & day),
        "days": (_("within three days"), reviewed & ~day & days),
        "week": (_("within a week"), reviewed & ~days & week),
        "longer": (_("after more than a week"), reviewed & ~week),
    }


def _waited_at_most(days: int) -> Q:
    return Q(reviewed_at__lte=F("submitted_at") + timedelta(days=days))
