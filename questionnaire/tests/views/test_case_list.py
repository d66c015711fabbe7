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
from questionnaire.queries import case_list
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import PDF, TODAY, record_outcomes, submission_of
from questionnaire.tests.pages import Page, one_line
from questionnaire.views import case_list as views_case_list

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
    assert "23 mrt 2026" in html
    assert "26 mrt 2026" in html


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
    assert f'<span class="mark what">{code_step}</span>' in html
    assert "Reassessment: 17 Jun 2026" in html
    assert html.count("Overdue: 3 days") == html.count("Overdue: ") == 2


def test_completed_steps_are_not_due(alice_client: Client, alice: User, intake: Intake) -> None:
    record_outcomes(alice, intake, Outcome("reassess", "not_done"), Outcome("consult_police", "planned"))
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
    assert html.count("2026-117</a>") == 1


def test_number_of_queries_does_not_grow_with_the_list(
    alice_client: Client, alice: User, team: Team, django_assert_max_num_queries: Any
) -> None:
    alice_client.get(LIST)

    def queries() -> int:
        with django_assert_max_num_queries(36) as done:
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
@pytest.mark.parametrize("most_sorted", [1000, 10])
def test_number_of_queries_does_not_grow_with_the_pages(
    client: Client,
    alice: User,
    bob: User,
    rachel: User,
    team: Team,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
    most_sorted: int,
) -> None:
    """Of each list and of a search, with rows of every group."""
    monkeypatch.setattr(case_list, "MOST_SORTED", most_sorted)
    asked: dict[str, tuple[User, Callable[[], Any]]] = {
        "author": (alice, lambda: client.get(LIST)),
        "reviewer": (rachel, lambda: client.get(f"{LIST}?state=concept")),
        "colleague": (bob, lambda: client.get(f"{LIST}?of=team")),
        "search": (bob, lambda: client.post(LIST, {"reference": "n"}, follow=True)),
    }

    def queries() -> dict[str, int]:
        spent = {}
        for name, (user, ask) in asked.items():
            client.force_login(user)
            ask()
            with django_assert_max_num_queries(68) as done:
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
    row = html[html.index('<th scope="row">2026-117</th>') :]
    assert row.index(">Draft</td>") < row.index(">alice</td>")
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
    return one_line(client.post(LIST, {"reference": reference}, follow=True).content.decode())


def test_search_finds_references_by_any_part(
    client: Client, alice: User, bob: User, charlie: User, team: Team, intake: Intake
) -> None:
    intake_actions.start_intake(alice, team, "Ä-9", date(2026, 3, 23), "nl")
    client.cookies["__Host-language"] = "en"
    client.force_login(alice)
    assert "2026-117" in search(client, " 2026 1")
    assert "Ä-9" in search(client, "ä9")
    assert "2026-117" in search(client, "117")
    assert "Ä-9" in search(client, "A9")
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


