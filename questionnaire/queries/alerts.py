"""Tell who audits or manages a team what they might ask somebody about, in one line for a person and a day.

Nothing of a case is in it but how many. An auditor is told of what the page of events shows. A manager is
told of that without what is about a shielded case: a number that changes by one tells that there is one. What
one did oneself is told to the others. Each query is along an index, and reads a bounded number of events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Case as FirstOf
from django.db.models import Count, Exists, IntegerField, Max, Min, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from questionnaire.audit import limits
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain import dates
from questionnaire.models import Access, Case, Event, Membership, User
from questionnaire.queries.audit_trail import Audited
from questionnaire.queries.many_looks import lately

#: Of each type of event so many of the newest are read, and of what the people of a team did so many.
MOST_OF_A_CODE: Final = 1_000
MOST_LATELY: Final = 20_000


class AlertKind(StrEnum):
    """What someone did, in the order in which it is told of one day."""

    LIMITS = "limits"
    OPENED = "opened"
    REFUSED = "refused"
    CASES = "cases"
    COPIES = "copies"
    RIGHTS = "rights"
    #: From nobody who is signed in: by a command, or by what a provider says.
    GOT = "got"


#: The events of each kind.
CODES: Final[Mapping[AlertKind, frozenset[EventCode]]] = {
    AlertKind.LIMITS: frozenset({EventCode.LIMIT_MET}),
    AlertKind.OPENED: frozenset({EventCode.CASE_OPENED}),
    AlertKind.REFUSED: frozenset({EventCode.LOOK_REFUSED}),
    AlertKind.CASES: limits.READING,
    AlertKind.COPIES: limits.COPYING,
    AlertKind.RIGHTS: frozenset({EventCode.ROLE_GIVEN, EventCode.RIGHT_GIVEN, EventCode.SHIELD_LIFTED}),
    AlertKind.GOT: frozenset({EventCode.ROLE_GIVEN}),
}
#: From how many on it is told. Of what is told from one on, each one more is told again; of the others that
#: there are twice as many as were seen.
FROM: Final[Mapping[AlertKind, int]] = {
    AlertKind.LIMITS: 1,
    AlertKind.OPENED: 1,
    AlertKind.REFUSED: limits.MANY_REFUSED_LOOKS,
    AlertKind.CASES: limits.MANY_CASES,
    AlertKind.COPIES: limits.MANY_COPIES,
    AlertKind.RIGHTS: 1,
    AlertKind.GOT: 1,
}
_RARE: Final = (AlertKind.LIMITS, AlertKind.OPENED, AlertKind.REFUSED, AlertKind.RIGHTS)


@dataclass(frozen=True, slots=True)
class Alert:
    """How often someone did something on a day, the first and the last time."""

    kind: AlertKind
    person: User
    day: date
    count: int
    first: datetime
    last: datetime

    @property
    def details(self) -> Mapping[str, Any]:
        """What the event that someone saw it has: ids, numbers and words of this program."""
        about = {"alert": self.kind.value, "person": self.person.pk, "day": self.day.isoformat()}
        return {**about, "count": self.count}


@dataclass(frozen=True, slots=True)
class Alerts:
    """The first lines, how many more there are, and what of the teams is not as the program wrote it."""

    rows: tuple[Alert, ...] = ()
    more: int = 0
    unfit: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    count: int
    first: datetime
    last: datetime


_Key = tuple[AlertKind, int, date]


def alerts_for(user: User, roles: Iterable[str]) -> Alerts:
    """Return what this person is told, the newest day first. No query without one of the two roles."""
    told = [role for role in (Membership.Role.AUDITOR, Membership.Role.MANAGER) if role in set(roles)]
    watched = [(role, Audited.by(user, role)) for role in told]
    watched = [(role, audited) for role, audited in watched if audited.teams]
    if not watched:
        return Alerts()
    found = _found(watched)
    seen = _seen(user)
    people = User.objects.in_bulk({person for _kind, person, _day in found} - {user.pk})
    alerts = [
        Alert(kind, people[person], day, each.count, each.first, each.last)
        for (kind, person, day), each in found.items()
        if person in people and _is_to_be_told(kind, each.count, seen.get((kind, person, day), 0))
    ]
    order = list(AlertKind)
    alerts.sort(key=lambda alert: (-alert.day.toordinal(), order.index(alert.kind), str(alert.person)))
    shown = tuple(alerts[: limits.MOST_ALERTS])
    return Alerts(shown, len(alerts) - len(shown), _unfit(audited for _role, audited in watched))


def _is_to_be_told(kind: AlertKind, count: int, seen: int) -> bool:
    least = FROM[kind]
    return count >= least and (count > seen if least == 1 else count >= 2 * seen)


def _found(watched: Iterable[tuple[str, Audited]]) -> dict[_Key, _Found]:
    watched = list(watched)
    shown = Q()
    for role, audited in watched:
        shown |= audited.shown & _unshielded(role)
    moments: dict[_Key, list[datetime]] = defaultdict(list)
    for kind, events in _rare(shown):
        for actor, subject, at in events.values_list("actor", "subject", "at")[:MOST_OF_A_CODE]:
            # Who tried to get into an account is not known: so it is told of the account.
            told = AlertKind.GOT if kind is AlertKind.RIGHTS and actor is None else kind
            if (person := actor or subject) is not None:
                moments[told, person, dates.day_of(at)].append(at)
    found = {key: _Found(len(times), min(times), max(times)) for key, times in moments.items()}
    people = frozenset().union(*(audited.people for _role, audited in watched))
    return found | dict(_busy(people, shown))


def _unshielded(role: str) -> Q:
    """Return the condition for what a manager is told: of no shielded case, and of none that was erased."""
    if role == Membership.Role.AUDITOR:
        return Q()
    # A refused look is told alike whether the case is there or not.
    is_open = Exists(Case.objects.filter(pk=OuterRef("case"), shielded=False))
    return Q(case=None) | Q(is_open) | Q(code=EventCode.LOOK_REFUSED)


def _rare(shown: Q) -> Iterator[tuple[AlertKind, QuerySet[Event]]]:
    """Yield what is told of each kind, one type of event at a time, as that has an index."""
    since = _begin(dates.today() - timedelta(days=limits.ALERT_DAYS - 1))
    for kind in _RARE:
        for code in sorted(CODES[kind]):
            events = Event.objects.filter(code=code, at__gte=since).filter(shown)
            # To deny someone a case is told by the same type of event, and gives nothing.
            yield (
                kind,
                events.exclude(reason__startswith=f"{Access.Kind.LOCKED_OUT}:").order_by("-at", "-seq"),
            )


def _busy(people: frozenset[int], shown: Q) -> Iterator[tuple[_Key, _Found]]:
    """Yield who read many cases or made many copies on a day, of so many days as can be counted at once."""
    days, events = lately(people, MOST_LATELY)
    first = dates.today() - timedelta(days=days - 1)
    by_day = [first + timedelta(days=number) for number in range(days)]
    whens = [When(at__gte=_begin(day), then=Value(day.toordinal())) for day in reversed(by_day)]
    in_days = events.filter(at__gte=_begin(first)).filter(shown).order_by()
    grouped = in_days.annotate(day=FirstOf(*whens, output_field=IntegerField())).values("actor", "day")
    # Types of event are told apart while counting: by an index of these all teams would be read.
    counted: dict[str, Any] = {}
    for kind in (AlertKind.CASES, AlertKind.COPIES):
        of_kind = Q(code__in=CODES[kind])
        is_of_cases = kind is AlertKind.CASES
        counted[kind] = Count("case" if is_of_cases else "seq", distinct=is_of_cases, filter=of_kind)
        counted |= {f"{kind}_first": Min("at", filter=of_kind), f"{kind}_last": Max("at", filter=of_kind)}
    rows: Any = grouped.annotate(**counted)
    for row in rows:
        for kind in (AlertKind.CASES, AlertKind.COPIES):
            if row[kind] >= FROM[kind]:
                key = kind, row["actor"], date.fromordinal(row["day"])
                yield key, _Found(row[kind], row[f"{kind}_first"], row[f"{kind}_last"])


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _seen(user: User) -> dict[_Key, int]:
    """Return how many of each this person saw."""
    since = _begin(dates.today() - timedelta(days=limits.ALERT_DAYS))
    pressed = Event.objects.filter(code=EventCode.ALERT_SEEN, actor=user, at__gte=since)
    seen: dict[_Key, int] = {}
    for event in pressed.order_by("seq"):
        of = event.details or {}
        key = AlertKind(of["alert"]), of["person"], date.fromisoformat(of["day"])
        seen[key] = max(of["count"], seen.get(key, 0))
    return seen


def _unfit(watched: Iterable[Audited]) -> int:
    """Return how many roles and accounts of these teams something else than this program wrote."""
    teams = {team.pk for audited in watched for team in audited.teams}
    rows = Membership.objects.filter(team__in=teams).select_related("user")
    in_force = {row.pk for row in Membership.objects.filter(team__in=teams).in_force()}
    return sum(row.pk not in in_force or not row.user.is_as_written for row in rows)
