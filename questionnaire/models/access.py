"""Who may see which intakes: by their roles in teams, and by what they were granted or refused in a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.utils import timezone

from questionnaire.models.accounts import User
from questionnaire.models.cases import Case
from questionnaire.models.memberships import Membership, memberships_of
from questionnaire.models.prepared import PreparedQuery


class OwnedRow(Protocol):
    """The columns of an intake that decide who may write in it and who manages access to it."""

    @property
    def author_id(self) -> int: ...
    @property
    def team_id(self) -> int: ...
    @property
    def case_id(self) -> UUID: ...


class ReadableRow(OwnedRow, Protocol):
    """The same with its case, for who may read it."""

    @property
    def case(self) -> Case: ...


class ReadOnlyError(PermissionDenied):
    """Someone may read this intake, and the page is for whoever writes in it."""

    def __init__(self, intake: OwnedRow) -> None:
        super().__init__()
        self.intake = intake


class Access(models.Model):
    """What one person was granted or refused in one case, besides what their roles grant.

    It applies to every assessment of the case. Who replaces someone for a while is assigned from `given_at`
    to `until`; without an end it is for good. An opening by break-glass has some more columns:

    - `until` is its end. Each opening is a row of its own, which stays.
    - `event` is the number of its audit event, which has the reason.
    - `seen_by` is whoever decides about access to the case and saw it, at `seen_at`. Until then the person
      who opened it makes no copies.
    """

    class Kind(models.TextChoices):
        ASSIGNED = "assigned"  # may write, as the author may
        NAMED = "named"  # may read, also when the case is shielded
        OPENED = "opened"  # break-glass: may read for a while, with a reason
        LOCKED_OUT = "locked_out"  # may see nothing of it, whatever their role

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="access", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateTimeField(null=True)
    event = models.BigIntegerField(null=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "user"], name="access_to_a_case"),
            models.Index(
                fields=["case"], condition=Q(kind="opened", seen_by=None), name="openings_nobody_saw"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user", "kind"], condition=~Q(kind="opened"), name="one_access_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}, {self.user_id}: {self.kind}"


_access_in_force: Final = PreparedQuery[tuple[str, UUID, int | None]](
    lambda user, now, also_now: Access.objects.filter(
        Q(until=None) | Q(given_at__lte=now, until__gt=also_now), user=user
    ).values_list("kind", "case", "seen_by"),
    *(models.BigAutoField(), models.DateTimeField(), models.DateTimeField()),
)

#: The roles in which somebody sees cases.
READING_ROLES: Final = (Membership.Role.PROFESSIONAL, Membership.Role.REVIEWER)
#: The roles that a kind of access can be for. An auditor reads no case, but sees who did what in it: that is
#: too much when they know the client.
ROLES_FOR: Final[Mapping[str, tuple[Membership.Role, ...]]] = {
    Access.Kind.ASSIGNED: (Membership.Role.PROFESSIONAL,),
    Access.Kind.NAMED: READING_ROLES,
    Access.Kind.OPENED: READING_ROLES,
    Access.Kind.LOCKED_OUT: (*READING_ROLES, Membership.Role.AUDITOR),
}


def may_see_cases(roles: Container[str]) -> bool:
    """Return whether somebody with these roles sees any case: an administrator sees none, whatever else."""
    return Membership.Role.ADMINISTRATOR not in roles and any(role in roles for role in READING_ROLES)


@dataclass(frozen=True, slots=True)
class AccessScope:
    """What decides which intakes one person may see: their teams by role, and their cases by kind of access.

    `seen` are those of the opened cases of which somebody saw the opening. `locked_out` overrides everything
    else. Someone whose account is closed has nothing. The manager role shows no intake, and an administrator
    sees none at all, whatever their other roles.
    """

    user_id: int
    professional: frozenset[int] = frozenset()
    reviewer: frozenset[int] = frozenset()
    assigned: frozenset[UUID] = frozenset()
    named: frozenset[UUID] = frozenset()
    opened: frozenset[UUID] = frozenset()
    seen: frozenset[UUID] = frozenset()
    locked_out: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, user: User) -> AccessScope:
        """Return the scope of a person as it is stored now."""
        teams, cases = defaultdict[str, set[int]](set), defaultdict[str, set[UUID]](set)
        # As it is stored now: the request may have begun before the account was closed.
        for row in memberships_of(user):
            teams[row.role].add(row.team_id)
        now = timezone.now()
        for kind, case, seen_by in _access_in_force.all(user.pk, now, now):
            cases[kind].add(case)
            if seen_by:
                cases["seen"].add(case)
        if not may_see_cases(teams):
            teams.clear()
        return cls(
            user.pk,
            professional=frozenset(teams[Membership.Role.PROFESSIONAL]),
            reviewer=frozenset(teams[Membership.Role.REVIEWER]),
            seen=frozenset(cases["seen"]),
            **{kind.value: frozenset(cases[kind]) for kind in Access.Kind},
        )

    @property
    def readable(self) -> Q:
        """The intakes whose content this person may read.

        Their own and those assigned to them, their team's when they review, and for a while those opened by
        break-glass. Of a shielded case only the author and whoever is named.
        """
        # Each team in one branch only, so that a database can walk one index of it.
        as_professional = Q(team__in=self.professional - self.reviewer)
        granted = self.assigned | self.named | self.opened
        own_or_granted = Q(author=self.user_id) | Q(case__in=granted)
        return (Q(team__in=self.reviewer) | as_professional & own_or_granted) & self._not_barred

    def can_read(self, intake: ReadableRow) -> bool:
        """Return whether this person may read the content of an intake: whether it is in `readable`."""
        granted = self.assigned | self.named | self.opened
        own_or_granted = intake.author_id == self.user_id or intake.case_id in granted
        may = intake.team_id in self.reviewer or (intake.team_id in self.professional and own_or_granted)
        return may and self.is_open_to(intake)

    @property
    def written(self) -> Q:
        """The intakes in which this person may write: their own and those assigned to them."""
        is_theirs = Q(author=self.user_id) | Q(case__in=self.assigned)
        # Not by the column itself: a database could then walk the index of a whole team for a few rows.
        in_team = Q(In(Coalesce("team", Value(0)), sorted(self.professional)))
        return is_theirs & in_team & self._not_barred

    @property
    def manageable(self) -> Q:
        """The intakes whose content this person may read, and of which they decide who else may."""
        as_author = Q(team__in=self.professional - self.reviewer, author=self.user_id)
        return (Q(team__in=self.reviewer) | as_author) & self._not_barred

    @property
    def listable(self) -> Q:
        """The intakes that this person may know to exist, whether or not they may read them."""
        return Q(team__in=self.teams) & self._not_barred

    def can_list(self, intake: ReadableRow) -> bool:
        """Return whether this person may know that an intake exists: whether it is in `listable`."""
        return intake.team_id in self.teams and self.is_open_to(intake)

    @property
    def searchable(self) -> Q:
        """The same intakes, for a search by reference: by the team of their case, whose index has that."""
        return Q(case__team__in=self.teams) & self._not_barred

    @property
    def shielded(self) -> Q:
        """The intakes that are shielded from this person, of which they may only know how many there are."""
        exempt = Q(author=self.user_id) | Q(case__in=self.named)
        return Q(case__team__in=self.teams, case__shielded=True) & ~exempt & ~Q(case__in=self.locked_out)

    @property
    def teams(self) -> frozenset[int]:
        """The teams of which this person may know that cases exist."""
        return self.professional | self.reviewer

    @property
    def _not_barred(self) -> Q:
        """The intakes that are not shielded from this person, and from which they are not locked out."""
        unshielded = Q(case__shielded=False) | Q(author=self.user_id) | Q(case__in=self.named)
        return unshielded & ~Q(case__in=self.locked_out)

    def is_open_to(self, intake: ReadableRow) -> bool:
        """Return whether an intake is neither shielded from this person nor are they locked out of it.

        It says nothing of their team.
        """
        is_exempt = intake.author_id == self.user_id or intake.case_id in self.named
        return (is_exempt or not intake.case.shielded) and intake.case_id not in self.locked_out

    def can_write(self, intake: OwnedRow) -> bool:
        """Return whether this person may write in an intake, given that they may read it."""
        is_theirs = intake.author_id == self.user_id or intake.case_id in self.assigned
        return is_theirs and intake.team_id in self.professional

    def reads_by_opening(self, intake: OwnedRow) -> bool:
        """Return whether this person, who may read an intake, may do so only as they opened its case."""
        otherwise = intake.team_id in self.reviewer or intake.author_id == self.user_id
        return intake.case_id in self._opened_only and not otherwise

    def can_copy(self, intake: OwnedRow) -> bool:
        """Return whether this person, given that they may read an intake, may take a copy of it along."""
        return not self.reads_by_opening(intake) or intake.case_id in self.seen

    @property
    def copyable(self) -> Q:
        """Of the intakes that this person may read, those of which they may take a copy along."""
        otherwise = Q(team__in=self.reviewer) | Q(author=self.user_id)
        return ~Q(case__in=self._opened_only - self.seen) | otherwise

    @property
    def _opened_only(self) -> frozenset[UUID]:
        return self.opened - self.assigned - self.named

    def can_manage_access(self, intake: OwnedRow) -> bool:
        """Return whether this person, given that they may read an intake, decides who else may.

        Its author does, and its reviewers.
        """
        is_author = intake.author_id == self.user_id and intake.team_id in self.professional
        return is_author or intake.team_id in self.reviewer
