"""The chart of the time between incidents, and where it is shown."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import accumulate

import pytest
from django.utils.translation import override

from questionnaire.documents.blocks import Paragraph, Picture
from questionnaire.documents.builder import build_document
from questionnaire.documents.charts.intervals import MAX_GAPS, GapChart, gap_chart
from questionnaire.documents.editions import EDITIONS, EditionOptions
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.incidents import Incident
from questionnaire.domain.intervals import shortening
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.documents.reading import everything_in, section

SHORTER = (30, 24, 18, 12, 9, 6, 4)
STEADY = (7, 9, 8, 7, 9, 8)
LONGER = (4, 6, 9, 12, 18, 24, 30)
MORE = "More may have happened than was written down."


def log_of(*between: int) -> tuple[Incident, ...]:
    days = accumulate(between, initial=0)
    return tuple(Incident((date(2025, 1, 1) + timedelta(days=day)).isoformat(), "home") for day in days)


def chart_of(log: tuple[Incident, ...]) -> GapChart:
    with override("en"):
        chart = gap_chart(log)
    assert chart is not None
    return chart


def test_each_time_between_is_a_dot_higher_for_more_days() -> None:
    chart = chart_of(log_of(*STEADY))

    heights = [chart.floor - mark.top for mark in chart.marks]
    assert [round(height * 9 / max(heights)) for height in heights] == list(STEADY)
    assert not chart.has_uncertain
    assert all(
        chart.left < mark.x < chart.width and chart.top <= mark.top < chart.floor for mark in chart.marks
    )
    assert (chart.most, chart.first, chart.last) == (9, "January 2025", "February 2025")
    assert chart.rows == (("January 2025", "7, 9, 8"), ("February 2025", "7, 9, 8"))
    assert chart.description == (
        "Number of days between each two incidents, by the month of the second. "
        "January 2025: 7, 9, 8. February 2025: 7, 9, 8."
    )


def test_the_days_of_uncertain_dates_are_a_bar() -> None:
    chart = chart_of((Incident("2024-11", precision="month"), *log_of(*STEADY)))

    assert chart.has_uncertain
    assert [mark.is_certain for mark in chart.marks] == [False, *[True] * 6]
    assert chart.marks[0].top < chart.marks[0].bottom
    assert chart.rows[0] == ("January 2025", "32 to 61, 7, 9, 8")


@pytest.mark.parametrize(("between", "bands"), [(SHORTER, 2), (STEADY, 0), (LONGER, 0)])
def test_only_a_time_between_that_gets_shorter_has_lines(between: tuple[int, ...], bands: int) -> None:
    chart = chart_of(log_of(*between))

    assert len(chart.bands) == bands
    for band in chart.bands:
        assert chart.left <= band.x < band.x + band.width <= chart.width
        assert chart.top <= band.y + 1 < band.y + band.height <= chart.floor + 1


def test_of_a_long_log_the_last_are_drawn_and_the_first_mean_as_far_as_it_is() -> None:
    lengths = [30 - number // 3 for number in range(81)]
    chart = chart_of(log_of(*lengths))

    assert len(chart.marks) == MAX_GAPS
    assert chart.not_drawn == ("Drawn are the last 48 times between. Before that there are 33 more.",)
    assert chart.not_drawn[0] in chart.description
    assert chart.description.endswith("In the last part it is 8 days.")
    assert len(chart.bands) == 1  # the first part is not drawn at all
    longer = chart_of(log_of(*lengths[:60]))
    assert [round(band.width) for band in longer.bands] == [49, 123]


def test_a_log_with_few_days_has_none() -> None:
    assert gap_chart(log_of(7, 7, 7, 7)) is None
    assert gap_chart(()) is None


def test_the_sentence_opens_the_pattern_and_nothing_is_said_of_other_logs() -> None:
    for between, is_shorter in ((SHORTER, True), (STEADY, False), (LONGER, False)):
        for paper in (True, False):
            document = build_document(intake_file({}, incidents=log_of(*between)), "en", paper=paper)
            blocks = section(document, "pattern").blocks
            drawn = next(
                number
                for number, block in enumerate(blocks)
                if isinstance(block, Picture) and block.table.name == "between"
            )
            assert blocks[drawn + 1] == Paragraph(MORE)
            said = [
                number for number, block in enumerate(blocks) if "gets shorter" in getattr(block, "text", "")
            ]
            # On paper page one has the sentence about the pattern.
            assert said == ([0 if paper else 1] if is_shorter else [])


def test_no_words_are_about_a_log_in_which_the_time_gets_longer() -> None:
    words = [
        re.sub(
            r"\d+|[A-Z][a-z]+ 2025",
            "",
            as_text(build_document(intake_file({}, incidents=log_of(*between)), "en")),
        )
        for between in (STEADY, LONGER)
    ]
    sentences = [{line.strip() for line in text.splitlines() if line.strip(" ,-")} for text in words]
    assert sentences[0] ^ sentences[1] <= {
        line for line in sentences[0] | sentences[1] if "Days since" in line
    }


@pytest.mark.parametrize("language", ["en", "nl"])
def test_it_is_in_the_editions_for_the_own_file_alone(language: str) -> None:
    intake = intake_file({}, incidents=log_of(*SHORTER))
    with override(language):
        chart, found = gap_chart(intake.incidents), shortening(intake.incidents)
        assert chart is not None
        assert found is not None
        sentence = found.sentence
    for edition in EDITIONS.values():
        options = EditionOptions(ticked=frozenset(edition.on_tick))
        text = everything_in(build_document(intake, language, edition, options))
        assert (sentence in text) == edition.own_file, edition.code
        assert (chart.description in text) == (edition.code == "full" or edition.code == "text"), edition.code


def test_plain_text_has_the_numbers() -> None:
    text = as_text(build_document(intake_file({}, incidents=log_of(*STEADY)), "en"))
    assert "Time between the incidents:" in text
    assert "Days since the incident before: 7, 9, 8" in text
