"""Encrypted model fields: the database holds tokens that open only in their own row and column.

A field never sees its row when it is read, so opening waits until the attribute is used: a descriptor then
asks the model for its data key and its uuid, which exists before the row does. Whatever goes around the model
(`values()`, `update()`, `bulk_update()`, fixtures, historical models) gets an opaque `Sealed` or an error.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol, cast
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, Model
from django.db.models.query_utils import DeferredAttribute

from questionnaire.encryption import keyring


class Sealable(Protocol):
    """What a model with encrypted fields offers."""

    uuid: UUID

    def data_key(self) -> bytes:
        """The key of the intake this row belongs to."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as the database holds it. It shows nothing, and only the row it belongs to opens it."""

    token: bytes = field(repr=False)


class SealedAttribute(DeferredAttribute):
    """Opens the field's value the first time it is read."""

    field: "EncryptedField"

    def __get__(self, instance: Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.opened(instance, value)
        return value

    def __set__(self, instance: Model, value: Any) -> None:
        # A data descriptor, so that the instance's own dictionary does not go before __get__.
        instance.__dict__[self.field.attname] = value


class EncryptedField(BinaryField):  # type: ignore[type-arg]  # generic only in the stubs
    """Bytes, encrypted under the data key of the row's intake and bound to table, column and row."""

    descriptor_class = SealedAttribute

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Sealed | None:
        if value is None:
            return None
        return Sealed(value.encode() if isinstance(value, str) else bytes(value))

    def pre_save(self, model_instance: Model, add: bool) -> Sealed:
        value = model_instance.__dict__[self.attname]
        return value if isinstance(value, Sealed) else self.sealed(model_instance, value)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if not isinstance(value, Sealed):
            raise TypeError(
                f"{self.name} is encrypted: it is written by saving its row, and cannot be searched"
            )
        return super().get_db_prep_value(value.token, connection, prepared)

    def value_to_string(self, obj: Model) -> str:
        raise TypeError(f"{self.name} is encrypted: it is not exported")

    def sealed(self, instance: Model, value: Any) -> Sealed:
        """The value as a token for this row."""
        row = cast(Sealable, instance)
        return Sealed(keyring.seal(row.data_key(), self.to_bytes(value), self._bound_to(row)))

    def opened(self, instance: Model, sealed: Sealed) -> Any:
        """The value of this row's token. Raises SealError."""
        row = cast(Sealable, instance)
        return self.to_value(keyring.unseal(row.data_key(), sealed.token, self._bound_to(row)))

    def _bound_to(self, row: Sealable) -> bytes:
        return keyring.binding(self.model._meta.db_table, cast(str, self.column), str(row.uuid))

    def to_bytes(self, value: Any) -> bytes:
        return bytes(value)

    def to_value(self, plain: bytes) -> Any:
        return plain


class EncryptedJSONField(EncryptedField):
    """A JSON value, encrypted like any other. NaN and lone surrogates raise ValueError."""

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()

    def to_value(self, plain: bytes) -> Any:
        return json.loads(plain)
