"""Sessions in the database, of which a limit outlasts whatever else was under way when it came."""

from typing import Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import transaction

#: The key in a session that says it is locked.
LOCKED: Final = "locked"
#: The key in a session that says that the client has the screen, and for which intake.
TURNED: Final = "turned"
_LIMITS: Final = (LOCKED, TURNED)


class SessionStore(db.SessionStore):
    """Under one session id a limit only ever comes; taking it away takes a new id.

    A session is saved as a whole. So without this, a request that began before a lock and ended after it
    would save the session as it was, and unlock it.
    """

    def save(self, must_create: bool = False) -> None:
        with transaction.atomic():
            missing = [limit for limit in _LIMITS if limit not in self]
            if self.session_key and not must_create and missing:
                stored = Session.objects.select_for_update().filter(pk=self.session_key).first()
                kept = stored.get_decoded() if stored else {}
                for limit in kept.keys() & set(missing):
                    self[limit] = kept[limit]
            super().save(must_create)
