"""Run a command in a process of its own, with the tests' database and key ring."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """Return the URL of the tests' database, for another process."""
    settings_dict = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings_dict['NAME']}"
    user, password, name = (quote(str(settings_dict[key]), safe="") for key in ("USER", "PASSWORD", "NAME"))
    return f"postgres://{user}:{password}@{settings_dict['HOST']}:{settings_dict['PORT']}/{name}"


def database_files() -> list[bytes]:
    """Return the contents of the tests' SQLite database and its log, a file each; nothing on PostgreSQL.

    Another process reads them: one that closes a file loses all its locks on it, and then a server that stops
    deletes the log under the tests' own connection (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    if connection.vendor != "sqlite":
        return []
    path = Path(connection.settings_dict["NAME"])
    return [
        subprocess.run(["/bin/cat", file], capture_output=True, check=True).stdout  # noqa: S603  (our own file)
        for file in path.parent.glob(f"{path.name}*")
    ]


def run_without_setup(arguments: list[str], home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments as on a machine where nothing was set up yet."""
    own_names = ("STALKCHECK_", "DATABASE_URL", "XDG_CONFIG_HOME", "DJANGO_", "COV")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(own_names)}
    environment = {**inherited, "HOME": str(home), "DATABASE_URL": f"sqlite:///{home}/db.sqlite3", **extra}
    return subprocess.run(  # noqa: S603  (our own commands)
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """Start `manage.py` with these arguments."""
    environment = {"DATABASE_URL": database_url(), "STALKCHECK_KEYRING": str(settings.KEYRING_PATH)}
    return subprocess.Popen(  # noqa: S603  (our own command)
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
