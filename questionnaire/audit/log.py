"""Record audit events: each in the chain of the case or the account that it is about, see `audit.chains`.

Truncation of a chain shows because its head is stored apart; together with its head, because seals have the
heads of then (`audit.seals`). Restoring an older copy of all of it shows only against an anchor: the last
seal, kept elsewhere.

The row of a head is locked until the transaction ends, so nobody waits for an event of another case. A
transaction that writes to several chains does so in one order, or two could wait for each other: those of
cases by their id, then that of the installation, then that of an account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from questionnaire.audit import acting, limits, stream
from questionnaire.audit.chains import SYSTEM, Head, chain_of_account, chain_of_case, mac_of
from questionnaire.audit.chains import is_recorded as is_recorded
from questionnaire.audit.chains import recorded_of as recorded_of
from questionnaire.audit.event_codes import ROW_CODES, EventCode
from questionnaire.audit.event_kinds import Outcome, concerns_no_person, outcome, takes_a_role
from questionnaire.audit.verification import verify as verify
from questionnaire.encryption import keyring
from questionnaire.models import ChainHead, Event, Intake, Seal, User, row_states
from questionnaire.models.prepared import PreparedQuery
from questionnaire.operations import metrics

#: Within this time the first save of a page of questions stands for those after it.
_ONE_SAVE: Final = timedelta(minutes=1)
#: Servers of one installation can be this much apart.
_CLOCKS_DIFFER: Final = timedelta(seconds=5)
#: How many events back in its case it is looked for.
_LOOKED_BACK: Final = 50
#: Gives the number and MAC of a head that is locked, and the next number among all events. PostgreSQL takes
#: that number after the lock, so that in one chain it rises; on SQLite a writer is alone.
_LOCK_HEAD: Final = {
    "postgresql": """
        WITH head AS MATERIALIZED
            (SELECT number, mac FROM questionnaire_chainhead WHERE chain = %s FOR UPDATE)
        SELECT number, mac, nextval('questionnaire_event_numbers') FROM head""",
    "sqlite": """
        SELECT number, mac, (SELECT coalesce(max(seq), 0) + 1 FROM questionnaire_event)
        FROM questionnaire_chainhead WHERE chain = %s""",
}
#: Who reads the metrics does not learn at which moment a case was shielded.
_COUNTED_AS: Final[Mapping[str, str]] = dict.fromkeys(
    (EventCode.CASE_SHIELDED, EventCode.SHIELD_LIFTED), EventCode.RIGHT_GIVEN
)
_FIELDS: Final = Event._meta.concrete_fields
#: To store an event, and where its chain ends now. In SQL, as Django's own way takes twice the time of the
#: whole event; on PostgreSQL it is one statement, while others wait for the head.
_COLUMNS: Final = ", ".join(f'"{field.column}"' for field in _FIELDS)
_VALUES: Final = ", ".join(["%s"] * len(_FIELDS))
_INSERT: Final = f"INSERT INTO questionnaire_event ({_COLUMNS}) VALUES ({_VALUES})"  # noqa: S608  # nosec
_MOVE_HEAD: Final = "UPDATE questionnaire_chainhead SET number = %s, mac = %s, at = %s WHERE chain = %s"
_STORE: Final = {
    "postgresql": (f"WITH moved AS ({_MOVE_HEAD}) {_INSERT}",),
    "sqlite": (_MOVE_HEAD, _INSERT),
}


def record(
    actor: User | None,
    code: EventCode,
    intake: Intake | None = None,
    items: Sequence[str] = (),
    reason: str = "",
    *,
    subject: int | None = None,
    details: Mapping[str, Any] | None = None,
    in_own_chain: bool = False,
) -> Event:
    """Add one event, inside the transaction of the action it records: both are stored, or neither.

    `subject` is the account that it is about, `details` what else: ids and words of this program.
    `in_own_chain` keeps the case of an intake from waiting for someone who may not read it.

    Raise TransactionManagementError outside a transaction, and PermissionDenied when the session in which
    the person acts has ended since the request began: then nothing is written in their name. Raise LimitError
    when they did this so often that they have to wait: then the action is not done either.
    """
    _require_session(actor)
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record an event in the transaction of its action")
    about = None if in_own_chain else intake
    chain = _chain(actor, code, about.case_id if about else None, subject)
    context = acting.current()
    if actor is not None and context.is_of_person:
        limits.require_within(actor, code, intake.case_id if intake else None)
    is_own = actor is not None and chain == chain_of_account(actor.pk) and not takes_a_role(code)
    role, right = context.right_of(actor, about, is_own=is_own)
    if outcome(code) is Outcome.REFUSED:
        right = acting.Right.NONE
    event = Event(
        chain=chain,
        at=timezone.now(),
        actor=actor,
        code=code,
        intake=intake.pk if intake else None,
        case=intake.case_id if intake else None,
        items=list(items),
        reason=reason,
        subject=subject,
        details=_with_rows(code, details),
        role=role,
        right=right.value,
        source=context.source,
        os_user=context.os_user,
        request_id=context.request_id,
    )
    _append(event)
    stream.on_commit(event)
    if context.recorded is not None:
        context.recorded.append(event.seq)
    return event


def _with_rows(code: EventCode, details: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the details with what the transaction wrote since the event before, if there is any."""
    rows = row_states.told()
    if rows or code in ROW_CODES:  # which say so too when nothing was written, unlike in the version before
        return {**(details or {}), row_states.ROWS: rows}
    return dict(details) if details else None


