"""Questions: an item cannot contradict itself, and each function that makes one fills in its kind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import (
    TEXT,
    YES_NO,
    Choice,
    Item,
    choice_text,
    codes_of,
    grid,
    lower_first,
    many,
    one,
    yes_no,
)

TEXTS: dict[str, Any] = {"label": "l", "question": "q", "why": "w", "ask": "a", "avoid": "v"}
ONE: Any = (Choice("a", "A"), Choice("b", "B"))  # type: ignore[arg-type]


def item(kind: Any, **fields: Any) -> Item:
    return Item("x", kind, **TEXTS, **fields)


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        ("many", {"options": (*ONE, ONE[0])}, "a duplicate code in"),
        ("grid", {"rows": (*ONE, ONE[0]), "columns": ONE}, "a duplicate code in"),
        ("grid", {"rows": ONE, "columns": (*ONE, ONE[0])}, "a duplicate code in"),
        ("one", {}, "one and its options do not fit"),
        ("many", {}, "many and its options do not fit"),
        ("yes_no", {}, "yes_no and its options do not fit"),
        ("text", {"options": ONE}, "text and its options do not fit"),
        ("grid", {}, "grid and its rows and columns do not fit"),
        ("grid", {"rows": ONE}, "grid and its rows and columns do not fit"),
        ("grid", {"columns": ONE}, "grid and its rows and columns do not fit"),
        ("scale", {"rows": ONE, "columns": ONE}, "scale and its rows and columns do not fit"),
        ("text", {"ends": ("A", "B")}, "only a scale has words at its ends"),
        ("one", {"options": ONE}, "one and ordered=None do not fit"),
        ("many", {"options": ONE, "ordered": True}, "many and ordered=True do not fit"),
        ("many", {"options": (*ONE, Choice("unknown", "?"))}, "takes the code of an absent state"),  # type: ignore[arg-type]
        (
            "many",
            {"options": ONE, "raises": frozenset({"a", "c"})},
            r"raises \['c'\], which it does not have",
        ),
        ("grid", {"rows": ONE, "columns": ONE, "raises": frozenset({"unknown"})}, "which it does not have"),
        ("many", {"options": ONE, "exclusive": frozenset({"c"})}, r"\['c'\] cannot stand alone"),
    ],
)
def test_an_item_that_contradicts_itself_is_an_error(kind: Any, fields: Any, why: str) -> None:
    with pytest.raises(ValueError, match=f"^x: .*{why}"):
        item(kind, **fields)


def test_an_absent_state_may_be_a_signal() -> None:
    made = one("x", **TEXTS, options=ONE, ordered=False, raises=("a", "unknown"))

    assert made.raised_codes == {"a", "unknown"}
    assert made.codes == ("a", "b")


def test_the_codes_of_a_grid_are_its_cells() -> None:
    made = item("grid", rows=ONE, columns=(*ONE, Choice("unknown", "?")), raises=frozenset({"b"}))  # type: ignore[arg-type]

    assert made.codes == ("a=a", "a=b", "a=unknown", "b=a", "b=b", "b=unknown")
    assert made.raised_codes == {"a=b", "b=b"}
    assert made.row_codes("b") == ("b=a", "b=b", "b=unknown")


def test_every_scale_says_what_its_ends_mean() -> None:
    scales = [each for each in ITEMS.values() if each.kind == "scale"]

    assert scales
    assert all(each.ends for each in scales)


def test_a_scale_runs_from_the_least_to_the_most() -> None:
    question: Any = {**TEXTS, "options": ONE, "raises": ()}

    assert one("x", **question, ordered=True).scale() == ("b", "a")
    assert one("x", **question, ordered=False).scale() == ()
    assert item("scale").scale() == (*"0123456789", "10")
    assert grid("x", **TEXTS, rows=ONE, columns=ONE, raises=()).scale("b") == ("b=a", "b=b")
    for other in (
        item("text"),
        item("date"),
        yes_no("x", **TEXTS, raises=()),
        many("x", **TEXTS, options=ONE),
    ):
        assert other.scale() == ()


def test_choices_give_their_codes_and_texts() -> None:
    assert codes_of(ONE) == ("a", "b")
    assert choice_text(ONE, "b") == "B"


@pytest.mark.parametrize(
    ("kind", "codes"), [("text", ("text",)), ("date", ("text",)), ("scale", (*"0123456789", "10"))]
)
def test_items_without_options_have_codes_too(kind: str, codes: tuple[str, ...]) -> None:
    assert item(kind).codes == codes


def test_each_function_fills_in_its_kind() -> None:
    flags: Any = {"core": True, "private": True}

    assert yes_no("x", **TEXTS, raises=("no",), **flags) == item(
        "yes_no", options=YES_NO, raises=frozenset({"no"}), **flags
    )
    assert one("x", **TEXTS, options=ONE, ordered=True, raises=("b",), **flags) == item(
        "one", options=ONE, ordered=True, raises=frozenset({"b"}), **flags
    )
    assert many("x", **TEXTS, options=ONE, **flags) == item(
        "many", options=ONE, raises=frozenset({"a", "b"}), **flags
    )
    assert grid("x", **TEXTS, hint="h", rows=ONE, columns=ONE, raises=("b",), core=True) == item(
        "grid", hint="h", rows=ONE, columns=ONE, raises=frozenset({"b"}), core=True
    )


def test_an_item_is_neither_core_nor_private_by_default() -> None:
    made = (
        yes_no("x", **TEXTS, raises=()),
        one("x", **TEXTS, options=ONE, ordered=False, raises=()),
        many("x", **TEXTS, options=ONE),
        grid("x", **TEXTS, rows=ONE, columns=ONE, raises=()),
    )

    assert {(each.core, each.private, each.internal, each.hint) for each in made} == {
        (False, False, False, "")
    }


def test_many_raises_all_but_none_by_default() -> None:
    options = (*ONE, Choice("none", "N"))  # type: ignore[arg-type]

    assert many("x", **TEXTS, options=options).raises == {"a", "b"}
    assert many("x", **TEXTS, options=options, also_raises=("unknown",)).raises == {"a", "b", "unknown"}
    assert many("x", **TEXTS, options=options, raises=("none",)).raises == {"none"}
    assert many("x", **TEXTS, options=options, raises=()).raises == frozenset()
    assert many("x", **TEXTS, options=options).exclusive == {"none"}
    assert many("x", **TEXTS, options=options, exclusive=("a",)).exclusive == {"none", "a"}
    assert many("x", **TEXTS, options=ONE).exclusive == frozenset()


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
        ("fear_level", "9", "9 (schaal 0-10)", "9 (scale 0-10)"),
        ("children", "unknown", "Cliënt weet het niet", "Client doesn't know"),
        ("weapons", "declined", "Wil dit niet vertellen", "Prefers not to say"),
        ("weapons", "not_asked", "Bewust niet gevraagd", "Deliberately not asked"),
        ("relationship", "not_reached", "Nog niet besproken", "Not discussed yet"),
    ],
)
def test_a_code_has_a_text_in_both_languages(item_id: str, code: str, dutch: str, english: str) -> None:
    with translation.override("nl"):
        assert ITEMS[item_id].text_of(code) == dutch
    with translation.override("en"):
        assert ITEMS[item_id].text_of(code) == english


@pytest.mark.parametrize(
    ("item_id", "code", "dutch", "english"),
    [
        ("violence", "client_earlier", "Tegen de cliënt, langer geleden", "Against the client, longer ago"),
        (
            "relationship",
            "customer_or_patient",
            "Klant of patiënt van de cliënt",
            "Customer or patient of the client",
        ),
        (
            "behaviour_home",
            "orders_in_name=once",
            "Bestellingen op naam van de cliënt: één keer",
            "Orders in the client's name: once",
        ),
    ],
)
def test_a_report_does_not_say_you_to_its_reader(item_id: str, code: str, dutch: str, english: str) -> None:
    with translation.override("nl"):
        assert ITEMS[item_id].text_of(code) == dutch
    with translation.override("en"):
        assert ITEMS[item_id].text_of(code) == english


@pytest.mark.parametrize(("language", "you"), [("nl", r"\b(?:u|uw)\b"), ("en", r"\byour?\b")])
def test_no_answer_in_a_report_says_you(language: str, you: str) -> None:
    with translation.override(language):
        texts = [
            text
            for item in ITEMS.values()
            for text in (str(item.label), *(item.text_of(code) for code in item.codes if code != TEXT))
        ]

    assert [text for text in texts if re.search(you, text, re.IGNORECASE)] == []


def test_a_small_first_letter_keeps_the_accents_of_dutch() -> None:
    assert lower_first("Eén keer") == "één keer"
    assert lower_first("Every day") == "every day"
    assert lower_first("") == ""
