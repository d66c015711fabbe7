"""Read who signed an intake off, and the PDF of then, as the audit event has both.

The row of a sign-off has the person and the PDF in plain columns. Whoever writes the database can put another
person there, or the number of another PDF, which would be decrypted with the key of its own intake.
"""

from __future__ import annotations

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Intake, SignOff, TamperedCaseError


def sign_off_of(intake: Intake) -> SignOff | None:
    """Return the sign-off of an intake; None when there is none. Raise TamperedCaseError."""
    found = SignOff.objects.filter(intake=intake).select_related("document__delivery", "by").first()
    if found and not is_as_signed(found):
        raise TamperedCaseError(str(intake.case_id))
    return found


def is_as_signed(sign_off: SignOff) -> bool:
    """Return whether the event of this sign-off names this person and this PDF of this intake.

    The event of a sign-off by an earlier version names no PDF; then it is compared with the hash beside it.
    """
    signed = Event.objects.filter(intake=sign_off.intake_id, code=EventCode.INTAKE_SIGNED_OFF)
    event = signed.order_by("-seq").first()
    if event is None or event.actor_id != sign_off.by_id or not audit_log.is_recorded(event):
        return False
    document = sign_off.document
    signed_pdf = event.items[0] if event.items else document.sha256
    return document.intake_id == sign_off.intake_id and document.has_hash(signed_pdf)
