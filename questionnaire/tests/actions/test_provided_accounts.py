"""What follows for an account from what its identity provider says of the person."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.backends.base import SessionBase
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from questionnaire.accounts.backend import closing_provider
from questionnaire.accounts.identity_providers import Claimed, GroupRole, IdentityProvider
from questionnaire.actions import access as access_actions
from questionnaire.actions.accounts import (
    SubjectInUseError,
    TamperedAccountError,
    link_account,
    unlink_account,
)
from questionnaire.actions.memberships import (
    ProvidedRolesError,
    grant_role,
    revoke_role,
    set_active,
    set_roles,
)
from questionnaire.actions.provided_accounts import Refusal, admit
from questionnaire.actions.teams import make_team
from questionnaire.audit import acting
from questionnaire.audit import log as audit_log
from questionnaire.audit.sign_in_history import changes_in
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import details_of

pytestmark = pytest.mark.django_db

Role = Membership.Role

ROLES = (
    GroupRole("writers", "North", "professional"),
    GroupRole("checkers", "North", "reviewer"),
    GroupRole("people", "North", "administrator"),
    GroupRole("south", "South", "professional"),
)


def provider(**fields: Any) -> IdentityProvider:
    values: dict[str, Any] = {"roles": ROLES, "make_accounts": True, **fields}
    return IdentityProvider("town", "Town", "https://idp.example", "us", "geheim", **values)


TOWN = provider()


@pytest.fixture(autouse=True)
def town(settings: Any) -> None:
    settings.IDENTITY_PROVIDERS = (TOWN,)


@pytest.fixture(autouse=True)
def adam(team: Team) -> User:
    """Return the administrator of an installation that is in use."""
    return account("adam", team, Role.ADMINISTRATOR)


@pytest.fixture
def empty(adam: User, team: Team) -> None:
    """Take everything away: nobody signed in yet."""
    Membership.objects.all().delete()
    adam.delete()
    team.delete()


def claimed(
    *groups: str, subject: str = "a-1", username: str = "Anna@town.example", name: str = "A. Bakker"
) -> Claimed:
    return Claimed(subject, has_two_factors=True, groups=frozenset(groups), username=username, name=name)


def made() -> list[User]:
    """Return the accounts that signing in made."""
    return list(User.objects.filter(socialaccount__isnull=False))


def anna() -> User:
    return User.objects.get(username="anna@town.example")


def roles_of(user: User) -> set[tuple[str, str]]:
    return {(row.team.name, str(row.role)) for row in user.memberships.in_force()}


def codes() -> list[str]:
    return [event.code for event in Event.objects.order_by("seq")]


def signed_in(user: User) -> SessionBase:
    client = Client()
    client.force_login(user)
    return client.session


def is_live(session: SessionBase) -> bool:
    return session.exists(str(session.session_key))


# --- The first time -----------------------------------------------------------------------------------------


def test_the_first_time_an_account_is_made_with_its_roles() -> None:
    assert admit(TOWN, claimed("writers", "checkers", "else")) is None

    user = anna()
    assert (user.name, user.is_active, user.has_usable_password()) == ("A. Bakker", True, False)
    assert roles_of(user) == {("North", "professional"), ("North", "reviewer")}
    assert SocialAccount.objects.get().uid == "a-1"
    assert codes() == ["account.made", "account.tied", "role.given", "role.given"]
    assert {event.details["provider"] for event in Event.objects.all()} == {"town"}
    assert audit_log.verify().first_broken is None


def test_a_team_that_is_there_is_taken_whatever_its_capitals(team: Team) -> None:
    team.name = "NORTH"
    team.save()

    admit(TOWN, claimed("writers"))

    assert roles_of(anna()) == {("NORTH", "professional")}


def test_a_team_of_the_settings_that_is_not_there_changes_nothing(team: Team) -> None:
    admit(TOWN, claimed("writers"))
    before = codes()

    assert admit(TOWN, claimed("south")) is Refusal.NO_TEAM
    assert admit(TOWN, claimed("south", subject="b-1")) is Refusal.NO_TEAM
    assert codes() == before
    assert roles_of(anna()) == {("North", "professional")}


@pytest.mark.parametrize(
    ("fields", "groups", "refusal"),
    [
        ({}, ["else"], Refusal.NO_ROLE),
        ({}, [], Refusal.NO_ROLE),
        ({"make_accounts": False}, ["writers"], Refusal.UNKNOWN),
        ({"roles": (), "make_accounts": False}, ["writers"], Refusal.UNKNOWN),
        ({}, ["writers", "people"], Refusal.CONFLICT),
    ],
)
def test_otherwise_nothing_is_made(fields: dict[str, Any], groups: list[str], refusal: Refusal) -> None:
    assert admit(provider(**fields), claimed(*groups)) is refusal

    assert User.objects.count() == 1
    assert not Event.objects.exists()
    assert Team.objects.count() == 1


@pytest.mark.parametrize("name", ["Zuid-Óost", "ZUID-ÓOST"])
def test_a_team_is_found_in_whatever_capitals(team: Team, name: str) -> None:
    team.name = "zuid-óost"
    team.save()
    row = GroupRole("writers", name, "professional")

    assert admit(provider(roles=(row,)), claimed("writers")) is None
    assert roles_of(anna()) == {("zuid-óost", "professional")}


def test_a_user_name_is_not_that_of_a_colleague(team: Team) -> None:
    bob = account("bob", team, Role.REVIEWER)
    bob.name = "Kees"
    bob.save()

    admit(TOWN, claimed("writers", username="Kees", name=""))

    assert [str(user) for user in made()] == ["kees-2"]


@pytest.mark.usefixtures("empty")
def test_the_first_account_of_an_installation_is_that_of_an_administrator() -> None:
    assert admit(TOWN, claimed("writers")) is Refusal.FIRST
    assert not Team.objects.exists()

    assert admit(TOWN, claimed("people")) is None

    assert roles_of(anna()) == {("North", "administrator")}
    assert {team.name for team in Team.objects.all()} == {"North", "South"}
    assert admit(TOWN, claimed("south", subject="b-1", username="bob")) is None


def test_another_account_with_the_user_name_is_not_theirs() -> None:
    other = User.objects.create_user("anna@town.example", "vier gele paarden")

    admit(TOWN, claimed("writers"))

    assert [user.username for user in made()] == ["anna@town.example-2"]
    assert roles_of(other) == set()


@pytest.mark.parametrize(
    ("username", "is_called"),
    [
        ("Jan de Vries", "jan-de-vries"),
        ("ﬁen", "fien"),
        ("André", "andré"),
        ("", "a-1"),
        ("x" * 200, "x" * 144),
        ("<script>", "-script-"),
    ],
)
def test_a_user_name_is_made_of_what_it_may_have(username: str, is_called: str) -> None:
    admit(TOWN, claimed("writers", username=username))

    assert [user.username for user in made()] == [is_called]


def test_the_name_of_a_colleague_is_not_taken(team: Team) -> None:
    bob = account("bob", team, Role.REVIEWER)
    bob.name = "a. bakker"
    bob.save()

    admit(TOWN, claimed("writers"))

    assert anna().name == ""
    assert str(anna()) == "anna@town.example"


def test_a_name_that_cannot_be_stored_is_left_out() -> None:
    admit(TOWN, claimed("writers", name="\ud800"))

    assert anna().name == ""


def test_a_first_time_in_two_windows_makes_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other window stores its link after this one found that there is none."""
    create = User.objects.create_user

    def create_user(*args: Any, **kwargs: Any) -> User:
        monkeypatch.undo()
        other = create("other")
        SocialAccount.objects.create(user=other, provider="town", uid="a-1")
        return create(*args, **kwargs)

    # What the other window stored goes back with this one's here, so the second attempt makes it after all.
    monkeypatch.setattr(User.objects, "create_user", create_user)

    assert admit(TOWN, claimed("writers")) is None
    assert [user.pk for user in made()] == [SocialAccount.objects.get().user_id]


