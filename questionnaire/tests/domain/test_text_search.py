"""Search in texts: accents and case aside, whole or in part, and where in the text it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.text_search import Piece, has_all, pieces, search_words


def found_in(text: str, typed: str) -> list[str]:
    return [piece.text for piece in pieces(text, search_words(typed)) if piece.is_found]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Meldcode", ("meldcode",)),
        ("  MÉLDCODÉ, stap\t5 stap ", ("meldcode", "stap")),
        ("cafe\u0301", ("cafe",)),
        ("a b c", ()),
        ("", ()),
        ("<b>&'", ()),
        ("Straße", ("strasse",)),
        (" ".join(f"word{number}" for number in range(20)), tuple(f"word{number}" for number in range(8))),
    ],
)
def test_what_is_typed_becomes_words_without_accents_and_case(typed: str, words: tuple[str, ...]) -> None:
    assert search_words(typed) == words


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("De cliënt is bang.", "CLIENT", ["cliënt"]),
        ("Één keer, en nog één.", "een", ["Één", "één"]),
        ("Verwurging, gewurgd", "wurg", ["wurg", "wurg"]),
        ("banana", "ana", ["anana"]),
        ("Wilt u het vertellen?", "vertel bang", ["vertel"]),
        ("Straße", "strasse", ["Straße"]),
        ("niets", "xyz", []),
        ("", "xyz", []),
    ],
)
def test_what_was_found_is_marked_as_it_is_written(text: str, typed: str, found: list[str]) -> None:
    assert found_in(text, typed) == found


def test_words_that_overlap_are_one_stretch() -> None:
    assert pieces("wurging", ["wurg", "rging"]) == (Piece("wurging", is_found=True),)
    assert pieces("abc", ["b"]) == (Piece("a"), Piece("b", is_found=True), Piece("c"))


def test_all_words_must_stand_somewhere_in_the_texts() -> None:
    texts = ["Wie kan u helpen?", "Vraag naar een vriend."]

    assert has_all(texts, search_words("VRIEND help"))
    assert not has_all(texts, search_words("vriend politie"))
    assert not has_all(texts, search_words("?"))
    assert not has_all(["help", "en"], search_words("helpen"))


@pytest.mark.untraced
@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=4), max_size=4))
def test_the_pieces_of_any_text_are_the_text(text: str, typed: list[str]) -> None:
    cut = pieces(text, search_words(" ".join(typed)))

    assert "".join(piece.text for piece in cut) == text
    assert all(piece.text for piece in cut)
