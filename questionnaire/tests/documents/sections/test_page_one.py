"""Page one: what fits on it, and what continues after it."""

from __future__ import annotations

from dataclasses import replace

from questionnaire import demo
from questionnaire.documents.blocks import FreeText, Quotation
from questionnaire.documents.builder import build_document
from questionnaire.domain.answers import Answers
from questionnaire.domain.follow_up import DONE, Outcome, sorted_follow_up
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.documents.reading import all_strings, section


def test_long_words_of_the_client_continue_after_page_one() -> None:
    words = "I count the steps to the door. " * 100
    intake = intake_file({"fear_own_words": words, "client_wishes": words})

    document = build_document(intake, "en", paper=True)

    assert document.page_one.own_words is not None
    assert document.page_one.own_words.continued
    assert len(document.page_one.own_words.text) < len(words)
    assert document.sections[0].blocks[0] == Quotation("Fear in own words", FreeText(words))
    assert document.sections[1].blocks[0] == Quotation("What the client wants", FreeText(words))


def test_page_one_draws_the_incidents_where_there_is_room() -> None:
    intake = demo.intake("ex_partner_with_breach")
    wordy = Answers.parse({**dict(intake.answers), "fear_own_words": "I count the steps. " * 30}, intake.date)

    drawing = build_document(intake, "en", paper=True).page_one.drawing

    assert drawing
    assert "March 2026: 2." in drawing
    assert "hatched: no certain date" in drawing
    assert not build_document(intake, "en").page_one.drawing
    assert not build_document(replace(intake, answers=wordy), "en", paper=True).page_one.drawing
    assert not build_document(replace(intake, incidents=()), "en", paper=True).page_one.drawing
    in_danger = Answers.parse({**dict(intake.answers), "danger_now": "now"}, intake.date)
    assert not build_document(replace(intake, answers=in_danger), "en", paper=True).page_one.drawing


def test_a_long_outcome_is_cut_on_page_one_and_shown_in_full_after_it() -> None:
    why = "gebeld " * 100 + "einde"
    recorded = sorted_follow_up([Outcome("consult_police", DONE, why=why)], [], None)

    document = build_document(intake_file({}), "en", follow_up=recorded, paper=True)

    assert "".join(document.page_one.steps[0].outcome[1])[-1] == "\u2026"
    assert why in " ".join(all_strings(section(document, "steps")))


def test_open_questions_on_page_one_are_names_and_no_orders() -> None:
    page_one = build_document(intake_file({}), "en").page_one

    assert page_one.open_questions
    assert not any("(" in line for line in page_one.open_questions)
    assert "Call" not in " ".join(page_one.open_questions)
