"""Say whether anybody can review an intake now, and whom to ask when nobody can."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaire.domain.workflow import Relation
from questionnaire.models import Intake, Membership, User, members_of
from questionnaire.permissions import relations_of


@dataclass(frozen=True, slots=True)
class NoReviewer:
    """Nobody can review an intake now.

    `has_reviewers` says that its team has reviewers, who wrote words of it or may not see it. `ask` are who
    can change that: its administrators and managers, by name; none when whoever runs the program has to.
    """

    has_reviewers: bool
    ask: tuple[str, ...]


def missing_reviewer(intake: Intake) -> NoReviewer | None:
    """Return why nobody can review this intake, handed in or not; None when somebody can."""
    reviewers = _active(intake, Membership.Role.REVIEWER)
    if any(_can_review(user, intake) for user in reviewers):
        return None
    roles = (Membership.Role.ADMINISTRATOR, Membership.Role.MANAGER)
    ask = dict.fromkeys(str(user) for role in roles for user in _active(intake, role))
    return NoReviewer(bool(reviewers), tuple(ask))


def _can_review(user: User, intake: Intake) -> bool:
    visible = Intake.objects.visible_to(user).filter(pk=intake.pk).exists()
    return visible and Relation.REVIEWER in relations_of(user, intake)


def _active(intake: Intake, role: Membership.Role) -> list[User]:
    members = members_of([intake.team_id], [role]).filter(is_active=True)
    return list(members.order_by("name", "username"))
