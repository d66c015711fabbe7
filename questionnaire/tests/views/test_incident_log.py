"""The page of the log: choosing part of it, page by page, and changing an incident where it stands."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.incidents import Incident
from questionnaire.models import Intake, User
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page, one_line
from questionnaire.views.incident_log import PAGE_SIZE

LOG = (
    Incident("2026-01-05", "home", what="zqeen", reported=True),
    Incident("2026-02", "online", precision="month", what="zqtwee", reported=False),
    Incident("2025", "elsewhere", precision="about", what="zqdrie"),
    Incident(precision="", as_told="zqooit", what="zqvier"),
    Incident("2026-03-01", "home", what="zqvijf", until="2026-03-10", times=41, source="log"),
)
WORDS = ("zqeen", "zqtwee", "zqdrie", "zqvier", "zqvijf")


@pytest.fixture
def logged(alice: User, intake: Intake) -> Intake:
    for incident in LOG:
        incident_actions.add_incident(alice, intake, incident)
    return intake


def shown(client: Client, intake: Intake, query: str = "") -> str:
    return one_line(client.get(reverse("incidents", args=[intake.uuid]) + query).content.decode())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", WORDS),
        ("?place=home", ("zqeen", "zqvijf")),
        ("?place=unknown", ("zqvier",)),
        ("?place=moon", WORDS),
        ("?reported=yes", ("zqeen",)),
        ("?reported=no", ("zqtwee",)),
        ("?reported=unknown", ("zqdrie", "zqvier", "zqvijf")),
        ("?since=01-02-2026", ("zqtwee", "zqvijf")),
        ("?since=feb+2026", ("zqtwee", "zqvijf")),
        ("?since=2026-03-05", ("zqvijf",)),
        ("?until=2026-02-15", ("zqeen", "zqtwee", "zqdrie")),
        ("?until=2025", ("zqdrie",)),
        ("?since=2026&until=jan+2026", ("zqeen",)),
        ("?place=online&reported=yes", ()),
    ],
)
def test_a_choice_shows_part_of_the_log(
    alice_client: Client, logged: Intake, query: str, expected: tuple[str, ...]
) -> None:
    html = shown(alice_client, logged, query)

    assert {word for word in WORDS if word in html} == set(expected)
    assert ("Geen voorval past bij deze keuze." in html) is (not expected)
    assert "Het logboek: 45 voorvallen" in html


def test_a_date_that_is_none_leaves_nothing_out_and_says_so(alice_client: Client, logged: Intake) -> None:
    html = shown(alice_client, logged, "?since=ooit")

    assert all(word in html for word in WORDS)
    assert "“ooit” is niet te lezen als datum. Er is niets om weggelaten." in html


def test_an_incident_says_everything_that_is_known(alice_client: Client, alice: User, intake: Intake) -> None:
    incident_actions.add_incident(
        alice,
        intake,
        Incident(
            "2026-03-01",
            "unknown",
            "about",
            "zqwat",
            "zqfoto",
            True,
            "2026-03-03",
            "14:05",
            41,
            "zqkerst",
            "zqbroer",
            "zqbuur",
            "zqnummer",
            "chat",
        ),
    )

    html = shown(alice_client, intake)

    for words in (
        "rond 1 maart 2026 14:05 tot en met 3 maart 2026, verteld als “zqkerst”, 41 keer",
        "Onbekend waar",
        'Gedaan door: <span dir="auto">zqbroer',
        'Getuige: <span dir="auto">zqbuur',
        'Nummer van de melding: <span dir="auto">zqnummer',
        'Bron: <span dir="auto">Uit een chat',
        "Gemeld bij de politie: ja",
    ):
        assert words in html


def test_a_long_log_is_shown_page_by_page(alice_client: Client, alice: User, intake: Intake) -> None:
    many = [
        Incident(f"2025-{1 + number // 28:02}-{1 + number % 28:02}", what=f"zq{number:03}")
        for number in range(120)
    ]
    for incident in many:
        incident_actions.add_incident(alice, intake, incident)

    pages = [shown(alice_client, intake, f"?page={number}") for number in (1, 2, 3)]

    found = [[each.what for each in many if each.what in page] for page in pages]
    assert [len(each) for each in found] == [PAGE_SIZE, PAGE_SIZE, 20]
    assert sorted(word for each in found for word in each) == [each.what for each in many]
    assert "zq119" in pages[0]
    assert "101 tot en met 120 van 120" in pages[2]
    assert len(pages[0]) < 50_000

    row = next(each for each in intake.incidents if each.content["what"] == "zq000")
    html = Page(alice_client, reverse("incident", args=[intake.uuid, row.uuid])).html
    assert f'<li id="i{row.uuid}" class="editing">' in html
    assert "zq001" in html
    assert "zq119" not in html


def test_the_page_names_that_incidents_come_closer_together_and_nothing_else(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    steady = [Incident(f"2025-{month:02}-01", "home") for month in range(1, 13)]
    incident_actions.add_incidents(alice, intake, steady, intake.uuid)
    html = shown(alice_client, intake)
    assert "Tijd tussen de voorvallen" in html
    assert "korter" not in html
    incident_actions.remove_batch(alice, intake, intake.uuid)

    gaps = [30 * 0.88**number for number in range(24)]
    days = [date(2024, 1, 1) + timedelta(days=int(sum(gaps[:number]))) for number in range(24)]
    closer = [Incident(day.isoformat(), "home") for day in days]
    incident_actions.add_incidents(alice, intake, closer, intake.case_id)
    assert "In het logboek wordt de tijd tussen de voorvallen korter." in shown(alice_client, intake)


def test_the_page_says_where_an_answer_differs_from_the_log(
    alice_client: Client, alice: User, logged: Intake
) -> None:
    assert "Waar het logboek en de antwoorden verschillen" not in shown(alice_client, logged)
    sent = submission_of(logged, pattern_start="2026-02-20")
    intake_actions.save_section(alice, logged, "pattern", sent)

    html = shown(alice_client, logged)

    assert "Waar het logboek en de antwoorden verschillen" in html
    section = reverse("section", args=[logged.uuid, "pattern"])
    assert f'<a href="{section}#pattern_start">' in html


def test_five_hundred_incidents_take_as_many_queries_as_five(
    alice_client: Client, alice: User, logged: Intake
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            shown(alice_client, logged)
        return len(captured)

    shown(alice_client, logged)
    few = queries()
    incident_actions.add_incidents(alice, logged, [Incident("2026-01-01")] * 500, logged.uuid)

    assert queries() == few


def test_nobody_types_into_a_form_that_goes_into_the_address(alice_client: Client, logged: Intake) -> None:
    html = shown(alice_client, logged, "?since=2026-02")

    form = html.split('<form method="get"', 1)[1].split("</form>", 1)[0]
    assert "<input" not in form
    assert "<textarea" not in form
    months = re.findall(r'<option value="(\d{4}-\d{2})"( selected)?>([^<]*)<', form.split('name="until"')[0])
    assert months == [
        ("2026-03", "", "maart 2026"),
        ("2026-02", " selected", "februari 2026"),
        ("2026-01", "", "januari 2026"),
    ]
