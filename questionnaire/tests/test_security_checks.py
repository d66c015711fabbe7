"""docs/security-checks.md, asvs.md, doors.md and faults.md claim nothing without a test."""

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

    assert list(map(int, rows)) == list(range(1, 77))
    for number, evidence in rows.items():
        assert re.search(r"`test_|`bin/|\*\*|bandit|does not apply", evidence), number


# --- docs/asvs.md -------------------------------------------------------------------------------------------

ASVS: Final = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
#: How many requirements each section of each chapter of ASVS 5.0.0 has; they are numbered without a gap.
CHAPTERS: Final = {
    1: (2, 10, 12, 3, 3),
    2: (3, 3, 5, 2),
    3: (1, 3, 5, 8, 8, 1, 5),
    4: (5, 5, 2, 4),
    5: (1, 6, 3, 3),
    6: (3, 12, 8, 6, 8, 4, 2, 4),
    7: (3, 4, 2, 5, 3, 2),
    8: (4, 4, 3, 2),
    9: (3, 4),
    10: (2, 3, 5, 16, 5, 2, 3),
    11: (4, 5, 5, 4, 2, 2, 2),
    12: (5, 2, 5),
    13: (4, 6, 4, 7),
    14: (2, 8, 3),
    15: (5, 5, 7, 4),
    16: (1, 5, 4, 3, 4),
    17: (2, 8, 2),
}
_CHECKS: Final = r"\bchecks? (\d+[a-e]?(?:, \d+[a-e]?)*)"


def _requirements() -> list[tuple[str, str, str, str]]:
    """Return number, level, what is asked and what shows it, of each row of the page."""
    rows = (line.strip("| ").split(" | ") for line in ASVS.splitlines() if re.match(r"\| \d", line))
    return [(number, level, asked, " | ".join(shown)) for number, level, asked, *shown in rows]


def test_every_requirement_of_every_section_is_there_once_in_order() -> None:
    wanted = [
        f"{chapter}.{section}.{number}"
        for chapter, counts in CHAPTERS.items()
        for section, count in enumerate(counts, start=1)
        for number in range(1, count + 1)
    ]

    assert len(wanted) == 345
    assert [number for number, *_rest in _requirements()] == wanted
    assert re.findall(r"^## V(\d+) ", ASVS, re.MULTILINE) == list(map(str, CHAPTERS))
    assert {level for _number, level, *_rest in _requirements()} == {"1", "2", "3"}


def test_every_requirement_has_what_shows_it_or_says_why_not() -> None:
    says = rf"`test_\w+`|{_CHECKS}|\*\*open\*\*: \S|does not apply: \S|written in \["
    without = [number for number, _level, _asked, shown in _requirements() if not re.search(says, shown)]

    assert without == []


def test_what_does_not_apply_is_not_open_and_shows_nothing() -> None:
    for number, _level, _asked, shown in _requirements():
        if "does not apply: " in shown:
            assert shown.startswith("does not apply: "), number
            assert "**open**" not in shown, number


def test_every_test_and_check_that_asvs_names_is_there() -> None:
    existing = set().union(*(_names_in(path) for path in TESTS.rglob("test_*.py")))
    checks = set(re.findall(r"^\| (\d+[a-e]?)\. ", PAGE, re.MULTILINE))
    lists = [found for *_row, shown in _requirements() for found in re.findall(_CHECKS, shown)]

    named = set(re.findall(r"`(test_\w+)`", ASVS))
    assert len(named) > 90
    assert named - existing == set()
    assert {each for found in lists for each in found.split(", ")} - checks == set()


def test_every_page_that_asvs_names_is_there() -> None:
    for file, anchor in re.findall(r"\]\(([\w/.-]+\.md)(?:#([\w-]+))?\)", ASVS):
        text = (ROOT / "docs" / file).read_text(encoding="utf-8")
        names = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        headings = {re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-") for name in names}
        assert not anchor or anchor in headings, f"{file}#{anchor}"


def test_the_counts_of_asvs_are_those_of_its_rows() -> None:
    shown = [row[-1] for row in _requirements()]
    is_open = sum("**open**" in each for each in shown)
    does_not_apply = sum(each.startswith("does not apply") for each in shown)

    assert f"345 requirements, of which {is_open} open in whole or in part, and {does_not_apply} that" in ASVS
