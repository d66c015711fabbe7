"""Read the environment variables that settings.py is made from.

A wrong value ends the process with one line that names its variable, never with a traceback or the value,
which may be a secret. Nothing here imports Django, or reads another file than those that variables name and
the secret key beside the key ring.
"""

import os
import re
import secrets
import sys
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from environs import Env, EnvError, FileAwareEnv, ValidationError

LOOPBACK_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
#: Seconds that anything waits for the database before it gives up.
_DATABASE_TIMEOUT: Final = 5
#: Seconds for which a thread keeps its connection to the database.
_CONNECTION_AGE: Final = 60
_FLAGS: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("", "0", "false", "no", "off"), False),
}
_MAIL_PORTS: Final = {"smtp": 587, "smtps": 465}
_env = Env()
#: Reads the file that NAME_FILE names, if it is set, and else NAME.
_env_or_file = FileAwareEnv(strip_whitespace=True)

_Value = TypeVar("_Value")


def exit_with(*lines: str) -> NoReturn:
    """Print these lines to standard error and end the process with exit code 1.

    Raising alone is not enough: a server that imports this in a thread would show nothing.
    """
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201
    raise SystemExit(1)


@_env.parser_for("flag")
def _parse_flag(value: str) -> bool:
    try:
        return _FLAGS[value.strip().lower()]
    except KeyError:
        raise ValidationError("must be 1, true, yes or on, or 0, false, no or off") from None


def _read(parse: Callable[..., _Value], name: str, *default: str) -> _Value:
    try:
        return parse(name, *default)
    except EnvError as error:
        exit_with(str(error))
    except (OSError, ValueError):
        exit_with(f"{name}_FILE must name a readable text file")


def flag(name: str) -> bool:
    """Return whether the variable is 1, true, yes or on; it may also be 0, false, no, off, blank or unset."""
    value: bool = _read(_env.flag, name, "")
    return value


def text(name: str) -> str:
    """Return the variable, "" when it is unset."""
    return _read(_env.str, name, "")


def folder(name: str) -> Path | None:
    """Return the folder that the variable names; None when it is unset or blank."""
    path = text(name).strip()
    return Path(path).expanduser() if path else None


def comma_separated(name: str, default: tuple[str, ...]) -> list[str]:
    """Return the values of a comma-separated variable; the default when it is unset or blank."""
    values = [value.strip() for value in text(name).split(",")]
    return [value for value in values if value] or list(default)


def hosts() -> list[str]:
    """Return the host names that it is served under; those of loopback when none is named.

    With a name that stands for any name, ends the process: an address in the Host header would be trusted.
    """
    names = comma_separated("STALKCHECK_HOSTS", default=LOOPBACK_HOSTS)
    if "*" in names:
        exit_with("STALKCHECK_HOSTS: name each host. What stands for every name is refused.")
    return names


def secret(name: str, *default: str) -> str:
    """Return the variable, or the content of the file that the variable `name`_FILE names.

    Without a default one of the two must be set. A file that is named must not be empty.
    """
    value = _read(_env_or_file.str, name, *default)
    if not value and text(f"{name}_FILE"):
        exit_with(f"{name}_FILE names an empty file")
    return value


def is_loopback(address: str) -> bool:
    """Return whether only this computer reaches this address, given by number or as `localhost`."""
    if address.lower() == "localhost":
        return True
    try:
        number = ip_address(address.strip("[]"))
    except ValueError:
        return False
    mapped = number.ipv4_mapped if isinstance(number, IPv6Address) else None
    return (mapped or number).is_loopback


def keyring_path() -> Path:
    """Return where the key ring is: outside the project and the database, and so outside the backup."""
    if path := text("STALKCHECK_KEYRING"):
        return Path(path).expanduser()
    return Path(text("XDG_CONFIG_HOME") or "~/.config").expanduser() / "stalkcheck" / "keyring.json"


