"""Make the root over the heads that a seal has, and its MAC, which chains it to the seal before."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Final

from questionnaire.audit.chains import Head
from questionnaire.encryption import keyring
from questionnaire.models import Seal

_PURPOSE: Final = "seals of events"
#: A leaf can never be taken for a node above two others.
_LEAF, _NODE = b"\x00", b"\x01"


def root_of(heads: Iterable[tuple[str, Head]]) -> tuple[str, int]:
    """Return the Merkle root over heads by the name of their chain, and how many there are.

    With it one chain can be shown to be under a seal without telling of any other.
    """
    lines = sorted(json.dumps([chain, head.number, head.mac]) for chain, head in heads)
    hashes = [hashlib.sha256(_LEAF + line.encode()).digest() for line in lines]
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        hashes = [hashlib.sha256(_NODE + left + right).digest() for left, right in pairs] + odd
    return (hashes[0].hex() if hashes else ""), len(lines)


def mac_of(seal: Seal, previous_mac: str) -> str:
    """Return the MAC of a seal after the one with that MAC. Raise SealError for a key that is not there."""
    fields = [previous_mac, seal.number, seal.at.isoformat(), seal.root, seal.leaf_count]
    key = keyring.ring().derive_key(seal.key_id, _PURPOSE)
    return hmac.digest(key, json.dumps(fields).encode(), hashlib.sha256).hex()


def follows(seal: Seal, previous_mac: str) -> bool:
    """Return whether the seal was made next after the one with that MAC, and is as it was made."""
    try:
        return hmac.compare_digest(seal.mac, mac_of(seal, previous_mac))
    except keyring.SealError:
        return False
