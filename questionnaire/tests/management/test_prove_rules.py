"""`prove_rules` says what it covered, and exits 1 with the counterexample when something does not hold."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from questionnaire.domain.advice.conditions import ALWAYS, includes
from questionnaire.domain.advice.rules import RULES, rule
from questionnaire.management.commands import prove_rules


def run(*arguments: str) -> tuple[str, str]:
    out, error = io.StringIO(), io.StringIO()
    call_command("prove_rules", *arguments, stdout=out, stderr=error)
    return out.getvalue(), error.getvalue()


def test_the_rules_are_proven_without_a_database() -> None:
    said, error = run()

    lines = said.splitlines()
    assert error == ""
    assert f"{len(RULES):>9} rules" in lines
    assert "By design answering relationship can lower consult_veilig_thuis." in lines
    assert "51 levels, each reached with 2 answers at most." in lines
    assert lines[-1].startswith("Proven for 10^")
    assert not any(line.startswith("medical_check today") for line in lines)


def test_an_intake_for_each_level_is_printed_on_request() -> None:
    said, _error = run("--intakes")

    assert "medical_check today: strangulation=recent" in said.splitlines()
    assert "reassess follow: nothing answered" in said.splitlines()


def test_a_fault_is_printed_with_its_counterexample_and_the_exit_code_is_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # A "no" that calls for more than a "yes".
    wrong = rule("reassess", days=includes("fixation", "no"), follow=ALWAYS)
    monkeypatch.setattr(prove_rules, "RULES", (*RULES[:-1], wrong))

    with pytest.raises(SystemExit) as ended:
        call_command("prove_rules")

    said, error = capsys.readouterr()
    assert ended.value.code == 1
    assert error.splitlines() == [
        "P2, reassess: fixation=no to fixation=yes lowers it from days to follow, with nothing else",
        "P3, reassess: fixation=no to fixation=not_reached lowers it from days to follow, with nothing else",
        "Not proven: 2 faults.",
    ]
    assert "Proven" not in said
