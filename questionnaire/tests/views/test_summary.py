"""The answers to check, the summary, and the PDF of it."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import EventCode
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers.json import as_json
from questionnaire.documents.renderers.pdf import PdfUnavailableError
from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS, SECTION_OF
from questionnaire.domain.incidents import Incident as Told
from questionnaire.domain.summary import summarise
from questionnaire.models import Document, Event, Intake, User
from questionnaire.queries import document_input
from questionnaire.tests.documents.reading import bare, read_aloud
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page
from questionnaire.views import summary

WORDS = "Ik denk dat hij me <opwacht>."


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def told(alice: User, intake: Intake) -> Intake:
    """Return an intake with answers."""
    said: dict[str, dict[str, Any]] = {
        "fear": {"fear_own_words": WORDS, "fear_level": 9, "feared_events": ("kill", "attack")},
        "concern": {"threats": ("kill",), "strangulation": "declined", "weapons": "unknown"},
        "pattern": {"behaviour_home": {"ring": "daily"}, "pattern_start": "2025-08"},
    }
    for section_id, answers in said.items():
        intake = intake_actions.save_section(
            alice, intake, section_id, submission_of(intake, **answers)
        ).intake
    incident_actions.add_incident(alice, intake, Told("2026-03-20", "home", what="stond voor de deur"))
    return intake


def url(name: str, intake: Intake) -> str:
    return reverse(name, args=[intake.uuid])


@pytest.mark.parametrize("name", ["answers", "summary"])
def test_strangers_and_colleagues_find_nothing(
    client: Client, told: Intake, bob: User, charlie: User, name: str
) -> None:
    for user in (bob, charlie):
        client.force_login(user)

        assert client.get(url(name, told)).status_code == 404


@pytest.mark.parametrize(
    ("name", "code"), [("answers", EventCode.ANSWERS_READ), ("summary", EventCode.SUMMARY_READ)]
)
def test_reading_is_one_event(alices: Client, told: Intake, name: str, code: EventCode) -> None:
    before = Event.objects.count()

    alices.get(url(name, told))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == code


class TestAnswers:
    def test_every_question_is_there_with_the_way_to_it(self, alices: Client, told: Intake) -> None:
        html = Page(alices, url("answers", told)).html

        for item_id in ITEMS:
            section_url = reverse("section", args=[told.uuid, SECTION_OF[item_id].id])
            assert f'href="{section_url}#{item_id}"' in html

    def test_answers_and_the_four_states_stand_apart(self, alices: Client, told: Intake) -> None:
        html = Page(alices, url("answers", told)).html

        assert "Ik denk dat hij me &lt;opwacht&gt;." in html
        assert "9 van 10" in html
        assert "Aanbellen of op ramen kloppen: elke dag" in html
        assert "augustus 2025" in html
        assert html.count("Wil dit niet vertellen") == 1
        assert html.count("Cliënt weet het niet") == 1
        assert html.count("Nog niet besproken") == len(ITEMS) - 8
        assert "stond voor de deur" in html

    def test_what_still_has_to_be_checked_is_said(self, alices: Client, told: Intake) -> None:
        section = reverse("section", args=[told.uuid, "pattern"])
        Page(alices, section).fill(last_incident="gisteren").press("_go", "save")

        assert "nog moet worden" in Page(alices, url("answers", told)).html

    def test_the_reviewer_reads_and_changes_nothing(self, client: Client, told: Intake, rachel: User) -> None:
        client.force_login(rachel)

        html = Page(client, url("answers", told)).html

        assert "9 van 10" in html
        assert reverse("section", args=[told.uuid, "fear"]) not in html


class TestSummary:
    def test_fear_comes_first(self, alices: Client, told: Intake) -> None:
        html = Page(alices, url("summary", told)).html

        headline = html.index("<h1>De cliënt is bang. Dat nemen wij serieus.</h1>")
        words = html.index("Ik denk dat hij me &lt;opwacht&gt;.")
        assert headline < words < html.index("Vandaag overleggen") < html.index("Overleg met de politie")

    def test_112_stands_above_everything(self, alices: Client, alice: User, told: Intake) -> None:
        intake_actions.save_section(alice, told, "safety_now", submission_of(told, danger_now="now"))

        html = Page(alices, url("summary", told)).html

        assert html.index("Bel nu 112") < html.index("<h1>")

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_every_advice_is_there_with_its_reasons(
        self, alices: Client, told: Intake, settings: Any, language: str
    ) -> None:
        alices.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        html = Page(alices, url("summary", told)).html

        with override(language):
            advice = summarise(told.answers, told.incident_log, told.on).advice
            assert all(escape(given.title) in html for given in advice)
            assert all(escape(given.source) in html for given in advice)
            assert all(escape(given.decides) in html for given in advice)

    def test_an_empty_intake_has_one_too(self, alices: Client, intake: Intake) -> None:
        html = Page(alices, url("summary", intake)).html

        assert "Dat zegt niets over het gevaar." in html

    def test_the_title_gives_nothing_away(self, alices: Client, told: Intake) -> None:
        assert "<title>Samenvatting - Gespreksverslag</title>" in Page(alices, url("summary", told)).html

    def test_the_reviewer_reads_it(self, client: Client, told: Intake, rachel: User) -> None:
        client.force_login(rachel)

        html = Page(client, url("summary", told)).html

        assert reverse("intake", args=[told.uuid]) + '"' not in html
        assert url("pdf", told) in html


class TestPdf:
    @pytest.fixture
    def made_in(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Return the languages of the PDFs that were made."""
        languages: list[str] = []

        def render_pdf(document: Any) -> bytes:
            languages.append(document.language)
            return b"%PDF-1.7 made"

        monkeypatch.setattr(summary, "render_pdf", render_pdf)
        return languages

    def test_it_is_handed_out_and_kept(self, alices: Client, told: Intake, made_in: list[str]) -> None:
        response = alices.post(url("pdf", told), {"language": "en"})

        kept = Document.objects.get()
        assert response.content == bytes(kept.pdf) == b"%PDF-1.7 made"
        assert response.headers["Content-Type"] == "application/pdf"
        assert (kept.edition, kept.language, made_in) == ("full", "en", ["en"])
        assert Event.objects.latest("seq").code == EventCode.DOCUMENT_MADE

    def test_without_a_language_it_is_in_that_of_the_intake(
        self, alices: Client, told: Intake, made_in: list[str]
    ) -> None:
        alices.post(url("pdf", told))
        alices.post(url("pdf", told), {"language": "xx"})

        assert made_in == ["nl", "nl"]

    @pytest.mark.parametrize(
        ("reference", "name"),
        [
            ("2026-117", "SC-2026-117-2026-03-23.pdf"),
            ('../x"\r\n', "SC-x-2026-03-23.pdf"),
            ("Żółć 7", "SC-zoc-7-2026-03-23.pdf"),
            ("中", "SC-2026-03-23.pdf"),
            ("x" * 100, f"SC-{'x' * 60}-2026-03-23.pdf"),
        ],
    )
    def test_the_name_of_the_file_is_neutral_and_plain(
        self,
        alices: Client,
        told: Intake,
        made_in: list[str],
        monkeypatch: pytest.MonkeyPatch,
        reference: str,
        name: str,
    ) -> None:
        monkeypatch.setattr(dates, "today", lambda: date(2026, 3, 23))
        Intake.objects.filter(pk=told.pk).update(reference=reference)

        response = alices.post(url("pdf", told))

        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'

    def test_when_it_cannot_be_made_the_page_says_what_to_do(
        self, alices: Client, told: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def render_pdf(document: Any) -> bytes:
            raise PdfUnavailableError("Install pango.")

        monkeypatch.setattr(summary, "render_pdf", render_pdf)

        response = alices.post(url("pdf", told))

        assert response.status_code == 503
        assert "Install pango." in response.content.decode()
        assert "Ik denk dat hij me" in response.content.decode()
        assert not Document.objects.exists()
        assert Event.objects.latest("seq").code == EventCode.SUMMARY_READ

    def test_strangers_get_none(self, client: Client, told: Intake, bob: User, charlie: User) -> None:
        for user in (bob, charlie):
            client.force_login(user)

            assert client.post(url("pdf", told)).status_code == 404

    def test_it_is_no_page_to_visit(self, alices: Client, told: Intake) -> None:
        assert alices.get(url("pdf", told)).status_code == 405

    @pytest.mark.pdf
    def test_a_real_one(self, alices: Client, told: Intake) -> None:
        response = alices.post(url("pdf", told), {"language": "nl"})

        assert response.content.startswith(b"%PDF-")

    @pytest.mark.pdf
    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_page_pdf_text_and_json_say_the_same_advice_in_the_same_order(
        self, alices: Client, told: Intake, tmp_path: Path, language: str
    ) -> None:
        advice = json.loads(as_json(document_input.as_intake_file(told), language))["advice"]
        titles = [f"{number}. {one['title']}" for number, one in enumerate(advice, start=1)]
        alices.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page, plain = (
            alices.get(address).content.decode()
            for address in (url("summary", told), reverse("edition", args=[told.uuid, "text"]))
        )
        path = tmp_path / "made.pdf"
        path.write_bytes(alices.post(url("pdf", told), {"language": language}).content)

        on_page = [
            f"{number}. {title}"
            for start, those in re.findall('<ol class="steps" start="([0-9]+)">(.*?)</ol>', page, re.DOTALL)
            for number, title in enumerate(re.findall(r"<li>\s*<h4>(.*?)</h4>", those), start=int(start))
        ]
        assert [unescape(title) for title in on_page] == titles
        for found in (read_aloud(path), bare(unescape(plain))):
            places = [found.index(bare(title)) for title in titles]
            assert places == sorted(places)

    @pytest.mark.pdf
    def test_the_same_file_twice_and_the_command_knows_it(
        self, alices: Client, told: Intake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = [alices.post(url("pdf", told), {"language": "nl"}).content for _time in range(2)]
        path = tmp_path / "made.pdf"
        path.write_bytes(made[0])

        call_command("verify", str(path))

        assert made[0] == made[1]
        assert str(told.uuid) in capsys.readouterr().out
        path.write_bytes(made[0] + b" ")
        with pytest.raises(SystemExit):
            call_command("verify", str(path))

    @pytest.mark.parametrize("code", EDITIONS)
    def test_no_edition_is_made_by_visiting(self, alices: Client, told: Intake, code: str) -> None:
        response = alices.get(reverse("edition", args=[told.uuid, code]), {"_go": "pdf", "paper": "numbers"})

        assert response.status_code == (404 if code == "full" else 200)
        assert response.headers["Content-Type"].startswith("text/html")
        assert not Document.objects.exists()
