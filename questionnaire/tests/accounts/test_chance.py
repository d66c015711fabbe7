"""What nobody should guess is drawn from the kernel's chance, and is long enough."""

import secrets
from base64 import b32decode, urlsafe_b64decode
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.accounts import session_store
from questionnaire.models import User


@pytest.mark.django_db
def test_a_session_has_a_key_that_nobody_finds_by_trying() -> None:
    """32 characters of 36, each equally likely, are 165 bits."""
    user = User.objects.create_user("anna", password="de oude van Anna 1")
    keys = set()
    for _number in range(50):
        client = Client()
        client.force_login(user)
        keys.add(client.cookies[settings.SESSION_COOKIE_NAME].value)

    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}
    assert len(set("".join(keys))) == 36
    assert session_store._KEY_LENGTH == 32


def test_the_secret_of_an_app_is_of_160_bits_of_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    draw = secrets.token_bytes

    def watched(count: int) -> bytes:
        drawn.append(count)
        return draw(count)

    monkeypatch.setattr(secrets, "token_bytes", watched)
    made = {generate_totp_secret() for _number in range(20)}

    assert len(made) == 20
    assert {len(b32decode(secret)) for secret in made} == {20}
    assert drawn == [20] * 20


@pytest.mark.django_db
def test_recovery_codes_have_more_than_twenty_bits() -> None:
    user = User.objects.create_user("anna", password="de oude van Anna 1")
    codes = RecoveryCodes.activate(user).generate_codes()

    assert len(set(codes)) == len(codes) == 10
    for code in codes:
        assert code.isdigit()
        assert 10 ** len(code) > 2**20


@pytest.mark.django_db
def test_a_challenge_for_a_passkey_is_another_one_each_time(client: Client) -> None:
    def challenge() -> bytes:
        answer: Any = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        text = answer.json()["request_options"]["publicKey"]["challenge"]
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))

    seen = {challenge() for _number in range(20)}

    assert len(seen) == 20
    assert min(map(len, seen)) >= 16
