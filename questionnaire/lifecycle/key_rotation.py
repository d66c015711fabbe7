"""Rotation: every data key, of whatever model, is locked with the newest key of the ring.

The data keys stay the same, so no content is touched, and everything opens at every moment: the ring keeps
its older keys. They stay in it afterwards too, as older backups and the chain of events need them.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db import transaction

from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.encryption import keyring
from questionnaire.models import EncryptedRow

_AT_ONCE: Final = 100
#: Between two parts. SQLite gives its lock to whoever asks first, and not to whoever waits longest.
_PAUSE_SECONDS: Final = 0.02


def keyed_models() -> list[type[EncryptedRow]]:
    """Every model whose rows have a data key."""
    return [model for model in apps.get_models() if issubclass(model, EncryptedRow)]


def status() -> Mapping[str, int]:
    """How many data keys each key of the ring locks, by its id; also of ids that are not in the ring."""
    counted = Counter(dict.fromkeys(keyring.ring().keys, 0))
    for model in keyed_models():
        tokens = model._default_manager.values_list("wrapped_key", flat=True)
        counted.update(keyring.key_id_of(bytes(token)) for token in tokens.iterator())
    return counted


def rotate() -> tuple[str, int]:
    """Lock every data key with a new key, or finish what an earlier run began: the key's id, and how many.

    Whenever it is stopped, however hard, running it again goes on where it was. Raises SealError for a data
    key that the ring does not open; what came before it stays done.
    """
    if not any(_behind(model) for model in keyed_models()):
        keyring.add_key(Path(settings.KEYRING_PATH))
    done = 0
    while found := sum(_rewrap(model) for model in keyed_models()):
        done += found  # once more: a server may have made rows before it saw the new ring
    with transaction.atomic():
        audit_log.record(None, Code.KEYS_ROTATED)
    return keyring.ring().current, done


def _behind(model: type[EncryptedRow]) -> list[object]:
    """The ids of the rows that are locked with an older key."""
    current = keyring.ring().current
    rows = model._default_manager.values_list("pk", "wrapped_key").iterator()
    return [pk for pk, token in rows if keyring.key_id_of(bytes(token)) != current]


def _rewrap(model: type[EncryptedRow]) -> int:
    """Rewrap what is behind, a few rows at a time, so that nobody waits long for the lock."""
    return sum(_rewrap_some(model, some) for some in _in_parts(_behind(model)))


def _in_parts(ids: list[object]) -> Iterator[list[object]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


def _rewrap_some(model: type[EncryptedRow], ids: list[object]) -> int:
    with transaction.atomic():
        rows = model._default_manager.select_for_update().filter(pk__in=ids)
        for row in rows:
            row.wrapped_key = row.rewrapped_key()
            row.save(update_fields=["wrapped_key"])
    time.sleep(_PAUSE_SECONDS)
    return len(rows)
