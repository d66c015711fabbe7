"""The mark of a copy: in the file alone, and nothing else of it changes."""

from __future__ import annotations

import io

import pikepdf
import pytest

from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers import copy_mark
from questionnaire.documents.renderers.pdf import render_pdf

MARK = "0123456789abcdef" * 2


@pytest.mark.pdf
def test_a_pdf_takes_a_mark_and_gives_it_back() -> None:
    made = render_pdf(build_document(demo.intake("minor"), "nl", paper=True))

    marked = copy_mark.with_mark(made, MARK)

    assert (copy_mark.mark_of(made), copy_mark.mark_of(marked)) == ("", MARK)
    assert len(marked) == len(made)
    assert sum(one != other for one, other in zip(marked, made, strict=True)) <= copy_mark.LENGTH
    assert copy_mark.without_mark(marked) == made
    with pikepdf.open(io.BytesIO(marked)) as opened:
        assert str(opened.trailer.ID[1]) == MARK
        assert len(opened.pages) > 1


def test_what_is_printed_before_the_end_is_no_mark() -> None:
    printed = b"/ID [(" + b"b" * 32 + b") (" + b"c" * 32 + b")] "
    made = printed + b"/ID [(" + b"a" * 32 + b") (" + b"a" * 32 + b")]"

    assert copy_mark.mark_of(made) == ""
    assert copy_mark.with_mark(made, MARK).startswith(printed)
    assert copy_mark.mark_of(copy_mark.with_mark(made, MARK)) == MARK


def test_a_file_without_an_identifier_of_ours_is_left_alone() -> None:
    for other in (b"", b"%PDF-1.7", b"/ID [<aa> <bb>]"):
        assert copy_mark.with_mark(other, MARK) == copy_mark.without_mark(other) == other
        assert copy_mark.mark_of(other) == ""
