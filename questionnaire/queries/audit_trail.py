"""Read the events of the teams that someone audits, the newest first, and nothing of any conversation.

They are those about a case of these teams, whoever did it; and of who is or was in these teams what is about
no case: signing in, lists, rights. That someone tried to open a case of another team is told without it.
Of a case from which the auditor is locked out there is nothing, and of a shielded one no reference.

However many events there are, a page looks at a bounded number, and says from where to go on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from questionnaire.audit.event_codes import EventCode
from questionnaire.models import (
    Access,
    AccessScope,
    Case,
    Event,
    Membership,
    Team,
    User,
    reference_key,
    teams_of,
)
from questionnaire.models.audit import EVENT_TEAM, EventQuerySet

PAGE_SIZE: Final = 50
#: How many events one page looks at. What is asked can be among few of them.
MOST_SEARCHED: Final = 20_000

#: A place among the events in their order: when, and the number.
Place: TypeAlias = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked: from a day up to and including another, of whom, in which case, by which right, what."""

    since: date
    until: date
    person: int | None = None
    reference: str = ""
    right: str = ""
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One event: `reference` of its case, "" for none or when it may not be told; `subject` as `about`."""

    event: Event
    reference: str
    is_shielded: bool
    is_elsewhere: bool
    subject: User | None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """The rows of a page, and from where to go on; None at the end. `is_whole` when it is full."""

    rows: tuple[Row, ...]
    go_on: Place | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Audited:
    """What someone audits: teams, who is or was in them, and the cases that are kept from the auditor."""

    teams: tuple[Team, ...]
    members: frozenset[int]
    left: frozenset[int]
    locked_out: frozenset[UUID]

    @classmethod
    def by(cls, user: User, role: str = Membership.Role.AUDITOR) -> Audited:
        """Return what this person audits; or of what a manager is told, who sees no list of events."""
        teams = tuple(teams_of(user, role).order_by("name"))
        ids = [team.pk for team in teams]
        members = frozenset(row.user_id for row in Membership.objects.filter(team__in=ids).in_force())
        left = frozenset(filter(None, Event.objects.that_took_roles_in(ids))) - members
        locked_out = AccessScope.of(user).locked_out
        if role == Membership.Role.AUDITOR:  # who else is shown events of what was erased
            locked_out |= _were_locked_out(user)
        return cls(teams, members, left, locked_out)

    @property
    def people(self) -> frozenset[int]:
        """Everybody who is or was in the teams."""
        return self.members | self.left

    @property
    def accounts(self) -> Sequence[User]:
        """The people, by name."""
        return list(User.objects.filter(pk__in=self.people).order_by("name", "username"))

    def cases_with(self, reference: str) -> list[UUID]:
        """Return the cases with this reference, but those that are shielded."""
        cases = Case.objects.filter(team__in=self.teams, shielded=False).exclude(pk__in=self.locked_out)
        return list(cases.filter(reference_key=reference_key(reference)).values_list("pk", flat=True))

    @property
    def shown(self) -> Q:
        """The condition for the events that may be shown."""
        cases = Case.objects.filter(team__in=self.teams).values("pk")
        by_people = self._is_by("actor") | self._is_by("subject")
        of_no_case = Q(case=None) | ~Exists(Case.objects.filter(pk=OuterRef("case")))
        refused = Q(code=EventCode.LOOK_REFUSED)
        is_shown = Q(case__in=cases) | by_people & (of_no_case | refused)
        return is_shown & (Q(case=None) | ~Q(case__in=self.locked_out))

    def _is_by(self, column: str) -> Q:
        """Return the condition for who is in a team now, and who left one after the event."""
        took = Event.objects.that_took_roles().annotate(in_team=EVENT_TEAM)
        later = took.filter(subject=OuterRef(column), in_team__in=[team.pk for team in self.teams])
        was_in = Exists(later.filter(seq__gte=OuterRef("seq")))
        is_member, has_left = (Q(**{f"{column}__in": people}) for people in (self.members, self.left))
        return is_member | Q(has_left, was_in)


def _were_locked_out(user: User) -> frozenset[UUID]:
    """Return the cases that are erased, and that somebody kept from this person."""
    kept = Event.objects.filter(code=EventCode.RIGHT_GIVEN, subject=user.pk)
    kept = kept.filter(reason__startswith=f"{Access.Kind.LOCKED_OUT}:")
    erased = kept.exclude(Exists(Case.objects.filter(pk=OuterRef("case"))))
    return frozenset(filter(None, erased.order_by().values_list("case", flat=True)))


def page_of(audited: Audited, filters: Filters, before: Place | None = None) -> TrailPage:
    """Return the newest events that are asked, before a place if one is given."""
    found: dict[int, Event] = {}
    floors = []
    for events in _sources(audited, filters):
        chosen = events.earlier_than(*before) if before else events
        in_order = chosen.order_by("-at", "-seq")
        if floor := in_order.values_list("at", "seq")[MOST_SEARCHED : MOST_SEARCHED + 1].first():
            floors.append(floor)
            in_order = in_order.later_than(*floor)
        asked = in_order.filter(audited.shown, _asked(filters)).select_related("actor")
        found |= {event.pk: event for event in asked[: PAGE_SIZE + 1]}
    floor = max(floors, default=None)
    newest = sorted(found.values(), key=lambda event: (event.at, event.seq), reverse=True)
    newest = [event for event in newest if floor is None or (event.at, event.seq) > floor]
    rows = tuple(_rows(audited, newest[:PAGE_SIZE]))
    if len(newest) > PAGE_SIZE:
        return TrailPage(rows, (newest[PAGE_SIZE - 1].at, newest[PAGE_SIZE - 1].seq), is_whole=True)
    return TrailPage(rows, (floor[0], floor[1] + 1) if floor else None, is_whole=False)


def _sources(audited: Audited, filters: Filters) -> Iterator[EventQuerySet]:
    """Yield the events to look at, each along one index: of a person, of a case, of one type, or all."""
    events = Event.objects.filter(at__gte=_begin(filters.since))
    events = events.filter(at__lt=_begin(filters.until + timedelta(days=1)))
    if filters.reference:
        yield events.filter(case__in=audited.cases_with(filters.reference))
    elif filters.person:
        yield events.filter(actor=filters.person)
        yield events.about_accounts().filter(subject=filters.person)
    elif len(filters.codes) == 1:
        yield events.filter(code=next(iter(filters.codes)))
    else:
        yield events


def _asked(filters: Filters) -> Q:
    asked = Q(code__in=filters.codes) if filters.codes else Q()
    if filters.person:
        asked &= Q(actor=filters.person) | Q(subject=filters.person)
    return asked & Q(right=filters.right) if filters.right else asked


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _rows(audited: Audited, events: Collection[Event]) -> Iterator[Row]:
    cases = Case.objects.in_bulk({event.case for event in events if event.case})
    teams = {team.pk for team in audited.teams}
    about = {event.pk: _person_of(event) for event in events}
    subjects = User.objects.in_bulk({person for person in about.values() if person} & audited.people)
    for event in events:
        case = cases.get(event.case) if event.case else None
        is_elsewhere = case is not None and case.team_id not in teams
        is_shielded = case is not None and case.shielded and not is_elsewhere
        is_told = case is not None and not is_elsewhere and not is_shielded
        reference = case.reference if case and is_told else ""
        subject = subjects.get(about[event.pk] or 0)
        yield Row(event, reference, is_shielded, is_elsewhere, subject)


def _person_of(event: Event) -> int | None:
    """Return the account that an event is about, or of which an auditor looked for the events."""
    return event.subject or (event.details or {}).get("person")
