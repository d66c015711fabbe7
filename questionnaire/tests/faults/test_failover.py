"""Two servers behind nginx while people write: one is killed, the database stands still or is lost.

nginx has the file of deploy/. It sends a post to another server only when it sent nothing to the first.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import pytest

from questionnaire.tests.cluster import HOST, Cluster, running_cluster
from questionnaire.tests.deploy.proxies import BEHIND_PROXY, ProxiedBrowser, Proxy
from questionnaire.tests.installations import ROLE, Installation, installed
from questionnaire.tests.load import Load
from questionnaire.tests.served import Browser, Server

PEOPLE: Final = 4
BAD_GATEWAY: Final = 502


@dataclass(frozen=True)
class Service:
    """Two servers of an installation, and where people write."""

    installation: Installation
    servers: list[Server]
    proxy: Proxy
    urls: list[str]

    @property
    def browser(self) -> Browser:
        return ProxiedBrowser(self.proxy, self.servers[0], self.installation.session)

    def load(self) -> Load:
        return Load([self.browser], self.urls)

    def verify(self, load: Load) -> None:
        """Check that what was acknowledged is there, and that chains and seals are whole."""
        load.check(self.browser)
        print(load.statuses, load.acknowledged, max(answer[1] for answer in load.answers))  # noqa: T201
        assert load.lost == []
        self.installation.manage("seal_events")
        self.installation.manage("verify_events")
        self.installation.manage("verify_rights")


@pytest.fixture
def primary() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def standby(primary: Cluster) -> Iterator[Cluster]:
    """Give a server that has everything before the primary says that it is done."""
    with running_cluster(source=primary) as cluster:
        primary.psql("ALTER SYSTEM SET synchronous_standby_names = '*'; SELECT pg_reload_conf();")
        with closing(psycopg.connect(primary.url, autocommit=True)) as owner:
            while owner.execute("SELECT sync_state FROM pg_stat_replication").fetchall() != [("sync",)]:
                time.sleep(0.1)
        yield cluster


def service_at(url: str, primary: Cluster, folder: Path, stack: ExitStack) -> Service:
    installation = installed(primary, folder)
    installation = Installation(
        primary,
        installation.owner,
        {**installation.application, **BEHIND_PROXY, "DATABASE_URL": url},
        installation.session,
        installation.intake,
    )
    urls = installation.start_intakes(PEOPLE)
    (folder / "proxy").mkdir()
    servers = [
        stack.enter_context(Server(folder / name, **installation.application, STALKCHECK_SERVER_NAME=name))
        for name in ("een", "twee")
    ]
    ports = [server.port for server in servers]
    proxy = stack.enter_context(Proxy("nginx", folder / "proxy", ports))
    return Service(installation, servers, proxy, urls)


@pytest.fixture
def service(primary: Cluster, tmp_path: Path) -> Iterator[Service]:
    with ExitStack() as stack:
        yield service_at(primary.url_of(ROLE), primary, tmp_path, stack)


@pytest.mark.soak
def test_a_server_that_is_killed_takes_at_most_what_it_was_doing(service: Service) -> None:
    with service.load() as load:
        load.wait_for_saves(20)
        service.servers[0].kill()
        load.wait_for_saves(20)
        service.servers[0].start()
        load.wait_for_saves(20)
    service.verify(load)

    assert set(load.statuses) <= {200, BAD_GATEWAY}
    assert load.statuses[BAD_GATEWAY] <= PEOPLE  # what it was doing


@pytest.mark.soak
def test_a_rolling_restart_fails_nobody(service: Service) -> None:
    with service.load() as load:
        for server in service.servers:
            load.wait_for_saves(20)
            server.stop()
            load.wait_for_saves(10)
            server.start()
        load.wait_for_saves(20)
    service.verify(load)

    assert set(load.statuses) == {200}


@pytest.mark.soak
def test_a_database_that_stands_still_is_told_within_six_seconds(service: Service) -> None:
    cluster = service.installation.cluster
    with service.load() as load:
        load.wait_for_saves(10)
        cluster.signal(signal.SIGSTOP)
        time.sleep(20)
        cluster.signal(signal.SIGCONT)
        load.wait_for_saves(20)
    service.verify(load)

    assert set(load.statuses) == {200, 503}
    # Of those that failed: on a busy machine one that succeeds can take longer.
    assert max(seconds for _began, seconds, status in load.answers if status == 503) < 6


@pytest.mark.servers
def test_a_lost_primary_and_a_promoted_standby_lose_nothing(
    primary: Cluster, standby: Cluster, tmp_path: Path
) -> None:
    hosts = f"{HOST}:{primary.port},{HOST}:{standby.port}"
    url = f"postgres://{ROLE}@{hosts}/postgres?target_session_attrs=read-write"
    with ExitStack() as stack:
        service = service_at(url, primary, tmp_path, stack)
        with service.load() as load:
            load.wait_for_saves(20)
            primary.signal(signal.SIGKILL)
            lost_at = time.monotonic()
            standby.control("promote")
            standby.psql("ALTER SYSTEM RESET synchronous_standby_names; SELECT pg_reload_conf();")
            promoted_at = time.monotonic()
            load.wait_for_saves(20)
        print(  # noqa: T201
            f"served again {load.first_success_after(promoted_at):.1f} s after the promotion, "
            f"which took {promoted_at - lost_at:.1f} s"
        )
        assert load.first_success_after(promoted_at) < 10
        service.verify(load)
    assert set(load.statuses) <= {200, 503}
