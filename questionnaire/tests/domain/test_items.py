from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import YES_NO, Choice, Item, grid, many, yes_no

WORDS: dict[str, Any] = {"label": "l", "question": "q", "why": "w", "ask": "a", "avoid": "v"}
ONE: Any = (Choice("a", "A"), Choice("b", "B"))  # type: ignore[arg-type]


def item(kind: Any, **fields: Any) -> Item:
    return Item("x", kind, **WORDS, **fields)


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        ("one", {"options": (*ONE, ONE[0])}, "a code stands twice"),
        ("grid", {"rows": (*ONE, ONE[0]), "columns": ONE}, "a code stands twice"),
        ("grid", {"rows": ONE, "columns": (*ONE, ONE[0])}, "a code stands twice"),
        ("one", {}, "one and its options do not fit"),
        ("many", {}, "many and its options do not fit"),
        ("yes_no", {}, "yes_no and its options do not fit"),
        ("text", {"options": ONE}, "text and its options do not fit"),
        ("grid", {}, "grid and its rows and columns do not fit"),
        ("grid", {"rows": ONE}, "grid and its rows and columns do not fit"),
        ("grid", {"columns": ONE}, "grid and its rows and columns do not fit"),
        ("scale", {"rows": ONE, "columns": ONE}, "scale and its rows and columns do not fit"),
        ("one", {"options": (*ONE, Choice("unknown", "?"))}, "takes the code of an absent state"),  # type: ignore[arg-type]
        ("one", {"options": ONE, "raises": frozenset({"a", "c"})}, r"raises \['c'\], which it does not have"),
        ("grid", {"rows": ONE, "columns": ONE, "raises": frozenset({"unknown"})}, "which it does not have"),
        ("many", {"options": ONE, "exclusive": frozenset({"c"})}, r"\['c'\] cannot stand alone"),
    ],
)
def test_an_item_that_contradicts_itself_is_not_made(kind: Any, fields: Any, why: str) -> None:
    with pytest.raises(ValueError, match=f"^x: .*{why}"):
        item(kind, **fields)


def test_an_absent_state_may_be_a_signal_but_not_in_a_grid() -> None:
    made = item("one", options=ONE, raises=frozenset({"a", "unknown"}))

    assert made.raised_codes == {"a", "unknown"}
    assert made.codes == ("a", "b")


def test_the_codes_of_a_grid_are_its_cells() -> None:
    made = item("grid", rows=ONE, columns=(*ONE, Choice("unknown", "?")), raises=frozenset({"b"}))  # type: ignore[arg-type]

    assert made.codes == ("a=a", "a=b", "a=unknown", "b=a", "b=b", "b=unknown")
    assert made.raised_codes == {"a=b", "b=b"}


@pytest.mark.parametrize(
    ("kind", "codes"), [("text", ("text",)), ("date", ("text",)), ("scale", (*"0123456789", "10"))]
)
def test_items_without_options_have_codes_too(kind: str, codes: tuple[str, ...]) -> None:
    assert item(kind).codes == codes


def test_a_maker_fills_in_what_its_kind_has() -> None:
    flags: Any = {"core": True, "private": True}

    assert yes_no("x", **WORDS, raises=("no",), **flags) == item(
        "yes_no", options=YES_NO, raises=frozenset({"no"}), **flags
    )
    assert many("x", **WORDS, options=ONE, **flags) == item(
        "many", options=ONE, raises=frozenset({"a", "b"}), **flags
    )
    assert grid("x", **WORDS, hint="h", rows=ONE, columns=ONE, raises=("b",), core=True) == item(
        "grid", hint="h", rows=ONE, columns=ONE, raises=frozenset({"b"}), core=True
    )


def test_a_maker_makes_an_item_that_is_neither_core_nor_private_unless_told_so() -> None:
    made = (
        yes_no("x", **WORDS, raises=()),
        many("x", **WORDS, options=ONE),
        grid("x", **WORDS, rows=ONE, columns=ONE, raises=()),
    )

    assert all((one.core, one.private, one.internal, one.hint) == (False, False, False, "") for one in made)


def test_many_raises_all_but_none_unless_told_otherwise() -> None:
    options = (*ONE, Choice("none", "N"))  # type: ignore[arg-type]

    assert many("x", **WORDS, options=options).raises == {"a", "b"}
    assert many("x", **WORDS, options=options, also_raises=("unknown",)).raises == {"a", "b", "unknown"}
    assert many("x", **WORDS, options=options, raises=("none",)).raises == {"none"}
    assert many("x", **WORDS, options=options, raises=()).raises == frozenset()
    assert many("x", **WORDS, options=options).exclusive == {"none"}
    assert many("x", **WORDS, options=options, exclusive=("a",)).exclusive == {"none", "a"}
    assert many("x", **WORDS, options=ONE).exclusive == frozenset()


@pytest.mark.parametrize(
    ("item_id", "code", "dutch", "english"),
    [
        ("danger_now", "soon", "Vandaag of heel snel", "Today or very soon"),
        ("safe_to_talk", "no", "Nee", "No"),
        (
            "behaviour_online",
            "messages=daily",
            "Ongewenste berichten: elke dag",
            "Unwanted messages: every day",
        ),
        ("fear_level", "9", "9 van 10", "9 out of 10"),
        ("children", "unknown", "Cliënt weet het niet", "Client doesn't know"),
        ("weapons", "declined", "Wil dit niet vertellen", "Prefers not to say"),
        ("weapons", "not_asked", "Bewust niet gevraagd", "Deliberately not asked"),
        ("relationship", "not_reached", "Nog niet besproken", "Not discussed yet"),
    ],
)
def test_the_words_for_a_code(item_id: str, code: str, dutch: str, english: str) -> None:
    with translation.override("nl"):
        assert ITEMS[item_id].text_of(code) == dutch
    with translation.override("en"):
        assert ITEMS[item_id].text_of(code) == english
