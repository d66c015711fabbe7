"""The paper form: all questions, numbered as on the screen, in one language or two, as a tagged PDF."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from html import unescape
from typing import Any

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from questionnaire.documents.paper_form import LANGUAGES, render_paper_form
from questionnaire.documents.renderers.pdf import PdfUnavailableError, render_page
from questionnaire.domain.catalogue import ABSENT, ITEMS, QUESTION_NUMBERS, SECTIONS
from questionnaire.models import Event, User
from questionnaire.tests.documents.reading import bare, read_aloud, tags_of

LANGUAGES_OF = {"nl": ("nl",), "en": ("en",), "both": ("nl", "en")}


def texts(wanted: str) -> Iterator[str]:
    """Yield what the form must have of the catalogue, in every language that it is in."""
    for language in LANGUAGES_OF[wanted]:
        with override(language):
            for section in SECTIONS:
                yield str(section.title)
            for item in ITEMS.values():
                yield str(item.question)
                yield from (str(choice.text) for choice in (*item.options, *item.rows, *item.columns))
            yield from (str(state.text) for state in ABSENT)


@pytest.mark.parametrize("wanted", LANGUAGES)
def test_every_question_and_answer_is_on_the_form_in_order(wanted: str) -> None:
    html = unescape(render_paper_form(wanted))

    assert not [text for text in texts(wanted) if text not in html]
    assert re.findall(r"<h3><b>([0-9.]+)</b>", html) == list(QUESTION_NUMBERS.values())


def test_the_absent_states_stand_at_every_question_for_the_client() -> None:
    html = render_paper_form("nl")

    assert html.count('class="absent"') == sum(not item.internal for item in ITEMS.values())


def test_the_form_asks_for_no_name_and_says_where_to_keep_it() -> None:
    html = render_paper_form("en")

    assert "Write no names on this sheet." in html
    assert "locked place" in html
    assert html.index("112") < html.index("<h2>")


def test_the_title_of_the_form_reveals_nothing() -> None:
    with override("en"):
        title = re.search("<title>(.*?)</title>", render_paper_form("en"))

    assert title
    assert title[1] == "Conversation sheet"


@pytest.mark.pdf
@pytest.mark.parametrize("wanted", LANGUAGES)
def test_the_pdf_of_the_form_is_tagged_with_its_languages(wanted: str, tmp_path: Any) -> None:
    html = render_paper_form(wanted)
    path = tmp_path / "sheet.pdf"

    path.write_bytes(render_page(html))

    with pikepdf.open(path) as file:
        tags = list(tags_of(file.Root.StructTreeRoot.K))
        roles = [str(tag.S) for tag in tags]
        assert str(file.Root.Lang) == LANGUAGES[wanted][0]
        assert bool(file.Root.MarkInfo.Marked)
        assert [roles.count(role) for role in ("/H1", "/H3")] == [1, len(ITEMS)]
        assert [str(tag.Lang) for tag in tags if "/Lang" in tag] == ["en"] * html.count("<span ")
    assert ("<span " in html) == (wanted == "both")
    subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)  # noqa: S603, S607
    content = read_aloud(path)
    places = [content.index(bare(question)) for question in questions(LANGUAGES_OF[wanted][0])]
    assert places == sorted(places)


def questions(language: str) -> list[str]:
    with override(language):
        return [str(item.question) for item in ITEMS.values()]


@pytest.fixture
def alice_client(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_the_page_offers_the_form_in_every_language(alice_client: Client) -> None:
    html = alice_client.get(reverse("sheet")).content.decode()

    assert re.findall('name="sheet" value="([a-z]+)"', html) == list(LANGUAGES)
    assert reverse("sheet") in alice_client.get(reverse("start")).content.decode()


@pytest.mark.pdf
def test_posting_gives_the_pdf_under_a_name_that_reveals_nothing(alice_client: Client) -> None:
    alice_client.get(reverse("sheet"))
    before = Event.objects.count()

    response = alice_client.post(reverse("sheet"), {"sheet": "both"})

    assert response.content.startswith(b"%PDF-")
    assert re.search(r'filename="SC-[0-9-]{10}\.pdf"', response["Content-Disposition"])
    assert Event.objects.count() == before  # nothing of an intake was read


def test_an_unknown_form_shows_the_page_again(alice_client: Client) -> None:
    assert b'name="sheet"' in alice_client.post(reverse("sheet"), {"sheet": "fr"}).content


def test_the_page_says_when_no_pdf_can_be_made(alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("questionnaire.views.paper_form.render_page", _unavailable)

    response = alice_client.post(reverse("sheet"), {"sheet": "nl"})

    assert response.status_code == 503
    assert b"a library is missing" in response.content


def _unavailable(_html: str) -> bytes:
    raise PdfUnavailableError("a library is missing")


def run(*arguments: str) -> bytes:
    out = io.TextIOWrapper(io.BytesIO())
    call_command("questionnaire", "--format", "pdf", *arguments, stdout=out)
    out.seek(0)
    return out.buffer.read()


@pytest.mark.pdf
def test_the_command_prints_the_form() -> None:
    with pikepdf.open(io.BytesIO(run("--language", "en"))) as file:
        assert str(file.Root.Lang) == "en"


def test_the_command_says_why_no_pdf_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("questionnaire.management.commands.questionnaire.render_page", _unavailable)

    with pytest.raises(CommandError, match="a library is missing"):
        run()


def test_a_pdf_is_not_printed_to_a_terminal() -> None:
    with pytest.raises(CommandError, match="goes to a file"):
        call_command("questionnaire", "--format", "pdf", stdout=io.StringIO())
