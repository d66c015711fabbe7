"""Return who holds a case, and who did before."""

from __future__ import annotations

from django.db.models import QuerySet

from questionnaire.domain import case_holders
from questionnaire.domain.case_holders import NOBODY
from questionnaire.models import Case, CaseHolders


def newest_row(case: Case) -> CaseHolders | None:
    """Return the row that says who holds the case now; None when nobody ever wrote that down."""
    return case.holders.select_related("by").last()


def holders_of(case: Case) -> case_holders.CaseHolders:
    """Return who holds the case now."""
    row = newest_row(case)
    return row.parsed if row else NOBODY


def rows_newest_first(case: Case) -> QuerySet[CaseHolders]:
    """Return what was written down of who holds the case; the first row says who does now."""
    return case.holders.select_related("by").order_by("-pk")
