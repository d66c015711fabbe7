"""Rows with a data key of their own."""

from django.db import models

from questionnaire.encryption import keyring


class EncryptedRow(models.Model):
    """A row with a data key of its own, which `questionnaire.lifecycle.key_rotation` finds by this class.

    The key ring locks it for this row alone; without its wrapped key nothing that it locks opens any more.
    """

    wrapped_key = models.BinaryField()

    class Meta:
        abstract = True

    def key_belongs_to(self) -> tuple[str, ...]:
        """What names the row that its key is bound to."""
        raise NotImplementedError

    def make_key(self) -> None:
        """Give a new row its data key, locked with the key ring."""
        self.wrapped_key = keyring.ring().wrap(keyring.new_key(), self._key_bound_to())

    def data_key(self) -> bytes:
        """The key of this row's content. Raises SealError, also when it was bound to another row."""
        return keyring.ring().unwrap(bytes(self.wrapped_key), self._key_bound_to())

    def rewrapped_key(self) -> bytes:
        """The same data key, locked with the current key of the ring. Raises SealError."""
        return keyring.ring().wrap(self.data_key(), self._key_bound_to())

    def _key_bound_to(self) -> bytes:
        return keyring.binding(self._meta.db_table, "wrapped_key", *self.key_belongs_to())
