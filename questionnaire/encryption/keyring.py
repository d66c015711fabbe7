"""Read, create and extend the key ring, whose keys wrap the data keys of rows, and encrypt with a key.

The key ring is a file outside the database and its backups. All encryption is AES-256-GCM, and every token is
bound to its place: one that was moved, truncated or altered, or that is decrypted with another key, raises
`SealError`.
"""

import base64
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

from questionnaire.encryption import ring_file

KEY_BYTES: Final = 32
_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_ID_BYTES: Final = 8


class KeyRingError(Exception):
    """The key ring is missing or unusable; the message is one line for the person who runs the server."""


class SealError(Exception):
    """A token cannot be decrypted: altered, truncated, moved, or encrypted with another key."""


def new_key() -> bytes:
    """Return a new random key for AES-256."""
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def binding(*place: str) -> bytes:
    """Return the place that a token belongs to as the associated data of its encryption."""
    return _VERSION + "\0".join(place).encode()


def seal(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Return the encrypted token: a version byte, the nonce, and the ciphertext with its tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def unseal(key: bytes, token: bytes, bound_to: bytes) -> bytes:
    """Return what `seal` encrypted with the same key and for the same place. Raise SealError."""
    nonce, ciphertext = token[1 : 1 + _NONCE_BYTES], token[1 + _NONCE_BYTES :]
    if token[:1] != _VERSION or len(ciphertext) < _TAG_BYTES:
        raise SealError
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, bound_to)
    except InvalidTag:
        raise SealError from None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id. The current key wraps and all of them unwrap, so that a rotation can be gradual."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @property
    def newest(self) -> str:
        """The key that was added last: the current one, or the one to rotate to."""
        return list(self.keys)[-1]

    def wrap(self, data_key: bytes, bound_to: bytes) -> bytes:
        """Return the wrapped data key: the id of the wrapping key, then a token bound to that id too."""
        key_id = self.current.encode()
        return key_id + seal(self.keys[self.current], data_key, bound_to + key_id)

    def unwrap(self, token: bytes, bound_to: bytes) -> bytes:
        """Return the data key that `wrap` wrapped. Raise SealError."""
        key_id, sealed = token[:_ID_BYTES], token[_ID_BYTES:]
        key = self.keys.get(key_id_of(token))
        if key is None:
            raise SealError
        return unseal(key, sealed, bound_to + key_id)

    def derive_key(self, key_id: str, purpose: str) -> bytes:
        """Return a key for another purpose than wrapping. Raise SealError for an unknown `key_id`."""
        if key_id not in self.keys:
            raise SealError
        return _derived(self.keys[key_id], purpose)


@functools.lru_cache(maxsize=32)
def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def key_id_of(token: bytes) -> str:
    """Return the id of the key that a data key was wrapped with, according to its token."""
    return token[:_ID_BYTES].decode("ascii", "replace")


def ring() -> KeyRing:
    """Return the key ring of this installation. Raise KeyRingError."""
    return load(settings.KEYRING_PATH)


def load(path: str | Path) -> KeyRing:
    """Return the key ring in a file that nobody else can read. Raise KeyRingError.

    The file is read again after it was replaced, so that servers keep working while another process rotates
    the keys.
    """
    name = os.fspath(path)
    try:
        status = os.stat(name)  # noqa: PTH116  (some fifty times a request)
    except OSError:
        return _read(Path(name))  # which raises the error for it
    return _read_cached(name, status.st_ino, status.st_mtime_ns, status.st_mode)


@functools.lru_cache(maxsize=4)
def _read_cached(name: str, *_version: int) -> KeyRing:
    return _read(Path(name))


def _read(path: Path) -> KeyRing:
    status, text = _read_file(path)
    if not is_private(status):
        advice = (
            _(
                "Others can read or change the key ring at %(path)s. "
                "Give it the group of the server, and run: chmod 440 %(path)s"
            )
            if _is_given_by_root(status)
            else _("Others can read the key ring at %(path)s. Run: chmod 600 %(path)s")
        )
        raise KeyRingError(advice % {"path": path})
    try:
        return _parse(ring_file.from_text(text))
    except ring_file.RingFileError as error:
        raise KeyRingError(str(error)) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyRingError(
            _("The key ring at %(path)s is damaged. Put a copy of it back.") % {"path": path}
        ) from None


