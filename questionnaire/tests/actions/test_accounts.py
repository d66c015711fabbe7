"""Make accounts and change how someone signs in: who may, what it ends, and what was forged stays refused."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client

from questionnaire.accounts import factors
from questionnaire.accounts.identity_providers import ORGANISATION
from questionnaire.accounts.session_store import sessions_of
from questionnaire.actions import accounts, organisation, teams
from questionnaire.actions.accounts import (
    NameInUseError,
    SignsInElsewhereError,
    TamperedAccountError,
    UnusableNameError,
)
from questionnaire.actions.memberships import RoleConflictError
from questionnaire.models import Event, Membership, OrganisationEntry, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.people import set_up_app

Role = Membership.Role
CONTACT = {"name": "J. Voorbeeld", "number": "010-123 45 67", "reachable": "", "note": ""}


@pytest.fixture
def adam(team: Team) -> User:
    return account("adam", team, Role.ADMINISTRATOR)


def test_every_password_is_another_one_and_good_enough() -> None:
    passwords = {accounts.new_password() for _time in range(50)}

    assert len(passwords) == 50
    for password in passwords:
        validate_password(password)
        assert not set(password) & set("0o1li")


def test_who_administers_no_such_team_makes_no_account_in_it(
    adam: User, alice: User, team: Team, other_team: Team
) -> None:
    for user, of in ((adam, other_team), (alice, team)):
        with pytest.raises(PermissionDenied):
            accounts.add_person(user, of, "dora", "D. Voorbeeld", [Role.REVIEWER])

    assert not User.objects.filter(username="dora").exists()


@pytest.mark.parametrize(
    ("username", "name", "roles", "error"),
    [
        ("adam", "D. Voorbeeld", [Role.REVIEWER], UnusableNameError),
        ("a b", "D. Voorbeeld", [Role.REVIEWER], UnusableNameError),
        ("dora", "ADAM", [Role.REVIEWER], NameInUseError),
        ("dora", "D. Voorbeeld", [Role.REVIEWER, Role.ADMINISTRATOR], RoleConflictError),
    ],
)
def test_an_account_that_cannot_be_is_not_made_at_all(
    adam: User, team: Team, username: str, name: str, roles: list[Role], error: type[Exception]
) -> None:
    with pytest.raises(error):
        accounts.add_person(adam, team, username, name, roles)

    assert list(User.objects.all()) == [adam]
    assert not Event.objects.exists()


def test_who_signs_in_at_the_organisation_gets_no_password(adam: User, bob: User) -> None:
    SocialAccount.objects.create(user=bob, provider=ORGANISATION, uid="bob")

    with pytest.raises(SignsInElsewhereError):
        accounts.renew_password(adam, bob)

    assert not User.objects.get(pk=bob.pk).must_change_password


def test_forged_second_factors_are_left_for_whoever_keeps_the_server(adam: User, bob: User) -> None:
    Authenticator.objects.bulk_create([Authenticator(user=bob, type="webauthn", data={})])

    with pytest.raises(TamperedAccountError):
        accounts.remove_factors(adam, bob)

    assert Authenticator.objects.exists()
    assert not factors.are_as_written(bob)


def test_a_lost_factor_is_removed_with_its_codes_and_the_rest_stays_good(adam: User, bob: User) -> None:
    set_up_app(bob)
    Client().force_login(bob)

    accounts.remove_factors(adam, bob)

    assert not Authenticator.objects.exists()
    assert factors.are_as_written(bob)
    assert not list(sessions_of(bob))


@pytest.mark.parametrize("who", ["alice", "olga", "bob"])
def test_nobody_else_changes_how_someone_signs_in(
    alice: User, bob: User, other_team: Team, team: Team, who: str
) -> None:
    user = {"alice": alice, "bob": bob, "olga": account("olga", other_team, Role.ADMINISTRATOR)}[who]

    for change in (accounts.renew_password, accounts.remove_factors):
        with pytest.raises(PermissionDenied):
            change(user, bob)
    with pytest.raises(PermissionDenied):
        accounts.name_person(user, bob, "B. Anders")

    assert not Event.objects.exists()


def test_a_name_that_stays_is_no_event(bob: User) -> None:
    accounts.name_oneself(bob, "B. Voorbeeld")
    accounts.name_oneself(bob, "B. Voorbeeld")

    assert Event.objects.count() == 1


def test_a_password_that_a_command_prints_is_changed_but_for_the_first_account(db: None) -> None:
    call_command("adduser", "--first")
    call_command("adduser", "berta")
    call_command("adduser", "cora", "--keep-password")

    must = dict(User.objects.values_list("username", "must_change_password"))
    assert must == {"eerste": False, "berta": True, "cora": False}
    assert all(user.is_as_written for user in User.objects.all())


# --- Teams, and what the organisation adds ------------------------------------------------------------------


def test_only_an_administrator_makes_and_renames_teams(
    adam: User, alice: User, team: Team, other_team: Team
) -> None:
    with pytest.raises(PermissionDenied):
        teams.make_team(alice, "East")
    for user, of in ((alice, team), (adam, other_team)):
        with pytest.raises(PermissionDenied):
            teams.rename_team(user, of, "East")

    assert set(Team.objects.values_list("name", flat=True)) == {"North", "South"}


def test_only_who_keeps_them_writes_contacts_and_texts(
    adam: User, alice: User, bob: User, team: Team, other_team: Team
) -> None:
    for user, of in ((bob, team), (alice, other_team), (adam, None), (alice, None)):
        with pytest.raises(PermissionDenied):
            organisation.add_contact(user, of, "shelter", CONTACT)
        with pytest.raises(PermissionDenied):
            organisation.set_single(user, of, "start_card", {"nl": "x"})
    entry = organisation.add_contact(alice, team, "shelter", CONTACT)
    with pytest.raises(PermissionDenied):
        organisation.change_contact(bob, entry.pk, CONTACT)
    with pytest.raises(PermissionDenied):
        organisation.remove_contact(bob, entry.pk)

    assert OrganisationEntry.objects.get().is_as_written


@pytest.mark.parametrize("kind", ["start_card", "police_emergency", ""])
def test_no_other_kind_of_contact_is_stored_or_changed_as_one(alice: User, team: Team, kind: str) -> None:
    with pytest.raises(PermissionDenied):
        organisation.add_contact(alice, team, kind, CONTACT)
    with pytest.raises(PermissionDenied):
        organisation.set_single(alice, team, "shelter", {"nl": "x"})
    organisation.set_single(alice, team, "start_card", {"nl": "x"})
    text = OrganisationEntry.objects.get()

    with pytest.raises(PermissionDenied):
        organisation.change_contact(alice, text.pk, CONTACT)
    with pytest.raises(PermissionDenied):
        organisation.remove_contact(alice, text.pk)


def test_a_forged_contact_is_not_made_good_by_changing_it(alice: User, team: Team) -> None:
    entry = organisation.add_contact(alice, team, "shelter", CONTACT)
    OrganisationEntry.objects.update(content={**CONTACT, "number": "0900-1"})

    with pytest.raises(PermissionDenied):
        organisation.change_contact(alice, entry.pk, CONTACT)

    assert not OrganisationEntry.objects.get().is_as_written
