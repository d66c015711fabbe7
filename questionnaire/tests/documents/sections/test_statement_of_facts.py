"""The section with the statement of facts."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from questionnaire.documents.blocks import Paragraph, Sentences
from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS, NO_OPTIONS
from questionnaire.documents.redaction import visible_part
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import as_text
from questionnaire.documents.sections import incidents
from questionnaire.documents.statement_of_facts import statement_of_facts
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.documents.reading import one_line, section

_LOG = tuple(Incident(f"2026-03-0{day}", "home", what=f"zq{day} <b>") for day in (3, 1, 2))


@pytest.mark.parametrize("code", ["full", "text"])
def test_the_own_file_has_the_statement_on_paper_and_as_text(code: str) -> None:
    intake = intake_file({}, incidents=_LOG)

    document = build_document(intake, "en", EDITIONS[code], paper=True)

    assert "On 1 March 2026, at home: “zq1 &lt;b&gt;”." in as_html(document)
    assert "- On 1 March 2026, at home: “zq1 <b>”." in as_text(document)


def test_an_intake_without_facts_has_no_statement() -> None:
    document = build_document(intake_file({}), "en")

    assert "statement_of_facts" not in [section.id for section in document.sections]


def test_paper_holds_the_latest_incidents_and_counts_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incidents, "MAX_INCIDENTS_ON_PAPER", 2)
    intake = intake_file({}, incidents=_LOG)

    paper, page = (
        section(build_document(intake, "en", paper=on), "statement_of_facts").blocks for on in (True, False)
    )

    assert isinstance(paper[0], Paragraph)
    assert paper[0].text.startswith("1 earlier incident is not in this PDF")
    assert isinstance(paper[1], Sentences)
    assert "zq1" not in " ".join(paper[1].texts)
    assert isinstance(page[0], Sentences)
    assert "zq1" in " ".join(page[0].texts)


def test_paper_holds_no_more_free_text_than_fits() -> None:
    incident = Incident("2026-03", what="b" * 20_000)
    intake = intake_file({}, running_note="a" * 20_000, view="c" * 10_000, incidents=(incident,))

    before, _heading, statement = one_line(as_text(build_document(intake, "en", paper=True))).partition(
        "STATEMENT OF FACTS"
    )

    assert "b" * 20_000 in before
    assert "Cut here" not in before, "what is only there is not cut for it"
    assert f"{'b' * 10_000} [Cut here" in statement


def test_evidence_and_the_police_are_not_told_when_their_questions_are_left_out() -> None:
    incident = Incident(
        "2026-03-03", what="zqwhat", evidence="zqevidence", reported=True, report_number="zqnumber"
    )
    visible = visible_part(intake_file({}, incidents=(incident,)), EDITIONS["report"], NO_OPTIONS)

    with override("en"):
        told = statement_of_facts(visible)[1]

    for left_out in ("zqevidence", "zqnumber", "police"):
        assert left_out not in told
