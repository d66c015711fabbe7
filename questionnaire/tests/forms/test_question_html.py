"""Questions from outlines: the same bytes as their templates give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from questionnaire.domain.advice.at_once import AT_ONCE
from questionnaire.domain.catalogue import ABSENT, ITEMS, SECTION_OF
from questionnaire.domain.items import Item
from questionnaire.domain.sources import SOURCES
from questionnaire.forms import question_html, sections
from questionnaire.forms.sections import SECTION_FORMS, Draft, SectionForm

HOSTILE = '<b>"&amp;"</b> \' \ue000text\ue001 {{ question.note }} \n\nmet een lege regel'


def filled_in(item: Item) -> Iterator[dict[str, list[str]]]:
    """Yield each choice of an item alone, and then texts that could break out."""
    yield {}
    if item.kind == "grid":
        for column in item.columns:
            yield {f"{item.id}__{row.code}": [column.code] for row in item.rows}
    codes = [str(number) for number in range(11)] if item.kind == "scale" else [c.code for c in item.options]
    yield from ({item.id: [code]} for code in codes)
    yield {item.id: codes} if item.kind == "many" else {}
    for state in ABSENT:
        yield {f"{item.id}__absent": [state.code]}
        yield {item.id: [state.code]}
    yield from ({f"{item.id}__source": [source.code]} for source in SOURCES)
    texts = {f"{item.id}__note": [HOSTILE], f"{item.id}__reason": [HOSTILE], f"{item.id}__base": ['ab"<']}
    yield texts | ({item.id: [HOSTILE]} if item.kind == "text" else {})
    yield {item.id: ["23-03-2026"]} if item.kind == "date" else {}


def html_of(form: SectionForm, context: dict[str, Any]) -> str:
    context["request"] = RequestFactory().get("/")
    html: str = render_crispy_form(form, context=context)
    return html


def form_of(item: Item, data: dict[str, list[str]], drafts: dict[str, Draft] | None = None) -> SectionForm:
    section = SECTION_OF[item.id]
    return SECTION_FORMS[section.id](MultiValueDict({f"{item.id}__base": [""], **data}), drafts)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("item_id", ITEMS)
def test_an_outline_gives_the_bytes_of_the_template(
    item_id: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = ITEMS[item_id]
    seen = set()
    with override(language):
        for data in filled_in(item):
            for more in ({}, {"at_once": AT_ONCE, "previous": {item_id: "De vorige keer: <ja>"}}):
                form = form_of(item, data)
                by_outline = html_of(form, dict(more))
                with monkeypatch.context() as patch:
                    patch.setattr(question_html, "is_plain", lambda _question: False)
                    by_template = html_of(form, dict(more))

                assert by_outline == by_template
                seen.add(by_outline)
    assert len(seen) > 8


def test_outlines_are_used_and_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    item = ITEMS["fear_own_words"]
    html_of(form_of(item, {item.id: ["Ik ben bang."]}), {})
    rendered: list[object] = []
    monkeypatch.setattr(question_html, "render_to_string", rendered.append)

    assert "Ik durf niet." in html_of(form_of(item, {item.id: ["Ik durf niet."]}), {})
    assert not rendered


def test_no_outline_has_anything_that_somebody_filled_in() -> None:
    item = ITEMS["fear_own_words"]
    question_html._outline.cache_clear()
    data = {item.id: ["xyzzy"], f"{item.id}__note": ["xyzzy"], f"{item.id}__base": ["xyzzy"]}

    assert html_of(form_of(item, data), {"previous": {item.id: "xyzzy"}}).count("xyzzy") == 4
    outline = question_html._outline("conversation/text.html", item.id, "nl", True, False)
    assert question_html._outline.cache_info().currsize
    assert "xyzzy" not in "".join(part for part, _is_gap in outline)


@pytest.mark.parametrize(
    ("data", "drafts", "shown"),
    [
        ({"fear_level": ["12"]}, {}, 'class="error"'),
        ({}, {"fear_level": Draft(["7"], "x")}, "Keep what is stored"),
    ],
)
def test_what_needs_a_look_comes_from_the_template(
    data: dict[str, list[str]], drafts: dict[str, Draft], shown: str
) -> None:
    form = form_of(ITEMS["fear_level"], data, drafts)
    form.is_valid()
    with override("en"):
        assert shown in html_of(form, {})


def test_in_two_languages_there_are_no_outlines() -> None:
    layouts = sections.BILINGUAL_HELPERS["fear"].layout.fields

    assert not any(layout.has_outline for layout in layouts)
