"""How a document shows an intake: marks, absent states, and free text as far as it fits."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from questionnaire import demo
from questionnaire.documents import labels
from questionnaire.documents.blocks import Facts, FreeText, Quotation
from questionnaire.documents.builder import build_document
from questionnaire.documents.presenter import MAX_FREE_TEXT_ON_PAPER
from questionnaire.documents.renderers.text import as_text, section_as_text
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.examples import PAYLOADS, in_every_text, intake_file
from questionnaire.tests.documents.reading import page_on_paper, section


def test_safety_data_is_marked_in_words() -> None:
    document = build_document(demo.intake("ex_partner_with_breach"), "en")

    marks = {
        fact.item: fact.marks
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Facts)
        for fact in block.facts
    }

    for item in ITEMS.values():
        if item.id in marks:
            assert ("confidential" in marks[item.id]) == item.private, item.id
            assert ("own assessment" in marks[item.id]) == item.internal, item.id


def test_client_source_and_professional_are_kept_apart() -> None:
    intake = intake_file(
        {"threats": ["kill"], "violence": ["others"], "professional_concern": "worried"},
        sources={"threats": "client", "violence": "seen"},
        running_note="This is what the client said.",
        view="This is what I think.",
    )

    document = build_document(intake, "en")

    assert "(the client says)" in section_as_text(section(document, "concerns"))
    assert "(seen by the professional)" in section_as_text(section(document, "concerns"))
    said, thought = section(document, "wishes").blocks[-1], section(document, "own_view").blocks[-1]
    assert said == Quotation("The client says", FreeText("This is what the client said."))
    assert thought == Quotation("The professional thinks", FreeText("This is what I think."))


@pytest.mark.parametrize("state", ["unknown", "declined", "not_asked", None])
def test_an_absent_answer_is_shown_by_its_state_and_never_as_no(state: str | None) -> None:
    intake = intake_file({"fear_own_words": state, "children": state, "weapons": state})

    document = build_document(intake, "en")

    with override("en"):
        words = str(labels.STATES[state or "not_reached"])
    assert document.page_one.no_own_words == f"Fear in own words: {words}"
    assert f"Children or pregnancy: {words}" in section_as_text(section(document, "others"))
    assert "Weapons" in section_as_text(section(document, "open_questions"))
    assert "Weapons: No" not in as_text(document)


def test_a_reason_for_not_asking_stands_with_the_question() -> None:
    intake = intake_file(
        {"orders": "not_asked"}, reasons={"orders": "Too tired."}, notes={"weapons": "Ask again."}
    )

    text = section_as_text(section(build_document(intake, "en"), "open_questions"))

    assert "Reason: Too tired." in text
    assert "Note: Ask again." in text


def test_paper_bounds_free_text_and_marks_the_cut() -> None:
    long = {item: f"{item} " + "x" * 19_000 for item in ("threats", "violence", "weapons", "orders")}
    intake = intake_file({}, notes=long, view="The very last word.")

    page = page_on_paper(intake, "en").text
    text = as_text(build_document(intake, "en"))

    assert page.count("x") < MAX_FREE_TEXT_ON_PAPER < text.count("x")
    assert f"[Cut here: a PDF holds at most {MAX_FREE_TEXT_ON_PAPER} characters of free text." in page
    assert "The very last word." not in page
    assert "The very last word." in text


def test_markup_in_any_text_is_shown_literally() -> None:
    harmless = [re.sub("[<>&{}%;]", "x", payload) for payload in PAYLOADS]

    pages = [page_on_paper(in_every_text(texts), "en") for texts in (harmless, PAYLOADS)]

    assert pages[0].tags == pages[1].tags
    for payload in PAYLOADS:
        assert pages[1].text.count(payload) >= 12, payload


def test_characters_that_reverse_or_hide_text_are_written_out() -> None:
    intake = intake_file({"fear_own_words": "safe\u202eefas\x07"}, author="a\u2066b")

    for text in (as_text(build_document(intake, "en")), page_on_paper(intake).text):
        assert "safe[U+202E]efas[U+0007]" in text
        assert "ab" in text
        assert not re.search("[\u202e\u2066\x07]", text)


def test_paper_says_when_it_cannot_print_a_script() -> None:
    arabic, dutch = ("\u0623\u062e\u0627\u0641", "Ik ben bang. \u00e9 \u0142 \u0436")

    unprintable, printable = (
        page_on_paper(intake_file({"fear_own_words": words}), "en").text for words in (arabic, dutch)
    )

    assert "Some characters cannot be printed here." in unprintable
    assert "Some characters cannot be printed here." not in printable


SCRIPTS = {
    "Arabic": "\u0623\u062e\u0627\u0641",
    "Hebrew": "\u05e9\u05dc\u05d5\u05dd",
    "Devanagari": "\u0928\u092e\u0938\u094d\u0924\u0947",
    "Thai": "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "Chinese": "\u738b\u5e05",
    "Ge'ez": "\u1230\u120b\u121d",
}


@pytest.mark.parametrize("words", SCRIPTS.values(), ids=SCRIPTS)
def test_before_a_pdf_is_made_its_document_names_the_words_that_it_cannot_show(words: str) -> None:
    intake = intake_file(
        {"fear_own_words": f"Hij zei: {words}. En {words}."},
        incidents=(Incident("2026-03-20", "home", what=f"riep {words}"),),
    )

    assert build_document(intake, "en").unprintable == (words,)
    assert (
        build_document(
            intake_file({"fear_own_words": "Bang. \u00e9 \u0142 \u0436 \U0001f631"}), "en"
        ).unprintable
        == ()
    )
    paper = page_on_paper(intake, "en").text
    assert "riep [" in paper
    assert "arabic letter" not in paper


def test_copied_numbers_and_line_ends_of_word_are_plain_on_paper() -> None:
    intake = intake_file({"fear_own_words": "Belt met \u202a+31 6 12345678\u202c.\x0bElke dag."})

    paper = page_on_paper(intake, "en").text

    assert "Belt met +31 6 12345678." in paper
    assert "Elke dag." in paper
    assert "[U+" not in paper


def test_words_in_another_script_are_counted_on_paper_and_whole_elsewhere() -> None:
    words = "Hij zei: \u0623\u0646\u0627 \u0647\u0646\u0627. \u738b\u5e05 kwam."
    intake = intake_file({"fear_own_words": words})

    paper = page_on_paper(intake, "en").text

    assert "Hij zei: [6 characters in another script]. [2 characters in another script] kwam." in paper
    assert words in as_text(build_document(intake, "en"))