# --- Later --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("other_team")
def test_a_changed_group_changes_the_roles_and_ends_the_sessions() -> None:
    admit(TOWN, claimed("writers"))
    session = signed_in(anna())

    assert admit(TOWN, claimed("checkers", "south")) is None

    assert roles_of(anna()) == {("North", "reviewer"), ("South", "professional")}
    assert not is_live(session)
    taken = Event.objects.get(code="role.taken")
    assert (taken.actor, taken.subject, taken.details["provider"]) == (None, anna().pk, "town")


def test_the_same_groups_change_nothing() -> None:
    admit(TOWN, claimed("writers"))
    session, before = signed_in(anna()), codes()

    assert admit(TOWN, claimed("writers", name="Someone else", username="else")) is None

    assert is_live(session)
    assert codes() == before
    assert anna().name == "A. Bakker"


def test_a_role_that_an_administrator_gave_before_it_was_linked_goes(team: Team) -> None:
    bob = account("bob", team, Role.MANAGER)
    SocialAccount.objects.create(user=bob, provider="town", uid="b-1")

    admit(TOWN, claimed("writers", subject="b-1"))

    assert roles_of(bob) == {("North", "professional")}


def test_who_loses_the_role_loses_the_cases_that_they_opened(intake: Intake, bob: User) -> None:
    SocialAccount.objects.create(user=bob, provider="town", uid="b-1")
    access_actions.open_with_reason(bob, intake, "Mevrouw belt nu, de auteur is vrij.")

    admit(TOWN, claimed("checkers", subject="b-1"))

    assert not access_actions.end_in(intake.case, bob)
    assert "case.opening_ended" in codes()
    assert audit_log.verify().first_broken is None


