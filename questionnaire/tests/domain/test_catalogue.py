"""The catalogue has exactly the sections, items and codes of the contract."""

from __future__ import annotations

from typing import Final

import pytest

from questionnaire.domain.catalogue import (
    ABSENT,
    ITEM_ORDER,
    ITEMS,
    NOT_REACHED_CHOICE,
    SECTION_OF,
    SECTIONS,
    VERSION,
)
from questionnaire.domain.items import Item
from questionnaire.tests.domain.codes import CODES

SECTION_IDS: Final = (
    *("safety_now", "fear", "pattern", "person", "concern"),
    *("access", "others", "impact", "help", "own_view"),
)


def test_sections_and_items_are_in_the_order_of_the_contract() -> None:
    assert tuple(section.id for section in SECTIONS) == SECTION_IDS
    assert list(ITEMS) == list(CODES)
    assert len(ITEMS) == 49
    assert {item_id: section.id for item_id, section in SECTION_OF.items()} == {
        item_id: of.section for item_id, of in CODES.items()
    }
    assert [ITEM_ORDER[item_id] for item_id in ITEMS] == list(range(49))


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.id)
def test_the_codes_of_an_item_are_those_of_the_contract(item: Item) -> None:
    wanted = CODES[item.id]
    grid = item.kind == "grid"

    assert item.kind == wanted.kind
    assert (item.rows != ()) == grid
    assert tuple(row.code for row in item.rows) == wanted.rows
    assert tuple(column.code for column in item.columns) == (wanted.codes if grid else ())
    if not grid:
        assert item.codes == wanted.codes
    assert item.raises == wanted.raises
    assert item.exclusive == wanted.exclusive
    flags = ("core", "internal", "private", "ordered")
    assert {flag for flag in flags if getattr(item, flag)} == wanted.flags


def test_an_answer_that_reassures_is_never_a_signal() -> None:
    for item in ITEMS.values():
        assert not item.raises & {"never", "same", "no_extra", "not_lately", "0", "adult"}
        assert "none" not in item.raises or item.id == "support_people"


def test_the_absent_states_have_the_codes_of_the_contract() -> None:
    assert tuple(choice.code for choice in ABSENT) == ("unknown", "declined", "not_asked")
    assert NOT_REACHED_CHOICE.code == "not_reached"
    assert VERSION == 2
