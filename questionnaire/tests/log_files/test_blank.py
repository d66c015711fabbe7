"""The blank log: what is in it, what is not, and that the import knows it when it was filled in."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO
from typing import Final

import pytest
from django.utils.translation import override

from questionnaire.domain.incidents import Incident
from questionnaire.domain.languages import LANGUAGES
from questionnaire.domain.log_import.reader import read_log
from questionnaire.domain.log_import.table import Table
from questionnaire.log_files.blank import Format, blank_log, headings
from questionnaire.log_files.reading import read_file

ON: Final = date(2026, 11, 29)
FIELDS: Final = (
    *("date", "time", "until", "place", "what", "times", "by", "witness", "evidence", "reported"),
    "report_number",
)
FILLED: Final = {
    "nl": (
        "02-03-2026",
        "14:22",
        "03-03-2026",
        "Elders",
        "Stond er",
        "3",
        "zijn zus",
        "buur",
        "foto",
        "Ja",
        "77",
    ),
    "en": (
        "02-03-2026",
        "14:22",
        "03-03-2026",
        "Elsewhere",
        "Stood there",
        "3",
        "a sister",
        "x",
        "photo",
        "No",
        "77",
    ),
}

both_formats = pytest.mark.parametrize("form", ["csv", "xlsx"])
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def members(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@both_formats
@both_languages
def test_the_import_knows_every_column(form: Format, language: str) -> None:
    content = read_file(blank_log(form, language))

    log = read_log(content, on=ON, until=ON)

    assert log.kind == "table"
    assert tuple(column.field for column in log.columns) == FIELDS
    assert (log.order, log.incidents, log.in_doubt) == ("dmy", (), ())
    assert log.unread_sheets == (() if form == "csv" else (_sheets(language)[1],))


def _sheets(language: str) -> tuple[str, str]:
    return ("Logboek", "Uitleg") if language == "nl" else ("Log", "Explanation")


@both_languages
def test_what_was_filled_in_is_read(language: str) -> None:
    with override(language):
        rows = (headings(), FILLED[language])

    (incident,) = read_log(Table(rows), on=ON, until=ON).incidents

    assert (incident.date, incident.until, incident.time) == ("2026-03-02", "2026-03-03", "14:22")
    assert (incident.place, incident.times, incident.reported) == ("elsewhere", 3, language == "nl")
    texts = (incident.what, incident.by, incident.witness, incident.evidence, incident.report_number)
    assert texts == tuple(FILLED[language][at] for at in (4, 6, 7, 8, 10))
    assert incident == Incident(**{name: getattr(incident, name) for name in (*FIELDS, "source")})


@both_languages
def test_the_spreadsheet_offers_words_that_the_import_knows(language: str) -> None:
    sheet = members(blank_log("xlsx", language))["xl/worksheets/sheet1.xml"]

    places, answers = (found.split(",") for found in re.findall(r"<formula1>\"(.*?)\"</formula1>", sheet))
    with override(language):
        rows = [headings(), *(("2026-03-12", "", "", place, "x") for place in places)]
        rows += [("2026-03-12", "", "", "", "x", "", "", "", "", answer) for answer in answers]

    incidents = read_log(Table(tuple(rows)), on=ON, until=ON).incidents
    assert [each.place for each in incidents] == ["home", "elsewhere", "online", "unknown", "unknown"]
    assert [each.reported for each in incidents] == [None, None, None, True, False]


@both_languages
def test_the_spreadsheet_names_nobody_and_nothing(language: str) -> None:
    parts = members(blank_log("xlsx", language))
    everything = "\n".join(parts.values()).lower()

    assert not re.search("stalk|belaging|client|cliënt|intake", everything)
    assert "<f>" not in everything
    assert "2026-01-01" in parts["docProps/core.xml"]
    assert re.search(r"<dc:creator ?/>|<dc:creator></dc:creator>", parts["docProps/core.xml"])
    assert [f'name="{name}"' in parts["xl/workbook.xml"] for name in _sheets(language)] == [True, True]
    assert 'state="frozen"' in parts["xl/worksheets/sheet1.xml"]
    assert "externalLink" not in everything


@both_formats
def test_every_blank_log_is_the_same(form: Format) -> None:
    assert blank_log(form, "nl") == blank_log(form, "nl")


def test_the_text_file_opens_in_excel() -> None:
    assert blank_log("csv", "nl").startswith(b"\xef\xbb\xbfDatum (dd-mm-jjjj);Tijd;")
    assert blank_log("csv", "en").startswith(b"\xef\xbb\xbfDate (dd-mm-yyyy),Time,")
    assert blank_log("csv", "nl").endswith(b"\r\n")
