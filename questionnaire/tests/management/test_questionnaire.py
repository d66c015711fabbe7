"""The catalogue as JSON, for programs that make answers files."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from questionnaire.domain.catalogue import ITEMS, SECTIONS, VERSION


@pytest.fixture(scope="module")
def printed() -> Any:
    out = io.StringIO()
    call_command("questionnaire", "--format", "json", stdout=out)
    assert out.getvalue().isascii()
    return json.loads(out.getvalue())


def test_every_section_and_item_is_there_in_order(printed: Any) -> None:
    assert printed["version"] == VERSION
    assert [section["id"] for section in printed["sections"]] == [section.id for section in SECTIONS]
    items = [item for section in printed["sections"] for item in section["items"]]
    assert [item["id"] for item in items] == list(ITEMS)


def test_an_item_has_its_codes_flags_and_both_wordings(printed: Any) -> None:
    items = {item["id"]: item for section in printed["sections"] for item in section["items"]}

    for item_id, item in ITEMS.items():
        found = items[item_id]
        assert found["kind"] == item.kind
        for part in ("options", "rows", "columns"):
            assert [choice["code"] for choice in found[part]] == [
                choice.code for choice in getattr(item, part)
            ]
        for part in ("raises", "exclusive"):
            assert set(found[part]) == getattr(item, part)
        assert [found[flag] for flag in ("core", "private", "internal")] == [
            item.core,
            item.private,
            item.internal,
        ]
        assert found["question"]["nl"] != found["question"]["en"]
    assert items["fear_level"]["label"] == {
        "nl": "Cijfer voor onveiligheid",
        "en": "Number for feeling unsafe",
    }
    assert items["threats"]["options"][0] == {"code": "kill", "text": {"nl": "Doden", "en": "Killing"}}
    assert items["violence"]["options"][1] == {
        "code": "client_earlier",
        "text": {"nl": "Tegen u, langer geleden", "en": "Against you, longer ago"},
        "report_text": {"nl": "Tegen de cliënt, langer geleden", "en": "Against the client, longer ago"},
    }


def test_the_states_without_an_answer_are_there(printed: Any) -> None:
    assert [choice["code"] for choice in printed["absent"]] == ["unknown", "declined", "not_asked"]
