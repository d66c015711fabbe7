"""Say which references a team uses, as far as one person may know: the next one, and one that is in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from questionnaire.domain import dates
from questionnaire.domain.case_reference import next_reference
from questionnaire.models import AccessScope, Intake, Team, User, reference_key
from questionnaire.queries.case_rows import newest_first

#: So many of the newest conversations show how a team counts.
_LOOKED_AT: Final = 50


@dataclass(frozen=True, slots=True)
class InUse:
    """A case that has a reference already; `intake` is the conversation of it to go on in."""

    intake: Intake
    can_read: bool
    can_write: bool


def proposed(user: User, team: Team) -> str:
    """Return the reference to propose for the next case of a team, or ""."""
    rows = Intake.objects.filter(AccessScope.of(user).listable, team=team).order_by("-started_at", "pk")
    return next_reference(list(rows.values_list("case__reference", flat=True)[:_LOOKED_AT]), dates.today())


def in_use(user: User, team: Team, reference: str, but: UUID) -> InUse | None:
    """Return a case of this team with this reference that this person may know of; None when there is none.

    One in which they may write goes first, then one that they may read. `but` is a conversation that does
    not count: the one that the same page started.
    """
    scope = AccessScope.of(user)
    same = Intake.objects.filter(
        scope.searchable, case__team=team, case__reference_key=reference_key(reference)
    ).exclude(case__in=Intake.objects.filter(pk=but).values("case"))
    listed = newest_first(same.select_related("case").defer("content")[:_LOOKED_AT])
    readable = set(same.filter(scope.readable).values_list("pk", flat=True)[:_LOOKED_AT])
    found = [
        InUse(each, each.pk in readable, each.pk in readable and scope.can_write(each)) for each in listed
    ]
    return max(found, key=lambda each: (each.can_write, each.can_read), default=None)
