"""Store the roles of people in teams, and read those that count.

A membership has a MAC, made when this program adds the row and never again, so that a row which was added or
changed behind its back gives no right. The MAC covers the number of the event that gave the role. Of all
events about this role of this person the newest must be that one, so that a row which was taken away does not
count when someone puts it back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext_lazy

from questionnaire.encryption.macs import MAC_LENGTH, is_authentic, mac_of
from questionnaire.models.accounts import Team, User
from questionnaire.models.audit import Event
from questionnaire.models.prepared import PreparedQuery

logger: Final = logging.getLogger(__name__)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships as they are stored; only `in_force` tells who has which role."""

    def in_force(self) -> list[Membership]:
        """Return those that this program wrote and that were not taken away since. Log the others."""
        return _in_force(self.with_newest_event())

    def with_newest_event(self) -> models.QuerySet[Any]:
        """Add the number of the newest event about each role: 0 without one. It reads an index."""
        events = Event.objects.about_role(OuterRef("user_id"), OuterRef("team_id"), OuterRef("role"))
        return self.annotate(newest_event=Coalesce(Subquery(events.values("seq")[:1]), Value(0)))


class Membership(models.Model):
    """One role of a person in a team; a person can have several.

    `given_by` is the number of the event that gave the role, 0 for one that no event gave.
    """

    class Role(models.TextChoices):
        PROFESSIONAL = "professional", pgettext_lazy("role", "professional")
        REVIEWER = "reviewer", pgettext_lazy("role", "reviewer")
        MANAGER = "manager", pgettext_lazy("role", "manager")
        ADMINISTRATOR = "administrator", pgettext_lazy("role", "administrator")
        AUDITOR = "auditor", pgettext_lazy("role", "auditor")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=13, choices=Role.choices)
    given_by = models.BigIntegerField(default=0, editable=False)
    mac = models.CharField(max_length=MAC_LENGTH, default="", editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team", "role"], name="one_membership_a_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.team}: {self.get_role_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row, with its MAC when it is new. A change never makes a new one."""
        if self._state.adding:
            self.mac = mac_of(*self._signed_values())
        super().save(*args, **kwargs)

    @property
    def is_as_written(self) -> bool:
        """Whether this program made the row, for this person, team and role."""
        return is_authentic(self.mac, *self._signed_values())

    def _signed_values(self) -> tuple[str, int, int, str, int]:
        return ("membership", self.user_id, self.team_id, str(self.role), self.given_by)


def _in_force(rows: Iterable[Any]) -> list[Membership]:
    found: list[Membership] = []
    for row in rows:
        # No later event is about this role, such as that it was taken away.
        if row.is_as_written and row.newest_event == row.given_by:
            found.append(row)
        else:
            logger.warning("membership %s gives no right: run manage.py verify_rights", row.pk)
    return found


_of_open_account: Final = PreparedQuery[Membership](
    lambda user: Membership.objects.filter(user=user, user__is_active=True).with_newest_event(),
    models.BigAutoField(),
)


def memberships_of(user: User) -> list[Membership]:
    """Return the roles of this person that are in force now; none for an account that is closed."""
    return _in_force(_of_open_account.all(user.pk))


def teams_of(user: User, role: str) -> models.QuerySet[Team]:
    """Return the teams in which this person has this role now; none for an account that is closed."""
    return Team.objects.filter(pk__in=[row.team_id for row in memberships_of(user) if row.role == role])


def members_of(teams: Iterable[Team | int], roles: Iterable[str] | None = None) -> models.QuerySet[User]:
    """Return the people who have one of these roles, or any, in one of these teams now."""
    rows = Membership.objects.filter(team__in=teams)
    if roles is not None:
        rows = rows.filter(role__in=roles)
    return User.objects.filter(pk__in={row.user_id for row in rows.in_force()})
