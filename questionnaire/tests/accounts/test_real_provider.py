"""Signing in at a provider that others wrote: the npm package oidc-provider, on loopback.

It is installed by `bin/test --soak`; see requirements/engines. Other tests of signing in have a provider of
our own, which can also send what a good one never does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from questionnaire.accounts.identity_providers import GroupRole, IdentityProvider
from questionnaire.models import Membership, Team, User
from questionnaire.tests.cluster import free_port
from questionnaire.tests.conftest import account
from questionnaire.tests.identity_provider import START
from questionnaire.tests.people import is_signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.soak]

PACKAGE: Final = Path(sys.prefix) / "engines/node_modules/oidc-provider/lib/index.js"
SCRIPT: Final = Path(__file__).with_name("provider.mjs")
CALLBACK: Final = f"{START}town/callback/"
ROLES: Final = (GroupRole("writers", "North", "professional"), GroupRole("people", "North", "administrator"))


@dataclass(frozen=True)
class Served:
    """The provider, and the file that says who signs in at it."""

    server: str
    file: Path

    def knows(self, account: str, *groups: str, amr: tuple[str, ...] = (), **claims: Any) -> None:
        names = {"preferred_username": account, "name": account.title(), "groups": list(groups)}
        told = {"account": f"{account}-at-idp", "claims": {**names, **claims}}
        self.file.write_text(json.dumps({**told, **({"amr": list(amr)} if amr else {})}))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if not PACKAGE.exists():
        pytest.skip("oidc-provider is not installed: bin/test --soak does that")
    file, port = tmp_path_factory.mktemp("idp") / "person.json", free_port()
    command = ["node", str(SCRIPT), str(PACKAGE), str(port), str(file), f"http://testserver{CALLBACK}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  (our own script)
        assert process.stdout
        try:
            assert process.stdout.readline() == "ready\n"
            yield Served(f"http://127.0.0.1:{port}", file)
        finally:
            process.terminate()


@pytest.fixture
def provider(served: Served, settings: Any, team: Team) -> Served:
    account("adam", team, Membership.Role.ADMINISTRATOR)
    set_provider(served, settings)
    return served


def set_provider(served: Served, settings: Any, **fields: Any) -> None:
    values = {"roles": ROLES, "make_accounts": True, **fields}
    settings.IDENTITY_PROVIDERS = (
        IdentityProvider("town", "Town", served.server, "intake", "hush-hush-hush-hush-hush", **values),
    )


def sign_in(client: Client, target: str = "") -> Any:
    """Go to the provider in a browser of one's own, and come back with what it says."""
    address = client.post(START, {"next": target})["Location"]
    with requests.Session() as browser:
        for _step in range(10):
            response = browser.get(address, allow_redirects=False, timeout=60)
            assert response.status_code in (302, 303), response.text
            address = urljoin(address, response.headers["Location"])
            if urlsplit(address).hostname == "testserver":
                break
    parts = urlsplit(address)
    assert parts.path == CALLBACK
    return client.get(f"{parts.path}?{parts.query}")


@pytest.mark.parametrize(("claim", "is_linked_to"), [("sub", "anna-at-idp"), ("oid", "object-7")])
def test_a_first_sign_in_makes_the_account(
    client: Client, provider: Served, settings: Any, claim: str, is_linked_to: str
) -> None:
    set_provider(provider, settings, person_claim=claim)
    provider.knows("anna", "writers", "else", oid="object-7")

    assert sign_in(client)["Location"] == "/"

    assert is_signed_in(client)
    user = User.objects.get(username="anna")
    assert user.name == "Anna"
    assert SocialAccount.objects.get(user=user).uid == is_linked_to
    assert [str(row.role) for row in user.memberships.in_force()] == ["professional"]


@pytest.mark.parametrize(("amr", "is_enough"), [(("pwd", "mfa"), True), (("pwd",), False), ((), False)])
def test_its_second_factor_counts_when_it_says_so(
    client: Client, provider: Served, settings: Any, amr: tuple[str, ...], is_enough: bool
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    provider.knows("anna", "writers", amr=amr)

    sign_in(client)

    assert User.objects.filter(username="anna").exists()
    assert is_signed_in(client) is is_enough


def test_a_group_that_goes_closes_the_account_and_one_that_comes_opens_it(
    client: Client, provider: Served
) -> None:
    provider.knows("anna", "writers")
    sign_in(client)
    client.post("/lock/")
    provider.knows("anna")

    assert sign_in(client).status_code == 401
    assert not User.objects.get(username="anna").is_active
    assert not is_signed_in(client)

    provider.knows("anna", "people")
    assert sign_in(client)["Location"] == "/"
    assert client.get("/beheer/people/").status_code == 200


def test_signing_in_anew_unlocks_where_one_was(client: Client, provider: Served) -> None:
    provider.knows("anna", "writers")
    sign_in(client)
    client.post("/lock/")
    assert not is_signed_in(client)

    assert sign_in(client, "/keys/")["Location"] == "/keys/"
    assert is_signed_in(client)


def test_somebody_else_does_not_unlock_it_as_the_first(client: Client, provider: Served) -> None:
    provider.knows("anna", "writers")
    sign_in(client)
    client.post("/lock/")
    provider.knows("berta", "people")

    sign_in(client)

    assert is_signed_in(client)
    assert client.get("/beheer/people/").status_code == 200
    assert User.objects.filter(username__in=["anna", "berta"]).count() == 2
