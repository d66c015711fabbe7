"""Encrypted model fields: the database holds tokens that can be decrypted in their own row and column only.

Django does not tell a field for which row it reads a value, so decryption waits until the attribute is used:
a descriptor then asks the row for its data key and its uuid, which exists before the row is saved. Whatever
bypasses the model (`values()`, `update()`, `bulk_update()`, fixtures, historical models) gets an opaque
`Sealed` or an error.

Every value is padded to a multiple of the `pad_to` of its field before it is encrypted, so that its length
tells little; see docs/adr/0051.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, Model
from django.db.models.query_utils import DeferredAttribute

from questionnaire.encryption import keyring
from questionnaire.encryption.keyring import SealError


class EncryptableRow(Protocol):
    """What the model of an encrypted field must provide."""

    uuid: UUID

    def data_key(self) -> bytes:
        """Return the data key of this row. Raise SealError."""


#: What the token of padded bytes begins with; padded JSON is JSON, and has none.
_PADDED: Final = b"\x02"
#: The byte between padded bytes and the zeros after them.
_END: Final = b"\x80"
#: What a field is padded to when it does not say otherwise, in bytes.
_PAD_TO: Final = 1024
#: How often a row is loaded anew when it cannot be decrypted.
_ATTEMPTS: Final = 3
#: The attribute of a row with the token that a field had when it was loaded.
_AS_STORED: Final = "_{}_as_stored"


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted value as the database holds it; only the row it belongs to can decrypt it."""

    token: bytes = field(repr=False)


class SealedAttribute(DeferredAttribute):
    """Decrypts the field's value the first time it is read."""

    field: "EncryptedField"

    def __get__(self, instance: Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            instance.__dict__[_AS_STORED.format(self.field.attname)] = value
            value = instance.__dict__[self.field.attname] = self._decrypted(instance, value)
        return value

    def _decrypted(self, instance: Model, sealed: Sealed) -> Any:
        """Return the value, also when the row got a new data key while this request was reading.

        `lifecycle.data_keys` gives one to all rows of a case at once. Then the row, or the one that has its
        key, was loaded before that and the other after it: both are loaded anew.
        """
        try:
            return self.field.decrypt(instance, sealed)
        except SealError as error:
            # What was never stored cannot have changed since.
            for _attempt in range(0 if instance._state.adding else _ATTEMPTS):
                with suppress(SealError):
                    again = type(instance)._base_manager.filter(pk=instance.pk).first()
                    if again is None:
                        break
                    stored = again.__dict__[self.field.attname]
                    return self.field.decrypt(again, stored) if isinstance(stored, Sealed) else stored
            raise error from None

    def __set__(self, instance: Model, value: Any) -> None:
        # Makes this a data descriptor, so that the instance's dictionary does not take precedence.
        instance.__dict__[self.field.attname] = value


def has_same_token(one: Model, other: Model, name: str) -> bool:
    """Return whether the encrypted field `name` of two rows as they were loaded holds the very same token.

    Every encryption makes another, so then nobody wrote it in between.
    """
    tokens = [vars(row).get(_AS_STORED.format(name), vars(row).get(name)) for row in (one, other)]
    return isinstance(tokens[0], Sealed) and tokens[0] == tokens[1]


class EncryptedField(BinaryField):  # type: ignore[type-arg]  # generic only in the stubs
    """Bytes, padded, encrypted with the data key of the row and bound to table, column and row.

    `pad_to` is the number of bytes of which the padded length is a multiple. What was encrypted before values
    were padded can be decrypted too.
    """

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, pad_to: int = _PAD_TO, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not in `deconstruct`: the column stays as it is.
        self.pad_to = pad_to

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Sealed | None:
        if value is None:
            return None
        return Sealed(value.encode() if isinstance(value, str) else bytes(value))

    def pre_save(self, model_instance: Model, add: bool) -> Sealed | None:
        value = model_instance.__dict__[self.attname]
        if value is None and self.null:
            return None  # so that a query can ask for it
        return value if isinstance(value, Sealed) else self.encrypt(model_instance, value)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None and self.null:
            return None  # no value at all, as a migration that adds the column gives every row
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is encrypted: save its row to write it; it cannot be searched")
        return super().get_db_prep_value(value.token, connection, prepared)

    def value_to_string(self, obj: Model) -> str:
        raise TypeError(f"{self.name} is encrypted: it cannot be serialised")

    def encrypt(self, instance: Model, value: Any) -> Sealed:
        """Return the value as a token for this row."""
        row = cast(EncryptableRow, instance)
        padded = self.to_bytes(value) + _END
        padded += bytes(-len(padded) % self.pad_to)
        return Sealed(_PADDED + keyring.seal(row.data_key(), padded, _PADDED + self._binding(row)))

    def decrypt(self, instance: Model, sealed: Sealed) -> Any:
        """Return the value of this row's token. Raise SealError."""
        row = cast(EncryptableRow, instance)
        if not sealed.token.startswith(_PADDED):
            return self.to_value(keyring.unseal(row.data_key(), sealed.token, self._binding(row)))
        padded = keyring.unseal(row.data_key(), sealed.token[1:], _PADDED + self._binding(row))
        return self.to_value(padded.rstrip(b"\0")[:-1])

    def _binding(self, row: EncryptableRow) -> bytes:
        return keyring.binding(self.model._meta.db_table, cast(str, self.column), str(row.uuid))

    def to_bytes(self, value: Any) -> bytes:
        return bytes(value)

    def to_value(self, plain: bytes) -> Any:
        return plain


class EncryptedJSONField(EncryptedField):
    """A JSON value, encrypted. NaN and lone surrogates raise ValueError.

    It is padded with spaces, which a server of the version before reads as well.
    """

    def encrypt(self, instance: Model, value: Any) -> Sealed:
        row, text = cast(EncryptableRow, instance), self.to_bytes(value)
        padded = text + b" " * (-len(text) % self.pad_to)
        return Sealed(keyring.seal(row.data_key(), padded, self._binding(row)))

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()

    def to_value(self, plain: bytes) -> Any:
        return json.loads(plain)
