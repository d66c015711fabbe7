"""Find out whether a server has the keys of its installation, and which servers there are.

Several servers share one database, and each has a copy of the key ring and the secret key. With another ring
a server could open nothing, and what it stores nobody else could. With another secret key people would have
to sign in again whenever another server answers.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.encryption import keyring
from questionnaire.models import Event, Installation, RunningServer

_ONLY: Final = 1
_KEY_PURPOSE, _SECRET_PURPOSE = "check of the key", "check of the secret key"
#: A server says every minute that it runs.
_RUNS: Final = timedelta(minutes=5)
_FORGOTTEN: Final = timedelta(days=1)


def remember() -> None:
    """Store by what other servers recognise these keys, unless it is stored already. Raise KeyRingError.

    Not those of a ring that is not that of what is stored: the servers that have it could not start any more.
    """
    ring = keyring.ring()
    if not is_another() and (problem := key_problem()):
        raise keyring.KeyRingError(problem)
    values = {"key_id": ring.current, "key_check": _key_check(ring, ring.current), **_secret_values(ring)}
    Installation.objects.get_or_create(pk=_ONLY, defaults=values)


def remember_key() -> None:
    """Store that the current key of this ring is the one in use, after all was locked with it."""
    ring = keyring.ring()
    Installation.objects.filter(pk=_ONLY).update(
        key_id=ring.current, key_check=_key_check(ring, ring.current)
    )


def remember_secret() -> None:
    """Store that the secret key of this server is that of the installation."""
    remember()
    Installation.objects.filter(pk=_ONLY).update(**_secret_values(keyring.ring()))


def is_another() -> bool:
    """Return whether the database belongs to an installation, whose ring must be put here."""
    return Installation.objects.exists()


def key_problem() -> str:
    """Return why the key ring here is not that of the installation; "" when it is. Raise KeyRingError."""
    ring, stored = keyring.ring(), Installation.objects.filter(pk=_ONLY).first()
    key_id = stored.key_id if stored else _key_of_events()
    if key_id is None or (
        key_id in ring.keys and (stored is None or _key_check(ring, key_id) == stored.key_check)
    ):
        return ""
    return _(
        "The key ring at %(path)s is not that of this installation: it does not have key %(key)s, which is "
        "in use. Copy the ring of another server, or of its safe place, to here."
    ) % {"path": settings.KEYRING_PATH, "key": key_id}


def _key_of_events() -> str | None:
    """Return the id of the key in use, as the newest event has it: of before servers were known by it."""
    return Event.objects.order_by("-seq").values_list("key_id", flat=True).first()


def secret_problem() -> str:
    """Return why the secret key here is not that of the installation; "" when it is. Raise KeyRingError."""
    ring, stored = keyring.ring(), Installation.objects.filter(pk=_ONLY).first()
    if stored is None or stored.secret_key_id not in ring.keys:
        return ""  # what the ring lacks is told by `key_problem`
    if _secret_check(ring, stored.secret_key_id) == stored.secret_check:
        return ""
    return _(
        "The secret key is not that of this installation: who signed in at another server would be signed "
        "out here. Copy %(file)s of that server. Only to change it everywhere: manage.py keys secret"
    ) % {"file": Path(settings.KEYRING_PATH).with_name("secret_key")}


def announce() -> None:
    """Store that this server runs, and which keys it has. Forget those that did not say so for a day."""
    now = timezone.now()
    RunningServer.objects.filter(seen_at__lt=now - _FORGOTTEN).delete()
    values = {"version": settings.VERSION, "key_ids": sorted(keyring.ring().keys), "seen_at": now}
    RunningServer.objects.update_or_create(name=settings.SERVER_NAME, defaults=values)


def others_without(key_id: str) -> list[str]:
    """Return the names of the other servers that run and do not have this key."""
    running = RunningServer.objects.filter(seen_at__gt=timezone.now() - _RUNS).order_by("name")
    others = running.exclude(name=settings.SERVER_NAME)
    return [server.name for server in others if key_id not in server.key_ids]


def _key_check(ring: keyring.KeyRing, key_id: str) -> str:
    return ring.derive_key(key_id, _KEY_PURPOSE).hex()


def _secret_values(ring: keyring.KeyRing) -> dict[str, str]:
    return {"secret_key_id": ring.current, "secret_check": _secret_check(ring, ring.current)}


def _secret_check(ring: keyring.KeyRing, key_id: str) -> str:
    key = ring.derive_key(key_id, _SECRET_PURPOSE)
    return hmac.digest(key, settings.SECRET_KEY.encode(), hashlib.sha256).hex()
