"""Say who may agree to what waits for a second person, and read what waits for whom and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import (
    AccessScope,
    Event,
    Intake,
    Membership,
    Proposal,
    Team,
    User,
    members_of,
    memberships_of,
    tampered_cases,
)
from questionnaire.models.proposals import ProposalQuerySet

Kind: Final = Proposal.Kind
State: Final = Proposal.State
Role: Final = Membership.Role
#: For how many days what was decided, or done alone, is shown.
DAYS_SHOWN: Final = 30
#: The roles that someone who agrees can have, by what is asked. What else it takes: `agreeable`.
_ROLES: Final[Mapping[str, frozenset[str]]] = {
    Kind.ERASE: frozenset({Role.REVIEWER, Role.MANAGER}),
    Kind.EXPORT: frozenset({Role.REVIEWER, Role.MANAGER}),
    Kind.ROLE: frozenset({Role.ADMINISTRATOR, Role.MANAGER}),
    Kind.SHIELD: frozenset({Role.PROFESSIONAL, Role.REVIEWER}),
}
#: Who sees besides these that someone went on alone.
_OVERSEERS: Final = frozenset({Role.MANAGER, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal as a page shows it, with the reason that was given.

    `reference` is that of its case; "" for none, and for who may not know it. `may_go_alone` says that who
    asked can go on without a second person.
    """

    row: Proposal
    reason: str
    reference: str = ""
    may_go_alone: bool = False


@dataclass(frozen=True, slots=True)
class Alone:
    """What someone did without a second person, from its event."""

    pk: UUID
    kind: str
    who: User | None
    at: datetime
    reason: str
    team: Team
    intake: UUID | None
    subject: User | None
    role: str


def agreeable(user: User, rows: Sequence[Proposal]) -> list[Proposal]:
    """Return those of these proposals to which this person may agree now, whatever state they are in.

    Nobody agrees to what they asked, or to a role of their own. To erase or copy a case takes a reviewer who
    may see it, or a manager, unless it is shielded from them or they are denied access. A role takes an
    administrator or manager of its team, and lifting a shield one who decides about access to the case.
    """
    if not rows:  # as nearly always
        return []
    roles = _roles_of(user)
    rows = [row for row in rows if user.pk not in (row.asked_by_id, row.subject_id)]
    rows = [row for row in rows if roles.get(row.team_id, frozenset()) & _ROLES[row.kind]]
    scope = AccessScope.of(user)
    stored = Intake.objects.filter(pk__in=[row.intake for row in rows if row.intake]).select_related("case")
    intakes = {intake.pk: intake for intake in stored.defer("content")}
    shielded = [row.case for row in rows if row.kind == Kind.SHIELD]
    managed = set(Intake.objects.filter(scope.manageable, case__in=shielded).values_list("case", flat=True))

    def may_agree(row: Proposal) -> bool:
        if row.kind == Kind.ROLE:
            return True
        intake = intakes.get(row.intake) if row.intake else None
        if intake is None or intake.team_id != row.team_id:
            return False
        if row.kind == Kind.SHIELD:
            return row.case in managed
        is_reviewer = intake.team_id in scope.reviewer and scope.can_read(intake)
        return is_reviewer or (Role.MANAGER in roles[row.team_id] and scope.is_open_to(intake))

    return [row for row in rows if may_agree(row)]


def may_agree(user: User, row: Proposal) -> bool:
    """Return whether this person may agree to a proposal now."""
    return bool(agreeable(user, [row]))


def seconds_for(row: Proposal) -> list[User]:
    """Return who could agree to a proposal now, by name."""
    people = members_of([row.team_id], _ROLES[row.kind]).filter(is_active=True)
    return [user for user in people.order_by("name", "username") if may_agree(user, row)]


def _roles_of(user: User) -> Mapping[int, frozenset[str]]:
    roles: dict[int, set[str]] = {}
    for row in memberships_of(user):
        roles.setdefault(row.team_id, set()).add(str(row.role))
    return {team: frozenset(of) for team, of in roles.items()}


def waiting_for(user: User) -> list[Asked]:
    """Return what waits for this person to agree or refuse, the oldest first."""
    waiting = list(_rows().filter(state=State.WAITING, until__gt=timezone.now()))
    if not waiting:  # as nearly always
        return []
    own = [row.pk for row in waiting if row.team_id in _roles_of(user)]
    return _as_asked(user, agreeable(user, _rows().filter(pk__in=own).in_force()))


def asked_by(user: User) -> list[Asked]:
    """Return what this person asked that is open or was decided lately, the newest first."""
    since = timezone.now() - timedelta(days=DAYS_SHOWN)
    rows = _rows().filter(asked_by=user, asked_at__gte=since).in_force()
    return _as_asked(user, rows[::-1], is_own=True)


