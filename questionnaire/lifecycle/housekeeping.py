"""Let the server seal the chains of events, say that it runs, and count, every minute; record its start."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from questionnaire.audit import acting, seals
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.checks import entry_problems
from questionnaire.encryption import keyring
from questionnaire.lifecycle import installation
from questionnaire.models import Event
from questionnaire.operations import metrics
from questionnaire.queries import deliveries

_LOGGER: Final = logging.getLogger(__name__)
_SECONDS_BETWEEN: Final = 60.0
#: Each worker of each server asks; a seal of another is enough for this long.
_IS_RECENT: Final = timedelta(seconds=_SECONDS_BETWEEN - 10)


def keep_house(stop: threading.Event) -> None:
    """Seal the events, say that it runs, and count, every minute until `stop` is set, in a thread."""
    while not stop.wait(_SECONDS_BETWEEN):
        try:
            with acting.as_server():
                seals.seal_events(but_within=_IS_RECENT)
            installation.announce()
            for state, count in deliveries.counts().items():
                metrics.DELIVERIES.labels(state).set(count)
        except (DatabaseError, keyring.KeyRingError):
            _LOGGER.warning("the events were not sealed, or not all was noted: it is tried again in a minute")
        except Exception:  # a thread that ended would seal nothing any more, and nobody would hear of it
            _LOGGER.exception("housekeeping failed: it is tried again in a minute")
        finally:
            connections.close_all()


def record_start() -> None:
    """Record the first start of this version, with the id of the key in use, and that this server runs.

    Say in the log which entries of the organisation are not used.
    """
    installation.remember()
    installation.announce()
    for line in entry_problems():
        _LOGGER.warning("%s", line)
    last = Event.objects.filter(code=EventCode.VERSION_STARTED).order_by("-seq").first()
    if last and last.details and last.details["version"] == settings.VERSION:
        return
    details = {"version": settings.VERSION, "key": keyring.ring().current}
    with transaction.atomic():
        audit_log.record(None, EventCode.VERSION_STARTED, details=details)
