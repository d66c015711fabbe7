"""Accounts and second factors that something else than this program wrote sign nobody in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone

from questionnaire.accounts import factors
from questionnaire.accounts.identity_providers import ORGANISATION
from questionnaire.accounts.second_factor import has_second_factor
from questionnaire.actions.memberships import set_active
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Membership, Team, User
from questionnaire.tests import tampering
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import event_codes
from questionnaire.tests.people import CODE, PASSWORD, code, is_signed_in, set_up_app, sign_in

pytestmark = pytest.mark.django_db

FACTORS = "mfa_authenticator"
ACCOUNTS = "questionnaire_user"
MINE = "mijn eigen geheime zin"


def signs_in(username: str = "anna", password: str = PASSWORD, second: str = "") -> bool:
    """Return whether someone gets in with this password, and with this code if one is asked."""
    client = Client()
    response: Any = sign_in(client, username, password)
    if response.get("Location", "").startswith(CODE):
        client.post(CODE, {"code": second})
    return is_signed_in(client)


@pytest.fixture
def mallory(db: None) -> User:
    """Return someone who writes in the database, and has a password and an app."""
    user = User.objects.create_user("mallory", MINE)
    set_up_app(user)
    return user


# --- The account itself -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("anna")
def test_an_account_whose_password_was_replaced_signs_nobody_in() -> None:
    tampering.execute(f"UPDATE {ACCOUNTS} SET password = %s", make_password(MINE))  # noqa: S608

    assert not signs_in(password=MINE)


def test_the_password_of_someone_else_does_not_fit(anna: User, mallory: User) -> None:
    Authenticator.objects.all().delete()
    (mine,) = (row for row in tampering.rows_of(ACCOUNTS) if row["id"] == mallory.pk)

    User.objects.filter(pk=anna.pk).update(password=mine["password"], mac=mine["mac"])

    assert not signs_in(password=MINE)
    assert signs_in("mallory", MINE)


def test_an_account_that_was_renamed_signs_nobody_in(anna: User, mallory: User) -> None:
    Authenticator.objects.all().delete()
    User.objects.filter(pk=mallory.pk).update(username="old")

    User.objects.filter(pk=anna.pk).update(username="mallory")

    assert not signs_in("mallory", PASSWORD)


def test_an_account_that_was_added_signs_nobody_in(anna: User) -> None:
    (row,) = tampering.rows_of(ACCOUNTS)

    tampering.put(ACCOUNTS, {**row, "id": 900, "username": "ghost", "password": make_password(MINE)})

    assert not signs_in("ghost", MINE)
    assert signs_in()


def test_an_account_that_was_opened_in_the_database_stays_closed(anna: User, team: Team) -> None:
    adam = account("adam", team, Membership.Role.ADMINISTRATOR)
    Membership.objects.create(user=anna, team=team, role=Membership.Role.PROFESSIONAL)
    (open_row,) = (row for row in tampering.rows_of(ACCOUNTS) if row["id"] == anna.pk)
    set_active(adam, team, anna, is_active=False)

    User.objects.filter(pk=anna.pk).update(is_active=True)
    assert not signs_in()
    User.objects.filter(pk=anna.pk).update(is_active=True, mac=open_row["mac"])  # as it was before
    assert User.objects.get(pk=anna.pk).is_as_written
    assert not signs_in()

    set_active(adam, team, anna, is_active=False)
    set_active(adam, team, anna, is_active=True)
    assert signs_in()


@pytest.mark.parametrize("mac", ["0" * 64, "copied"])
def test_an_event_that_was_added_opens_no_account(anna: User, team: Team, mac: str) -> None:
    adam = account("adam", team, Membership.Role.ADMINISTRATOR)
    Membership.objects.create(user=anna, team=team, role=Membership.Role.PROFESSIONAL)
    open_mac = User.objects.get(pk=anna.pk).mac
    set_active(adam, team, anna, is_active=False)
    closed = Event.objects.latest("seq")
    User.objects.filter(pk=anna.pk).update(is_active=True, mac=open_mac)

    closed.seq, closed.number, closed.code = closed.seq + 7, closed.number + 7, EventCode.ACCOUNT_OPENED
    closed.mac = closed.mac if mac == "copied" else mac
    closed.save(force_insert=True)

    assert not signs_in()


def test_whoever_is_signed_in_is_out_when_their_account_is_changed(anna_client: Client, anna: User) -> None:
    assert is_signed_in(anna_client)

    User.objects.filter(pk=anna.pk).update(username="someone")

    assert not is_signed_in(anna_client)


@pytest.mark.parametrize("change", ["password", "is_active", "everything"])
def test_no_later_change_makes_an_account_good(anna: User, change: str) -> None:
    User.objects.filter(pk=anna.pk).update(password=make_password(MINE))
    tampered = User.objects.get(pk=anna.pk)

    if change == "password":
        tampered.set_password("een ander lang wachtwoord")
        tampered.save(update_fields=["password"])
    else:
        tampered.save(update_fields=None if change == "everything" else ["is_active"])

    assert not User.objects.get(pk=anna.pk).is_as_written
    assert not signs_in(password=MINE)


def test_two_changes_at_once_leave_an_account_as_written(anna: User) -> None:
    first, second = User.objects.get(pk=anna.pk), User.objects.get(pk=anna.pk)
    first.set_password(MINE)
    first.save(update_fields=["password"])
    second.last_login = timezone.now()
    second.is_active = True
    second.save(update_fields=["is_active", "last_login"])

    assert User.objects.get(pk=anna.pk).is_as_written
    assert signs_in(password=MINE)


def test_a_hash_that_is_made_anew_at_signing_in_is_signed(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.contrib.auth.hashers.Argon2PasswordHasher.time_cost", 2)

    assert signs_in()
    assert User.objects.get().password != anna.password
    assert signs_in()


@pytest.mark.usefixtures("anna")
def test_a_changed_password_signs_in(anna_client: Client) -> None:
    anna_client.post("/account/password/", {"oldpassword": PASSWORD, "password1": MINE, "password2": MINE})

    assert is_signed_in(anna_client)
    assert signs_in(password=MINE)
    assert not signs_in()


def test_accounts_of_another_installation_sign_nobody_in(anna: User, tmp_path: Path, settings: Any) -> None:
    assert signs_in()

    tampering.use_other_ring(tmp_path, settings)

    assert not signs_in()


# --- Second factors and links -------------------------------------------------------------------------------


def test_an_app_signs_in_and_one_that_was_copied_to_another_account_does_not(
    anna: User, mallory: User
) -> None:
    assert signs_in("mallory", MINE, code())
    app = Authenticator.objects.get()

    Authenticator.objects.filter(pk=app.pk).update(user=anna)

    assert not signs_in("anna", PASSWORD, code(1))


def test_a_second_factor_that_was_removed_leaves_no_way_in_by_password_alone(mallory: User) -> None:
    assert signs_in("mallory", MINE, code())

    tampering.execute(f"DELETE FROM {FACTORS}")  # noqa: S608

    assert not signs_in("mallory", MINE)


def test_an_app_that_was_added_signs_nobody_in(anna: User, mallory: User) -> None:
    (row,) = tampering.rows_of(FACTORS)
    set_up_app(anna)
    assert signs_in("anna", PASSWORD, code())

    tampering.execute(f"UPDATE {FACTORS} SET data = %s WHERE user_id = %s", row["data"], anna.pk)  # noqa: S608

    assert not signs_in("anna", PASSWORD, code(1))
    assert not has_second_factor(anna)


def test_recovery_codes_work_once_and_not_again_when_their_mask_is_put_back(mallory: User) -> None:
    first, second, *_others = RecoveryCodes.activate(mallory).get_unused_codes()
    row = Authenticator.objects.get(type="recovery_codes")
    assert signs_in("mallory", MINE, first)
    assert not signs_in("mallory", MINE, first)

    Authenticator.objects.filter(pk=row.pk).update(data=row.data)

    assert not signs_in("mallory", MINE, second)


def test_a_passkey_that_was_added_does_not_count(anna: User) -> None:
    passkey = {"name": "x", "credential": {"id": "x"}}
    Authenticator.objects.bulk_create([Authenticator(user=anna, type="webauthn", data=passkey)])

    assert not has_second_factor(anna)
    assert not factors.are_as_written(anna)


def test_adding_another_second_factor_does_not_make_a_forged_one_good(anna: User) -> None:
    forged = {"name": "x", "credential": {"id": "x"}}
    Authenticator.objects.bulk_create([Authenticator(user=anna, type="webauthn", data=forged)])

    set_up_app(anna)

    assert not factors.are_as_written(anna)


def test_a_factor_that_is_added_during_a_change_is_not_made_good(anna: User) -> None:
    def forge(**_kwargs: Any) -> None:
        Authenticator.objects.bulk_create([Authenticator(user=anna, type="webauthn", data={})])

    pre_save.connect(forge, sender=Authenticator)
    try:
        set_up_app(anna)
    finally:
        pre_save.disconnect(forge, sender=Authenticator)

    assert Authenticator.objects.count() == 2
    assert not factors.are_as_written(anna)


def test_a_link_to_the_provider_that_was_moved_does_not_count(anna: User, mallory: User) -> None:
    link = SocialAccount.objects.create(user=mallory, provider=ORGANISATION, uid="mallory")
    assert factors.are_as_written(mallory)

    tampering.execute("UPDATE socialaccount_socialaccount SET user_id = %s WHERE id = %s", anna.pk, link.pk)

    assert not factors.are_as_written(anna)
    assert not factors.are_as_written(mallory)


def test_using_a_second_factor_leaves_it_as_written(mallory: User) -> None:
    app = Authenticator.objects.get()
    app.record_usage()
    RecoveryCodes.activate(mallory).mark_as_viewed()

    assert factors.are_as_written(mallory)
    assert signs_in("mallory", MINE, code())


def test_removing_second_factors_leaves_the_rest_as_written(mallory: User) -> None:
    RecoveryCodes.activate(mallory)
    link = SocialAccount.objects.create(user=mallory, provider=ORGANISATION, uid="mallory")

    Authenticator.objects.filter(user=mallory).delete()

    assert factors.are_as_written(mallory)
    assert not signs_in("mallory", MINE)  # as long as a provider does
    link.delete()
    assert signs_in("mallory", MINE)


def test_a_refused_account_is_told_so_and_it_is_an_event(client: Client, mallory: User) -> None:
    tampering.execute(f"UPDATE {FACTORS} SET data = %s", json.dumps({"secret": "00"}))  # noqa: S608

    response = client.post("/account/login/", {"login": "mallory", "password": MINE}, follow=True)

    assert "Met dit account kunt u nu niet inloggen" in response.content.decode()
    assert not is_signed_in(client)
    assert event_codes()[-1] == EventCode.SIGN_IN_REFUSED


# --- Passkeys -----------------------------------------------------------------------------------------------

PASSKEY = "/account/login/passkey/"
COOKIE = "__Host-session"


@pytest.fixture
def passkey(anna: User, monkeypatch: pytest.MonkeyPatch) -> Authenticator:
    """Return a passkey of Anna whose every answer is right; a browser test has one that signs."""
    row: Authenticator = Authenticator.objects.create(user=anna, type="webauthn", data={"name": "laptop"})
    monkeypatch.setattr(webauthn, "parse_authentication_response", lambda _response: None)
    monkeypatch.setattr(webauthn, "extract_user_from_response", lambda _response: anna)
    monkeypatch.setattr(webauthn, "complete_authentication", lambda _user, _response: row)
    monkeypatch.setattr(webauthn, "get_credentials", lambda _user: [])
    return row


def signs_in_by_passkey(client: Client) -> bool:
    client.post(PASSKEY, {"credential": '{"id": "x"}'})
    return is_signed_in(client)


@pytest.mark.usefixtures("passkey")
def test_a_challenge_is_answered_once(client: Client) -> None:
    client.get(PASSKEY, headers={"X-Requested-With": "XMLHttpRequest"})
    copied = Client()
    copied.cookies[COOKIE] = client.cookies[COOKIE].value

    assert signs_in_by_passkey(client)
    assert not signs_in_by_passkey(copied)


def test_a_passkey_that_was_moved_signs_nobody_in(
    client: Client, passkey: Authenticator, mallory: User
) -> None:
    client.get(PASSKEY, headers={"X-Requested-With": "XMLHttpRequest"})

    Authenticator.objects.filter(pk=passkey.pk).update(data={"name": "of mallory"})

    assert not signs_in_by_passkey(client)


def test_a_passkey_that_was_changed_unlocks_nothing(anna_client: Client, passkey: Authenticator) -> None:
    anna_client.post("/lock/")
    anna_client.get("/unlock/")
    Authenticator.objects.filter(pk=passkey.pk).update(data={"name": "of mallory"})

    anna_client.post("/unlock/", {"credential": '{"id": "x"}'})
    assert not is_signed_in(anna_client)

    Authenticator.objects.filter(pk=passkey.pk).update(data=passkey.data)
    anna_client.get("/unlock/")
    anna_client.post("/unlock/", {"credential": '{"id": "x"}'})
    assert is_signed_in(anna_client)
