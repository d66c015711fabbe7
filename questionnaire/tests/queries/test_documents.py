"""The document of a stored intake: what is read from the database for it, and for whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from questionnaire.actions import intakes as intake_actions
from questionnaire.documents.editions import FULL, POLICE, TEXT
from questionnaire.domain.workflow import Move
from questionnaire.models import Intake, User
from questionnaire.queries.document_input import as_intake_file
from questionnaire.queries.documents import document_for
from questionnaire.tests.factories import MOVES, reload, submission_of


@pytest.fixture
def signed(alice: User, rachel: User, intake: Intake) -> Intake:
    """Return a signed-off intake of someone who is afraid."""
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=4))
    MOVES[Move.SUBMIT](alice, reload(intake))
    MOVES[Move.SIGN_OFF](rachel, reload(intake))
    return reload(intake)


def test_only_an_edition_for_the_own_file_has_the_review(signed: Intake) -> None:
    states = {edition.code: document_for(signed, "en", edition).state for edition in (FULL, TEXT, POLICE)}

    assert states["full"] == states["text"] != "DRAFT"
    assert states["police"] == "DRAFT"


def test_the_course_of_the_case_is_shown_as_far_as_the_reader_may_see_it(
    alice: User, charlie: User, signed: Intake
) -> None:
    MOVES[Move.REASSESS](alice, signed)
    later = Intake.objects.get(previous=signed)

    without_reader = document_for(later, "en")

    assert document_for(later, "en", reader=alice) != without_reader
    assert document_for(later, "en", reader=charlie) == without_reader


def test_an_intake_file_replaces_what_is_stored(signed: Intake) -> None:
    other = replace(as_intake_file(signed), reference="other")

    assert document_for(signed, "en").reference == signed.case.reference
    assert document_for(signed, "en", intake_file=other).reference == "other"
