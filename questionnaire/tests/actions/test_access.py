"""Changing who may see a case: one event each, or an error; and somebody always manages access."""

import pytest
from django.core.exceptions import PermissionDenied

from questionnaire.actions import access as access_actions
from questionnaire.actions.access import LastManagerError, can_read
from questionnaire.audit.event_codes import EventCode
from questionnaire.lifecycle import erasure
from questionnaire.models import Access, AccessScope, Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import event_codes, reload, sign_stored_rights

Kind = Access.Kind


def codes(intake: Intake) -> list[str]:
    """Return the codes of the events after the start of the intake."""
    return event_codes(intake)[1:]


def test_granting_and_revoking_are_one_event_each(alice: User, bob: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, bob, Kind.ASSIGNED)
    access_actions.grant(alice, intake, bob, Kind.ASSIGNED)
    assert can_read(bob, intake)

    access_actions.revoke(alice, intake, bob, Kind.ASSIGNED)
    access_actions.revoke(alice, intake, bob, Kind.ASSIGNED)

    assert not can_read(bob, intake)
    assert codes(intake) == [EventCode.RIGHT_GIVEN, EventCode.RIGHT_TAKEN]
    assert Event.objects.latest("seq").reason == f"assigned: user {bob.pk}"


def test_only_the_author_and_the_reviewer_grant_access(
    alice: User, bob: User, rachel: User, charlie: User, intake: Intake
) -> None:
    access_actions.grant(rachel, intake, bob, Kind.ASSIGNED)

    for user in (bob, charlie):
        with pytest.raises(PermissionDenied):
            access_actions.grant(user, intake, alice, Kind.LOCKED_OUT)
        with pytest.raises(PermissionDenied):
            access_actions.shield(user, intake)


def test_access_is_not_granted_to_another_team_nor_to_a_role_that_does_not_fit(
    alice: User, charlie: User, rachel: User, team: Team, intake: Intake
) -> None:
    manager = account("mary", team, Membership.Role.MANAGER)
    for user, kind in ((charlie, Kind.NAMED), (manager, Kind.NAMED), (rachel, Kind.ASSIGNED)):
        with pytest.raises(PermissionDenied):
            access_actions.grant(alice, intake, user, kind)
    assert codes(intake) == []

    access_actions.grant(alice, intake, rachel, Kind.NAMED)
    assert codes(intake) == [EventCode.RIGHT_GIVEN]


def test_an_auditor_is_given_no_access_and_can_be_denied_it(alice: User, team: Team, intake: Intake) -> None:
    auditor = account("audrey", team, Membership.Role.AUDITOR)
    for kind in (Kind.NAMED, Kind.ASSIGNED):
        with pytest.raises(PermissionDenied):
            access_actions.grant(alice, intake, auditor, kind)

    access_actions.grant(alice, intake, auditor, Kind.LOCKED_OUT)

    assert codes(intake) == [EventCode.RIGHT_GIVEN]
    assert auditor in access_actions.colleagues(intake)


def test_the_last_person_who_manages_access_cannot_be_locked_out(
    alice: User, rachel: User, intake: Intake
) -> None:
    access_actions.grant(alice, intake, rachel, Kind.LOCKED_OUT)

    with pytest.raises(LastManagerError):
        access_actions.grant(alice, intake, alice, Kind.LOCKED_OUT)

    assert can_read(alice, intake)
    assert codes(intake) == [EventCode.RIGHT_GIVEN, EventCode.NO_REVIEWER_LEFT]


def test_an_author_can_be_locked_out_when_a_reviewer_remains(
    alice: User, rachel: User, intake: Intake
) -> None:
    access_actions.grant(rachel, intake, alice, Kind.LOCKED_OUT)

    assert not can_read(alice, intake)
    assert can_read(rachel, intake)


def test_shielding_hides_the_case_from_all_but_who_shielded_it(
    rachel: User, bob: User, intake: Intake
) -> None:
    access_actions.shield(rachel, intake)
    access_actions.shield(rachel, intake)

    assert reload(intake).case.shielded
    assert can_read(rachel, intake)
    assert not Intake.objects.listable_by(bob).exists()

    access_actions.shield(rachel, intake, is_shielded=False)

    assert Intake.objects.listable_by(bob).exists()
    assert codes(intake) == [EventCode.CASE_SHIELDED, EventCode.SHIELD_LIFTED]


def test_opening_with_a_reason_is_one_event_with_the_reason(bob: User, intake: Intake) -> None:
    access_actions.open_with_reason(bob, intake, "Alice is ziek.")
    access_actions.open_with_reason(bob, intake, "Nog eens.")

    assert can_read(bob, intake)
    assert not AccessScope.of(bob).can_write(intake)
    assert codes(intake) == [EventCode.CASE_OPENED]
    assert Event.objects.latest("seq").reason == "Alice is ziek."


def test_a_case_can_be_opened_again_after_the_access_ended(bob: User, intake: Intake) -> None:
    access_actions.open_with_reason(bob, intake, "Alice is ziek.")
    row = Access.objects.get()
    Access.objects.update(until=row.given_at)
    sign_stored_rights(intake.case)
    assert not can_read(bob, intake)

    access_actions.open_with_reason(bob, intake, "Nog steeds.")

    assert can_read(bob, intake)
    assert len(codes(intake)) == 2


def test_no_reason_opens_another_teams_case_or_a_shielded_one_or_lets_in_who_is_locked_out(
    alice: User, bob: User, charlie: User, team: Team, intake: Intake
) -> None:
    manager = account("mary", team, Membership.Role.MANAGER)
    for user in (charlie, manager):
        with pytest.raises(PermissionDenied):
            access_actions.open_with_reason(user, intake, "x")
    access_actions.grant(alice, intake, bob, Kind.LOCKED_OUT)
    with pytest.raises(PermissionDenied):
        access_actions.open_with_reason(bob, intake, "x")
    access_actions.revoke(alice, intake, bob, Kind.LOCKED_OUT)
    access_actions.shield(alice, intake)
    with pytest.raises(PermissionDenied):
        access_actions.open_with_reason(bob, intake, "x")
    access_actions.shield(alice, intake, is_shielded=False)
    access_actions.open_with_reason(bob, intake, "x")
    assert can_read(bob, intake)


def test_access_is_erased_with_the_case(alice: User, bob: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, bob, Kind.NAMED)

    assert Access.objects.exists()

    erasure.erase(None, intake.pk, "retention")

    assert not Access.objects.exists()
