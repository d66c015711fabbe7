"""Find out whether this server can serve people: its database, its keys, and the making of PDFs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from questionnaire.checks import check_event_triggers, startup_problems, upgrade_problems
from questionnaire.documents.receiver_forms import form_problems
from questionnaire.documents.renderers import pdf
from questionnaire.lifecycle import installation
from questionnaire.models import Seal


def problems() -> list[str]:
    """Return what keeps this server from serving, by a word each; PDFs alone keep nobody from it."""
    try:
        return [name for name, is_wrong in _PARTS.items() if is_wrong()]
    except DatabaseError:
        return ["database"]


def start_problems() -> list[str]:
    """Return why the server must not start, one line each, with what to do. Raise DatabaseError.

    Unlike `bin/serve` on one computer a server of an organisation changes nothing when it starts: its role
    may not, and of several servers one would change what another uses.
    """
    if found := [*_unsafe(), *startup_problems(), *form_problems()]:
        return found
    if count := pending_migrations():
        return [
            _("The database lacks %(count)s migrations. As its owner, run: manage.py migrate")
            % {"count": count}
        ]
    if line := installation.key_problem():
        return [line]
    installation.remember()
    lines = [installation.secret_problem(), *upgrade_problems()]
    lines += [problem.msg for problem in check_event_triggers([connection.alias])]
    return [*filter(None, lines), *_session_problems()]


def _unsafe() -> list[str]:
    return (
        [_("STALKCHECK_DEBUG is for development alone: it shows errors in full.")] if settings.DEBUG else []
    )


def _session_problems() -> list[str]:
    """Return what the role lacks behind a pooler, where a connection can set nothing for itself."""
    if connection.vendor != "postgresql" or "options" in connection.settings_dict["OPTIONS"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        (timeout,) = cursor.fetchone()
    if timeout != "0":
        return []
    return [_("Behind a pooler the role needs its time limits. As the owner, run: manage.py grants ROLE")]


def pending_migrations() -> int:
    """Return how many migrations of this version the database does not have. Raise DatabaseError."""
    recorder = MigrationRecorder(connection)
    return len(_own_migrations() - recorder.applied_migrations().keys())


@functools.cache
def _own_migrations() -> frozenset[tuple[str, str]]:
    """Return every migration that there is as a file, of this application and of those that it uses."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _cannot_write() -> bool:
    """Return whether it only reads, such as from a replica: each look at a case is an event to write."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return bool(cursor.fetchone()[0] == "on")


def _no_keys() -> bool:
    return bool(startup_problems()) or bool(installation.key_problem())


_PARTS: Final[Mapping[str, Callable[[], bool]]] = {
    "database": _cannot_write,
    "migrations": lambda: pending_migrations() > 0,
    "key ring": _no_keys,
    "secret key": lambda: not _no_keys() and bool(installation.secret_problem()),
}


def warnings() -> list[str]:
    """Return what does not work though people can be served: pages and plain text need no PDF."""
    return [] if pdf.is_possible() else ["pdf"]


def seal_age() -> bytes:
    """Return how long ago the events were sealed, as a metric; nothing when the database does not say."""
    registry = CollectorRegistry()
    name, text = "stalkcheck_seal_age_seconds", "Seconds since the last seal over events."
    gauge = Gauge(name, text, registry=registry)
    with suppress(DatabaseError, ImproperlyConfigured):
        if last := Seal.objects.order_by("-number").values_list("at", flat=True).first():
            gauge.set((timezone.now() - last).total_seconds())
            return generate_latest(registry)
    return b""
