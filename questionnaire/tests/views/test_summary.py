"""The page of all answers, the summary, and its PDF."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
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

from questionnaire.actions import access as access_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers import copy_mark, made_ahead
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.json import as_json
from questionnaire.documents.renderers.made_ahead import Shelf
from questionnaire.documents.renderers.pdf import PdfUnavailableError
from questionnaire.documents.renderers.places import PLACE, Place, PlaceState
from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS, SECTION_OF
from questionnaire.domain.fingerprints import text_fingerprint
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.domain.summary import summarise
from questionnaire.models import Case, Document, Event, Intake, User
from questionnaire.queries import document_input
from questionnaire.queries.documents import fingerprint, prepared_document
from questionnaire.tests.documents.reading import bare, read_aloud
from questionnaire.tests.factories import submission_of, write_plan
from questionnaire.tests.pages import Page
from questionnaire.views import summary

OWN_WORDS = "Ik denk dat hij me <opwacht>."


@pytest.fixture
def answered_intake(alice: User, intake: Intake) -> Intake:
    """Return an intake with answers."""
    by_section: dict[str, dict[str, Any]] = {
        "fear": {"fear_own_words": OWN_WORDS, "fear_level": 9, "feared_events": ("kill", "attack")},
        "concern": {"threats": ("kill",), "strangulation": "declined", "weapons": "unknown"},
        "pattern": {"behaviour_home": {"ring": "daily"}, "pattern_start": "2025-08"},
    }
    for section_id, answers in by_section.items():
        intake = intake_actions.save_section(
            alice, intake, section_id, submission_of(intake, **answers)
        ).intake
    incident_actions.add_incident(
        alice, intake, DomainIncident("2026-03-20", "home", what="stond voor de deur")
    )
    return intake


def url(name: str, intake: Intake) -> str:
    return reverse(name, args=[intake.uuid])


@pytest.mark.parametrize("name", ["answers", "summary"])
def test_people_without_access_get_404(
    client: Client, answered_intake: Intake, bob: User, charlie: User, name: str
) -> None:
    for user in (bob, charlie):
        client.force_login(user)

        assert client.get(url(name, answered_intake)).status_code == 404


@pytest.mark.parametrize(
    ("name", "code"), [("answers", EventCode.ANSWERS_READ), ("summary", EventCode.SUMMARY_READ)]
)
def test_reading_records_one_event(
    alice_client: Client, answered_intake: Intake, name: str, code: EventCode
) -> None:
    before = Event.objects.count()

    alice_client.get(url(name, answered_intake))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == code


class TestAnswers:
    def test_every_question_links_to_its_section(self, alice_client: Client, answered_intake: Intake) -> None:
        html = Page(alice_client, url("answers", answered_intake)).html

        for item_id in ITEMS:
            section_url = reverse("section", args=[answered_intake.uuid, SECTION_OF[item_id].id])
            assert f'href="{section_url}#{item_id}"' in html

    def test_answers_and_states_without_an_answer_are_distinguished(
        self, alice_client: Client, answered_intake: Intake
    ) -> None:
        html = Page(alice_client, url("answers", answered_intake)).html

        assert "Ik denk dat hij me &lt;opwacht&gt;." in html
        assert "9 (schaal 0-10)" in html
        assert "Aanbellen of op ramen kloppen: elke dag" in html
        assert "augustus 2025" in html
        assert html.count("Wil dit niet vertellen") == 1
        assert html.count("Cliënt weet het niet") == 1
        assert html.count("Nog niet besproken") == len(ITEMS) - 8
        assert "stond voor de deur" in html

    def test_what_can_be_done_is_at_both_ends(self, alice_client: Client, answered_intake: Intake) -> None:
        html = Page(alice_client, url("answers", answered_intake)).html

        main = html.partition("<main")[2].partition("</main>")[0]
        first, *_parts, last = re.findall(r"<p class=\"actions\">.*?</p>|<dl", main)
        for actions in (first, last):
            assert f'href="{url("intake", answered_intake)}"' in actions
            assert f'href="{url("summary", answered_intake)}"' in actions
            assert f'href="{url("review", answered_intake)}#decide"' in actions

    def test_the_professional_s_own_assessment_stands_apart_and_last(
        self, alice_client: Client, alice: User, answered_intake: Intake
    ) -> None:
        submission = replace(
            submission_of(answered_intake, professional_concern="worried"),
            texts={"view": "Ik maak mij zorgen."},
            base={"view": text_fingerprint(answered_intake.content, "view")},
        )
        intake_actions.save_section(alice, answered_intake, "own_view", submission)

        html = Page(alice_client, url("answers", answered_intake)).html

        assert html.index("stond voor de deur") < html.index('id="professional_concern"')
        assert html.index('id="professional_concern"') < html.index("Ik maak mij zorgen.")

    def test_drafts_are_reported(self, alice_client: Client, answered_intake: Intake) -> None:
        section = reverse("section", args=[answered_intake.uuid, "pattern"])
        Page(alice_client, section).fill(last_incident="lang geleden").press("_go", "save")

        assert "nog moet nakijken" in Page(alice_client, url("answers", answered_intake)).html

    def test_reviewer_reads_without_links_to_change(
        self, client: Client, answered_intake: Intake, rachel: User
    ) -> None:
        client.force_login(rachel)

        html = Page(client, url("answers", answered_intake)).html

        assert "9 (schaal 0-10)" in html
        assert reverse("section", args=[answered_intake.uuid, "fear"]) not in html


class TestSummary:
    def test_fear_comes_first(self, alice_client: Client, answered_intake: Intake) -> None:
        html = Page(alice_client, url("summary", answered_intake)).html.partition("<main")[2]

        headline = html.index("<h1>De cliënt voelt zich erg onveilig. Dat nemen wij serieus.</h1>")
        own_words = html.index("Ik denk dat hij me &lt;opwacht&gt;.")
        assert headline < own_words < html.index("Vandaag overleggen") < html.index("Overleg met de politie")

    def test_acute_danger_puts_112_above_everything(
        self, alice_client: Client, alice: User, answered_intake: Intake
    ) -> None:
        intake_actions.save_section(
            alice, answered_intake, "safety_now", submission_of(answered_intake, danger_now="now")
        )

        html = Page(alice_client, url("summary", answered_intake)).html

        assert html.index("Bel nu 112") < html.index("<h1>")

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_every_advice_is_shown_with_source_and_who_decides(
        self, alice_client: Client, answered_intake: Intake, settings: Any, language: str
    ) -> None:
        alice_client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        html = Page(alice_client, url("summary", answered_intake)).html

        with override(language):
            advice = summarise(
                answered_intake.answers, answered_intake.incident_log, answered_intake.on
            ).advice
            assert all(escape(item.title) in html for item in advice)
            assert all(escape(item.source) in html for item in advice)
            assert all(escape(item.decides) in html for item in advice)

    def test_empty_intake_has_a_summary(self, alice_client: Client, intake: Intake) -> None:
        html = Page(alice_client, url("summary", intake)).html

        assert "Dat zegt niets over het gevaar." in html

    def test_title_is_neutral(self, alice_client: Client, answered_intake: Intake) -> None:
        assert (
            "<title>Samenvatting - Gesprekken</title>"
            in Page(alice_client, url("summary", answered_intake)).html
        )

    def test_reviewer_reads_the_summary_and_makes_the_pdf(
        self, client: Client, answered_intake: Intake, rachel: User
    ) -> None:
        client.force_login(rachel)

        html = Page(client, url("summary", answered_intake)).html

        assert reverse("intake", args=[answered_intake.uuid]) + '"' not in html
        assert url("pdf", answered_intake) in html


class TestPdf:
    @pytest.fixture
    def languages(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Return the languages of the PDFs that were rendered, so far."""
        rendered: list[str] = []

        def render_pdf(document: Any) -> bytes:
            rendered.append(document.language)
            return b"%PDF-1.7 rendered"

        monkeypatch.setattr(summary, "render_pdf", render_pdf)
        return rendered

    def test_pdf_is_returned_and_stored(
        self, alice_client: Client, answered_intake: Intake, languages: list[str]
    ) -> None:
        response = alice_client.post(url("pdf", answered_intake), {"language": "en"})

        document = Document.objects.get()
        assert response.content == bytes(document.pdf) == b"%PDF-1.7 rendered"
        assert response.headers["Content-Type"] == "application/pdf"
        assert (document.edition, document.language, languages) == ("full", "en", ["en"])
        assert Event.objects.latest("seq").code == EventCode.DOCUMENT_MADE

    def test_pdf_is_in_the_language_of_the_intake_by_default(
        self, alice_client: Client, answered_intake: Intake, languages: list[str]
    ) -> None:
        alice_client.post(url("pdf", answered_intake))
        alice_client.post(url("pdf", answered_intake), {"language": "xx"})

        assert languages == ["nl", "nl"]

    @pytest.mark.parametrize(
        ("reference", "name"),
        [
            ("2026-117", "SC-2026-117-2026-03-23-eigen-dossier-niet-doorgeven.pdf"),
            ('../x"\r\n', "SC-x-2026-03-23-eigen-dossier-niet-doorgeven.pdf"),
            ("Żółć 7", "SC-zoc-7-2026-03-23-eigen-dossier-niet-doorgeven.pdf"),
            ("中", "SC-2026-03-23-eigen-dossier-niet-doorgeven.pdf"),
            ("x" * 100, f"SC-{'x' * 60}-2026-03-23-eigen-dossier-niet-doorgeven.pdf"),
        ],
    )
    def test_file_name_is_neutral_and_ascii(
        self,
        alice_client: Client,
        answered_intake: Intake,
        languages: list[str],
        monkeypatch: pytest.MonkeyPatch,
        reference: str,
        name: str,
    ) -> None:
        monkeypatch.setattr(dates, "today", lambda: date(2026, 3, 23))
        Case.objects.filter(pk=answered_intake.case_id).update(reference=reference)

        response = alice_client.post(url("pdf", answered_intake))

        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'

    def test_failed_pdf_gets_503_with_the_reason_and_the_summary(
        self, alice_client: Client, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def render_pdf(document: Any) -> bytes:
            raise PdfUnavailableError("Install pango.")

        monkeypatch.setattr(summary, "render_pdf", render_pdf)

        response = alice_client.post(url("pdf", answered_intake))

        assert response.status_code == 503
        assert "Install pango." in response.content.decode()
        assert "Ik denk dat hij me" in response.content.decode()
        assert not Document.objects.exists()
        assert Event.objects.latest("seq").code == EventCode.SUMMARY_READ

    def test_people_without_access_get_no_pdf(
        self, client: Client, answered_intake: Intake, bob: User, charlie: User
    ) -> None:
        for user in (bob, charlie):
            client.force_login(user)

            assert client.post(url("pdf", answered_intake)).status_code == 404

    def test_pdf_url_refuses_get(self, alice_client: Client, answered_intake: Intake) -> None:
        assert alice_client.get(url("pdf", answered_intake)).status_code == 405

    @pytest.fixture
    def shelf(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
        """Return the shelf of PDFs made ahead; what is made is "%PDF ahead"."""
        memory = os.memfd_create("shelf")
        shelf = Shelf(Path(f"/proc/self/fd/{memory}"))
        monkeypatch.setattr(made_ahead, "_shelf", shelf)
        monkeypatch.setattr(made_ahead, "render_ahead", lambda _html: b"%PDF ahead")
        yield shelf
        os.close(memory)

    @staticmethod
    def look(client: Client, intake: Intake) -> Place:
        """Look at the summary, and do what that leaves for later; return its place."""
        place = Place(PlaceState.NOT_ASKED)
        client.get(url("summary", intake), **{PLACE: place})  # type: ignore[arg-type]
        if place.later:
            place.later()
        return place

    @staticmethod
    def press(client: Client, intake: Intake, language: str = "nl") -> tuple[Any, Place]:
        place = Place(PlaceState.NOT_ASKED)
        sent = {"language": language}
        return client.post(url("pdf", intake), sent, **{PLACE: place}), place  # type: ignore[arg-type]

    def test_the_pdf_of_a_page_in_view_lies_ready_and_is_recorded_when_handed_out(
        self, alice_client: Client, answered_intake: Intake, languages: list[str], shelf: Shelf
    ) -> None:
        self.look(alice_client, answered_intake)
        assert Event.objects.latest("seq").code == EventCode.SUMMARY_READ
        assert not Document.objects.exists()

        response, place = self.press(alice_client, answered_intake)

        assert (response.content, place.wanted_by, languages) == (b"%PDF ahead", None, [])
        assert bytes(Document.objects.get().pdf) == b"%PDF ahead"
        assert Event.objects.latest("seq").code == EventCode.DOCUMENT_MADE

    @pytest.mark.parametrize("change", ["answer", "language", "plan of the case", "day", "incident", "note"])
    def test_what_changed_meanwhile_is_made_anew_in_its_turn(
        self,
        alice_client: Client,
        alice: User,
        answered_intake: Intake,
        shelf: Shelf,
        monkeypatch: pytest.MonkeyPatch,
        change: str,
    ) -> None:
        self.look(alice_client, answered_intake)
        if change == "answer":
            sent = submission_of(answered_intake, fear_level=10)
            intake_actions.save_section(alice, answered_intake, "fear", sent)
        elif change == "note":
            answered_intake.refresh_from_db()
            answered_intake.content["notes"]["fear_level"] = "Zei ze zacht."
            answered_intake.save()
        elif change == "incident":
            incident_actions.add_incident(alice, answered_intake, DomainIncident("2026-03-21", "home"))
        elif change == "day":
            tomorrow = dates.today() + timedelta(days=1)
            monkeypatch.setattr(dates, "today", lambda: tomorrow)
        elif change == "plan of the case":
            write_plan(alice, answered_intake, home="Slot vervangen")

        _response, place = self.press(alice_client, answered_intake, "en" if change == "language" else "nl")

        assert place.wanted_by == alice.pk

    def test_the_page_in_another_language_offers_the_same_pdf_first(
        self, alice_client: Client, answered_intake: Intake, languages: list[str], shelf: Shelf
    ) -> None:
        alice_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        self.look(alice_client, answered_intake)

        response, _place = self.press(alice_client, answered_intake, answered_intake.language)

        assert response.content == b"%PDF ahead"

    def test_building_reads_nothing_besides_what_the_digest_is_of(
        self, alice: User, answered_intake: Intake, django_assert_num_queries: Any
    ) -> None:
        prepared = prepared_document(answered_intake, "nl", reader=alice)
        again = prepared_document(Intake.objects.get(pk=answered_intake.pk), "nl", reader=alice)

        with django_assert_num_queries(0):
            assert fingerprint(prepared) == fingerprint(again)
            as_html(prepared(paper=True))

    def test_nothing_is_made_for_who_may_not_copy(
        self, client: Client, answered_intake: Intake, bob: User, shelf: Shelf
    ) -> None:
        access_actions.open_with_reason(bob, answered_intake, "Ik vervang Alice, die vandaag ziek is.")
        client.force_login(bob)

        assert self.look(client, answered_intake).later is None
        assert client.get(url("summary", answered_intake)).status_code == 200

    def test_nothing_is_made_where_nothing_can_lie(
        self, alice_client: Client, answered_intake: Intake
    ) -> None:
        assert self.look(alice_client, answered_intake).later is None

    @pytest.mark.pdf
    def test_pdf_is_rendered(self, alice_client: Client, answered_intake: Intake) -> None:
        response = alice_client.post(url("pdf", answered_intake), {"language": "nl"})

        assert response.content.startswith(b"%PDF-")

    @pytest.mark.pdf
    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_page_pdf_text_and_json_have_the_same_advice_in_the_same_order(
        self, alice_client: Client, answered_intake: Intake, tmp_path: Path, language: str
    ) -> None:
        advice = json.loads(as_json(document_input.as_intake_file(answered_intake), language))["advice"]
        titles = [f"{number}. {each['title']}" for number, each in enumerate(advice, start=1)]
        alice_client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page, plain = (
            alice_client.get(address).content.decode()
            for address in (
                url("summary", answered_intake),
                reverse("edition", args=[answered_intake.uuid, "text"]),
            )
        )
        path = tmp_path / "summary.pdf"
        path.write_bytes(alice_client.post(url("pdf", answered_intake), {"language": language}).content)

        rows = page[page.index('id="steps"') : page.index('id="reassess"')]
        on_page = [re.sub("<[^>]*>", "", title) for title in re.findall("<h4>(.*?)</h4>", rows)]
        assert [unescape(title) for title in on_page] == titles
        for text in (read_aloud(path), bare(unescape(plain))):
            positions = [text.index(bare(title)) for title in titles]
            assert positions == sorted(positions)

    @pytest.mark.pdf
    def test_pdf_is_reproducible_and_verified_by_the_command(
        self,
        alice_client: Client,
        answered_intake: Intake,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        rendered = [
            alice_client.post(url("pdf", answered_intake), {"language": "nl"}).content for _time in range(2)
        ]
        path = tmp_path / "summary.pdf"
        path.write_bytes(rendered[0])

        call_command("verify", str(path))

        assert rendered[0] != rendered[1]  # each has its mark
        assert len({copy_mark.without_mark(pdf) for pdf in rendered}) == 1
        assert str(answered_intake.uuid) in capsys.readouterr().out
        path.write_bytes(rendered[0] + b" ")
        with pytest.raises(SystemExit):
            call_command("verify", str(path))

    @pytest.mark.parametrize("code", EDITIONS)
    def test_get_request_makes_no_edition(
        self, alice_client: Client, answered_intake: Intake, code: str
    ) -> None:
        response = alice_client.get(
            reverse("edition", args=[answered_intake.uuid, code]), {"_go": "pdf", "paper": "numbers"}
        )

        assert response.status_code == (404 if code == "full" else 200)
        assert response.headers["Content-Type"].startswith("text/html")
        assert not Document.objects.exists()
