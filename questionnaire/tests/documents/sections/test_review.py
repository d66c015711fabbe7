"""The section about the review."""

from __future__ import annotations

from datetime import date

from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers.text import section_as_text
from questionnaire.domain.review import Review, ReviewRemark
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.documents.reading import section


def test_the_review_has_its_remarks_answers_and_sign_off() -> None:
    review = Review(
        (
            ReviewRemark("threats", "Who heard it?", "Rachel", "The client.", "Alice"),
            ReviewRemark("", "Good.", "Rachel"),
        ),
        "Rachel",
        date(2026, 3, 27),
        date(2026, 3, 1),
    )

    document = build_document(intake_file(), "en", review=review)

    text = section_as_text(section(document, "review"))
    assert document.state == "Signed off on 27 March 2026"
    assert "This version corrects the one that was signed off on 1 March 2026." in text
    assert "- Threats: Who heard it? · (Rachel)\n    Answer of Alice: The client." in text
    assert "- About all of it: Good. · (Rachel)\n    Answer: not answered" in text
    assert "Signed off by Rachel on 27 March 2026." in text


def test_without_a_review_a_document_is_a_draft_without_this_section() -> None:
    document = build_document(intake_file(), "en")

    assert document.state == "DRAFT"
    assert "review" not in [section.id for section in document.sections]
