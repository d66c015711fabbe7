"""The picture of incidents by month and place: what is drawn, and that its words miss no number."""

import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from questionnaire.documents import make
from questionnaire.documents.blocks import Log, Picture, Table
from questionnaire.documents.charts import incidents_by_place
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.test_builder import intake, section

TOLD = (
    Incident("2026-03-20", "home", reported=True),
    Incident("2026-03", "home", "about"),
    Incident("2026-01-02", "online"),
    Incident("2023-05-01", "elsewhere", reported=True),
)


def test_a_lane_for_each_place_and_a_block_for_each_month() -> None:
    drawn = incidents_by_place.course(TOLD)

    assert drawn is not None
    lanes = {
        lane.code: [(block.count, block.about_height > 0) for block in lane.blocks] for lane in drawn.lanes
    }
    assert lanes == {"home": [(2, True)], "elsewhere": [], "online": [(1, False)]}
    assert len(drawn.ticks) == incidents_by_place.COURSE_MONTHS
    assert len(drawn.reported) == 1
    assert drawn.has_about


def test_months_before_the_first_incident_fill_the_page() -> None:
    those = TOLD[:1] * 2

    short, filled = incidents_by_place.course(those), incidents_by_place.course(those, fewest=18)

    assert short is not None
    assert filled is not None
    assert [len(each.ticks) for each in (short, filled)] == [1, 18]
    assert filled.lanes[0].blocks[0].x > short.lanes[0].blocks[0].x
    assert filled.words == short.words
    assert not filled.has_about


def test_the_legend_tells_what_is_hatched_and_what_the_police_know() -> None:
    certain, uncertain = (
        render_to_string("charts/incidents_by_place.svg", {"chart": incidents_by_place.course(those), "id": "log"})
        for those in (TOLD[:1] * 2, TOLD)
    )

    with override("nl"):
        about, known = gettext("No certain date"), gettext("Police know")
    assert about in uncertain
    assert about not in certain
    assert known in certain
    assert certain.count("▲") == 1


def test_one_incident_is_no_picture() -> None:
    assert incidents_by_place.course(TOLD[:1]) is None


def test_without_the_police_nothing_tells_that_they_know() -> None:
    drawn = incidents_by_place.course(TOLD, with_police=False)

    assert drawn is not None
    assert drawn.reported == ()
    with override("en"):
        assert "police" not in drawn.words


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_alternative_and_the_table_hold_every_number(language: str) -> None:
    blocks = section(make(intake({}, incidents=TOLD), language), "pattern").blocks

    picture = next(block for block in blocks if isinstance(block, Picture))
    title = ElementTree.fromstring(str(picture.drawing))[0].text or ""  # noqa: S314  (our own)
    numbers = [cell for row in picture.table.rows for cell in row[1:] if cell]
    assert sorted(re.findall("(?<= )[0-9]{1,2}(?=[,.])", title)) == sorted(numbers)
    assert [row[0] in title for row in picture.table.rows] == [True, True, True]


@pytest.mark.parametrize(("months", "kind"), [(1, Log), (2, Table)])
def test_on_paper_a_table_with_more_headers_than_cells_is_lines(months: int, kind: type[Table]) -> None:
    told = [Incident(f"2026-0{month}", "home", "month") for month in (1, months)]

    for paper in (True, False):
        blocks = section(make(intake({}, incidents=told), "en", paper=paper), "pattern").blocks
        picture = next(block for block in blocks if isinstance(block, Picture))
        assert type(picture.table) is (kind if paper else Table)


def test_the_drawing_is_sound_and_holds_what_is_drawn() -> None:
    drawn = incidents_by_place.course([Incident("2026-01", "home", "about") for _number in range(300)])

    svg = render_to_string("charts/incidents_by_place.svg", {"chart": drawn, "id": "log"})

    assert drawn is not None
    root = ElementTree.fromstring(svg)  # noqa: S314  (our own)
    assert {element.get("href") for element in root.iter()} == {None}
    assert all(0 <= block.y <= drawn.height for lane in drawn.lanes for block in lane.blocks)


def test_of_very_many_months_the_earliest_are_one_row() -> None:
    told = [Incident(f"{2020 + number // 12}-{number % 12 + 1:02}", "home") for number in range(60)]

    counts = incidents_by_place.month_counts(told)

    with override("en"):
        assert [each.name for each in counts[:2]] == ["up to and including January 2022", "February 2022"]
    assert len(counts) == incidents_by_place.ROWS
    assert sum(each.by_place["home"] for each in counts) == 60
    assert incidents_by_place.month_counts(told[: incidents_by_place.ROWS])[0].and_before is False
    drawn = incidents_by_place.course(told)
    assert drawn is not None
    assert [block.count for lane in drawn.lanes for block in lane.blocks] == [
        1
    ] * incidents_by_place.COURSE_MONTHS
