"""Erase an intake with its key, so that nothing can decrypt it any more; its audit events stay.

Older backups of the database still contain it until they expire; see docs/privacy.md.
"""

from uuid import UUID

from django.db import transaction

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Case, HeldPost, Intake, User, lock_case, sign_rights


class ErasureBlockedError(Exception):
    """The intake may not be erased: its case is under legal hold, or not past its retention period."""


def erase(actor: User | None, uuid: UUID, reason: str) -> None:
    """Erase one intake, everything that belongs to it, and the pending posts for its pages.

    With its last intake a case is erased too, with its key and with what people were granted in it. Call
    `scrubbing.scrub` after the last. Raise ErasureBlockedError, TamperedCaseError and Intake.DoesNotExist.
    """
    with transaction.atomic():
        case = lock_case(Intake.objects.only("case").get(pk=uuid).case_id)
        intake = Intake.objects.select_for_update().get(pk=uuid)
        if case.legal_hold:
            raise ErasureBlockedError
        for post in HeldPost.objects.all():
            if _is_about(post, uuid):
                post.delete()
        _close_the_gap(intake)
        Intake.objects.filter(pk=uuid).delete()
        is_last = not case.intakes.exists()
        if is_last:
            Case.objects.filter(pk=case.pk).delete()
        event = audit_log.record(actor, EventCode.INTAKE_ERASED, intake, [str(case.pk)], reason)
        if not is_last:
            sign_rights(case, event.seq)


def _close_the_gap(intake: Intake) -> None:
    """Let the version after this one follow the one before, and the next assessment another version of this.

    Without another version the next assessment follows the one before. What is erased gives up its own place
    first: two intakes cannot have the same one.
    """
    others = Intake.objects.filter(case=intake.case_id, previous=intake.previous_id).exclude(pk=intake.pk)
    other = others.order_by("started_at", "pk").values_list("pk", flat=True).first()
    Intake.objects.filter(pk=intake.pk).update(previous=None, corrects=None)
    Intake.objects.filter(corrects=intake.pk).update(corrects=intake.corrects_id)
    Intake.objects.filter(previous=intake.pk).update(previous=other or intake.previous_id)


def _is_about(post: HeldPost, uuid: UUID) -> bool:
    try:
        return str(uuid) in post.content["path"]
    except SealError:
        return False  # nobody can decrypt it, and it expires within days
