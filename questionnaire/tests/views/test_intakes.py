"""The list of one's own intakes, and the start of a new one."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.log import EventCode
from questionnaire.domain import dates
from questionnaire.domain.follow_up import Outcome
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page, controls

LIST, START = "/", "/intakes/start/"


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def answered(user: User, intake: Intake, section_id: str, **answers: Any) -> Intake:
    return intake_actions.save_section(user, intake, section_id, submission_of(intake, **answers)).intake


@pytest.mark.parametrize("url", [LIST, START])
def test_strangers_sign_in_first(client: Client, db: None, url: str) -> None:
    assert client.get(url).headers["Location"].startswith(reverse("account_login"))


def test_an_empty_list_explains_itself(alices: Client) -> None:
    html = Page(alices, LIST).html

    assert "Hier staat nog niets" in html
    assert START in html


def test_the_list_names_reference_level_and_danger_signs(alices: Client, alice: User, intake: Intake) -> None:
    answered(alice, intake, "concern", threats=("kill",))

    html = Page(alices, LIST).html

    assert "2026-117" in html
    assert "Vandaag overleggen" in html
    assert "Dreiging" in html
    assert "23 maart 2026" in html
    assert "26 maart 2026" in html


def test_the_most_urgent_comes_first(alices: Client, alice: User, team: Team, intake: Intake) -> None:
    urgent = intake_actions.start_intake(alice, team, "urgent-1", date(2026, 1, 1), "nl")
    answered(alice, urgent, "safety_now", danger_now="now")
    intake_actions.start_intake(alice, team, "calm-1", date(2026, 3, 24), "nl")

    html = Page(alices, LIST).html

    assert html.index("urgent-1") < html.index("2026-117") < html.index("calm-1")


def due(user: User, intake: Intake, *outcomes: Outcome) -> Intake:
    nothing = follow_up_actions.step_fingerprint(None)
    sent = {outcome.what: follow_up_actions.StepSubmission(outcome, nothing) for outcome in outcomes}
    assert follow_up_actions.record_steps(user, intake, sent).conflicts == ()
    return intake


def test_what_is_due_comes_before_what_is_urgent(alices: Client, alice: User, team: Team) -> None:
    today = dates.today()
    names = ("late-1", "now-1", "urgent-1", "later-1")
    late, now, urgent, later = (intake_actions.start_intake(alice, team, name, today, "nl") for name in names)
    due(alice, late, Outcome("victim_support", "planned", on=today - timedelta(days=1)))
    due(alice, now, Outcome("victim_support", "planned", on=today))
    due(alice, later, Outcome("victim_support", "planned", on=today + timedelta(days=1)))
    answered(alice, urgent, "safety_now", danger_now="now")

    html = Page(alices, LIST).html

    assert sorted(names, key=html.index) == list(names)


def test_at_one_level_the_police_advice_comes_first_and_then_a_danger_sign(
    alices: Client, alice: User, team: Team
) -> None:
    """Fear alone makes `today`; what comes next keeps it apart from more."""
    names = ("sign-1", "serious-1", "fear-1", "doctor-1")
    sign, serious, fear, doctor = (
        intake_actions.start_intake(alice, team, name, dates.today(), "nl") for name in names
    )
    answered(alice, doctor, "impact", client_suicidal="yes")
    answered(alice, fear, "fear", fear_level=1)
    answered(alice, serious, "fear", fear_level=9)
    answered(alice, sign, "concern", threats=("kill",))

    html = Page(alices, LIST).html

    assert html.count("Vandaag overleggen</span>") == len(names)
    assert sorted(names, key=html.index) == list(names)


def test_among_what_is_overdue_the_most_urgent_comes_first(alices: Client, alice: User, team: Team) -> None:
    for name in ("old-1", "old-2"):
        intake = intake_actions.start_intake(alice, team, name, date(2026, 1, 1), "nl")
    answered(alice, intake, "safety_now", danger_now="now")

    html = Page(alices, LIST).html

    assert html.index("old-2") < html.index("old-1")


def test_the_list_says_what_is_due_and_how_late_it_is(alices: Client, alice: User, intake: Intake) -> None:
    today = dates.today()
    due(
        alice,
        intake,
        Outcome("reassess", "planned", on=today + timedelta(days=2)),
        Outcome("consult_police", "planned", on=today + timedelta(days=1)),
        Outcome("reporting_code_2", "planned", on=today - timedelta(days=3)),
    )
    alices.cookies["__Host-language"] = "en"

    html = Page(alices, LIST).html

    code_step = "Next step: Consult a colleague and, if needed, Veilig Thuis"
    assert html.index(code_step) < html.index("Look again: ")
    assert html.count("Overdue: 3 days") == html.count("Overdue: ") == 1
    assert dates.format_date((today + timedelta(days=2)).isoformat()).split()[0] in html


def test_what_was_dealt_with_is_not_due(alices: Client, alice: User, intake: Intake) -> None:
    due(alice, intake, Outcome("reassess", "done"), Outcome("consult_police", "planned"))
    alices.cookies["__Host-language"] = "en"

    html = Page(alices, LIST).html

    assert "Overdue" not in html
    assert "Look again" not in html
    assert "Next step" not in html
    assert "No next step or date is written down." in html


def test_after_the_next_conversation_looking_again_is_due_there(
    alices: Client, alice: User, intake: Intake
) -> None:
    review_actions.submit(alice, intake)
    review_actions.reassess(alice, intake, date(2026, 4, 1))
    alices.cookies["__Host-language"] = "en"

    html = Page(alices, LIST).html

    assert html.count("Look again: ") == 1
    assert html.index("Look again: ") < html.index("There is a next conversation in this case.")


def test_a_longer_list_takes_as_many_queries(
    alices: Client, alice: User, team: Team, django_assert_max_num_queries: Any
) -> None:
    alices.get(LIST)

    def queries() -> int:
        with django_assert_max_num_queries(40) as done:
            alices.get(LIST)
        return len(done)

    due(
        alice,
        intake_actions.start_intake(alice, team, "one", date(2026, 3, 23), "nl"),
        Outcome("reassess", "done"),
    )
    few = queries()
    for number in range(10):
        intake = intake_actions.start_intake(alice, team, f"n{number}", date(2026, 3, 23), "nl")
        due(alice, intake, Outcome("consult_police", "done"))

    assert queries() == few


def test_twice_as_many_pages_take_no_more_queries(
    client: Client, alice: User, bob: User, rachel: User, team: Team, django_assert_max_num_queries: Any
) -> None:
    """Of each list and of a search, with rows of every group."""
    today = dates.today()
    asked: dict[str, tuple[User, Callable[[], Any]]] = {
        "author": (alice, lambda: client.get(LIST)),
        "reviewer": (rachel, lambda: client.get(f"{LIST}?state=concept")),
        "colleague": (bob, lambda: client.get(f"{LIST}?of=team")),
        "search": (bob, lambda: client.post(LIST, {"reference": "n"})),
    }

    def queries() -> dict[str, int]:
        spent = {}
        for name, (user, ask) in asked.items():
            client.force_login(user)
            ask()
            with django_assert_max_num_queries(70) as done:
                assert ask().status_code == 200
            spent[name] = len(done)
        return spent

    def fill(count: int) -> None:
        for number in range(count):
            intake = intake_actions.start_intake(alice, team, f"n{number:02}", today, "nl")
            due_on = (None, today - timedelta(days=1), today + timedelta(days=2))[number % 3]
            Intake.objects.filter(pk=intake.pk).update(next_due=due_on)

    fill(30)
    few = queries()
    fill(30)

    many = queries()
    assert all(many[name] <= few[name] for name in asked), (few, many)


def test_the_list_holds_what_someone_sees(
    client: Client, bob: User, rachel: User, charlie: User, intake: Intake
) -> None:
    found = {}
    for user in (bob, rachel, charlie):
        client.force_login(user)
        found[user.username] = "2026-117" in Page(client, LIST).html

    assert found == {"bob": False, "rachel": True, "charlie": False}


def test_of_the_team_a_colleague_sees_reference_state_and_author(
    client: Client, alice: User, bob: User, charlie: User, intake: Intake
) -> None:
    answered(alice, intake, "concern", threats=("kill",))
    client.cookies["__Host-language"] = "en"
    client.force_login(bob)

    html = Page(client, f"{LIST}?of=team").html

    assert "2026-117" in html
    assert "concept · alice" in html
    assert reverse("open", args=[intake.pk]) in html
    for told in ("Consult today", "Threat", "23 March 2026", reverse("summary", args=[intake.pk])):
        assert told not in html
    client.force_login(charlie)
    assert "2026-117" not in Page(client, f"{LIST}?of=team").html


def test_of_what_is_shielded_only_the_number_shows(
    client: Client, alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    access_actions.shield(alice, intake)
    client.cookies["__Host-language"] = "en"

    for user in (bob, rachel):
        client.force_login(user)
        pages = [Page(client, LIST).html, Page(client, f"{LIST}?of=team").html, search(client, "2026")]
        assert not any("2026-117" in html for html in pages)
        assert all("1 conversation of your team is shielded." in html for html in pages)


def search(client: Client, reference: str) -> str:
    return client.post(LIST, {"reference": reference}).content.decode()


def test_an_intake_is_found_by_the_beginning_of_its_reference(
    client: Client, alice: User, bob: User, charlie: User, team: Team, intake: Intake
) -> None:
    intake_actions.start_intake(alice, team, "Ä-9", date(2026, 3, 23), "nl")
    client.cookies["__Host-language"] = "en"
    client.force_login(alice)
    assert "2026-117" in search(client, " 2026 1")
    assert "Ä-9" in search(client, "ä9")
    assert "Nothing was found" in search(client, "117")
    assert "Nothing was found" in search(client, "%")

    client.force_login(bob)
    html = search(client, "2026117")
    assert reverse("open", args=[intake.pk]) in html
    assert "23 March 2026" not in html
    client.force_login(charlie)
    assert "Nothing was found" in search(client, "2026")


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ("state=concept", True),
        ("state=submitted", False),
        ("state=nonsense", True),
        ("urgency=1", True),
        ("urgency=4", False),
        ("urgency=x", True),
        ("author=me", True),
        ("author=999", False),
        ("author=x", True),
        ("after=x", True),
        ("after=00000000-0000-4000-8000-000000000000", True),
    ],
)
def test_a_part_of_the_list(alices: Client, alice: User, intake: Intake, chosen: str, shown: bool) -> None:
    html = Page(alices, f"{LIST}?{chosen.replace('me', str(alice.pk))}").html

    assert ("2026-117" in html) == shown


def test_pages_together_hold_every_intake_once_in_order(
    client: Client, alice: User, bob: User, team: Team
) -> None:
    today = dates.today()
    for number in range(60):
        intake = intake_actions.start_intake(alice, team, f"n{number:02}", today, "nl")
        due_on = (None, today - timedelta(days=1), today, today + timedelta(days=2))[number % 4]
        level, sign = 1 + number % 3, number % 9 == 2
        given = {"urgency": level, "police_urgency": level, "danger_signs": int(sign), "next_due": due_on}
        Intake.objects.filter(pk=intake.pk).update(**given)

    for user, of in ((alice, ""), (bob, "of=team")):
        client.force_login(user)
        names = references(client, f"{LIST}?{of}")
        assert sorted(names) == [f"n{number:02}" for number in range(60)]
        if user == alice:
            assert names == [intake.reference for intake in sorted(Intake.objects.all(), key=in_order)]


def in_order(intake: Intake) -> tuple[Any, ...]:
    """Due, with a later date, without; the most urgent first; the first day first."""
    group = 2 if intake.next_due is None else int(intake.next_due > dates.today())
    return (
        *(group, -intake.urgency, -intake.police_urgency, not intake.danger_signs),
        *(intake.next_due or date.max, intake.pk),
    )


def references(client: Client, url: str) -> list[str]:
    """Return the references on this page and on every page after it."""
    html = Page(client, url).html
    following = re.search(r'href="(\?[^"]*after=[^"]+)"', html)
    names = re.findall(r"<h2>\s*(?:<a [^>]*>)?(n\d\d)", html)
    return names + (references(client, LIST + following[1].replace("&amp;", "&")) if following else [])


def test_an_administrator_and_a_manager_have_no_conversations(
    client: Client, team: Team, intake: Intake
) -> None:
    client.cookies["__Host-language"] = "en"
    for role in (Membership.Role.ADMINISTRATOR, Membership.Role.MANAGER):
        client.force_login(account(role.value, team, role))

        html = Page(client, LIST).html

        assert "There are no conversations for your role." in html
        assert ("/people/" in html) == (role is Membership.Role.ADMINISTRATOR)


def test_reading_the_list_is_one_event(alices: Client, intake: Intake) -> None:
    alices.get(LIST)

    event = Event.objects.latest("seq")
    assert (event.code, event.intake) == (EventCode.LIST_READ, None)
    assert Event.objects.count() == 2


def test_a_long_list_has_pages(alices: Client, alice: User, team: Team) -> None:
    for number in range(26):
        intake_actions.start_intake(alice, team, f"n{number:02}", date(2026, 3, 23), "nl")

    html = Page(alices, LIST).html

    assert html.count('class="card"') == 25
    assert len(references(alices, LIST)) == 26


def test_a_reference_is_escaped_and_shown_as_it_is(alices: Client, alice: User, team: Team) -> None:
    intake_actions.start_intake(alice, team, "<b>\u202e1", date(2026, 3, 23), "nl")

    html = Page(alices, LIST).html

    assert "&lt;b&gt;[U+202E]1" in html


@pytest.mark.parametrize(("button", "page"), [("core-1", "core-1"), ("emergency", "emergency")])
def test_starting_on_a_shorter_way(alices: Client, button: str, page: str) -> None:
    response = Page(alices, START).fill(reference="2026-118").press("_go", button)

    intake = Intake.objects.get()
    assert response.headers["Location"] == reverse("section", args=[intake.uuid, page])
    assert intake.answers.get("safe_to_talk") == ("no" if button == "emergency" else None)


def test_nobody_is_kept_up_by_a_reference_where_talking_is_not_safe(alices: Client) -> None:
    Page(alices, START).press("_go", "emergency")

    assert Intake.objects.get().reference.startswith(dates.today().isoformat())


def test_starting(alices: Client, alice: User) -> None:
    page = Page(alices, START)
    proposed = page.posted["on"], page.posted["language"]

    response = page.fill(reference="2026-118").press("_go", "start")

    intake = Intake.objects.get()
    assert proposed == (dates.today().strftime("%d-%m-%Y"), "nl")
    assert response.headers["Location"] == reverse("section", args=[intake.uuid, "safety_now"])
    assert (intake.reference, intake.author, intake.language) == ("2026-118", alice, "nl")
    assert intake.on == dates.today()


def test_starting_asks_for_no_name(alices: Client) -> None:
    hidden = {"csrfmiddlewaretoken", "next", "_owner", "key"}

    assert set(Page(alices, START).posted) - hidden == {"reference", "on", "language"}


def test_sending_the_page_twice_starts_one(alices: Client) -> None:
    page = Page(alices, START).fill(reference="2026-118")

    first, again = page.press("_", ""), page.press("_", "")

    assert first.headers["Location"] == again.headers["Location"]
    assert Intake.objects.count() == 1


def test_another_language_keeps_what_was_typed(alices: Client) -> None:
    page = Page(alices, START).fill(reference="2026-118", on="gisteren")

    response = page.press("_language", "en")

    again = controls(response.content.decode())
    assert (again["reference"], again["on"], again["key"]) == ("2026-118", "gisteren", page.posted["key"])
    assert b'<html lang="en">' in response.content
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert not Intake.objects.exists()


def test_an_unknown_language_keeps_the_one_there_is(alices: Client) -> None:
    response = Page(alices, START).press("_language", "xx")

    assert b'<html lang="nl">' in response.content
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("reference", ""),
        ("reference", "x" * 101),
        ("reference", "a\x00b"),
        ("reference", "\u200b\u200b"),
        ("on", ""),
        ("on", "gisteren"),
        ("on", "03-2026"),
        ("on", (dates.today() + timedelta(days=1)).strftime("%d-%m-%Y")),
        ("language", "fr"),
    ],
)
def test_what_cannot_be_started_with_is_said_and_kept(alices: Client, field: str, typed: str) -> None:
    page = Page(alices, START).fill(reference="2026-118")

    response = page.fill(**{field: typed}).press("_go", "start")

    html = response.content.decode()
    assert f'id="id_{field}_error"' in html
    assert f'href="#id_{field}"' in html
    assert "<title>Fout: " in html
    assert controls(html).get(field, "") == (typed if field != "language" else "")
    assert not Intake.objects.exists()


def test_with_two_teams_one_is_chosen(client: Client, team: Team, other_team: Team) -> None:
    dora = account("dora", team, Membership.Role.PROFESSIONAL)
    Membership.objects.create(user=dora, team=other_team, role=Membership.Role.PROFESSIONAL)
    client.force_login(dora)

    Page(client, START).fill(reference="x", team=str(other_team.pk)).press("_go", "start")

    assert Intake.objects.get().team == other_team


def test_a_team_of_others_cannot_be_chosen(client: Client, bob: User, other_team: Team) -> None:
    client.force_login(bob)

    Page(client, START).fill(reference="x", team=str(other_team.pk)).press("_go", "start")

    assert Intake.objects.get().team != other_team


def test_a_reviewer_starts_nothing(client: Client, rachel: User) -> None:
    client.force_login(rachel)

    assert START not in Page(client, LIST).html
    assert client.get(START).status_code == 403
