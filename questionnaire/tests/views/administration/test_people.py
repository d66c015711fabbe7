"""The accounts of one's own teams: listed, made, renamed, closed; nothing of an intake or other teams."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.accounts.session_store import sessions_of
from questionnaire.actions import memberships
from questionnaire.actions.reminders import set_reminders
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.queries.proposals import waiting_for
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import agree_to_all
from questionnaire.tests.pages import Page, one_line
from questionnaire.tests.people import is_signed_in, set_up_app, sign_in
from questionnaire.tests.views.administration.conftest import SignIn

Role = Membership.Role
PEOPLE = "/beheer/people/"
NEW = "/beheer/people/new/"


def path(person: User, rest: str = "") -> str:
    return f"{PEOPLE}{person.pk}/{rest}"


def set_roles(client: Client, team: Team, person: User, *roles: str) -> int:
    posted = {"do": f"roles {team.pk}", f"team-{team.pk}-roles": roles}
    return client.post(path(person), posted).status_code


def roles(user: User) -> set[str]:
    return set(user.memberships.values_list("role", flat=True))


def html_of(response: object) -> str:
    return one_line(response.content.decode())  # type: ignore[attr-defined]


def test_list_has_the_accounts_of_the_team_and_no_intakes(
    client: Client, team: Team, bob: User, charlie: User, intake: Intake
) -> None:
    html = Page(client, PEOPLE).html

    assert "North: professional" in html
    assert "bob" in html
    assert "charlie" not in html
    assert intake.case.reference not in html
    assert "3 of 3 accounts" in html


def test_list_says_when_someone_signed_in_and_whether_with_a_second_factor(client: Client, bob: User) -> None:
    Client().force_login(bob)
    assert "never" in Page(client, path(account("dora", bob.memberships.get().team, Role.REVIEWER))).html
    assert Page(client, PEOPLE).html.count("> yes </td>") == 0

    set_up_app(bob)

    assert Page(client, PEOPLE).html.count("> yes </td>") == 1
    bob.refresh_from_db()
    assert bob.last_login
    assert f"{bob.last_login:%Y}" in Page(client, path(bob)).html


def test_search_finds_by_part_of_a_name_and_leaves_nothing_in_the_address(
    client: Client, bob: User, alice: User
) -> None:
    User.objects.filter(pk=bob.pk).update(name="Roberta Voorbeeld")

    found = client.post(f"{PEOPLE}search/", {"search": "VOORB rob"})

    assert found["Location"] == PEOPLE
    html = Page(client, PEOPLE).html
    assert "Roberta Voorbeeld" in html
    assert "alice" not in html
    assert "1 of 3 accounts" in html
    client.post(f"{PEOPLE}search/", {"search": "rob", "all": "all"})
    assert "alice" in Page(client, PEOPLE).html


def test_search_for_someone_of_another_team_finds_nobody(client: Client, charlie: User) -> None:
    client.post(f"{PEOPLE}search/", {"search": "charlie"})

    assert "Nobody has these words in a name." in Page(client, PEOPLE).html


def test_account_of_another_team_is_answered_as_one_that_is_not_there(
    client: Client, charlie: User, other_team: Team, team: Team
) -> None:
    for rest in ("", "password/", "password/once/", "factors/"):
        assert client.get(path(charlie, rest)).status_code == 404, rest
        assert client.get(f"{PEOPLE}999999/{rest}").status_code == 404, rest
    assert client.get(f"{PEOPLE}{2**70}/").status_code == 404
    for of in (team, other_team):
        assert set_roles(client, of, charlie, "reviewer") == 404
    assert client.post(path(charlie, "password/")).status_code == 404
    assert roles(charlie) == {"professional"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_administrators_open_these_pages(alice: User, bob: User, signed_in: SignIn, method: str) -> None:
    for user in (alice, bob):
        request = getattr(signed_in(user), method)
        for url in (NEW, path(bob), path(bob, "password/"), path(bob, "factors/")):
            assert request(url).status_code == 403, url


def test_changing_roles_is_recorded_and_ends_the_sessions(
    client: Client, team: Team, alice: User, bob: User
) -> None:
    for chosen in (["professional", "reviewer"], ["reviewer"]):
        Client().force_login(bob)
        assert list(sessions_of(bob))

        assert set_roles(client, team, bob, *chosen) == 302
        agree_to_all(alice)

        assert roles(bob) == set(chosen)
        assert not list(sessions_of(bob))
    of_roles = Event.objects.filter(code__startswith="role.")
    assert [(event.code, event.subject_in_words) for event in of_roles] == [
        (EventCode.ROLE_GIVEN, f"user {bob.pk}, team {team.pk}: reviewer"),
        (EventCode.ROLE_TAKEN, f"user {bob.pk}, team {team.pk}: professional"),
    ]
    assert "The roles of bob in North are now: reviewer." in Page(client, path(bob)).html


def test_change_to_the_present_state_records_nothing(client: Client, team: Team, bob: User) -> None:
    assert set_roles(client, team, bob, "professional") == 302
    assert client.post(path(bob), {"do": "open"}).status_code == 302

    assert not Event.objects.exists()


def test_someone_without_a_role_stays_in_sight_and_joins_again(
    client: Client, team: Team, other_team: Team, alice: User, bob: User, signed_in: SignIn
) -> None:
    other_admin = signed_in(account("olga", other_team, Role.ADMINISTRATOR))

    set_roles(client, team, bob)

    assert "none any more" in Page(client, PEOPLE).html
    assert other_admin.get(path(bob)).status_code == 404
    assert set_roles(client, team, bob, "reviewer") == 302
    agree_to_all(alice)
    assert roles(bob) == {"reviewer"}


def test_account_is_closed_and_opened(client: Client, bob: User) -> None:
    bob_client = Client()
    bob_client.force_login(bob)

    client.post(path(bob), {"do": "close"})
    assert bob_client.get("/").status_code == 302
    assert "closed, and signed out everywhere" in Page(client, path(bob)).html

    client.post(path(bob), {"do": "open"})
    bob.refresh_from_db()
    assert bob.is_active


def test_closed_account_is_not_reminded_any_more_also_when_it_is_opened(client: Client, bob: User) -> None:
    set_reminders(bob, "bob@example.org", "en", wanted=True)

    client.post(path(bob), {"do": "close"})
    client.post(path(bob), {"do": "open"})

    bob.refresh_from_db()
    assert bob.is_active
    assert (bob.email, bob.wants_reminders, bob.reminder_language) == ("", False, "")


def test_pages_cost_as_many_queries_for_many_accounts(
    client: Client, admin: User, team: Team, alice: User, bob: User, signed_in: SignIn
) -> None:
    manager = signed_in(alice)
    pages = ((client, PEOPLE), (client, path(bob)), (manager, "/beheer/"))

    def leave(name: str) -> None:
        person = account(name, team, Role.PROFESSIONAL)
        memberships.grant_role(admin, team, person, Role.REVIEWER)
        memberships.set_roles(admin, team, person, [])

    def costs() -> list[int]:
        found = []
        for one, page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert one.get(page).status_code == 200
            found.append(len(queries))
        return found

    leave("dora")
    costs()
    few = costs()
    for number in range(5):
        leave(f"dora{number}")

    assert costs() == few


def test_administrator_cannot_change_themselves(client: Client, admin: User, team: Team) -> None:
    assert set_roles(client, team, admin, "reviewer") == 403
    for do in ("close", "name"):
        assert client.post(path(admin), {"do": do, "name": "A. Voorbeeld"}).status_code == 403
    for rest in ("password/", "factors/"):
        assert client.get(path(admin, rest)).status_code == 403
        assert client.post(path(admin, rest)).status_code == 403
    assert roles(admin) == {Role.ADMINISTRATOR}
    assert "This is you." in Page(client, path(admin)).html


@pytest.mark.parametrize(
    ("role", "other_role"), [("professional", "administrator"), ("administrator", "reviewer")]
)
def test_administrator_role_excludes_roles_that_read_content(
    client: Client, team: Team, alice: User, role: str, other_role: str
) -> None:
    dora = account("dora", team, Role(role))

    response = client.post(
        path(dora), {"do": f"roles {team.pk}", f"team-{team.pk}-roles": [role, other_role]}
    )

    assert b"Take the other role away first." in response.content
    assert roles(dora) == {role}
    assert set_roles(client, team, dora, other_role) == 302  # in place of the other it can be given
    agree_to_all(alice)
    assert roles(dora) == {other_role}


def test_account_in_another_team_too_is_not_closed_renamed_or_given_a_password(
    client: Client, other_team: Team, bob: User
) -> None:
    Membership.objects.create(user=bob, team=other_team, role=Role.PROFESSIONAL)

    html = Page(client, path(bob)).html
    assert "Who administers all of them decides about the account." in html
    assert "South" not in html
    assert client.post(path(bob), {"do": "close"}).status_code == 404
    assert client.post(path(bob), {"do": "name", "name": "B. Anders"}).status_code == 403
    for rest in ("password/", "factors/"):
        assert client.post(path(bob, rest)).status_code == 403
    assert not Event.objects.exists()


def test_an_account_in_another_team_too_does_not_show_when_it_signed_in(
    client: Client, other_team: Team, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(last_login=timezone.now())
    assert "not shown" not in Page(client, PEOPLE).html + Page(client, path(bob)).html

    Membership.objects.create(user=bob, team=other_team, role=Role.PROFESSIONAL)

    assert "not shown" in Page(client, PEOPLE).html
    assert "not shown" in Page(client, path(bob)).html


def test_a_role_with_power_waits_is_ticked_and_can_be_taken_back(
    client: Client, team: Team, alice: User, bob: User
) -> None:
    set_roles(client, team, bob, "professional", "reviewer")

    page = Page(client, path(bob))
    assert "Waits until a second person agrees: reviewer." in one_line(page.html)
    assert page.posted.getlist(f"team-{team.pk}-roles") == ["professional", "reviewer"]
    assert roles(bob) == {"professional"}
    set_roles(client, team, bob, "professional")
    assert waiting_for(alice) == []


def test_a_new_account_whose_roles_wait_is_in_sight_of_who_administers_the_team(
    client: Client, team: Team, other_team: Team, alice: User, signed_in: SignIn
) -> None:
    response = new(client, team)
    dora = User.objects.get(username="dora")

    assert response["Location"] == path(dora, "password/once/")  # type: ignore[index]
    assert roles(dora) == set()
    assert "D. Voorbeeld" in Page(client, PEOPLE).html
    foreign = signed_in(account("olga", other_team, Role.ADMINISTRATOR))
    assert foreign.get(path(dora)).status_code == 404
    agree_to_all(alice)
    assert roles(dora) == {"reviewer"}


def test_where_nobody_could_agree_the_page_says_how_to_go_on(client: Client, team: Team, bob: User) -> None:
    set_roles(client, team, bob, "professional", "reviewer")

    assert "Nobody can agree here. You can go on alone, under Second person." in Page(client, path(bob)).html


@pytest.mark.parametrize("do", ["", "roles", "roles 0", "burn"])
def test_unknown_button_is_not_found_and_changes_nothing(client: Client, bob: User, do: str) -> None:
    assert client.post(path(bob), {"do": do}).status_code == 404
    assert client.post(f"{PEOPLE}0/", {"do": "close"}).status_code == 404
    assert not Event.objects.exists()


def test_unknown_role_is_refused(client: Client, team: Team, bob: User) -> None:
    assert set_roles(client, team, bob, "god") == 200
    assert roles(bob) == {"professional"}


# --- A new account ------------------------------------------------------------------------------------------


def new(client: Client, team: Team, **changed: object) -> Client:
    posted = {"name": "D. Voorbeeld", "username": "Dora ", "team": team.pk, "roles": ["reviewer"], **changed}
    return client.post(NEW, posted)  # type: ignore[return-value]


def test_new_account_signs_in_with_the_password_that_is_shown_once(
    client: Client, admin: User, team: Team, quick_hashes: None
) -> None:
    response = new(client, team, roles=["professional"])

    dora = User.objects.get(username="dora")
    assert response["Location"] == path(dora, "password/once/")  # type: ignore[index]
    assert (dora.name, dora.must_change_password, roles(dora)) == ("D. Voorbeeld", True, {"professional"})
    assert client.head(path(dora, "password/once/")).status_code == 200
    shown = client.get(path(dora, "password/once/"))
    assert shown["Cache-Control"] == "no-store"
    password = html_of(shown).split("<dd><code>")[2].split("<")[0]
    assert len(password) == 20
    assert password not in html_of(client.get(path(dora, "password/once/")))
    own = Client()
    sign_in(own, "dora", password)
    assert own.get("/")["Location"] == "/account/password/"
    events = Event.objects.order_by("seq")[:2]
    assert [(event.code, event.subject_in_words, event.actor_id) for event in events] == [
        (EventCode.ACCOUNT_MADE, f"user {dora.pk}", admin.pk),
        (EventCode.ROLE_GIVEN, f"user {dora.pk}, team {team.pk}: professional", admin.pk),
    ]
    texts = "".join(str(row) for row in Event.objects.values_list())
    assert password not in texts
    assert "Voorbeeld" not in texts


def test_password_is_shown_for_a_while_only(client: Client, team: Team, clock: object) -> None:
    new(client, team)
    dora = User.objects.get(username="dora")
    session = client.session
    session["new_password"] = {**session["new_password"], "at": session["new_password"]["at"] - 600}
    session.save()

    assert "was shown already" in Page(client, path(dora, "password/once/")).html


def test_name_in_use_anywhere_is_refused_as_one_that_cannot_be_used(
    client: Client, team: Team, bob: User, charlie: User
) -> None:
    pages = {
        name: html_of(new(client, team, username=name)).replace(f'value="{name}"', "")
        for name in ("bob", "charlie", "no spaces", "é" * 3 + "!")
    }

    assert "This user name cannot be used. Choose another." in pages["charlie"]
    without_tokens = {
        page.partition('<p><a href="/beheer/people/">')[0].partition("<main")[2] for page in pages.values()
    }
    assert len(without_tokens) == 1
    assert User.objects.count() == 3


def test_new_account_gets_no_name_of_a_colleague_and_no_roles_that_exclude_each_other(
    client: Client, team: Team, bob: User
) -> None:
    assert "A colleague has this name." in html_of(new(client, team, name="BOB"))
    assert "Take the other role away first." in html_of(
        new(client, team, roles=["administrator", "reviewer"])
    )
    assert "Choose at least one role." in html_of(new(client, team, roles=[]))
    assert not User.objects.filter(username="dora").exists()


def test_new_account_is_made_in_no_team_of_others(client: Client, other_team: Team) -> None:
    assert new(client, other_team).status_code == 200  # type: ignore[attr-defined]
    assert not User.objects.filter(username="dora").exists()


# --- A new password, a lost second factor, a name ----------------------------------------------------------


def test_new_password_is_asked_first_and_ends_the_sessions(
    client: Client, admin: User, bob: User, quick_hashes: None
) -> None:
    bob.set_password("vier gele paarden op het dak")
    bob.save()
    bob_client = Client()
    bob_client.force_login(bob)

    assert "nobody can bring it back" in Page(client, path(bob, "password/")).html
    assert is_signed_in(bob_client)
    client.post(path(bob, "password/"))

    bob.refresh_from_db()
    assert bob.must_change_password
    assert bob.is_as_written
    assert not bob.check_password("vier gele paarden op het dak")
    assert not is_signed_in(bob_client)
    event = Event.objects.get(code=EventCode.PASSWORD_RENEWED)
    assert (event.actor, event.subject) == (admin, bob.pk)


def test_account_that_something_else_changed_gets_no_password(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(password="forged")

    response = client.post(path(bob, "password/"))

    assert response.status_code == 409
    assert b"outside the program changed this account" in response.content
    assert User.objects.get(pk=bob.pk).password == "forged"


def test_lost_second_factor_is_taken_away(client: Client, bob: User) -> None:
    set_up_app(bob)
    bob_client = Client()
    bob_client.force_login(bob)
    assert "Nobody can bring them back." in Page(client, path(bob, "factors/")).html

    assert client.post(path(bob, "factors/"))["Location"] == path(bob)

    assert not is_signed_in(bob_client)
    assert Event.objects.filter(code=EventCode.FACTOR_REMOVED, subject=bob.pk).count() == 1
    client.post(path(bob, "factors/"))
    assert Event.objects.filter(code=EventCode.FACTOR_REMOVED).count() == 1


def test_owner_sets_their_own_name(bob: User, alice: User, signed_in: SignIn) -> None:
    own = signed_in(bob)
    User.objects.filter(pk=alice.pk).update(name="A. Voorbeeld")

    assert "A colleague has this name." in html_of(own.post("/account/name/", {"name": "a. voorbeeld"}))
    assert own.post("/account/name/", {"name": " B.  Voorbeeld "})["Location"] == "/account/"

    bob.refresh_from_db()
    assert bob.name == "B. Voorbeeld"
    assert "B. Voorbeeld (bob)" in Page(own, "/account/").html
    event = Event.objects.get(code=EventCode.ACCOUNT_NAMED)
    assert (event.actor, event.subject) == (bob, bob.pk)


def test_administrator_names_a_colleague(client: Client, bob: User) -> None:
    assert "Fill in a name." in html_of(client.post(path(bob), {"do": "name", "name": "\u200b"}))

    client.post(path(bob), {"do": "name", "name": "B. Voorbeeld"})

    bob.refresh_from_db()
    assert bob.name == "B. Voorbeeld"
    assert bob.is_as_written


@pytest.mark.parametrize("rest", ["password/", "factors/"])
def test_pages_ask_who_it_is_first(client: Client, bob: User, rest: str) -> None:
    session = client.session
    session["confirmed_at"] = 0
    session.save()

    for url in (path(bob, rest), NEW, "/account/name/"):
        assert "next=" in client.get(url)["Location"], url
    assert client.post(path(bob), {"do": "close"}).status_code == 302
    bob.refresh_from_db()
    assert bob.is_active


# --- The first page -----------------------------------------------------------------------------------------


def test_first_page_lists_what_each_may_do(client: Client, alice: User, bob: User, signed_in: SignIn) -> None:
    of_admin, of_manager = Page(client, "/beheer/").html, Page(signed_in(alice), "/beheer/").html

    assert PEOPLE in of_admin
    assert "/numbers/" not in of_admin
    assert "/numbers/" in of_manager
    assert PEOPLE not in of_manager
    assert signed_in(bob).get("/beheer/").status_code == 403


def test_manager_sees_what_others_changed_about_the_people_of_the_team(
    client: Client, admin: User, team: Team, other_team: Team, alice: User, bob: User, signed_in: SignIn
) -> None:
    manager = signed_in(alice)
    assert "Nothing changed." in Page(manager, "/beheer/").html
    new(client, team)
    set_roles(client, team, bob)
    bob.set_password("zeven groene fietsen")
    signed_in(account("olga", other_team, Role.ADMINISTRATOR)).post(
        NEW, {"name": "E. Elders", "username": "els", "team": other_team.pk, "roles": ["manager"]}
    )

    agree_to_all(alice)

    entries = manager.get("/beheer/").context["changes"]

    assert [f"{each.who}|{each.what}|{each.about}" for each in entries] == [
        "ann|gave a role|D. Voorbeeld, reviewer, North",
        "ann|took a role away|bob, professional, North",
        "ann|made an account|D. Voorbeeld",
    ]
    assert client.get("/beheer/").context["changes"] == ()
