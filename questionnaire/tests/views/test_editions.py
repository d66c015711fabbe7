"""The pages of the editions: looked at first, then made, each look and each PDF one event."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import EventCode
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers.pdf import PdfFailedError
from questionnaire.models import Document, Event, Intake, User
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page
from questionnaire.views import editions

PAGES = [code for code in EDITIONS if code != "full"]
CHOICES: dict[str, dict[str, Any]] = {
    "police": {"ground": "Serious danger."},
    "advice": {},
    "report": {"confirmed": "on"},
    "client": {"paper": "numbers"},
}


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def told(alice: User, intake: Intake) -> Intake:
    """Return an intake with answers, of which some are safety data."""
    intake = intake_actions.save_section(
        alice,
        intake,
        "fear",
        submission_of(
            intake, fear_own_words="I fear Jan. He waits.", fear_level=9, life_changes=("stay_in",)
        ),
    ).intake
    return intake_actions.save_section(
        alice, intake, "safety_now", submission_of(intake, safe_contact="zqcall")
    ).intake


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect the documents of which a PDF is made."""
    documents: list[Any] = []

    def render_pdf(document: Any) -> bytes:
        documents.append(document)
        return b"%PDF-1.7 made"

    monkeypatch.setattr(editions, "render_pdf", render_pdf)
    return documents


def url(intake: Intake, code: str) -> str:
    return reverse("edition", args=[intake.uuid, code])


@pytest.mark.parametrize("code", PAGES)
def test_looking_is_one_event(alices: Client, told: Intake, code: str) -> None:
    before = Event.objects.count()

    html = Page(alices, url(told, code)).html

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.SUMMARY_READ
    assert re.search("<title>(Fout: )?[^<]*stalk", html, re.IGNORECASE) is None


@pytest.mark.parametrize("code", ["full", "other"])
def test_other_names_are_no_page(alices: Client, told: Intake, code: str) -> None:
    assert alices.get(url(told, code)).status_code == 404


def test_strangers_and_colleagues_find_nothing(
    client: Client, told: Intake, bob: User, charlie: User
) -> None:
    for user in (bob, charlie):
        client.force_login(user)

        assert client.get(url(told, "police")).status_code == 404
        assert client.post(url(told, "police"), {"_go": "pdf"}).status_code == 404


@pytest.mark.parametrize("code", CHOICES)
def test_the_page_shows_what_is_in_it_and_says_what_is_not(alices: Client, told: Intake, code: str) -> None:
    html = Page(alices, url(told, code)).html

    with override("nl"):
        assert str(escape(EDITIONS[code].left_out)) in html
    assert "zqcall" not in html.partition('id="fear-title"')[2]


@pytest.mark.parametrize("code", CHOICES)
def test_a_pdf_is_made_as_chosen_and_kept(alices: Client, told: Intake, made: list[Any], code: str) -> None:
    response = alices.post(url(told, code), {**CHOICES[code], "_go": "pdf", "language": "en"})

    kept = Document.objects.get()
    assert response.content == bytes(kept.pdf) == b"%PDF-1.7 made"
    assert (kept.edition, kept.language, made[0].edition, made[0].language) == (code, "en", code, "en")
    assert Event.objects.latest("seq").code == EventCode.DOCUMENT_MADE
    named = "2026-117" in response.headers["Content-Disposition"]
    assert named == EDITIONS[code].reference


def test_a_tick_shows_and_prints_one_thing(alices: Client, told: Intake, made: list[Any]) -> None:
    chosen = {**CHOICES["police"], "include": ["safe_contact", "professional_concern"]}

    looked = alices.post(url(told, "police"), {**chosen, "_go": "look"}).content.decode()
    alices.post(url(told, "police"), {**chosen, "_go": "pdf"})

    assert "zqcall" in looked
    assert 'value="safe_contact" checked' in looked
    assert "zqcall" in str(made[0])
    assert "stay_in" not in str(made[0])


def test_sentences_are_chosen_one_by_one(alices: Client, told: Intake) -> None:
    html = Page(alices, url(told, "advice")).html
    keys = re.findall(r'name="sentence" value="(\w+)"', html)

    looked = alices.post(url(told, "advice"), {"sentence": keys[1], "_go": "look"}).content.decode()

    preview = looked.partition('id="fear-title"')[2]
    assert len(keys) == 2
    assert "He waits." in preview
    assert "Jan" not in preview


@pytest.mark.parametrize("code", ["police", "report", "client"])
def test_without_the_answer_that_is_asked_first_nothing_is_made(
    alices: Client, told: Intake, made: list[Any], code: str
) -> None:
    response = alices.post(url(told, code), {"_go": "pdf", "include": "safe_contact", "paper": "nothing"})

    html = response.content.decode()
    assert not made
    assert not Document.objects.exists()
    assert "<title>Fout: " in html
    assert 'role="alert"' in html
    if code != "client":
        assert 'value="safe_contact" checked' in html
    assert Event.objects.latest("seq").code == EventCode.SUMMARY_READ


def test_the_clients_page_says_what_was_agreed_only_when_paper_is_safe(
    alices: Client, told: Intake, made: list[Any]
) -> None:
    for paper in ("numbers", "agreed"):
        alices.post(url(told, "client"), {"_go": "pdf", "paper": paper})

    assert [[section.id for section in document.sections] for document in made] == [
        ["fear", "numbers", "keep"],
        ["fear", "numbers", "agreed", "keep"],
    ]


def test_a_ground_that_cannot_be_kept_is_refused_with_the_text(
    alices: Client, told: Intake, made: list[Any]
) -> None:
    long = "x" * 20_001

    html = alices.post(url(told, "police"), {"_go": "pdf", "ground": long}).content.decode()

    assert not made
    assert long in html


def test_when_no_pdf_can_be_made_the_page_says_so(
    alices: Client, told: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_document: Any) -> bytes:
        raise PdfFailedError("It took too long.")

    monkeypatch.setattr(editions, "render_pdf", fail)

    response = alices.post(url(told, "advice"), {"_go": "pdf"})

    assert response.status_code == 503
    assert "It took too long." in response.content.decode()


def test_the_text_stands_part_by_part_ready_to_copy(alices: Client, told: Intake) -> None:
    html = Page(alices, url(told, "text")).html

    parts = re.findall(r'<textarea id="(\w+)"[^>]* readonly', html)
    assert parts[0] == "fear"
    assert {"steps", "pattern", "limits"} <= set(parts)
    assert "zqcall" in html
    rules = " ".join(html.split())
    assert "“Vandaag overleggen” geldt bij:" in rules
    assert "Zonder deze antwoorden is het minder dringend, of geen advies:" in rules
