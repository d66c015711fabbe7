"""Blocks: free text, contacts and tables."""

from __future__ import annotations

import re

from questionnaire import demo
from questionnaire.documents.blocks import AdvisedStep, FreeText, Steps
from questionnaire.documents.builder import build_document
from questionnaire.tests.documents.reading import section


def test_free_text_allows_breaks_in_long_runs_without_changing_them() -> None:
    run = "a" * 1000 + " " + "\u00a0" * 130 + "😀" * 61

    html = FreeText(run).__html__()

    assert html.replace("<wbr>", "") == run
    assert max(len(piece) for piece in re.split("<wbr>| ", html)) == 120


def test_a_contact_is_named_once_with_a_step() -> None:
    def step(intake: str, code: str) -> AdvisedStep:
        blocks = section(build_document(demo.intake(intake), "en"), "steps").blocks
        steps = [step for block in blocks if isinstance(block, Steps) for step in block.steps]
        return next(step for step in steps if step.code == code)

    police, breaches = step("colleague", "consult_police"), step("ex_partner_with_breach", "report_breaches")
    assert police.contacts == breaches.contacts == ("Police, no emergency: 0900-8844",)
    assert police.contacts_not_in_text == ()
    assert breaches.contacts_not_in_text == breaches.contacts
