"""Contacts, words, texts and terms of the organisation."""

from typing import Final

import pytest

from questionnaire.domain.organisation import (
    CLIENT_PAGE,
    CONTACT_KINDS,
    NO_TEXT,
    NUMBER,
    START_CARD,
    TERMS,
    WORD,
    EntryFault,
    OwnContact,
    OwnText,
    fault_of,
)


@pytest.mark.parametrize(
    "number", ["112", "0900-8844", "+31 10 123 45 67", "(010) 123 45 67", "113 / 0800-0113"]
)
def test_numbers_as_people_write_them(number: str) -> None:
    assert NUMBER.fullmatch(number)


@pytest.mark.parametrize(
    "number", ["", "1", "bel Jan", "010-1234567 vraag naar Jan", "+", "0" * 40, "01\n23"]
)
def test_what_nobody_dials_is_no_number(number: str) -> None:
    assert not NUMBER.fullmatch(number)


def test_a_telephone_gets_the_first_number_alone() -> None:
    assert OwnContact("shelter", "x", "+31 (0)10-123 / 0800-1").dial == "+31010123"


def test_a_contact_says_when_and_what_else_on_one_line() -> None:
    assert OwnContact("shelter", "x", "112", "ma-vr", "a\n b").beside == "ma-vr · a b"
    assert OwnContact("shelter", "x", "112").beside == ""


def test_another_language_stands_in_for_one_without_a_text() -> None:
    text = OwnText({"nl": "Hallo", "en": ""})

    assert text.text("nl") == ("Hallo", "nl")
    assert text.text("en") == ("Hallo", "nl")
    assert NO_TEXT.text("en") == ("", "en")


CONTACT: Final = {"name": "De Haven", "number": "010-123 45 67", "reachable": "", "note": ""}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        *((kind, CONTACT) for kind in CONTACT_KINDS),
        (WORD, {"nl": "zorgcoach"}),
        (START_CARD, {"nl": "Over stalking.", "en": ""}),
        (CLIENT_PAGE, {"en": "Come back any time. Police: ask us."}),
        (TERMS, {"soon": 1, "later": 7}),
    ],
)
def test_what_keeps_the_rules_has_no_fault(kind: str, content: object) -> None:
    assert fault_of(kind, content) is None


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        ("mayor", CONTACT, EntryFault.KIND),
        *(
            (kind, content, EntryFault.SHAPE)
            for kind in ("shelter", WORD, TERMS)
            for content in (None, ["x"], "x")
        ),
        ("shelter", {}, EntryFault.SHAPE),
        ("shelter", {**CONTACT, "url": "x"}, EntryFault.SHAPE),
        ("shelter", {**CONTACT, "note": 1}, EntryFault.SHAPE),
        ("shelter", {**CONTACT, "note": "x" * 201}, EntryFault.LENGTH),
        ("shelter", {**CONTACT, "number": "bel de balie"}, EntryFault.NUMBER),
        ("shelter", {**CONTACT, "name": " "}, EntryFault.EMPTY),
        (WORD, {"nl": "x" * 61}, EntryFault.LENGTH),
        (WORD, {"nl": None}, EntryFault.SHAPE),
        (WORD, {"xx": "zorgcoach"}, EntryFault.SHAPE),
        (WORD, {}, EntryFault.EMPTY),
        (START_CARD, {"nl": " "}, EntryFault.EMPTY),
        (CLIENT_PAGE, {"nl": "Hulp", "en": "Help with STALKING"}, EntryFault.TELLING),
        (TERMS, {"soon": 1}, EntryFault.SHAPE),
        (TERMS, {"soon": 4, "later": 14}, EntryFault.TERM),
    ],
)
def test_what_breaks_a_rule_has_the_fault_by_name(kind: str, content: object, fault: EntryFault) -> None:
    assert fault_of(kind, content) is fault
