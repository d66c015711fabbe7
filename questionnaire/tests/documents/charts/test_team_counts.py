"""The picture of numbers: all of it is in its words, and what is kept back has no length."""

import xml.etree.ElementTree as ET

from django.template.loader import render_to_string
from django.utils import translation

from questionnaire.documents.charts.team_counts import bars
from questionnaire.domain.disclosure_control import Suppressed


def test_every_kind_is_in_the_words_of_the_picture() -> None:
    with translation.override("en"):
        chart = bars(
            "By state", ("concept", "signed off", "returned"), (Suppressed.SMALL, 12, Suppressed.BESIDE)
        )

    assert chart.words == "By state. concept: fewer than five. signed off: 12. returned: not shown."


def test_the_longest_bar_is_the_largest_number_and_what_is_kept_back_has_none() -> None:
    chart = bars("", "abcd", (Suppressed.SMALL, 12, Suppressed.BESIDE, 6))

    assert [bar.length for bar in chart.bars] == [0, 200, 0, 100]
    assert all(bar.figure_x < chart.width - 30 for bar in chart.bars)


def test_all_can_be_kept_back() -> None:
    assert [bar.length for bar in bars("", "ab", (Suppressed.SMALL, Suppressed.BESIDE)).bars] == [0, 0]


def test_it_is_drawn_as_it_is_counted() -> None:
    with translation.override("nl"):
        chart = bars("Naar stand", ("concept", "<afgetekend>"), (7, Suppressed.BESIDE))
        html = render_to_string("charts/team_counts.svg", {"chart": chart, "id": "x"})
    drawing = ET.fromstring(html)  # noqa: S314  (our own)

    svg = "{http://www.w3.org/2000/svg}"
    assert drawing.findtext(f"{svg}title") == chart.words
    assert [text.text for text in drawing.iter(f"{svg}text")] == [
        *("concept", "7"),
        *("<afgetekend>", "niet getoond"),
    ]
    assert [rect.get("width") for rect in drawing.iter(f"{svg}rect")] == ["200.0"]
    assert drawing.get("height") == str(chart.height) == "72"
