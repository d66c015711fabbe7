"""The blank log for the client: only once it was asked whether keeping one is safe, and about nobody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.models import Event, Intake
from questionnaire.tests.pages import Page


def url(intake: Intake) -> str:
    return reverse("blank_log", args=[intake.uuid])


@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv"])
@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("", "Vraag eerst aan de cliënt of het veilig is om een logboek bij te houden."),
        ("unsafe", "Geef dan niets mee."),
        ("x", "Vraag eerst aan de cliënt"),
    ],
)
def test_no_log_is_made_until_keeping_one_is_safe(
    alice_client: Client, intake: Intake, form: str, kept: str, expected: str
) -> None:
    response = alice_client.post(url(intake), {"kept": kept, "form": form})

    assert response.status_code == 422
    assert expected in response.content.decode()
    assert "Content-Disposition" not in response


@pytest.mark.parametrize("kept", ["safe", "elsewhere"])
@pytest.mark.parametrize(("language", "word"), [("nl", "Datum"), ("en", "Date"), ("xx", "Datum")])
def test_the_file_names_nobody(
    alice_client: Client, intake: Intake, kept: str, language: str, word: str
) -> None:
    response = alice_client.post(url(intake), {"kept": kept, "form": "csv", "language": language})

    content = response.content.decode("utf-8-sig")
    assert word in content
    assert intake.case.reference not in content + response["Content-Disposition"]
    assert response["Content-Disposition"].endswith('.csv"')


@pytest.mark.pdf
@pytest.mark.parametrize("language", ["nl", "en"])
def test_on_paper_it_is_two_pages(alice_client: Client, intake: Intake, language: str) -> None:
    from io import BytesIO

    import pikepdf

    response = alice_client.post(url(intake), {"kept": "safe", "form": "pdf", "language": language})

    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 2
        assert str(pdf.docinfo.get("/Title")) in ("Logboek", "Log")


def test_the_page_shows_and_records_nothing(alice_client: Client, intake: Intake) -> None:
    before = Event.objects.count()

    html = Page(alice_client, url(intake)).html

    assert "Wat zegt de cliënt over het bijhouden van een logboek?" in html
    assert "Maar wie het vindt, ziet waarvoor het is." in html
    assert Event.objects.count() == before