def is_private(status: os.stat_result) -> bool:
    """Return whether nobody else can read a file, or root gave it to a group of ours that cannot change it.

    To root every group is one of ours: who is in it is for root to say, who reads all anyhow.
    """
    if not status.st_mode & 0o077:
        return True
    is_of_ours = os.geteuid() == 0 or status.st_gid in {os.getegid(), *os.getgroups()}
    return _is_given_by_root(status) and is_of_ours and not status.st_mode & 0o037


def _is_given_by_root(status: os.stat_result) -> bool:
    """Return whether a file is root's but for others, as secret stores mount it for the group of a server.

    Root itself meets such a file when it runs a migration. One of our own needs no group.
    """
    return status.st_uid == 0 and (os.geteuid(), status.st_gid) != (0, 0)


def _read_file(path: Path) -> tuple[os.stat_result, str]:
    """Return what is known of the file, and its text. Raise KeyRingError."""
    try:
        return path.stat(), path.read_text(encoding="utf-8")
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


def _parse(text: str) -> KeyRing:
    data = json.loads(text)
    keys = {key_id: base64.b64decode(key, validate=True) for key_id, key in data["keys"].items()}
    well_formed = all(len(key_id) == _ID_BYTES and len(key) == KEY_BYTES for key_id, key in keys.items())
    if data["version"] != 1 or data["current"] not in keys or not well_formed:
        raise ValueError
    return KeyRing(data["current"], keys)


def create(path: Path) -> bool:
    """Create a key ring with one key; return False, and change nothing, when the file exists.

    Raise KeyRingError and OSError.
    """
    key_id, key = _new_key()
    return write_secret(path, _to_text(KeyRing(key_id, {key_id: key})))


def add_key(path: Path) -> str:
    """Add a new key to a ring, as its newest, and return its id. Raise KeyRingError and OSError.

    It locks nothing before `use_key`, so that the ring can be copied to other servers first.
    """
    ring = load(path)
    key_id, key = _new_key()
    _replace(path, _to_text(KeyRing(ring.current, {**ring.keys, key_id: key})))
    return key_id


def use_key(path: Path, key_id: str) -> None:
    """Make this key of the ring the current one. Raise KeyRingError and OSError."""
    _replace(path, _to_text(KeyRing(key_id, load(path).keys)))


def lock(path: Path) -> None:
    """Lock a ring's file that is not locked with the key that the command gives. Raise KeyRingError."""
    _mode, text = _read_file(path)
    try:
        ring = _parse(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyRingError(
            _("The key ring at %(path)s is locked already, or damaged.") % {"path": path}
        ) from None
    _replace(path, _to_text(ring))


def _replace(path: Path, text: str) -> None:
    temporary = _write_temporary(path, text)
    try:
        temporary.replace(path)  # atomic: a reader finds either the old ring or the new one
    except OSError:
        temporary.unlink()
        raise
    sync_folder(path.parent)


def _new_key() -> tuple[str, bytes]:
    return secrets.token_hex(_ID_BYTES // 2), new_key()


def _to_text(ring: KeyRing) -> str:
    """Return what a file has for this ring. Raise KeyRingError."""
    keys = {key_id: base64.b64encode(key).decode() for key_id, key in ring.keys.items()}
    text = json.dumps({"version": 1, "current": ring.current, "keys": keys}, indent=1) + "\n"
    try:
        return ring_file.to_text(text)
    except ring_file.RingFileError as error:
        raise KeyRingError(str(error)) from None


def write_secret(path: Path, text: str) -> bool:
    """Write a file, complete and readable by its owner only; return False when it exists. Raise OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = _write_temporary(path, text)
    try:
        path.hardlink_to(temporary)  # unlike a rename, this fails when the name is taken
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    sync_folder(path.parent)
    return True


def _write_temporary(path: Path, text: str) -> Path:
    """Write a file next to its destination, complete and on disk, under a name that nothing reads."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        temporary.unlink()
        raise
    return temporary


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to disk; syncing a file flushes its contents only."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
