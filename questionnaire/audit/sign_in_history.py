"""Show sign-ins and changes of roles, from the audit events: of one's own account and those administered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaire.audit import limit_events
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Membership, Team, User, members_of, teams_of
from questionnaire.models.audit import ACCOUNT_CODES, EVENT_TEAM

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LABELS: Final[Mapping[str, StrPromise]] = {
    EventCode.SIGNED_IN: _("signed in"),
    EventCode.SIGN_IN_REFUSED: _("tried to sign in and was refused"),
    EventCode.SIGNED_OUT: _("logged out, or the session ended"),
    EventCode.PASSWORD_CHANGED: _("changed the password"),
    EventCode.PASSWORD_RENEWED: _("gave someone a new password"),
    EventCode.ACCOUNT_NAMED: _("changed the name of an account"),
    EventCode.REMINDERS_CHOSEN: _("chose whether reminders are sent"),
    EventCode.REMINDER_SENT: _("a reminder was sent"),
    EventCode.FACTOR_ADDED: _("added a second way to sign in"),
    EventCode.FACTOR_REMOVED: _("removed a second way to sign in"),
    EventCode.CODES_MADE: _("made new recovery codes"),
    EventCode.SESSIONS_ENDED: _("ended other sessions"),
    EventCode.ACCOUNT_MADE: _("made an account"),
    EventCode.ACCOUNT_TIED: _("let the organisation sign someone in"),
    EventCode.ACCOUNT_CLOSED: _("closed an account"),
    EventCode.ACCOUNT_OPENED: _("opened an account again"),
    EventCode.ROLE_GIVEN: _("gave a role"),
    EventCode.ROLE_TAKEN: _("took a role away"),
    EventCode.OWN_CONTACT_CHANGED: _("changed a contact of the organisation"),
    EventCode.OWN_CONTACT_REMOVED: _("removed a contact of the organisation"),
    EventCode.OWN_TEXT_CHANGED: _("changed a text of the organisation"),
    EventCode.OWN_LOOK_CHANGED: _("changed the name or the colours of the organisation"),
    EventCode.OWN_TERMS_CHANGED: _("changed the terms of the organisation"),
    EventCode.TEAM_MADE: _("made a team"),
    EventCode.TEAM_RENAMED: _("renamed a team"),
    EventCode.CASE_EXPORTED: _("made a copy of everything"),
    EventCode.LIMIT_MET: _("was stopped by a limit"),
}
#: Those that are in no index of accounts: there are few, so that they are read by their code.
_FEW: Final = tuple(LABELS.keys() - ACCOUNT_CODES)
#: What decides who gets in and who may do what, when someone else does it.
_BY_OTHERS: Final = frozenset(
    {
        *(EventCode.ROLE_GIVEN, EventCode.ROLE_TAKEN, EventCode.ACCOUNT_MADE, EventCode.ACCOUNT_CLOSED),
        *(EventCode.ACCOUNT_OPENED, EventCode.ACCOUNT_NAMED, EventCode.ACCOUNT_TIED),
        *(EventCode.PASSWORD_RENEWED, EventCode.PASSWORD_CHANGED, EventCode.FACTOR_REMOVED),
    }
)
_ROLE_CODES: Final = (EventCode.ROLE_GIVEN, EventCode.ROLE_TAKEN)
DAYS_SHOWN: Final = 30
MAX_ENTRIES: Final = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `who` is "" for someone unknown; `about` is the account and the role, "" for none."""

    at: datetime
    who: str
    what: StrPromise
    about: str
    is_refusal: bool


def entries_by_day(
    user: User, administered: Iterable[User], shared: Iterable[User] = ()
) -> Sequence[tuple[date, Sequence[Entry]]]:
    """Return recent events about the account of this person and those they administer; the newest first.

    Of `shared` accounts others administer a team too: of these it has the roles in the own teams, and nothing
    of when they sign in, which would tell when they work elsewhere.
    """
    by_day = groupby(_entries(user, administered, shared), key=lambda entry: entry.at.date())
    return [(on, list(entries)) for on, entries in by_day]


