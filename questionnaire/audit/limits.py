"""Say how often one person does something in a while, and from what number on somebody is told of it.

Limits count audit events, which nobody can empty or change, by person, however many sessions and devices they
have. They are far above a day of work, to stop a harvest or a flood: docs/adr/0048 says why each is what it
is. Commands have no limit, and what a person types has none either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, User

AN_HOUR: Final = timedelta(hours=1)

#: From how many on who audits and who manages a team is told, of one person on one day.
MANY_CASES: Final = 60
MANY_REFUSED_LOOKS: Final = 5
MANY_COPIES: Final = 40
#: For how many days they are told, and in how many lines at most.
ALERT_DAYS: Final = 30
MOST_ALERTS: Final = 10


class LimitName(StrEnum):
    """What someone did too often, as the event that says so has it."""

    SEARCHES = "searches"
    CASES = "cases"
    STARTS = "starts"
    COPIES = "copies"
    LOGS = "logs"
    ACCOUNTS = "accounts"
    PASSWORDS = "passwords"
    LOOKS = "looks"
    OPENINGS = "openings"
    #: What is counted by account or by address before anybody is signed in: `accounts.attempts`.
    SIGN_INS = "sign_ins"
    CODES = "codes"
    ADDRESS = "address"
    #: What allauth counts of someone who is signed in.
    CONFIRMING = "confirming"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many of these events one person causes in an hour; with `of_cases`, in how many cases."""

    name: LimitName
    most: int
    codes: frozenset[EventCode]
    of_cases: bool = False


COPYING: Final = frozenset({EventCode.DOCUMENT_MADE, EventCode.DOCUMENT_READ, EventCode.TEXTS_READ})
#: The pages with which someone begins to read a case, or reads all of it.
READING: Final = frozenset(
    {EventCode.SUMMARY_READ, EventCode.CASE_READ, EventCode.ANSWERS_READ, EventCode.REVIEW_READ}
)
_STARTING: Final = frozenset(
    {EventCode.INTAKE_STARTED, EventCode.CORRECTION_STARTED, EventCode.REASSESSMENT_STARTED}
)
_SHUTTING_OUT: Final = frozenset({EventCode.PASSWORD_RENEWED, EventCode.ACCOUNT_CLOSED})
REFUSED_LOOKS: Final = Limit(LimitName.LOOKS, 30, frozenset({EventCode.LOOK_REFUSED}))
PASSWORD_CHANGES: Final = Limit(LimitName.PASSWORDS, 10, frozenset({EventCode.PASSWORD_CHANGED}))
#: What `audit.log.record` asks, in the transaction of the action.
LIMITS: Final = (
    Limit(LimitName.SEARCHES, 300, frozenset({EventCode.LIST_SEARCHED})),
    Limit(LimitName.CASES, 150, READING, of_cases=True),
    Limit(LimitName.STARTS, 40, _STARTING),
    Limit(LimitName.COPIES, 200, COPYING),
    Limit(LimitName.LOGS, 60, frozenset({EventCode.LOG_IMPORT_MADE})),
    Limit(LimitName.ACCOUNTS, 60, _SHUTTING_OUT),
)
_BY_CODE: Final[Mapping[str, Limit]] = {code: limit for limit in LIMITS for code in limit.codes}


class LimitError(Exception):
    """This person did something so often that they have to wait until `again_at`."""

    def __init__(self, name: LimitName, again_at: datetime) -> None:
        super().__init__(name, again_at)
        self.name, self.again_at = name, again_at


def require_within(actor: User, code: str, case: UUID | None = None) -> None:
    """Raise LimitError when this person did so often what events with this code tell."""
    limit = _BY_CODE.get(code)
    if limit and (again_at := again_at_by(actor, limit, case)):
        raise LimitError(limit.name, again_at)


def again_at_by(actor: User, limit: Limit, case: UUID | None = None) -> datetime | None:
    """Return until when this person has to wait by this limit; None when they need not."""
    now = timezone.now()
    done = Event.objects.filter(actor=actor, at__gt=now - AN_HOUR, at__lte=now, code__in=limit.codes)
    if limit.of_cases:
        latest = dict(done.order_by().values_list("case").annotate(Max("at")))
        moments = [] if case in latest else sorted(latest.values(), reverse=True)
    else:
        moments = list(done.order_by("-at").values_list("at", flat=True)[: limit.most])
    return moments[limit.most - 1] + AN_HOUR if len(moments) >= limit.most else None
