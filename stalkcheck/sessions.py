"""Sessions in the database, of which a lock outlasts whatever else was under way when it came."""

from typing import Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import transaction

#: The key in a session that says it is locked.
LOCKED: Final = "locked"


class SessionStore(db.SessionStore):
    """Under one session id a lock only ever comes; taking it away takes a new id.

    A session is saved as a whole. So without this, a request that began before the lock and ended after it
    would save the session as it was, and unlock it.
    """

    def save(self, must_create: bool = False) -> None:
        with transaction.atomic():
            if self.session_key and not must_create and LOCKED not in self:
                stored = Session.objects.select_for_update().filter(pk=self.session_key).first()
                locked_at = stored and stored.get_decoded().get(LOCKED)
                if locked_at is not None:
                    self[LOCKED] = locked_at
            super().save(must_create)
