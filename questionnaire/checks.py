"""System checks; each has an id, and its message is one line that says what to do."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import DatabaseError, connections
from django.utils.translation import gettext as _

from questionnaire.audit import stream, triggers
from questionnaire.documents.receiver_forms import form_problems
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.dates import today
from questionnaire.domain.references import REFERENCES
from questionnaire.encryption import keyring
from questionnaire.models import Event, OrganisationEntry, cases_without_key, incidents_to_gather

_A_YEAR: Final = timedelta(days=365)


def startup_problems() -> list[str]:
    """Return the reasons why the server must not start, one line each."""
    problems = []
    try:
        keyring.ring()
    except keyring.KeyRingError as error:
        problems.append(str(error))
    if not settings.SECRET_KEY_IS_KEPT:
        problems.append(
            _("There is no secret key. Run: python manage.py keys create, or set STALKCHECK_SECRET_KEY.")
        )
    problems += filter(None, [_secret_key_problem()])
    if not stream.is_destination(settings.EVENTS_TO):
        problems.append(_("STALKCHECK_EVENTS must be stdout, syslog or file:/path"))
    return problems


def _secret_key_problem() -> str:
    """Return that others can read the secret key beside the ring, where that is the one in use; else ""."""
    path = Path(settings.KEYRING_PATH).with_name("secret_key")
    with suppress(OSError):  # without the file the key came from the environment
        if path.read_text("ascii").strip() == settings.SECRET_KEY and not keyring.is_private(path.stat()):
            return _("Others can read the secret key at %(path)s. Run: chmod 600 %(path)s") % {"path": path}
    return ""


def upgrade_problems() -> list[str]:
    """Return why the server must not start on this database, one line each; none when it is away."""
    try:
        is_needed = cases_without_key().exists() or incidents_to_gather().exists()
    except DatabaseError:
        return []
    return [_("Cases are not upgraded yet. Run: python manage.py upgrade_cases")] if is_needed else []


@register(Tags.security, deploy=True)
def check_server_secrets(**kwargs: Any) -> list[CheckMessage]:
    """Check what wsgi.py requires: a readable key ring, and a secret key that outlives the process."""
    return [Error(problem, id="questionnaire.E001") for problem in startup_problems()]


@register()
def check_dates_of_sources(**kwargs: Any) -> list[CheckMessage]:
    """Check that somebody looked at every number to call and every source within a year."""
    return [
        CheckWarning(
            _("%(thing)s was last checked on %(date)s. Check it at the source.")
            % {"thing": thing, "date": checked_on.isoformat()},
            id="questionnaire.W001",
        )
        for thing, checked_on in _dated_things()
        if today() - checked_on > _A_YEAR
    ]


def _dated_things() -> Iterator[tuple[str, date]]:
    for contact in CONTACTS.values():
        yield f"{contact.name}: {contact.number}", contact.checked_on
    for reference in REFERENCES.values():
        if reference.checked_on:
            yield f"{reference.name}: {reference.address or reference.maker}", reference.checked_on


@register(deploy=True)
def check_forms(**kwargs: Any) -> list[CheckMessage]:
    """Check that each form of a receiver can be read; a message names the file and the key."""
    return [Error(problem, id="questionnaire.E003") for problem in form_problems()]


@register(Tags.database)
def check_event_triggers(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that the database has its triggers on events. Run by `check --database default`."""
    return [
        Error(
            _("The database does not guard its events (%(names)s). Run: python manage.py migrate")
            % {"names": ", ".join(absent)},
            id="questionnaire.E002",
        )
        for alias in databases or ()
        if Event._meta.db_table in connections[alias].introspection.table_names()
        and (absent := triggers.missing(connections[alias]))
    ]


@register(Tags.database)
def check_own_entries(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that what the organisation stored of its own is used. Run by `check --database default`."""
    return [
        CheckWarning(line, id="questionnaire.W002")
        for alias in databases or ()
        if OrganisationEntry._meta.db_table in connections[alias].introspection.table_names()
        for line in entry_problems()
    ]


def entry_problems() -> list[str]:
    """Return what the organisation stored and this version does not use, a line each: nothing of its content.

    The server starts all the same: what is not used takes no advice and no national number away.
    """
    try:
        keyring.ring()
    except keyring.KeyRingError:  # said already, and nothing can be told without it
        return []
    return [entry.fault_in_words for entry in OrganisationEntry.objects.unusable()]
