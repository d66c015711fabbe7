"""What can be ticked for an edition: all that the intake has, and nothing that would not be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils.translation import override

from questionnaire.documents import labels
from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS, NO_OPTIONS, PRIVATE, RUNNING_NOTE, EditionOptions
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import TEXTS, Incident
from questionnaire.tests.documents.examples import everything_answered, intake_file
from questionnaire.tests.documents.reading import one_line
from questionnaire.views.edition_choices import choice_groups, sentence_choices


def with_every_text(intake: IntakeFile) -> IntakeFile:
    """Return the intake with a sentence beside every question, and in every text of an incident."""
    texts = {field: f"Zq{field}." for field in TEXTS}
    return replace(
        intake,
        notes={item: f"Zqnote of {item}." for item in ITEMS},
        reasons={item: f"Zqreason of {item}." for item in ITEMS},
        incidents=(Incident("2026-03-20", reported=True, **texts),),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("is_answered", [True, False])
@pytest.mark.parametrize("is_ticked", [True, False])
@pytest.mark.parametrize("code", ["advice", "report"])
def test_a_sentence_that_is_offered_is_shown_when_it_is_ticked(
    code: str, is_ticked: bool, is_answered: bool
) -> None:
    intake = with_every_text(everything_answered() if is_answered else intake_file({}))
    edition = EDITIONS[code]
    options = EditionOptions(frozenset(edition.on_tick if is_ticked else ()))

    with override("en"):
        offered, _not_offered = sentence_choices(edition, intake, options)
    chosen = replace(options, sentences=frozenset(each.key for each in offered))
    content = one_line(as_text(build_document(intake, "en", edition, chosen)))

    texts = {each.label for each in offered}
    assert [text for text in texts if text not in content] == []
    assert {f"Zq{field}." for field in TEXTS} <= texts
    assert ("Zqnote of relationship." in texts) == is_answered
    assert ("Zqreason of threats." in texts) == (is_answered and (is_ticked or code == "advice"))
    assert "Zqnote of professional_concern." not in texts


@pytest.mark.parametrize("code", ["police", "advice", "report"])
def test_all_that_can_be_ticked_is_offered_by_its_name_and_nothing_else(code: str) -> None:
    edition = EDITIONS[code]
    texts = {RUNNING_NOTE, *(item.id for item in ITEMS.values() if item.kind == "text")}

    with override("en"):
        groups = choice_groups(edition, with_every_text(everything_answered()), {"client_suicidal"})
        nothing = choice_groups(edition, intake_file({}), ())
        tracking = labels.row("behaviour_online", "tracking")

    boxes = {box.key: box for group in groups for box in group.checkboxes}
    assert set(boxes) == set(edition.on_tick) - (set() if edition.free_text else texts)
    assert [key for key, box in boxes.items() if box.is_checked] == ["client_suicidal"]
    assert {key for key, box in boxes.items() if box.is_confidential} == set(boxes) & set(PRIVATE)
    if code == "report":
        assert boxes["behaviour_online.tracking"].label == tracking
    assert nothing == []


def test_a_row_is_offered_only_when_it_is_a_signal() -> None:
    intake = intake_file({"behaviour_online": {"tracking": "never", "account_access": "weekly"}})

    with override("en"):
        groups = choice_groups(EDITIONS["report"], intake, ())

    assert [box.key for group in groups for box in group.checkboxes] == ["behaviour_online.account_access"]


def test_an_edition_with_all_its_text_offers_no_sentences() -> None:
    intake = with_every_text(everything_answered())

    assert sentence_choices(EDITIONS["police"], intake, NO_OPTIONS) == ([], 0)
