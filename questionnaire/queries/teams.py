"""Count the members of teams by role, and tell what a team lacks; nothing of its conversations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from questionnaire.models import Membership, Team

Role: Final = Membership.Role


class Lack(StrEnum):
    """What a team lacks that its work needs."""

    NO_REVIEWER = "no reviewer"
    REVIEWER_WRITES = "the only reviewer also writes"
    NO_MANAGER = "no manager"


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team with the numbers of its open accounts by role, in the order of the roles, and what it lacks."""

    team: Team
    counts: tuple[tuple[Membership.Role, int], ...]
    lacks: tuple[Lack, ...]


def team_rows(teams: Sequence[Team]) -> list[TeamRow]:
    """Return a row for each of these teams, in their order. Only an open account can act."""
    members: dict[int, dict[str, set[int]]] = {team.pk: {role: set() for role in Role} for team in teams}
    for row in Membership.objects.filter(team__in=teams, user__is_active=True).in_force():
        members[row.team_id][row.role].add(row.user_id)
    return [
        TeamRow(
            team,
            tuple((role, len(members[team.pk][role])) for role in Role),
            tuple(_lacks(members[team.pk])),
        )
        for team in teams
    ]


def _lacks(by_role: dict[str, set[int]]) -> Iterable[Lack]:
    reviewers = by_role[Role.REVIEWER]
    if not reviewers:
        yield Lack.NO_REVIEWER
    elif len(reviewers) == 1 and reviewers <= by_role[Role.PROFESSIONAL]:
        yield Lack.REVIEWER_WRITES
    if not by_role[Role.MANAGER]:
        yield Lack.NO_MANAGER
