"""Who sees which intake, by what they were given or refused in its case."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.utils import timezone

from questionnaire.models import Access, AccessScope, Intake, Membership, Team, User
from questionnaire.tests.conftest import account

Kind, Role = Access.Kind, Membership.Role


def give(user: User, intake: Intake, kind: Access.Kind, hours: int | None = None) -> None:
    until = None if hours is None else timezone.now() + timedelta(hours=hours)
    Access.objects.create(case=intake.case, user=user, kind=kind, until=until)


def shield(intake: Intake) -> None:
    intake.shielded = True
    intake.save()


def sees(user: User) -> bool:
    return Intake.objects.visible_to(user).exists()


def is_listed_to(user: User) -> bool:
    return Intake.objects.listed_to(user).exists()


@pytest.mark.parametrize(
    ("kind", "seen", "writes"),
    [
        (Kind.ASSIGNED, True, True),
        (Kind.NAMED, True, False),
        (Kind.OPENED, True, False),
        (Kind.LOCKED_OUT, False, False),
    ],
)
def test_what_a_colleague_is_given(
    bob: User, intake: Intake, kind: Access.Kind, seen: bool, writes: bool
) -> None:
    give(bob, intake, kind)

    assert sees(bob) == seen
    assert AccessScope.of(bob).writes(intake) == writes
    assert not AccessScope.of(bob).holds(intake)


@pytest.mark.parametrize(("hours", "seen"), [(1, True), (0, False), (-1, False)])
def test_what_was_opened_with_a_reason_closes_by_itself(
    bob: User, intake: Intake, hours: int, seen: bool
) -> None:
    give(bob, intake, Kind.OPENED, hours)

    assert sees(bob) == seen


def test_a_colleague_knows_that_it_is_there(bob: User, intake: Intake) -> None:
    assert is_listed_to(bob)
    assert not sees(bob)


@pytest.mark.usefixtures("intake")
def test_other_teams_managers_and_nobody_know_of_nothing(charlie: User, team: Team) -> None:
    for user in (charlie, account("mary", team, Role.MANAGER), account("ann", team, Role.ADMINISTRATOR)):
        assert not is_listed_to(user)
    assert not Intake.objects.listed_to(AnonymousUser()).exists()


@pytest.mark.parametrize("kind", [Kind.ASSIGNED, Kind.NAMED, Kind.OPENED])
def test_what_is_given_opens_no_wall(charlie: User, intake: Intake, kind: Access.Kind) -> None:
    give(charlie, intake, kind)

    assert not sees(charlie)
    assert not is_listed_to(charlie)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("kind", [Kind.ASSIGNED, Kind.NAMED, Kind.OPENED])
def test_what_is_given_to_a_manager_or_administrator_opens_nothing(
    team: Team, intake: Intake, kind: Access.Kind, role: Membership.Role
) -> None:
    mary = account("mary", team, role)

    give(mary, intake, kind)

    assert not sees(mary)


def test_an_administrator_sees_nothing_by_any_other_role(
    alice: User, rachel: User, intake: Intake, other_team: Team
) -> None:
    for user in (alice, rachel):
        Membership.objects.create(user=user, team=other_team, role=Role.ADMINISTRATOR)

        assert not sees(user)
        assert not is_listed_to(user)
        assert not AccessScope.of(user).writes(intake)


def test_a_shielded_case_is_for_its_author_and_who_is_named(
    alice: User, bob: User, rachel: User, team: Team, intake: Intake
) -> None:
    shield(intake)
    assert [sees(user) for user in (alice, bob, rachel)] == [True, False, False]
    assert [is_listed_to(user) for user in (alice, bob, rachel)] == [True, False, False]
    shielded = [Intake.objects.filter(AccessScope.of(user).shielded).count() for user in (alice, bob, rachel)]
    assert shielded == [0, 1, 1]

    for user in (bob, rachel):
        give(user, intake, Kind.NAMED)

    assert [sees(user) for user in (alice, bob, rachel)] == [True, True, True]
    assert not sees(account("dora", team, Role.PROFESSIONAL))


@pytest.mark.parametrize("kind", [Kind.ASSIGNED, Kind.OPENED])
def test_a_shield_goes_before_what_was_given_otherwise(
    bob: User, rachel: User, intake: Intake, kind: Access.Kind
) -> None:
    shield(intake)

    give(bob, intake, kind)
    give(rachel, intake, kind)

    assert [sees(bob), sees(rachel)] == [False, False]


def test_who_is_named_and_assigned_writes_in_a_shielded_case(bob: User, intake: Intake) -> None:
    shield(intake)
    give(bob, intake, Kind.ASSIGNED)
    give(bob, intake, Kind.NAMED)

    assert sees(bob)
    assert AccessScope.of(bob).writes(intake)


@pytest.mark.parametrize("shielded", [False, True])
def test_locked_out_goes_before_all_else(
    alice: User, bob: User, rachel: User, intake: Intake, shielded: bool
) -> None:
    if shielded:
        shield(intake)
    for user in (alice, bob, rachel):
        for kind in Kind:
            give(user, intake, kind)

        assert not sees(user)
        assert not is_listed_to(user)
        assert not Intake.objects.filter(AccessScope.of(user).shielded).exists()


def test_it_holds_for_every_assessment_of_the_case_and_for_no_other(
    alice: User, bob: User, intake: Intake, team: Team
) -> None:
    given = {"team": team, "author": alice, "on": intake.on, "catalogue_version": 1, "urgency": 0}
    given |= {"police_urgency": 0, "danger_signs": 0, "reassess_on": intake.on}
    later, other = Intake(case=intake.case, **given), Intake(**given)
    for each in (later, other):
        each.make_key()
        each.save()
    give(bob, intake, Kind.ASSIGNED)

    assert set(Intake.objects.visible_to(bob)) == {intake, later}


def test_the_author_and_the_reviewer_decide_who_sees_it(
    alice: User, bob: User, rachel: User, charlie: User, intake: Intake
) -> None:
    assert [AccessScope.of(user).holds(intake) for user in (alice, rachel)] == [True, True]
    assert [AccessScope.of(user).holds(intake) for user in (bob, charlie)] == [False, False]


def test_the_same_is_given_once(bob: User, intake: Intake) -> None:
    give(bob, intake, Kind.NAMED)

    with pytest.raises(IntegrityError):
        give(bob, intake, Kind.NAMED)
    assert str(Access(case=intake.case, user=bob, kind=Kind.NAMED)).endswith("named")
