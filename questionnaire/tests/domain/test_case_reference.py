"""References of cases: which one to propose, and which look like a person's name."""

from datetime import date

import pytest

from questionnaire.domain.case_reference import looks_like_name, next_reference

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("newest_first", "following"),
    [
        (["2026-117"], "2026-118"),
        (["2026-117", "2026-120", "2026-3"], "2026-121"),
        (["C-009"], "C-010"),
        (["C-999"], "C-1000"),
        (["117"], "118"),
        (["groen", "2026-117"], "2026-118"),
        (["2025-117"], ""),  # the year has changed: how it is counted now is not known
        (["2026/A-9", "2025-117"], "2026/A-10"),
        (["2026-03-23 14.05", "2026-117"], "2026-118"),  # of the emergency route
        (["23-03-2026"], ""),
        (["🐝🐝", "groen"], ""),
        (["123456789"], ""),  # a number of something else
        ([], ""),
    ],
)
def test_the_next_reference_follows_the_way_of_counting(newest_first: list[str], following: str) -> None:
    assert next_reference(newest_first, TODAY) == following


@pytest.mark.parametrize(
    "reference",
    ["Samira de Vries", "Samira", "S. de Vries", "SAMIRA DE VRIES", "Anne-Marie", "Élodie", "سميرة", "李娜"],
)
def test_a_name_is_noticed(reference: str) -> None:
    assert looks_like_name(reference)


@pytest.mark.parametrize(
    "reference",
    ["2026-117", "C-9", "ABC", "Samira 3", "groen", "🐝🐝", "---", "", "A", "NL ZH", "vt/zh"],
)
def test_a_code_is_no_name(reference: str) -> None:
    assert not looks_like_name(reference)
