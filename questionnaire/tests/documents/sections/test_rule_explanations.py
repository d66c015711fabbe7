"""The explanation of each rule, and of each advice with what would change it."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from questionnaire import demo
from questionnaire.documents.blocks import Steps
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers.text import as_text
from questionnaire.documents.sections.rule_explanations import explain_rule
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.tests.documents.examples import LANGUAGES
from questionnaire.tests.documents.reading import one_line, section


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_an_explanation_unless_it_always_holds(language: str) -> None:
    with override(language):
        explained = {
            (rule.code, level): explain_rule(rule.code, level) for rule in RULES for level in rule.levels
        }

    assert len(explained) > len(RULES)
    assert not [text for text in explained.values() if "%(" in text]


def test_each_advice_is_explained_when_asked_and_not_else() -> None:
    intake = demo.intake("ex_partner_with_breach")

    explained, plain = (build_document(intake, "en", explained=each) for each in (True, False))

    for document in (explained, plain):
        steps = [
            step
            for block in section(document, "steps").blocks
            if isinstance(block, Steps)
            for step in block.steps
        ]
        assert {step.explanation is not None for step in steps} == {document is explained}
    for sentence in ("holds with:", "Without these answers it is less urgent, or not advised:"):
        assert sentence in one_line(as_text(explained))
        assert sentence not in one_line(as_text(plain))


def test_an_explanation_names_the_answers_of_a_rule() -> None:
    with override("en"):
        assert explain_rule("call_112", Urgency.NOW) == "immediate danger"
