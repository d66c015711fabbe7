"""Find the cases whose rights are not as the program wrote them, and sign them again after someone looked.

The MAC shows what was changed outside the program, the chain of events an older state that was put back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Access, Case, User, sign_rights, tampered_cases
from questionnaire.models.case_rights import has_right_mac

_BATCH_SIZE: Final = 500


@dataclass(frozen=True, slots=True)
class WrongCase:
    """A case whose rights are wrong: changed outside the program, or an older state that was put back."""

    pk: UUID
    team_id: int
    is_put_back: bool


def wrong_cases() -> Iterator[WrongCase]:
    """Yield the cases whose rights are not as the program wrote them last."""
    ids = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _BATCH_SIZE):
        cases = list(Case.objects.filter(pk__in=ids[start : start + _BATCH_SIZE]).order_by("pk"))
        tampered = tampered_cases(cases)
        for case in cases:
            if case.pk in tampered:
                yield WrongCase(case.pk, case.team_id, is_put_back=has_right_mac(case))


def accept_rights(actor: User, case: Case, reason: str) -> None:
    """Sign the rights in a locked case as they are stored now, for someone who looked at them; with an event.

    Openings with a reason end. A case without intakes, as these were all moved away, is erased.
    """
    latest = case.intakes.defer("content").order_by("-started_at", "pk").first()
    if latest is None:
        case.delete()
    event = audit_log.record(actor, EventCode.RIGHTS_ACCEPTED, latest, reason=reason)
    if latest is None:
        return
    openings = case.access.filter(kind=Access.Kind.OPENED, until__gt=timezone.now())
    openings.update(until=timezone.now())
    sign_rights(case, event.seq)
