"""Deliver signed documents to where the organisation keeps its files: a folder or a Documenten API.

What is to be delivered is stored with the sign-off, in one transaction, and delivered later by a command:
nobody waits for another server, and nothing is lost when that is away. Each try is stored before it is made,
with until when nobody else takes it up, so two runs do not deliver the same. Whoever is killed halfway leaves
a try that is made again, and a destination takes the same document once.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.sign_offs import sign_off_of
from questionnaire.delivery.destinations import deliver, name_of
from questionnaire.delivery.parcel import DeliveryError, Parcel
from questionnaire.models import Delivery, Intake, SignOff, TamperedCaseError, row_states

_LOGGER: Final = logging.getLogger(__name__)
#: How long nobody else takes up what someone began. A try takes a few minutes at most.
_LEASE: Final = timedelta(minutes=15)
#: How long after each failure the next try is, the last for ever.
_WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (10, 30, 2 * 60, 6 * 60, 24 * 60))
#: What `_queue` makes.
_NAME: Final = re.compile(r"[a-z0-9_-]+")
#: How many seconds after its start a run begins nothing new.
SECONDS: Final = 240


class NotSignedError(Exception):
    """The intake has no signed document to deliver."""


@dataclass(frozen=True, slots=True)
class Run:
    """How many documents were delivered, and how many were not."""

    delivered: int
    failed: int


def queue(sign_off: SignOff) -> None:
    """Have the PDF of a sign-off delivered, where that is set. Call it in the transaction of the sign-off."""
    if settings.DELIVERY:
        _queue(sign_off)


def deliver_again(intake: Intake) -> bool:
    """Have the signed PDF of an intake delivered by the next run, whatever became of it before.

    Also of an intake that was signed off before delivering was set. Return False while a run is at it. Raise
    NotSignedError.
    """
    with transaction.atomic():
        sign_off = SignOff.objects.filter(intake=intake).select_related("document", "intake__case").first()
        if sign_off is None:
            raise NotSignedError
        delivery = Delivery.objects.filter(document=sign_off.document_id).first()
        if delivery is None:
            _queue(sign_off)
            return True
        if delivery.is_being_tried:
            return False
        return _update(delivery, state=Delivery.State.WAITING, next_try_at=timezone.now())


def retry_failed() -> int:
    """Have everything tried again by the next run that failed for good; return how many."""
    failed = Delivery.objects.filter(state=Delivery.State.FAILED)
    return failed.update(state=Delivery.State.WAITING, next_try_at=timezone.now())


def deliver_due(destination: Mapping[str, str], seconds: float = SECONDS) -> Run:
    """Deliver what waits, the longest first, and begin nothing after so many seconds."""
    delivered = failed = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until and (delivery := _claim(destination)):
        try:
            place = deliver(_parcel(delivery), destination)
        except DeliveryError as error:
            _store_failure(delivery, destination, error)
            failed += 1
        else:
            _store_delivered(delivery, destination, place)
            delivered += 1
    return Run(delivered, failed)


def _queue(sign_off: SignOff) -> None:
    document = sign_off.document
    about = (slugify(sign_off.intake.case.reference)[:60], localdate(sign_off.at).isoformat())
    name = "-".join(filter(None, (*about, str(document.pk))))
    Delivery(intake=sign_off.intake, document=document, name=name).save(force_insert=True)


def _claim(destination: Mapping[str, str]) -> Delivery | None:
    """Store that a try begins, and return the delivery; None when none waits.

    By one UPDATE that finds the row as it was read, on both databases: of two runs one succeeds.
    """
    now = timezone.now()
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, next_try_at__lte=now)
    waiting = waiting.select_related("intake__case__team").defer("intake__content")
    while delivery := waiting.first():
        begun = {"tries": delivery.tries + 1, "next_try_at": now + _LEASE, "place": name_of(destination)}
        if _update(delivery, error="", **begun):
            delivery.tries += 1
            return delivery
    return None


def _parcel(delivery: Delivery) -> Parcel:
    """Return what is delivered. Raise DeliveryError when it is not what was signed."""
    intake = delivery.intake
    try:
        sign_off = sign_off_of(intake)
        # The name is in a plain column: whoever writes the database could have the PDF put in another folder.
        is_name = _NAME.fullmatch(delivery.name) is not None
        if sign_off is None or sign_off.document_id != delivery.document_id or not is_name:
            raise TamperedCaseError(str(intake.case_id))
    except TamperedCaseError:
        raise DeliveryError("not_as_signed", is_final=True) from None
    document, signed_on = sign_off.document, localdate(sign_off.at)
    earlier = Delivery.objects.filter(intake=intake.corrects_id).first()
    with override(document.language):
        title = _("Report %(reference)s, %(date)s") % {
            "reference": " ".join(intake.case.reference.split()),
            "date": signed_on.isoformat(),
        }
    return Parcel(
        uuid=document.pk,
        name=delivery.name,
        title=title,
        author=str(sign_off.by),
        language=document.language,
        signed_on=signed_on,
        replaces=earlier.document_id if earlier else None,
        about=_about(intake, sign_off, earlier),
        pdf=bytes(document.pdf),
    )


def _about(intake: Intake, sign_off: SignOff, earlier: Delivery | None) -> Mapping[str, object]:
    """Return what is told of a document in the file beside it."""
    document = sign_off.document
    return {
        "document": str(document.pk),
        "intake": str(intake.pk),
        "reference": intake.case.reference,
        "edition": document.edition,
        "language": document.language,
        "sha256": document.sha256,
        "signed_by": str(sign_off.by),
        "signed_at": sign_off.at.isoformat(timespec="seconds"),
        "replaces": f"{earlier.name}.pdf" if earlier else None,
        "questions_version": intake.catalogue_version,
        "rules_version": intake.signed_rules_version,
        "program_version": settings.VERSION,
        "kept_days_after_last_change": intake.case.keeps_days,
    }


def _store_delivered(delivery: Delivery, destination: Mapping[str, str], place: str) -> None:
    """Record that it arrived, once. Also when the intake was erased meanwhile: someone has to know."""
    details = {"document": str(delivery.document_id), "to": destination["kind"], "place": place}
    with transaction.atomic():
        state = {"state": Delivery.State.DELIVERED, "error": "", "place": place[:1000]}
        if not _update(delivery, delivered_at=timezone.now(), **state):
            if Delivery.objects.filter(pk=delivery.pk).exists():
                return  # another run took over, and records it
            _LOGGER.warning("delivered while its intake was erased: %s", delivery.intake_id)
        audit_log.record(None, EventCode.DOCUMENT_DELIVERED, delivery.intake, details=details)


def _store_failure(delivery: Delivery, destination: Mapping[str, str], error: DeliveryError) -> None:
    """Record why it did not arrive, unless it is what the last try found, and when it is tried again."""
    _LOGGER.warning(
        "the signed document of intake %s was not delivered: %s, try %s%s",
        *(delivery.intake_id, error.code, delivery.tries, ", the last" if error.is_final else ""),
    )
    details = {"document": str(delivery.document_id), "to": destination["kind"], "error": error.code}
    state = Delivery.State.FAILED if error.is_final else Delivery.State.WAITING
    next_try_at = timezone.now() + _WAITS[min(delivery.tries, len(_WAITS)) - 1]
    with transaction.atomic():
        is_stored = _update(delivery, state=state, error=error.code, next_try_at=next_try_at)
        if is_stored and (error.is_final or error.code != delivery.error):
            audit_log.record(None, EventCode.DELIVERY_FAILED, delivery.intake, details=details)


def _update(delivery: Delivery, **values: Any) -> bool:
    """Store this; return False when the row is gone, or someone else changed it since it was read."""
    as_read = Delivery.objects.filter(pk=delivery.pk, tries=delivery.tries, state=delivery.state)
    if "delivered_at" in values:  # events tell of it alone
        return bool(row_states.update(as_read, **values))
    return bool(as_read.update(**values))
