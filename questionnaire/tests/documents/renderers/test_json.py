"""The machine-readable summary."""

from __future__ import annotations

import json

from questionnaire import demo
from questionnaire.documents.renderers.json import as_json


def test_json_is_one_line_with_fear_before_advice() -> None:
    intake = demo.intake("ex_partner_with_breach")

    line = as_json(intake, "nl")

    keys = list(json.loads(line))
    assert "\n" not in line
    assert keys.index("fear") < keys.index("advice")
    assert json.loads(line)["reference"] == "2026-117"
    assert json.loads(line)["language"] == "nl"
