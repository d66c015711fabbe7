"""The last section: the addresses of sources stand in the editions for the own file, and in no other."""

from __future__ import annotations

import pytest

from questionnaire.domain.references import REFERENCES
from questionnaire.tests.documents.examples import edition_of, intake_file
from questionnaire.tests.documents.reading import everything_in

EVIDENCE = REFERENCES["victim_support_evidence"].address
STUDY = REFERENCES["mechanic_2000"].address


@pytest.mark.parametrize("code", ["full", "text"])
def test_the_own_file_prints_the_addresses_of_the_sources_of_its_advice(code: str) -> None:
    alone = everything_in(edition_of(intake_file(), code))
    partner = intake_file({"relationship": "partner", "coercive_control": "still"})

    assert f"Collecting evidence: {EVIDENCE}" in alone
    assert STUDY not in alone
    assert STUDY in everything_in(edition_of(partner, code))


@pytest.mark.parametrize("code", ["police", "advice", "report", "client"])
def test_an_edition_for_others_prints_none(code: str) -> None:
    text = everything_in(edition_of(intake_file(), code))

    assert text
    assert "www." not in text
