"""Record that someone asked for an intake that they may not see, without making anybody wait or telling them.

One that is not there is recorded in the same way and at the same cost: how long an answer takes tells nobody
whether it exists.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.limits import AN_HOUR, REFUSED_LOOKS
from questionnaire.models import Event, Intake, User

_LOGGER: Final = logging.getLogger(__name__)
#: Within this time a second look of the same person at the same intake is no event.
_APART: Final = timedelta(minutes=10)
#: How many of these events one person causes in an hour at most.
_MOST: Final = REFUSED_LOOKS.most


def record_refused_look(user: User, uuid: UUID) -> datetime | None:
    """Record a refused look, unless this person had many, or one at the same intake just now.

    Return until when they have to wait, after many: by what they did, and never by what is there. It is in
    the chain of their account: nobody who works in that case waits for it.
    """
    now = timezone.now()
    recent = Event.objects.filter(code=EventCode.LOOK_REFUSED, at__gt=now - AN_HOUR, at__lte=now, actor=user)
    intake = Intake.objects.filter(pk=uuid).only("case").first() or Intake(pk=uuid)
    looks = list(recent.values_list("intake", "at")[:_MOST])
    if len(looks) >= _MOST:
        return min(at for _looked, at in looks) + AN_HOUR
    if any(looked == uuid and at > now - _APART for looked, at in looks):
        return None
    try:
        with transaction.atomic():
            audit_log.record(user, EventCode.LOOK_REFUSED, intake, in_own_chain=True)
    except PermissionDenied:
        pass  # their session ended meanwhile
    except DatabaseError:
        _LOGGER.warning("a refused look at an intake was not recorded")
    return None
