"""Say what a list shows of a case, and load it: the conversations that one person may read, and who leads it.

A case has one row, though it can have several conversations: assessments one after another, and of each a
corrected version. What the row says follows from all of them that this person may read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Max, UUIDField, prefetch_related_objects

from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.case_holders import NOBODY
from questionnaire.domain.case_holders import CaseHolders as Holders
from questionnaire.domain.workflow import State
from questionnaire.models import AccessScope, Case, CaseHolders, Intake
from questionnaire.models.prepared import PreparedQuery


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands, by columns in clear. `versions` are its conversations, see `newest_first`."""

    versions: tuple[Intake, ...]

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.latest.case

    @property
    def latest(self) -> Intake:
        """The newest version of the newest assessment."""
        return self.versions[0]

    @property
    def assessments(self) -> tuple[Intake, ...]:
        """Each assessment in its newest version, the latest first."""
        by_assessment: dict[object, Intake] = {}
        for version in self.versions:
            by_assessment.setdefault(version.previous_id, version)
        return tuple(by_assessment.values())

    @property
    def deciding(self) -> tuple[Intake, ...]:
        """Those that give the case its level: the latest, and what that corrects as long as that counts."""
        is_correcting = self.latest.corrects_id and self.latest.state != State.SIGNED_OFF
        corrected = [each for each in self.versions if is_correcting and each.pk == self.latest.corrects_id]
        return (self.latest, *corrected)

    @property
    def rank(self) -> int:
        """The rank of the case, see `models.priority`."""
        return int(max(each.rank for each in self.deciding))

    @property
    def urgency(self) -> Urgency:
        """The level of the case."""
        return Urgency(max(each.urgency for each in self.deciding))

    @property
    def police_urgency(self) -> Urgency:
        """How soon to consult the police."""
        return Urgency(max(each.police_urgency for each in self.deciding))

    @property
    def next_due(self) -> date | None:
        """The first day on which anything is due, also of an earlier assessment; None when nothing is."""
        return min((each.next_due for each in self.assessments if each.next_due), default=None)

    @property
    def open_steps(self) -> int:
        """How many steps are planned, in all assessments together."""
        return sum(each.open_steps for each in self.assessments)

    def matching(self, state: str | None, author: int | None) -> Intake | None:
        """Return the newest conversation in this state and of this author; None does not ask."""
        return next(
            (
                each
                for each in self.versions
                if state in (None, each.state) and author in (None, each.author_id)
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class ReadableCase:
    """A case of which this person may read at least one conversation; the row is about `shown`."""

    standing: Standing
    shown: Intake
    holders: Holders


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case of which this person may know no more than its reference, and state and author of `shown`."""

    shown: Intake


Row = ReadableCase | ListedCase


def standings(intakes: Iterable[Intake]) -> dict[UUID, Standing]:
    """Return by case how it stands, from conversations in any order."""
    by_case: dict[UUID, list[Intake]] = {}
    for intake in newest_first(intakes):
        by_case.setdefault(intake.case_id, []).append(intake)
    return {case: Standing(tuple(of_case)) for case, of_case in by_case.items()}


def standing_of(scope: AccessScope, intake: Intake) -> Standing:
    """Return how the case of an intake stands, as a list does: by what this person may read."""
    readable = [row for row in _of_case.all(intake.case_id) if scope.can_read(row)]
    return standings(readable or [intake])[intake.case_id]


_of_case: Final = PreparedQuery[Intake](
    lambda case: Intake.objects.filter(case=case).select_related("case").defer("content"), UUIDField()
)


def newest_first(intakes: Iterable[Intake]) -> list[Intake]:
    """Return conversations, the latest assessment first, and of each assessment the newest version."""
    in_order = sorted(intakes, key=lambda each: (each.started_at, each.pk), reverse=True)
    return sorted(in_order, key=lambda each: each.is_followed)


def load(
    scope: AccessScope, cases: Sequence[UUID], state: str | None = None, author: int | None = None
) -> list[Row]:
    """Return the rows of these cases, in their order, by a number of queries that does not depend on theirs.

    A row is about the newest conversation in this state and of this author, if there is one.
    """
    rows = Intake.objects.filter(case__in=cases).select_related("author", "case", "previous")
    readable = [row for row in rows if scope.can_read(row)]
    by_case = standings(readable)
    listed = standings(row for row in rows if scope.can_list(row))
    prefetch_related_objects(readable, "steps")
    holders = _holders(standing.case for standing in by_case.values())
    in_order: list[Row] = []
    for case in cases:
        if standing := by_case.get(case):
            for version in standing.versions:
                _share_case(version)
            shown = standing.matching(state, author) or standing.latest
            in_order.append(ReadableCase(standing, shown, holders.get(case, NOBODY)))
        elif standing := listed.get(case):
            in_order.append(ListedCase(standing.matching(state, author) or standing.latest))
    return in_order


def _share_case(version: Intake) -> None:
    """Spare a query for the case of the conversation before, whose key is needed to read it."""
    if version.previous is not None:
        version.previous.case = version.case


def _holders(cases: Iterable[Case]) -> dict[UUID, Holders]:
    """Return by case who holds it now, where that was ever written down."""
    by_id = {case.pk: case for case in cases}
    newest = CaseHolders.objects.filter(case__in=by_id).order_by().values("case").annotate(newest=Max("pk"))
    held: dict[UUID, Holders] = {}
    for row in CaseHolders.objects.filter(pk__in=newest.values("newest")):
        row.case = by_id[row.case_id]
        held[row.case_id] = row.parsed
    return held
