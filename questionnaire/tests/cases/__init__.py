"""Invented intakes that tests read, as answers files: one a line, by its reference. No person in them exists.

`pairs` has cases that are alike but for what makes one of them grave, `page_one` those read for page one.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from questionnaire.domain.answers_file import IntakeFile, parse_intake, read_json

FOLDER: Final = Path(__file__).parent
ON: Final = date(2026, 3, 23)


def intakes(name: str) -> dict[str, IntakeFile]:
    """Return the intakes of one of the files, by reference."""
    lines = FOLDER.joinpath(f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [parse_intake(read_json(line), ON) for line in lines]
    return {intake.reference: intake for intake in found}
