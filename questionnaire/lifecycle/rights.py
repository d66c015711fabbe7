"""Seal accounts and memberships when this version is installed, and find those that are not as written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.core.management import CommandError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.accounts.backend import is_closed_by_event
from questionnaire.accounts.factors import stored_factors
from questionnaire.audit import log as audit_log
from questionnaire.audit.chains import START, Head, followed_before_chains, mac_before_chains
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.sign_offs import sign_off_of
from questionnaire.domain.workflow import State
from questionnaire.encryption import keyring
from questionnaire.encryption.macs import mac_of
from questionnaire.lifecycle import case_keys
from questionnaire.lifecycle.case_rights import wrong_cases
from questionnaire.models import (
    Event,
    Intake,
    Membership,
    OrganisationEntry,
    Proposal,
    TamperedCaseError,
    User,
    role_subject,
)
from questionnaire.models.audit import SUBJECT_CODES
from questionnaire.queries.proposals import DAYS_SHOWN

#: Not before the end of what one of these begins does a request begin to be dropped.
_WAITING: Final = (EventCode.PROPOSAL_ASKED, EventCode.PROPOSAL_AGREED)


class FaultKind(StrEnum):
    """In what way a row that lets someone in, or gives a right, is not as the program wrote it."""

    MEMBERSHIP_WRITTEN = "membership written"
    MEMBERSHIP_PUT_BACK = "membership put back"
    MEMBERSHIP_MISSING = "membership missing"
    ACCOUNT_WRITTEN = "account written"
    ACCOUNT_PUT_BACK = "account put back"
    FACTORS_WRITTEN = "factors written"
    CASE_WRITTEN = "case written"
    CASE_PUT_BACK = "case put back"
    SIGN_OFF_WRITTEN = "sign-off written"
    ENTRY_WRITTEN = "contact or text written"
    PROPOSAL_WRITTEN = "proposal written"
    PROPOSAL_MISSING = "proposal missing"


@dataclass(frozen=True, slots=True)
class Fault:
    """One such row: its id, None for a membership that is missing, and the account or role it is about."""

    kind: FaultKind
    row: int | UUID | None
    about: str


def faults() -> Iterator[Fault]:
    """Yield every account, membership and case that is not as the program wrote it. None of these counts."""
    for user in User.objects.order_by("pk"):
        yield from _faults_of_account(user)
    rows = Membership.objects.select_related("user", "team").order_by("pk").with_newest_event()
    found = set()
    for row in rows:
        subject = role_subject(row.user_id, row.team_id, row.role)
        found.add(subject)
        about = f"{subject} ({row.user.username}, {row.team.name})"
        if not row.is_as_written:
            yield Fault(FaultKind.MEMBERSHIP_WRITTEN, row.pk, about)
        elif row.newest_event != row.given_by:
            yield Fault(FaultKind.MEMBERSHIP_PUT_BACK, row.pk, about)
    decided = Event.objects.filter(code__in=SUBJECT_CODES).order_by("seq").iterator()
    newest = {event.subject_in_words: event.code for event in decided}
    for subject, code in newest.items():
        if code == EventCode.ROLE_GIVEN and subject not in found:
            yield Fault(FaultKind.MEMBERSHIP_MISSING, None, subject)
    yield from _faults_of_cases()
    for entry in OrganisationEntry.objects.order_by("number"):
        if not entry.is_as_written:
            yield Fault(FaultKind.ENTRY_WRITTEN, entry.pk, f"team {entry.team_id or 'all'}")
    counting = {row.pk for row in Proposal.objects.all().in_force()}
    for row in Proposal.objects.exclude(pk__in=counting).order_by("pk"):
        yield Fault(FaultKind.PROPOSAL_WRITTEN, row.pk, f"team {row.team_id}")
    yield from _missing_proposals()


def _missing_proposals() -> Iterator[Fault]:
    """Yield the requests of which events tell, and that are gone before they are dropped by themselves."""
    since = timezone.now() - timedelta(days=DAYS_SHOWN)
    asked = Event.objects.filter(code__in=_WAITING, at__gt=since).order_by("seq")
    teams = dict(asked.values_list("details__proposal", "details__team"))
    stored = {str(pk) for pk in Proposal.objects.values_list("pk", flat=True)}
    for proposal in teams.keys() - stored - {None}:
        yield Fault(FaultKind.PROPOSAL_MISSING, UUID(proposal), f"team {teams[proposal]}")


def _faults_of_cases() -> Iterator[Fault]:
    for case in wrong_cases():
        kind = FaultKind.CASE_PUT_BACK if case.is_put_back else FaultKind.CASE_WRITTEN
        yield Fault(kind, case.pk, f"team {case.team_id}")
    signed = Intake.objects.filter(state=State.SIGNED_OFF).select_related("case").defer("content")
    for intake in signed.order_by("pk").iterator():
        if not _has_its_sign_off(intake):
            yield Fault(FaultKind.SIGN_OFF_WRITTEN, intake.pk, f"case {intake.case_id}")


def _has_its_sign_off(intake: Intake) -> bool:
    try:
        return sign_off_of(intake) is not None
    except TamperedCaseError:
        return False


def _faults_of_account(user: User) -> Iterator[Fault]:
    about = f"user {user.pk} ({user.username})"
    if not user.is_as_written:
        yield Fault(FaultKind.ACCOUNT_WRITTEN, user.pk, about)
    elif user.is_active and is_closed_by_event(user):
        yield Fault(FaultKind.ACCOUNT_PUT_BACK, user.pk, about)
    if not user.has_factors(stored_factors(user.pk)):
        yield Fault(FaultKind.FACTORS_WRITTEN, user.pk, about)


def _newest_events_before_chains(apps: Any) -> dict[str, tuple[str, int]]:
    """Return the code and the number of the newest event about each account and each role."""
    rows = apps.get_model("questionnaire", "Event").objects.filter(code__in=SUBJECT_CODES).order_by("seq")
    return {reason: (code, seq) for reason, code, seq in rows.values_list("reason", "code", "seq")}


def seal(apps: Any) -> None:
    """Give the accounts and memberships of an earlier version their MACs, once, with a migration's `apps`.

    Accounts and roles are taken as they are, but for a role that an event took away. The events are
    checked first: running this again, on whatever someone wrote, makes nothing good. Raise CommandError.
    """
    users = apps.get_model("questionnaire", "User").objects.all()
    if not users.exists():
        return
    try:
        keyring.ring()
    except keyring.KeyRingError as error:
        raise CommandError(str(error)) from None
    if _is_sealed(apps):
        return
    own = [apps.get_model("mfa", "Authenticator"), apps.get_model("socialaccount", "SocialAccount")]
    for user in users:
        user.mac = mac_of("user", user.pk, user.username, user.password, user.is_active)
        user.factors_mac = mac_of("factors", user.pk, stored_factors(user.pk, *own))
        user.save(update_fields=["mac", "factors_mac"])
    given = _newest_events_before_chains(apps)
    for row in apps.get_model("questionnaire", "Membership").objects.all():
        code, seq = given.get(role_subject(row.user_id, row.team_id, row.role), ("", 0))
        if code != EventCode.ROLE_TAKEN:
            row.given_by = seq
            row.mac = mac_of("membership", row.user_id, row.team_id, row.role, seq)
            row.save(update_fields=["given_by", "mac"])
    _record(apps, EventCode.RIGHTS_SEALED)


def unseal(apps: Any) -> None:
    """Record that the version before runs again, which has no MACs: the next upgrade seals anew."""
    _record(apps, EventCode.RIGHTS_UNSEALED)


def mark_sealed() -> None:
    """Record, before the first account of an installation, that there is nothing to seal or to upgrade.

    The caller opens the transaction.
    """
    if not User.objects.exists():
        audit_log.record(None, EventCode.RIGHTS_SEALED)
        case_keys.mark_upgraded()


def _is_sealed(apps: Any) -> bool:
    """Check the chain of events, and return whether it says that this was done. Raise CommandError."""
    last, is_sealed = START, False
    for event in apps.get_model("questionnaire", "Event").objects.order_by("seq").iterator():
        if not followed_before_chains(event, last):
            raise CommandError(
                _("Event %(seq)s is broken, so nothing shows who has which rights. Put a whole backup back.")
                % {"seq": last.number + 1}
            )
        last = Head(event.seq, event.mac)
        if event.code in (EventCode.RIGHTS_SEALED, EventCode.RIGHTS_UNSEALED):
            is_sealed = event.code == EventCode.RIGHTS_SEALED
    return is_sealed


def _record(apps: Any, code: EventCode) -> None:
    heads: type[Model] = apps.get_model("questionnaire", "ChainHead")
    head: Any = heads._default_manager.select_for_update().get_or_create(pk=1)[0]
    event = apps.get_model("questionnaire", "Event")(seq=head.seq + 1, at=timezone.now(), code=code, items=[])
    event.key_id = keyring.ring().current
    event.mac = mac_before_chains(event, head.mac)
    event.save(force_insert=True)
    head.seq, head.mac = event.seq, event.mac
    head.save()
