"""The forms that are generated from the catalogue, as a browser fills them in."""

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
from questionnaire.forms.bindings import input_from_answer, post_from_input
from questionnaire.forms.sections import (
    ANNOTATIONS,
    SECTION_FORMS,
    TEXT_LABELS,
    Draft,
    SectionForm,
    controls_from_draft,
)
from questionnaire.tests.pages import controls, names, one_line

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
        yield {item.rows[0].code: item.columns[0].code}
        # Every cell once, in as many pages as there are columns.
        columns = [column.code for column in item.columns]
        for shift in range(len(columns)):
            yield {row.code: columns[(n + shift) % len(columns)] for n, row in enumerate(item.rows)}
    else:
        yield from item.codes


@pytest.mark.untraced
@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_every_answer_comes_back_from_the_page_that_shows_it(item: Item) -> None:
    for value in every_kind_of_answer(item):
        html = render_crispy_form(form_of(item, post_from_input(item, input_from_answer(item, value))))

        sent = form_of(item, dict(controls(html).lists())).submission()

        assert sent.answers[item.id] == value
        assert not sent.invalid


@pytest.mark.untraced
@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_note_source_and_reason_come_back_from_the_page_that_shows_them(item: Item) -> None:
    annotations = {"note": "een\nnotitie & meer", "source": "seen", "reason": "te zwaar"}
    html = render_crispy_form(
        form_of(item, {f"{item.id}__{part}": [text] for part, text in annotations.items()})
    )

    sent = form_of(item, dict(controls(html).lists())).submission()

    assert sent.notes[item.id] == annotations["note"]
    assert sent.sources[item.id] == annotations["source"]
    assert sent.reasons[item.id] == annotations["reason"]


@pytest.mark.parametrize("section_id", SECTION_FORMS)
def test_a_page_has_the_controls_of_its_items_and_no_other(section_id: str) -> None:
    form = SECTION_FORMS[section_id](MultiValueDict())

    found = names(render_crispy_form(form))

    endings = {name.partition("__")[2] for name in found}
    assert {name.partition("__")[0] for name in found} == {item.id for item in form.section.items}
    assert {"base", *ANNOTATIONS} <= endings
    assert len(found) + len(TEXT_LABELS) * 2 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS / 2


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


def test_an_invalid_answer_is_posted_as_it_was_typed_and_the_rest_is_parsed() -> None:
    data = {
        "pattern_start": ["31-02-2026"],
        "pattern_start__base": ["a"],
        "pattern_start__note": ["weet het nog goed"],
        "home_entry": ["yes"],
        "home_entry__base": ["b"],
    }
    form = SECTION_FORMS["pattern"](MultiValueDict(data))

    sent = form.submission()

    assert sent.invalid == {"pattern_start"}
    assert sent.answers == {"home_entry": "yes"}
    assert sent.base == {"pattern_start": "a", "home_entry": "b"}
    assert controls_from_draft(sent.posted["pattern_start"]) == {
        "pattern_start": ["31-02-2026"],
        "pattern_start__note": ["weet het nog goed"],
        "pattern_start__source": [""],
        "pattern_start__reason": [""],
    }


def test_an_answer_is_parsed_also_when_its_note_is_invalid() -> None:
    data = {"fear_level": ["9"], "fear_level__base": [""], "fear_level__note": ["x" * 20_001]}

    sent = SECTION_FORMS["fear"](MultiValueDict(data)).submission()

    assert sent.answers == {"fear_level": 9}
    assert "fear_level" not in sent.notes
    assert sent.invalid == {"fear_level"}
    assert json.loads(sent.posted["fear_level"])["fear_level__note"] == ["x" * 20_001]


def test_an_unknown_source_is_no_source() -> None:
    data = {"fear_level__base": [""], "fear_level__source": ["hearsay"]}

    assert SECTION_FORMS["fear"](MultiValueDict(data)).submission().sources == {"fear_level": ""}


def test_a_valid_text_of_the_intake_is_parsed_and_an_invalid_one_is_posted_as_it_was_typed() -> None:
    data = {
        "running_note": ["een\r\ntwee"],
        "running_note__base": ["a"],
        "view": ["x\x00"],
        "view__base": ["b"],
    }

    sent = SECTION_FORMS["own_view"](MultiValueDict(data)).submission()

    assert sent.texts == {"running_note": "een\ntwee"}
    assert sent.invalid == {"view"}
    assert controls_from_draft(sent.posted["view"]) == {"view": ["x\x00"]}


def test_an_error_is_shown_above_the_form_and_at_the_question() -> None:
    with override("en"):
        html = render_crispy_form(form_of(ITEMS["pattern_start"], {"pattern_start": ["lang geleden"]}))

    assert 'href="#pattern_start"' in html
    assert 'id="pattern_start"' in html
    assert html.count("cannot be read as a date") == 2
    assert 'aria-invalid="true"' in html
    assert 'value="lang geleden"' in html


def test_a_valid_draft_is_a_choice_between_two_answers() -> None:
    data = MultiValueDict({"fear_level": ["9"], "fear_level__base": ["known"]})
    form = SECTION_FORMS["fear"](data, drafts={"fear_level": Draft(("3 (scale 0-10)",), "blind")})

    with override("en"):
        html = render_crispy_form(form)

    assert "3 (scale 0-10)" in html
    assert 'name="_take" value="fear_level"' in html
    assert 'name="_leave" value="fear_level"' in html
    assert controls(html)["fear_level"] == "9"
    assert controls(html)["fear_level__base"] == "blind"


def test_an_invalid_draft_is_an_error() -> None:
    data = MultiValueDict({"pattern_start": ["lang geleden"], "pattern_start__base": ["known"]})
    form = SECTION_FORMS["pattern"](data, drafts={"pattern_start": Draft(("March 2026",), "blind")})

    html = render_crispy_form(form)

    assert "March 2026" in html
    assert "_take" not in html
    assert controls(html)["pattern_start__base"] == "known"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_grid_is_a_table_with_named_rows_and_columns(language: str) -> None:
    item = ITEMS["behaviour_home"]

    with override(language):
        html = one_line(render_crispy_form(form_of(item, {})))
        row, column = str(item.rows[0].text), str(item.columns[1].text)

    place = list(ITEMS).index(item.id)
    assert f'<th scope="row"><span id="{place}r0">{row}</span>' in html
    assert f'<th scope="col" id="{place}c1">{column}</th>' in html
    assert f'value="{item.columns[1].code}" aria-labelledby="{place}r0 {place}c1"' in html


def test_there_is_a_form_for_each_section_in_their_order() -> None:
    assert list(SECTION_FORMS)[: len(SECTIONS)] == [section.id for section in SECTIONS]
