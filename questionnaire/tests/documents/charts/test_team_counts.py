"""The chart of the numbers of a team: all are in its description, and suppressed ones have no length."""

import xml.etree.ElementTree as ET

from django.template.loader import render_to_string
from django.utils import translation

from questionnaire.documents.charts.team_counts import counts_chart
from questionnaire.domain.disclosure_control import Suppressed


def test_every_kind_is_in_the_description() -> None:
    with translation.override("en"):
        chart = counts_chart(
            "By state",
            ("concept", "signed off", "returned"),
            (Suppressed.SMALL, 12, Suppressed.COMPLEMENTARY),
        )

    assert chart.description == "By state. concept: fewer than five. signed off: 12. returned: not shown."


def test_the_longest_bar_is_the_largest_number_and_suppressed_ones_have_none() -> None:
    chart = counts_chart("", "abcd", (Suppressed.SMALL, 12, Suppressed.COMPLEMENTARY, 6))

    assert [bar.length for bar in chart.bars] == [0, 200, 0, 100]
    assert all(bar.figure_x < chart.width - 30 for bar in chart.bars)


def test_all_numbers_can_be_suppressed() -> None:
    assert [
        bar.length for bar in counts_chart("", "ab", (Suppressed.SMALL, Suppressed.COMPLEMENTARY)).bars
    ] == [0, 0]


def test_the_drawing_has_the_numbers_of_the_chart() -> None:
    with translation.override("nl"):
        chart = counts_chart("Naar status", ("concept", "<vastgesteld>"), (7, Suppressed.COMPLEMENTARY))
        html = render_to_string("charts/team_counts.svg", {"chart": chart, "id": "x"})
    drawing = ET.fromstring(html)  # noqa: S314  (our own)

    svg = "{http://www.w3.org/2000/svg}"
    assert drawing.findtext(f"{svg}title") == chart.description
    assert [text.text for text in drawing.iter(f"{svg}text")] == [
        *("concept", "7"),
        *("<vastgesteld>", "niet getoond"),
    ]
    assert [rect.get("width") for rect in drawing.iter(f"{svg}rect")] == ["200.0"]
    assert drawing.get("height") == str(chart.height) == "72"
