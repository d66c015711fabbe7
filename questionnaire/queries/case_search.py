"""Find cases by a part of their reference, among those that a person may know to exist.

What begins with the part is found along an index. For the rest no index helps: the keys of a team are read
one after another, as short as they are, until there are enough for a page. bench/scale.py says how long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from questionnaire.models import AccessScope, Case, Intake, reference_key
from questionnaire.queries.case_list import PAGE_SIZE, Page, loaded

#: Of a longer text in the search the rest is of no use, and could be megabytes.
LONGEST_REFERENCE: Final = 100
_LAST_CHARACTER: Final = "\U0010ffff"


def search(scope: AccessScope, typed: str) -> Page:
    """Return the cases with a reference that contains what was typed; those that begin with it go first."""
    key = reference_key(typed[:LONGEST_REFERENCE])
    return loaded(scope, _found(scope, key) if key else [])


def _found(scope: AccessScope, key: str) -> Sequence[UUID]:
    """Return the ids of one page of cases, and one more when there are more."""
    beginning: list[tuple[str, UUID]] = []
    containing: list[tuple[str, UUID]] = []
    # Each team by itself: the index has their references one team after another.
    for team in sorted(scope.teams):
        cases = Case.objects.filter(
            Exists(Intake.objects.filter(scope.searchable, case=OuterRef("pk"))), team=team
        )
        first = _first(_beginning_with(cases, key))
        beginning += first
        if len(first) <= PAGE_SIZE:
            rest = cases.filter(reference_key__contains=key)
            containing += _first(rest.exclude(pk__in=[pk for _key, pk in first]))
    return [pk for _key, pk in [*sorted(beginning), *sorted(containing)][: PAGE_SIZE + 1]]


def _first(cases: QuerySet[Case]) -> list[tuple[str, UUID]]:
    in_order = cases.order_by("team", "reference_key", "pk")
    return list(in_order.values_list("reference_key", "pk")[: PAGE_SIZE + 1])


def _beginning_with(cases: QuerySet[Case], key: str) -> QuerySet[Case]:
    """Filter so that an index is used: SQLite scans for LIKE; PostgreSQL compares by a language's order."""
    if connection.vendor == "sqlite":
        return cases.filter(reference_key__gte=key, reference_key__lt=key + _LAST_CHARACTER)
    return cases.filter(reference_key__startswith=key)
