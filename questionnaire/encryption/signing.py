"""Sign what leaves the installation, so that who has the public key can check it without the key ring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from questionnaire.encryption import keyring

_PURPOSE: Final = "signatures of files of events"


def sign(key_id: str, message: bytes) -> bytes:
    """Return a signature with what is derived from a key of the ring. Raise SealError without that key."""
    return _private_key(keyring.ring(), key_id).sign(message)


def public_keys() -> Mapping[str, str]:
    """Return the public key by the id of each key of the ring, in hexadecimal; the current one first."""
    ring = keyring.ring()
    ids = sorted(ring.keys, key=lambda key_id: (key_id != ring.current, key_id))
    return {key_id: _public_key(ring, key_id) for key_id in ids}


def _public_key(ring: keyring.KeyRing, key_id: str) -> str:
    return _private_key(ring, key_id).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _private_key(ring: keyring.KeyRing, key_id: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(ring.derive_key(key_id, _PURPOSE))
