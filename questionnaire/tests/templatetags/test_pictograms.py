"""Pictograms: each is decorative, takes the colour of its words, and stands for one thing."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import ABSENT_CODES, SCALE_CODES, Choice
from questionnaire.forms.questions import SCALE_OPTIONS
from questionnaire.templatetags.pictograms import choice_pictogram, pictogram, question_pictogram

FILES = sorted((Path(settings.BASE_DIR) / "templates/pictograms").iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_pictogram_is_decorative_and_has_the_colour_of_the_words(path: Path) -> None:
    drawn = ET.fromstring(path.read_text().replace("{{ height }}", "3"))  # noqa: S314  (our own file)

    assert drawn.get("aria-hidden") == "true"
    assert drawn.get("viewBox") == "0 0 24 24"
    assert drawn.get("class") == "pictogram"
    colours = {
        each.get(name) for each in drawn.iter() for name in ("fill", "stroke", "color") if each.get(name)
    }
    assert colours <= {"none", "currentColor"}
    assert {each.tag for each in drawn.iter()} == {"svg", "path"}
    assert not drawn.attrib.keys() & {"role", "xmlns", "style"}


def test_every_pictogram_is_another_drawing() -> None:
    drawings = [path.read_text() for path in FILES]

    assert len(set(drawings)) == len(FILES) > 15


def test_yes_and_no_and_how_often_have_one_and_other_choices_have_none() -> None:
    with_pictogram = {
        (item.kind, choice.code)
        for item in ITEMS.values()
        for choice in (*item.options, *item.columns)
        if choice_pictogram(item, choice)
    }

    frequencies = ("never", "once", "sometimes", "weekly", "daily", "unknown")
    assert with_pictogram == {("yes_no", "yes"), ("yes_no", "no"), *(("grid", each) for each in frequencies)}
    for code in ABSENT_CODES[:2]:
        assert pictogram(code).startswith("<svg")


def test_the_measure_of_a_scale_rises_with_its_number_and_looks_alike_otherwise() -> None:
    item = ITEMS["fear_level"]
    heights = [
        float(re.findall(r"v-([\d.]+)H7z", choice_pictogram(item, option))[0]) for option in SCALE_OPTIONS
    ]

    assert [option.code for option in SCALE_OPTIONS] == list(SCALE_CODES)
    assert heights == sorted(set(heights))
    assert (heights[0], heights[-1]) == (0, 21)


def test_questions_about_a_place_have_its_pictogram() -> None:
    places = {item.id for item in ITEMS.values() if question_pictogram(item)}

    assert places == {"behaviour_home", "behaviour_elsewhere", "behaviour_online"}
    drawn = [question_pictogram(ITEMS[each]) for each in places]
    assert len(set(drawn)) == len(drawn)
    assert not choice_pictogram(ITEMS["threats"], Choice("no", "No"))  # type: ignore[arg-type]
