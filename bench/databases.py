"""Run a bench on new databases of both kinds; PostgreSQL is started for as long as the bench runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

KINDS: Final = ("sqlite", "postgresql")


def on_both(
    only: str | None,
    names: Sequence[str],
    run: Callable[[str, Sequence[str], Path], bool],
    settings: Sequence[str] = (),
) -> int:
    """Return 1 when a run missed a goal, or PostgreSQL is not installed; else 0.

    `run` gets the kind, the addresses of empty databases with these names, and a folder that is removed
    afterwards; it returns whether a goal is missed. `only` is one of the kinds, None for both. `settings` are
    those of PostgreSQL. The script of the bench is started again within that, with `--only postgresql`.
    """
    missed = False
    if only != "postgresql":
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            missed |= run("sqlite", [f"sqlite:///{folder}/{name}.sqlite3" for name in names], Path(folder))
    if only == "sqlite":
        return int(missed)
    if shutil.which("pg_virtualenv") is None:
        print("PostgreSQL: NOT RUN, it is not installed")
        return 1
    if "PGPORT" not in os.environ:
        command = ["pg_virtualenv", "-t", *(part for each in settings for part in ("-o", each))]
        command += [sys.executable, *sys.argv, "--only", "postgresql"]
        return int(missed) | subprocess.run(command, check=False).returncode  # noqa: S603
    user, password, port = (os.environ[name] for name in ("PGUSER", "PGPASSWORD", "PGPORT"))
    for name in names:
        subprocess.run(["createdb", name], check=True)  # noqa: S603, S607
    urls = [f"postgres://{user}:{password}@localhost:{port}/{name}" for name in names]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return int(missed | run("postgresql", urls, Path(folder)))
