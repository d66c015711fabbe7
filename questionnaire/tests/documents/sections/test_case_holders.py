"""The section about who holds the case, and what the client was told."""

from __future__ import annotations

from datetime import date

import pytest

from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers.text import section_as_text
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.follow_up import Consultation, Decision, Outcome, sorted_follow_up
from questionnaire.tests.documents.examples import LANGUAGES, intake_file
from questionnaire.tests.documents.reading import everything_in, section

TOLD = date(2026, 3, 23)
HOLDERS = CaseHolders(Holder("R. van Dam", "via de receptie", TOLD), Holder("<b>J. Smit"))


@pytest.mark.parametrize("code", ["full", "text"])
def test_the_own_file_says_who_holds_the_case(code: str) -> None:
    document = build_document(intake_file(), "en", EDITIONS[code], holders=HOLDERS)

    text = section_as_text(section(document, "case_holders"))
    assert "Lead of the case: R. van Dam, via de receptie, since 23 March 2026" in text
    assert "Fixed contact for the client: <b>J. Smit" in text
    assert "Deputy" not in text
    assert "&lt;b&gt;J. Smit" in everything_in(document)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Fixed contact for the client: not agreed yet"),
        ("nl", "Vaste contactpersoon voor de cliënt: nog niet afgesproken"),
    ],
)
def test_nobody_is_not_agreed_yet(language: str, line: str) -> None:
    document = build_document(intake_file(), language, paper=True)

    assert line in section_as_text(section(document, "case_holders"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["police", "advice", "report", "client"])
def test_no_edition_for_others_says_who_holds_the_case(code: str, language: str) -> None:
    for_others, without = (
        build_document(intake_file(), language, EDITIONS[code], holders=holders)
        for holders in (HOLDERS, CaseHolders())
    )

    assert "case_holders" not in [part.id for part in for_others.sections]
    assert for_others == without


def test_it_names_the_last_day_of_telling_and_the_steps_without_one() -> None:
    follow_up = sorted_follow_up(
        [Outcome("reassess", "planned"), Outcome("consult_police", "done", told_on=TOLD)],
        [Consultation("doctor"), Consultation("police", told_on=date(2026, 3, 20))],
        Decision("yes"),
    )

    document = build_document(intake_file(), "en", follow_up=follow_up)

    text = section_as_text(section(document, "case_holders"))
    assert "Client last told on: 23 March 2026" in text
    untold = text.partition("No day written down on which the client was told of: ")[2]
    assert "Agree on a date" in untold
    assert "consultation: GP or other doctor" in untold
    assert "The two decisions" in untold
    assert "Police" not in untold


def test_without_a_follow_up_it_says_nothing_of_telling() -> None:
    text = section_as_text(section(build_document(intake_file(), "en"), "case_holders"))

    assert "told" not in text
