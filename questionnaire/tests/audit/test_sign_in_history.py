"""Signing in and rights: who sees which event, of whom, and that no other event is read."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from questionnaire.actions.memberships import grant_role, set_roles
from questionnaire.audit import log as audit_log
from questionnaire.audit import sign_in_history
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Intake, Membership, Team, User, members_of
from questionnaire.models.audit import ACCOUNT_CODES
from questionnaire.queries.people import administered_accounts
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import agree_to_all
from questionnaire.tests.people import PASSWORD, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]

Role = Membership.Role
PAGE = "/account/sign-ins/"
TYPED = "kanarie-die-iemand-tikte"


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", PASSWORD)


def seen_by(user: User) -> list[str]:
    """Return the lines of the page: who, what, about whom."""
    client = Client()
    client.cookies["__Host-language"] = "en"
    client.force_login(user)
    entries = [entry for _day, of_day in client.get(PAGE).context["days"] for entry in of_day]
    return [f"{entry.who}|{entry.what}|{entry.about}" for entry in entries]


@pytest.fixture
def busy(quick_hashes: None, alice: User, charlie: User) -> None:
    """Record events about alice, about charlie of another team, and about an unknown account."""
    for user in (alice, charlie):
        user.set_password(PASSWORD)
        user.save()
        sign_in(Client(), user.username)
        sign_in(Client(), user.username, TYPED)
    sign_in(Client(), TYPED, TYPED)


@pytest.mark.usefixtures("busy")
def test_a_person_sees_events_about_their_own_account(alice: User, charlie: User, bob: User) -> None:
    refused = "|tried to sign in and was refused"

    assert seen_by(alice) == [f"{refused}|alice", "alice|signed in|"]
    assert seen_by(charlie) == [f"{refused}|charlie", "charlie|signed in|"]
    assert seen_by(bob) == []


@pytest.mark.usefixtures("busy")
def test_an_administrator_sees_their_own_team_and_nothing_of_an_intake(
    team: Team, alice: User, intake: Intake
) -> None:
    admin = account("ann", team, Role.ADMINISTRATOR)
    refused = "|tried to sign in and was refused|"

    assert seen_by(admin) == [refused, f"{refused}alice", "alice|signed in|"]

    client = Client()
    client.force_login(admin)
    html = client.get(PAGE).content.decode()
    assert intake.case.reference not in html
    assert str(intake.uuid) not in html


def test_the_page_does_not_show_the_reason_of_an_export(team: Team, alice: User, intake: Intake) -> None:
    admin = account("ann", team, Role.ADMINISTRATOR)
    with transaction.atomic():
        audit_log.record(alice, EventCode.CASE_EXPORTED, intake, reason=TYPED)

    assert seen_by(admin) == ["alice|made a copy of everything|"]


def test_the_team_of_a_role_is_shown_to_its_administrator_only(team: Team, bob: User) -> None:
    admin = account("ann", team, Role.ADMINISTRATOR)
    client = Client()
    client.force_login(admin)
    session = client.session
    session["confirmed_at"] = 2**40
    session.save()
    roles = ["professional", "reviewer"]
    posted = {"do": f"roles {team.pk}", f"team-{team.pk}-roles": roles}
    client.post(f"/beheer/people/{bob.pk}/", posted)
    agree_to_all(account("mona", team, Role.MANAGER))

    assert seen_by(admin) == ["ann|gave a role|bob, reviewer, North"]
    assert seen_by(bob) == ["ann|gave a role|bob"]


def test_who_lost_the_last_role_is_named_until_another_team_has_them(
    team: Team, other_team: Team, bob: User
) -> None:
    """Who administers that team can give the account a role again, and sees what happens to it till then."""
    admin = account("ann", team, Role.ADMINISTRATOR)
    set_roles(admin, team, bob, [])
    refused = "|tried to sign in and was refused|"
    sign_in(Client(), bob.username, "wrong")

    assert seen_by(admin) == [f"{refused}bob", "ann|took a role away|bob, professional, North"]

    Membership.objects.create(user=bob, team=other_team, role=Role.PROFESSIONAL)
    sign_in(Client(), bob.username, "wrong")
    assert seen_by(admin) == ["ann|took a role away|bob, professional, North"]


def test_of_who_is_in_another_team_too_the_roles_in_the_own_team_are_shown_alone(
    team: Team, other_team: Team, bob: User, quick_hashes: None
) -> None:
    """When someone signs in tells when they work elsewhere, to who administers one of their teams."""
    bob.set_password(PASSWORD)
    bob.save()
    ann, olga = account("ann", team, Role.ADMINISTRATOR), account("olga", other_team, Role.ADMINISTRATOR)
    both = account("both", team, Role.ADMINISTRATOR)
    Membership.objects.create(user=both, team=other_team, role=Role.ADMINISTRATOR)
    grant_role(both, other_team, bob, Role.PROFESSIONAL)
    sign_in(Client(), bob.username)
    sign_in(Client(), bob.username, "wrong")
    grant_role(ann, team, bob, Role.MANAGER)

    assert seen_by(ann) == ["ann|gave a role|bob, manager, North"]
    assert seen_by(olga) == ["both|gave a role|bob, professional, South"]
    assert "bob|signed in|" in seen_by(both)
    for admin, shown in ((ann, False), (olga, False), (both, True)):
        [found] = [each for each in administered_accounts(admin) if each.user == bob]
        assert (found.last_sign_in is not None) == shown


@pytest.mark.usefixtures("busy")
def test_old_events_are_not_shown(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_in_history.entries_by_day(alice, [])

    monkeypatch.setattr(sign_in_history, "DAYS_SHOWN", 0)

    assert sign_in_history.entries_by_day(alice, []) == []


def test_the_latest_lines_of_a_day_are_shown_and_the_rest_is_folded(client: Client, anna: User) -> None:
    for _number in range(23):
        audit_log.record(anna, EventCode.SIGNED_IN)
    client.force_login(anna)

    page = client.get(PAGE).content.decode()

    shown, _summary, folded = page.partition("Toon alle 23")
    assert (shown.count("heeft ingelogd"), folded.count("heeft ingelogd")) == (20, 3)
    assert page.count('<details class="card older" open>') == 1


def of_events(captured: CaptureQueriesContext) -> list[str]:
    return [
        query["sql"] for query in captured if query["sql"].startswith('SELECT "questionnaire_event"."seq"')
    ]


def test_of_what_many_did_only_the_newest_are_read(alice: User, charlie: User) -> None:
    for user in (charlie, alice):
        for _number in range(sign_in_history.MAX_ENTRIES + 5):
            audit_log.record(user, EventCode.SIGNED_IN)
    newest = Event.objects.filter(actor=alice).order_by("-seq")[: sign_in_history.MAX_ENTRIES]

    with CaptureQueriesContext(connection) as captured:
        found = sign_in_history.entries_by_day(alice, [])

    assert [entry.at for _day, entries in found for entry in entries] == [event.at for event in newest]
    queries = of_events(captured)
    assert queries
    assert all(sql.endswith(f"LIMIT {sign_in_history.MAX_ENTRIES}") for sql in queries), queries


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
def test_events_of_accounts_are_read_from_an_index(team: Team, alice: User) -> None:
    admin = account("ann", team, Role.ADMINISTRATOR)
    with CaptureQueriesContext(connection) as captured:
        sign_in_history.entries_by_day(admin, members_of([team]))
        sign_in_history.changes_in([team])

    plans = []
    for sql in of_events(captured):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plans.append(" ".join(str(row) for row in cursor.fetchall()))

    assert [name for name in ("by_an_account", "about_an_account") if name in " ".join(plans)] == [
        "by_an_account",
        "about_an_account",
    ]
    assert not [plan for plan in plans if "SCAN questionnaire_event" in plan]


def test_the_indexes_are_of_the_events_that_are_shown() -> None:
    assert set(ACCOUNT_CODES) == set(sign_in_history.LABELS) - {
        *(EventCode.OWN_LOOK_CHANGED, EventCode.OWN_TERMS_CHANGED, EventCode.LIMIT_MET)
    }
