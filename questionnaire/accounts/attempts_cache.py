"""Cache in the database without trusting the database: it can hold plain values and run nothing.

Django stores pickled values, and reading a pickle runs what it names. So whoever could write this one table
could run code in the server, which has the key ring.
"""

import base64
import io
import pickle  # nosec
from collections.abc import Iterable
from typing import Any

from django.core.cache.backends import db
from django.db import connections, router


class _PlainUnpickler(pickle.Unpickler):
    """Reads numbers, texts, lists and the like; a pickle that names a class or a function is refused."""

    def find_class(self, module: str, name: str, /) -> Any:
        raise pickle.UnpicklingError


class AttemptsCache(db.DatabaseCache):
    """Counts attempts to sign in, and remembers which codes were used."""

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """Return the values by their keys, without those that are over or that are no plain values."""
        wanted = {self.make_and_validate_key(key, version=version): key for key in keys}
        connection = connections[router.db_for_read(self.cache_model_class)]
        table = connection.ops.quote_name(self.cache_model_class._meta.db_table)
        marks = ", ".join(["%s"] * len(wanted))
        now = connection.ops.adapt_datetimefield_value(db.tz_now().replace(microsecond=0))  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT cache_key, value FROM {table} WHERE cache_key IN ({marks}) AND expires >= %s",  # noqa: S608  # nosec
                [*wanted, now],
            )
            found = [(wanted[key], _plain_value(text)) for key, text in cursor.fetchall()]
        return {key: value[0] for key, value in found if value}


def _plain_value(text: str) -> tuple[Any] | None:
    try:
        return (_PlainUnpickler(io.BytesIO(base64.b64decode(text))).load(),)
    except Exception:  # noqa: BLE001  (a broken pickle can raise anything)
        return None
