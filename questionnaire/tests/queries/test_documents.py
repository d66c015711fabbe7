"""The document of a stored intake: what is read from the database for it, and for whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import organisation
from questionnaire.actions import review as review_actions
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import StepSubmission, record_steps, step_fingerprint
from questionnaire.documents.editions import (
    ADVICE,
    CLIENT,
    EDITIONS,
    FULL,
    POLICE,
    REPORT,
    TEXT,
    Edition,
    EditionOptions,
)
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.breaches import Breach
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.workflow import Move
from questionnaire.models import Intake, Membership, Team, User
from questionnaire.queries.document_input import as_intake_file
from questionnaire.queries.documents import document_for, render_for_sign_off
from questionnaire.tests.conftest import account
from questionnaire.tests.documents.reading import everything_in
from questionnaire.tests.factories import MOVES, reload, submission_of

OWN_NAME = "Huis De Haven"


@pytest.fixture
def signed(alice: User, rachel: User, intake: Intake) -> Intake:
    """Return a signed-off intake of someone who is afraid."""
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=4))
    MOVES[Move.SUBMIT](alice, reload(intake))
    MOVES[Move.SIGN_OFF](rachel, reload(intake))
    return reload(intake)


def test_an_edition_with_the_reference_says_whether_it_is_signed_off(signed: Intake) -> None:
    states = {code: document_for(signed, "en", edition).state for code, edition in EDITIONS.items()}

    assert states["full"] == states["text"] == states["police"] != "DRAFT"
    assert states["advice"] == states["report"] == states["client"] == ""
    police = document_for(signed, "en", EDITIONS["police"])
    assert "review" not in {section.id for section in police.sections}


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


@pytest.mark.parametrize("edition", [FULL, TEXT, POLICE])
def test_the_register_of_breaches_is_that_of_the_case_as_far_as_the_reader_may_see_it(
    alice: User, charlie: User, signed: Intake, edition: Edition
) -> None:
    breach_actions.add_breach(alice, signed, Breach("zqearlier", "2026-03-01"))
    MOVES[Move.REASSESS](alice, reload(signed))
    later = Intake.objects.get(previous=signed)
    breach_actions.add_breach(alice, later, Breach("zqlater", "2026-02-01", answer="loopt"))

    of_case, of_stranger, without_reader = (
        as_text(document_for(reload(later), "en", edition, reader=reader))
        for reader in (alice, charlie, None)
    )

    assert of_case.index("zqearlier") < of_case.index("zqlater")
    for text in (of_stranger, without_reader):
        assert "zqearlier" not in text
        assert "zqlater" in text
    assert "zqlater" not in as_text(document_for(reload(signed), "en", edition, reader=alice))


@pytest.mark.parametrize("edition", [ADVICE, REPORT, CLIENT])
def test_no_other_edition_has_the_breaches_or_the_holders(
    alice: User, signed: Intake, edition: Edition
) -> None:
    before = document_for(reload(signed), "en", edition, reader=alice)
    breach_actions.add_breach(alice, signed, Breach("zqbreach"))
    hold(alice, signed)

    assert document_for(reload(signed), "en", edition, reader=alice) == before


def test_who_holds_the_case_is_in_the_own_file_only(alice: User, signed: Intake) -> None:
    hold(alice, signed)

    texts = {
        edition.code: as_text(document_for(reload(signed), "en", edition, reader=alice))
        for edition in (FULL, TEXT, POLICE)
    }

    assert "zqlead" in texts["full"]
    assert "zqlead" in texts["text"]
    assert "zqlead" not in texts["police"]


def hold(user: User, intake: Intake) -> None:
    sent = {HOLDERS: StepSubmission(CaseHolders(Holder("zqlead")), step_fingerprint(None))}
    record_steps(user, intake, sent)


@pytest.fixture
def named(team: Team) -> User:
    """Return who gave the team a name of its own."""
    adam = account("adam", team, Membership.Role.ADMINISTRATOR)
    organisation.set_single(adam, team, "name", {"name": OWN_NAME})
    return adam


@pytest.mark.parametrize("code", EDITIONS)
def test_what_says_who_made_it_has_the_name_and_the_clients_page_never(
    named: User, intake: Intake, code: str
) -> None:
    edition = EDITIONS[code]
    options = EditionOptions(ticked=frozenset(edition.on_tick), agreed=True, plan=True)
    document = document_for(intake, "nl", edition, options)

    everything = everything_in(document) + document.conversation + document.running_head
    assert (OWN_NAME in everything) is (code in ("full", "police", "text"))
    if edition.reference:
        assert document.conversation.endswith(f", {OWN_NAME}")


def test_what_is_signed_off_keeps_the_name_of_then(
    named: User, alice: User, rachel: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("questionnaire.queries.documents.render_pdf", lambda document: b"%PDF-1.7")
    review_actions.submit(alice, intake)
    review_actions.sign_off(rachel, reload(intake), *render_for_sign_off(reload(intake), rachel))
    organisation.set_single(named, intake.team, "name", {"name": "Iets anders"})

    for edition in (FULL, POLICE):
        assert document_for(reload(intake), "nl", edition).conversation.endswith(f", {OWN_NAME}")


def test_what_was_signed_off_before_there_were_names_has_none(named: User, signed: Intake) -> None:
    assert document_for(signed, "nl").conversation.endswith("alice")
