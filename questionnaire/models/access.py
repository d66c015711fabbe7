"""Who sees which intakes: by their roles, and by what they were given or refused in a case."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from questionnaire.models.accounts import Membership, User

if TYPE_CHECKING:
    from questionnaire.models.intakes import Intake


class Access(models.Model):
    """What one person was given or refused in one case, beside what their role gives them.

    It holds for every assessment of the case. `until` is the end of what was opened with a reason; the
    reason stands in the event.
    """

    class Kind(models.TextChoices):
        ASSIGNED = "assigned"  # writes as the author does
        NAMED = "named"  # reads it, also when it is shielded
        OPENED = "opened"  # reads for a while, with a reason
        LOCKED_OUT = "locked_out"  # sees nothing of it, whatever else they are to it

    case = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user", "kind"], name="one_access_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.case}, {self.user_id}: {self.kind}"


@dataclass(frozen=True, slots=True)
class AccessScope:
    """What decides which intakes one person sees: their roles by team, and what they were given by case.

    `locked_out` goes before all else. A manager sees nothing by that role, and whoever is an administrator
    sees nothing by any.
    """

    user_id: int
    professional: frozenset[int] = frozenset()
    reviewer: frozenset[int] = frozenset()
    assigned: frozenset[UUID] = frozenset()
    named: frozenset[UUID] = frozenset()
    opened: frozenset[UUID] = frozenset()
    locked_out: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, user: User) -> AccessScope:
        """As it is stored now."""
        teams, cases = defaultdict[str, set[int]](set), defaultdict[str, set[UUID]](set)
        for role, team_id in user.memberships.values_list("role", "team_id"):
            teams[role].add(team_id)
        lasting = user.access.filter(Q(until=None) | Q(until__gt=timezone.now()))
        for kind, case in lasting.values_list("kind", "case"):
            cases[kind].add(case)
        if Membership.Role.ADMINISTRATOR in teams:
            teams.clear()
        return cls(
            user.pk,
            professional=frozenset(teams[Membership.Role.PROFESSIONAL]),
            reviewer=frozenset(teams[Membership.Role.REVIEWER]),
            **{kind.value: frozenset(cases[kind]) for kind in Access.Kind},
        )

    @property
    def content(self) -> Q:
        """The intakes whose content this person may see.

        Their own and those assigned to them, their team's when they review, and for a while what they opened
        with a reason. Of a shielded case only the author and whoever is named.
        """
        # Each team once, so that a database can walk one index of it.
        elsewhere = Q(team__in=self.professional - self.reviewer)
        given = self.assigned | self.named | self.opened
        of_them = Q(team__in=self.reviewer) | elsewhere & (Q(author=self.user_id) | Q(case__in=given))
        return of_them & self._not_closed

    @property
    def rows(self) -> Q:
        """The intakes of which this person may know that they are there: the content of some, not of all."""
        return self._of_teams & self._not_closed

    @property
    def shielded(self) -> Q:
        """The intakes of which this person knows only that there are so many, and nothing else."""
        named = Q(author=self.user_id) | Q(case__in=self.named)
        return self._of_teams & Q(shielded=True) & ~named & ~Q(case__in=self.locked_out)

    @property
    def _of_teams(self) -> Q:
        return Q(team__in=self.professional | self.reviewer)

    @property
    def _not_closed(self) -> Q:
        """Neither shielded from this person, nor are they locked out."""
        is_open = Q(shielded=False) | Q(author=self.user_id) | Q(case__in=self.named)
        return is_open & ~Q(case__in=self.locked_out)

    def writes(self, intake: Intake) -> bool:
        """Whether an intake that this person sees is theirs to write in."""
        is_theirs = intake.author_id == self.user_id or intake.case in self.assigned
        return is_theirs and intake.team_id in self.professional

    def holds(self, intake: Intake) -> bool:
        """Whether they decide who else may see an intake that they see: its author and its reviewers do."""
        is_author = intake.author_id == self.user_id and intake.team_id in self.professional
        return is_author or intake.team_id in self.reviewer
