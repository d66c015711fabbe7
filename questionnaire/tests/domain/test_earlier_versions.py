"""What entries of the follow-up said before words were taken out of them. Of texts: `test_earlier_texts`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from questionnaire.domain.earlier_versions import EARLIER_STEPS, keep, keep_lost, typed, versions_of

NOW = datetime(2026, 3, 23, 14, 0, tzinfo=UTC)
WORDS = "De wijkagent belde terug, en komt morgen langs."
STEP = {"what": "report_options", "state": "done", "who": "M. de Wit", "why": WORDS, "on": None}
KEY = "outcomes report_options"


def after(**parts: Any) -> dict[str, Any]:
    return {**STEP, **parts}


def kept(content: dict[str, Any]) -> list[str]:
    return [entry["why"] for _moment, entry in versions_of(content, EARLIER_STEPS, KEY)]


@pytest.mark.parametrize("now", [None, after(why=""), after(why="Iets anders."), after(who="")])
def test_an_entry_that_loses_words_is_kept_whole(now: dict[str, Any] | None) -> None:
    content: dict[str, Any] = {}

    keep_lost(content, EARLIER_STEPS, KEY, STEP, now, NOW)

    assert content == {EARLIER_STEPS: {KEY: [[NOW.isoformat(), STEP]]}}


@pytest.mark.parametrize("now", [STEP, after(why=f"{WORDS} Om tien uur."), after(state="planned")])
def test_writing_on_keeps_nothing(now: dict[str, Any]) -> None:
    content: dict[str, Any] = {}

    keep_lost(content, EARLIER_STEPS, KEY, STEP, now, NOW)

    assert content == {}


def test_what_said_nothing_is_not_kept() -> None:
    content: dict[str, Any] = {}

    keep_lost(content, EARLIER_STEPS, KEY, after(who="", why=""), None, NOW)
    keep_lost(content, EARLIER_STEPS, KEY, None, STEP, NOW)

    assert content == {}


def test_taking_words_out_letter_by_letter_keeps_them_once() -> None:
    content: dict[str, Any] = {}

    for length in range(len(WORDS), 0, -1):
        keep_lost(content, EARLIER_STEPS, KEY, after(why=WORDS[:length]), after(why=WORDS[: length - 1]), NOW)

    assert kept(content) == [WORDS]


def test_rewriting_makes_a_version_every_five_minutes_unless_most_of_it_goes() -> None:
    content: dict[str, Any] = {}
    keep_lost(content, EARLIER_STEPS, KEY, after(why="a b c d"), after(why="A b c d"), NOW)
    keep_lost(
        content, EARLIER_STEPS, KEY, after(why="A b c d"), after(why="A B c d"), NOW + timedelta(minutes=1)
    )
    assert kept(content) == ["a b c d"]

    keep_lost(content, EARLIER_STEPS, KEY, after(why="A B c d"), after(why=""), NOW + timedelta(minutes=2))
    keep_lost(
        content, EARLIER_STEPS, KEY, after(why="een twee"), after(why="een drie"), NOW + timedelta(minutes=8)
    )

    assert kept(content) == ["a b c d", "A B c d", "een twee"]


def test_the_oldest_versions_go() -> None:
    content: dict[str, Any] = {}
    for number in range(22):
        keep(content, EARLIER_STEPS, KEY, after(why=f"{number}"), NOW)
    assert kept(content) == [f"{number}" for number in range(2, 22)]

    keep(content, EARLIER_STEPS, KEY, after(why="x" * 59_995), NOW)

    assert len(versions_of(content, EARLIER_STEPS, KEY)) == 1


def test_only_what_somebody_typed_counts() -> None:
    assert typed(STEP) == {"who": "M. de Wit", "why": WORDS}
    assert typed(None) == {}