def test_without_a_group_the_account_is_closed_and_with_it_open_again() -> None:
    admit(TOWN, claimed("writers"))
    session = signed_in(anna())

    assert admit(TOWN, claimed("else")) is Refusal.NO_ROLE
    assert not anna().is_active
    assert roles_of(anna()) == set()
    assert not is_live(session)
    before = codes()
    assert admit(TOWN, claimed()) is Refusal.NO_ROLE
    assert codes() == before

    assert admit(TOWN, claimed("writers")) is None
    assert anna().is_active
    assert anna().is_as_written
    assert roles_of(anna()) == {("North", "professional")}
    assert codes()[-2:] == ["account.opened", "role.given"]


def test_who_an_administrator_closed_stays_out(adam: User, team: Team) -> None:
    admit(TOWN, claimed("writers"))
    set_active(adam, team, anna(), is_active=False)

    assert admit(TOWN, claimed("writers")) is Refusal.CLOSED
    assert admit(TOWN, claimed()) is Refusal.CLOSED
    assert not anna().is_active


def test_an_administrator_makes_a_closing_of_the_provider_their_own(adam: User, team: Team) -> None:
    admit(TOWN, claimed("writers"))
    admit(TOWN, claimed())
    assert closing_provider(anna()) == "town"

    set_active(adam, team, anna(), is_active=False)

    assert closing_provider(anna()) == ""
    assert admit(TOWN, claimed("writers")) is Refusal.CLOSED
    before = codes()
    set_active(adam, team, anna(), is_active=False)
    assert codes() == before


def test_what_one_provider_closed_another_does_not_open() -> None:
    admit(TOWN, claimed("writers"))
    admit(TOWN, claimed())
    other = IdentityProvider("other", "", "https://o.example", "us", "geheim", roles=ROLES)
    SocialAccount.objects.update(provider="other")
    user = anna()
    user.sign([("link", SocialAccount.objects.get().pk, "other", "a-1")])
    User.objects.filter(pk=user.pk).update(factors_mac=user.factors_mac)

    assert admit(other, claimed("writers")) is Refusal.CLOSED


