"""The pages of the editions: the preview, the PDF, and one event for each."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents import labels
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers.pdf import PdfFailedError
from questionnaire.models import Document, Event, Intake, User
from questionnaire.queries.documents import document_for
from questionnaire.tests.factories import submission_of, write_plan
from questionnaire.tests.pages import Page, controls
from questionnaire.views import edition_choices, editions, summary

PAGES = [code for code in EDITIONS if code != "full"]
CHOICES: dict[str, dict[str, Any]] = {
    "police": {"ground": "Serious danger."},
    "advice": {},
    "report": {"confirmed": "on"},
    "client": {"paper": "numbers"},
}


@pytest.fixture
def answered_intake(alice: User, intake: Intake) -> Intake:
    """Return an intake with answers, of which some are confidential."""
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
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect the documents of which a PDF is rendered."""
    documents: list[Any] = []

    def render_pdf(document: Any) -> bytes:
        documents.append(document)
        return b"%PDF-1.7 rendered"

    monkeypatch.setattr(editions, "render_pdf", render_pdf)
    return documents


def url(intake: Intake, code: str) -> str:
    return reverse("edition", args=[intake.uuid, code])


@pytest.mark.parametrize("code", PAGES)
def test_preview_records_one_event(alice_client: Client, answered_intake: Intake, code: str) -> None:
    before = Event.objects.count()

    html = Page(alice_client, url(answered_intake, code)).html

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.SUMMARY_READ
    assert re.search("<title>(Fout: )?[^<]*stalk", html, re.IGNORECASE) is None


@pytest.mark.parametrize("code", ["full", "other"])
def test_full_and_unknown_editions_have_no_page(
    alice_client: Client, answered_intake: Intake, code: str
) -> None:
    assert alice_client.get(url(answered_intake, code)).status_code == 404


def test_people_without_access_get_404(
    client: Client, answered_intake: Intake, bob: User, charlie: User
) -> None:
    for user in (bob, charlie):
        client.force_login(user)

        assert client.get(url(answered_intake, "police")).status_code == 404
        assert client.post(url(answered_intake, "police"), {"_go": "pdf"}).status_code == 404


@pytest.mark.parametrize("code", CHOICES)
def test_preview_says_what_is_left_out_and_leaves_it_out(
    alice_client: Client, answered_intake: Intake, code: str
) -> None:
    html = Page(alice_client, url(answered_intake, code)).html

    with override("nl"):
        assert str(escape(EDITIONS[code].left_out)) in html
    assert "zqcall" not in html.partition('id="fear-title"')[2]


@pytest.mark.parametrize("code", CHOICES)
def test_pdf_is_made_in_the_chosen_language_and_stored(
    alice_client: Client, answered_intake: Intake, rendered: list[Any], code: str
) -> None:
    response = alice_client.post(
        url(answered_intake, code), {**CHOICES[code], "_go": "pdf", "language": "en"}
    )

    document = Document.objects.get()
    assert response.content == bytes(document.pdf) == b"%PDF-1.7 rendered"
    assert (document.edition, document.language, rendered[0].edition, rendered[0].language) == (
        code,
        "en",
        code,
        "en",
    )
    assert Event.objects.latest("seq").code == EventCode.DOCUMENT_MADE
    has_reference = "2026-117" in response.headers["Content-Disposition"]
    assert has_reference == EDITIONS[code].reference


def test_checked_item_is_in_the_preview_and_the_pdf(
    alice_client: Client, answered_intake: Intake, rendered: list[Any]
) -> None:
    choices = {**CHOICES["police"], "include": ["safe_contact", "professional_concern"]}

    preview = alice_client.post(url(answered_intake, "police"), {**choices, "_go": "look"}).content.decode()
    alice_client.post(url(answered_intake, "police"), {**choices, "_go": "pdf"})

    assert "zqcall" in preview
    assert controls(preview).getlist("include") == ["safe_contact"]
    assert "zqcall" in str(rendered[0])
    assert "stay_in" not in str(rendered[0])


