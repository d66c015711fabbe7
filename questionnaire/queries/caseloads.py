"""Read which cases of a team are someone's, and how they would be divided; nothing of what is in them.

A case is theirs when they are the author of an assessment that is not signed off, or of the last one when
all are. Whoever plans the work gets numbers alone, and never a reference; in these numbers shielded cases are
left out, as a number that changes by one tells when a case was shielded, and whose. Those that are kept from
whoever plans are left out too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils import timezone

from questionnaire.domain.dates import day_of
from questionnaire.domain.workflow import State
from questionnaire.models import Access, Case, Intake, Membership, Team, User, members_of, tampered_cases

Role: Final = Membership.Role


class Obstacle(StrEnum):
    """Why a case stays with whom it is."""

    SHIELDED = "shielded, or whoever does it may not see it"
    TAMPERED = "tampered with"
    DENIED = "every receiver may not see it"
    REFUSED = "refused when it was done"


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case of someone: the assessment to go on with, and whether that is open to them."""

    intake: Intake
    is_unsigned: bool

    @property
    def case(self) -> Case:
        return self.intake.case


@dataclass(frozen=True, slots=True)
class Division:
    """How cases are divided: those for each receiver, by the id of the receiver, and those that stay."""

    shares: Mapping[int, Sequence[HeldCase]]
    stay: Mapping[Obstacle, int]

    @property
    def count(self) -> int:
        return sum(map(len, self.shares.values()))


def held_cases(team: Team, of: User) -> list[HeldCase]:
    """Return the cases of someone in a team, the most urgent first."""
    own = Intake.objects.filter(team=team, author=of).defer("content").select_related("case", "team")
    by_case: dict[UUID, list[Intake]] = defaultdict(list)
    for intake in own.order_by("started_at", "pk"):
        by_case[intake.case_id].append(intake)
    rows = Intake.objects.filter(case__in=by_case).order_by("started_at", "pk")
    last = {case: (pk, state) for case, pk, state in rows.values_list("case", "pk", "state")}
    held = [_held(intakes, *last[case]) for case, intakes in by_case.items()]
    return sorted((each for each in held if each), key=_by_urgency)


def countable_cases(team: Team, of: User, by: User) -> list[HeldCase]:
    """Return the cases of someone in a team that whoever plans may count."""
    held = [each for each in held_cases(team, of) if not each.case.shielded]
    denied = _denied(held)
    return [each for each in held if by.pk not in denied[each.case.pk]]


def _held(intakes: Sequence[Intake], last: UUID, last_state: str) -> HeldCase | None:
    unsigned = [intake for intake in intakes if intake.state != State.SIGNED_OFF]
    if unsigned:
        return HeldCase(unsigned[-1], is_unsigned=True)
    is_theirs = intakes[-1].pk == last and last_state == State.SIGNED_OFF
    return HeldCase(intakes[-1], is_unsigned=False) if is_theirs else None


def _by_urgency(held: HeldCase) -> tuple[int, date]:
    return -held.intake.urgency, held.intake.next_due or date.max


def divide(held: Sequence[HeldCase], receivers: Sequence[User], by: User) -> Division:
    """Return how cases are divided evenly, also as to urgency, among people who may see them.

    Whoever divides them gives none away to which they were denied access.
    """
    tampered = tampered_cases(each.case for each in held)
    denied = _denied(held)
    shares: dict[int, list[HeldCase]] = {user.pk: [] for user in receivers}
    stay: Counter[Obstacle] = Counter()
    for each in held:
        allowed = [user.pk for user in receivers if user.pk not in denied[each.case.pk]]
        # How many there are of either is not told.
        if each.case.shielded or by.pk in denied[each.case.pk]:
            stay[Obstacle.SHIELDED] += 1
        elif each.case.pk in tampered:
            stay[Obstacle.TAMPERED] += 1
        elif not allowed:
            stay[Obstacle.DENIED] += 1
        else:
            shares[min(allowed, key=lambda pk: len(shares[pk]))].append(each)
    return Division(shares, dict(stay))


def _denied(held: Sequence[HeldCase]) -> dict[UUID, set[int]]:
    denied: dict[UUID, set[int]] = defaultdict(set)
    rows = Access.objects.filter(kind=Access.Kind.LOCKED_OUT, case__in=[each.case for each in held])
    for case, user in rows.values_list("case", "user"):
        denied[case].add(user)
    return denied


def receivers_for(team: Team, of: User, by: User) -> list[User]:
    """Return who can take over cases of someone: professionals of the team at work, but neither of both.

    Whoever plans gives themselves no more to read.
    """
    professionals = members_of([team], [Role.PROFESSIONAL]).filter(is_active=True)
    return list(professionals.exclude(pk__in=[of.pk, by.pk]).order_by("name", "username"))


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who replaces someone, from one day until another one, and in how many of their cases."""

    user: User
    start: date
    until: date
    count: int


def replacements_of(held: Sequence[HeldCase]) -> list[Replacement]:
    """Return who replaces someone in these cases now or later, by the day on which that begins."""
    rows = Access.objects.filter(
        kind=Access.Kind.ASSIGNED, until__gt=timezone.now(), case__in=[each.case for each in held]
    )
    counts: Counter[tuple[User, date, date]] = Counter()
    for row in rows.select_related("user"):
        if row.until:
            counts[row.user, day_of(row.given_at), last_day(row)] += 1
    found = [Replacement(user, start, until, count) for (user, start, until), count in counts.items()]
    return sorted(found, key=lambda each: (each.start, str(each.user)))


def last_day(row: Access) -> date:
    """Return the last whole day of access that has an end."""
    return day_of((row.until or timezone.now()) - timedelta(microseconds=1))


def people_with_cases(team: Team, by: User) -> list[tuple[User, int]]:
    """Return everyone who has cases in a team that `by` may count, also who left it, with how many."""
    authors = User.objects.filter(intakes__team=team).distinct().order_by("name", "username")
    return [(user, len(held)) for user in authors if (held := countable_cases(team, user, by))]
