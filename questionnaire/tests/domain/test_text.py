"""Free text: unchanged but for NFC, or invalid, and shown without hidden controls."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.text import MAX_CHARACTERS, clean_text, escape_controls
from questionnaire.tests.domain.problems import problems_of


def problem_of(raw: object) -> str:
    (problem,) = problems_of(clean_text, raw)
    return problem


@pytest.mark.parametrize(
    "text",
    [
        "Zoë zei: “laat me met rust”\n\tniet weer ",
        " voor en na ",
        "regel\r\nregel",
        "\U0001f631",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467",
        "\u05d0\u05e0\u05d9 \u202eom\u202c",
        "a\u200bb",
        "0",
        "\U0001fae8",  # newer than the tables of Python 3.11
        "\ue000",
    ],
)
def test_a_text_is_unchanged_letter_for_letter(text: str) -> None:
    assert clean_text(text) == text


def test_a_text_is_normalised_to_nfc() -> None:
    assert clean_text("cafe\u0301") == "caf\u00e9"


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\n\t\r", "\u00a0", "\u2028\u2029", "\u200b\u200c\u200d", "\ufeff", "\u00ad", "\u2060"),
        *("\u202e\u202c", "\u2066\u2069", "\u034f", "\u115f", "\u1160", "\u17b4\u17b5", "\u180b\u180e"),
        *(
            "\u2065",
            "\u2800",
            "\u3164",
            "\ufe00\ufe0f",
            "\uffa0",
            "\ufff0",
            "\U000e0001",
            "\U000e0100\U000e01ef",
        ),
        *("\x01\x1f", "\x7f", "\x85"),
    ],
)
def test_a_text_without_a_visible_character_is_empty(text: str) -> None:
    assert clean_text(text) == ""
    assert clean_text(f"{text}x{text}") == unicodedata.normalize("NFC", f"{text}x{text}")


def test_twenty_thousand_characters_fit_and_one_more_does_not() -> None:
    assert MAX_CHARACTERS == 20_000
    assert len(clean_text("x" * 20_000)) == 20_000
    assert problem_of("x" * 20_001) == "the text has 20001 characters; at most 20000 fit"


def test_a_text_that_grows_beyond_the_limit_in_nfc_is_invalid() -> None:
    assert problem_of("\u0958" * 10_001) == "the text has 20002 characters; at most 20000 fit"


@pytest.mark.untraced
def test_a_long_row_of_accents_is_invalid_before_normalisation() -> None:
    assert "at most 20000" in problem_of("a" + "\u0301" * 2_000_000 + "\u0323" * 2_000_000)


@pytest.mark.parametrize("code_point", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_half_a_character_is_invalid(code_point: int) -> None:
    half = "the text has half a character (a lone surrogate), which cannot be kept"

    assert problem_of(f"x{chr(code_point)}") == half


@pytest.mark.parametrize("neighbour", ["\ud7ff", "\ue000"])
def test_the_neighbours_of_the_surrogates_are_valid(neighbour: str) -> None:
    assert clean_text(f"x{neighbour}") == f"x{neighbour}"


def test_nul_is_invalid() -> None:
    assert problem_of("a\x00b") == "the text has a NUL character, which cannot be kept"


@pytest.mark.parametrize(
    ("raw", "named"),
    [(1, "1"), (True, "True"), (None, "None"), ([], "a list"), ({}, "an object"), (1.5, "1.5")],
)
def test_anything_but_text_is_invalid(raw: object, named: str) -> None:
    assert problem_of(raw) == f"{named} is not text"


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("user\u202egnp.exe", "user[U+202E]gnp.exe"),
        # Marks of direction say nothing by themselves; an override does.
        ("\u2066a\u2069\u200e\u200f\u061c", "a"),
        ("\u202a+31 6 12345678\u202c", "+31 6 12345678"),
        ("\u202dab\u202c", "[U+202D]ab"),
        # The line ends of Word, of pages, and of old files.
        ("a\x0bb\x0cc\r\nd\re\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\x08\x1b\x1f\x7f\x80\x9f", "a[U+0008][U+001B][U+001F][U+007F][U+0080][U+009F]"),
        ("\x01\ufffe\uffff", "[U+0001][U+FFFE][U+FFFF]"),
        ("a\tb\nc d\u00a0é", "a\tb\nc d\u00a0é"),
        ("\u05d0\u0645 \U0001f631 \u200d", "\u05d0\u0645 \U0001f631 \u200d"),
    ],
)
def test_controls_are_written_out(text: str, readable: str) -> None:
    assert escape_controls(text) == readable


@given(st.text(max_size=200))
def test_any_text_is_cleaned_once_or_invalid(text: str) -> None:
    try:
        cleaned = clean_text(text)
    except InvalidInputError:
        assert "\x00" in text or any(unicodedata.category(character) == "Cs" for character in text)
        return

    assert cleaned in ("", unicodedata.normalize("NFC", text))
    assert clean_text(cleaned) == cleaned
    assert not set(escape_controls(cleaned)) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x1b"
    )
