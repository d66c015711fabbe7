"""Who may see a case, changed: one event each, or nothing; and somebody is always left."""

import pytest
from django.core.exceptions import PermissionDenied

from questionnaire.actions import access as access_actions
from questionnaire.actions.access import LastManagerError, sees
from questionnaire.audit.log import Code
from questionnaire.domain.workflow import State
from questionnaire.lifecycle import erasure
from questionnaire.models import Access, AccessScope, Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account

Kind = Access.Kind


def codes(intake: Intake) -> list[str]:
    return list(Event.objects.filter(intake=intake.pk).values_list("code", flat=True))[1:]


def stored(intake: Intake) -> Intake:
    return Intake.objects.get(pk=intake.pk)


def test_giving_and_taking_are_one_event_each(alice: User, bob: User, intake: Intake) -> None:
    access_actions.give(alice, intake, bob, Kind.ASSIGNED)
    access_actions.give(alice, intake, bob, Kind.ASSIGNED)
    assert sees(bob, intake)

    access_actions.take(alice, intake, bob, Kind.ASSIGNED)
    access_actions.take(alice, intake, bob, Kind.ASSIGNED)

    assert not sees(bob, intake)
    assert codes(intake) == [Code.RIGHT_GIVEN, Code.RIGHT_TAKEN]
    assert Event.objects.latest("seq").reason == f"assigned: user {bob.pk}"


def test_only_the_author_and_the_reviewer_decide(
    alice: User, bob: User, rachel: User, charlie: User, intake: Intake
) -> None:
    access_actions.give(rachel, intake, bob, Kind.ASSIGNED)

    for user in (bob, charlie):
        with pytest.raises(PermissionDenied):
            access_actions.give(user, intake, alice, Kind.LOCKED_OUT)
        with pytest.raises(PermissionDenied):
            access_actions.shield(user, intake)


def test_nothing_is_given_to_another_team_or_to_who_reads_no_cases(
    alice: User, charlie: User, rachel: User, team: Team, intake: Intake
) -> None:
    manager = account("mary", team, Membership.Role.MANAGER)
    for user, kind in ((charlie, Kind.NAMED), (manager, Kind.NAMED), (rachel, Kind.ASSIGNED)):
        with pytest.raises(PermissionDenied):
            access_actions.give(alice, intake, user, kind)
    assert codes(intake) == []


def test_someone_is_always_left_who_decides(alice: User, rachel: User, intake: Intake) -> None:
    access_actions.give(alice, intake, rachel, Kind.LOCKED_OUT)

    with pytest.raises(LastManagerError):
        access_actions.give(alice, intake, alice, Kind.LOCKED_OUT)

    assert sees(alice, intake)
    assert codes(intake) == [Code.RIGHT_GIVEN]


def test_an_author_can_be_locked_out_when_a_reviewer_is_left(
    alice: User, rachel: User, intake: Intake
) -> None:
    access_actions.give(rachel, intake, alice, Kind.LOCKED_OUT)

    assert not sees(alice, intake)
    assert sees(rachel, intake)


def test_shielding_names_who_did_it_and_holds_for_the_case(rachel: User, bob: User, intake: Intake) -> None:
    access_actions.shield(rachel, intake)
    access_actions.shield(rachel, intake)

    assert stored(intake).shielded
    assert sees(rachel, intake)
    assert not Intake.objects.listed_to(bob).exists()

    access_actions.shield(rachel, intake, is_shielded=False)

    assert Intake.objects.listed_to(bob).exists()
    assert codes(intake) == [Code.CASE_SHIELDED, Code.SHIELD_LIFTED]


def test_handing_over_makes_a_colleague_the_author(alice: User, bob: User, intake: Intake) -> None:
    access_actions.hand_over(alice, intake, bob, "Bel haar na vijven.")
    access_actions.hand_over(bob, intake, bob, "")

    assert stored(intake).author == bob
    assert AccessScope.of(bob).writes(stored(intake))
    assert not sees(alice, intake)
    assert [one.content for one in intake.handovers.all()] == [{"note": "Bel haar na vijven."}]
    assert codes(intake) == [Code.INTAKE_HANDED_OVER]


def test_what_was_signed_off_keeps_its_author(alice: User, bob: User, intake: Intake) -> None:
    Intake.objects.update(state=State.SIGNED_OFF)

    access_actions.hand_over(alice, intake, bob, "")

    assert stored(intake).author == alice
    assert codes(intake) == []


def test_a_shielded_case_goes_to_someone_who_then_sees_it(alice: User, bob: User, intake: Intake) -> None:
    access_actions.shield(alice, intake)

    access_actions.hand_over(alice, intake, bob, "")

    assert sees(bob, intake)


def test_a_case_is_not_handed_over_to_someone_locked_out_of_it(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    for user in (bob, rachel):
        access_actions.give(alice, intake, user, Kind.LOCKED_OUT)

    with pytest.raises(LastManagerError):
        access_actions.hand_over(alice, intake, bob, "")

    assert stored(intake).author == alice


def test_opening_with_a_reason_is_one_event_that_tells_it(bob: User, intake: Intake) -> None:
    access_actions.open_with_reason(bob, intake, "Alice is ziek.")
    access_actions.open_with_reason(bob, intake, "Nog eens.")

    assert sees(bob, intake)
    assert not AccessScope.of(bob).writes(intake)
    assert codes(intake) == [Code.CASE_OPENED]
    assert Event.objects.latest("seq").reason == "Alice is ziek."


def test_it_can_be_opened_again_after_its_time(bob: User, intake: Intake) -> None:
    access_actions.open_with_reason(bob, intake, "Alice is ziek.")
    row = Access.objects.get()
    Access.objects.update(until=row.given_at)
    assert not sees(bob, intake)

    access_actions.open_with_reason(bob, intake, "Nog steeds.")

    assert sees(bob, intake)
    assert len(codes(intake)) == 2


def test_no_reason_opens_a_shielded_case_another_teams_or_ones_own_conflict(
    alice: User, bob: User, charlie: User, team: Team, intake: Intake
) -> None:
    manager = account("mary", team, Membership.Role.MANAGER)
    for user in (charlie, manager):
        with pytest.raises(PermissionDenied):
            access_actions.open_with_reason(user, intake, "x")
    access_actions.give(alice, intake, bob, Kind.LOCKED_OUT)
    with pytest.raises(PermissionDenied):
        access_actions.open_with_reason(bob, intake, "x")
    access_actions.take(alice, intake, bob, Kind.LOCKED_OUT)
    access_actions.shield(alice, intake)
    with pytest.raises(PermissionDenied):
        access_actions.open_with_reason(bob, intake, "x")


def test_what_was_given_in_a_case_goes_with_it(alice: User, bob: User, intake: Intake) -> None:
    access_actions.give(alice, intake, bob, Kind.NAMED)

    erasure.erase(None, intake.pk, "retention")

    assert not Access.objects.exists()
