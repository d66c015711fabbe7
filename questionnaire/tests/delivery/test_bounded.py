"""Requests that end by a moment; test_documenten_api.py has the servers that drip."""

from __future__ import annotations

import time

import pytest
import requests

from questionnaire.delivery import bounded, documenten_api
from questionnaire.tests.delivery.archive import Archive


def test_what_is_opened_after_the_moment_is_shut_too(archive: Archive) -> None:
    archive.answers.extend(["drip"])
    begun = time.monotonic()
    with pytest.raises(requests.Timeout), bounded.session(0.1) as session:
        ask_late(session, archive)

    assert time.monotonic() - begun < 15


def test_what_fails_in_time_fails_as_it_did() -> None:
    with pytest.raises(requests.ConnectionError), bounded.session(60) as session:
        session.get("http://127.0.0.1:9/", timeout=60)


def ask_late(session: requests.Session, archive: Archive) -> None:
    time.sleep(0.5)
    token = documenten_api._token(archive.destination)
    session.get(archive.address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
