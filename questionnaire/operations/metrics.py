"""Count what whoever runs the application watches. Nothing here is about a person or a case.

All workers of a server count together, in files of the folder PROMETHEUS_MULTIPROC_DIR; `bin/serve` sets it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import REGISTRY

#: The names of everything that is counted: docs/operations.md tells what to watch.
REQUESTS: Final = Counter("stalkcheck_requests", "Requests that were answered.", ["view", "method", "status"])
REQUEST_SECONDS: Final = Histogram(
    "stalkcheck_request_seconds",
    "Seconds from the first to the last middleware, without waiting for a thread.",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
EVENTS: Final = Counter("stalkcheck_events", "Events that were recorded, also by what was undone.", ["code"])
SAVES: Final = Counter(
    "stalkcheck_saves", "Pages of questions that were saved; those in which two texts clashed.", ["outcome"]
)
PDFS: Final = Counter("stalkcheck_pdfs", "PDFs that were made, or failed.", ["outcome"])
PDF_SECONDS: Final = Histogram(
    "stalkcheck_pdf_seconds",
    "Seconds in which a PDF was made, with those in which it waited for the worker.",
    buckets=(0.25, 0.5, 1, 2.5, 5, 10, 20, 60),
)
PDFS_WANTED: Final = Gauge(
    "stalkcheck_pdfs_wanted",
    "Requests that wait for a place for a PDF, or that have one.",
    multiprocess_mode="livesum",
)


DELIVERIES: Final = Gauge(
    "stalkcheck_deliveries",
    "Signed documents that were delivered, that wait for it, or that failed for good.",
    ["state"],
    multiprocess_mode="mostrecent",
)


def exposition() -> bytes:
    """Return what all workers counted, in Prometheus' text format."""
    if not (folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR")):
        return generate_latest(REGISTRY)
    _forget_dead_workers(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_dead_workers(folder: Path) -> None:
    """Forget what workers were at when they died, which would be counted for as long as the server runs."""
    for path in folder.glob("gauge_live*.db"):
        pid = int(path.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
