"""Record that a limit stopped someone, and read who was stopped.

Once an hour for each person and limit, so that whoever goes on causes no flood of events.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.limits import AN_HOUR, LimitName
from questionnaire.models import Event, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: What someone did too often.
LABELS: Final[Mapping[str, StrPromise]] = {
    LimitName.SEARCHES: pgettext_lazy("limit", "searching"),
    LimitName.CASES: pgettext_lazy("limit", "opening cases"),
    LimitName.STARTS: pgettext_lazy("limit", "starting conversations"),
    LimitName.COPIES: pgettext_lazy("limit", "making copies"),
    LimitName.LOGS: pgettext_lazy("limit", "opening logs"),
    LimitName.ACCOUNTS: pgettext_lazy("limit", "closing accounts and giving new passwords"),
    LimitName.PASSWORDS: pgettext_lazy("limit", "changing the password"),
    LimitName.LOOKS: pgettext_lazy("limit", "asking for pages that are not there"),
    LimitName.OPENINGS: pgettext_lazy("limit", "opening with a reason"),
    LimitName.SIGN_INS: pgettext_lazy("limit", "wrong passwords"),
    LimitName.CODES: pgettext_lazy("limit", "wrong codes"),
    LimitName.ADDRESS: pgettext_lazy("limit", "wrong passwords from one address"),
    LimitName.CONFIRMING: pgettext_lazy("limit", "confirming who one is"),
}
_LOGGER: Final = logging.getLogger(__name__)


def record_met(name: LimitName, actor: User | None = None, subject: int | None = None) -> None:
    """Record that this person, or whoever tried to get into the account `subject`, met a limit."""
    now = timezone.now()
    met = Event.objects.filter(code=EventCode.LIMIT_MET, at__gt=now - AN_HOUR, at__lte=now)
    if met.filter(actor=actor, subject=subject, details__limit=name.value).exists():
        return
    try:
        with transaction.atomic():
            audit_log.record(actor, EventCode.LIMIT_MET, subject=subject, details={"limit": name.value})
    except PermissionDenied:
        pass  # their session ended meanwhile
    except DatabaseError:
        _LOGGER.warning("that a limit stopped someone was not recorded")


def label_of(event: Event) -> StrPromise | str:
    """Return what was done too often; "" of every other event, and of a limit of a later version."""
    is_met = event.code == EventCode.LIMIT_MET
    return LABELS.get((event.details or {}).get("limit", ""), "") if is_met else ""


def were_met_since_last_sign_in(user: User) -> bool:
    """Return whether a limit stopped this person since they signed in last, or whoever tried to be them.

    To ask before the event of signing in now.
    """
    signed_in = Event.objects.filter(actor=user, code=EventCode.SIGNED_IN).order_by("-at", "-seq")
    if (before := signed_in.first()) is None:
        return False
    met = Event.objects.filter(code=EventCode.LIMIT_MET, at__gte=before.at, seq__gt=before.seq)
    return met.filter(Q(actor=user) | Q(subject=user.pk)).exists()
