"""Write the key ring's file, as it is or locked with a key that a command gives, and read it back.

With STALKCHECK_KEYRING_COMMAND the file alone opens nothing: whoever takes the disk, or a copy of it, also
needs what the command asks, such as a vault, a key service, or the chip of this machine.
"""

from __future__ import annotations

import base64
import functools
import json
import shlex
import subprocess
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

_NONCE_BYTES: Final = 12
_LEAST_BYTES: Final = 16
_COMMAND_SECONDS: Final = 30
_PURPOSE: Final = b"key ring file"
_LOCKED: Final = "locked"


class RingFileError(Exception):
    """The file cannot be opened; the message is one line for the person who runs the server."""


def to_text(ring: str) -> str:
    """Return what the file has for this ring in JSON. Raise RingFileError."""
    if not settings.KEYRING_COMMAND:
        return ring
    key = _key(settings.KEYRING_COMMAND)
    if _key.__wrapped__(settings.KEYRING_COMMAND) != key:
        raise RingFileError(
            _("STALKCHECK_KEYRING_COMMAND gives another key each time: nothing would open the ring again.")
        )
    nonce = AESGCM.generate_key(128)[:_NONCE_BYTES]
    locked = nonce + AESGCM(key).encrypt(nonce, ring.encode(), _PURPOSE)
    return json.dumps({_LOCKED: base64.b64encode(locked).decode()}) + "\n"


def from_text(text: str) -> str:
    """Return the ring in JSON that `to_text` made this text of. Raise RingFileError, and ValueError."""
    found = json.loads(text)
    is_locked = isinstance(found, dict) and _LOCKED in found
    if not settings.KEYRING_COMMAND:
        if is_locked:
            raise RingFileError(_("The key ring is locked: set STALKCHECK_KEYRING_COMMAND."))
        return text
    if not is_locked:
        raise RingFileError(_("The key ring is not locked yet. Run: manage.py keys lock"))
    token = base64.b64decode(found[_LOCKED], validate=True)
    try:
        plain = AESGCM(_key(settings.KEYRING_COMMAND)).decrypt(
            token[:_NONCE_BYTES], token[_NONCE_BYTES:], _PURPOSE
        )
    except InvalidTag:
        raise RingFileError(
            _("STALKCHECK_KEYRING_COMMAND gave another key than the ring is locked with.")
        ) from None
    return plain.decode()


@functools.lru_cache(maxsize=2)
def _key(command: str) -> bytes:
    """Return the key that the command gives; to read, it is run once in a process."""
    try:
        done = subprocess.run(  # noqa: S603  (whoever runs the server names it)
            shlex.split(command), capture_output=True, timeout=_COMMAND_SECONDS, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        raise RingFileError(_("STALKCHECK_KEYRING_COMMAND failed.")) from None
    given = done.stdout.strip()
    if len(given) < _LEAST_BYTES:
        raise RingFileError(
            _("STALKCHECK_KEYRING_COMMAND must give %(count)s bytes or more.") % {"count": _LEAST_BYTES}
        )
    return HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(given)