def test_roles_that_nobody_has_together_change_nothing() -> None:
    admit(TOWN, claimed("writers"))
    before = codes()

    assert admit(TOWN, claimed("writers", "people")) is Refusal.CONFLICT
    assert codes() == before


@pytest.mark.parametrize("forged", ["account", "link"])
def test_what_something_else_wrote_is_left_as_it_is(forged: str, alice: User) -> None:
    if forged == "link":
        SocialAccount.objects.bulk_create([SocialAccount(user=alice, provider="town", uid="a-1")])
    else:
        SocialAccount.objects.create(user=alice, provider="town", uid="a-1")
        User.objects.filter(pk=alice.pk).update(password="x")
    before = roles_of(alice)

    assert admit(TOWN, claimed("people")) is Refusal.CHANGED
    assert roles_of(alice) == before


@pytest.mark.parametrize(("is_active", "refusal"), [(True, None), (False, Refusal.CLOSED)])
def test_a_provider_without_roles_only_says_who_it_is(
    alice: User, is_active: bool, refusal: Refusal | None
) -> None:
    alice.is_active = is_active
    alice.save()
    SocialAccount.objects.create(user=alice, provider="town", uid="a-1")
    before = roles_of(alice)

    assert admit(provider(roles=(), make_accounts=False), claimed("people")) is refusal
    assert roles_of(alice) == before


def test_what_a_provider_did_is_told_as_its_doing(team: Team, client: Client) -> None:
    """Not as that of who keeps the server, who does what has no actor otherwise."""
    mona, audrey = account("mona", team, Role.MANAGER), account("audrey", team, Role.AUDITOR)
    with acting.in_request():
        admit(TOWN, claimed("writers"))

    translation.activate("en")
    assert {entry.who for entry in changes_in([team]) if "A. Bakker" in entry.about} == {"Signing in at town"}
    client.cookies["__Host-language"] = "en"
    for user, page in ((mona, "/beheer/"), (audrey, "/events/")):
        client.force_login(user)
        assert "Signing in at town" in client.get(page).content.decode()


def test_a_link_by_a_command_is_told_as_that_of_the_keeper(bob: User, team: Team) -> None:
    call_command("signin", "bob", "--subject", "b-1")

    translation.activate("en")
    (entry,) = [each for each in changes_in([team]) if "bob" in each.about]
    assert (entry.who, entry.about) == ("", "bob, town")


def test_that_somebody_signs_in_here_again_is_told(adam: User, bob: User, team: Team) -> None:
    link_account(adam, bob, "town", "b-1")
    unlink_account(adam, bob)

    translation.activate("en")
    assert "bob, signs in here again" in {each.about for each in changes_in([team])}


# --- Administrators -----------------------------------------------------------------------------------------


def test_administrators_do_not_change_provided_roles(adam: User, team: Team) -> None:
    admit(TOWN, claimed("writers"))

    with pytest.raises(ProvidedRolesError):
        set_roles(adam, team, anna(), ["manager"])
    with pytest.raises(ProvidedRolesError):
        grant_role(adam, team, anna(), Role.MANAGER)
    with pytest.raises(ProvidedRolesError):
        revoke_role(adam, team, anna(), Role.PROFESSIONAL)
    assert roles_of(anna()) == {("North", "professional")}


def test_a_provided_administrator_makes_the_teams_that_the_settings_name(settings: Any) -> None:
    """Of another the role would go at the next sign-in, and nobody would administer it."""
    admit(TOWN, claimed("people"))
    with pytest.raises(ProvidedRolesError):
        make_team(anna(), "West")
    assert not Team.objects.filter(name="West").exists()

    west = provider(roles=(*ROLES, GroupRole("people", "West", "administrator")))
    settings.IDENTITY_PROVIDERS = (west,)
    make_team(anna(), "west")
    assert admit(west, claimed("people")) is None
    assert roles_of(anna()) == {("North", "administrator"), ("west", "administrator")}


