"""List the people of a team with what they are in a case, and with buttons to grant or revoke access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions.access import can_read, colleagues, reads_all
from questionnaire.domain.dates import day_of, format_date
from questionnaire.models import Access, AccessScope, Intake, Membership, User, members_of
from questionnaire.queries.caseloads import last_day

Kind = Access.Kind
#: What can be granted and revoked on the page, in its order, with the labels of both buttons.
GRANTABLE: Final = (
    (Kind.ASSIGNED, gettext_lazy("Assign"), gettext_lazy("End the assignment")),
    (Kind.NAMED, gettext_lazy("Give read access"), gettext_lazy("End read access")),
    (Kind.LOCKED_OUT, gettext_lazy("Deny access"), gettext_lazy("Let in again")),
)
_KIND_LABELS: Final = {
    Kind.ASSIGNED: gettext_lazy("assigned"),
    Kind.NAMED: gettext_lazy("has read access"),
    Kind.OPENED: gettext_lazy("opened it with a reason"),
    Kind.LOCKED_OUT: gettext_lazy("access denied"),
}


@dataclass(frozen=True, slots=True)
class Button:
    """The button that grants or revokes one kind of access: `name` is "give" or "take"."""

    name: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A colleague, whether they can read the case, or who did what in it, and in which relations to it."""

    user: User
    can_read: bool
    audits: bool
    relations: str
    buttons: tuple[Button, ...]


def listed_colleagues(user: User, intake: Intake, *, can_manage: bool) -> list[Colleague]:
    """Return everyone of the team with what they are in the case, and to whoever manages it the buttons."""
    granted = _granted(intake)
    auditors = set(members_of([intake.team_id], (Membership.Role.AUDITOR,)))
    listed = [
        _colleague(intake, each, granted.get(each.pk, ()), can_manage, is_auditor=each in auditors)
        for each in colleagues(intake)
    ]
    if reads_all(user, intake.case):
        return listed
    return [_without_more(each) if each.user == user else each for each in listed]


def _without_more(own: Colleague) -> Colleague:
    """Leave out the buttons by which someone would give themselves more to read."""
    buttons = (button for button in own.buttons if button.name == "take" or button.kind == Kind.LOCKED_OUT)
    return replace(own, buttons=tuple(buttons))


def _granted(intake: Intake) -> dict[int, tuple[Access, ...]]:
    """Return what each person was granted or refused in the case, now or later, by the id of the person."""
    granted: dict[int, tuple[Access, ...]] = {}
    for row in intake.case.access.all():
        if row.until is None or row.until > localtime():
            granted[row.user_id] = (*granted.get(row.user_id, ()), row)
    return granted


def _colleague(
    intake: Intake, user: User, rows: Sequence[Access], can_manage: bool, *, is_auditor: bool
) -> Colleague:
    scope, granted = AccessScope.of(user), {row.kind: row for row in rows}
    relations = [_relation(granted[kind]) for kind in Kind if kind in granted]
    if intake.team_id in scope.reviewer:
        relations.insert(0, _("reviewer"))
    if intake.author_id == user.pk:
        relations.insert(0, _("author"))
    if is_auditor:
        relations.insert(0, str(Membership.Role.AUDITOR.label))
    buttons = tuple(
        Button("take", kind, str(take)) if kind in granted else Button("give", kind, str(give))
        for kind, give, take in GRANTABLE
        if kind in granted
        or kind is Kind.LOCKED_OUT
        or (kind is Kind.NAMED and intake.team_id in scope.teams)
        or _can_be_assigned(intake, scope)
    )
    return Colleague(
        user,
        can_read(user, intake),
        is_auditor and intake.case_id not in scope.locked_out,
        ", ".join(relations),
        buttons if can_manage else (),
    )


def _relation(row: Access) -> str:
    """Return what someone is by this row; of who replaces the author for a while also from and until when."""
    if row.kind != Kind.ASSIGNED or row.until is None:
        return str(_KIND_LABELS[Kind(row.kind)])
    days = {"start": format_date(day_of(row.given_at)), "until": format_date(last_day(row))}
    if row.given_at > localtime():
        return _("will replace the author from %(start)s up to and including %(until)s") % days
    return _("replaces the author from %(start)s up to and including %(until)s") % days


def _can_be_assigned(intake: Intake, scope: AccessScope) -> bool:
    return intake.team_id in scope.professional and intake.author_id != scope.user_id
