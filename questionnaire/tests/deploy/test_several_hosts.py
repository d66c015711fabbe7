"""docs/several-hosts.md as it is written, typed on six bare machines, up to what it says of hosts that stop.

The sixth is the computer of who types, from which ssh reaches the others; each has a systemd, a network and
an address of its own. What differs from the page: the certificate for who visits is made here, the program is
a copy, and what is installed is installed before the machines boot, since then they reach each other alone.
Power is cut by killing all that runs on a machine at once.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psycopg
import pytest
from django.conf import settings

from questionnaire.tests.cluster import BINARIES, HOST, Cluster, as_postgres, running_cluster
from questionnaire.tests.deploy import certificates
from questionnaire.tests.deploy.hosts import Hosts
from questionnaire.tests.deploy.machine import Machine, machine
from questionnaire.tests.deploy.network import network
from questionnaire.tests.deploy.proxies import NAME

PAGE: Final = (Path(settings.BASE_DIR) / "docs/several-hosts.md").read_text()
DESK: Final = "your own computer"
ADDRESSES: Final = {DESK: "10.20.0.9"} | {
    name: address for address, name in re.findall(r"^(10[\d.]+) (\w+)$", PAGE, re.MULTILINE)
}
_HOSTS: Final = re.compile(r"\b[Oo]n\s((?:\*\*[\w ]+\*\*(?:, | and )?)+)")
VISIT: Final = "cd /srv/stalkcheck && runuser -u stalkcheck -- .venv/bin/python questionnaire/tests/deploy"
#: In seconds: within which Caddy notices that a host is away, with those that it gives a connection.
NOTICED: Final = 10


@dataclass(frozen=True)
class Block:
    """Commands of the page, with the heading above them and the hosts on which it says to type them."""

    heading: str
    hosts: tuple[str, ...]
    text: str


def blocks() -> list[Block]:
    found = []
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        for fence in re.finditer(r"^```sh\n(.*?)^```", part, re.MULTILINE | re.DOTALL):
            hosts = re.findall(r"\*\*([\w ]+)\*\*", _HOSTS.findall(part[: fence.start()])[-1])
            found.append(
                Block(part.partition("\n")[0], tuple(hosts), fence[1].replace("/NAME/", f"/{NAME}/"))
            )
    return found


BLOCKS: Final = blocks()
#: Typed in order from nothing to served.
FIRST: Final = [block for block in BLOCKS if block.heading not in ("Programs", "When a host is away")]


def the_block(text: str) -> str:
    """Return the commands of the only block that has this."""
    (found,) = (block.text for block in BLOCKS if text in block.text)
    return found


def prepare(name: str, made: Machine) -> None:
    """Install what the page says of programs, and what makes this a machine that ssh reaches."""
    (made.files / "etc/hostname").write_text(f"{name.split()[-1]}\n")
    packages = "systemd-sysv dbus curl openssl " + ("openssh-client" if name == DESK else "openssh-server")
    made.run(f"apt-get update -qq && apt-get install -qq --no-install-recommends {packages}")
    if name in ("app1", "app2"):
        made.copy_project("/srv/stalkcheck")
    for block in BLOCKS:
        if block.heading == "Programs" and name in block.hosts:
            made.run(block.text.replace("git clone", "true"))
    # The port that is free here, when another PostgreSQL runs beside this machine.
    made.run("sed -i 's/^port = .*/port = 5432/' /etc/postgresql/*/main/postgresql.conf 2>/dev/null || true")


def let_in(machines: dict[str, Machine]) -> None:
    """Let the computer of who types in at all others by ssh, and give those who visit the certificate."""
    ask = "ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519"
    machines[DESK].run(f"install -d -m 700 /root/.ssh; {ask}")
    machines[DESK].run("echo 'StrictHostKeyChecking accept-new' >> /etc/ssh/ssh_config")
    key = (machines[DESK].files / "root/.ssh/id_ed25519.pub").read_text()
    for name in machines.keys() - {DESK}:
        machines[name].run(f"install -d -m 700 /root/.ssh; echo '{key}' > /root/.ssh/authorized_keys")
    (machines["proxy1"].files / "srv").mkdir(exist_ok=True)
    certificate, _key = certificates.make(machines["proxy1"].files / "srv", NAME)
    (machines["app2"].files / "srv/certificate.pem").write_bytes(certificate.read_bytes())


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    with ExitStack() as stack:
        machines = {name: stack.enter_context(machine()) for name in ADDRESSES}
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(prepare, machines.keys(), machines.values()))
        let_in(machines)
        made = Hosts(machines, ADDRESSES, stack.enter_context(network()))
        stack.callback(made.turn_off)
        for name in machines:
            made.turn_on(name)
        yield made


def follow(hosts: Hosts) -> str:
    """Type the page up to the first people, and return what making these said."""
    hosts.on("proxy1", "chown caddy /srv/certificate.pem /srv/key.pem")
    own = "echo 'tls /srv/certificate.pem /srv/key.pem' > /etc/caddy/hosts/site; systemctl restart caddy"
    said = ""
    for block in FIRST:
        for name in block.hosts:
            text = block.text
            if name == "proxy1":
                text = text.replace("systemctl restart caddy", own)
            said = hosts.on(name, text)
    hosts.on("app2", f"echo '{ADDRESSES['proxy1']} {NAME}' >> /etc/hosts")
    for name in ("app1", "app2"):
        wait_until_ready(hosts, name)
    return said


def wait_until_ready(hosts: Hosts, name: str) -> None:
    ask = "curl --silent --fail --retry 30 --retry-all-errors --retry-delay 1 --retry-max-time 60"
    for port in (8001, 8002):
        hosts.on(name, f"{ask} localhost:{port}/health/ready")


def assert_leads_to_a_signed_pdf(hosts: Hosts, said: str) -> None:
    _administrator, *people = re.findall(r"User name: (\S+)\nPassword: (\S+)", said)
    words = " ".join(word for person in people for word in person)

    visited = hosts.on("app2", f"{VISIT}/visit.py https://{NAME} /srv/certificate.pem {words}")

    assert "signed off: True" in visited
    assert "%PDF" in visited


def assert_is_shut(hosts: Hosts) -> None:
    """Assert that nobody is let in without TLS and a certificate or a password, and who visits is known."""
    bare = "curl --silent --insecure --max-time 5 https://app1:8443/health/live"
    assert "refused" in hosts.on("db1", f"{bare} || echo refused")
    plain = "psql 'host=db1 dbname=stalkcheck user=stalkcheck sslmode=disable' -c 'SELECT 1' 2>&1"
    assert "no encryption" in hosts.on("app1", f"{plain} || true")
    with_tls = plain.replace("disable", "require").replace("psql", "PGPASSWORD=wrong psql")
    assert "password authentication failed" in hosts.on("app1", f"{with_tls} || true")
    counted = (
        "runuser -u postgres -- psql --tuples-only --command='SELECT cache_key FROM shared_cache' stalkcheck"
    )
    assert ADDRESSES["app2"] in (found := hosts.on("db1", counted))  # from where people visited
    assert ADDRESSES["proxy1"] not in found


@dataclass(frozen=True)
class Asked:
    """A request of someone who types: when it began, how long it took, and what came of it."""

    begun: float
    seconds: float
    kind: str
    status: str
    reference: str


@contextmanager
def typists(hosts: Hosts, *names: str) -> Iterator[list[Asked]]:
    """Let these people type on app2 meanwhile; after it, the list has what they asked."""
    asked: list[Asked] = []
    hosts.on("app2", "rm -f /tmp/enough")
    with ThreadPoolExecutor(len(names)) as pool:
        working: list[Future[str]] = []
        for name in names:
            made = (
                f"runuser -u stalkcheck -- stalkcheck-manage adduser {name} --team North --role professional"
            )
            words = " ".join(re.findall(r"(?:User name|Password): (\S+)", hosts.on("app2", made)))
            command = f"{VISIT}/typist.py https://{NAME} /srv/certificate.pem {words} {name} /tmp/enough"
            working.append(pool.submit(hosts.on, "app2", command))
        try:
            time.sleep(8)
            yield asked
        finally:
            hosts.on("app2", "touch /tmp/enough")
    for work in working:
        for line in work.result().splitlines():
            begun, seconds, *rest = line.split()
            asked.append(Asked(float(begun), float(seconds), *rest))


def failed_after(asked: list[Asked], moment: float) -> list[Asked]:
    return [ask for ask in asked if ask.begun > moment and ask.status != "200"]


def assert_nothing_lost(hosts: Hosts, database: str, asked: list[Asked]) -> None:
    """Assert that what was confirmed is there, once, and whole."""
    query = "SELECT reference FROM questionnaire_case"
    command = f"runuser -u postgres -- psql --tuples-only --no-align --command='{query}' stalkcheck"
    stored = hosts.on(database, command).split()
    confirmed = {ask.reference for ask in asked if ask.kind == "POST" and ask.status == "200"}
    assert confirmed
    assert confirmed <= set(stored)
    assert len(stored) == len(set(stored))


def told(what: str, asked: list[Asked]) -> None:
    failed = Counter(f"{ask.kind} {ask.status}" for ask in asked if ask.status != "200")
    slowest = max(ask.seconds for ask in asked)
    print(f"{what}: {len(asked)} requests, failed {dict(failed)}, slowest {slowest:.1f} s")  # noqa: T201


def one_application_host_away(hosts: Hosts) -> None:
    """At first in order, as for an upgrade, and then without power."""
    with typists(hosts, "t.stop", "u.stop") as asked:
        hosts.on("app1", "systemctl stop 'stalkcheck-web@*' caddy")
        stopped = time.time()
        time.sleep(NOTICED + 10)
        hosts.on("app1", "systemctl start caddy stalkcheck-web@8001 stalkcheck-web@8002")
        wait_until_ready(hosts, "app1")
        time.sleep(5)
        hosts.cut_power("app1")
        cut = time.time()
        time.sleep(NOTICED + 10)
    told("app1 stopped, then without power", asked)
    failed = failed_after(asked, stopped + NOTICED)
    # Also not one that met the host at the moment of the cut.
    assert [ask for ask in failed if not -1 < ask.begun - cut < NOTICED] == []
    assert_nothing_lost(hosts, "db1", asked)


def the_primary_away(hosts: Hosts) -> None:
    with typists(hosts, "t.lost", "u.lost") as asked:
        hosts.cut_power("db1")
        time.sleep(5)
        hosts.on("db2", the_block("main promote"))
        promoted = time.time()
        time.sleep(NOTICED + 20)
    told("db1 without power, db2 promoted", asked)
    assert failed_after(asked, promoted + NOTICED) == []
    assert_nothing_lost(hosts, "db2", asked)
    hosts.on("app2", "runuser -u stalkcheck -- stalkcheck-manage verify_events")


def the_old_primary_follows(hosts: Hosts) -> None:
    hosts.turn_on("db1")
    time.sleep(10)
    assert "db2 is the primary now" in hosts.on("db1", "journalctl -u postgresql@15-main")

    for _again in range(2):
        hosts.on("db1", the_block("pg_basebackup").replace("primary=db1", "primary=db2"))
        time.sleep(5)
    hosts.on("db2", the_block("synchronous_standby_names"))

    with typists(hosts, "t.back") as asked:
        time.sleep(5)
    assert failed_after(asked, 0) == []
    assert_nothing_lost(hosts, "db1", asked)


def the_standby_away(hosts: Hosts) -> None:
    """Nothing is confirmed meanwhile, until the primary is told to go on without it."""
    with typists(hosts, "t.alone", "u.alone") as asked:
        hosts.cut_power("db1")
        time.sleep(25)
        hosts.on("db2", the_block("rm /etc/postgresql"))
        alone = time.time()
        time.sleep(NOTICED + 10)
    told("the standby without power", asked)
    assert failed_after(asked, 0)
    assert failed_after(asked, alone + NOTICED) == []
    assert_nothing_lost(hosts, "db2", asked)


@pytest.mark.soak
def test_the_page_leads_to_a_signed_pdf_and_through_the_loss_of_hosts(hosts: Hosts) -> None:
    """One test, so that the machines are made once: it takes minutes."""
    assert_leads_to_a_signed_pdf(hosts, follow(hosts))
    assert_is_shut(hosts)
    one_application_host_away(hosts)
    the_primary_away(hosts)
    the_old_primary_follows(hosts)
    the_standby_away(hosts)


#: What stands in for a host: nothing is started, and all runs as PostgreSQL's own account.
_STAND_INS: Final = """
systemctl() { :; }
runuser() { shift 3; "$@"; }
hostname() { echo db2; }
"""


def make_standby(primary: Cluster, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type the commands that make a standby of this folder, and return what came of the last of them."""
    text = the_block("pg_basebackup").replace("primary=db1", f"primary={HOST}")
    text = re.sub("^tls=.*$", f"tls='port={primary.port}'", text, flags=re.MULTILINE)
    text = text.replace("/var/lib/postgresql/15/", f"{folder}/").replace("/etc/", f"{folder}/etc/")
    return subprocess.run(  # noqa: S603
        ["/bin/bash", "-c", _STAND_INS + text],
        env={**os.environ, "PATH": f"{BINARIES[-1]}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        **as_postgres(folder),
    )


def slots(primary: Cluster) -> list[tuple[str, bool]]:
    """Return what a server keeps for who follows it, and whether each of these does."""
    with psycopg.connect(primary.url) as connection:
        return connection.execute("SELECT slot_name, active FROM pg_replication_slots").fetchall()


@contextmanager
def following(primary: Cluster, folder: Path) -> Iterator[None]:
    """Let something use the slot of the standby meanwhile."""
    command = [str(BINARIES[-1] / "pg_receivewal"), "--slot=db2", f"--directory={folder}", "--no-loop"]
    standby = subprocess.Popen([*command, f"--dbname={primary.url_of('replicator')}"])  # noqa: S603
    try:
        deadline = time.monotonic() + 20
        while slots(primary) != [("db2", True)]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield
    finally:
        standby.terminate()
        standby.wait()


@pytest.mark.servers
def test_a_standby_is_made_once_more_and_never_without_its_primary(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_cluster() as primary, TemporaryDirectory(prefix="standby-") as made:
        folder = Path(made)
        primary.psql("CREATE ROLE replicator LOGIN REPLICATION")
        for _again in range(2):
            assert (typed := make_standby(primary, folder)).returncode == 0, typed.stderr
            assert slots(primary) == [("db2", False)]
        made_last = (folder / "main/backup_label").read_text()

        with following(primary, folder):
            assert "is active" in make_standby(primary, folder).stderr
        primary.control("stop", "--mode=immediate")
        assert make_standby(primary, folder).returncode != 0

        assert (folder / "main/backup_label").read_text() == made_last
