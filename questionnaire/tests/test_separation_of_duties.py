"""Who keeps accounts needs no shell and no key ring; who keeps the server and the ring needs no account.

The table of docs/signing-in.md says who does what.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from questionnaire.accounts.identity_providers import IdentityProvider
from questionnaire.audit import log as audit_log
from questionnaire.models import Event, Membership, Proposal, Team, User
from questionnaire.screen.asked import CONFIRMED_FIELD
from questionnaire.tests.conftest import account
from questionnaire.tests.people import set_up_app

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    """Return the client of someone who gave their password just now."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["confirmed_at"] = 2**40
    session.save()
    return client


@pytest.mark.usefixtures("quick_hashes")
def test_an_administrator_keeps_accounts_by_pages_alone(team: Team, settings: Any) -> None:
    """From a new person to one who left: each change is an event of theirs, none of a command."""
    settings.IDENTITY_PROVIDERS = (IdentityProvider("town", "Town", "https://town.example", "us", "geheim"),)
    adam = account("adam", team, Membership.Role.ADMINISTRATOR)
    client = signed_in(adam)
    second = signed_in(account("mona", team, Membership.Role.MANAGER))

    def post(page: str, person: User | None = None, /, **posted: Any) -> Any:
        response = client.post(reverse(page, args=[person.pk] if person else []), posted, follow=True)
        assert response.status_code == 200
        return response

    made = post("person_new", name="D. Voorbeeld", username="dora", team=team.pk, roles=["professional"])
    assert re.search(r"\w{6}-\w{6}-\w{6}", made.content.decode())
    dora = User.objects.get(username="dora")
    set_up_app(dora)
    post("person_factors", dora)
    post("person", dora, do="name", name="D. Anders")
    post("person", dora, do=f"roles {team.pk}", **{f"team-{team.pk}-roles": ["reviewer", "manager"]})
    for asked in Proposal.objects.all():  # a manager agrees, by the page too
        second.post(reverse("second_person"), {"proposal": asked.pk, "do": "agree", CONFIRMED_FIELD: "1"})
    post("person_password", dora)
    post("person_provider", dora, provider="town", subject="d-1")
    assert SocialAccount.objects.get().user == dora
    post("person_provider", dora)  # signs in here again, by a new password
    post("person", dora, do="close")
    post("person", dora, do="open")
    post("team_new", name="West")

    dora.refresh_from_db()
    assert (dora.name, dora.is_active, dora.must_change_password) == ("D. Anders", True, True)
    assert {str(row.role) for row in dora.memberships.in_force()} == {"reviewer", "manager"}
    assert not Authenticator.objects.exists()
    events = Event.objects.filter(actor=adam)
    done = {event.code for event in events}
    assert {
        *("account.made", "account.named", "account.factor_removed", "account.password_renewed"),
        *("account.tied", "account.closed", "account.opened", "role.given", "role.taken", "team.made"),
    } <= done
    assert {(event.source.split()[0], event.os_user) for event in events} == {("web", "")}


def test_the_keeper_of_the_ring_works_without_an_account(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING_PATH = tmp_path / "keyring.json"

    call_command("keys", "create")
    call_command("keys", "rotate")
    call_command("keys", "status")
    call_command("seal_events")
    call_command("verify_events")
    call_command("verify_rights")
    call_command("retention")
    call_command("clearsessions")
    call_command("backup", str(tmp_path / "backup"))
    call_command("events", str(tmp_path / "events.jsonl"))

    assert not User.objects.exists()
    recorded = list(Event.objects.all())
    assert {event.code for event in recorded} >= {"keys.made", "keys.rotated", "backup.made"}
    assert {event.actor for event in recorded} == {None}
    assert all(event.os_user for event in recorded)
    assert audit_log.verify().first_broken is None
