"""Fixtures for tests of delivering."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from questionnaire.delivery import documenten_api
from questionnaire.tests.delivery.archive import Archive, serving


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """Serve a Documenten API, and wait for it a moment only."""
    monkeypatch.setattr(documenten_api, "_PATIENCE", (2, 0.3))
    with serving() as archive:
        yield archive
