"""Contacts, words and texts of the organisation."""

import pytest

from questionnaire.domain.organisation import NO_TEXT, NUMBER, OwnContact, OwnText


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