def may_go_alone(row: Proposal) -> bool:
    """Return whether who asked this can do it without a second person, with a reason.

    Erasing and copying can wait. A shield can hide a case from who has to act now. A role cannot wait for
    somebody who is not there.
    """
    if row.state != State.WAITING or row.is_over:
        return False
    return row.kind == Kind.SHIELD or (row.kind == Kind.ROLE and not seconds_for(row))


def _rows() -> ProposalQuerySet:
    return Proposal.objects.all().select_related("team", "subject", "asked_by", "decided_by")


def _as_asked(user: User, rows: Sequence[Proposal], *, is_own: bool = False) -> list[Asked]:
    if not rows:
        return []
    reasons = dict(
        Event.objects.filter(pk__in=[row.asked_event for row in rows]).values_list("seq", "reason")
    )
    scope = AccessScope.of(user)
    stored = Intake.objects.filter(pk__in=[row.intake for row in rows if row.intake]).select_related("case")
    known = {intake.pk: intake.case for intake in stored.defer("content") if scope.can_list(intake)}
    refused = tampered_cases(known.values())
    references = {pk: case.reference for pk, case in known.items() if case.pk not in refused}
    return [
        Asked(
            row,
            reasons.get(row.asked_event, ""),
            references.get(row.intake, "") if row.intake else "",
            may_go_alone=is_own and may_go_alone(row),
        )
        for row in rows
    ]


def gone_alone_for(user: User) -> list[Alone]:
    """Return what someone else did without a second person, and that this person did not see yet.

    It is for who could have agreed, and for each manager and auditor of the team, for 30 days.
    """
    since = timezone.now() - timedelta(days=DAYS_SHOWN)
    done = Event.objects.filter(code=EventCode.PROPOSAL_ALONE, at__gte=since).order_by("-at", "-seq")
    events = list(done.exclude(actor=user).select_related("actor"))
    if not events:  # as nearly always
        return []
    seen = _seen_by(user)
    mine = [event for event in events if _proposal_of(event) not in seen and _concerns(user, event)]
    subjects = User.objects.in_bulk({event.subject for event in mine if event.subject})
    teams = Team.objects.in_bulk({event.details["team"] for event in mine})
    return [
        Alone(
            UUID(_proposal_of(event)),
            event.details["kind"],
            event.actor,
            event.at,
            event.reason,
            teams[event.details["team"]],
            event.intake,
            subjects.get(event.subject or 0),
            event.details.get("role", ""),
        )
        for event in mine
    ]


def _concerns(user: User, event: Event) -> bool:
    """Return whether this person is told of what was done alone; nobody is who was denied access."""
    if event.subject == user.pk or (event.case and event.case in AccessScope.of(user).locked_out):
        return False
    if _roles_of(user).get(event.details["team"], frozenset()) & _OVERSEERS:
        return True
    row = Proposal(
        kind=event.details["kind"],
        team_id=event.details["team"],
        case=event.case,
        intake=event.intake,
        subject_id=event.subject,
        asked_by_id=event.actor_id,
    )
    return may_agree(user, row)


def _seen_by(user: User) -> set[str]:
    """Return the proposals of which this person saw that someone went on alone. A forged event hides none."""
    events = Event.objects.filter(code=EventCode.ALONE_SEEN, actor=user)
    return {_proposal_of(event) for event in audit_log.recorded_of(events)}


def _proposal_of(event: Event) -> str:
    details: Mapping[str, Any] = event.details or {}
    return str(details.get("proposal", ""))


def lift_that_waits(case: UUID) -> Proposal | None:
    """Return what waits for a second person to lift the shield of this case, or None."""
    waiting = _rows().filter(kind=Kind.SHIELD, state=State.WAITING, case=case, until__gt=timezone.now())
    return next(iter(waiting.in_force()), None)


def roles_that_wait(of: User) -> Mapping[int, frozenset[str]]:
    """Return by team the roles of someone that wait for a second person."""
    rows = _rows().filter(kind=Kind.ROLE, state=State.WAITING, subject=of, until__gt=timezone.now())
    found: dict[int, set[str]] = {}
    for row in rows.in_force():
        found.setdefault(row.team_id, set()).add(row.what)
    return {team: frozenset(roles) for team, roles in found.items()}


@dataclass(frozen=True, slots=True)
class SecondCounts:
    """How many proposals wait for someone, and how often someone else went on alone that they did not see."""

    waiting: int
    alone: int

    @property
    def has_any(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.waiting or self.alone)


def counts_for(user: User) -> SecondCounts:
    """Return what there is for this person on the page of the second person."""
    return SecondCounts(len(waiting_for(user)), len(gone_alone_for(user)))
