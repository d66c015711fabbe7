"""Find the cases that no reviewer of their team may see: denied access, or shielded from each of them.

It is asked of what is stored now, so it does not matter how it came to be: by a denial, a shield, a
hand-over, a role that was taken away or an account that was closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from questionnaire.domain.workflow import State
from questionnaire.models import Access, Case, Intake, Membership, Team, may_see_cases

Role: Final = Membership.Role
Kind: Final = Access.Kind


@dataclass(frozen=True, slots=True)
class WithoutReviewer:
    """How many cases of a team no reviewer may see.

    Without `has_reviewers` nobody reviews there at all, and it is how many wait for that.
    """

    team: Team
    count: int
    has_reviewers: bool


def teams_without(teams: Iterable[Team]) -> list[WithoutReviewer]:
    """Return those of these teams in which nobody may see a case to review it; nothing tells which case."""
    found = []
    for team in teams:
        reviewers = reviewers_of(team.pk)
        if reviewers:
            count = len(_unseen(reviewers, Case.objects.filter(team=team).values("pk"), team.pk))
        else:
            waiting = Intake.objects.filter(team=team, state=State.SUBMITTED).order_by()
            count = waiting.values("case").distinct().count()
        if count:
            found.append(WithoutReviewer(team, count, bool(reviewers)))
    return found


def has_reviewer(case: Case) -> bool:
    """Return whether a reviewer of its team may see the case now."""
    reviewers = reviewers_of(case.team_id)
    return bool(reviewers) and not _unseen(reviewers, [case.pk], case.team_id)


def reviewers_of(team: int) -> frozenset[int]:
    """Return who reviews in a team now, with an open account and no role that shows no case."""
    roles: dict[int, set[str]] = defaultdict(set)
    of_cases = Q(team=team, role=Role.REVIEWER) | Q(role=Role.ADMINISTRATOR)
    for row in Membership.objects.filter(of_cases, user__is_active=True).in_force():
        roles[row.user_id].add(row.role)
    return frozenset(pk for pk, of in roles.items() if may_see_cases(of))


def _unseen(reviewers: Collection[int], cases: Any, team: int) -> set[UUID]:
    """Return those of these cases of a team that none of these reviewers may see; none without reviewers."""
    if not reviewers:
        return set()
    denied = Access.objects.filter(kind=Kind.LOCKED_OUT, user__in=reviewers, case=OuterRef("pk"))
    few = Case.objects.filter(Q(shielded=True) | Exists(denied), team=team, pk__in=cases)
    shielded = dict(few.values_list("pk", "shielded"))
    if not shielded:  # as nearly always
        return set()
    now = timezone.now()
    in_force = Q(until=None) | Q(given_at__lte=now, until__gt=now)
    rows = Access.objects.filter(in_force, case__in=shielded, user__in=reviewers)
    access: dict[UUID, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for case, kind, user in rows.values_list("case", "kind", "user"):
        access[case][kind].add(user)
    for case, author in Intake.objects.filter(case__in=shielded, author__in=reviewers).values_list(
        "case", "author"
    ):
        access[case][Kind.NAMED].add(author)
    return {
        case
        for case, is_shielded in shielded.items()
        if not (access[case][Kind.NAMED] if is_shielded else set(reviewers)) - access[case][Kind.LOCKED_OUT]
    }
