"""Handing a case over: who may, who reads it then, when it can be taken back, and who read the note."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils.module_loading import import_string

from questionnaire.actions import access as access_actions
from questionnaire.actions import handovers
from questionnaire.actions.access import LastManagerError, can_read
from questionnaire.audit.authorship import is_involved
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.workflow import State
from questionnaire.models import Access, AccessScope, Case, Intake, Membership, User
from questionnaire.tests.factories import event_codes, reload, sign_stored_rights, start_in

Kind = Access.Kind


def codes(intake: Intake) -> list[str]:
    """Return the codes of the events after the start of the intake."""
    return event_codes(intake)[1:]


def hand_over(user: User, intake: Intake, to: User) -> tuple[handovers.HandOver, int]:
    """Hand over; return what taking back needs: what it changed, and the number of its event."""
    handed = handovers.hand_over(user, intake, to, "Bel haar na vijven.")
    assert handed
    return handed, Case.objects.get(pk=intake.case_id).rights_event


def test_handing_over_makes_a_colleague_the_author(alice: User, bob: User, intake: Intake) -> None:
    handovers.hand_over(alice, intake, bob, "Bel haar na vijven.")
    handovers.hand_over(bob, intake, bob, "")

    assert reload(intake).author == bob
    assert AccessScope.of(bob).can_write(reload(intake))
    assert not can_read(alice, intake)
    assert [handover.content for handover in intake.handovers.all()] == [{"note": "Bel haar na vijven."}]
    assert codes(intake) == [EventCode.INTAKE_HANDED_OVER]


def test_a_signed_off_intake_keeps_its_author_at_a_handover(alice: User, bob: User, intake: Intake) -> None:
    Intake.objects.update(state=State.SIGNED_OFF)
    sign_stored_rights(intake.case)

    handovers.hand_over(alice, intake, bob, "")

    assert reload(intake).author == alice
    assert codes(intake) == []


def test_whoever_takes_over_a_shielded_case_can_read_it(alice: User, bob: User, intake: Intake) -> None:
    access_actions.shield(alice, intake)

    handovers.hand_over(alice, intake, bob, "")

    assert can_read(bob, intake)


def test_a_case_is_not_handed_over_to_someone_locked_out_of_it(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    for user in (bob, rachel):
        access_actions.grant(alice, intake, user, Kind.LOCKED_OUT)

    with pytest.raises(LastManagerError):
        handovers.hand_over(alice, intake, bob, "")

    assert reload(intake).author == alice


def test_only_who_decides_about_the_case_hands_it_over(
    alice: User, bob: User, charlie: User, intake: Intake
) -> None:
    for user, to in ((bob, bob), (charlie, bob), (alice, charlie)):
        with pytest.raises(PermissionDenied):
            handovers.hand_over(user, intake, to, "")

    assert codes(intake) == []


def test_what_was_handed_over_is_taken_back_with_an_event(alice: User, bob: User, intake: Intake) -> None:
    handed, since = hand_over(alice, intake, bob)

    assert handovers.take_back(alice, intake, handed, since)
    assert not handovers.take_back(alice, intake, handed, since)

    assert reload(intake).author == alice
    assert not can_read(bob, intake)
    assert not intake.handovers.exists()
    assert codes(intake) == [EventCode.INTAKE_HANDED_OVER, EventCode.INTAKE_HANDED_OVER]


def test_whoever_was_handed_a_case_and_did_nothing_is_not_involved_after_it_was_taken_back(
    alice: User, bob: User, intake: Intake
) -> None:
    def hand_over_and_back() -> None:
        handed, since = hand_over(alice, reload(intake), bob)
        assert is_involved(bob, intake)
        assert handovers.take_back(alice, reload(intake), handed, since)

    hand_over_and_back()
    assert not is_involved(bob, intake)
    hand_over_and_back()
    assert not is_involved(bob, intake)
    assert is_involved(alice, intake)

    hand_over(alice, reload(intake), bob)
    hand_over(bob, reload(intake), alice)
    hand_over_and_back()
    assert is_involved(bob, intake)  # by the hand-over that was not taken back


def test_a_note_of_what_was_taken_back_is_kept_for_its_writer_until_the_next_hand_over(
    alice: User, bob: User, rachel: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed, since = hand_over(alice, intake, bob)
    handovers.take_back(alice, intake, handed, since)

    assert handovers.undone_note(alice, reload(intake)) == "Bel haar na vijven."
    assert handovers.undone_note(rachel, reload(intake)) == ""
    hand_over(alice, reload(intake), bob)
    assert handovers.undone_note(alice, reload(intake)) == ""

    handed, since = hand_over(bob, reload(intake), alice)
    handovers.take_back(bob, reload(intake), handed, since)
    assert handovers.undone_note(bob, reload(intake))
    monkeypatch.setattr("questionnaire.models.records_before.UNDO_PERIOD", timedelta(0))
    assert handovers.undone_note(bob, reload(intake)) == ""


def test_whoever_hands_over_goes_on_reading_when_they_ask_for_it(
    alice: User, bob: User, intake: Intake
) -> None:
    assert handovers.may_go_on_reading(alice, intake)

    handed = handovers.hand_over(alice, intake, bob, "", goes_on_reading=True)
    since = Case.objects.get(pk=intake.case_id).rights_event

    assert handed
    assert can_read(alice, intake)
    assert not AccessScope.of(alice).can_write(reload(intake))
    assert codes(intake) == [EventCode.RIGHT_GIVEN, EventCode.INTAKE_HANDED_OVER]
    assert not handovers.may_go_on_reading(alice, reload(intake))
    assert handovers.take_back(alice, intake, handed, since)
    assert not intake.case.access.exists()


def test_nobody_gives_themselves_more_to_read_by_handing_over(alice: User, bob: User, intake: Intake) -> None:
    start_in(intake.case, bob)

    assert not handovers.may_go_on_reading(alice, intake)
    with pytest.raises(PermissionDenied):
        handovers.hand_over(alice, intake, bob, "", goes_on_reading=True)

    assert reload(intake).author == alice


def test_a_case_is_taken_back_from_who_wrote_the_conversation_that_it_was_handed_over_on(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    Intake.objects.filter(pk=intake.pk).update(author=bob, state=State.SIGNED_OFF)
    sign_stored_rights(intake.case)
    other = start_in(intake.case, alice)
    handed, since = hand_over(rachel, reload(intake), bob)

    assert handovers.take_back(rachel, reload(intake), handed, since)

    assert (reload(intake).author, reload(other).author) == (bob, alice)


def test_only_who_handed_it_over_takes_it_back(alice: User, bob: User, rachel: User, intake: Intake) -> None:
    handed, since = hand_over(alice, intake, bob)

    for user in (bob, rachel):
        with pytest.raises(PermissionDenied):
            handovers.take_back(user, intake, handed, since)

    assert reload(intake).author == bob


def test_it_is_not_taken_back_once_the_note_was_read(alice: User, bob: User, intake: Intake) -> None:
    handed, since = hand_over(alice, intake, bob)
    handovers.read_note(bob, reload(intake), intake.handovers.get().pk)

    assert not handovers.take_back(alice, intake, handed, since)

    assert reload(intake).author == bob


def test_it_is_not_taken_back_by_who_is_no_professional_any_more(
    alice: User, bob: User, intake: Intake
) -> None:
    handed, since = hand_over(alice, intake, bob)
    alice.memberships.filter(role=Membership.Role.PROFESSIONAL).delete()

    with pytest.raises(PermissionDenied):
        handovers.take_back(alice, intake, handed, since)

    assert reload(intake).author == bob
    assert intake.handovers.exists()


def test_a_note_is_read_once_by_its_receiver(alice: User, bob: User, rachel: User, intake: Intake) -> None:
    hand_over(alice, intake, bob)
    note, intake = intake.handovers.get().pk, reload(intake)

    assert not handovers.read_note(rachel, intake, note)
    assert not handovers.read_note(bob, intake, uuid4())
    assert handovers.read_note(bob, intake, note)
    assert not handovers.read_note(bob, intake, note)

    assert intake.handovers.get().read_at
    assert codes(intake) == [EventCode.INTAKE_HANDED_OVER, EventCode.HAND_OVER_NOTE_READ]
    with pytest.raises(PermissionDenied):
        handovers.read_note(alice, intake, note)


def test_the_migration_takes_every_note_of_before_as_read(alice: User, bob: User, intake: Intake) -> None:
    hand_over(alice, intake, bob)

    import_string("questionnaire.migrations.0020_hand_over_notes_read.read_those_of_before")(apps, None)

    note = intake.handovers.get()
    assert note.read_at == note.at
