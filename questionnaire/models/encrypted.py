"""Give a row a data key of its own, wrapped by the key ring."""

from django.db import models

from questionnaire.encryption import keyring


class EncryptedRow(models.Model):
    """A row with a data key of its own; `lifecycle.key_rotation` finds these models by this class.

    The key is wrapped by the key ring and bound to the row. Without the wrapped key, nothing that the data
    key encrypts can be decrypted.
    """

    wrapped_key = models.BinaryField()

    class Meta:
        abstract = True

    def key_binding(self) -> tuple[str, ...]:
        """Return the values that identify the row to which its key is bound."""
        raise NotImplementedError

    def make_key(self) -> None:
        """Set a new, wrapped data key on a new row."""
        self.wrapped_key = keyring.ring().wrap(keyring.new_key(), self._binding())

    def data_key(self) -> bytes:
        """Return the key of this row's content. Raise SealError, also for a key bound to another row."""
        return keyring.ring().unwrap(bytes(self.wrapped_key), self._binding())

    def rewrapped_key(self) -> bytes:
        """Return the same data key, wrapped with the current key of the ring. Raise SealError."""
        return keyring.ring().wrap(self.data_key(), self._binding())

    def _binding(self) -> bytes:
        return keyring.binding(self._meta.db_table, "wrapped_key", *self.key_binding())
