"""Sessions in the database, of which a limit outlasts whatever else was under way when it came."""

from collections.abc import Iterator
from typing import Final

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.utils import timezone

#: The key in a session that says it is locked.
LOCKED: Final = "locked"
#: The key in a session that says that the client has the screen, and for which intake.
TURNED: Final = "turned"
#: The key in a session for the kind of device on which its user signed in.
DEVICE: Final = "device"
_LIMITS: Final = (LOCKED, TURNED)


class SessionStore(db.SessionStore):
    """Under one session id a limit only ever comes; taking it away takes a new id.

    A session is saved as a whole. So without this, a request that began before a lock and ended after it
    would save the session as it was, and unlock it.
    """

    def save(self, must_create: bool = False) -> None:
        try:
            self._save(must_create)
        except UpdateError as error:
            # Django takes a database that gives no service for a session that is gone.
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from error.__context__.__cause__
            raise

    def _save(self, must_create: bool) -> None:
        with transaction.atomic():
            missing = [limit for limit in _LIMITS if limit not in self]
            if self.session_key and not must_create and missing:
                stored = Session.objects.select_for_update().filter(pk=self.session_key).first()
                kept = stored.get_decoded() if stored else {}
                for limit in kept.keys() & set(missing):
                    self[limit] = kept[limit]
            super().save(must_create)


def sessions_of(user: AbstractBaseUser) -> Iterator[SessionStore]:
    """The live sessions of this person, the newest first.

    A session names its user inside what is signed, so all are read: some thousands at most, and seldom.
    """
    for session in Session.objects.filter(expire_date__gt=timezone.now()).order_by("-expire_date"):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield SessionStore(session.session_key)


def end_sessions(user: AbstractBaseUser, but: str | None = None) -> int:
    """End every session of this person but the one with this key; how many there were.

    A request under way cannot bring one back: saving a session that is gone fails.
    """
    ended = [session for session in sessions_of(user) if session.session_key != but]
    for session in ended:
        session.flush()
    return len(ended)
