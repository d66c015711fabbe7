"""What free texts said before words were taken out of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from questionnaire.domain.earlier_texts import (
    keep_answer,
    keep_earlier,
    put_back,
    texts_of,
)
from questionnaire.domain.earlier_versions import EARLIER, versions_of

NOW = datetime(2026, 3, 23, 14, 0, tzinfo=UTC)
WORDS = "Hij stond weer voor de deur, en nu ook bij school."


def content(**parts: Any) -> dict[str, Any]:
    empty = {"answers": {}, "notes": {}, "reasons": {}, "running_note": "", "view": ""}
    return {**empty, **parts}


def change(stored: dict[str, Any], /, now: datetime = NOW, **parts: Any) -> None:
    before = texts_of(stored)
    stored.update(parts)
    keep_earlier(stored, before, now)


def earlier(stored: dict[str, Any], key: str = "running_note") -> list[str]:
    return [text for _moment, text in versions_of(stored, EARLIER, key)]


def test_words_that_are_taken_out_are_kept() -> None:
    stored = content(running_note=WORDS)

    change(stored, running_note="")

    assert stored[EARLIER] == {"running_note": [[NOW.isoformat(), WORDS]]}


@pytest.mark.parametrize("after", [WORDS, f"{WORDS} Met een mes.", f"Vanmorgen: {WORDS}"])
def test_writing_on_keeps_nothing(after: str) -> None:
    stored = content(running_note=WORDS)

    change(stored, running_note=after)

    assert EARLIER not in stored


def test_taking_a_text_out_letter_by_letter_keeps_it_once() -> None:
    stored = content(running_note=WORDS)

    for length in range(len(WORDS), -1, -1):
        change(stored, running_note=WORDS[:length])

    assert earlier(stored) == [WORDS]


def test_rewriting_makes_a_version_every_five_minutes_unless_most_of_it_goes() -> None:
    stored = content(running_note="a b c d e f")
    change(stored, NOW, running_note="A b c d e f")
    change(stored, NOW + timedelta(minutes=1), running_note="A B c d e f")
    assert earlier(stored) == ["a b c d e f"]

    change(stored, NOW + timedelta(minutes=2), running_note="A")
    assert earlier(stored) == ["a b c d e f", "A B c d e f"]

    change(stored, NOW + timedelta(minutes=7), running_note="Z")
    assert earlier(stored) == ["a b c d e f", "A B c d e f"]  # the letter stands in a version that is kept
    change(stored, NOW + timedelta(minutes=8), running_note="q")
    assert earlier(stored)[-1] == "Z"


def test_texts_of_items_are_kept_by_their_part() -> None:
    stored = content(
        answers={"fear_own_words": WORDS, "fear_level": 9, "threats": "unknown"},
        notes={"threats": "een mes"},
        reasons={"strangulation": "te moe"},
        view="mijn zorg",
    )

    change(stored, answers={}, notes={}, reasons={}, view="")

    assert set(stored[EARLIER]) == {
        "answers fear_own_words",
        "notes threats",
        "reasons strangulation",
        "view",
    }


@pytest.mark.parametrize(
    ("key", "part", "item"), [("notes threats", "notes", "threats"), ("view", "view", "")]
)
def test_putting_back_swaps_the_text_with_what_it_says_now(key: str, part: str, item: str) -> None:
    old, new = "een mes", "geen mes"
    stored = content(**{part: {item: old} if item else old})
    other: dict[str, Any] = {part: {item: "iets anders"} if item else "iets anders"}
    change(stored, **other)
    stored[part] = {item: new} if item else new

    assert put_back(stored, key, 0, NOW)

    assert texts_of(stored)[key] == old
    assert earlier(stored, key) == [old, new]


def test_putting_back_into_an_empty_place_makes_no_version_of_nothing() -> None:
    stored = content(running_note=WORDS)
    change(stored, running_note="")

    assert put_back(stored, "running_note", 0, NOW)

    assert stored["running_note"] == WORDS
    assert earlier(stored) == [WORDS]


@pytest.mark.parametrize("number", [-1, 1, 99])
def test_a_version_that_is_not_there_changes_nothing(number: int) -> None:
    stored = content(running_note=WORDS)
    change(stored, running_note="")

    assert not put_back(stored, "running_note", number, NOW)
    assert not put_back(stored, "view", 0, NOW)
    assert stored["running_note"] == ""


def test_twenty_versions_are_kept_and_no_more_than_some_pages() -> None:
    stored = content(running_note="0")
    for number in range(1, 40):
        change(stored, NOW + timedelta(minutes=6 * number), running_note=f"{number} {number * 7}")
    assert len(earlier(stored)) == 20
    assert earlier(stored)[-1] == "38 266"

    stored = content(running_note="x" * 50_000)
    change(stored, running_note="y" * 50_000)
    change(stored, NOW + timedelta(minutes=6), running_note="")
    assert earlier(stored) == ["y" * 50_000]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("", WORDS, []),
        (WORDS, WORDS, []),
        (WORDS, f"{WORDS} En gisteren.", []),
        (WORDS, "Zie boven.", [WORDS]),
        (WORDS, "", [WORDS]),
    ],
)
def test_an_answer_to_a_remark_is_kept_when_it_loses_words(before: str, after: str, kept: list[str]) -> None:
    stored = content()

    keep_answer(stored, 7, before, after, NOW)

    assert earlier(stored, "remark 7") == kept


def test_what_an_answer_said_is_kept_when_an_earlier_one_comes_back() -> None:
    stored = content()
    keep_answer(stored, 7, WORDS, "Zie boven.", NOW)

    keep_answer(stored, 7, "Zie boven.", "Zie onder.", NOW)
    assert earlier(stored, "remark 7") == [WORDS]
    keep_answer(stored, 7, "Zie onder.", WORDS, NOW)

    assert earlier(stored, "remark 7") == [WORDS, "Zie onder."]
