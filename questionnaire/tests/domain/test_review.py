"""The review of an intake that nobody reviewed yet is empty, not absent."""

from questionnaire.domain.review import NOT_REVIEWED, Review, ReviewRemark


def test_an_intake_that_is_not_reviewed_has_no_remarks_and_no_signature() -> None:
    assert Review() == NOT_REVIEWED
    assert (NOT_REVIEWED.remarks, NOT_REVIEWED.signed_by, NOT_REVIEWED.signed_on) == ((), "", None)


def test_a_remark_is_not_answered_at_first() -> None:
    remark = ReviewRemark("threats", "Sinds wanneer?", "rachel")

    assert (remark.answer, remark.answered_by) == ("", "")
