"""docs/security-checks.md claims nothing without a test."""

import re
from pathlib import Path

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


def test_every_check_is_there_and_says_something() -> None:
    rows = dict(re.findall(r"^\| (\d+)\. [^|]+\| ([^|]+) \|$", PAGE, re.MULTILINE))

    assert list(map(int, rows)) == list(range(1, 63))
    for number, evidence in rows.items():
        assert re.search(r"`test_|`bin/|\*\*|bandit|does not apply", evidence), number
