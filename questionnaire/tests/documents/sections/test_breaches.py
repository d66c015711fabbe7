"""The register of breaches in a document: only in the own file, and in the edition for the police."""

from __future__ import annotations

from datetime import date

import pytest

from questionnaire.documents.blocks import Paragraph, Table, TableAsLines
from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers.html import as_html
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Outcome, sorted_follow_up
from questionnaire.tests.documents.examples import LANGUAGES, intake_file
from questionnaire.tests.documents.reading import everything_in, section

ANSWERED = Breach(
    "contactverbod <a>", "2026-03-01", date(2026, 3, 2), "J. Smit", "PL-1", "loopt", date(2026, 3, 3)
)
UNANSWERED = Breach("gebiedsverbod", "2026-03-20", date(2026, 3, 21))
UNREPORTED = Breach("straatverbod", "2026-03")
REPORT = {"en": "Report every breach to the police", "nl": "Meld elke overtreding"}
FOLLOW_UP = sorted_follow_up([Outcome("reassess", "planned", "zqwho")], [], None, [ANSWERED, UNANSWERED])


@pytest.mark.parametrize("code", ["full", "text", "police"])
def test_those_without_an_answer_come_first(code: str) -> None:
    document = build_document(intake_file(), "en", EDITIONS[code], follow_up=FOLLOW_UP)

    (table,) = section(document, "breaches").blocks
    assert isinstance(table, Table)
    assert table.rows == (
        ("20 March 2026", "gebiedsverbod", "21 March 2026", "", "no answer written down yet"),
        ("1 March 2026", "contactverbod <a>", "2 March 2026, to J. Smit", "PL-1", "3 March 2026: loopt"),
    )
    assert "contactverbod &lt;a&gt;" in as_html(document)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["advice", "report", "client"])
def test_no_other_edition_has_a_breach_nor_a_trace_of_one(code: str, language: str) -> None:
    with_breaches, without = (
        build_document(
            intake_file(), language, EDITIONS[code], follow_up=sorted_follow_up([], [], None, some)
        )
        for some in ([ANSWERED, UNREPORTED], [])
    )

    assert with_breaches == without
    assert everything_in(with_breaches) == everything_in(without)


def test_the_police_edition_has_nothing_else_of_the_follow_up() -> None:
    assert "zqwho" not in everything_in(
        build_document(intake_file(), "en", EDITIONS["police"], follow_up=FOLLOW_UP)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_own_file_says_what_to_do_about_one_that_nobody_reported(language: str) -> None:
    follow_up = sorted_follow_up([], [], None, [UNREPORTED])

    own, police = (
        section(build_document(intake_file(), language, EDITIONS[code], follow_up=follow_up), "breaches")
        for code in ("full", "police")
    )

    assert isinstance(own.blocks[1], Paragraph)
    assert own.blocks[1].text.startswith(REPORT[language])
    assert own.blocks[:1] == police.blocks
    assert isinstance(police.blocks[0], Table)
    assert police.blocks[0].rows[0][2] in ("no report written down yet", "nog geen melding genoteerd")


@pytest.mark.parametrize("code", ["full", "text", "police"])
def test_without_breaches_there_is_no_such_section(code: str) -> None:
    document = build_document(intake_file({"orders": "breached"}), "en", EDITIONS[code])

    assert "breaches" not in [part.id for part in document.sections]


def test_on_paper_one_breach_is_lines_and_many_are_a_table() -> None:
    kinds = []
    for count in (1, 3):
        follow_up = sorted_follow_up([], [], None, [UNANSWERED] * count)
        document = build_document(intake_file(), "nl", EDITIONS["police"], follow_up=follow_up, paper=True)
        kinds.append(isinstance(section(document, "breaches").blocks[0], TableAsLines))

    assert kinds == [True, False]
