"""Give a row a data key of its own, wrapped by the key ring or by the key of another row."""

from django.db import models

from questionnaire.encryption import keyring


class EncryptedRow(models.Model):
    """A row with a data key of its own.

    The key is wrapped by the key ring and bound to the row. Without the wrapped key, nothing that the data
    key encrypts can be decrypted.
    """

    wrapped_key = models.BinaryField()
    #: The wrapped key that was unwrapped last with what it is bound to, and the key in it.
    _unwrapped: tuple[tuple[bytes, bytes], bytes] | None = None

    class Meta:
        abstract = True

    def key_binding(self) -> tuple[str, ...]:
        """Return the values that identify the row to which its key is bound."""
        raise NotImplementedError

    def make_key(self) -> None:
        """Set a new, wrapped data key on a new row."""
        self.wrap_key(keyring.new_key())

    def wrap_key(self, data_key: bytes) -> None:
        """Set this data key, wrapped."""
        self.wrapped_key = self._wrap(data_key)

    def data_key(self) -> bytes:
        """Return the key of this row's content. Raise SealError, also for a key bound to another row."""
        wrapped = (bytes(self.wrapped_key), self._binding())
        if self._unwrapped is None or self._unwrapped[0] != wrapped:
            self._unwrapped = (wrapped, self._unwrap(wrapped[0]))
        return self._unwrapped[1]

    def _wrap(self, data_key: bytes) -> bytes:
        return keyring.ring().wrap(data_key, self._binding())

    def _unwrap(self, token: bytes) -> bytes:
        return keyring.ring().unwrap(token, self._binding())

    def _binding(self) -> bytes:
        return keyring.binding(self._meta.db_table, "wrapped_key", *self.key_binding())


class RingWrappedRow(EncryptedRow):
    """A row whose data key the key ring wraps; `lifecycle.key_rotation` finds these models by this class.

    `made_under` is the id of the ring's key that was the current one when the data key was made; "" for one
    of before that was stored. See `lifecycle.data_keys`.
    """

    made_under = models.CharField(max_length=8, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    def make_key(self) -> None:
        super().make_key()
        self.made_under = keyring.ring().current

    def rewrap_key(self) -> None:
        """Set the same data key, wrapped with the current key of the ring. Raise SealError."""
        self.wrap_key(self.data_key())
