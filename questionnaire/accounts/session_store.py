"""Store the sessions of people who signed in, and leave those of strangers to their own cookie.

A row has the SHA-256 of its key and never the key: that is 32 random characters, more than 160 bits, so
nobody finds it by trying, and a slow hash or a salt would add nothing. Its data is encrypted under the key
ring and bound to hash, user and end: a row that was made, copied or changed without the ring is no session.
Before anyone signs in, what a sign-in has to remember is in the cookie itself, encrypted: no row is made.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string

from questionnaire.encryption import keyring
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Session
from questionnaire.models.prepared import PreparedQuery

#: The session key that is there while the session is locked; its value is the page to go back to.
LOCKED_KEY: Final = "locked"
#: The session key that is there while the client has the screen; its value says for which intake and item.
CLIENT_MODE_KEY: Final = "turned"
#: The session key for the kind of device on which its user signed in.
DEVICE_KEY: Final = "device"
_RESTRICTIONS: Final = (LOCKED_KEY, CLIENT_MODE_KEY)

_PURPOSE: Final = "sessions"
_KEY_LENGTH: Final = 32
#: The data of a stored session is padded to a multiple of this many bytes.
_PAD_TO: Final = 1024
#: How long someone who began to sign in has for it.
SECONDS_IN_COOKIE: Final = 15 * 60
#: How the cookie of someone who did not sign in begins; no character of a key.
_IN_COOKIE: Final = "~"
#: Browsers drop a cookie of over 4,096 bytes, its name and attributes included.
_MAX_COOKIE: Final = 3_800


class SessionStore(SessionBase):
    """Under one key a restriction (locked, client mode) can only be added; removing it takes a new key.

    A session is saved as a whole. Without this, a request that began before a lock and ended after it would
    save the session as it was, and so unlock it.
    """

    #: Whether this request ended the session: then the browser is to forget its cookie.
    was_ended = False

    def load(self) -> dict[str, Any]:
        data = _from_cookie(self.session_key) if self._is_in_cookie() else _stored(self.session_key)
        if data is None:
            self._session_key = None
        return data or {}

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=hash_of(session_key)).exists()

    def create(self) -> None:
        """Begin an empty session. It gets its key when it is saved."""
        self._session_key = None
        self._session_cache: dict[str, Any] = {}
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Save the session. Raise UpdateError if it is gone."""
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if SESSION_KEY not in data:
            self._session_key = _to_cookie(data)
        elif self.session_key is None or self._is_in_cookie():
            self._insert(data)
        else:
            self._update(data)

    def cycle_key(self) -> None:
        """Give the session a new key. The old one opens nothing from now on.

        Raise SessionInterrupted when it ended meanwhile, or got another key: nothing brings it back.
        """
        data, old = self._session, self.session_key  # type: ignore[attr-defined]
        was_stored = old and not self._is_in_cookie()
        with transaction.atomic():
            if was_stored and _stored(old, lock=True) is None:
                raise SessionInterrupted("The session ended while this request was under way.")
            self.create()
            self._session_cache = data
            if SESSION_KEY in data:
                self._insert(data)  # now, so that ending all sessions of this person ends it too
            if old:
                self.delete(old)

    def flush(self) -> None:
        """End the session."""
        super().flush()
        self.was_ended = True

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(pk=hash_of(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lte=timezone.now()).delete()

    def _is_in_cookie(self) -> bool:
        return (self.session_key or "").startswith(_IN_COOKIE)

    def _insert(self, data: dict[str, Any]) -> None:
        """Store the session under a new key, and remove those of whomever that are over."""
        self.clear_expired()
        self._session_key = get_random_string(_KEY_LENGTH, VALID_KEY_CHARS)
        self._row(data).save(force_insert=True)

    def _update(self, data: dict[str, Any]) -> None:
        with transaction.atomic():
            stored = _stored(self.session_key, lock=True)
            if stored is None:
                raise UpdateError
            for key in stored.keys() & set(_RESTRICTIONS) - data.keys():
                data[key] = stored[key]
            self._row(data).save(force_update=True)

    def _row(self, data: dict[str, Any]) -> Session:
        row = Session(key_hash=hash_of(str(self.session_key)), user_id=int(data[SESSION_KEY]))
        row.expires_at = self.get_expiry_date()
        row.data = _seal(data, _binding(row), pad_to=_PAD_TO)
        return row


def hash_of(session_key: str) -> str:
    """Return what is stored of the key of a session."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def is_restricted_since(session: SessionBase) -> bool:
    """Return whether a restriction was added to the session since this request loaded it, by another tab."""
    stored = SessionStore(session.session_key)
    return any(key in stored and key not in session for key in _RESTRICTIONS)


def read(row: Session) -> dict[str, Any] | None:
    """Return the data of a stored session; None when it was not this program that wrote the row."""
    try:
        return dict(_unseal(bytes(row.data), _binding(row)))
    except SealError:
        return None


def _live(rows: QuerySet[Session]) -> PreparedQuery[Session]:
    """Return the query for one of these sessions, by the hash of its key and the moment it must outlive."""
    return PreparedQuery(
        lambda key_hash, now: rows.filter(pk=key_hash, expires_at__gt=now), CharField(), DateTimeField()
    )


_live_session: Final = _live(Session.objects.all())
_live_session_locked: Final = _live(Session.objects.select_for_update())


def _stored(session_key: str | None, *, lock: bool = False) -> dict[str, Any] | None:
    query = _live_session_locked if lock else _live_session
    row = query.first(hash_of(session_key or ""), timezone.now())
    return read(row) if row else None


def _binding(row: Session) -> bytes:
    place = (row.key_hash, str(row.user_id), f"{row.expires_at.timestamp():.6f}")
    return keyring.binding(Session._meta.db_table, *place)


def _to_cookie(data: dict[str, Any]) -> str | None:
    """Return the cookie of someone who did not sign in; None for more data than a cookie holds."""
    token = _seal([int(time.time()), data], keyring.binding(_IN_COOKIE))
    cookie = _IN_COOKIE + base64.urlsafe_b64encode(token).decode()
    return cookie if len(cookie) <= _MAX_COOKIE else None


def _from_cookie(cookie: str | None) -> dict[str, Any] | None:
    try:
        token = base64.urlsafe_b64decode(str(cookie).removeprefix(_IN_COOKIE).encode())
        since, data = _unseal(token, keyring.binding(_IN_COOKIE))
    except (binascii.Error, SealError):
        return None
    is_recent = 0 <= time.time() - since < SECONDS_IN_COOKIE
    return dict(data) if is_recent else None


def _seal(value: object, bound_to: bytes, pad_to: int = 1) -> bytes:
    """Return the value, encrypted after the id of the ring's current key.

    What is encrypted is padded to a multiple of `pad_to` bytes: how long it is would tell of a search.
    """
    ring = keyring.ring()
    text = zlib.compress(json.dumps(value, separators=(",", ":")).encode())
    text += bytes(-len(text) % pad_to)
    return ring.current.encode() + keyring.seal(ring.derive_key(ring.current, _PURPOSE), text, bound_to)


def _unseal(token: bytes, bound_to: bytes) -> Any:
    """Return what `_seal` encrypted for the same place. Raise SealError."""
    ring, key_id = keyring.ring(), keyring.key_id_of(token)
    text = keyring.unseal(ring.derive_key(key_id, _PURPOSE), token[len(key_id) :], bound_to)
    return json.loads(zlib.decompressobj().decompress(text))  # which leaves the padding alone


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A live session as its row tells it: with the hash of its key, as nothing knows the key itself."""

    key_hash: str
    data: dict[str, Any]

    def end(self) -> None:
        """End the session at once, wherever it is in use."""
        Session.objects.filter(pk=self.key_hash).delete()


def sessions_of(user: AbstractBaseUser) -> Iterator[StoredSession]:
    """Yield the live sessions of this person, the newest first."""
    rows = Session.objects.filter(user_id=user.pk, expires_at__gt=timezone.now()).order_by("-expires_at")
    for row in rows:
        if data := read(row):
            yield StoredSession(row.key_hash, data)


def end_sessions(user: AbstractBaseUser, but: str | None = None) -> int:
    """End every session of this person but the one with the key `but`; return how many ended.

    A request under way cannot bring one back: saving a session that is gone fails.
    """
    ended = Session.objects.filter(user_id=user.pk).exclude(pk=hash_of(but or ""))
    return ended.delete()[0]
