"""The list of cases: what is in it, in which order, its filters, pages and search."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.follow_up import Outcome
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import TODAY, record_outcomes, submission_of
from questionnaire.tests.pages import Page

pytestmark = pytest.mark.usefixtures("today")

LIST, START = "/cases/", "/intakes/start/"


def answered(user: User, intake: Intake, section_id: str, **answers: Any) -> Intake:
    return intake_actions.save_section(user, intake, section_id, submission_of(intake, **answers)).intake


@pytest.mark.parametrize("url", [LIST, START])
def test_anonymous_visitor_is_sent_to_the_login_page(client: Client, db: None, url: str) -> None:
    assert client.get(url).headers["Location"].startswith(reverse("account_login"))


def test_empty_list_explains_itself(alice_client: Client) -> None:
    html = Page(alice_client, LIST).html

    assert "Hier staat nog niets" in html
    assert START in html


def test_row_shows_reference_urgency_danger_signs_and_dates(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    answered(alice, intake, "concern", threats=("kill",))

    html = Page(alice_client, LIST).html

    assert "2026-117" in html
    assert "Vandaag overleggen" in html
    assert "Dreiging" in html
    assert "23 maart 2026" in html
    assert "26 maart 2026" in html


def test_most_urgent_comes_first(alice_client: Client, alice: User, team: Team, intake: Intake) -> None:
    urgent = intake_actions.start_intake(alice, team, "urgent-1", date(2026, 1, 1), "nl")
    answered(alice, urgent, "safety_now", danger_now="now")
    intake_actions.start_intake(alice, team, "calm-1", date(2026, 3, 24), "nl")

    html = Page(alice_client, LIST).html

    assert html.index("urgent-1") < html.index("2026-117") < html.index("calm-1")


def test_due_comes_before_urgent(alice_client: Client, alice: User, team: Team) -> None:
    names = ("late-1", "now-1", "urgent-1", "later-1")
    late, now, urgent, later = (intake_actions.start_intake(alice, team, name, TODAY, "nl") for name in names)
    record_outcomes(alice, late, Outcome("victim_support", "planned", on=TODAY - timedelta(days=1)))
    record_outcomes(alice, now, Outcome("victim_support", "planned", on=TODAY))
    record_outcomes(alice, later, Outcome("victim_support", "planned", on=TODAY + timedelta(days=1)))
    answered(alice, urgent, "safety_now", danger_now="now")

    html = Page(alice_client, LIST).html

    assert sorted(names, key=html.index) == list(names)


def test_equal_urgency_is_ordered_by_police_advice_and_danger_signs(
    alice_client: Client, alice: User, team: Team
) -> None:
    """Check the order among intakes whose advice is `today`."""
    names = ("sign-1", "serious-1", "fear-1", "doctor-1")
    sign, serious, fear, doctor = (
        intake_actions.start_intake(alice, team, name, TODAY, "nl") for name in names
    )
    answered(alice, doctor, "impact", client_suicidal="yes")
    answered(alice, fear, "impact", client_suicidal="yes")
    answered(alice, fear, "fear", fear_level=1)
    answered(alice, serious, "fear", fear_level=9)
    answered(alice, sign, "concern", threats=("kill",))

    html = Page(alice_client, LIST).html

    assert html.count("Vandaag overleggen</span>") == len(names)
    assert sorted(names, key=html.index) == list(names)


def test_most_urgent_comes_first_among_the_overdue(alice_client: Client, alice: User, team: Team) -> None:
    for name in ("old-1", "old-2"):
        intake = intake_actions.start_intake(alice, team, name, date(2026, 1, 1), "nl")
    answered(alice, intake, "safety_now", danger_now="now")

    html = Page(alice_client, LIST).html

    assert html.index("old-2") < html.index("old-1")


def test_row_shows_due_dates_and_by_how_many_days_they_are_overdue(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(
        alice,
        intake,
        Outcome("reassess", "planned", on=TODAY + timedelta(days=2)),
        Outcome("consult_police", "planned", on=TODAY + timedelta(days=1)),
        Outcome("reporting_code_2", "planned", on=TODAY - timedelta(days=3)),
    )
    alice_client.cookies["__Host-language"] = "en"

    html = Page(alice_client, LIST).html

    code_step = "Next step: Consult a colleague and, if needed, Veilig Thuis"
    assert html.index(code_step) < html.index("Reassessment: ")
    assert html.count("Overdue: 3 days") == html.count("Overdue: ") == 1
    assert "17 June 2026" in html


def test_completed_steps_are_not_due(alice_client: Client, alice: User, intake: Intake) -> None:
    record_outcomes(alice, intake, Outcome("reassess", "done"), Outcome("consult_police", "planned"))
    alice_client.cookies["__Host-language"] = "en"

    html = Page(alice_client, LIST).html

    assert "Overdue" not in html
    assert "Reassessment" not in html
    assert "Next step" not in html
    assert "No next step or date is written down." in html


def test_reassessment_moves_the_due_date_to_the_next_intake(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    review_actions.submit(alice, intake)
    review_actions.reassess(alice, intake, date(2026, 4, 1))
    alice_client.cookies["__Host-language"] = "en"

    html = Page(alice_client, LIST).html

    assert html.count("Reassessment: ") == 1
    assert html.index("Reassessment: ") < html.index("There is a next conversation in this case.")


def test_number_of_queries_does_not_grow_with_the_list(
    alice_client: Client, alice: User, team: Team, django_assert_max_num_queries: Any
) -> None:
    alice_client.get(LIST)

    def queries() -> int:
        with django_assert_max_num_queries(40) as done:
            alice_client.get(LIST)
        return len(done)

    first = intake_actions.start_intake(alice, team, "one", date(2026, 3, 23), "nl")
    record_outcomes(alice, first, Outcome("reassess", "done"))
    few = queries()
    for number in range(10):
        intake = intake_actions.start_intake(alice, team, f"n{number}", date(2026, 3, 23), "nl")
        record_outcomes(alice, intake, Outcome("consult_police", "done"))

    assert queries() == few


@pytest.mark.untraced
def test_number_of_queries_does_not_grow_with_the_pages(
    client: Client, alice: User, bob: User, rachel: User, team: Team, django_assert_max_num_queries: Any
) -> None:
    """Of each list and of a search, with rows of every group."""
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
            intake = intake_actions.start_intake(alice, team, f"n{number:02}", TODAY, "nl")
            due_on = (None, TODAY - timedelta(days=1), TODAY + timedelta(days=2))[number % 3]
            Intake.objects.filter(pk=intake.pk).update(next_due=due_on)

    fill(30)
    few = queries()
    fill(30)

    many = queries()
    assert all(many[name] <= few[name] for name in asked), (few, many)


def test_list_contains_only_readable_intakes(
    client: Client, bob: User, rachel: User, charlie: User, intake: Intake
) -> None:
    found = {}
    for user in (bob, rachel, charlie):
        client.force_login(user)
        found[user.username] = "2026-117" in Page(client, LIST).html

    assert found == {"bob": False, "rachel": True, "charlie": False}


def test_team_list_shows_only_reference_state_and_author(
    client: Client, alice: User, bob: User, charlie: User, intake: Intake
) -> None:
    answered(alice, intake, "concern", threats=("kill",))
    client.cookies["__Host-language"] = "en"
    client.force_login(bob)

    html = Page(client, f"{LIST}?of=team").html

    assert "2026-117" in html
    assert "concept · alice" in html
    assert reverse("open", args=[intake.pk]) in html
    for text in ("Consult today", "Threat", "23 March 2026", reverse("summary", args=[intake.pk])):
        assert text not in html
    client.force_login(charlie)
    assert "2026-117" not in Page(client, f"{LIST}?of=team").html


def test_shielded_cases_are_only_counted(
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


def test_search_finds_references_by_their_beginning(
    client: Client, alice: User, bob: User, charlie: User, team: Team, intake: Intake
) -> None:
    intake_actions.start_intake(alice, team, "Ä-9", date(2026, 3, 23), "nl")
    client.cookies["__Host-language"] = "en"
    client.force_login(alice)
    assert "2026-117" in search(client, " 2026 1")
    assert "Ä-9" in search(client, "ä9")
    assert "Nothing was found" in search(client, "117")
    assert "Nothing was found" in search(client, "%")
    assert "2026-117" in search(client, f"2026-117{' ' * 100}and megabytes of no use")

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
def test_filters_select_intakes_and_ignore_invalid_values(
    alice_client: Client, alice: User, intake: Intake, chosen: str, shown: bool
) -> None:
    html = Page(alice_client, f"{LIST}?{chosen.replace('me', str(alice.pk))}").html

    assert ("2026-117" in html) == shown


@pytest.mark.untraced
def test_pages_contain_every_intake_once_in_order(client: Client, alice: User, bob: User, team: Team) -> None:
    for number in range(60):
        intake = intake_actions.start_intake(alice, team, f"n{number:02}", TODAY, "nl")
        due_on = (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=2))[number % 4]
        level, sign = 1 + number % 3, number % 9 == 2
        given = {"urgency": level, "police_urgency": level, "danger_signs": int(sign), "next_due": due_on}
        Intake.objects.filter(pk=intake.pk).update(**given)

    for user, of in ((alice, ""), (bob, "of=team")):
        client.force_login(user)
        names = references(client, f"{LIST}?{of}")
        assert sorted(names) == [f"n{number:02}" for number in range(60)]
        if user == alice:
            assert names == [intake.case.reference for intake in sorted(Intake.objects.all(), key=in_order)]


def in_order(intake: Intake) -> tuple[Any, ...]:
    """Due, with a later date, without; the most urgent first; the first day first."""
    group = 2 if intake.next_due is None else int(intake.next_due > TODAY)
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


def test_list_of_an_administrator_or_a_manager_is_empty(client: Client, team: Team, intake: Intake) -> None:
    client.cookies["__Host-language"] = "en"
    for role in (Membership.Role.ADMINISTRATOR, Membership.Role.MANAGER):
        client.force_login(account(role.value, team, role))

        html = Page(client, LIST).html

        assert "There are no conversations for your role." in html
        assert ("/people/" in html) == (role is Membership.Role.ADMINISTRATOR)


def test_reading_records_one_event(alice_client: Client, intake: Intake) -> None:
    alice_client.get(LIST)

    event = Event.objects.latest("seq")
    assert (event.code, event.intake) == (EventCode.LIST_READ, None)
    assert Event.objects.count() == 2


def test_page_has_25_intakes(alice_client: Client, alice: User, team: Team) -> None:
    for number in range(26):
        intake_actions.start_intake(alice, team, f"n{number:02}", date(2026, 3, 23), "nl")

    html = Page(alice_client, LIST).html

    assert html.count('class="card"') == 25
    assert len(references(alice_client, LIST)) == 26


def test_reference_is_escaped(alice_client: Client, alice: User, team: Team) -> None:
    intake_actions.start_intake(alice, team, "<b>\u202e1", date(2026, 3, 23), "nl")

    html = Page(alice_client, LIST).html

    assert "&lt;b&gt;[U+202E]1" in html


def test_what_was_signed_by_earlier_rules_shows_its_level(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    Intake.objects.update(signed_urgency=Urgency.TODAY, signed_rules_version=1)

    for page in (LIST, f"/intakes/{intake.pk}/summary/"):
        shown = " ".join(Page(alice_client, page).html.split())
        assert '"Vandaag overleggen", volgens versie 1 van de regels' in shown.replace("&quot;", '"'), page


def test_the_list_names_what_is_also_concerning(alice_client: Client, alice: User, intake: Intake) -> None:
    answered(alice, intake, "concern", threats=("damage",), fixation="yes")

    html = " ".join(Page(alice_client, LIST).html.split())

    assert "Ook zorgelijk: Dreiging · " in html
    assert "Gevaarsignalen:" not in html
