"""The chart of incidents by month: every number is in its description, and no incident is lost."""

import xml.etree.ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from questionnaire.documents.charts.geometry import Month
from questionnaire.documents.charts.incidents_by_month import MAX_MONTHS, MonthChart, month_chart
from questionnaire.domain.incidents import Incident


def chart_of(*incidents: Incident) -> MonthChart:
    chart = month_chart(incidents)
    assert chart is not None
    return chart


@pytest.mark.parametrize("count", [0, 1])
def test_a_single_incident_makes_no_chart(count: int) -> None:
    assert month_chart([Incident("2026-03-20", "home")] * count) is None


def test_a_month_without_incidents_stays_a_gap() -> None:
    with translation.override("en"):
        chart = chart_of(Incident("2025-11-30", "home"), Incident("2026-01", "online", "month"))

    assert [(bar.name, bar.year, bar.count) for bar in chart.bars] == [
        ("Nov", "2025", 1),
        ("Dec", "", 0),
        ("Jan", "2026", 1),
    ]


def test_the_chart_has_at_least_the_fewest_months() -> None:
    chart = month_chart([Incident("2026-01-03", "home"), Incident("2026-03-04", "online")], fewest=12)

    assert chart
    assert [bar.count for bar in chart.bars] == [0] * 9 + [1, 0, 1]
    assert not chart.has_about


def test_an_uncertain_date_is_drawn_apart() -> None:
    with translation.override("en"):
        chart = chart_of(Incident("2026-03-20", "home"), Incident("2026-03", "home", "about"))

    (bar,) = chart.bars
    assert 0 < bar.about_height == bar.height / 2
    assert chart.description == "Incidents a month. March 2026: 2, of which 1 without a certain date."


def test_what_is_too_long_ago_to_draw_is_described() -> None:
    log = [Incident("2020-01-05", "home"), Incident("2021-01-05", "home"), Incident("2026-03-20", "home")]

    with translation.override("en"):
        chart = chart_of(*log, Incident("2026-03-21", "home"))

    assert len(chart.bars) == MAX_MONTHS
    assert chart.description == "Incidents a month. March 2026: 2. Before that: 2 incidents."


def test_a_bar_stays_within_the_picture_whatever_its_count() -> None:
    chart = chart_of(*[Incident("2026-03-20", "home")] * 500)

    assert chart.bars[0].number_y > 0


def test_months_can_be_subtracted_across_a_year() -> None:
    assert Month.of("2026-01-31").number - Month.of("2025-12").number == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_drawing_is_one_picture_with_its_description(language: str) -> None:
    with translation.override(language):
        chart = chart_of(*[Incident("2026-02", "home", "about")] * 7, Incident("2026-03-20", "home"))
        drawing = render_to_string("charts/incidents_by_month.svg", {"chart": chart, "id": "log"})
        svg = ET.fromstring(drawing)  # noqa: S314  (our own)

    space = {"svg": "http://www.w3.org/2000/svg"}
    assert svg.get("role") == "img"
    title = svg.find("svg:title", space)
    assert title is not None
    assert title.text == chart.description
    assert title.get("id") == svg.get("aria-labelledby")
    heights = [float(bar.get("height", "")) for bar in svg.iterfind(".//svg:rect[@class='bar']", space)]
    assert heights == [bar.height for bar in chart.bars]
