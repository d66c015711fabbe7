"""Invented intakes, each with its own story. No person in them exists.

They are answers files, so `manage.py summarise questionnaire/demo` turns them into reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from questionnaire.domain.answers_file import IntakeFile, parse_intake, read_json
from questionnaire.domain.dates import today

FOLDER: Final = Path(__file__).parent

#: Those in which every question was gone through.
COMPLETE: Final = (
    "ex_partner_with_breach",
    "colleague",
    "stranger_online",
    "strangulation_without_fear",
    "everything_declined",
)
UNFINISHED: Final = ("half_finished", "minor", "nothing_answered")


def intake(name: str) -> IntakeFile:
    """One of the invented intakes."""
    text = FOLDER.joinpath(f"{name}.json").read_text(encoding="utf-8")
    return parse_intake(read_json(text), today())


def intakes() -> Iterator[IntakeFile]:
    """All of them."""
    return (intake(name) for name in (*COMPLETE, *UNFINISHED))