def test_preview_contains_only_the_checked_sentences(alice_client: Client, answered_intake: Intake) -> None:
    html = Page(alice_client, url(answered_intake, "advice")).html
    keys = re.findall(r'name="sentence" value="(\w+)"', html)

    html = alice_client.post(
        url(answered_intake, "advice"), {"sentence": keys[2], "_go": "look"}
    ).content.decode()

    preview = html.partition('id="fear-title"')[2]
    assert len(keys) == 3
    assert "He waits." in preview
    assert "I fear Jan" not in preview


def test_a_row_of_a_report_is_ticked_by_itself(
    alice_client: Client, alice: User, answered_intake: Intake, rendered: list[Any]
) -> None:
    cells = {"tracking": "daily", "messages": "weekly", "account_access": "weekly"}
    intake_actions.save_section(
        alice, answered_intake, "pattern", submission_of(answered_intake, behaviour_online=cells)
    )
    choices = {**CHOICES["report"], "include": "behaviour_online.tracking", "language": "en"}

    offered = re.findall(
        r'name="include" value="(behaviour[^"]+)"', Page(alice_client, url(answered_intake, "report")).html
    )
    preview = alice_client.post(
        url(answered_intake, "report"), {**choices, "_go": "look"}, headers={"accept-language": "en"}
    ).content.decode()
    alice_client.post(url(answered_intake, "report"), {**choices, "_go": "pdf"})

    with override("en"):
        tracking, access = (labels.row("behaviour_online", row) for row in ("tracking", "account_access"))
    assert offered == ["behaviour_online.account_access", "behaviour_online.tracking"]
    assert controls(preview).getlist("include") == ["behaviour_online.tracking"]
    for shown in (preview.partition('id="fear-title"')[2], str(rendered[0])):
        assert tracking in shown
        assert access not in shown


def test_the_question_for_advice_is_in_the_preview_and_the_pdf(
    alice_client: Client, answered_intake: Intake, rendered: list[Any]
) -> None:
    for go in ("look", "pdf"):
        response = alice_client.post(
            url(answered_intake, "advice"), {"_go": go, "question": "May I <call> the school?"}
        )
        if go == "look":
            html = response.content.decode()

    assert html.count("May I &lt;call&gt; the school?") == 2, "in its field, and in the preview"
    assert "May I <call> the school?" in str(rendered[0].sections[0])
    assert 'name="question"' not in Page(alice_client, url(answered_intake, "report")).html


@pytest.mark.parametrize("code", ["police", "report", "client"])
def test_pdf_is_refused_until_the_required_choice_is_made(
    alice_client: Client, answered_intake: Intake, rendered: list[Any], code: str
) -> None:
    response = alice_client.post(
        url(answered_intake, code), {"_go": "pdf", "include": "life_changes", "paper": "nothing"}
    )

    html = response.content.decode()
    assert not rendered
    assert not Document.objects.exists()
    assert "<title>Fout: " in html
    assert 'role="alert"' in html
    if code != "client":
        assert controls(html).getlist("include") == ["life_changes"]
    assert Event.objects.latest("seq").code == EventCode.SUMMARY_READ


def test_client_handout_has_agreements_only_when_paper_is_safe(
    alice_client: Client, answered_intake: Intake, rendered: list[Any]
) -> None:
    for paper in ("numbers", "agreed"):
        alice_client.post(url(answered_intake, "client"), {"_go": "pdf", "paper": paper})

    assert [[section.id for section in document.sections] for document in rendered] == [
        ["fear", "numbers", "log", "keep"],
        ["fear", "numbers", "agreed", "log", "keep"],
    ]


@pytest.mark.parametrize(("code", "field"), [("police", "ground"), ("advice", "question")])
def test_words_that_are_too_long_are_refused_and_shown_again(
    alice_client: Client, answered_intake: Intake, rendered: list[Any], code: str, field: str
) -> None:
    long = "x" * 20_001

    html = alice_client.post(url(answered_intake, code), {"_go": "pdf", field: long}).content.decode()

    assert not rendered
    assert long in html
    assert f'id="{field}-error"' in html


def test_failed_pdf_gets_503_with_the_reason(
    alice_client: Client, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_document: Any) -> bytes:
        raise PdfFailedError("It took too long.")

    monkeypatch.setattr(editions, "render_pdf", fail)

    response = alice_client.post(url(answered_intake, "advice"), {"_go": "pdf"})

    assert response.status_code == 503
    assert "It took too long." in response.content.decode()


