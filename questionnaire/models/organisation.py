"""Store what an organisation adds: contacts and texts. A row that this program did not write is not shown.

Whoever can only write the database would else put a telephone number of their own beside the advice.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Final
from uuid import uuid4

from django.db import models

from questionnaire.encryption.macs import MAC_LENGTH, is_authentic, mac_of
from questionnaire.models.accounts import Team

_LOGGER: Final = logging.getLogger(__name__)


class OrganisationEntryQuerySet(models.QuerySet["OrganisationEntry"]):
    """Entries as they are stored; only `as_written` tells which may be shown."""

    def as_written(self) -> list[OrganisationEntry]:
        """Return those that this program wrote, in the order in which they were added. Log the others."""
        found = []
        for row in self.order_by("number"):
            if row.is_as_written:
                found.append(row)
            else:
                _LOGGER.warning("entry %s of the organisation was changed outside the program", row.pk)
        return found


class OrganisationEntry(models.Model):
    """One contact or text, of one team or, without one, of all. `content` depends on the kind."""

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

    def _signed_values(self) -> tuple[Any, ...]:
        content = json.dumps(self.content, sort_keys=True)
        return ("organisation", str(self.pk), self.number, self.team_id, self.kind, content)
