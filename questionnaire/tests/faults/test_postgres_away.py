"""A PostgreSQL server that is restarted, loses its connections, or is locked, while people work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final

import psycopg
import pytest

from questionnaire.tests.cluster import Cluster, running_cluster
from questionnaire.tests.installations import Installation, installed
from questionnaire.tests.load import Load
from questionnaire.tests.served import Browser, Server

pytestmark = pytest.mark.soak

PEOPLE: Final = 3
#: Of all together in a second, so that many are under way whenever something fails.
REQUESTS: Final = 60


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def installation(cluster: Cluster, tmp_path: Path) -> Installation:
    return installed(cluster, tmp_path)


@pytest.fixture
def browser(installation: Installation, tmp_path: Path) -> Iterator[Browser]:
    with Server(tmp_path / "log", **installation.application) as server:
        yield installation.browser(server)


def terminate(cluster: Cluster) -> int:
    """End every other connection, and return how many there were."""
    with closing(psycopg.connect(cluster.url, autocommit=True)) as connection:
        found = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
    return int(found[0]) if found else 0


def test_restarts_and_lost_connections_under_load(
    cluster: Cluster, installation: Installation, browser: Browser
) -> None:
    random, terminated = Random(3), 0  # noqa: S311
    with Load([browser], installation.start_intakes(PEOPLE), REQUESTS) as load:
        for number in range(60):
            load.wait_for_saves(1, seconds=600)
            time.sleep(random.uniform(0, 0.3))
            terminated += terminate(cluster)
            if number % 20 == 10:
                cluster.control("restart", f"--mode={random.choice(['fast', 'immediate'])}")
    load.check(browser)
    print(load.statuses, terminated, load.acknowledged, max(answer[1] for answer in load.answers))  # noqa: T201

    assert load.lost == []
    assert set(load.statuses) == {200, 503}
    assert terminated > 20
    assert all(writer.acknowledged > 0 for writer in load.writers)
    installation.manage("verify_events")


def test_a_locked_database_answers_503_within_five_seconds_with_the_text(
    cluster: Cluster, installation: Installation, browser: Browser
) -> None:
    url = installation.url
    sent = {**dict(browser.get(url).controls.lists()), "fear_own_words": "Ik durf niet.", "_go": "next"}
    with psycopg.connect(cluster.url) as other:
        other.execute("LOCK TABLE questionnaire_chainhead IN EXCLUSIVE MODE")
        responses = [browser.post(url, sent), browser.post(url, sent, "application/json"), browser.get(url)]
        other.rollback()
    again = browser.post(url, dict(responses[0].controls.lists()))

    assert [response.status for response in responses] == [503] * 3
    # Four; on a busy machine one may take longer, though the lock is held until all three are answered.
    seconds = [response.seconds for response in responses]
    assert 3.5 < min(seconds) < 6, seconds
    assert max(seconds) < 15, seconds
    assert again.status == 302
    assert browser.get(url).controls["fear_own_words"] == "Ik durf niet."


def test_an_erased_intake_leaves_no_key_or_text_in_the_tables(
    cluster: Cluster, installation: Installation, browser: Browser
) -> None:
    """The key is in no table any more. The write-ahead log holds it for a while, as docs/privacy.md says."""
    url, uuid = installation.url, installation.intake
    sent = {**dict(browser.get(url).controls.lists()), "fear_own_words": "Ik durf niet. " * 900}
    assert browser.post(url, sent, "application/json").status == 200
    with closing(psycopg.connect(cluster.url, autocommit=True)) as other:
        row = "SELECT wrapped_key, content FROM questionnaire_intake WHERE uuid = %s"
        key, content = other.execute(row, [uuid]).fetchone() or (b"", b"")
        traces = [bytes(key), bytes(content)[100:148]]
        other.execute("CHECKPOINT")
        assert all(any(trace in file for file in cluster.files(log=False)) for trace in traces)

        installation.agree_to_erase(uuid)
        installation.manage("erase", str(uuid), "--by", "alice", "--reason", "asked", "--yes")

        other.execute("CHECKPOINT")
    assert not any(trace in file for trace in traces for file in cluster.files(log=False))
    assert any(traces[0] in file for file in cluster.files(log=True)), (
        "then docs/privacy.md promises too little"
    )
