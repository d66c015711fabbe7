"""Who may see which intake, by their roles and by what they were granted or refused in its case."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.models import Access, AccessScope, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import start_in

Kind, Role = Access.Kind, Membership.Role


def grant(user: User, intake: Intake, kind: Access.Kind, hours: int | None = None) -> None:
    until = None if hours is None else timezone.now() + timedelta(hours=hours)
    Access.objects.create(case=intake.case, user=user, kind=kind, until=until)


def shield(intake: Intake) -> None:
    intake.case.shielded = True
    intake.case.save()


def can_read(user: User) -> bool:
    return Intake.objects.visible_to(user).exists()


def can_list(user: User) -> bool:
    return Intake.objects.listable_by(user).exists()


@pytest.mark.parametrize("shielded", [False, True])
@pytest.mark.parametrize("is_author", [False, True])
def test_of_one_intake_the_scope_says_what_it_says_of_all_of_them(
    alice: User, bob: User, intake: Intake, is_author: bool, shielded: bool
) -> None:
    user = alice if is_author else bob
    if shielded:
        shield(intake)
    said = set()
    for chosen in product((False, True), repeat=6):
        names = ("professional", "reviewer", "assigned", "named", "opened", "locked_out")
        ids = [intake.team_id, intake.team_id, *[intake.case_id] * 4]
        sets: dict[str, Any] = {
            name: frozenset([key]) for name, key, has in zip(names, ids, chosen, strict=True) if has
        }
        scope = AccessScope(user.pk, **sets)

        assert scope.can_read(intake) == Intake.objects.filter(scope.readable).exists(), sets
        assert scope.can_list(intake) == Intake.objects.filter(scope.listable).exists(), sets
        said.add((scope.can_read(intake), scope.can_list(intake)))
    assert said >= {(False, False), (True, True)}


@pytest.mark.parametrize(
    ("kind", "seen", "writes"),
    [
        (Kind.ASSIGNED, True, True),
        (Kind.NAMED, True, False),
        (Kind.OPENED, True, False),
        (Kind.LOCKED_OUT, False, False),
    ],
)
def test_what_a_kind_of_access_grants_a_colleague(
    bob: User, intake: Intake, kind: Access.Kind, seen: bool, writes: bool
) -> None:
    grant(bob, intake, kind)

    assert can_read(bob) == seen
    assert AccessScope.of(bob).can_write(intake) == writes
    assert not AccessScope.of(bob).can_manage_access(intake)


@pytest.mark.parametrize(("hours", "seen"), [(1, True), (0, False), (-1, False)])
def test_break_glass_access_ends_by_itself(bob: User, intake: Intake, hours: int, seen: bool) -> None:
    grant(bob, intake, Kind.OPENED, hours)

    assert can_read(bob) == seen


def test_a_colleague_may_know_an_intake_but_not_read_it(bob: User, intake: Intake) -> None:
    assert can_list(bob)
    assert not can_read(bob)


@pytest.mark.usefixtures("intake")
def test_another_team_a_manager_and_an_administrator_know_of_no_intake(charlie: User, team: Team) -> None:
    for user in (charlie, account("mary", team, Role.MANAGER), account("ann", team, Role.ADMINISTRATOR)):
        assert not can_list(user)
    assert not Intake.objects.listable_by(AnonymousUser()).exists()
    assert can_list(account("dora", team, Role.PROFESSIONAL))


@pytest.mark.parametrize("kind", [Kind.ASSIGNED, Kind.NAMED, Kind.OPENED])
def test_access_does_not_reach_into_another_team(
    bob: User, charlie: User, intake: Intake, kind: Access.Kind
) -> None:
    for user in (bob, charlie):
        grant(user, intake, kind)

    assert can_read(bob)
    assert not can_read(charlie)
    assert not can_list(charlie)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("kind", [Kind.ASSIGNED, Kind.NAMED, Kind.OPENED])
def test_access_gives_a_manager_or_administrator_nothing_to_read(
    bob: User, team: Team, intake: Intake, kind: Access.Kind, role: Membership.Role
) -> None:
    mary = account("mary", team, role)

    for user in (bob, mary):
        grant(user, intake, kind)

    assert can_read(bob)
    assert not can_read(mary)


def test_an_administrator_sees_nothing_whatever_their_other_roles(
    alice: User, rachel: User, intake: Intake, other_team: Team
) -> None:
    for user in (alice, rachel):
        assert can_read(user)
        Membership.objects.create(user=user, team=other_team, role=Role.ADMINISTRATOR)

        assert not can_read(user)
        assert not can_list(user)
        assert not AccessScope.of(user).can_write(intake)


def test_a_shielded_case_is_for_its_author_and_whoever_is_named(
    alice: User, bob: User, rachel: User, team: Team, intake: Intake
) -> None:
    shield(intake)
    assert [can_read(user) for user in (alice, bob, rachel)] == [True, False, False]
    assert [can_list(user) for user in (alice, bob, rachel)] == [True, False, False]
    shielded = [Intake.objects.filter(AccessScope.of(user).shielded).count() for user in (alice, bob, rachel)]
    assert shielded == [0, 1, 1]

    for user in (bob, rachel):
        grant(user, intake, Kind.NAMED)

    assert [can_read(user) for user in (alice, bob, rachel)] == [True, True, True]
    assert not can_read(account("dora", team, Role.PROFESSIONAL))


@pytest.mark.parametrize("kind", [Kind.ASSIGNED, Kind.OPENED])
def test_a_shield_overrides_assignment_and_break_glass(
    bob: User, rachel: User, intake: Intake, kind: Access.Kind
) -> None:
    shield(intake)

    grant(bob, intake, kind)
    grant(rachel, intake, kind)

    assert [can_read(bob), can_read(rachel)] == [False, False]


def test_whoever_is_named_and_assigned_writes_in_a_shielded_case(bob: User, intake: Intake) -> None:
    shield(intake)
    grant(bob, intake, Kind.ASSIGNED)
    grant(bob, intake, Kind.NAMED)

    assert can_read(bob)
    assert AccessScope.of(bob).can_write(intake)


@pytest.mark.parametrize("shielded", [False, True])
def test_locked_out_overrides_everything_else(
    alice: User, bob: User, rachel: User, intake: Intake, shielded: bool
) -> None:
    if shielded:
        shield(intake)
    for user in (alice, bob, rachel):
        for kind in Kind:
            grant(user, intake, kind)

        assert not can_read(user)
        assert not can_list(user)
        assert not Intake.objects.filter(AccessScope.of(user).shielded).exists()
        Access.objects.filter(user=user, kind=Kind.LOCKED_OUT).delete()
        assert can_read(user)


def test_access_applies_to_every_assessment_of_the_case_and_to_no_other(
    alice: User, bob: User, intake: Intake, team: Team
) -> None:
    later = start_in(intake.case, alice)
    intake_actions.start_intake(alice, team, "other", intake.on, "nl")
    grant(bob, intake, Kind.ASSIGNED)

    assert set(Intake.objects.visible_to(bob)) == {intake, later}


def test_the_author_and_the_reviewer_manage_access(
    alice: User, bob: User, rachel: User, charlie: User, intake: Intake
) -> None:
    assert [AccessScope.of(user).can_manage_access(intake) for user in (alice, rachel)] == [True, True]
    assert [AccessScope.of(user).can_manage_access(intake) for user in (bob, charlie)] == [False, False]


def test_the_database_refuses_the_same_access_twice(bob: User, intake: Intake) -> None:
    grant(bob, intake, Kind.NAMED)

    with pytest.raises(IntegrityError):
        grant(bob, intake, Kind.NAMED)
    assert str(Access(case=intake.case, user=bob, kind=Kind.NAMED)).endswith("named")
