"""The chart of incidents by month and place: what is drawn, and that its description misses no number."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from questionnaire.documents.blocks import Picture, Table, TableAsLines
from questionnaire.documents.builder import build_document
from questionnaire.documents.charts import incidents_by_place
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.documents.reading import section

INCIDENTS = (
    Incident("2026-03-20", "home", reported=True),
    Incident("2026-03", "home", "about"),
    Incident("2026-01-02", "online"),
    Incident("2023-05-01", "elsewhere", reported=True),
)


def test_a_lane_for_each_place_and_a_bar_for_each_month() -> None:
    chart = incidents_by_place.place_chart(INCIDENTS)

    assert chart is not None
    lanes = {lane.code: [(bar.count, bar.about_height > 0) for bar in lane.bars] for lane in chart.lanes}
    assert lanes == {"home": [(2, True)], "elsewhere": [], "online": [(1, False)]}
    assert len(chart.ticks) == incidents_by_place.MAX_MONTHS
    assert len(chart.reported) == 1
    assert chart.has_about


def test_months_before_the_first_incident_fill_the_page() -> None:
    incidents = INCIDENTS[:1] * 2

    short, filled = (
        incidents_by_place.place_chart(incidents),
        incidents_by_place.place_chart(incidents, fewest=18),
    )

    assert short is not None
    assert filled is not None
    assert [len(chart.ticks) for chart in (short, filled)] == [1, 18]
    assert filled.lanes[0].bars[0].x > short.lanes[0].bars[0].x
    assert filled.description == short.description
    assert not filled.has_about


def test_the_legend_explains_what_is_hatched_and_what_the_police_know() -> None:
    certain, uncertain = (
        render_to_string(
            "charts/incidents_by_place.svg", {"chart": incidents_by_place.place_chart(incidents), "id": "log"}
        )
        for incidents in (INCIDENTS[:1] * 2, INCIDENTS)
    )

    with override("nl"):
        about, known = gettext("No certain date"), gettext("Police know")
    assert about in uncertain
    assert about not in certain
    assert known in certain
    assert certain.count("▲") == 1


def test_one_incident_makes_no_chart() -> None:
    assert incidents_by_place.place_chart(INCIDENTS[:1]) is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_alternative_and_the_table_have_every_number(language: str) -> None:
    blocks = section(build_document(intake_file({}, incidents=INCIDENTS), language), "pattern").blocks

    picture = next(block for block in blocks if isinstance(block, Picture))
    title = ET.fromstring(str(picture.drawing))[0].text or ""  # noqa: S314  (our own)
    numbers = [cell for row in picture.table.rows for cell in row[1:] if cell]
    assert sorted(re.findall("(?<= )[0-9]{1,2}(?=[,.])", title)) == sorted(numbers)
    assert [row[0] in title for row in picture.table.rows] == [True, True, True]


@pytest.mark.parametrize(("months", "kind"), [(1, TableAsLines), (2, Table)])
def test_on_paper_a_table_with_more_headers_than_cells_is_lines(months: int, kind: type[Table]) -> None:
    incidents = [Incident(f"2026-0{month}", "home", "month") for month in (1, months)]

    for paper in (True, False):
        blocks = section(
            build_document(intake_file({}, incidents=incidents), "en", paper=paper), "pattern"
        ).blocks
        picture = next(block for block in blocks if isinstance(block, Picture))
        assert type(picture.table) is (kind if paper else Table)


def test_the_drawing_is_valid_and_within_its_bounds() -> None:
    chart = incidents_by_place.place_chart([Incident("2026-01", "home", "about") for _number in range(300)])

    svg = render_to_string("charts/incidents_by_place.svg", {"chart": chart, "id": "log"})

    assert chart is not None
    root = ET.fromstring(svg)  # noqa: S314  (our own)
    assert {element.get("href") for element in root.iter()} == {None}
    assert all(0 <= bar.y <= chart.height for lane in chart.lanes for bar in lane.bars)


def test_of_very_many_months_the_earliest_are_one_row() -> None:
    incidents = [Incident(f"{2020 + number // 12}-{number % 12 + 1:02}", "home") for number in range(60)]

    counts = incidents_by_place.month_counts(incidents)

    with override("en"):
        assert [count.name for count in counts[:2]] == ["up to and including January 2022", "February 2022"]
    assert len(counts) == incidents_by_place.MAX_ROWS
    assert sum(count.by_place["home"] for count in counts) == 60
    assert incidents_by_place.month_counts(incidents[: incidents_by_place.MAX_ROWS])[0].and_before is False
    chart = incidents_by_place.place_chart(incidents)
    assert chart is not None
    assert [bar.count for lane in chart.lanes for bar in lane.bars] == [1] * incidents_by_place.MAX_MONTHS


@pytest.mark.parametrize("number", [2, 18, 19, 22, 34, 35, 36, 37, 60])
def test_no_month_is_counted_twice_or_left_out(number: int) -> None:
    months = [f"{2020 + month // 12}-{month % 12 + 1:02}" for month in range(number)]
    log = [Incident(month, "home", "month", times=3) for month in months]

    counts = incidents_by_place.month_counts(log)

    assert sum(each.by_place["home"] for each in counts) == 3 * number
    assert len(counts) == min(number, incidents_by_place.MAX_ROWS)
    assert [each.and_before for each in counts] == [number > 36, *[False] * (len(counts) - 1)]
