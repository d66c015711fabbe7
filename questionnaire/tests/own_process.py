"""A command in a process of its own, at the tests' database and key ring."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The tests' database, as another process is told of it."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    user, password, name = (quote(str(told[part]), safe="") for part in ("USER", "PASSWORD", "NAME"))
    return f"postgres://{user}:{password}@{told['HOST']}:{told['PORT']}/{name}"


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """Begin `manage.py` with these arguments."""
    told = {"DATABASE_URL": database_url(), "STALKCHECK_KEYRING": str(settings.KEYRING_PATH)}
    return subprocess.Popen(  # noqa: S603  (our own command)
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, **told},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
