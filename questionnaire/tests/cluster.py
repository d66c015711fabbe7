"""A PostgreSQL server of its own for a test, in a folder, and a standby that follows it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest

HOST: Final = "127.0.0.1"
BINARIES: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_POOLER: Final = "/usr/sbin/pgbouncer"
_START_SECONDS: Final = 60
#: What a primary lets a standby do.
_FOLLOWED: Final = """
wal_level=replica
max_wal_senders=4
hot_standby=on
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def as_postgres(folder: Path) -> dict[str, Any]:
    """Return for `subprocess` as whom PostgreSQL runs, which refuses to be root; give them the folder."""
    if os.geteuid() != 0:
        return {}
    postgres = pwd.getpwnam("postgres")
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):  # of a server that runs in it and has just renamed or removed it
            os.chown(path, postgres.pw_uid, postgres.pw_gid)
    return {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}


class Cluster:
    """A PostgreSQL server in a folder, which is stopped."""

    def __init__(self, folder: Path, configuration: str = "", *, source: Cluster | None = None) -> None:
        self.folder, self.port, self._account = folder, free_port(), as_postgres(folder)
        if source:
            self._run("pg_basebackup", "--write-recovery-conf", "--checkpoint=fast", f"--dbname={source.url}")
        else:
            self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync")
        with (folder / "postgresql.conf").open("a") as file:
            file.write(f"\nport={self.port}\nlisten_addresses='{HOST}'\n")
            file.write(f"unix_socket_directories='{folder}'\n{configuration}\n")

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, role: str, query: str = "") -> str:
        return f"postgres://{role}@{HOST}:{self.port}/postgres{query}"

    def control(self, *arguments: str) -> None:
        self._run("pg_ctl", "--wait", f"--log={self.folder}/log", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603
            [BINARIES[-1] / program, f"--pgdata={self.folder}", *arguments],
            stdout=subprocess.DEVNULL,
            check=True,
            **self._account,
        )

    def psql(self, script: str) -> None:
        """Run a script as the owner, as an operator does."""
        command = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", self.url]
        subprocess.run(command, input=script, text=True, check=True, stdout=subprocess.DEVNULL)  # noqa: S603

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all its processes, so that it stands still, or goes on."""
        main = int((self.folder / "postmaster.pid").read_text().split()[0])
        for status in Path("/proc").glob("[0-9]*/status"):
            with suppress(OSError):
                fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                if main in (int(fields["PPid"]), int(fields["Pid"])):
                    os.kill(int(fields["Pid"]), number)

    def files(self, *, log: bool) -> Iterator[bytes]:
        """Return the contents of the files of its tables, or of its write-ahead log."""
        for path in (self.folder / ("pg_wal" if log else "base")).rglob("*"):
            if path.is_file():
                yield path.read_bytes()


@contextmanager
def running_cluster(configuration: str = "", source: Cluster | None = None) -> Iterator[Cluster]:
    """Give a server that runs; skip the test where there is no PostgreSQL."""
    if not BINARIES:
        pytest.skip("Install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    folder.chmod(0o700)
    cluster = Cluster(folder, configuration or _FOLLOWED, source=source)
    try:
        cluster.control("start")
        yield cluster
    finally:
        with suppress(OSError):
            cluster.signal(signal.SIGCONT)
        with suppress(subprocess.CalledProcessError):  # it may have been killed
            cluster.control("stop", "--mode=immediate")
        shutil.rmtree(folder)


@contextmanager
def pooler(cluster: Cluster, role: str) -> Iterator[str]:
    """Give the URL of a PgBouncer before the cluster that lends a connection for one transaction."""
    if not Path(_POOLER).exists():
        pytest.skip("Install pgbouncer")
    folder, port = Path(tempfile.mkdtemp(prefix="pooler-")), free_port()
    (folder / "users.txt").write_text(f'"{role}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\npostgres = host={HOST} port={cluster.port}\n"
        f"[pgbouncer]\nlisten_addr={HOST}\nlisten_port={port}\nunix_socket_dir=\n"
        f"auth_type=trust\nauth_file={folder}/users.txt\nlogfile={folder}/log\n"
        "pool_mode=transaction\ndefault_pool_size=3\n"
    )
    account = as_postgres(folder)
    process = subprocess.Popen(  # noqa: S603
        [_POOLER, "--quiet", folder / "pgbouncer.ini"], stderr=subprocess.DEVNULL, **account
    )
    try:
        wait_for_port(port)
        yield f"postgres://{role}@{HOST}:{port}/postgres"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def wait_for_port(port: int) -> None:
    """Wait until something listens there."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection((HOST, port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
