"""Record that an auditor looked at events, and that someone saw what is told of them on Today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import User


def record_look(user: User, details: Mapping[str, Any], *, is_search: bool) -> None:
    """Record that someone looked at the events of teams, and with which filters: ids and words of ours."""
    code = EventCode.EVENTS_SEARCHED if is_search else EventCode.EVENTS_READ
    with transaction.atomic():
        audit_log.record(user, code, details=details)


def record_alert_seen(user: User, details: Mapping[str, Any]) -> None:
    """Record that this person saw one line of what is told: its kind, whom, which day and how many."""
    with transaction.atomic():
        audit_log.record(user, EventCode.ALERT_SEEN, details=details)
