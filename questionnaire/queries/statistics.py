"""Count the intakes of a team by kind: numbers for its manager, without opening any content.

Only columns that show no content are counted. Small numbers are suppressed, see `domain.disclosure_control`.
State and urgency are counted separately: together they would be sixteen numbers, nearly all of them small in
an ordinary team.

Who looks before and after a colleague does something would learn from the difference what they may not know.
So a team is counted once a day, for everybody alike: what began before that day, without cases that are
shielded or that are kept from anybody. docs/adr/0049.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questionnaire.domain import dates
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.disclosure_control import MIN_COUNT, Cell, suppress_small_counts
from questionnaire.domain.workflow import State
from questionnaire.models import Access, Intake, Team

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: How many days back a review counts, and how many days ahead counts as due soon.
REVIEW_DAYS: Final = 90
DUE_SOON_DAYS: Final = 7
#: For how long the numbers of a day are kept. Whoever empties that table has them counted once more.
_KEPT_SECONDS: Final = 2 * 24 * 60 * 60

#: The label and the condition of each kind.
Kinds = Mapping[str, tuple["StrPromise | str", Q]]


@dataclass(frozen=True, slots=True)
class CountTable:
    """The numbers of one table by kind, each shown or suppressed; `cells` is None when none can be shown."""

    id: str
    title: str
    kinds: tuple[str, ...]
    cells: tuple[Cell, ...] | None


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """All numbers of one team. When `total` itself is small it is None, and nothing else is shown.

    `open_steps` is the number of planned steps; None when the number of intakes that have any is suppressed.
    """

    team: Team
    total: int | None
    tables: tuple[CountTable, ...]
    open_steps: int | None


def count_team(team: Team, now: datetime) -> TeamCounts:
    """Return the numbers of this team as they were counted first on this day, by one query then."""
    begin = _begin_of_day(now)
    kinds_by_table = _kinds_by_table(begin)
    numbers = _counted_once(team, begin, kinds_by_table)
    if numbers["all"] < MIN_COUNT:
        return TeamCounts(team, None, (), None)
    tables = {
        table: CountTable(
            table,
            str(title),
            tuple(str(label) for label, _condition in kinds.values()),
            suppress_small_counts([numbers[f"{table}_{kind}"] for kind in kinds]),
        )
        for table, (title, kinds) in kinds_by_table.items()
    }
    with_steps = tables["steps"].cells
    shows_steps = with_steps is not None and isinstance(with_steps[0], int)
    return TeamCounts(team, numbers["all"], tuple(tables.values()), numbers["steps"] if shows_steps else None)


def _begin_of_day(now: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(dates.day_of(now), time.min))


def _counted_once(team: Team, begin: datetime, kinds: Mapping[str, tuple[object, Kinds]]) -> dict[str, int]:
    key = f"numbers:{team.pk}:{begin.date().isoformat()}"
    kept = cache.get(key)
    if not isinstance(kept, dict):
        # Two who look at once both get what was counted first.
        cache.add(key, _counted(team, begin, kinds), timeout=_KEPT_SECONDS)
        kept = cache.get(key)
    numbers: dict[str, int] = kept
    return numbers


def _counted(team: Team, begin: datetime, by_table: Mapping[str, tuple[object, Kinds]]) -> dict[str, int]:
    counts = {
        f"{table}_{kind}": Count("pk", filter=condition)
        for table, (_title, kinds) in by_table.items()
        for kind, (_label, condition) in kinds.items()
    }
    numbers = _countable(team, begin).aggregate(all=Count("pk"), steps=Sum("open_steps"), **counts)
    return {name: number or 0 for name, number in numbers.items()}


def _countable(team: Team, begin: datetime) -> QuerySet[Intake]:
    """Return those that began before this moment, in cases that everybody in the team may know of."""
    kept_from_some = Access.objects.filter(kind=Access.Kind.LOCKED_OUT, case=OuterRef("case"))
    of_team = Intake.objects.filter(team=team, case__shielded=False, started_at__lt=begin)
    return of_team.filter(~Exists(kept_from_some))


def _kinds_by_table(now: datetime) -> Mapping[str, tuple[StrPromise, Kinds]]:
    """Return the title and the kinds of each table, by its id. Each intake is of one kind in every table."""
    return {
        "state": (_("By state"), {state.value: (state.label, Q(state=state)) for state in State}),
        "urgency": (
            _("By how soon to act"),
            {level.code: (level.label, Q(urgency=level)) for level in sorted(Urgency, reverse=True)},
        ),
        "due": (_("What is due"), _kinds_by_due_date(now)),
        "steps": (
            _("Steps that are planned"),
            {
                "open": (_("at least one step planned"), Q(open_steps__gt=0)),
                "none": (_("no step planned"), Q(open_steps=0)),
            },
        ),
        "review": (_("Time to review"), _kinds_by_time_to_review(now)),
    }


def _kinds_by_due_date(now: datetime) -> Kinds:
    today = dates.day_of(now)
    soon = today + timedelta(days=DUE_SOON_DAYS)
    return {
        "overdue": (_("overdue"), Q(next_due__lt=today)),
        "near": (_("due today or within a week"), Q(next_due__gte=today, next_due__lte=soon)),
        "later": (_("due later"), Q(next_due__gt=soon)),
        "none": (_("nothing is due"), Q(next_due=None)),
    }


def _kinds_by_time_to_review(now: datetime) -> Kinds:
    """Return the kinds by how long an intake waited for its review, since it was submitted last."""
    reviewed = Q(reviewed_at__gte=now - timedelta(days=REVIEW_DAYS), reviewed_at__lt=now)
    day, days, week = (_waited_at_most(each) for each in (1, 3, 7))
    return {
        "day": (_("within a day"), reviewed & day),
        "days": (_("within three days"), reviewed & ~day & days),
        "week": (_("within a week"), reviewed & ~days & week),
        "longer": (_("after more than a week"), reviewed & ~week),
    }


def _waited_at_most(days: int) -> Q:
    return Q(reviewed_at__lte=F("submitted_at") + timedelta(days=days))
