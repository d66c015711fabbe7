"""Return what waits for one person: what to act on, to review, what is due, and what came back or was given.

Each list is read along an index. What a list counts is what it shows: one row is one thing to do, so that a
conversation can be in two of them. A case at "act now" stays there as long as it is at that level: that a
step was taken does not say that anyone is safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from questionnaire.audit.authorship import involving
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.workflow import OPEN_STATES, State
from questionnaire.models import (
    Access,
    AccessScope,
    Handover,
    HeldPost,
    Intake,
    IntakeQuerySet,
    Remark,
    User,
    tampered_cases,
)
from questionnaire.models.priority import ranks

#: How many rows of a list the page shows; the list of cases shows all.
MOST_ROWS: Final = 8
#: What is more than this is not counted further.
MOST_COUNTED: Final = 100


def count_text(count: int) -> str:
    """Return a number that was counted, in figures; "99+" when it was not counted further."""
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One list: the conversations of its first rows, and how many there are, at most `MOST_COUNTED`."""

    rows: tuple[Intake, ...] = ()
    count: int = 0

    @property
    def is_more(self) -> bool:
        """Whether the page does not show all of them."""
        return self.count > MOST_ROWS

    @property
    def text(self) -> str:
        """How many there are, in figures; "99+" when they are not counted further."""
        return count_text(self.count)


@dataclass(frozen=True, slots=True)
class Today:
    """The lists of one person, who may review or write, and notes of hand-overs that they did not read yet.

    Of many notes the oldest come first, and `notes_left` is how many come after these. `refused` is how many
    cases are left out, as rights in them were changed outside the program.
    """

    reviews: bool
    writes: bool
    act_now: Waiting
    to_review: Waiting
    due: Waiting
    returned: Waiting
    notes: tuple[Handover, ...]
    notes_left: int
    refused: int


def today_of(user: User, today: date) -> Today:
    """Return what waits for this person, by a number of queries that does not depend on how much it is."""
    scope = AccessScope.of(user)
    ids = _ids(user, scope, today)
    shown = Intake.objects.filter(pk__in={pk for each in ids.values() for pk in each[:MOST_ROWS]})
    rows = shown.select_related("author", "case").prefetch_related("steps", "remarks__by")
    by_id = {row.pk: row for row in rows}
    unread = _unread_notes(user, scope).select_related("intake__case", "by").order_by("at", "pk")
    found = list(unread.defer("intake__content")[:MOST_COUNTED])
    notes = found[:MOST_ROWS]
    refused = tampered_cases([*(row.case for row in by_id.values()), *(note.intake.case for note in notes)])

    def waiting(name: str) -> Waiting:
        in_order = (by_id[pk] for pk in ids[name][:MOST_ROWS] if pk in by_id)
        return Waiting(tuple(row for row in in_order if row.case_id not in refused), len(ids[name]))

    return Today(
        reviews=bool(scope.reviewer),
        writes=bool(scope.professional),
        act_now=waiting("act_now"),
        to_review=waiting("to_review"),
        due=waiting("due"),
        returned=waiting("returned"),
        notes=tuple(note for note in notes if note.intake.case_id not in refused),
        notes_left=len(found) - len(notes),
        refused=len(refused),
    )


def _ids(user: User, scope: AccessScope, today: date) -> dict[str, list[UUID]]:
    """Return by list its first conversations, in their order."""
    lists = {
        "act_now": _act_now(scope).order_by(F("next_due").asc(nulls_last=True), "pk"),
        "lowered": _lowered(scope).order_by("pk"),
        "to_review": _to_review(user, scope).order_by("-rank", "submitted_at", "pk"),
        "due": _due(scope, today).order_by("next_due", "-rank", "pk"),
        "returned": _returned(scope).order_by("-rank", "reviewed_at", "pk"),
    }
    ids = {name: list(rows.values_list("pk", flat=True)[:MOST_COUNTED]) for name, rows in lists.items()}
    ids["act_now"] = [*ids["act_now"], *ids.pop("lowered")][:MOST_COUNTED]
    return ids


def waiting_count(user: User, today: date, scope: AccessScope | None = None) -> int:
    """Return how many rows in all wait for this person, at most `MOST_COUNTED`, for the bar on most pages.

    Two queries along indexes, besides those for the scope of this person when it is not given.
    """
    scope = scope or AccessScope.of(user)
    mine = (_act_now(scope), _lowered(scope), _due(scope, today), _returned(scope))
    held = HeldPost.objects.filter(user=user).not_expired()
    others = (_unread_notes(user, scope), _unseen_openings(user, scope), held)
    to_review = (_to_review(user, scope),)
    conversations = (*(mine if scope.professional else ()), *(to_review if scope.reviewer else ()))
    return min(_count(conversations) + _count(others), MOST_COUNTED)


def _count(lists: Sequence[QuerySet[Any]]) -> int:
    one = [rows.order_by().values_list(Value(1)) for rows in lists]
    return len(one[0].union(*one[1:], all=True)[:MOST_COUNTED]) if one else 0


def _act_now(scope: AccessScope) -> IntakeQuerySet:
    """Return those of the latest assessments in which this person writes that are at "act now"."""
    return _newest_versions(scope).filter(rank__in=ranks(Urgency.NOW), is_followed=False)


def _lowered(scope: AccessScope) -> IntakeQuerySet:
    """Return the corrections that lower a level of "act now": they count once they are signed off."""
    unsigned = Q(state__in=OPEN_STATES | {State.SUBMITTED}, is_followed=False)
    rows = _newest_versions(scope).filter(unsigned, corrects__urgency=Urgency.NOW)
    return rows.exclude(urgency=Urgency.NOW)


def _due(scope: AccessScope, today: date) -> IntakeQuerySet:
    """Return those in which this person writes with a step or reassessment of today or before."""
    return _newest_versions(scope).filter(rank__in=ranks(), next_due__lte=today)


def _returned(scope: AccessScope) -> IntakeQuerySet:
    """Return those in which this person writes that a reviewer returned."""
    return Intake.objects.filter(scope.written, state=State.RETURNED)


def _to_review(user: User, scope: AccessScope) -> IntakeQuerySet:
    """Return those that were handed in and that this person may review: they wrote no word of them."""
    handed_in = Intake.objects.filter(scope.readable, team__in=scope.reviewer, state=State.SUBMITTED)
    return handed_in.exclude(scope.written).exclude(involving(user))


def _newest_versions(scope: AccessScope) -> IntakeQuerySet:
    """Return those in which this person writes, without what they are correcting."""
    written = Intake.objects.filter(scope.written)
    return written.filter(~Exists(written.filter(corrects=OuterRef("pk"))))


def _unread_notes(user: User, scope: AccessScope) -> QuerySet[Handover]:
    readable = Intake.objects.filter(scope.readable, pk=OuterRef("intake"))
    return Handover.objects.filter(Exists(readable), to=user, read_at=None)


def _unseen_openings(user: User, scope: AccessScope) -> QuerySet[Access]:
    """Return the openings with a reason that this person has to look at, as `openings.waiting_for` shows."""
    unseen = Access.objects.filter(kind=Access.Kind.OPENED, seen_by=None).exclude(user=user)
    return unseen.filter(Exists(Intake.objects.filter(scope.manageable, case=OuterRef("case"))))


def open_questions(intake: Intake) -> Sequence[Remark]:
    """Return the remarks of a reviewer that wait for an answer."""
    return [remark for remark in intake.remarks.all() if not remark.content["answer"]]
