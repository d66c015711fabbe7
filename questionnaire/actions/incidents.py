"""Add incidents to the log of an intake, change them, and remove them."""

from __future__ import annotations

from uuid import UUID

from questionnaire import models
from questionnaire.actions.records import add_record, change_record, remove_record
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.fingerprints import fingerprint
from questionnaire.domain.incidents import Incident
from questionnaire.models import Intake, User


def add_incident(
    user: User, intake: Intake, incident: Incident, page_id: UUID | None = None
) -> models.Incident:
    """Add an incident to the log. With the `page_id` that a page was made with, sending it twice adds one.

    Sent again with other content it adds another. Raise ClosedIntakeError.
    """
    row = models.Incident(content=incident.to_json())
    return add_record(user, intake, intake.incidents.all(), row, page_id, EventCode.INCIDENT_ADDED)


def change_incident(user: User, intake: Intake, uuid: UUID, incident: Incident, base: str) -> bool:
    """Change an incident. Return False, and change nothing, when someone else changed it since `base`.

    Raise models.Incident.DoesNotExist when it was removed, and ClosedIntakeError.
    """
    rows, content = intake.incidents.all(), incident.to_json()
    return change_record(user, intake, rows, uuid, content, base, EventCode.INCIDENT_CHANGED)


def remove_incident(user: User, intake: Intake, uuid: UUID) -> None:
    """Remove an incident from the log; do nothing when it is gone. Raise ClosedIntakeError."""
    remove_record(user, intake, intake.incidents.all(), uuid, EventCode.INCIDENT_REMOVED)


def incident_fingerprint(row: models.Incident) -> str:
    """Return the fingerprint of an incident that a page is based on."""
    return fingerprint(row.content)
