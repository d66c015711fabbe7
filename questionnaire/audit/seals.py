"""Seal the heads of all chains that moved: a row that shows later where each chain was at that moment.

Whoever can write the database can cut off a chain together with its head. Not unseen, once a seal has the
head: seals and their leaves are only ever added, and chained by MACs too. Its own event is recorded before
the heads are read, and is under the seal: a seal that is taken away is missed by that event, and the other
way about. When nothing moved there is nothing to seal, so nothing is written.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from questionnaire.audit import log, seal_macs
from questionnaire.audit.chains import SYSTEM, Head
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.models import ChainHead, Seal, SealLeaf

#: A transaction takes less: a head that moved longer ago, and is under no seal, was there at the seal before.
_LONGEST: Final = timedelta(days=1)


def seal_events(but_within: timedelta = timedelta(0)) -> Seal | None:
    """Seal the heads that moved since the last seal; return None when there are none.

    Nor when another server did so `but_within` this time.
    """
    now = timezone.now()
    if Seal.objects.filter(at__gt=now - but_within, at__lte=now).exists() or not _unsealed().exists():
        return None
    with transaction.atomic():
        log.lock_head(SYSTEM)  # of several servers one at a time
        last = Seal.objects.order_by("-number").first()
        is_recent = last is not None and now - but_within < last.at <= now
        if is_recent or not _unsealed().exists():
            return None
        number = last.number + 1 if last else 1
        log.record(None, EventCode.EVENTS_SEALED, details={"seal": number})
        heads = [(head.chain, Head(head.number, head.mac)) for head in _unsealed()]
        return add_seal(number, heads, last.mac if last else "")


def add_seal(number: int, heads: list[tuple[str, Head]], previous_mac: str) -> Seal:
    """Store a seal over these heads, after the one with that MAC. The caller opened the transaction."""
    root, count = seal_macs.root_of(heads)
    seal = Seal(number=number, at=timezone.now(), root=root, leaf_count=count)
    seal.key_id = keyring.ring().current
    seal.mac = seal_macs.mac_of(seal, previous_mac)
    seal.save(force_insert=True)
    leaves = (SealLeaf(seal=seal, chain=chain, number=head.number, mac=head.mac) for chain, head in heads)
    SealLeaf.objects.bulk_create(leaves, batch_size=500)
    return seal


def _unsealed() -> QuerySet[ChainHead]:
    """Return the heads that are under no seal. Only those that moved lately are looked at."""
    newest = Seal.objects.order_by("-number").values_list("at", flat=True).first()
    heads = ChainHead.objects.filter(number__gt=0)
    if newest:
        # A seal of a time to come, from while a clock was wrong, hides no head.
        heads = heads.filter(at__gt=min(newest, timezone.now()) - _LONGEST)
    sealed = SealLeaf.objects.filter(chain=OuterRef("chain"), number=OuterRef("number"))
    return heads.exclude(Exists(sealed))
