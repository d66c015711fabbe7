"""Sign a backup with the key ring, and say what differs in a file that is not what was backed up.

The signature is a file beside the backup. Who has the backup and not the ring can read in it how many rows a
table has, as in the backup itself, and cannot make one.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from questionnaire.encryption import keyring
from questionnaire.encryption.macs import is_authentic, key_of, mac_of

SUFFIX: Final = ".signature"
_KIND: Final = "backup"
_ROWS: Final = 'SELECT * FROM "{}" ORDER BY 1'

#: By table: how many rows it has, and the SHA-256 of these.
Tables = Mapping[str, tuple[int, str]]


class SignatureError(Exception):
    """The backup cannot be trusted; see what it is."""


class UnsignedError(SignatureError):
    """There is no signature beside the backup, or it cannot be read."""


class UnknownKeyError(SignatureError):
    """The key ring does not have the key of the signature."""

    def __init__(self, key_id: str) -> None:
        super().__init__(key_id)
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class Difference:
    """A table that is not as it was backed up: its rows then and now, None where there was no such table."""

    table: str
    then: int | None
    now: int | None


class ChangedError(SignatureError):
    """The backup or its signature was changed; `differences` has what is known of where."""

    def __init__(self, differences: list[Difference]) -> None:
        super().__init__(differences)
        self.differences = differences


def path_of(backup: Path) -> Path:
    """Return where the signature of a backup is."""
    return backup.with_name(backup.name + SUFFIX)


def sign(backup: Path, sha256: str, tables: Tables) -> None:
    """Write the signature of a backup beside where it will be. Raise KeyRingError and OSError."""
    signed = {"sha256": sha256, "tables": {name: list(of) for name, of in sorted(tables.items())}}
    path = path_of(backup)
    if not keyring.write_secret(path, json.dumps({**signed, "mac": mac_of(_KIND, signed)}, indent=1) + "\n"):
        raise FileExistsError(17, "File exists", str(path))


def check(backup: Path) -> None:
    """Raise a SignatureError unless the file is what was backed up, KeyRingError, and OSError."""
    try:
        stored: dict[str, Any] = json.loads(path_of(backup).read_text(encoding="utf-8"))
        mac, signed = str(stored["mac"]), {"sha256": stored["sha256"], "tables": stored["tables"]}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise UnsignedError from None
    if not is_authentic(mac, _KIND, signed):
        if key_of(mac) not in keyring.ring().keys:
            raise UnknownKeyError(key_of(mac))
        raise ChangedError([])
    if sha256_of(backup) != signed["sha256"]:
        raise ChangedError(_differences(signed["tables"], tables_of(backup)))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file. Raise OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tables_of(path: Path) -> Tables:
    """Return the tables of a file of SQLite, and under "" its schema; nothing of another or damaged file."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            names = [
                row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            ]
            return {
                "": _digest(database, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"),
                **{name: _digest(database, _ROWS.format(name.replace('"', '""'))) for name in names},
            }
    except sqlite3.DatabaseError:
        return {}


def _digest(database: sqlite3.Connection, query: str) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    for row in database.execute(query):
        digest.update(repr(row).encode())
        count += 1
    return count, digest.hexdigest()


def _differences(then: Mapping[str, list[Any]], now: Tables) -> list[Difference]:
    return [
        Difference(name, then[name][0] if name in then else None, now[name][0] if name in now else None)
        for name in sorted({*then, *now} if then and now else ())
        if name not in then or name not in now or list(now[name]) != then[name]
    ]