def _require_session(actor: User | None) -> None:
    if actor and actor.session is not None and not actor.is_signed_in():
        raise PermissionDenied


def _chain(actor: User | None, code: EventCode, case: UUID | None, subject: int | None) -> str:
    if case:
        return chain_of_case(case)
    person = actor.pk if actor and subject is None else subject
    return SYSTEM if person is None or concerns_no_person(code) else chain_of_account(person)


def _append(event: Event) -> None:
    """Store an event at the end of its chain."""
    head, event.seq = lock_head(event.chain)
    event.number = head.number + 1
    event.key_id = keyring.ring().current
    event.mac = mac_of(event, head.mac)
    values = [field.get_db_prep_save(getattr(event, field.attname), connection) for field in _FIELDS]
    at = values[_FIELDS.index(Event._meta.get_field("at"))]
    values = [event.number, event.mac, at, event.chain, *values]
    with connection.cursor() as cursor:
        for statement in _STORE[connection.vendor]:
            count = statement.count("%s")
            cursor.execute(statement, values[:count])
            del values[:count]
    event._state.adding, event._state.db = False, connection.alias
    metrics.EVENTS.labels(_COUNTED_AS.get(event.code) or event.code).inc()


def lock_head(chain: str) -> tuple[Head, int]:
    """Lock the head of a chain, which begins if it is not there; return it, and the next number of all."""
    if (locked := _locked(chain)) is None:
        # Two can begin it at once: the second waits here, and finds that of the first.
        ChainHead.objects.bulk_create([ChainHead(chain=chain)], ignore_conflicts=True)
        locked = _locked(chain)
    assert locked is not None  # noqa: S101  # nosec
    return locked


def _locked(chain: str) -> tuple[Head, int] | None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_HEAD[connection.vendor], [chain])
        row = cursor.fetchone()
    return (Head(row[0], row[1]), row[2]) if row else None


def can_record() -> bool:
    """Return whether the database has what events need: commands also run before the tables are made."""
    return Seal._meta.db_table in connection.introspection.table_names()


_recent: Final = PreparedQuery[Event](
    lambda chain, since, now: Event.objects.filter(chain=chain, at__gt=since, at__lte=now).order_by(
        "-number"
    )[:_LOOKED_BACK],
    *(CharField(), DateTimeField(), DateTimeField()),
)


def record_once_a_minute(user: User, code: EventCode, intake: Intake, page: Sequence[str]) -> Event:
    """Record that this person did this on a page of a locked case, unless they did within the last minute.

    Then that event, which is returned, stands for this too. Not when anything else happened in the case
    since, but for what this person read or did so: an undo or a hand-over asks what came after it.

    Raise PermissionDenied as `record` does.
    """
    _require_session(user)
    # Not of a time to come: while a clock was wrong, an event could stand for all saves until that moment.
    now = timezone.now() + _CLOCKS_DIFFER
    for event in _recent.all(chain_of_case(intake.case_id), timezone.now() - _ONE_SAVE, now):
        if event.actor_id != user.pk:
            break
        if (event.code, event.intake, event.items) == (code, intake.pk, list(page)):
            return event
        if event.code != code and not event.code.endswith(".read"):
            break
    return record(user, code, intake, page, details={"revision": intake.revision})