def test_authors_are_offered_at_once_or_where_there_are_many_when_asked_for(
    alice_client: Client, alice: User, bob: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_bob, all_names = (
        f"{LIST}?state=concept&amp;author={bob.pk}",
        f"{LIST}?state=concept&amp;authors#authors",
    )
    html = Page(alice_client, f"{LIST}?state=concept").html
    assert by_bob in html
    assert all_names not in html

    monkeypatch.setattr(views_case_list, "_MOST_AUTHORS", 1)
    html = Page(alice_client, f"{LIST}?state=concept").html
    assert by_bob not in html
    assert all_names in html
    html = Page(alice_client, f"{LIST}?state=concept&authors").html
    assert '<details class="choose" id="authors" open>' in html
    assert by_bob in html
    assert all_names not in html


def test_chosen_author_is_named_and_can_be_left_out(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    html = one_line(Page(alice_client, f"{LIST}?author={alice.pk}").html)

    assert re.search(rf'<a href="{LIST}" aria-current="true"> ?{alice} ', html)
    assert "Kies een auteur" not in html


@pytest.mark.untraced
@pytest.mark.parametrize("most_sorted", [1000, 10])
def test_pages_contain_every_intake_once_in_order(
    client: Client, alice: User, bob: User, team: Team, monkeypatch: pytest.MonkeyPatch, most_sorted: int
) -> None:
    monkeypatch.setattr(case_list, "MOST_SORTED", most_sorted)
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
    following = re.search(r'href="(/cases/\?[^"]*after=[^"]+)"', html)
    names = re.findall(r'<th scope="row">\s*(?:<a [^>]*>)?(n\d\d)', html)
    return names + (references(client, following[1].replace("&amp;", "&")) if following else [])


def test_list_of_an_administrator_or_a_manager_is_empty(client: Client, team: Team, intake: Intake) -> None:
    client.cookies["__Host-language"] = "en"
    for role in (Membership.Role.ADMINISTRATOR, Membership.Role.MANAGER):
        client.force_login(account(role.value, team, role))

        html = Page(client, LIST).html

        assert "There are no conversations for your role." in html
        assert ("/people/" in html) == (role is Membership.Role.ADMINISTRATOR)


def test_a_search_is_an_event_without_its_words(alice_client: Client, intake: Intake) -> None:
    alice_client.post(LIST, {"reference": intake.case.reference}, follow=True)

    event = Event.objects.latest("seq")
    assert (event.code, event.intake) == (EventCode.LIST_SEARCHED, None)
    assert intake.case.reference not in str(list(Event.objects.values()))


def test_reading_records_one_event(alice_client: Client, intake: Intake) -> None:
    alice_client.get(LIST)

    event = Event.objects.latest("seq")
    assert (event.code, event.intake) == (EventCode.LIST_READ, None)
    assert Event.objects.count() == 2


def test_page_has_25_intakes(alice_client: Client, alice: User, team: Team) -> None:
    for number in range(26):
        intake_actions.start_intake(alice, team, f"n{number:02}", date(2026, 3, 23), "nl")

    html = Page(alice_client, LIST).html

    assert html.count('<th scope="row"') == 25
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


def test_what_came_back_opens_at_the_questions_of_the_reviewer(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    review_actions.submit(alice, intake)
    assert f'<a href="{reverse("intake", args=[intake.pk])}">' not in Page(alice_client, LIST).html
    review_actions.add_remark(rachel, intake, "", "Wanneer was dat?")
    review_actions.return_intake(rachel, intake)

    html = Page(alice_client, LIST).html

    assert f'<th scope="row"> <a href="{reverse("review", args=[intake.pk])}">2026-117</a>' in html


def test_the_list_names_what_is_also_concerning(alice_client: Client, alice: User, intake: Intake) -> None:
    answered(alice, intake, "concern", threats=("damage",), fixation="yes")

    html = " ".join(Page(alice_client, LIST).html.split())

    assert "Ook zorgelijk: Dreiging · " in html
    assert "Gevaarsignalen:" not in html


def rows_of(html: str) -> list[str]:
    """Return the references in the table, in its order."""
    return re.findall(r'<th scope="row">\s*(?:<a [^>]*>)?([^<]+?)\s*<', html)


def test_a_case_is_one_row_with_the_level_of_its_latest_assessment_and_the_first_date_of_all(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    answered(alice, intake, "safety_now", danger_now="now")
    record_outcomes(alice, intake, Outcome("consult_police", "planned", on=TODAY - timedelta(days=3)))
    review_actions.submit(alice, intake)
    later = review_actions.reassess(alice, intake, date(2026, 4, 1))
    record_outcomes(alice, later, Outcome("victim_support", "planned", on=TODAY + timedelta(days=9)))
    alice_client.cookies["__Host-language"] = "en"

    html = Page(alice_client, LIST).html

    assert rows_of(html) == ["2026-117"]
    assert reverse("intake", args=[later.pk]) in html
    assert "Last time: Act now." in html
    assert "Overdue: 3 days" in html
    assert '<td data-label="Open steps">2</td>' in html


def test_a_correction_and_what_it_corrects_are_one_row_at_the_level_that_counts(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    answered(alice, intake, "safety_now", danger_now="now")
    record_outcomes(alice, intake, Outcome("consult_police", "planned", on=TODAY))
    review_actions.submit(alice, intake)
    review_actions.sign_off(rachel, Intake.objects.get(), PDF, {})
    correction = review_actions.correct(alice, intake)
    answered(alice, correction, "safety_now", danger_now="no")
    alice_client.cookies["__Host-language"] = "en"

    html = Page(alice_client, LIST).html

    assert rows_of(html) == ["2026-117"]
    assert reverse("intake", args=[correction.pk]) in html
    assert 'class="urgency-word now">Act now<' in html
    assert '<td data-label="Open steps">1</td>' in html


def test_a_case_says_since_when_the_client_was_told_nothing(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    alice_client.cookies["__Host-language"] = "en"
    assert "Not recorded yet" in Page(alice_client, LIST).html
    record_outcomes(alice, intake, Outcome("consult_police", "done", told_on=TODAY - timedelta(days=12)))

    assert '<td data-label="Client was told"> 12 days ago </td>' in Page(alice_client, LIST).html


@pytest.fixture
def three(alice: User, team: Team) -> dict[str, Intake]:
    """Return three cases of alice by their references, the most urgent last."""
    days = {"2026-9": 3, "2026-10": 1, "ander": 2}
    found = {
        name: intake_actions.start_intake(alice, team, name, date(2026, 3, day), "nl")
        for name, day in days.items()
    }
    record_outcomes(alice, found["2026-9"], Outcome("victim_support", "planned"))
    answered(alice, found["ander"], "safety_now", danger_now="now")
    for name, due_in in {"2026-9": 30, "2026-10": -9, "ander": 5}.items():
        Intake.objects.filter(pk=found[name].pk).update(next_due=TODAY + timedelta(days=due_in))
    return found


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("reference", ["2026-9", "2026-10", "ander"]),
        ("-reference", ["ander", "2026-10", "2026-9"]),
        ("level", ["ander", "2026-10", "2026-9"]),
        ("due", ["2026-10", "ander", "2026-9"]),
        ("steps", ["2026-9", "2026-10", "ander"]),
        ("held", ["2026-9", "ander", "2026-10"]),
        ("-held", ["2026-10", "ander", "2026-9"]),
    ],
)
def test_columns_sort(alice_client: Client, three: dict[str, Intake], sort: str, expected: list[str]) -> None:
    html = Page(alice_client, f"{LIST}?sort={sort}").html

    assert rows_of(html) == expected
    assert html.count("aria-sort=") == 1
    is_down = sort in ("-reference", "level", "steps", "held")
    assert f'aria-sort="{"descending" if is_down else "ascending"}"' in html


@pytest.mark.parametrize("sort", ["lead", "told", "content", "-", "", "x" * 2000])
def test_what_is_no_column_to_sort_by_is_ignored(
    alice_client: Client, three: dict[str, Intake], sort: str
) -> None:
    html = Page(alice_client, f"{LIST}?sort={sort}").html

    assert rows_of(html) == rows_of(Page(alice_client, LIST).html)
    assert "aria-sort=" not in html


def test_a_list_that_is_too_long_to_sort_says_so(
    alice_client: Client, three: dict[str, Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_urgency = rows_of(Page(alice_client, LIST).html)
    monkeypatch.setattr(case_list, "MOST_SORTED", 2)
    alice_client.cookies["__Host-language"] = "en"

    html = Page(alice_client, f"{LIST}?sort=-reference").html

    assert rows_of(html) == by_urgency
    assert "There are more than 2 conversations here" in html
    assert "There are more than 2 conversations here" in Page(alice_client, LIST).html
    assert "?sort=" not in html  # no column has a link that sorts nothing
    assert "aria-sort=" not in html


@pytest.mark.parametrize("most_sorted", [1, 1000])
@pytest.mark.parametrize("of", ["", "of=team&"])
def test_a_page_after_a_row_that_is_gone_says_that_it_is_the_first(
    client: Client,
    alice: User,
    bob: User,
    three: dict[str, Intake],
    monkeypatch: pytest.MonkeyPatch,
    most_sorted: int,
    of: str,
) -> None:
    monkeypatch.setattr(case_list, "MOST_SORTED", most_sorted)
    monkeypatch.setattr(case_list, "PAGE_SIZE", 1)
    client.force_login(bob if of else alice)
    client.cookies["__Host-language"] = "en"
    first = Page(client, f"{LIST}?{of}").html
    following = re.findall(r'<a href="([^"]+)">Next page</a>', first)[0].replace("&amp;", "&")
    second = Page(client, following).html
    assert "First page</a>" in second
    assert "changed while you read it" not in second

    gone = re.sub(r"after=[0-9a-f-]+", "after=00000000-0000-4000-8000-000000000001", following)
    again = Page(client, gone).html

    assert "The list changed while you read it. This is the first page again." in again
    assert "First page</a>" not in again
    assert rows_of(again) == rows_of(first)


@pytest.mark.parametrize("most_sorted", [1000, 2])
def test_chips_filter_and_each_is_taken_away_by_its_own_link(
    client: Client,
    rachel: User,
    three: dict[str, Intake],
    monkeypatch: pytest.MonkeyPatch,
    most_sorted: int,
) -> None:
    monkeypatch.setattr(case_list, "MOST_SORTED", most_sorted)
    client.force_login(rachel)
    client.cookies["__Host-language"] = "en"

    due = Page(client, f"{LIST}?due=1").html
    both = Page(client, f"{LIST}?due=1&urgency=4").html

    assert rows_of(due) == ["2026-10"]
    assert due.count('aria-current="true"') == 1
    assert rows_of(both) == []
    assert 'href="/cases/?urgency=4" aria-current="true"' in both
    assert 'href="/cases/?due=1" aria-current="true"' in both
    assert rows_of(Page(client, f"{LIST}?urgency=4").html) == ["ander"]


def test_what_stands_alone_begins_with_a_capital(
    alice_client: Client, bob: User, team: Team, intake: Intake
) -> None:
    intake_actions.start_intake(bob, team, "bobs-1", TODAY, "nl")
    alice_client.cookies["__Host-language"] = "en"

    pages = [Page(alice_client, url).html for url in (LIST, f"{LIST}?of=team")]
    pages.append(Page(alice_client, reverse("case", args=[intake.pk])).html)

    for html in pages:
        alone = re.findall(
            r"<(?:td|th|li|span)\b[^>]*>(?: ?<a [^>]*>)? ?([a-z]\w+)", html.partition("<main")[2]
        )
        assert set(alone) <= {"alice", "bob", "bobs"}
    assert ">Draft</td>" in pages[0]
    assert ">Draft</td>" in pages[1]
    assert "<span>Draft</span> <span> Next date: " in pages[2]


def test_what_is_mine_is_apart_from_what_i_review(client: Client, team: Team, intake: Intake) -> None:
    both = account("both", team, Membership.Role.PROFESSIONAL, Membership.Role.REVIEWER)
    intake_actions.start_intake(both, team, "own", TODAY, "nl")
    client.force_login(both)

    assert sorted(rows_of(Page(client, LIST).html)) == ["2026-117", "own"]
    assert rows_of(Page(client, f"{LIST}?of=mine").html) == ["own"]


def test_a_reviewer_finds_what_was_handed_in_also_when_a_new_assessment_has_begun(
    client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    review_actions.submit(alice, intake)
    review_actions.reassess(alice, intake, date(2026, 4, 1))
    client.force_login(rachel)

    html = Page(client, f"{LIST}?state=submitted").html

    assert rows_of(html) == ["2026-117"]
    assert reverse("review", args=[intake.pk]) in html


def test_what_was_searched_is_in_no_address_and_can_be_cleared(
    alice_client: Client, alice: User, team: Team, intake: Intake
) -> None:
    intake_actions.start_intake(alice, team, "🐝🐝", TODAY, "nl")
    response = alice_client.post(LIST, {"reference": "🐝"})

    assert response.status_code == 302
    assert response.headers["Location"] == f"{LIST}?found"
    found = Page(alice_client, f"{LIST}?found")
    assert rows_of(found.html) == ["🐝🐝"]
    assert found.posted["reference"] == ""  # of the button that clears it
    assert rows_of(Page(alice_client, LIST).html) != ["🐝🐝"]

    assert alice_client.post(LIST, {"reference": " "}).headers["Location"] == LIST
    assert alice_client.get(f"{LIST}?found").headers["Location"] == LIST


def test_search_puts_what_begins_with_it_first_and_is_bounded(
    alice_client: Client, alice: User, team: Team
) -> None:
    for name in ["x-7", *(f"7-{number:02}" for number in range(30))]:
        intake_actions.start_intake(alice, team, name, TODAY, "nl")
    alice_client.cookies["__Host-language"] = "en"

    html = search(alice_client, "7")

    assert rows_of(html) == [f"7-{number:02}" for number in range(25)]
    assert "There are more." in html
    assert rows_of(search(alice_client, "x7")) == ["x-7"]
    assert rows_of(search(alice_client, "-29")) == ["7-29"]


def test_search_finds_nothing_of_a_case_that_is_shielded_or_of_another_team(
    client: Client, alice: User, bob: User, charlie: User, intake: Intake
) -> None:
    access_actions.shield(alice, intake)

    for user in (bob, charlie):
        client.force_login(user)
        assert rows_of(search(client, "117")) == []
    client.force_login(alice)
    assert rows_of(search(client, "117")) == ["2026-117"]
