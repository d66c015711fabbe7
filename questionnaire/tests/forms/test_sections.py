"""The forms that the catalogue makes, as a browser fills them in."""

import json
from collections.abc import Iterator

import pytest
from crispy_forms.utils import render_crispy_form
from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from questionnaire.domain.answers import Absent, Value
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.items import ABSENT_CODES, Item
from questionnaire.forms.bindings import posted_for, typed_for
from questionnaire.forms.sections import BESIDE, SECTION_FORMS, WORDS, Draft, SectionForm, shown_again
from questionnaire.tests.pages import controls, names

TEXTS = ("Ik ben bang.", "\nmet een lege regel vooraf", '<b>"&amp;"</b> \' 😨', "é\n\n ", "__base")


def form_of(item: Item, data: dict[str, list[str]]) -> SectionForm:
    return SECTION_FORMS[SECTION_OF[item.id].id](MultiValueDict({f"{item.id}__base": [""], **data}))


def every_kind_of_answer(item: Item) -> Iterator[Value | None]:
    yield None
    yield from map(Absent, ABSENT_CODES)
    if item.kind == "scale":
        yield from range(11)
    elif item.kind == "text":
        yield from TEXTS
    elif item.kind == "date":
        yield from ("2026-03-23", "2025-12")
    elif item.kind == "many":
        yield from ((code,) for code in item.codes)
        yield tuple(code for code in item.codes if code not in item.exclusive)
    elif item.kind == "grid":
        yield from (dict([code.split("=")]) for code in item.codes)
        yield {
            row.code: item.columns[number % len(item.columns)].code for number, row in enumerate(item.rows)
        }
    else:
        yield from item.codes


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_every_answer_comes_back_from_the_page_that_shows_it(item: Item) -> None:
    for value in every_kind_of_answer(item):
        html = render_crispy_form(form_of(item, posted_for(item, typed_for(item, value))))

        sent = form_of(item, dict(controls(html).lists())).submission()

        assert sent.answers[item.id] == value
        assert not sent.refused


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_what_stands_beside_an_answer_comes_back_too(item: Item) -> None:
    beside = {"note": "een\nnotitie & meer", "source": "seen", "reason": "te zwaar"}
    html = render_crispy_form(form_of(item, {f"{item.id}__{part}": [text] for part, text in beside.items()}))

    sent = form_of(item, dict(controls(html).lists())).submission()

    assert sent.notes[item.id] == beside["note"]
    assert sent.sources[item.id] == beside["source"]
    assert sent.reasons[item.id] == beside["reason"]


@pytest.mark.parametrize("section_id", SECTION_FORMS)
def test_a_page_has_the_controls_of_its_items_and_no_other(section_id: str) -> None:
    form = SECTION_FORMS[section_id](MultiValueDict())

    found = names(render_crispy_form(form))

    endings = {name.partition("__")[2] for name in found}
    assert {name.partition("__")[0] for name in found} == {item.id for item in form.section.items}
    assert {"base", *BESIDE} <= endings
    assert len(found) + len(WORDS) * 2 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS / 2


def test_nothing_is_required() -> None:
    for form_class in SECTION_FORMS.values():
        form = form_class(MultiValueDict({f"{item.id}__base": [""] for item in form_class.section.items}))

        assert form.is_valid()
        assert set(form.submission().answers.values()) == {None}


def test_an_item_that_was_not_on_the_page_is_left_alone() -> None:
    form = SECTION_FORMS["fear"](MultiValueDict({"fear_level": ["9"], "fear_change__base": ["x"]}))

    sent = form.submission()

    assert set(sent.answers) == set(sent.base) == set(sent.notes) == {"fear_change"}
    assert not sent.texts


