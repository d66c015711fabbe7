"""Store what one person asked for and a second person has to agree to; see docs/adr/0046.

A proposal has a MAC, made each time the program writes the row, over all of it and the number of the event
that brought it into its state. Of all events about the proposal the newest must be that one. So a row that
was added, changed or put back lets nothing through, and its events say what became of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from questionnaire.encryption.macs import MAC_LENGTH, is_authentic, mac_of
from questionnaire.models.accounts import Team, User
from questionnaire.models.audit import PROPOSAL_CODES, Event
from questionnaire.models.memberships import Membership

_LOGGER: Final = logging.getLogger(__name__)
#: For how long a second person can agree, and after that the first can do what was agreed.
PERIOD: Final = timedelta(days=7)
#: The roles that open the content of others, show who did what, or decide about people and their work.
ROLES_WITH_POWER: Final = frozenset(Membership.Role) - {Membership.Role.PROFESSIONAL}


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals as they are stored; only `in_force` tells which count."""

    def in_force(self) -> list[Proposal]:
        """Return those that are as this program wrote them last. Log the others."""
        return _in_force(list(self.order_by("asked_at", "pk")))


class Proposal(models.Model):
    """What somebody wants to do, for which it takes two.

    - `team`: of the case, or the one in which the role is.
    - `case` and `intake`: what it is about; no foreign keys, as it outlives them. `subject`: who gets a role.
    - `what`: the role, or which copy of a case: who agreed to one agreed to no other.
    - `asked_by`: None for a command that names nobody.
    - `until`: until when someone can agree; once someone did, until when that holds.
    - `asked_event` and `event`: the numbers of its first and of its newest event.
    """

    class Kind(models.TextChoices):
        ERASE = "erase"
        EXPORT = "export"
        ROLE = "role"
        SHIELD = "shield"

    class State(models.TextChoices):
        WAITING = "waiting"
        AGREED = "agreed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        LAPSED = "lapsed"
        DONE = "done"
        ALONE = "alone"

    #: In these it can still lead to something.
    OPEN_STATES: Final = (State.WAITING, State.AGREED)

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    case = models.UUIDField(null=True)
    intake = models.UUIDField(null=True)
    subject = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=400, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    asked_event = models.BigIntegerField()
    event = models.BigIntegerField()
    mac = models.CharField(max_length=MAC_LENGTH, default="", editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["team"], condition=Q(state="waiting"), name="proposals_that_wait"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}: {self.uuid}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the whole row with a new MAC. Only `actions.proposals` does, over a row that counted."""
        self.mac = mac_of(*self._signed_values())
        super().save(*args, **kwargs)

    @property
    def is_as_written(self) -> bool:
        """Whether this program wrote the row as it is, be it not last."""
        return is_authentic(self.mac, *self._signed_values())

    @property
    def is_over(self) -> bool:
        """Whether nobody did in time what had to be done for it to go on."""
        return self.state in self.OPEN_STATES and self.until <= timezone.now()

    def _signed_values(self) -> tuple[Any, ...]:
        return (
            *("proposal", self.uuid, self.kind, self.state, self.team_id, self.case, self.intake),
            *(self.subject_id, self.what, self.asked_by_id, self.asked_at, self.until),
            *(self.decided_by_id, self.decided_at, self.asked_event, self.event),
        )


def lock_proposal(pk: UUID) -> Proposal | None:
    """Return a proposal that counts, in the transaction that brings it further; None for any other.

    Two who agree at once wait for each other here: the second finds what the first made of it. Whoever also
    locks its case, or an account, locks these before.
    """
    rows = list(Proposal.objects.select_for_update(of=("self",)).filter(pk=pk))
    return next(iter(_in_force(rows)), None)


def _in_force(rows: list[Proposal]) -> list[Proposal]:
    newest = _newest_events(rows)
    found = []
    for row in rows:
        if row.is_as_written and newest.get(str(row.pk)) == row.event:
            found.append(row)
        else:
            _LOGGER.warning("proposal %s lets nothing through: something else wrote it", row.pk)
    return found


def _newest_events(rows: Iterable[Proposal]) -> dict[str, int]:
    """Return by proposal the number of the newest event about it. There are few such events."""
    first = min((row.asked_event for row in rows), default=None)
    if first is None:
        return {}
    events = Event.objects.filter(code__in=PROPOSAL_CODES, seq__gte=first).order_by("seq")
    newest = events.values_list("details__proposal", "seq")
    return {str(proposal): seq for proposal, seq in newest}
