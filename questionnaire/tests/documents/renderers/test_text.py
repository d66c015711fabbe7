"""Plain text of a document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from textwrap import wrap
from typing import get_args

import pytest

from questionnaire import demo
from questionnaire.documents import labels
from questionnaire.documents.blocks import Block
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers import text
from questionnaire.documents.renderers.text import WIDTH, as_text
from questionnaire.domain.comparison import trend
from questionnaire.domain.references import REFERENCES
from questionnaire.tests.documents.examples import LANGUAGES, assessment, intake_file
from questionnaire.tests.documents.reading import one_line


def test_plain_text_fits_a_terminal() -> None:
    addresses = {reference.address for reference in REFERENCES.values()} - {""}
    for name in demo.NAMES:
        for language in LANGUAGES:
            lines = as_text(build_document(demo.intake(name), language)).splitlines()

            # An address that is broken does not open: it may be longer, on a line of its own.
            assert [line for line in lines if len(line) > WIDTH and line.strip() not in addresses] == []


@pytest.mark.parametrize("name", demo.NAMES)
def test_every_written_text_stands_in_the_plain_text_once(name: str) -> None:
    intake = demo.intake(name)
    document = build_document(intake, "nl")
    # Which tells the incidents once more, as a text of its own.
    others = tuple(section for section in document.sections if section.id != "statement_of_facts")

    content = one_line(as_text(replace(document, sections=others)))

    written = [*intake.notes.values(), *intake.reasons.values(), intake.running_note, intake.view]
    written += [incident.what for incident in intake.incidents]
    written += [
        intake.answers.text(item) or "" for item in ("fear_own_words", "client_wishes", "safe_contact")
    ]
    for words in filter(None, written):
        if words not in labels.STATES:
            assert content.count(one_line(words)) == 1, words
    whole = one_line(as_text(document))
    for incident in intake.incidents:
        assert whole.count(one_line(incident.what)) == 2, "in the log and in the statement"


def test_plain_text_has_the_numbers_of_the_fear_over_time() -> None:
    assessments = (
        assessment({"fear_level": 7}, date(2026, 1, 1)),
        assessment({"fear_level": "declined"}, date(2026, 2, 1)),
    )

    content = one_line(as_text(build_document(intake_file({}), "en", over_time=trend(assessments))))

    assert "1 January 2026 Fear from 0 to 10: 7" in content
    assert "Fear from 0 to 10: Prefers not to say" in content
    assert "no reassurance" in content


def test_every_kind_of_block_can_be_rendered() -> None:
    kinds = get_args(Block)

    assert len(kinds) == 13
    assert [kind for kind in kinds if text._lines.dispatch(kind) is text._lines.dispatch(object)] == []


@pytest.mark.parametrize(
    "line", ["", " ", "word", " word", "word ", "two  words", "a\tb", "x" * 80, "x " * 41]
)
@pytest.mark.parametrize("indents", [("", ""), ("- ", "  "), ("  | ", "  | ")])
def test_a_short_line_is_wrapped_as_a_long_one(line: str, indents: tuple[str, str]) -> None:
    both = f"{line}\n{line}"
    quick = list(text._wrapped(both, *indents))
    slow = [
        part
        for indent, line in zip(indents, both.splitlines(), strict=False)
        for part in wrap(
            line,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indents[1],
            break_long_words=False,
            break_on_hyphens=False,
        )
        or [indents[1].rstrip()]
    ]

    assert quick == slow
