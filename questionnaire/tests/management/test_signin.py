"""`manage.py signin` makes an account good again that something else wrote, and lets nothing forged stay."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import Client

from questionnaire.accounts import factors
from questionnaire.accounts.identity_providers import ORGANISATION
from questionnaire.actions.memberships import set_active
from questionnaire.models import Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.people import PASSWORD, is_signed_in, set_up_app, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]


def signin(name: str, *options: str) -> str:
    out = StringIO()
    call_command("signin", name, *options, stdout=out)
    return out.getvalue()


def renew(name: str) -> str:
    """Run it with --renew, and return the password that it prints."""
    (password,) = re.findall(r": (\S{20})$", signin(name, "--renew"), re.MULTILINE)
    return str(password)


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna", PASSWORD)


def forge_all(user: User) -> None:
    """Write a password, a second factor and a link into the account, as someone without the ring does."""
    User.objects.filter(pk=user.pk).update(password=make_password("geraden"), is_active=True)
    Authenticator.objects.bulk_create([Authenticator(user=user, type="webauthn", data={})])
    SocialAccount.objects.bulk_create([SocialAccount(user=user, provider=ORGANISATION, uid="mallory")])


def test_a_new_password_makes_a_forged_account_good_without_what_was_forged(anna: User) -> None:
    forge_all(anna)

    password = renew("anna")

    client = Client()
    sign_in(client, "anna", password)
    assert client.get("/")["Location"] == "/account/password/"
    posted = {"oldpassword": password, "password1": PASSWORD, "password2": PASSWORD}
    client.post("/account/password/", posted)
    assert is_signed_in(client)
    assert User.objects.get().is_as_written
    assert factors.are_as_written(anna)
    assert not Authenticator.objects.exists()
    assert not SocialAccount.objects.exists()


def test_an_account_that_was_closed_stays_closed_with_a_new_password(anna: User, team: Team) -> None:
    adam = account("adam", team, Membership.Role.ADMINISTRATOR)
    Membership.objects.create(user=anna, team=team, role=Membership.Role.PROFESSIONAL)
    set_active(adam, team, anna, is_active=False)
    forge_all(anna)

    renew("anna")

    assert not User.objects.get(username="anna").is_active


def test_forgetting_forged_second_factors_also_takes_the_link_away(anna: User) -> None:
    SocialAccount.objects.create(user=anna, provider=ORGANISATION, uid="anna")
    set_up_app(anna)
    Authenticator.objects.bulk_create([Authenticator(user=anna, type="webauthn", data={})])

    signin("anna", "--forget")

    assert factors.are_as_written(anna)
    assert not SocialAccount.objects.exists()


def test_forgetting_a_lost_second_factor_leaves_the_link(anna: User) -> None:
    SocialAccount.objects.create(user=anna, provider=ORGANISATION, uid="anna")
    set_up_app(anna)

    signin("anna", "--forget")

    assert factors.are_as_written(anna)
    assert SocialAccount.objects.get().uid == "anna"
    assert not Authenticator.objects.exists()
