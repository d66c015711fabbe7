"""Text with what was found marked: nothing in it becomes HTML."""

from questionnaire.domain.text_search import Piece
from questionnaire.templatetags.found import marked


def test_found_pieces_are_marked_and_everything_is_escaped() -> None:
    cut = (Piece("<b>"), Piece("a & b", is_found=True), Piece('"'))

    assert marked(cut) == "&lt;b&gt;<mark>a &amp; b</mark>&quot;"


def test_no_pieces_are_no_text() -> None:
    assert marked(()) == ""
