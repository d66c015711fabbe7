"""A password that someone else made opens one page alone, and no row in the database says otherwise."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.accounts.given_password import ALLOWED_WITH_GIVEN_PASSWORD
from questionnaire.models import User
from questionnaire.permissions import TABLE
from questionnaire.tests.people import PASSWORD, is_signed_in, sign_in
from questionnaire.tests.tampering import execute
from questionnaire.tests.urls import ARGUMENTS, url_patterns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]

CHANGE = "/account/password/"
OWN = "zeven groene fietsen in de sloot"


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", PASSWORD, must_change_password=True)


@pytest.fixture
def signed_in(client: Client, anna: User) -> Client:
    sign_in(client)
    return client


def change(client: Client, new: str = OWN) -> int:
    return client.post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code


def test_every_other_page_leads_to_the_password(signed_in: Client) -> None:
    arguments = {**ARGUMENTS, "uuid": "00000000-0000-4000-8000-000000000001"}
    for pattern in url_patterns():
        name = str(pattern.name)
        if name in ALLOWED_WITH_GIVEN_PASSWORD:
            continue
        url = reverse(name, kwargs={each: arguments[each] for each in pattern.pattern.converters})
        for method in TABLE[name]:
            response = signed_in.generic(method, url)
            assert (response.status_code, response["Location"]) == (302, CHANGE), (method, name)


def test_own_password_opens_everything(signed_in: Client) -> None:
    assert "Choose your own" in signed_in.get(CHANGE, headers={"Accept-Language": "en"}).content.decode()

    assert change(signed_in) == 302

    assert is_signed_in(signed_in)
    anna = User.objects.get()
    assert not anna.must_change_password
    assert anna.is_as_written
    assert "Choose your own" not in signed_in.get(CHANGE).content.decode()


def test_given_password_is_not_chosen_again(signed_in: Client) -> None:
    assert change(signed_in, PASSWORD) == 200
    assert not is_signed_in(signed_in)
    assert User.objects.get().must_change_password


@pytest.mark.parametrize("value", [True, False])
def test_who_writes_the_column_lets_nobody_in(client: Client, anna: User, value: bool) -> None:
    anna.must_change_password = not value
    anna.save()
    assert anna.is_as_written

    execute("UPDATE questionnaire_user SET must_change_password = %s", value)

    assert not User.objects.get().is_as_written
    sign_in(client)
    assert client.get("/")["Location"].startswith("/account/login/")


def test_account_of_an_earlier_version_keeps_its_mac(client: Client) -> None:
    User.objects.create_user("anna", PASSWORD)
    mac = User.objects.get().mac

    anna = User.objects.get()
    anna.save()

    assert anna.mac == mac
    sign_in(client)
    assert is_signed_in(client)
