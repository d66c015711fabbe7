"""Every answer as text: stored at sign-off in every language, and read back."""

from __future__ import annotations

import json

from django.utils.translation import override

from questionnaire.documents.snapshot import answers_by_section, from_snapshot, snapshot
from questionnaire.domain.catalogue import ITEMS
from questionnaire.tests.documents.examples import intake_file


def test_a_snapshot_reads_back_what_the_page_showed_in_each_language() -> None:
    intake = intake_file(
        {"fear_own_words": "Zoë <bang>", "threats": ["kill"], "weapons": "declined"},
        sources={"threats": "client"},
        notes={"weapons": "Vraag nog eens."},
        reasons={"orders": "Te moe."},
    )

    stored = json.loads(json.dumps(snapshot(intake)))

    for language in ("nl", "en"):
        with override(language):
            assert from_snapshot(stored[language]) == answers_by_section(intake)
    answers = {answer.item: answer for section in from_snapshot(stored["en"]) for answer in section.answered}
    assert list(answers) == list(ITEMS)
    assert (answers["fear_own_words"].state, answers["fear_own_words"].values) == ("answered", ["Zoë <bang>"])
    assert (answers["threats"].values, answers["threats"].beside) == (["Killing"], ["the client says"])
    assert (answers["weapons"].values, answers["weapons"].beside) == (
        ["Prefers not to say"],
        ["Vraag nog eens."],
    )
    assert (answers["orders"].values, answers["orders"].beside) == (["Not discussed yet"], ["Te moe."])


def test_the_keys_of_a_stored_snapshot_are_those_of_earlier_sign_offs() -> None:
    section = snapshot(intake_file())["nl"][0]

    assert list(section) == ["id", "number", "title", "answered"]
    assert list(section["answered"][0]) == ["item", "label", "question", "state", "values", "beside"]