def test_what_is_refused_is_kept_as_it_was_typed_and_the_rest_is_read() -> None:
    data = {
        "pattern_start": ["31-02-2026"],
        "pattern_start__base": ["a"],
        "pattern_start__note": ["weet het nog goed"],
        "home_entry": ["yes"],
        "home_entry__base": ["b"],
    }
    form = SECTION_FORMS["pattern"](MultiValueDict(data))

    sent = form.submission()

    assert sent.refused == {"pattern_start"}
    assert sent.answers == {"home_entry": "yes"}
    assert sent.base == {"pattern_start": "a", "home_entry": "b"}
    assert shown_again(sent.posted["pattern_start"]) == {
        "pattern_start": ["31-02-2026"],
        "pattern_start__note": ["weet het nog goed"],
        "pattern_start__source": [""],
        "pattern_start__reason": [""],
    }


def test_an_answer_is_read_also_when_the_note_beside_it_is_refused() -> None:
    data = {"fear_level": ["9"], "fear_level__base": [""], "fear_level__note": ["x" * 20_001]}

    sent = SECTION_FORMS["fear"](MultiValueDict(data)).submission()

    assert sent.answers == {"fear_level": 9}
    assert "fear_level" not in sent.notes
    assert sent.refused == {"fear_level"}
    assert json.loads(sent.posted["fear_level"])["fear_level__note"] == ["x" * 20_001]


def test_an_unknown_source_is_none() -> None:
    data = {"fear_level__base": [""], "fear_level__source": ["hearsay"]}

    assert SECTION_FORMS["fear"](MultiValueDict(data)).submission().sources == {"fear_level": ""}


def test_the_texts_of_the_intake() -> None:
    data = {
        "running_note": ["een\r\ntwee"],
        "running_note__base": ["a"],
        "view": ["x\x00"],
        "view__base": ["b"],
    }

    sent = SECTION_FORMS["own_view"](MultiValueDict(data)).submission()

    assert sent.texts == {"running_note": "een\ntwee"}
    assert sent.refused == {"view"}
    assert shown_again(sent.posted["view"]) == {"view": ["x\x00"]}


def test_an_error_is_said_above_the_form_and_at_the_question() -> None:
    with override("en"):
        html = render_crispy_form(form_of(ITEMS["pattern_start"], {"pattern_start": ["gisteren"]}))

    assert 'href="#pattern_start"' in html
    assert 'id="pattern_start"' in html
    assert html.count("cannot be read as a date") == 2
    assert 'aria-invalid="true"' in html
    assert 'value="gisteren"' in html


def test_a_draft_that_can_be_read_is_a_choice_between_two() -> None:
    data = MultiValueDict({"fear_level": ["9"], "fear_level__base": ["known"]})
    form = SECTION_FORMS["fear"](data, drafts={"fear_level": Draft(("3 out of 10",), "blind")})

    with override("en"):
        html = render_crispy_form(form)

    assert "3 out of 10" in html
    assert 'name="_take" value="fear_level"' in html
    assert 'name="_leave" value="fear_level"' in html
    assert controls(html)["fear_level"] == "9"
    assert controls(html)["fear_level__base"] == "blind"


def test_a_draft_that_cannot_be_read_is_an_error() -> None:
    data = MultiValueDict({"pattern_start": ["gisteren"], "pattern_start__base": ["known"]})
    form = SECTION_FORMS["pattern"](data, drafts={"pattern_start": Draft(("March 2026",), "blind")})

    html = render_crispy_form(form)

    assert "March 2026" in html
    assert "_take" not in html
    assert controls(html)["pattern_start__base"] == "known"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_grid_is_a_table_with_named_rows_and_columns(language: str) -> None:
    item = ITEMS["behaviour_home"]

    with override(language):
        html = render_crispy_form(form_of(item, {}))
        row, column = str(item.rows[0].text), str(item.columns[1].text)

    place = list(ITEMS).index(item.id)
    assert f'<th scope="row" id="{place}r0">{row}</th>' in html
    assert f'<th scope="col" id="{place}c1">{column}</th>' in html
    assert f'value="{item.columns[1].code}" aria-labelledby="{place}r0 {place}c1"' in html


def test_there_is_a_form_for_each_section_in_their_order() -> None:
    assert list(SECTION_FORMS)[: len(SECTIONS)] == [section.id for section in SECTIONS]
