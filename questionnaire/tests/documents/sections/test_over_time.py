"""The fear and the contact over the conversations of a case."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils.translation import override

from questionnaire.documents.blocks import Picture, Table
from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.sections.over_time import over_time
from questionnaire.domain.comparison import TrendPoint, trend
from questionnaire.tests.documents.examples import LANGUAGES, assessment, intake_file
from questionnaire.tests.documents.reading import all_strings, section

POINTS = tuple(
    TrendPoint(
        on=date(2026, month, 1),
        fear=fear,
        fear_state="answered" if fear is not None else "declined",
        frequency="weekly",
        frequency_state="answered",
        behaviours=2,
        incidents=month,
    )
    for month, fear in ((1, 7), (2, None), (3, 9))
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", [True, False])
def test_the_fear_over_time_is_drawn_with_its_numbers_beside_it(*, language: str, paper: bool) -> None:
    document = build_document(intake_file({}), language, over_time=POINTS, paper=paper)

    picture = next(block for block in section(document, "fear").blocks if isinstance(block, Picture))
    title = re.search("<title[^>]*>(.*?)</title>", picture.drawing)
    assert title
    assert re.findall(": ([0-9]+)[.]", title[1]) == ["7", "9"]
    assert [row[0] in title[1] for row in picture.table.rows] == [True] * 3
    assert ["7" in row for row in picture.table.rows] == [True, False, False]
    assert as_html(document).count("<svg") == 1


def test_one_conversation_shows_no_fear_over_time() -> None:
    one, more = (
        section(build_document(intake_file({}), "en", over_time=points), "fear")
        for points in (POINTS[:1], POINTS[:2])
    )

    assert "no reassurance" not in " ".join(all_strings(one))
    assert "no reassurance" in " ".join(all_strings(more))


def test_only_editions_for_the_own_file_show_other_conversations() -> None:
    intake = intake_file({"fear_level": 5})

    for edition in EDITIONS.values():
        document = build_document(intake, "en", edition, over_time=POINTS)
        assert (document == build_document(intake, "en", edition)) is not edition.own_file


def test_fear_over_time_is_a_picture_with_the_same_numbers() -> None:
    points = trend(
        [
            assessment({"fear_level": 0, "contact_frequency": "daily"}),
            assessment({"fear_level": "declined"}, date(2026, 4, 2)),
        ]
    )

    with override("en"):
        (picture,) = over_time(points)

    assert isinstance(picture, Picture)
    assert [row[:3] for row in picture.table.rows] == [
        ("1 March 2026", "0", "Every day"),
        ("2 April 2026", "Prefers not to say", "Not discussed yet"),
    ]
    assert "1 March 2026: 0. 2 April 2026: no number." in picture.drawing


def test_one_assessment_has_its_numbers_and_no_picture() -> None:
    (table,) = over_time(trend([assessment({"fear_level": 3})]))

    assert isinstance(table, Table)
