"""The chart of the fear over time."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from questionnaire.documents.charts.fear import fear_chart
from questionnaire.domain.comparison import trend
from questionnaire.tests.documents.examples import assessment


def test_the_bars_of_the_fear_are_as_high_as_the_numbers() -> None:
    points = trend(
        [
            assessment({"fear_level": level}, date(2026, month, 1))
            for month, level in enumerate(range(1, 11), 1)
        ]
        + [
            assessment({}, date(2026, 11, 1)),
            assessment({"fear_level": 0}, date(2026, 11, 2)),
            assessment({}, date(2026, 11, 3)),
        ]
    )

    with override("en"):
        chart = fear_chart(points)

    assert chart is not None
    assert [bar.number for bar in chart.bars] == [str(n) for n in range(2, 11)] + ["?", "0", "?"]
    assert [bar.height for bar in chart.bars] == [n * 6.0 for n in range(2, 11)] + [0, 0, 0]
    assert "1 January 2026: 1." in chart.description
    assert all(0 < bar.number_y < chart.floor < chart.height for bar in chart.bars)
    assert chart.bars[-1].middle < chart.width


@pytest.mark.parametrize(("language", "days"), [("nl", ["26 okt", "2 mrt"]), ("en", ["26 Oct", "2 Mar"])])
def test_a_day_under_a_bar_is_written_as_the_language_does(language: str, days: list[str]) -> None:
    points = trend([assessment({}, date(2025, 10, 26)), assessment({}, date(2026, 3, 2))])

    with override(language):
        chart = fear_chart(points)

    assert chart is not None
    assert [bar.day for bar in chart.bars] == days
