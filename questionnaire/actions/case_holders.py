"""Store who holds a case. Earlier holders stay stored, with who wrote them down and when."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone

from questionnaire.domain.case_holders import NOBODY
from questionnaire.models import CaseHolders, Intake, User
from questionnaire.queries.case_holders import newest_row

#: The code of the holders among the steps of a page; also what an audit event names as changed.
HOLDERS: Final = "holders"


def put_holders(user: User, intake: Intake, content: dict[str, Any] | None, page: str) -> None:
    """Store who holds the case from now on, None for nobody. The caller locked the intake with its case.

    A page that saves while someone types replaces what it saved itself, so that the history has no half
    names. What another page saved before stays.
    """
    row = newest_row(intake.case)
    if row is None or not page or (row.page, row.by_id) != (page, user.pk):
        row = CaseHolders(case=intake.case, by=user, page=page)
    row.content, row.at = content or NOBODY.to_json(), timezone.now()
    row.save()
    case, holders = intake.case, row.parsed
    case.has_lead, case.has_contact = bool(holders.lead), bool(holders.contact)
    case.save(update_fields=["has_lead", "has_contact"])
