"""Signing in at one of several providers, and what someone sees whose roles changed there meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.socialaccount.models import SocialAccount
from django.test import Client, RequestFactory
from django.urls import reverse

from questionnaire.accounts.identity_providers import GroupRole
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.tests import identity_provider
from questionnaire.tests.conftest import account
from questionnaire.tests.identity_provider import START, Provider, as_set, begin, complete_sign_in, signed
from questionnaire.tests.people import is_signed_in

pytestmark = pytest.mark.django_db

ROLES = (GroupRole("writers", "North", "professional"), GroupRole("people", "North", "administrator"))


@pytest.fixture
def second() -> Iterator[Provider]:
    with identity_provider.running() as provider:
        provider.keys = [identity_provider.public_jwk(identity_provider.KEY)]
        yield provider


@pytest.fixture
def town(served_provider: Provider, settings: Any, team: Team) -> Provider:
    """Set one provider, by whose groups people have their roles."""
    account("adam", team, Membership.Role.ADMINISTRATOR)
    settings.IDENTITY_PROVIDERS = (
        as_set(served_provider, "town", name="Town hall", roles=ROLES, make_accounts=True),
    )
    return served_provider


@pytest.fixture
def two(town: Provider, second: Provider, settings: Any) -> None:
    """Set a second provider, that only says who someone is."""
    settings.IDENTITY_PROVIDERS = (*settings.IDENTITY_PROVIDERS, as_set(second, "clinic", name="Clinic"))


def anna() -> User:
    return User.objects.get(username="anna")


def sign_in_with(client: Client, provider: Provider, *groups: str, **claims: Any) -> Any:
    names = {"preferred_username": "anna", "name": "A. Bakker"}
    return complete_sign_in(client, provider, **{**names, "groups": list(groups), **claims})


def test_the_first_sign_in_makes_the_account(client: Client, town: Provider) -> None:
    response = sign_in_with(client, town, "writers")

    assert response["Location"] == "/"
    assert is_signed_in(client)
    assert anna().name == "A. Bakker"
    assert anna().memberships.get().role == "professional"
    assert SocialAccount.objects.get().extra_data == {"two_factors": False}


def test_the_first_account_of_an_installation_may_be_such_a_one(client: Client, town: Provider) -> None:
    Membership.objects.all().delete()
    User.objects.all().delete()
    Team.objects.all().delete()

    sign_in_with(client, town, "people")

    assert is_signed_in(client)
    assert Event.objects.order_by("seq")[0].code == "rights.sealed"


def test_without_a_group_nobody_gets_in_and_the_page_says_where_to_ask(
    client: Client, town: Provider
) -> None:
    response = sign_in_with(client, town)

    assert response.status_code == 401
    assert User.objects.count() == 1
    assert Event.objects.latest("seq").code == "account.sign_in_refused"


def test_a_changed_role_counts_at_once_and_one_stays_signed_in(client: Client, town: Provider) -> None:
    sign_in_with(client, town, "writers")
    elsewhere = Client()
    sign_in_with(elsewhere, town, "writers")
    client.post("/lock/")

    response = sign_in_with(client, town, "people")

    assert response["Location"] == "/"
    assert client.get("/beheer/people/").status_code == 200
    assert not is_signed_in(elsewhere)


def test_who_loses_every_role_is_out_everywhere(client: Client, town: Provider) -> None:
    sign_in_with(client, town, "writers")
    elsewhere = Client()
    sign_in_with(elsewhere, town, "writers")
    client.post("/lock/")

    response = sign_in_with(client, town)

    assert response.status_code == 401
    assert not anna().is_active
    assert not is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert client.get("/account/login/").status_code == 200


def test_who_gets_a_role_again_is_in_at_once(client: Client, town: Provider) -> None:
    sign_in_with(client, town, "writers")
    sign_in_with(Client(), town)

    response = sign_in_with(Client(), town, "writers")

    assert response["Location"] == "/"
    assert anna().is_active


def test_somebody_else_is_not_led_to_the_page_that_was_locked(
    client: Client, town: Provider, intake: Intake
) -> None:
    """It would be told of them that they looked where they may not."""
    client.force_login(intake.author)
    link = SocialAccount.objects.create(user=intake.author, provider="town", uid="alice-at-idp")
    client.get(f"/intakes/{intake.uuid}/fear/")
    client.post("/lock/", {"page": f"/intakes/{intake.uuid}/fear/"})

    response = sign_in_with(client, town, "writers")

    assert response["Location"] == "/"
    assert link.user_id != anna().pk
    assert is_signed_in(client)


def test_a_refusal_of_someone_else_leaves_the_session_alone(client: Client, town: Provider) -> None:
    sign_in_with(client, town, "writers")

    response = sign_in_with(client, town, sub="b-1", preferred_username="berta")

    assert response.status_code == 401
    assert is_signed_in(client)


def test_too_many_groups_for_a_token_change_nothing(client: Client, town: Provider) -> None:
    sign_in_with(client, town, "writers")

    signin = begin(Client(), town)
    claims = {**signin.claims, "_claim_names": {"groups": "src1"}}
    response = signin.finish(signed(claims))

    assert response.status_code == 401
    assert anna().is_active
    assert anna().memberships.get().role == "professional"


def test_a_passkey_of_ones_own_does_not_go_round_the_provider(
    client: Client, town: Provider, settings: Any
) -> None:
    sign_in_with(client, town, "writers")

    assert not lets_in(anna())
    settings.IDENTITY_PROVIDERS = ()  # forgotten on one host, or under another id
    assert not lets_in(anna())
    assert lets_in(User.objects.get(username="adam"))


def lets_in(user: User) -> bool:
    """Return whether this program lets in somebody who used a way to sign in of its own."""
    request = RequestFactory().get("/")
    request.session = Client().session
    others = {"email_verification": "none", "email": None, "signup": False, "redirect_url": None}
    with context.request_context(request):
        return get_adapter(request).pre_login(request, user, signal_kwargs=None, **others) is None


# --- Several ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two")
def test_each_provider_has_its_button(client: Client) -> None:
    page = client.get("/account/login/").content.decode()

    assert page.count(f'action="{START}"') == 2
    assert "Town hall" in page
    assert "Clinic" in page


def test_where_a_provider_leads_back_to_stays_the_same() -> None:
    """Providers compare it to the letter, and it is registered there."""

    def callback(provider: str) -> str:
        return reverse("organisation_callback", kwargs={"provider": provider})

    assert callback("organisation") == "/account/organisation/callback/"
    assert callback("town") == "/account/organisation/town/callback/"


@pytest.mark.usefixtures("two")
def test_one_goes_to_the_provider_of_the_button(client: Client, second: Provider) -> None:
    response = client.post(START, {"provider": "clinic"})

    assert response["Location"].startswith(f"{second.url}/authorize")
    assert (
        "redirect_uri=http%3A%2F%2Ftestserver%2Faccount%2Forganisation%2Fclinic%2Fcallback%2F"
        in (response["Location"])
    )
    assert client.post(START, {"provider": "else"}).status_code == 404


@pytest.mark.usefixtures("two")
def test_an_answer_of_one_is_not_one_of_the_other(client: Client, town: Provider, second: Provider) -> None:
    """One provider that turned bad must not sign in the people of another."""
    bob = User.objects.create_user("bob")
    SocialAccount.objects.create(user=bob, provider="clinic", uid="anna-at-idp")
    at_town = begin(client, town, provider_id="town")

    second.responses["code-1"] = {
        "access_token": "x",
        "token_type": "bearer",
        "id_token": signed({**at_town.claims, "iss": second.url}),
    }
    path = f"{START}clinic/callback/"
    response = client.get(path, {"code": "code-1", "state": at_town.query["state"]})

    assert response.status_code == 401
    assert not is_signed_in(client)


@pytest.mark.usefixtures("two")
def test_the_same_id_at_two_providers_is_two_people(client: Client, town: Provider, second: Provider) -> None:
    sign_in_with(client, town, "writers")

    response = complete_sign_in(Client(), second, "clinic")

    assert response.status_code == 401
    assert User.objects.count() == 2


@pytest.mark.usefixtures("two")
def test_a_locked_screen_offers_ones_own_provider_alone(client: Client, town: Provider) -> None:
    sign_in_with(client, town, "writers")
    client.post("/lock/")
    client.cookies["__Host-language"] = "en"

    page = client.get("/unlock/").content.decode()

    assert page.count(f'action="{START}"') == 1
    for told in (page, client.get(START).content.decode()):
        # Whoever sees the screen of someone who is away does not read where that person works.
        assert "Sign in at your organisation" in told
        assert "Town hall" not in told
        assert "Clinic" not in told
    assert client.post(START, {"provider": "clinic"})["Location"] == "/unlock/"  # as for any page that is not


@pytest.mark.usefixtures("two")
def test_who_signs_in_here_is_offered_no_other_place(client: Client, team: Team) -> None:
    bob = User.objects.create_user("bob")
    Membership.objects.create(user=bob, team=team, role="professional")
    client.force_login(bob)
    client.post("/lock/")

    assert START not in client.get("/unlock/").content.decode()
    assert client.get(START)["Location"] == "/unlock/"  # as for any page that is not


def test_a_provider_that_is_no_more_leads_nowhere(client: Client) -> None:
    assert client.get(f"{START}town/callback/?state=x&code=y").status_code == 404
