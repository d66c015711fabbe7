"""Rotate the key ring: wrap with its newest key every data key that the ring wraps, of whatever model.

The keys of intakes are wrapped by the key of their case. The data keys themselves stay the same, so no
content is rewritten. Everything can be decrypted at every moment, as the ring keeps its older keys. They also
stay afterwards: older backups, the chain of events and the MACs over rights need them.
"""

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db import transaction

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.lifecycle import installation
from questionnaire.models import EncryptedRow, RingWrappedRow

_BATCH_SIZE: Final = 100
#: Between two batches: SQLite gives its lock to any process that tries, not to the one that waits longest.
_PAUSE_SECONDS: Final = 0.02


class KeyNotEverywhereError(Exception):
    """Servers that run do not have the key: they could not open what is locked with it.

    `key_id` is "" when there is no key yet to go to, which has to be added and copied first.
    """

    def __init__(self, key_id: str, servers: list[str]) -> None:
        super().__init__(key_id, servers)
        self.key_id, self.servers = key_id, servers


def keyed_models() -> list[type[EncryptedRow]]:
    """Return every model whose rows have a data key."""
    return [model for model in apps.get_models() if issubclass(model, EncryptedRow)]


def _wrapped_models() -> list[type[RingWrappedRow]]:
    return [model for model in keyed_models() if issubclass(model, RingWrappedRow)]


def status() -> Mapping[str, int]:
    """Return how many data keys each key wraps, by its id; also for ids that are not in the ring."""
    counts = Counter(dict.fromkeys(keyring.ring().keys, 0))
    for model in _wrapped_models():
        tokens = model._default_manager.values_list("wrapped_key", flat=True)
        counts.update(keyring.key_id_of(bytes(token)) for token in tokens.iterator())
    return counts


def rotate() -> tuple[str, int]:
    """Wrap every data key with the newest key; return the id of that key and the number of data keys.

    A key is added when there is none to go to. A rotation that was interrupted, even killed, is finished by
    the next run instead. Raise KeyNotEverywhereError when another server does not have the key, and SealError
    for a data key that the ring cannot unwrap; what was done before that stays done.
    """
    path, ring = Path(settings.KEYRING_PATH), keyring.ring()
    is_new = ring.newest == ring.current and not any(_outdated(model) for model in _wrapped_models())
    # Of a key that is still to be made no other server has a copy.
    if servers := installation.others_without("" if is_new else ring.newest):
        raise KeyNotEverywhereError("" if is_new else ring.newest, servers)
    key_id = keyring.add_key(path) if is_new else ring.newest
    if key_id != ring.current:
        keyring.use_key(path, key_id)
    total = 0
    while rewrapped := sum(_rewrap(model) for model in _wrapped_models()):
        total += rewrapped  # again: a server may have added rows before it read the new ring
    with transaction.atomic():
        audit_log.record(None, EventCode.KEYS_ROTATED, details={"key": key_id})
        installation.remember_key()
    return key_id, total


def _outdated(model: type[RingWrappedRow]) -> list[object]:
    """Return the ids of the rows whose data key is wrapped with an older key."""
    current = keyring.ring().current
    rows = model._default_manager.values_list("pk", "wrapped_key").iterator()
    return [pk for pk, token in rows if keyring.key_id_of(bytes(token)) != current]


def _rewrap(model: type[RingWrappedRow]) -> int:
    """Rewrap the outdated keys of a model, in batches, so that nobody waits long for the database's lock."""
    ids = _outdated(model)
    starts = range(0, len(ids), _BATCH_SIZE)
    return sum(_rewrap_batch(model, ids[start : start + _BATCH_SIZE]) for start in starts)


def _rewrap_batch(model: type[RingWrappedRow], ids: list[object]) -> int:
    with transaction.atomic():
        rows = model._default_manager.select_for_update().filter(pk__in=ids)
        for row in rows:
            row.rewrap_key()
            row.save(update_fields=["wrapped_key"])
    time.sleep(_PAUSE_SECONDS)
    return len(rows)
