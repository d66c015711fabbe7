"""Page, paper, PDF, text, JSON and pictures say the same numbers and dates of a log.

What is expected is worked out here from the JSON alone, by a reader of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
import pytest
from django.utils.translation import override

from questionnaire.documents.blocks import Picture, Table
from questionnaire.documents.builder import build_document
from questionnaire.documents.charts.incidents_by_month import month_chart
from questionnaire.documents.document import Document
from questionnaire.documents.renderers import pdf
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.json import as_json
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.documents.generated_logs import intakes
from questionnaire.tests.documents.reading import ParsedPage, bare, one_line, read_aloud, section, tags_of

NAMES: Final = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


@dataclass(frozen=True)
class Words:
    """How a language says what this module looks for."""

    since: str
    times: str
    incidents: str
    by_month: str
    by_place: str
    places: tuple[str, ...]


WORDS: Final = {
    "nl": Words(
        "sinds",
        "keer",
        "voorval(?:len)?",
        "Voorvallen per maand.",
        "Voorvallen per maand en plek.",
        ("Thuis", "Elders", "Online", "Onbekend waar"),
    ),
    "en": Words(
        "since",
        "times",
        "incidents?",
        "Incidents a month.",
        "Incidents by month and place.",
        ("At home", "Elsewhere", "Online", "Not known where"),
    ),
}


def written(partial: str, language: str) -> str:
    """Return a date of the JSON as people write it."""
    year, month, day = (*map(int, partial.split("-")), 0, 0)[:3]
    name = NAMES[language].split()[month - 1] if month else ""
    return " ".join(filter(None, (str(day or ""), name, str(year))))


def first_day(partial: str) -> str:
    return (partial + "-01-01")[:10] if len(partial) == 4 else (partial + "-01")[:10]


def count_in(description: str, language: str) -> int:
    """Return how many incidents the description of a picture names, those that are not drawn too."""
    words = WORDS[language]
    drawn, _not, undated = description.partition({"nl": "Niet getekend:", "en": "Not drawn:"}[language])
    total = sum(map(int, re.findall(r"\d+", undated)))
    if description.startswith(words.by_place):
        return total + sum(int(re.sub(r"\D", "", place)) for place in re.findall(_place(words), drawn))
    months = re.findall(r"\d{4}: (\d+)", drawn)
    earlier = re.findall(r"(?:Daarvoor|Before that): (\d+)", drawn)
    return total + sum(map(int, months + earlier))


def _place(words: Words) -> str:
    return rf"(?:{'|'.join(words.places)}) \d+"


def titles(html: str) -> list[str]:
    """Return the descriptions of all pictures of a page."""
    return [unescape(title) for title in re.findall(r"<title id[^>]*>(.*?)</title>", html)]


def rows_of(document: Document, name: str) -> Sequence[Sequence[str]]:
    """Return the rows of a table about the pattern, or of the one below a picture."""
    for block in section(document, "pattern").blocks:
        table = block.table if isinstance(block, Picture) else block
        if isinstance(table, Table) and table.name == name:
            return table.rows
    return ()


class Log:
    """The log of an intake, as its JSON has it."""

    def __init__(self, intake: IntakeFile, language: str) -> None:
        self.language = language
        self.json: dict[str, Any] = json.loads(as_json(intake, language))
        self.lines: list[dict[str, Any]] = self.json["incidents"]
        self.total = sum(line["times"] for line in self.lines)
        self.dated = [line for line in self.lines if line["date"]]

    @property
    def sentence(self) -> str:
        sentence: str = self.json["pattern"]["sentence"]
        return sentence

    @property
    def has_picture(self) -> bool:
        return len(self.dated) > 1

    def parts(self) -> Iterator[str]:
        """Yield what every form must say of each line: its dates, its time, and how many times."""
        for line in self.lines:
            for partial in filter(None, (line["date"], line["until"])):
                yield written(partial, self.language)
            if line["time"]:
                yield f"{written(line['date'], self.language)} {line['time']}"
            if line["times"] > 1:
                yield f"{line['times']} {WORDS[self.language].times}"


def assert_sentence_agrees(log: Log, intake: IntakeFile) -> None:
    """Assert that the sentence has the count of the log, and begins no later than the log does."""
    words = WORDS[log.language]
    counted = re.findall(rf"(\d+) {words.incidents}\b", log.sentence)
    assert counted == ([str(log.total)] if log.total else [])
    known = [line["date"] for line in log.dated]
    known += filter(None, [intake.answers.text("pattern_start")])
    since = log.json["pattern"]["since"]
    assert (since is None) == (not known)
    if since and (log.total or log.json["pattern"]["behaviours"]):
        assert first_day(since) <= min(map(first_day, known))
        assert f"{words.since} {written(since, log.language)}" in log.sentence


def assert_pictures_agree(log: Log, html: str) -> list[str]:
    """Assert that each picture of the log names every incident; return what they are."""
    words = WORDS[log.language]
    found = [title for title in titles(html) if title.startswith((words.by_month, words.by_place))]
    for title in found:
        assert count_in(title, log.language) == log.total, title
    return [words.by_place if title.startswith(words.by_place) else words.by_month for title in found]


def assert_table_agrees(log: Log, document: Document) -> None:
    """Assert that the numbers of the table by month are those of the dated lines, by place."""
    places = {"home": 1, "elsewhere": 2, "online": 3, "unknown": 4}
    rows = rows_of(document, "months")
    has_unknown = any(line["place"] == "unknown" for line in log.dated)
    for place, column in places.items():
        if place == "unknown" and not has_unknown:
            continue
        counted = sum(int(row[column] or 0) for row in rows)
        assert counted == sum(line["times"] for line in log.dated if line["place"] == place), place
    known = sum(int(row[-1] or 0) for row in rows)
    assert known == sum(line["times"] for line in log.dated if line["reported"])
    about = sum(int(row[-2] or 0) for row in rows)
    assert about == sum(line["times"] for line in log.dated if line["precision"] == "about")


def assert_agrees(intake: IntakeFile, language: str) -> None:
    """Assert that every form of the summary of an intake says the same of its log."""
    log, words = Log(intake, language), WORDS[language]
    assert_sentence_agrees(log, intake)
    page, paper = (build_document(intake, language, paper=is_paper) for is_paper in (False, True))
    html, html_on_paper = as_html(page), as_html(paper)
    texts = {
        "page": ParsedPage(html).text,
        "paper": ParsedPage(html_on_paper).text,
        "text": one_line(as_text(page)),
    }
    for name, text in texts.items():
        assert log.sentence in text, name
        missing = [part for part in log.parts() if part not in text]
        assert not missing, (name, missing)
    for document in (page, paper):
        lines = rows_of(document, "incidents")
        counts = [re.findall(rf", (\d+) {words.times}$", line[0]) for line in lines]
        assert sum(int(count[0]) if count else 1 for count in counts) == log.total
        assert len(lines) == len(log.lines)
        if log.has_picture:
            assert_table_agrees(log, document)
    assert assert_pictures_agree(log, html) == [words.by_place] * log.has_picture
    assert assert_pictures_agree(log, html_on_paper) == [words.by_month, words.by_place] * log.has_picture
    with override(language):
        chart = month_chart(intake.incidents)  # the picture of the pages, which has fewer months than paper
    assert bool(chart) == log.has_picture
    assert not chart or count_in(chart.description, language) == log.total


@pytest.mark.untraced
def test_every_form_says_the_same_of_a_hundred_logs() -> None:
    for number, intake in enumerate(intakes(0, 100)):
        assert_agrees(intake, ("nl", "en")[number % 2])


@pytest.mark.soak
@pytest.mark.untraced
@pytest.mark.parametrize("block", range(10))
def test_every_form_says_the_same_of_a_thousand_logs(block: int) -> None:
    for intake in intakes(100 * block, 100 * (block + 1)):
        for language in WORDS:
            assert_agrees(intake, language)


@pytest.mark.pdf
@pytest.mark.parametrize("number", range(100, 120))
def test_a_pdf_says_the_same_of_a_log(number: int, tmp_path: Path) -> None:
    language = ("nl", "en")[number % 2]
    intake = next(intakes(number, number + 1))
    log, made = Log(intake, language), tmp_path / "made.pdf"
    content = pdf.render_pdf(build_document(intake, language, paper=True))
    made.write_bytes(content)

    said = read_aloud(made)

    assert bare(log.sentence) in said
    assert [part for part in log.parts() if bare(part) not in said] == []
    with pikepdf.open(BytesIO(content)) as file:
        figures = [str(tag.Alt) for tag in tags_of(file.Root.StructTreeRoot.K) if tag.S == "/Figure"]
    words = WORDS[language]
    drawn = [text for text in figures if text.startswith((words.by_month, words.by_place))]
    assert len(drawn) == 2 * log.has_picture
    assert [count_in(text, language) for text in drawn] == [log.total] * len(drawn)


def test_a_number_or_a_date_that_differs_is_noticed() -> None:
    """The log that is compared with another is not found to agree."""
    intake = intake_file({}, incidents=(Incident("2026-03-20", times=41), Incident("2026-02-11")))
    log = Log(intake, "en")
    assert_sentence_agrees(log, intake)
    assert [*log.parts()] == ["11 February 2026", "20 March 2026", "41 times"]

    other = Log(intake_file({}, incidents=(Incident("2026-03-20", times=40),)), "en")

    assert other.sentence != log.sentence
    for title in titles(as_html(build_document(intake, "en", paper=True))):
        assert count_in(title, "en") == 42
