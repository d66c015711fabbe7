"""Reading the environment variables that settings.py is made from.

Nothing here imports Django or touches a secret beyond the one file it is asked for.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

#: Seconds that anything waits for the database, before it says so.
_WAITS = 5

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def flag(name: str) -> bool:
    """True when the variable says so in so many words."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: tuple[str, ...]) -> list[str]:
    """A comma-separated variable as a list; the default when it is unset or blank."""
    given = [word.strip() for word in os.environ.get(name, "").split(",")]
    return [word for word in given if word] or list(default)


def keyring_path() -> Path:
    """Where the key ring is: outside the project, the database and so the backup."""
    if named := os.environ.get("STALKCHECK_KEYRING"):
        return Path(named).expanduser()
    configuration = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(configuration).expanduser() / "stalkcheck" / "keyring.json"


def secret_key(beside: Path) -> tuple[str, bool]:
    """Django's secret key, and whether it will still be the same in the next process.

    It comes from STALKCHECK_SECRET_KEY, or from the file `secret_key` beside the key ring. Commands that
    need no secret must run without either, so the last resort lasts one process; the server refuses it.
    """
    if named := os.environ.get("STALKCHECK_SECRET_KEY"):
        return named, True
    try:
        stored = beside.with_name("secret_key").read_text(encoding="ascii").strip()
    except OSError:
        stored = ""
    return (stored, True) if stored else (secrets.token_urlsafe(64), False)


def database(url: str, folder: Path) -> dict[str, Any]:
    """One entry of DATABASES from `postgres://...`, `sqlite:///path`, or "" for a file in `folder`.

    Raises ValueError for any other scheme, without repeating the URL: it may hold a password.
    """
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # As long as SQLite waits below; without these a page could wait for ever.
            "OPTIONS": {"connect_timeout": _WAITS, "options": f"-c lock_timeout={_WAITS}s"},
        }
    if url and parts.scheme != "sqlite":
        raise ValueError("DATABASE_URL must start with postgres:// or sqlite:///")
    path = Path(unquote(parts.path.removeprefix("/"))) if url else folder / "stalkcheck.sqlite3"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": _WAITS,
            # A write that starts as a read cannot wait for a lock, it fails at once; so every transaction
            # takes the write lock at its start.
            "transaction_mode": "IMMEDIATE",
            "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"),
        },
        # An in-memory database has no WAL, so tests get a file; one for each process, since several may run.
        "TEST": {"NAME": path.with_name(f"test-{os.getpid()}.sqlite3")},
    }


def openid_connect() -> dict[str, Any] | None:
    """The organisation's identity provider as allauth wants it, or None when none is named."""
    server = os.environ.get("STALKCHECK_OIDC_SERVER", "")
    if not server:
        return None
    return {
        "name": server,
        "client_id": os.environ["STALKCHECK_OIDC_CLIENT"],
        "secret": os.environ["STALKCHECK_OIDC_SECRET"],
        "settings": {"server_url": server, "oauth_pkce_enabled": True, "fetch_userinfo": False},
    }


def origin(url: str) -> str:
    """Scheme, host and port of an address, as a policy names it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
