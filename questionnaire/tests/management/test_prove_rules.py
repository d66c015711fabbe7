"""`prove_rules` prints what was covered, and exits 1 with the counterexample when something does not hold.

The proof itself is tested in `questionnaire/tests/verification/`.
"""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.management.commands import prove_rules
from questionnaire.verification.report import Report
from questionnaire.verification.texts import domain_texts, summary_keys


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Report:
    """Replace the proof, which takes seconds, and assert that it gets all rules and texts of the domain."""
    found = Report(
        covered={"rules": 28, "answers that a leaf was run on": 33_437},
        alive={
            ("medical_check", Urgency.TODAY): ("strangulation=recent",),
            ("call_112", Urgency.NOW): ("danger_now=soon", "person_near=near"),
            ("reassess", Urgency.FOLLOW): (),
        },
        lowered={("answering", "consult_veilig_thuis", "relationship")},
    )

    def prove(rules: object, texts: object, other_texts: object, keys: object) -> Report:
        assert (rules, texts, keys) == (RULES, TEXTS, summary_keys())
        assert isinstance(other_texts, dict)
        assert other_texts.keys() == domain_texts().keys()
        return found

    monkeypatch.setattr(prove_rules, "prove", prove)
    return found


def run(*arguments: str) -> tuple[list[str], str]:
    """Return the lines that the command prints, and what it prints as errors."""
    out, error = io.StringIO(), io.StringIO()
    call_command("prove_rules", *arguments, stdout=out, stderr=error)
    return out.getvalue().splitlines(), error.getvalue()


@pytest.mark.usefixtures("report")
def test_what_was_covered_is_printed_without_a_database() -> None:
    lines, error = run()

    assert error == ""
    assert lines[:-1] == [
        "       28 rules",
        "   33,437 answers that a leaf was run on",
        "By design answering relationship can lower consult_veilig_thuis.",
        "3 levels, each reached with 2 answers at most.",
    ]
    assert lines[-1].startswith("Proven for 10^")


@pytest.mark.usefixtures("report")
def test_an_intake_for_each_level_is_printed_on_request() -> None:
    lines, _error = run("--intakes")

    assert lines[-4:-1] == [
        "medical_check today: strangulation=recent",
        "call_112 now: danger_now=soon, person_near=near",
        "reassess follow: nothing answered",
    ]


def test_a_fault_is_printed_with_its_counterexample_and_the_exit_code_is_1(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    report.blame("P2", "reassess", "fixation=no to fixation=yes lowers it from days to follow")
    report.blame("P1", "summary", "begins with wishes")

    with pytest.raises(SystemExit) as exit_error:
        call_command("prove_rules")

    printed, errors = capsys.readouterr()
    assert exit_error.value.code == 1
    assert errors.splitlines() == [
        "P2, reassess: fixation=no to fixation=yes lowers it from days to follow",
        "P1, summary: begins with wishes",
        "Not proven: 2 faults.",
    ]
    assert "28 rules" in printed
    assert "Proven" not in printed
