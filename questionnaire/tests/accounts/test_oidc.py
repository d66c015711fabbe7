"""Signing in by OpenID Connect, with a provider on this machine, and with forged tokens."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command
from django.test import Client

from questionnaire.accounts.identity_providers import ORGANISATION
from questionnaire.models import User
from questionnaire.tests.identity_provider import (
    CLIENT_ID,
    KEY,
    START,
    Provider,
    SignIn,
    as_set,
    begin,
    complete_sign_in,
    public_jwk,
    signed,
)
from questionnaire.tests.people import PASSWORD, Clock, is_signed_in, set_up_app, sign_in

pytestmark = pytest.mark.django_db

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def provider(served_provider: Provider, settings: Any) -> Provider:
    settings.IDENTITY_PROVIDERS = (as_set(served_provider, acr=("substantial",)),)
    return served_provider


@pytest.fixture
def anna() -> User:
    user = User.objects.create_user("anna")
    SocialAccount.objects.create(user=user, provider=ORGANISATION, uid="anna-at-idp")
    return user


@pytest.fixture
def signin(client: Client, provider: Provider, anna: User) -> SignIn:
    return begin(client, provider)


def test_it_asks_for_a_fresh_sign_in_and_for_nothing_personal(signin: SignIn) -> None:
    assert signin.query["scope"] == "openid"
    assert signin.query["prompt"] == "login"
    assert signin.query["max_age"] == "0"
    assert signin.query["code_challenge_method"] == "S256"
    assert len(signin.query["nonce"]) > 30


def test_a_true_answer_signs_in(signin: SignIn) -> None:
    response = signin.finish(signed(signin.claims))

    assert response["Location"] == "/"
    assert is_signed_in(signin.client)
    assert signin.provider.received[0]["code_verifier"]


def test_nothing_that_the_provider_tells_of_a_person_is_stored(signin: SignIn) -> None:
    signin.finish(signed(signin.claims))

    assert SocialAccount.objects.get().extra_data == {"two_factors": False}
    assert User.objects.get().name == ""


def test_one_goes_where_one_was_going_and_nowhere_else(
    client: Client, provider: Provider, anna: User
) -> None:
    ours, theirs = begin(client, provider, "/keys/"), begin(Client(), provider, "https://evil.example/")

    assert ours.finish(signed(ours.claims))["Location"] == "/keys/"
    assert theirs.finish(signed(theirs.claims))["Location"] == "/"


def unsigned(claims: dict[str, Any]) -> str:
    return ".".join([*signed(claims).split(".")[:2], ""])


def by_public_key(claims: dict[str, Any]) -> str:
    """Return a token with an HS256 signature, made with the public key as its secret."""
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "HS256", "typ": "JWT", "kid": "one"}, claims)
    ]
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    mac = algorithm.sign(".".join(parts).encode(), pem)
    return ".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=").decode()])


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


FORGED: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "algorithm none": lambda claims: jwt.encode(claims, "", algorithm="none"),
    "signature cut off": unsigned,
    "another key": lambda claims: signed(claims, OTHER_KEY),
    "another key, by its own name": lambda claims: signed(claims, OTHER_KEY, kid="two"),
    "public key as a secret": by_public_key,
    "for another client": lambda claims: signed(claims | {"aud": "someone-else"}),
    "for several clients": lambda claims: signed(claims | {"aud": [CLIENT_ID, "someone-else"]}),
    "made for another client": lambda claims: signed(claims | {"azp": "someone-else"}),
    "of another issuer": lambda claims: signed(claims | {"iss": "https://evil.example"}),
    "expired": lambda claims: signed(claims | {"exp": claims["iat"] - 61}),
    "made in the future": lambda claims: signed(claims | {"iat": claims["iat"] + 600}),
    "without a nonce": lambda claims: signed(without(claims, "nonce")),
    "with another nonce": lambda claims: signed(claims | {"nonce": "x"}),
    "a nonce that is no text": lambda claims: signed(claims | {"nonce": 1}),
    "signed in long before": lambda claims: signed(claims | {"auth_time": claims["iat"] - 3600}),
    "without the moment of signing in": lambda claims: signed(without(claims, "auth_time")),
    "of another person": lambda claims: signed(claims | {"sub": "someone-else"}),
    "of nobody": lambda claims: signed(without(claims, "sub")),
    "of an empty name": lambda claims: signed(claims | {"sub": ""}),
    "changed after signing": lambda claims: signed(claims)[:-6] + "AAAAAA",
    "no token": lambda claims: None,
    "no text": lambda claims: "x.y.z",
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_answer_signs_nobody_in(signin: SignIn, forged: str) -> None:
    response = signin.finish(FORGED[forged](signin.claims))

    assert response.status_code == 401
    assert not is_signed_in(signin.client)
    assert User.objects.count() == 1
    assert b"anna" not in response.content


def test_the_state_of_someone_else_is_not_taken(signin: SignIn) -> None:
    other = begin(Client(), signin.provider)

    assert signin.finish(signed(other.claims), state=other.query["state"]).status_code == 401
    assert signin.finish(signed(signin.claims), state="x").status_code == 401
    assert not is_signed_in(signin.client)


def test_the_answer_to_someone_else_is_not_taken(signin: SignIn) -> None:
    other = begin(Client(), signin.provider)

    assert signin.finish(signed(other.claims)).status_code == 401
    assert not is_signed_in(signin.client)


def test_a_code_and_its_state_are_good_once(signin: SignIn) -> None:
    signin.finish(signed(signin.claims))
    signin.client.post("/account/logout/")

    assert signin.fetch("code-1").status_code == 401
    assert not is_signed_in(signin.client)


def test_an_answer_that_comes_too_late_is_not_taken(signin: SignIn, clock: Clock) -> None:
    token = signed(signin.claims)
    clock(11 * 60)

    assert signin.finish(token).status_code == 401


def test_a_provider_that_says_it_is_another_is_not_believed(signin: SignIn) -> None:
    signin.provider.issuer = "https://evil.example"

    assert signin.finish(signed(signin.claims)).status_code == 401


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
def test_no_redirect_of_the_provider_is_followed(
    signin: SignIn, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The secret goes to the address that the provider's own document names, and nowhere else."""
    monkeypatch.setattr(signin.provider, "moved", path)
    signin.provider.received.clear()

    assert signin.finish(signed(signin.claims)).status_code == 401
    assert len(signin.provider.received) <= 1


