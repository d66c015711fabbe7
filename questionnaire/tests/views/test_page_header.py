"""The top of a page: the places that someone can go, and the header of a case with its tabs."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.models import Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import submission_of

Header = Callable[..., str]


@pytest.fixture
def header(client: Client) -> Header:
    """Return a function that returns the header of a case on a page, as one line; "" when there is none."""

    def read(user: User, name: str, *arguments: object) -> str:
        client.force_login(user)
        html = " ".join(client.get(reverse(name, args=arguments)).content.decode().split())
        found = re.search(r'<section class="case-header".*?</section>', html)
        return found.group() if found else ""

    return read


def places(client: Client, user: User) -> list[str]:
    client.force_login(user)
    html = client.get(reverse("cases")).content.decode()
    nav = re.search(r'<nav class="places.*?</nav>', html, re.DOTALL)
    assert nav
    return re.findall(r">\s*([^<>]+?)\s*</a>", nav.group())


def tabs(header: str) -> list[str]:
    return re.findall(r">([^<>]+)</a>", header.partition("<nav")[2])


def test_the_bar_has_only_what_a_person_may_open(client: Client, alice: User, bob: User, team: Team) -> None:
    helen = account("helen", team, Membership.Role.ADMINISTRATOR)

    mona = account("mona", team, Membership.Role.MANAGER)

    assert places(client, bob) == ["Vandaag", "Casussen"]
    assert places(client, alice) == ["Vandaag", "Casussen", "Team", "Beheer"]
    assert places(client, helen) == ["Vandaag", "Beheer"]
    assert places(client, mona) == ["Vandaag", "Team", "Beheer"]


def test_only_who_sees_cases_looks_for_one(client: Client, bob: User, team: Team) -> None:
    helen = account("helen", team, Membership.Role.ADMINISTRATOR, Membership.Role.PROFESSIONAL)

    found = []
    for user in (bob, helen):
        client.force_login(user)
        found.append('name="reference"' in client.get(reverse("help")).content.decode())

    assert found == [True, False]


def test_the_bar_counts_what_waits_but_not_beside_a_client(
    client: Client, alice: User, intake: Intake
) -> None:
    intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, danger_now="now"))
    client.force_login(alice)

    alone, beside_client = (
        " ".join(client.get(path).content.decode().split())
        for path in (reverse("case", args=[intake.uuid]), reverse("section", args=[intake.uuid, "fear"]))
    )

    assert re.search(r">Vandaag \([1-9]\)</a>", alone)
    assert ">Vandaag</a>" in beside_client


def test_the_bar_marks_where_one_is(client: Client, alice: User, intake: Intake) -> None:
    client.force_login(alice)

    here, in_case = (
        client.get(path).content.decode()
        for path in (reverse("cases"), reverse("summary", args=[intake.uuid]))
    )

    assert f'href="{reverse("cases")}" aria-current="page"' in here
    assert f'href="{reverse("cases")}" aria-current="true"' in in_case


def test_the_bar_costs_no_query_once_the_roles_are_known_and_the_header_one(
    client: Client, alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(alice)
    path = reverse("pause", args=[intake.uuid])
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as with_header:
        client.get(path)
    monkeypatch.setattr("questionnaire.views.page_header._places", lambda *_: ())
    monkeypatch.setattr("questionnaire.views.page_header._case_header", lambda *_: None)

    with CaptureQueriesContext(connection) as without:
        client.get(path)

    assert len(with_header) == len(without) + 1


def test_every_page_of_an_intake_says_which_case_it_is(header: Header, alice: User, intake: Intake) -> None:
    for name in ("pause", "stop", "answers", "summary", "steps", "review", "case", "access", "incidents"):
        said = header(alice, name, intake.uuid)

        assert '<b class="reference">2026-117</b>' in said, name
        assert said.count("aria-current") == 1, name


def test_the_author_of_an_open_intake_has_all_tabs(header: Header, alice: User, intake: Intake) -> None:
    said = header(alice, "summary", intake.uuid)

    assert tabs(said) == ["Gesprek", "Samenvatting", "Opvolging", "Toetsing", "Casus", "Toegang"]
    assert f'href="{reverse("intake", args=[intake.uuid])}"' in said


def test_a_reviewer_has_the_answers_instead_of_the_conversation(
    header: Header, rachel: User, intake: Intake
) -> None:
    said = header(rachel, "summary", intake.uuid)

    assert tabs(said) == ["Gesprek", "Samenvatting", "Toetsing", "Casus", "Toegang"]
    assert f'href="{reverse("answers", args=[intake.uuid])}"' in said
    assert "Pauze" not in said


def test_a_closed_intake_leads_to_its_answers(header: Header, alice: User, intake: Intake) -> None:
    review_actions.submit(alice, intake)

    said = header(alice, "summary", intake.uuid)

    assert f'href="{reverse("answers", args=[intake.uuid])}"' in said
    assert "Pauze" not in said


@pytest.mark.parametrize("page", ["section", "plan", "incidents", "blank_log"])
def test_the_level_is_folded_where_a_client_reads_along(
    header: Header, alice: User, intake: Intake, page: str
) -> None:
    intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, danger_now="now"))

    part = ("fear",) if page == "section" else ()
    beside_client, alone = header(alice, page, intake.uuid, *part), header(alice, "case", intake.uuid)

    assert "Nu handelen" in beside_client.partition("<details")[2].partition("</details>")[0]
    assert "Nu handelen" not in beside_client.partition("<details")[0]
    assert '<span class="urgency-word now">Nu handelen</span>' in alone
    assert "<details" not in alone


def test_a_date_that_passed_says_how_late_it_is(
    header: Header, alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    Intake.objects.update(next_due=date(2026, 6, 12))
    monkeypatch.setattr("questionnaire.domain.dates.today", lambda: date(2026, 6, 15))

    said = header(alice, "summary", intake.uuid)

    assert "Volgende datum: 12 jun 2026" in said
    assert "Te laat: 3 dagen" in said


def test_who_may_only_know_that_a_case_is_there_sees_no_header(
    header: Header, bob: User, intake: Intake
) -> None:
    assert header(bob, "open", intake.uuid) == ""


def test_before_signing_in_there_are_no_places(client: Client, team: Team) -> None:
    html = client.get(reverse("account_login")).content.decode()

    assert "places" not in html
    assert "case-header" not in html
