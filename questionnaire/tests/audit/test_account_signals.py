"""Events about accounts: each is recorded once, about whom, and without what was typed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from questionnaire.accounts.identity_providers import IdentityProvider
from questionnaire.audit import log as audit_log
from questionnaire.audit import sign_in_history
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Membership, Team, User
from questionnaire.tests.people import CODE, PASSWORD, code, set_up_app, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]

Role = Membership.Role
TYPED = "kanarie-die-iemand-tikte"


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", PASSWORD)


def account_events() -> list[tuple[str, str, str]]:
    """Return the recorded events about accounts: who, what, and about whom."""
    rows = Event.objects.filter(code__in=list(sign_in_history.LABELS)).order_by("seq").select_related("actor")
    return [
        (event.actor.username if event.actor else "", event.code, event.subject_in_words) for event in rows
    ]


def test_signing_in_and_out_is_recorded(client: Client, anna: User) -> None:
    sign_in(client)
    client.post("/account/logout/")

    assert account_events() == [("anna", EventCode.SIGNED_IN, ""), ("anna", EventCode.SIGNED_OUT, "")]
    assert audit_log.verify().first_broken is None


def test_a_refusal_names_the_account_and_never_what_was_typed(client: Client, anna: User) -> None:
    sign_in(client, "Anna", TYPED)
    sign_in(client, TYPED, PASSWORD)
    User.objects.update(is_active=False)
    sign_in(client)

    about = f"user {anna.pk}"
    assert account_events() == [("", EventCode.SIGN_IN_REFUSED, reason) for reason in (about, "", about)]
    assert TYPED not in json.dumps(list(Event.objects.values("reason", "items", "details")))


def test_a_wrong_password_at_the_lock_and_at_confirming_is_recorded(client: Client, anna: User) -> None:
    sign_in(client)
    client.post("/account/confirm/", {"password": TYPED})
    client.post("/lock/")
    client.post("/unlock/", {"password": TYPED})

    refused = [event for event in account_events() if event[1] == EventCode.SIGN_IN_REFUSED]
    assert refused == [("", EventCode.SIGN_IN_REFUSED, f"user {anna.pk}")] * 2


def test_only_attempts_that_are_checked_are_recorded(client: Client, anna: User) -> None:
    for number in range(10):
        sign_in(client, password=f"{TYPED} {number}")

    codes = [code for _who, code, _about in account_events()]
    assert codes == [EventCode.SIGN_IN_REFUSED] * 5 + [EventCode.LIMIT_MET]


def test_a_wrong_and_a_used_code_are_recorded(client: Client, anna: User) -> None:
    set_up_app(anna)
    sign_in(client)
    right = code()
    client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": right})
    client.post("/account/logout/")
    sign_in(client)
    client.post(CODE, {"code": right})

    refused = ("", EventCode.SIGN_IN_REFUSED, f"user {anna.pk}")
    known = [("anna", EventCode.SIGNED_IN, ""), ("anna", EventCode.SIGNED_OUT, "")]
    assert account_events() == [refused, *known, refused]


def test_an_invalid_passkey_at_the_lock_is_recorded(client: Client, anna: User) -> None:
    sign_in(client)

    client.post("/lock/")
    client.post("/unlock/", {"credential": "{}"})

    assert account_events()[1:] == [("", EventCode.SIGN_IN_REFUSED, f"user {anna.pk}")]


@pytest.mark.django_db(transaction=True)  # allauth tells of it after the commit
def test_adding_and_removing_a_second_factor_is_recorded(client: Client, anna: User) -> None:
    sign_in(client)
    secret = client.get("/account/app/").context["form"].secret
    client.post("/account/app/", {"code": code(secret=secret)})
    client.post("/account/codes/new/")
    client.post("/account/app/remove/")

    codes = (EventCode.FACTOR_ADDED, EventCode.CODES_MADE, EventCode.CODES_MADE, EventCode.FACTOR_REMOVED)
    assert account_events()[1:] == [("anna", code, "") for code in codes]


def test_a_new_password_and_ending_other_sessions_are_recorded(client: Client, anna: User) -> None:
    sign_in(Client())  # another session, which is ended
    sign_in(client)
    new = "zeven groene fietsen in de sloot"
    client.post("/account/sessions/", {"end": "others", "_confirmed": "1"})
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert account_events()[2:] == [
        ("anna", EventCode.SESSIONS_ENDED, ""),
        ("anna", EventCode.PASSWORD_CHANGED, ""),
    ]


def test_what_a_command_does_to_an_account_is_recorded(settings: Any) -> None:
    settings.IDENTITY_PROVIDERS = (IdentityProvider("town", "", "https://town.example", "us", "geheim"),)
    call_command("adduser", "berta", "--team", "North", "--role", "reviewer")
    call_command("signin", "berta", "--forget")
    call_command("signin", "berta", "--subject", "42")

    berta, north = User.objects.get(), Team.objects.get()
    about = f"user {berta.pk}"
    assert account_events() == [
        ("", EventCode.ACCOUNT_MADE, about),
        ("", EventCode.ROLE_GIVEN, f"{about}, team {north.pk}: reviewer"),
        ("", EventCode.FACTOR_REMOVED, about),
        ("", EventCode.ACCOUNT_TIED, about),
    ]
