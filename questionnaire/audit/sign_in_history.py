"""Signing in and rights, as the events tell it: of one's own account, and of the people one administers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from questionnaire.audit.log import Code
from questionnaire.models import Event, Membership, Team, User, teams_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

WORDS: Final[Mapping[str, StrPromise]] = {
    Code.SIGNED_IN: _("signed in"),
    Code.SIGN_IN_REFUSED: _("tried to sign in and was refused"),
    Code.SIGNED_OUT: _("logged out, or the session ended"),
    Code.PASSWORD_CHANGED: _("changed the password"),
    Code.FACTOR_ADDED: _("added a second way to sign in"),
    Code.FACTOR_REMOVED: _("removed a second way to sign in"),
    Code.CODES_MADE: _("made new recovery codes"),
    Code.SESSIONS_ENDED: _("ended other sessions"),
    Code.ACCOUNT_MADE: _("made an account"),
    Code.ACCOUNT_TIED: _("let the organisation sign someone in"),
    Code.ACCOUNT_CLOSED: _("closed an account"),
    Code.ACCOUNT_OPENED: _("opened an account again"),
    Code.ROLE_GIVEN: _("gave a role"),
    Code.ROLE_TAKEN: _("took a role away"),
    Code.CASE_EXPORTED: _("made a copy of everything"),
}
DAYS: Final = 30
MOST: Final = 300
_ABOUT: Final = re.compile(r"user ([0-9]+)(?:, team ([0-9]+): ([a-z]+))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `who` is "" for someone we do not know; `about` is an account and a role."""

    at: datetime
    who: str
    what: StrPromise
    about: str
    is_refusal: bool


def days(user: User) -> Sequence[tuple[date, Sequence[Entry]]]:
    """What happened of late to the account of this person and of whom they administer; the newest first."""
    by_day = groupby(islice(_entries(user), MOST), key=lambda entry: entry.at.date())
    return [(on, list(entries)) for on, entries in by_day]


def _entries(user: User) -> Iterator[Entry]:
    administered = {team.pk: team for team in teams_of(user, Membership.Role.ADMINISTRATOR)}
    of_them = User.objects.filter(memberships__team__in=administered)
    people = {person.pk: person for person in (user, *of_them)}
    for event in _late():
        about = _ABOUT.fullmatch(event.reason)
        subject = people.get(int(about[1])) if about else None
        if event.actor_id in people or subject or (administered and _is_about_nobody(event)):
            yield _told(event, subject, _role(about, administered))


def _late() -> Iterator[Event]:
    since = timezone.now() - timedelta(days=DAYS)
    return (
        Event.objects.filter(code__in=list(WORDS), at__gte=since)
        .select_related("actor")
        .order_by("-seq")
        .iterator(MOST)
    )


def _is_about_nobody(event: Event) -> bool:
    """Whether someone unknown tried an account that is not there."""
    return event.code == Code.SIGN_IN_REFUSED and not event.reason


def _told(event: Event, subject: User | None, role: str) -> Entry:
    about = ", ".join(filter(None, [str(subject or ""), role]))
    is_refusal = event.code == Code.SIGN_IN_REFUSED
    return Entry(localtime(event.at), str(event.actor or ""), WORDS[event.code], about, is_refusal)


def _role(about: re.Match[str] | None, administered: Mapping[int, Team]) -> str:
    """Which role in which team; "" for none, and for a team of others."""
    team = administered.get(int(about[2])) if about and about[2] else None
    return f"{Membership.Role(about[3]).label}, {team}" if about and team else ""
