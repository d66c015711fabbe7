"""Signing in and rights as events: each once, about whom, and without what was typed."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, TestCase

from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code, first_broken
from questionnaire.audit.sign_in_history import WORDS, days
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.people import CODE, PASSWORD, cheapen_hashes, code, give_app, sign_in

pytestmark = pytest.mark.django_db

Role = Membership.Role
PAGE = "/account/sign-ins/"
TYPED = "kanarie-die-iemand-tikte"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheapen_hashes(monkeypatch)


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", PASSWORD)


def happened() -> list[tuple[str, str, str]]:
    """What was written down of accounts: who, what, and about which account."""
    rows = Event.objects.filter(code__in=list(WORDS)).order_by("seq").select_related("actor")
    return [(event.actor.username if event.actor else "", event.code, event.reason) for event in rows]


def test_signing_in_and_out(client: Client, anna: User) -> None:
    sign_in(client)
    client.post("/account/logout/")

    assert happened() == [("anna", Code.SIGNED_IN, ""), ("anna", Code.SIGNED_OUT, "")]
    assert first_broken() is None


def test_a_refusal_says_about_whom_and_never_what_was_typed(client: Client, anna: User) -> None:
    sign_in(client, "Anna", TYPED)
    sign_in(client, TYPED, PASSWORD)
    User.objects.update(is_active=False)
    sign_in(client)

    about = f"user {anna.pk}"
    assert happened() == [("", Code.SIGN_IN_REFUSED, reason) for reason in (about, "", about)]
    assert TYPED not in json.dumps(list(Event.objects.values("reason", "items")))


def test_a_wrong_password_at_the_lock_and_at_confirming(client: Client, anna: User) -> None:
    sign_in(client)
    client.post("/account/confirm/", {"password": TYPED})
    client.post("/lock/")
    client.post("/unlock/", {"password": TYPED})

    refused = [event for event in happened() if event[1] == Code.SIGN_IN_REFUSED]
    assert refused == [("", Code.SIGN_IN_REFUSED, f"user {anna.pk}")] * 2


def test_guessing_writes_no_more_than_is_looked_at(client: Client, anna: User) -> None:
    for number in range(40):
        sign_in(client, password=f"{TYPED} {number}")

    assert len(happened()) == 5


def test_a_wrong_and_a_used_code(client: Client, anna: User) -> None:
    give_app(anna)
    sign_in(client)
    right = code()
    client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": right})
    client.post("/account/logout/")
    sign_in(client)
    client.post(CODE, {"code": right})

    refused = ("", Code.SIGN_IN_REFUSED, f"user {anna.pk}")
    known = [("anna", Code.SIGNED_IN, ""), ("anna", Code.SIGNED_OUT, "")]
    assert happened() == [refused, *known, refused]


def test_what_is_no_passkey_of_someone_who_is_known(client: Client, anna: User) -> None:
    sign_in(client)

    client.post("/lock/")
    client.post("/unlock/", {"credential": "{}"})

    assert happened()[1:] == [("", Code.SIGN_IN_REFUSED, f"user {anna.pk}")]


def test_a_second_factor_comes_and_goes(client: Client, anna: User) -> None:
    sign_in(client)
    secret = client.get("/account/app/").context["form"].secret
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post("/account/app/", {"code": code(secret=secret)})
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post("/account/codes/new/")
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post("/account/app/remove/")

    came = (Code.FACTOR_ADDED, Code.CODES_MADE, Code.CODES_MADE, Code.FACTOR_REMOVED)
    assert happened()[1:] == [("anna", what, "") for what in came]


def test_a_new_password_and_other_sessions_that_are_ended(client: Client, anna: User) -> None:
    sign_in(client)
    new = "zeven groene fietsen in de sloot"
    client.post("/account/sessions/", {"end": "others"})
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert happened()[1:] == [("anna", Code.SESSIONS_ENDED, ""), ("anna", Code.PASSWORD_CHANGED, "")]


def test_what_a_command_does_to_an_account() -> None:
    call_command("adduser", "berta", "--team", "North", "--role", "reviewer")
    call_command("signin", "berta", "--forget")
    call_command("signin", "berta", "--subject", "42")

    berta, north = User.objects.get(), Team.objects.get()
    about = f"user {berta.pk}"
    assert happened() == [
        ("", Code.ACCOUNT_MADE, about),
        ("", Code.ROLE_GIVEN, f"{about}, team {north.pk}: reviewer"),
        ("", Code.FACTOR_REMOVED, about),
        ("", Code.ACCOUNT_TIED, about),
    ]


# --- The page -----------------------------------------------------------------------------------------------


def seen_by(user: User) -> list[str]:
    """The lines of the page: who, what, about whom."""
    client = Client()
    client.cookies["__Host-language"] = "en"
    client.force_login(user)
    told = [entry for _day, entries in client.get(PAGE).context["days"] for entry in entries]
    return [f"{entry.who}|{entry.what}|{entry.about}" for entry in told]


@pytest.fixture
def busy(team: Team, alice: User, charlie: User, intake: Intake) -> None:
    """Things that happened to alice, to charlie of another team, and to nobody."""
    for user in (alice, charlie):
        user.set_password(PASSWORD)
        user.save()
        sign_in(Client(), user.username)
        sign_in(Client(), user.username, TYPED)
    sign_in(Client(), TYPED, TYPED)


@pytest.mark.usefixtures("busy")
def test_one_sees_ones_own(alice: User, charlie: User, bob: User) -> None:
    refused = "|tried to sign in and was refused"

    assert seen_by(alice) == [f"{refused}|alice", "alice|signed in|"]
    assert seen_by(charlie) == [f"{refused}|charlie", "charlie|signed in|"]
    assert seen_by(bob) == []


@pytest.mark.usefixtures("busy")
def test_an_administrator_sees_their_team_and_no_other_and_no_conversation(
    team: Team, alice: User, intake: Intake
) -> None:
    admin = account("ann", team, Role.ADMINISTRATOR)
    refused = "|tried to sign in and was refused|"

    assert seen_by(admin) == [refused, f"{refused}alice", "alice|signed in|"]

    client = Client()
    client.force_login(admin)
    html = client.get(PAGE).content.decode()
    assert intake.reference not in html
    assert str(intake.uuid) not in html


def test_the_reason_of_an_export_is_not_on_it(team: Team, alice: User, intake: Intake) -> None:
    admin = account("ann", team, Role.ADMINISTRATOR)
    with transaction.atomic():
        audit_log.record(alice, Code.CASE_EXPORTED, intake.uuid, reason=TYPED)

    assert seen_by(admin) == ["alice|made a copy of everything|"]


def test_a_role_names_the_team_to_whom_administers_it(team: Team, bob: User) -> None:
    admin = account("ann", team, Role.ADMINISTRATOR)
    client = Client()
    client.force_login(admin)
    session = client.session
    session["confirmed_at"] = 2**40
    session.save()
    client.post("/people/", {"team": team.pk, "person": bob.pk, "do": "give reviewer"})

    assert seen_by(admin) == ["ann|gave a role|bob, reviewer, North"]
    assert seen_by(bob) == ["ann|gave a role|bob"]


@pytest.mark.usefixtures("busy")
def test_what_is_old_is_not_on_it(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("questionnaire.audit.sign_in_history.DAYS", 0)

    assert days(alice) == []
