"""Read the environment variables that settings.py is made from.

Each can also come from a file, as secret stores provide them: NAME_FILE names it, and goes before NAME. A
wrong value ends the process with one line that names its variable, never with a traceback or the value, which
may be a secret. Nothing here imports Django, or reads another file than those that variables name and the
secret key beside the key ring.
"""

import re
import secrets
import sys
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import unquote, urlsplit

from environs import EnvError, FileAwareEnv

from stalkcheck.language import translated as _

LOOPBACK_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
_FLAGS: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("", "0", "false", "no", "off"), False),
}
_MAIL_PORTS: Final = {"smtp": 587, "smtps": 465}
#: Reads the file that NAME_FILE names, if it is set, and else NAME.
_env = FileAwareEnv(strip_whitespace=True)


def exit_with(*lines: str) -> NoReturn:
    """Print these lines to standard error and end the process with exit code 1.

    Raising alone is not enough: a server that imports this in a thread would show nothing.
    """
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201
    raise SystemExit(1)


def _read(name: str, *default: str) -> str:
    try:
        return str(_env.str(name, *default))
    except EnvError:
        exit_with(_("%(name)s must be set") % {"name": name})
    except (OSError, ValueError):
        exit_with(_("%(name)s_FILE must name a readable text file") % {"name": name})


def flag(name: str) -> bool:
    """Return whether the variable is 1, true, yes or on; it may also be 0, false, no, off, blank or unset."""
    value = text(name).strip().lower()
    if value not in _FLAGS:
        exit_with(_("%(name)s must be 1, true, yes or on, or 0, false, no or off") % {"name": name})
    return _FLAGS[value]


def number(name: str, default: int, *, least: int, most: int) -> int:
    """Return the variable as a whole number between these; the default when it is unset or blank."""
    value = text(name).strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        exit_with(
            _("%(name)s must be a whole number from %(least)s to %(most)s")
            % {"name": name, "least": least, "most": most}
        )
    return int(value)


def choice(name: str, *words: str) -> str:
    """Return which of these words the variable is; the first when it is unset or blank."""
    value = text(name).strip().lower() or words[0]
    if value not in words:
        exit_with(_("%(name)s must be one of: %(words)s") % {"name": name, "words": ", ".join(words)})
    return value


def workers() -> int:
    """Return how many processes answer requests."""
    return number("STALKCHECK_WORKERS", 2, least=1, most=64)


def log_format() -> str:
    """Return how a line of the log is made: for people, or as JSON."""
    return choice("STALKCHECK_LOG_FORMAT", "text", "json")


def proxies() -> int:
    """Return how many reverse proxies in front add to X-Forwarded-For; also for STALKCHECK_PROXY=yes."""
    word = text("STALKCHECK_PROXY").strip().lower()
    return int(_FLAGS[word]) if word in _FLAGS else number("STALKCHECK_PROXY", 0, least=0, most=9)


def text(name: str) -> str:
    """Return the variable, "" when it is unset."""
    return _read(name, "")


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
        exit_with(_("STALKCHECK_HOSTS: name each host. What stands for every name is refused."))
    return names


def secret(name: str, *default: str) -> str:
    """Return the variable, or the content of the file that the variable `name`_FILE names.

    Without a default one of the two must be set. A file that is named must not be empty.
    """
    value = _read(name, *default)
    if not value and text(f"{name}_FILE"):
        exit_with(_("%(name)s_FILE names an empty file") % {"name": name})
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


def is_address(address: str) -> bool:
    """Return whether this is a plain address of a server: by https, or on this computer."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    # It becomes part of a header: what browsers or proxies could read as another thing is refused.
    is_plain = re.fullmatch(r"[A-Za-z0-9:/._~%\[\]-]+", address) and re.fullmatch(r"[a-z0-9.:-]+", host)
    return is_safe and bool(is_plain)


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
            _("%(name)s cannot be read. URL-encode special characters of the password in it.")
            % {"name": "STALKCHECK_MAIL_SERVER"}
        )
    if parts.scheme not in _MAIL_PORTS or not parts.hostname:
        exit_with(_("STALKCHECK_MAIL_SERVER must be smtp://user:password@host:port or smtps://..."))
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
            _("STALKCHECK_MAIL_FROM must be the address that reminders come from, such as office@example.org")
        )
    return address
