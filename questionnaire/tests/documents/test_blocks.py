"""Blocks: free text, contacts and tables."""

from __future__ import annotations

import re

from questionnaire import demo
from questionnaire.documents.blocks import FreeText, Steps
from questionnaire.documents.builder import build_document
from questionnaire.tests.documents.reading import section


def test_free_text_allows_breaks_in_long_runs_without_changing_them() -> None:
    run = "a" * 1000 + " " + "\u00a0" * 130 + "😀" * 61

    html = FreeText(run).__html__()

    assert html.replace("<wbr>", "") == run
    assert max(len(piece) for piece in re.split("<wbr>| ", html)) == 120


def test_a_contact_is_named_once_with_a_step() -> None:
    document = build_document(demo.intake("ex_partner_with_breach"), "en")

    steps = [
        step
        for block in section(document, "steps").blocks
        if isinstance(block, Steps)
        for step in block.steps
    ]

    police = next(step for step in steps if step.code == "consult_police")
    breaches = next(step for step in steps if step.code == "report_breaches")
    assert police.contacts == breaches.contacts == ("Police, no emergency: 0900-8844",)
    assert police.contacts_not_in_text == ()
    assert breaches.contacts_not_in_text == breaches.contacts
