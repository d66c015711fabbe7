"""What is counted is counted by all workers together, and tells of no person."""

from __future__ import annotations

from pathlib import Path

import pytest

from questionnaire.operations import metrics
from questionnaire.tests.own_process import run_without_setup

#: Two workers count one request each, and one asks for what both counted.
COUNT = """
import os, sys
from questionnaire.operations import metrics
metrics.REQUESTS.labels("fear", "GET", 200).inc()
metrics.PDFS_WANTED.inc()
if sys.argv[1] == "ask": print(metrics.exposition().decode())
"""


def test_the_workers_of_a_server_count_together(tmp_path: Path) -> None:
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    run_without_setup(["-c", COUNT, "count"], tmp_path, **environment)

    asked = run_without_setup(["-c", COUNT, "ask"], tmp_path, **environment).stdout

    assert 'stalkcheck_requests_total{method="GET",status="200",view="fear"} 2.0' in asked
    assert "python_info" not in asked  # nor which version this is
    assert "stalkcheck_pdfs_wanted 1.0" in asked  # what died while it waited waits no more


def test_one_process_alone_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    metrics.SAVES.labels("saved").inc()

    assert b'stalkcheck_saves_total{outcome="saved"}' in metrics.exposition()
