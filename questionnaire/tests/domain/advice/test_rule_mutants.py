"""Every small change to the declared rules is noticed by the examples of the contract."""

from __future__ import annotations

from collections import Counter

import pytest

from questionnaire.tests.domain.advice.mutants import changes_nothing, mutants, verdict
from questionnaire.tests.domain.probes import difference, probes


def test_every_mutant_of_the_rules_is_killed_or_proven_to_change_nothing() -> None:
    verdicts = [(mutant.change, verdict(mutant)) for mutant in mutants()]

    assert [change for change, found in verdicts if found == "alive"] == []
    assert Counter(found for _change, found in verdicts)["killed"] > 2000


@pytest.mark.soak
def test_a_proof_never_excuses_a_change_that_an_example_tells() -> None:
    of_one_answer = [mutant for mutant in mutants() if mutant.answer is not None]

    excused = [mutant for mutant in of_one_answer if changes_nothing(mutant)]

    assert excused
    assert all(difference(mutant.rules, probes()) is None for mutant in excused)
