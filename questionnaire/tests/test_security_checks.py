"""docs/security-checks.md, docs/doors.md and docs/faults.md claim nothing without a test."""

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "security-checks.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_is_there() -> None:
    existing = {
        name
        for path in (ROOT / "questionnaire" / "tests").rglob("test_*.py")
        for name in re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    named = set(re.findall(r"`(test_\w+)`", PAGE))

    assert len(named) > 90
    assert named - existing == set()


TESTS: Final = ROOT / "questionnaire" / "tests"


def _names_in(path: Path) -> set[str]:
    return set(re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", ["doors.md", "faults.md"])
def test_every_test_that_a_table_names_is_in_the_file_it_names(name: str) -> None:
    """A name stands behind its file; one in another row or column can be in any file."""
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    anywhere = set().union(*(_names_in(path) for path in TESTS.rglob("test_*.py")))
    named = re.findall(r"`(test_\w+)`", page)
    wrong = [each for each in named if each not in anywhere]
    for file, behind in re.findall(r"`((?:\w+/)*test_\w+\.py)`: ((?:`test_\w+`(?:, )?)+)", page):
        path = TESTS / file
        found = _names_in(path) if path.exists() else set()
        wrong += [f"{file}: {each}" for each in re.findall(r"`(test_\w+)`", behind) if each not in found]
    wrong += [file for file in re.findall(r"`((?:\w+/)*test_\w+\.py)`", page) if not (TESTS / file).exists()]

    assert len(named) > 40
    assert wrong == []


def test_every_fault_names_a_test() -> None:
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")][1:]

    assert len(rows) > 22
    for row in rows:
        assert len(row) == 4
        assert "`test_" in row[1], row[0]


def test_every_check_is_there_and_says_something() -> None:
    rows = dict(re.findall(r"^\| (\d+)\. [^|]+\| ([^|]+) \|$", PAGE, re.MULTILINE))

    assert list(map(int, rows)) == list(range(1, 63))
    for number, evidence in rows.items():
        assert re.search(r"`test_|`bin/|\*\*|bandit|does not apply", evidence), number
