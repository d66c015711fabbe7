"""Encrypt everything anew under new data keys, so that whoever has the old ones cannot read what follows.

A rotation wraps the same data keys with another key. Whoever has an older backup and the ring of then has
these data keys, and opens with them what is written later too. Here each case gets new ones, while people
work: it is locked for as long as its rows are written. What is done stays done, and an interrupted run is
finished by the next.
"""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.db.models import Model, QuerySet

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.encryption.fields import EncryptedField
from questionnaire.lifecycle import key_rotation
from questionnaire.models import (
    Case,
    EncryptedRow,
    Event,
    Intake,
    RingWrappedRow,
    SafetyPlan,
    TamperedCaseError,
    lock_case,
)

#: What the events of a run say of it, besides the key.
_STATE, _BEGUN, _DONE = "data_keys", "begun", "done"
#: Between two rows: SQLite gives its lock to any process that tries, not to the one that waits longest.
_PAUSE_SECONDS: Final = 0.02
#: The first of these that a model has leads to the row that has its key, and so to its case.
_TO_THE_KEY: Final = {"case": "case", "intake": "intake__case", "safety_plan": "safety_plan__case"}


def count_outdated() -> int:
    """Return how many rows have a data key from before the ring's current key was in use."""
    return sum(_outdated(model).count() for model in _by_themselves())


def begin_or_go_on() -> str:
    """Return the key of the ring under which everything gets new data keys, after a rotation to it.

    A run that was not finished goes on with its key. Raise KeyNotEverywhereError and SealError.
    """
    last = Event.objects.filter(code=EventCode.KEYS_ROTATED).order_by("-seq").first()
    current = keyring.ring().current
    if last and last.details and last.details.items() >= {"key": current, _STATE: _BEGUN}.items():
        return current
    key_id, _count = key_rotation.rotate()
    _record(key_id, _BEGUN)
    return key_id


def _record(key_id: str, state: str) -> None:
    with transaction.atomic():
        audit_log.record(None, EventCode.KEYS_ROTATED, details={"key": key_id, _STATE: state})


def renew() -> tuple[int, list[UUID]]:
    """Encrypt what is outdated under new data keys; return how many rows had one, and the cases left out.

    A case whose rights were changed outside the program is left out: someone has to look at that first.
    Raise SealError for what the ring does not open.
    """
    total, tampered = 0, set[UUID]()
    # Again: a server may have added rows before it read the ring.
    while rows := list(_rows(but=tampered)):
        for model, pk in rows:
            try:
                total += _renew(model, pk)
            except TamperedCaseError:
                tampered.add(pk)
            time.sleep(_PAUSE_SECONDS)
    if not tampered:
        _record(keyring.ring().current, _DONE)
    return total, sorted(tampered)


def in_a_case() -> list[type[Model]]:
    """Return the models with encrypted rows in a case: those with a key before what that encrypts."""
    others = [model for model in _encrypted_models() if model not in (Case, Intake, SafetyPlan)]
    return [Intake, SafetyPlan, *(model for model in others if not issubclass(model, RingWrappedRow))]


def _encrypted_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if _encrypted_fields(model)]


def _encrypted_fields(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedField)]


def _by_themselves() -> list[type[RingWrappedRow]]:
    """Return the models that are renewed row by row: the plan of a case goes with it."""
    models = [model for model in apps.get_models() if issubclass(model, RingWrappedRow)]
    return [model for model in models if model is not SafetyPlan]


def _outdated(model: type[RingWrappedRow]) -> QuerySet[RingWrappedRow]:
    return model._default_manager.exclude(made_under=keyring.ring().current)


def _rows(but: Iterable[UUID]) -> Iterator[tuple[type[RingWrappedRow], UUID]]:
    for model in _by_themselves():
        for pk in _outdated(model).exclude(pk__in=but).order_by("pk").values_list("pk", flat=True):
            yield model, pk


def _renew(model: type[RingWrappedRow], pk: UUID) -> int:
    """Renew one row with its key, a case with all that belongs to it; return 1, or 0 when it is gone."""
    with transaction.atomic():
        row = model._default_manager.select_for_update().filter(pk=pk).first()
        if row is None:
            return 0
        if isinstance(row, Case):
            case = lock_case(pk)
            _renew_rows([case, *rows_in(case, is_locking=True)])
            newest = case.intakes.defer("content").order_by("-started_at", "pk").first()
            audit_log.record(None, EventCode.ROWS_NAMED, newest)
        else:
            _renew_rows([row])
            audit_log.record(None, EventCode.ROWS_NAMED)
    return 1


def rows_in(case: Case, *, is_locking: bool = False) -> list[Any]:
    """Return the encrypted rows of a case, each with the very row that has its key."""
    with_key: dict[UUID | None, Model] = {case.pk: case}
    rows: list[Any] = []
    for model in in_a_case():
        to_case = next(path for name, path in _TO_THE_KEY.items() if _has_field(model, name))
        found = model._default_manager.filter(**{to_case: case})
        for row in found.select_for_update(of=("self",)) if is_locking else found:
            for name in _TO_THE_KEY:
                if owner := with_key.get(getattr(row, f"{name}_id", None)):
                    setattr(row, name, owner)
            if isinstance(row, EncryptedRow):
                with_key[row.pk] = row
            rows.append(row)
    return rows


def _has_field(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _renew_rows(rows: list[Any]) -> None:
    """Decrypt all, then make the keys, then encrypt: the key of a case wraps those of its intakes."""
    values = [values_of(row) for row in rows]
    for row in rows:
        if isinstance(row, EncryptedRow):
            row.make_key()
    for row, encrypted in zip(rows, values, strict=True):
        keys = [name for name in ("wrapped_key", "made_under") if _has_field(type(row), name)]
        row.save(update_fields=[*encrypted, *keys])


def values_of(row: Any) -> dict[str, Any]:
    """Return the encrypted values of a row, decrypted, and unwrap its own key. Raise SealError."""
    if isinstance(row, EncryptedRow):
        row.data_key()
    return {name: getattr(row, name) for name in _encrypted_fields(type(row))}
