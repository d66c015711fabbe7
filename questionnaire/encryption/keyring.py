"""The key ring: the keys that lock the keys of intakes. It lives outside the database and its backup.

Everything is AES-256-GCM, and every token is bound to the place it belongs to: a token moved, cut, altered or
opened with another key raises `SealError`. There is no way to get a doubtful value out of here.
"""

import base64
import binascii
import functools
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

KEY_BYTES: Final = 32
_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_ID_BYTES: Final = 8


class KeyRingError(Exception):
    """The key ring is missing or unusable. The message is one line for the person who runs the server."""


class SealError(Exception):
    """A token does not open: altered, cut, moved to another place, or locked with another key."""


def new_key() -> bytes:
    """A fresh key for AES-256."""
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def binding(*place: str) -> bytes:
    """The place a token belongs to, as the associated data of its encryption."""
    return _VERSION + "\0".join(place).encode()


def seal(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Encrypt: a version byte, the nonce, the ciphertext with its tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def unseal(key: bytes, token: bytes, bound_to: bytes) -> bytes:
    """Decrypt what `seal` gave for the same key and place. Raises SealError for anything else."""
    nonce, rest = token[1 : 1 + _NONCE_BYTES], token[1 + _NONCE_BYTES :]
    if token[:1] != _VERSION or len(rest) < _TAG_BYTES:
        raise SealError
    try:
        return AESGCM(key).decrypt(nonce, rest, bound_to)
    except InvalidTag:
        raise SealError from None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id. The current one wraps; all of them unwrap, so that a rotation can take its time."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def wrap(self, data_key: bytes, bound_to: bytes) -> bytes:
        """Lock a data key: the id of the key used, then the token, which is bound to that id as well."""
        key_id = self.current.encode()
        return key_id + seal(self.keys[self.current], data_key, bound_to + key_id)

    def unwrap(self, token: bytes, bound_to: bytes) -> bytes:
        """The data key that `wrap` locked. Raises SealError."""
        key_id, sealed = token[:_ID_BYTES], token[_ID_BYTES:]
        key = self.keys.get(key_id_of(token))
        if key is None:
            raise SealError
        return unseal(key, sealed, bound_to + key_id)

    def derived(self, key_id: str, purpose: str) -> bytes:
        """A key for another purpose than wrapping. Raises SealError when the ring does not hold `key_id`."""
        if key_id not in self.keys:
            raise SealError
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(self.keys[key_id])


def key_id_of(token: bytes) -> str:
    """The id of the key that a data key was locked with, as its token says it."""
    return token[:_ID_BYTES].decode("ascii", "replace")


def ring() -> KeyRing:
    """The key ring of this installation. Raises KeyRingError."""
    return load(Path(settings.KEYRING_PATH))


def load(path: Path) -> KeyRing:
    """The key ring in a file that only its owner can read. Raises KeyRingError.

    The file is read again when it was replaced, so that servers go on while another process rotates the keys.
    """
    try:
        found = path.stat()
    except OSError:
        return _read(path)
    return _read_once(path, found.st_ino, found.st_mtime_ns, found.st_mode)


@functools.lru_cache(maxsize=4)
def _read_once(path: Path, *_version: int) -> KeyRing:
    return _read(path)


def _read(path: Path) -> KeyRing:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyRingError(
            _(
                "There is no key ring at %(path)s. Put the ring back that the intakes were locked with. "
                "Only for a new installation, make one: python manage.py keys create"
            )
            % {"path": path}
        ) from None
    except OSError as error:
        raise KeyRingError(
            _("The key ring at %(path)s cannot be read: %(reason)s")
            % {"path": path, "reason": error.strerror}
        ) from None
    if mode & 0o077:
        raise KeyRingError(
            _("Others can read the key ring at %(path)s. Run: chmod 600 %(path)s") % {"path": path}
        )
    try:
        return _parse(text)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise KeyRingError(
            _("The key ring at %(path)s is damaged. Put a copy of it back.") % {"path": path}
        ) from None


def _parse(text: str) -> KeyRing:
    data = json.loads(text)
    keys = {key_id: base64.b64decode(key, validate=True) for key_id, key in data["keys"].items()}
    well_formed = all(len(key_id) == _ID_BYTES and len(key) == KEY_BYTES for key_id, key in keys.items())
    if data["version"] != 1 or data["current"] not in keys or not well_formed:
        raise ValueError
    return KeyRing(data["current"], keys)


def create(path: Path) -> bool:
    """Make a key ring with one key; False, and nothing changed, when the file is there already."""
    return write_secret(path, _text(_with_a_new_key({})))


def add_key(path: Path) -> str:
    """Give a ring a new current key beside those it has, and return its id. Raises KeyRingError."""
    longer = _with_a_new_key(load(path).keys)
    unfinished = _unfinished(path, _text(longer))
    try:
        unfinished.replace(path)  # at once: a reader finds the old ring or the new one, and both are whole
    except OSError:
        unfinished.unlink()
        raise
    sync_folder(path.parent)
    return longer.current


def _with_a_new_key(keys: Mapping[str, bytes]) -> KeyRing:
    key_id = secrets.token_hex(_ID_BYTES // 2)
    return KeyRing(key_id, {**keys, key_id: new_key()})


def _text(ring: KeyRing) -> str:
    keys = {key_id: base64.b64encode(key).decode() for key_id, key in ring.keys.items()}
    return json.dumps({"version": 1, "current": ring.current, "keys": keys}, indent=1) + "\n"


def write_secret(path: Path, text: str) -> bool:
    """Put a file on disk, whole and for its owner alone, unless one is there: then False."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = _unfinished(path, text)
    try:
        path.hardlink_to(unfinished)  # fails when the name is taken, unlike a rename
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    sync_folder(path.parent)
    return True


def _unfinished(path: Path, text: str) -> Path:
    """A file beside the one that is meant, whole and on disk, under a name that nothing reads."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        unfinished.unlink()
        raise
    return unfinished


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk, and not only the files' contents."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
