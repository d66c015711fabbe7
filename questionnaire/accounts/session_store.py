"""Store sessions in the database so that no concurrent request can unlock one."""

from collections.abc import Iterator
from typing import Final

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.utils import timezone

#: The session key that is there while the session is locked; its value is the page to go back to.
LOCKED_KEY: Final = "locked"
#: The session key that is there while the client has the screen; its value says for which intake and item.
CLIENT_MODE_KEY: Final = "turned"
#: The session key for the kind of device on which its user signed in.
DEVICE_KEY: Final = "device"
_RESTRICTIONS: Final = (LOCKED_KEY, CLIENT_MODE_KEY)


class SessionStore(db.SessionStore):
    """Under one session id a restriction (locked, client mode) can only be added; removing it takes a new id.

    A session is saved as a whole. Without this, a request that began before a lock and ended after it would
    save the session as it was, and so unlock it.
    """

    def save(self, must_create: bool = False) -> None:
        """Save the session. Raise UpdateError if it is gone, OperationalError if the database is."""
        try:
            self._save(must_create)
        except UpdateError as error:
            # Django reports a database that is out of service as a session that is gone.
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from error.__context__.__cause__
            raise

    def _save(self, must_create: bool) -> None:
        with transaction.atomic():
            missing = [key for key in _RESTRICTIONS if key not in self]
            if self.session_key and not must_create and missing:
                row = Session.objects.select_for_update().filter(pk=self.session_key).first()
                stored = row.get_decoded() if row else {}
                for key in stored.keys() & set(missing):
                    self[key] = stored[key]
            super().save(must_create)


def sessions_of(user: AbstractBaseUser) -> Iterator[SessionStore]:
    """Yield the live sessions of this person, the newest first.

    The user of a session is inside its signed data, so all are read: some thousands at most, and seldom.
    """
    for session in Session.objects.filter(expire_date__gt=timezone.now()).order_by("-expire_date"):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield SessionStore(session.session_key)


def end_sessions(user: AbstractBaseUser, but: str | None = None) -> int:
    """End every session of this person but the one with the key `but`; return how many ended.

    A request under way cannot bring one back: saving a session that is gone fails.
    """
    ended = [session for session in sessions_of(user) if session.session_key != but]
    for session in ended:
        session.flush()
    return len(ended)
