"""Read which database it is, and how it is reached, from DATABASE_URL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from stalkcheck.environment import exit_with
from stalkcheck.language import translated as _

#: Seconds that anything waits for SQLite before it gives up.
_SQLITE_SECONDS: Final = 5
#: Seconds that a lock in PostgreSQL is waited for, and that a connection to it may take to be made.
LOCK_SECONDS: Final = 4
CONNECT_SECONDS: Final = 4
#: What a connection asks of PostgreSQL, unless its role has it. To compile a query takes longer than to run.
SESSION_SETTINGS: Final = {"lock_timeout": f"{LOCK_SECONDS}s", "jit": "off"}
#: What a server asks besides: of a host that is gone, or hangs in a transaction, its locks must come free.
SERVER_SETTINGS: Final = {
    "idle_in_transaction_session_timeout": "20s",
    "tcp_keepalives_idle": "5s",
    "tcp_keepalives_interval": "2s",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
}
#: What `manage.py grants` sets for a role: all of this, also where a pooler lends connections. A command that
#: needs longer for one query says so.
ROLE_SETTINGS: Final = {**SESSION_SETTINGS, **SERVER_SETTINGS, "statement_timeout": "60s"}
#: What settings.py sets by itself, or what would make every query another.
_OWN_OPTIONS: Final = frozenset({"client_encoding", "options", "replication", "service"})
#: A host that is gone without a word is left after some ten seconds, not after TCP's quarter of an hour.
_KEEPALIVES: Final = {
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


def database(
    url: str, folder: Path, *, connection_seconds: int = 60, behind_pooler: bool = False
) -> dict[str, Any]:
    """Return one entry of DATABASES from `postgres://...`, `sqlite:///path`, or "" for a file in `folder`.

    A connection is kept for `connection_seconds`. Behind a pooler that lends one for a transaction nothing
    is set in a session, which it would not keep: the role has the settings, by `manage.py grants`.
    """
    scheme = url.partition("://")[0]
    if scheme in {"postgres", "postgresql"}:
        return _postgres(url, connection_seconds, behind_pooler=behind_pooler)
    if url and scheme != "sqlite":
        exit_with(_("DATABASE_URL must start with postgres:// or sqlite:///"))
    path = unquote(urlsplit(url).path.removeprefix("/"))
    return _sqlite(Path(path) if url else folder / "stalkcheck.sqlite3", connection_seconds)


def _postgres(url: str, connection_seconds: int, *, behind_pooler: bool) -> dict[str, Any]:
    # Imported where there is a PostgreSQL: they take a tenth of the start of a command.
    from psycopg import Error, conninfo, pq

    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()} - _OWN_OPTIONS
    try:
        query = url.partition("?")[2]
        asked = [name for name, _value in parse_qsl(query, keep_blank_values=True)]
        if unknown := [name for name in asked if name not in known]:
            if "@" in query:  # then the ? can be one of the password, and what follows too
                raise ValueError
            exit_with(_("DATABASE_URL has an option that is not known: %(name)s") % {"name": unknown[0]})
        found = {name: str(value) for name, value in conninfo.conninfo_to_dict(url).items()}
        [int(port) for port in found.get("port", "").split(",") if port]
    except (Error, ValueError):
        exit_with(
            _("%(name)s cannot be read. URL-encode special characters of the password in it.")
            % {"name": "DATABASE_URL"}
        )
    login = {name: found.pop(name, "") for name in ("dbname", "user", "password", "host", "port")}
    # Beside these, so that whoever names an option of libpq has that.
    options = {"connect_timeout": str(CONNECT_SECONDS), **_KEEPALIVES, **found}
    if not behind_pooler:
        options["options"] = options_of(SESSION_SETTINGS)
    return {
        "ENGINE": "stalkcheck.postgresql",
        "NAME": login["dbname"],
        "USER": login["user"],
        "PASSWORD": login["password"],
        "HOST": login["host"],
        "PORT": login["port"],
        "CONN_MAX_AGE": connection_seconds,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": behind_pooler,
        "OPTIONS": options,
    }


def options_of(session_settings: dict[str, str]) -> str:
    """Return settings of a session as the option of a connection that sets them."""
    return " ".join(f"-c {name}={value}" for name, value in session_settings.items())


def _sqlite(path: Path, connection_seconds: int) -> dict[str, Any]:
    return {
        "ENGINE": "stalkcheck.sqlite",
        "NAME": path,
        # Opening a file and its log anew for each request costs more than most of its queries.
        "CONN_MAX_AGE": connection_seconds,
        "OPTIONS": {
            "timeout": _SQLITE_SECONDS,
            # A transaction that reads and then writes cannot wait for the write lock, it fails at once; so
            # every transaction takes that lock at its start.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
        # An in-memory database has no WAL, so tests get a file; one for each process, since several may run.
        "TEST": {"NAME": path.with_name(f"test-{os.getpid()}.sqlite3")},
    }
