"""Fingerprints: a change of any part, text or draft gives another one."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaire.domain.fingerprints import (
    INTAKE_TEXTS,
    ITEM_PARTS,
    draft_fingerprint,
    drafts_of,
    fingerprint,
    item_fingerprint,
    newest_draft,
    text_fingerprint,
)
from questionnaire.models import empty_content

ITEM = "threats"


@pytest.fixture
def content() -> dict[str, Any]:
    return empty_content()


def test_zero_has_a_fingerprint_of_its_own_and_empty_text_that_of_none() -> None:
    assert fingerprint(0) != fingerprint(None)
    assert fingerprint("") == fingerprint(None)
    assert fingerprint([]) != fingerprint(None)


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1, "b": 2}) != fingerprint({"a": 2, "b": 1})


@pytest.mark.parametrize("part", ITEM_PARTS)
def test_a_change_of_one_part_changes_that_part_of_the_fingerprint(
    content: dict[str, Any], part: str
) -> None:
    before = item_fingerprint(content, ITEM).split(".")

    content[part][ITEM] = "changed"

    after = item_fingerprint(content, ITEM).split(".")
    assert [old != new for old, new in zip(before, after, strict=True)] == [
        *(part == other for other in ITEM_PARTS),
        False,
    ]


@pytest.mark.parametrize("name", INTAKE_TEXTS)
def test_a_change_of_a_text_changes_its_fingerprint_alone(content: dict[str, Any], name: str) -> None:
    before = {text: text_fingerprint(content, text) for text in INTAKE_TEXTS}

    content[name] = "changed"

    after = {text: text_fingerprint(content, text) for text in INTAKE_TEXTS}
    assert {text for text in INTAKE_TEXTS if before[text] != after[text]} == {name}


def test_the_newest_draft_is_part_of_the_fingerprint(content: dict[str, Any]) -> None:
    no_draft = item_fingerprint(content, ITEM)
    content["drafts"][ITEM] = ["first", "second"]

    assert newest_draft(content, ITEM) == "second"
    assert item_fingerprint(content, ITEM).split(".")[:-1] == no_draft.split(".")[:-1]
    assert item_fingerprint(content, ITEM).endswith(f".{draft_fingerprint(content, ITEM)}")
    assert draft_fingerprint(content, ITEM) == fingerprint("second")


def test_one_draft_stored_as_a_string_is_a_list_of_one(content: dict[str, Any]) -> None:
    assert (drafts_of(content, ITEM), newest_draft(content, ITEM)) == ([], "")

    content["drafts"][ITEM] = "only"

    assert (drafts_of(content, ITEM), newest_draft(content, ITEM)) == (["only"], "only")
