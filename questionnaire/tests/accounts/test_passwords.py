"""Passwords as they are typed: whole, masked, of any length that people use, and pasted."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.models import User

#: Longer than any list, with spaces at both ends, capitals, and letters of more than one byte.
LONG = "  Vijf Olifanten lopen över de dijk, " + "en nog een stukje verder " * 5 + "Ω "


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", password="de oude van Anna 1")


def signs_in(password: str) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": "anna", "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.django_db
def test_a_long_one_counts_to_its_last_character_as_it_was_typed(anna: User) -> None:
    client = Client()
    client.force_login(anna)
    posted = {"oldpassword": "de oude van Anna 1", "password1": LONG, "password2": LONG}

    response = client.post(reverse("account_change_password"), posted)

    assert len(LONG) > 128
    assert response.status_code == 302
    assert signs_in(LONG)
    for other in (LONG[:-1], LONG[:72], LONG.strip(), LONG.lower(), LONG.replace("ö", "o\u0308")):
        assert not signs_in(other)


@pytest.mark.django_db
def test_every_field_for_one_is_masked_and_open_to_a_password_manager(anna: User) -> None:
    client = Client()
    pages = [client.get(reverse("account_login"))]
    client.force_login(anna)
    pages.append(client.get(reverse("account_change_password")))
    pages.append(client.get(reverse("account_reauthenticate")))
    client.post(reverse("lock"))
    pages.append(client.get(reverse("unlock")))

    for page in pages:
        fields = re.findall(r'<input[^>]*name="\w*password\w*"[^>]*>', page.content.decode())
        assert fields
        for field in fields:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field)
            assert not re.search(r"maxlength|onpaste|readonly", field)


@pytest.mark.django_db
def test_one_stays_good_until_it_is_changed(anna: User) -> None:
    """Nothing of the account says when its password was set, so that no age of it can end it."""
    names = {field.name for field in User._meta.get_fields()}

    assert "must_change_password" in names
    assert not [name for name in names if re.search(r"password.*(at|on|since|expir)|expir", name)]
    assert signs_in("de oude van Anna 1")


def test_words_that_others_try_here_are_written_down() -> None:
    page = (settings.BASE_DIR / "docs" / "signing-in.md").read_text(encoding="utf-8")
    validators: Any = settings.AUTH_PASSWORD_VALIDATORS
    options = [each.get("OPTIONS", {}) for each in validators]
    (words,) = [each["words"] for each in options if "words" in each]

    assert len(words) > 4
    assert [word for word in words if f"`{word}`" not in page] == []
