"""Signatures with what is derived from the key ring, checked by the public key alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from questionnaire.encryption import keyring, signing


def test_what_was_signed_before_a_rotation_is_checked_after_it(tmp_path: Path, settings: Any) -> None:
    settings.KEYRING_PATH = tmp_path / "ring.json"
    keyring.create(settings.KEYRING_PATH)
    old = keyring.ring().current
    signature = signing.sign(old, b"message")

    new = keyring.add_key(settings.KEYRING_PATH)
    keyring.use_key(settings.KEYRING_PATH, new)

    assert list(signing.public_keys()) == [new, old]
    keys = {
        key_id: Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        for key_id, key in signing.public_keys().items()
    }
    keys[old].verify(signature, b"message")
    with pytest.raises(InvalidSignature):
        keys[new].verify(signature, b"message")
    with pytest.raises(InvalidSignature):
        keys[old].verify(signature, b"another message")
    with pytest.raises(keyring.SealError):
        signing.sign("00000000", b"message")
