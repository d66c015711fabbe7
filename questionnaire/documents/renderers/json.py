"""Render the machine-readable summary of an intake."""

from __future__ import annotations

import json

from django.utils.translation import override

from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.summary import summarise, to_json


def as_json(intake: IntakeFile, language: str) -> str:
    """Return the summary as JSON on one line, with its texts in this language."""
    with override(language):
        summary = summarise(intake.answers, intake.incidents, intake.date)
        data = to_json(summary, reference=intake.reference, on=intake.date, language=language)
        return json.dumps(data, ensure_ascii=False)