def secret_key(beside: Path) -> tuple[str, bool]:
    """Return Django's secret key, and whether the next process will have the same one.

    It comes from STALKCHECK_SECRET_KEY, or from the file `secret_key` beside the key ring. Commands that
    need no secret must run without either, so the last resort is a key for one process; servers refuse it.
    """
    if configured := secret("STALKCHECK_SECRET_KEY", ""):
        return configured, True
    try:
        stored = beside.with_name("secret_key").read_text(encoding="ascii").strip()
    except OSError:
        stored = ""
    return (stored, True) if stored else (secrets.token_urlsafe(64), False)


def database(url: str, folder: Path) -> dict[str, Any]:
    """Return one entry of DATABASES from `postgres://...`, `sqlite:///path`, or "" for a file in `folder`."""
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:
        exit_with("DATABASE_URL cannot be read. Percent-encode special characters of the password in it.")
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgres(parts, port)
    if url and parts.scheme != "sqlite":
        exit_with("DATABASE_URL must start with postgres:// or sqlite:///")
    return _sqlite(Path(unquote(parts.path.removeprefix("/"))) if url else folder / "stalkcheck.sqlite3")


def _postgres(parts: SplitResult, port: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "CONN_MAX_AGE": _CONNECTION_AGE,
        "CONN_HEALTH_CHECKS": True,
        # Without the timeouts a page could wait for ever. To compile a query takes longer than to run it.
        "OPTIONS": {
            "connect_timeout": _DATABASE_TIMEOUT,
            "options": f"-c lock_timeout={_DATABASE_TIMEOUT}s -c jit=off",
        },
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "stalkcheck.sqlite",
        "NAME": path,
        # Opening a file and its log anew for each request costs more than most of its queries.
        "CONN_MAX_AGE": _CONNECTION_AGE,
        "OPTIONS": {
            "timeout": _DATABASE_TIMEOUT,
            # A transaction that reads and then writes cannot wait for the write lock, it fails at once; so
            # every transaction takes that lock at its start.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
        # An in-memory database has no WAL, so tests get a file; one for each process, since several may run.
        "TEST": {"NAME": path.with_name(f"test-{os.getpid()}.sqlite3")},
    }


def mail_server() -> dict[str, Any] | None:
    """Return Django's settings for the mail server that STALKCHECK_MAIL_SERVER names; None when none is.

    smtps:// begins with TLS, and smtp:// changes to it, but on this computer.
    """
    url = secret("STALKCHECK_MAIL_SERVER", "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        exit_with(
            "STALKCHECK_MAIL_SERVER cannot be read. Percent-encode special characters of the password in it."
        )
    if parts.scheme not in _MAIL_PORTS or not parts.hostname:
        exit_with("STALKCHECK_MAIL_SERVER must be smtp://user:password@host:port or smtps://...")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or _MAIL_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and not is_loopback(parts.hostname),
        "DEFAULT_FROM_EMAIL": _mail_from(),
    }


def _mail_from() -> str:
    address = text("STALKCHECK_MAIL_FROM").strip()
    if not re.fullmatch(r"[^@\s<>,;:]+@[^@\s<>,;:]+", address):
        exit_with(
            "STALKCHECK_MAIL_FROM must be the address that reminders come from, such as office@example.org"
        )
    return address


def openid_connect() -> dict[str, Any] | None:
    """Return the organisation's identity provider in the form that allauth takes; None when none is named."""
    server = text("STALKCHECK_OIDC_SERVER")
    if not server:
        return None
    return {
        "name": server,
        "client_id": _read(_env.str, "STALKCHECK_OIDC_CLIENT"),
        "secret": secret("STALKCHECK_OIDC_SECRET"),
        "settings": {"server_url": server, "oauth_pkce_enabled": True, "fetch_userinfo": False},
    }


def origin(url: str) -> str:
    """Return scheme, host and port of an address, as a content security policy names it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