def _entries(user: User, administered: Iterable[User], shared: Iterable[User]) -> Iterator[Entry]:
    teams = {team.pk: team for team in teams_of(user, Membership.Role.ADMINISTRATOR)}
    people: dict[int | None, User] = {each.pk: each for each in (user, *administered)}
    recent = _recent(Event.objects.about_accounts())
    few = _recent(Event.objects.filter(code__in=_FEW))
    queries = [
        recent.filter(actor__in=people),
        recent.filter(subject__in=people),
        few.filter(actor__in=people),
        few.filter(subject__in=people),
    ]
    partly = {each.pk: each for each in shared}
    if partly and teams:
        of_roles = recent.filter(subject__in=partly, code__in=_ROLE_CODES).annotate(in_team=EVENT_TEAM)
        queries.append(of_roles.filter(in_team__in=list(teams)))
    if teams:  # someone tried to sign in to an account that does not exist
        queries.append(recent.filter(subject=None, code=EventCode.SIGN_IN_REFUSED))
        queries.append(few.filter(subject=None, actor=None, code=EventCode.LIMIT_MET))
    # Each by itself, as each is read from an index.
    found = {event.seq: event for query in queries for event in query[:MAX_ENTRIES]}
    newest = sorted(found.values(), key=lambda event: (event.at, event.seq), reverse=True)[:MAX_ENTRIES]
    roles = {event.seq: _role_label(event, teams) for event in newest}
    # Whom an own team gave or took a role is told, also of who is in none of them now.
    had_role = User.objects.in_bulk({event.subject for event in newest if roles[event.seq]} - people.keys())
    for event in newest:
        known = {**people, **had_role} if roles[event.seq] else people
        yield _entry(event, known.get(event.subject), roles[event.seq])


def changes_in(teams: Iterable[Team]) -> Sequence[Entry]:
    """Return what someone else changed lately about the people of these teams, the newest first.

    It is for who manages a team: whoever administers people could else give a role to an account that they
    hold, and nobody would see it.
    """
    by_id = {team.pk: team for team in teams}
    members = {person.pk: person for person in members_of(by_id)}
    by_others = _recent(Event.objects.filter(code__in=_BY_OTHERS)).exclude(actor=F("subject"))
    # A role says in which team; what was done to an account is told where its person is a member.
    with_team = by_others.annotate(in_team=EVENT_TEAM)
    found = with_team.filter(Q(in_team__in=by_id) | Q(in_team=None, subject__in=members))
    shown = [(event, event.subject) for event in found[:MAX_ENTRIES] if event.subject is not None]
    people = members | User.objects.in_bulk({pk for _event, pk in shown} - members.keys())
    return [_entry(event, people[pk], _role_label(event, by_id)) for event, pk in shown]


def _recent(events: QuerySet[Event]) -> QuerySet[Event]:
    since = timezone.now() - timedelta(days=DAYS_SHOWN)
    return events.filter(at__gte=since).select_related("actor").order_by("-at", "-seq")


def _entry(event: Event, subject: User | None, role: str) -> Entry:
    limit = str(limit_events.label_of(event))
    about = ", ".join(filter(None, [str(subject or ""), role, place_of(event), limit]))
    is_refusal = event.code in (EventCode.SIGN_IN_REFUSED, EventCode.LIMIT_MET)
    return Entry(localtime(event.at), who_acted(event), LABELS[event.code], about, is_refusal)


def place_of(event: Event) -> str:
    """Return where someone signs in from this event on; "" for an event that does not change it."""
    details = event.details or {}
    if "no_longer_at" in details:
        return gettext("signs in here again")
    return str(details.get("provider", "")) if event.code == EventCode.ACCOUNT_TIED else ""


def who_acted(event: Event) -> str:
    """Return who did it: a person, or an identity provider when that signed someone in; "" for neither."""
    provider = (event.details or {}).get("provider")
    if event.actor is None and provider and not event.os_user:
        return gettext("Signing in at %(provider)s") % {"provider": provider}
    return str(event.actor or "")


def _role_label(event: Event, administered: Mapping[int, Team]) -> str:
    """Return which role in which team; "" for none, and for a team that this person does not administer."""
    details = event.details or {}
    team = administered.get(details.get("team", 0))
    return f"{Membership.Role(details['role']).label}, {team}" if team and "role" in details else ""
