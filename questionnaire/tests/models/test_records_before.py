"""What an intake keeps of what was changed in its follow-up: the newest changes, each of them whole."""

from __future__ import annotations

from typing import Any

from questionnaire.models.records_before import newest_changes


def entries(kind: str, count: int, **more: str) -> list[dict[str, Any]]:
    return [{"uuid": str(number), "kind": kind, **more} for number in range(count)]


def test_of_each_kind_the_newest_are_kept() -> None:
    note, breaches, consultations = entries("note", 1), entries("breach", 15), entries("consultation", 25)

    assert newest_changes([*note, *breaches, *consultations]) == [*note, *breaches, *consultations[5:]]


def test_what_one_page_changed_is_one_change_wherever_it_is() -> None:
    oldest, page = entries("step", 30, sitting="0"), entries("step", 30, sitting="1")
    others = [each for number in range(2, 21) for each in entries("step", 2, sitting=str(number))]

    kept = newest_changes([*oldest, *page, *others])
    assert kept == [*page, *others]
    assert newest_changes([*page[:1], *oldest, *others, *page[1:]]) == [*page[:1], *others, *page[1:]]