def test_they_do_where_the_provider_only_says_who_it_is(adam: User, team: Team, settings: Any) -> None:
    admit(TOWN, claimed("writers"))
    settings.IDENTITY_PROVIDERS = (provider(roles=(), make_accounts=False),)

    set_roles(adam, team, anna(), ["manager"])

    assert roles_of(anna()) == {("North", "manager")}


def test_they_link_an_account_which_then_has_no_other_way_in(adam: User, team: Team, bob: User) -> None:
    bob.set_password("vier gele paarden")
    bob.save()
    session = signed_in(bob)

    link_account(adam, bob, "town", "b-1")
    link_account(adam, bob, "town", "b-2")

    bob.refresh_from_db()
    assert SocialAccount.objects.get().uid == "b-2"
    assert not bob.has_usable_password()
    assert not is_live(session)
    assert admit(provider(roles=(), make_accounts=False), claimed(subject="b-2")) is None
    assert admit(provider(roles=(), make_accounts=False), claimed(subject="b-1")) is Refusal.UNKNOWN
    tied = Event.objects.filter(code="account.tied").first()
    assert tied is not None
    assert (tied.actor, tied.subject, details_of(tied)) == (adam, bob.pk, {"provider": "town"})


def test_one_id_is_one_account(adam: User, team: Team, bob: User, alice: User) -> None:
    link_account(adam, bob, "town", "b-1")

    with pytest.raises(SubjectInUseError):
        link_account(adam, alice, "town", "b-1")
    assert SocialAccount.objects.get().user == bob


def test_unlinked_somebody_signs_in_here_again(adam: User, team: Team, bob: User) -> None:
    link_account(adam, bob, "town", "b-1")

    password = unlink_account(adam, bob)

    bob.refresh_from_db()
    assert bob.check_password(password)
    assert bob.must_change_password
    assert not SocialAccount.objects.exists()
    renewed = Event.objects.get(code="account.password_renewed")
    assert renewed.details is not None
    assert renewed.details["no_longer_at"] == ["town"]
    assert "b-1" not in str(renewed.details)


@pytest.mark.parametrize("is_closed", [True, False])
def test_whom_an_administrator_unlinked_gets_no_second_account(
    adam: User, team: Team, is_closed: bool
) -> None:
    admit(TOWN, claimed("writers"))
    unlink_account(adam, anna())
    set_active(adam, team, anna(), is_active=not is_closed)

    assert admit(TOWN, claimed("writers")) is Refusal.UNLINKED
    assert made() == []

    link_account(adam, anna(), "town", "a-1")
    assert admit(TOWN, claimed("writers")) is (Refusal.CLOSED if is_closed else None)


def test_an_id_that_was_a_mistake_gets_no_account_of_its_own(adam: User, bob: User) -> None:
    link_account(adam, bob, "town", "b-7")
    link_account(adam, bob, "town", "b-1")

    assert admit(TOWN, claimed("writers", subject="b-7")) is Refusal.UNLINKED
    assert admit(TOWN, claimed("writers", subject="b-1")) is None
    assert roles_of(bob) == {("North", "professional")}


def test_what_something_else_wrote_is_neither_linked_nor_unlinked(adam: User, team: Team, bob: User) -> None:
    SocialAccount.objects.bulk_create([SocialAccount(user=bob, provider="town", uid="mallory")])

    with pytest.raises(TamperedAccountError):
        link_account(adam, bob, "town", "b-1")
    with pytest.raises(TamperedAccountError):
        unlink_account(adam, bob)
    assert SocialAccount.objects.get().uid == "mallory"
