"""Count in how many cases each person of a team looked lately, beside their colleagues; no score of anybody.

Who looked in many can have a good reason, such as a reviewer or somebody who replaces a colleague. So it is a
number to ask about, with the two that an auditor asks about first: openings with a reason and refused looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from questionnaire.audit.event_codes import EventCode
from questionnaire.models import READING_ROLES, Case, Event, Membership, Team, User

#: Lately: the most of these in which the people of a team did no more than can be counted at once.
DAYS: Final = (30, 14, 7, 3, 1)
#: So many events at most, but of the last day all.
MOST_COUNTED: Final = 100_000
#: Rows of one team at most.
MOST_SHOWN: Final = 20
#: Someone looked in more cases than most when it is more than so many times what the middle colleague did,
#: and at least so many: of a few cases a difference says nothing.
_TIMES: Final = 2
_FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Looks:
    """In how many cases of the team someone looked, how many of those they opened, and how often refused."""

    user: User
    roles: tuple[Membership.Role, ...]
    cases: int
    openings: int
    refusals: int
    is_more_than_most: bool


@dataclass(frozen=True, slots=True)
class TeamLooks:
    """Those of a team who looked, the most first, and in how many cases the middle colleague did."""

    team: Team
    days: int
    rows: tuple[Looks, ...]
    median: float
    is_cut: bool


def looks_in(team: Team, kept: Collection[UUID] = ()) -> TeamLooks:
    """Return who looked in the cases of a team in the last days, but those that are kept from who asks."""
    roles: dict[int, list[Membership.Role]] = defaultdict(list)
    members = _members(team, roles)
    days, events = lately(members, MOST_COUNTED)
    if kept:
        events = events.filter(Q(case=None) | ~Q(case__in=kept))
    of_team = events.filter(case__in=Case.objects.filter(team=team).values("pk"))
    done = of_team.exclude(code=EventCode.LOOK_REFUSED).order_by().values_list("actor")
    cases = dict(done.annotate(Count("case", distinct=True)))
    openings = dict(_counted(of_team.filter(code=EventCode.CASE_OPENED)))
    refusals = dict(_counted(events.filter(code=EventCode.LOOK_REFUSED)))
    readers = [pk for pk, of in roles.items() if set(of) & set(READING_ROLES)]
    middle = median([cases.get(pk, 0) for pk in readers]) if readers else 0
    rows = sorted(
        (
            Looks(
                user,
                tuple(roles.get(pk, ())),
                cases.get(pk, 0),
                openings.get(pk, 0),
                refusals.get(pk, 0),
                is_more_than_most=cases.get(pk, 0) >= _FEWEST and cases.get(pk, 0) > _TIMES * middle,
            )
            for pk, user in members.items()
            if pk in cases or pk in refusals
        ),
        key=lambda looks: (-looks.cases, -looks.openings, -looks.refusals, str(looks.user)),
    )
    return TeamLooks(team, days, tuple(rows[:MOST_SHOWN]), middle, is_cut=len(rows) > MOST_SHOWN)


def lately(members: Collection[int], most: int) -> tuple[int, QuerySet[Event]]:
    """Return what these people did in the last days, about so much at most, and how many days these are."""
    of_members = Event.objects.filter(actor__in=list(members))
    for days in DAYS:
        events = of_members.filter(at__gte=timezone.now() - timedelta(days=days))
        if days == DAYS[-1] or events.order_by().values("pk")[: most + 1].count() <= most:
            break
    return days, events


def _members(team: Team, roles: dict[int, list[Membership.Role]]) -> dict[int, User]:
    """Return by number who is in the team or was, and note the roles that they have now."""
    for row in Membership.objects.filter(team=team).order_by("pk").in_force():
        roles[row.user_id].append(Membership.Role(row.role))
    left = filter(None, Event.objects.that_took_roles_in([team.pk]))
    return User.objects.in_bulk({*roles, *left})


def _counted(events: QuerySet[Event]) -> Any:
    return events.order_by().values_list("actor").annotate(Count("seq"))
