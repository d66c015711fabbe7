"""The names of chains, anchors as text, and the events of before there were chains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from questionnaire.audit.chains import (
    START,
    Head,
    followed_before_chains,
    follows,
    mac_before_chains,
    told_by_reason,
)
from questionnaire.encryption import keyring
from questionnaire.models import Event
from questionnaire.models.audit import subject_in_words
from questionnaire.tests import tampering


def test_a_printed_head_is_parsed() -> None:
    head = Head(12, "ab" * 32)

    assert Head.parse(f" {head}\n") == head


@pytest.mark.parametrize("text", ["", "12", "12:", ":" + "a" * 64, "x:" + "a" * 64, "1:" + "A" * 64])
def test_a_text_that_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        Head.parse(text)


@pytest.mark.parametrize(
    ("reason", "subject", "details"),
    [
        ("user 3", 3, None),
        ("user 3, team 1: reviewer", 3, {"team": 1, "role": "reviewer"}),
        ("", None, None),
        ("user x", None, None),
        ("assigned: user 3", None, None),
        ("user 3, team 1: Reviewer", None, None),
    ],
)
def test_what_a_reason_of_before_tells(
    reason: str, subject: int | None, details: dict[str, Any] | None
) -> None:
    assert told_by_reason(reason) == (subject, details)
    assert subject_in_words(subject, details) == (reason if subject else "")


def event_of_before() -> Event:
    event = Event(seq=1, version=1, chain="before", number=1, at=timezone.now(), code="list.read")
    event.key_id = keyring.ring().current
    event.mac = mac_before_chains(event, "")
    return event


def test_an_event_of_before_is_in_its_own_chain_alone(tmp_path: Path, settings: Any) -> None:
    event = event_of_before()
    assert followed_before_chains(event, START)
    assert follows(event, START)
    assert not followed_before_chains(event, Head(1, ""))

    event.chain = "system"
    assert not follows(event, START)

    tampering.use_other_ring(tmp_path, settings)
    assert not followed_before_chains(event, START)
    assert not follows(event, START)
