"""The invented caseload: the same in every run, valid, and with the rates that it names its sources for."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings

from questionnaire.domain.answers_file import IntakeFile, parse_intake
from questionnaire.domain.catalogue import ITEMS


@pytest.fixture(scope="module")
def caseload() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(settings.BASE_DIR) / "bench"))
        yield importlib.import_module("caseload")


@pytest.fixture(scope="module")
def cases(caseload: ModuleType) -> list[Any]:
    return list(caseload.cases())


@pytest.fixture(scope="module")
def intakes(caseload: ModuleType, cases: list[Any]) -> list[IntakeFile]:
    return [parse_intake(json.loads(json.dumps(case.raw)), caseload.ON) for case in cases]


def test_the_same_cases_are_drawn_again(caseload: ModuleType, cases: list[Any]) -> None:
    assert list(caseload.cases()) == cases


def test_a_thousand_cases_are_valid_and_no_two_alike(
    caseload: ModuleType, cases: list[Any], intakes: list[IntakeFile]
) -> None:
    assert len({intake.reference for intake in intakes}) == 1_000
    assert len({json.dumps(intake.answers.to_json()) for intake in intakes}) == 1_000
    assert Counter(case.degree for case in cases) == caseload.DEGREES


def test_every_rate_is_of_an_answer_that_exists(caseload: ModuleType) -> None:
    for item_id, rates in caseload.RATES.items():
        item = ITEMS[item_id]
        known = {row.code for row in item.rows} if item.kind == "grid" else set(item.codes)
        assert set(rates) <= known, item_id
        if item.kind not in ("grid", "many"):
            assert all(sum(column) <= 100 for column in zip(*rates.values(), strict=True)), item_id


@pytest.mark.parametrize(
    ("item", "least", "most"),
    [("threats", 0.42, 0.58), ("violence", 0.25, 0.42), ("sexual_violence", 0.08, 0.17)],
)
def test_the_whole_has_the_rates_of_its_source(
    intakes: list[IntakeFile], item: str, least: float, most: float
) -> None:
    answered = [intake for intake in intakes if intake.answers.state(item) == "answered"]

    raised = sum(bool(ITEMS[item].raised_codes & intake.answers.codes[item]) for intake in answered)

    assert least < raised / len(answered) < most


def test_the_cases_can_be_written_as_answers(
    caseload: ModuleType, cases: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    caseload.main(["--write", str(tmp_path / "cases.jsonl")])

    lines = (tmp_path / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [case.raw for case in cases]
    assert "Overall level" in capsys.readouterr().out
