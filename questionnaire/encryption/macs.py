"""Authenticate the values of rows that decide who may do what, with a MAC under the key ring.

Whoever can only write the database cannot make the MAC of a row that they added, changed or moved. A row
whose MAC is wrong gives no right: whatever reads it refuses, and `verify_rights` names it.
"""

import hashlib
import hmac
import json
from typing import Final

from questionnaire.encryption import keyring

_PURPOSE: Final = "rights"
_ID_CHARACTERS: Final = 8
#: The characters of a MAC: the id of its key, and the hex digits of SHA-256.
MAC_LENGTH: Final = _ID_CHARACTERS + 64


def mac_of(kind: str, *values: object) -> str:
    """Return the MAC of a row of this kind, under the current key: the id of the key, then 64 hex digits."""
    key_id = keyring.ring().current
    return key_id + _digest(key_id, kind, values)


def state_mac(kind: str, *values: object, key_id: str = "") -> str:
    """Return a MAC over the state of a row, with half the digits: to compare, not to trust by itself.

    It is under the first key of the ring, which stays there, so that two states can be compared for as long
    as the ring lives; or under the key with this id. Raise SealError for one that is not there.
    """
    key_id = key_id or next(iter(keyring.ring().keys))
    return key_id + _digest(key_id, f"state of {kind}", values)[:32]


def is_authentic(mac: str, kind: str, *values: object) -> bool:
    """Return whether `mac_of` made this MAC for the same values, with any key of the ring."""
    key_id, digest = key_of(mac), mac[_ID_CHARACTERS:]
    if key_id not in keyring.ring().keys:
        return False
    return hmac.compare_digest(digest.encode(), _digest(key_id, kind, values).encode())


def key_of(mac: str) -> str:
    """Return the id of the key with which a MAC says that it was made."""
    return mac[:_ID_CHARACTERS]


def _digest(key_id: str, kind: str, values: tuple[object, ...]) -> str:
    """Return the hex digest over the values; what JSON does not know counts as its `str`."""
    key = keyring.ring().derive_key(key_id, _PURPOSE)
    message = json.dumps([kind, *values], default=str)
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()