def test_a_provider_that_cannot_be_asked_is_told_in_our_words(
    client: Client, provider: Provider, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.IDENTITY_PROVIDERS = (as_set(Provider(url="http://127.0.0.1:9")),)

    response = client.post(START)

    assert response.status_code == 401
    assert client.get("/account/login/").status_code == 200
    assert "_auth_user_id" not in client.session
    assert "provider organisation: it cannot be asked: ConnectionError" in caplog.text


@pytest.mark.parametrize("query", [{"error": "access_denied"}, {"error": "server_error"}, {}])
def test_a_refusal_is_told_in_our_words(signin: SignIn, query: dict[str, str]) -> None:
    response = signin.client.get(f"{START}callback/", {"state": signin.query["state"], **query})

    assert response.status_code == 401
    assert b"access_denied" not in response.content


def test_two_keys_of_one_name_are_one_too_many(signin: SignIn) -> None:
    signin.provider.keys = [public_jwk(KEY), public_jwk(OTHER_KEY)]

    assert signin.finish(signed(signin.claims)).status_code == 401


def test_a_closed_account_stays_out(signin: SignIn, anna: User) -> None:
    anna.is_active = False
    anna.save()

    assert signin.finish(signed(signin.claims)).status_code == 401
    assert not is_signed_in(signin.client)


def test_an_account_that_something_else_wrote_stays_out(signin: SignIn, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(password="argon2$forged")

    assert signin.finish(signed(signin.claims)).status_code == 401
    assert not is_signed_in(signin.client)


def test_a_link_starts_nothing(client: Client, provider: Provider) -> None:
    assert client.get(START).status_code == 200
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403


def test_without_a_provider_there_is_no_such_page(client: Client) -> None:
    assert client.get(START).status_code == 404
    assert client.post(START).status_code == 404
    assert client.get(f"{START}callback/?state=x&code=y").status_code == 404
    assert START not in client.get("/account/login/").content.decode()


def test_with_a_provider_the_page_to_sign_in_offers_it(client: Client, provider: Provider) -> None:
    assert START in client.get("/account/login/").content.decode()


# --- At work ------------------------------------------------------------------------------------------------


def test_signing_in_again_unlocks_under_a_new_session(signin: SignIn) -> None:
    signin.finish(signed(signin.claims))
    signin.client.post("/lock/")
    old = signin.client.session.session_key
    assert START in signin.client.get("/unlock/").content.decode()

    again = begin(signin.client, signin.provider, "/keys/")
    assert not is_signed_in(signin.client)
    response = again.finish(signed(again.claims))

    assert response["Location"] == "/keys/"
    assert is_signed_in(signin.client)
    assert signin.client.session.session_key != old


def test_a_sign_in_of_before_the_lock_does_not_unlock(signin: SignIn) -> None:
    signin.finish(signed(signin.claims))
    signin.client.post("/lock/")
    again = begin(signin.client, signin.provider)

    stale = signed(again.claims | {"auth_time": int(time.time()) - 120})

    assert again.finish(stale)["Location"].startswith("/unlock/")
    assert not is_signed_in(signin.client)


def test_signing_in_again_confirms(signin: SignIn) -> None:
    signin.finish(signed(signin.claims))
    session = signin.client.session
    session["confirmed_at"] -= 11 * 60  # the clock that checks tokens is not stopped
    session.save()

    confirm = signin.client.post("/account/sessions/", {"end": "others", "_confirmed": "1"})
    assert confirm["Location"] == f"{START}?next=%2Fasked%2F"
    again = begin(signin.client, signin.provider, "/account/sessions/")
    again.finish(signed(again.claims))

    assert (
        signin.client.post("/account/sessions/", {"end": "others", "_confirmed": "1"})["Location"]
        == "/account/sessions/"
    )


@pytest.mark.parametrize(
    ("claims", "is_enough"),
    [({"amr": ["pwd", "mfa"]}, True), ({"acr": "substantial"}, True), ({"amr": ["pwd"]}, False), ({}, False)],
)
def test_whether_it_asked_for_two_factors_counts(
    client: Client, provider: Provider, anna: User, settings: Any, claims: dict[str, Any], is_enough: bool
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    complete_sign_in(client, provider, **claims)

    assert is_signed_in(client) is is_enough


def test_ones_own_second_factor_is_asked_for_as_well(signin: SignIn, anna: User) -> None:
    set_up_app(anna)

    assert signin.finish(signed(signin.claims))["Location"] == "/account/login/code/"
    assert not is_signed_in(signin.client)


# --- The command --------------------------------------------------------------------------------------------


def test_an_account_tied_to_the_provider_has_no_password(client: Client, provider: Provider) -> None:
    User.objects.create_user("berta", PASSWORD)
    sign_in(client, "berta")

    call_command("signin", "Berta", "--subject", "b-7")

    assert not is_signed_in(client)
    assert sign_in(Client(), "berta").status_code == 200
    complete_sign_in(client, provider, sub="b-7")
    assert is_signed_in(client)


def test_one_number_is_one_account(anna: User) -> None:
    User.objects.create_user("berta", PASSWORD)

    with pytest.raises(CommandError):
        call_command("signin", "berta", "--subject", "anna-at-idp")

    assert SocialAccount.objects.get().user_id == anna.pk
    assert User.objects.get(username="berta").has_usable_password()


def test_a_lost_second_factor_is_taken_away_and_all_sessions_end(client: Client) -> None:
    berta = User.objects.create_user("berta", PASSWORD)
    sign_in(client, "berta")
    set_up_app(berta)

    call_command("signin", "berta", "--forget")

    assert not is_signed_in(client)
    assert sign_in(client, "berta")["Location"] == "/"


def test_the_command_knows_its_people() -> None:
    with pytest.raises(CommandError):
        call_command("signin", "nobody", "--forget")
