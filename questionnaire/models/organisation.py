"""Store what an organisation adds. A row that something else wrote, or that breaks the rules, is not used.

Whoever can only write the database would else put a telephone number of their own beside the advice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any, Final
from uuid import uuid4

from django.db import models
from django.db.models import Q

from questionnaire.domain.organisation import EntryFault, fault_of
from questionnaire.encryption.macs import MAC_LENGTH, is_authentic, mac_of
from questionnaire.models.accounts import Team
from questionnaire.models.prepared import PreparedQuery

_LOGGER: Final = logging.getLogger(__name__)


class OrganisationEntryQuerySet(models.QuerySet["OrganisationEntry"]):
    """Entries as they are stored; only `usable` tells which may be shown."""

    def usable(self) -> list[OrganisationEntry]:
        """Return those without a fault, in the order in which they were added; see `usable_among`."""
        return usable_among(self.order_by("number"))

    def unusable(self) -> list[OrganisationEntry]:
        """Return the others, which are not shown until they are set again."""
        return [row for row in self.order_by("number") if row.fault]


class OrganisationEntry(models.Model):
    """One contact, one text or the terms, of one team or, without one, of all. `kind` decides its content."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.PositiveIntegerField(default=0)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    content: Any = models.JSONField()
    mac = models.CharField(max_length=MAC_LENGTH, default="", editable=False)

    objects = OrganisationEntryQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.uuid)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row with the MAC over it. Only `actions.organisation` does."""
        self.mac = mac_of(*self._signed_values())
        super().save(*args, **kwargs)

    @property
    def is_as_written(self) -> bool:
        """Whether this program wrote the row as it is."""
        return is_authentic(self.mac, *self._signed_values())

    @property
    def fault(self) -> EntryFault | None:
        """Why it is not used; None when it is."""
        return fault_of(self.kind, self.content) if self.is_as_written else EntryFault.WRITTEN

    @property
    def fault_in_words(self) -> str:
        """One line that names it with its fault, for a log: nothing of its content."""
        team = self.team_id or "all"
        return f"entry {self.pk} of the organisation ({self.kind!a}, team {team}) is not used: {self.fault}"

    def _signed_values(self) -> tuple[Any, ...]:
        content = json.dumps(self.content, sort_keys=True)
        return ("organisation", str(self.pk), self.number, self.team_id, self.kind, content)


def usable_among(rows: Iterable[OrganisationEntry]) -> list[OrganisationEntry]:
    """Return those without a fault. Log what something else wrote.

    What breaks the rules of this version is named once, when the server starts: see `unusable`.
    """
    found = []
    for row in rows:
        fault = row.fault
        if fault is EntryFault.WRITTEN:
            _LOGGER.warning("%s", row.fault_in_words)
        elif fault is None:
            found.append(row)
    return found


_of_a_kind: Final = PreparedQuery[OrganisationEntry](
    lambda kind, team: OrganisationEntry.objects.filter(Q(team=None) | Q(team=team), kind=kind).order_by(
        "number"
    ),
    *(models.CharField(), models.BigIntegerField()),
)


def usable_of_a_kind(kind: str, team_id: int) -> list[OrganisationEntry]:
    """Return what is used of a kind in a team and in all of them. Every save of a conversation asks it."""
    return usable_among(_of_a_kind.all(kind, team_id))
