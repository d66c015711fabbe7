"""Move the events of before over to chains, and back, with a migration's `apps`.

Before, all events were in one chain. They keep their numbers and MACs, as what they prove rests on these:
they are the chain "before", which only ends. Its head is under the first seal.
"""

from __future__ import annotations

import json
from typing import Any, Final

from django.core.management import CommandError
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.audit import seal_macs
from questionnaire.audit.chains import (
    BEFORE_CHAINS,
    START,
    Head,
    follows,
    mac_before_chains,
    told_by_reason,
)
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.models.audit import subject_in_words

_BATCH_SIZE: Final = 5_000
_TELL: Final = "UPDATE questionnaire_event SET subject = %s, details = %s WHERE seq = %s"


def move_over(apps: Any) -> None:
    """Make the chain of before of the events that there are, and seal its head. Raise CommandError."""
    head = apps.get_model("questionnaire", "OneHead").objects.filter(pk=1).first()
    if head is None or not head.seq:
        return
    events = apps.get_model("questionnaire", "Event").objects
    events.update(number=F("seq"))
    _tell_subjects(events)
    last = events.filter(pk=head.seq).first()
    at = last.at if last else timezone.now()
    heads = apps.get_model("questionnaire", "ChainHead").objects
    heads.create(chain=BEFORE_CHAINS, number=head.seq, mac=head.mac, at=at)
    _add_first_seal(apps, Head(head.seq, head.mac))


def _tell_subjects(events: Any) -> None:
    """Write which account events are about in the columns for that, as their reason tells it."""
    rows = events.filter(reason__startswith="user ").values_list("seq", "reason")
    told = []
    for seq, reason in rows.iterator(_BATCH_SIZE):
        subject, details = told_by_reason(reason)
        if subject is not None:
            told.append((subject, json.dumps(details) if details else None, seq))
    with connection.cursor() as cursor:
        for start in range(0, len(told), _BATCH_SIZE):
            cursor.executemany(_TELL, told[start : start + _BATCH_SIZE])


def _add_first_seal(apps: Any, head: Head) -> None:
    root, count = seal_macs.root_of([(BEFORE_CHAINS, head)])
    seal = apps.get_model("questionnaire", "Seal")(number=1, at=timezone.now(), root=root, leaf_count=count)
    try:
        seal.key_id = keyring.ring().current
    except keyring.KeyRingError as error:
        raise CommandError(str(error)) from None
    seal.mac = seal_macs.mac_of(seal, "")
    seal.save(force_insert=True)
    leaves = apps.get_model("questionnaire", "SealLeaf").objects
    leaves.create(seal=seal, chain=BEFORE_CHAINS, number=head.number, mac=head.mac)


def move_back(apps: Any) -> None:
    """Put all events in one chain again, for the version before. Raise CommandError when one is broken.

    Their numbers stay, as other rows refer to these. That chain has no gaps, so what PostgreSQL left unused
    is filled. What that version has no column for is lost, and so are the seals.
    """
    events = apps.get_model("questionnaire", "Event").objects
    _require_intact(events)
    last = START
    before = events.filter(version=1).order_by("-seq").first()
    if before:
        last = Head(before.seq, before.mac)
    for event in events.filter(version=2).order_by("seq").iterator(_BATCH_SIZE):
        for unused in range(last.number + 1, event.seq):
            last = _append_before(
                events.model(seq=unused, at=event.at, code=EventCode.NUMBER_UNUSED), last, is_new=True
            )
        event.reason = event.reason or subject_in_words(event.subject, event.details)
        last = _append_before(event, last, is_new=False)
    heads = apps.get_model("questionnaire", "OneHead").objects
    heads.filter(pk=1).delete()
    if last != START:
        heads.create(pk=1, seq=last.number, mac=last.mac)


def _append_before(event: Any, last: Head, *, is_new: bool) -> Head:
    event.version, event.chain, event.number = 1, BEFORE_CHAINS, event.seq
    event.key_id = keyring.ring().current
    event.mac = mac_before_chains(event, last.mac)
    event.save(force_insert=is_new, force_update=not is_new)
    return Head(event.seq, event.mac)


def _require_intact(events: Any) -> None:
    chain, last = "", START
    for event in events.filter(version=2).order_by("chain", "number").iterator(_BATCH_SIZE):
        if event.chain != chain:
            chain, last = event.chain, START
        if not follows(event, last):
            raise CommandError(
                _("Event %(seq)s is broken. Run: manage.py verify_events") % {"seq": event.seq}
            )
        last = Head(event.number, event.mac)