def test_text_edition_has_a_field_for_each_section(alice_client: Client, answered_intake: Intake) -> None:
    html = Page(alice_client, url(answered_intake, "text")).html

    parts = re.findall(r'<textarea id="(\w+)"[^>]* readonly', html)
    assert parts[0] == "fear"
    assert {"steps", "pattern", "limits"} <= set(parts)
    assert "zqcall" in html
    rules = " ".join(html.split())
    assert "“Vandaag overleggen” geldt bij:" in rules
    assert "Zonder deze antwoorden is dit minder dringend, of wordt het niet geadviseerd:" in rules


def test_a_page_says_how_many_sentences_it_does_not_list(
    alice_client: Client, alice: User, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition_choices, "_MAX_SENTENCES", 2)
    answered_intake.content["running_note"] = "Eén. Twee. Drie. Vier. Vier."
    answered_intake.save()

    html = Page(alice_client, url(answered_intake, "advice")).html

    assert html.count('name="sentence"') == 2
    assert re.search(r"Er staan nog \d+ zinnen niet in deze lijst", html)


def test_the_clients_page_offers_a_plan_that_is_there_and_has_it_only_when_ticked(
    alice_client: Client, alice: User, answered_intake: Intake, rendered: list[Any]
) -> None:
    assert 'name="plan"' not in Page(alice_client, url(answered_intake, "client")).html
    write_plan(alice, answered_intake, home="zpachterdeur")

    page = Page(alice_client, url(answered_intake, "client"))
    assert 'name="plan"' in page.html
    assert "plan" not in page.posted
    for ticked in ({}, {"plan": "on"}):
        alice_client.post(url(answered_intake, "client"), {"_go": "pdf", "paper": "agreed", **ticked})

    assert ["zpachterdeur" in str(document) for document in rendered] == [False, True]


@pytest.mark.parametrize("paper", ["numbers", "nothing", ""])
def test_a_plan_is_not_put_on_paper_that_is_not_safe(
    alice_client: Client, alice: User, answered_intake: Intake, rendered: list[Any], paper: str
) -> None:
    write_plan(alice, answered_intake, home="zpachterdeur")
    choice = {"_go": "pdf", "paper": paper, "plan": "on"}

    response = alice_client.post(url(answered_intake, "client"), choice, headers={"accept-language": "en"})

    html = response.content.decode()
    assert rendered == []
    assert 'id="plan-error"' in html
    assert 'href="#plan"' in html
    assert "zpachterdeur" not in html


@pytest.mark.parametrize("code", ["police", "advice", "report"])
def test_no_edition_for_others_has_the_plan_even_when_a_box_for_it_is_posted(
    alice_client: Client, alice: User, answered_intake: Intake, rendered: list[Any], code: str
) -> None:
    write_plan(alice, answered_intake, home="zpachterdeur")
    posted = {"_go": "pdf", "plan": "on", "paper": "agreed", "include": ["plan", "safety_plan"]}

    response = alice_client.post(url(answered_intake, code), {**CHOICES[code], **posted})

    assert len(rendered) == 1
    assert "zpachterdeur" not in str(rendered[0])
    assert 'name="plan"' not in Page(alice_client, url(answered_intake, code)).html
    assert response.status_code == 200


def test_the_summary_its_pdf_and_the_text_have_the_plan(
    alice_client: Client, alice: User, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(alice, answered_intake, home="zpachterdeur")
    monkeypatch.setattr(summary, "render_pdf", lambda document: str(document).encode())

    pdf = alice_client.post(reverse("pdf", args=[answered_intake.uuid]), {"language": "nl"})

    assert b"zpachterdeur" in pdf.content
    assert "zpachterdeur" in Page(alice_client, reverse("summary", args=[answered_intake.uuid])).html
    assert "zpachterdeur" in Page(alice_client, url(answered_intake, "text")).html
    assert "zpachterdeur" not in str(document_for(answered_intake, "nl"))  # as a sign-off renders it
