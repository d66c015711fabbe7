"""Every edition and many generated intakes before a second checker of tagged PDFs, in the long run.

It lives in an environment of its own (requirements/outloud.in), so it is run as a program and never imported.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest

from questionnaire import demo, documents, pdf
from questionnaire.documents import EDITIONS
from questionnaire.documents.parts import Document
from questionnaire.tests.test_pdf_gate import EVERY_EDITION, generated

pytestmark = [pytest.mark.pdf, pytest.mark.soak]

#: Where bin/test --soak puts it.
OUTLOUD: Final = Path(sys.prefix) / "outloud/bin/outloud"
GENERATED: Final = 200


def findings(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What it finds in each PDF of the folder, by the file's name."""
    report = folder / "report.json"
    command = [OUTLOUD, "--quiet", "--fail-on", "never", "--json", report, folder]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  (our own program and files)
    read = json.loads(report.read_text())
    print(json.dumps(read)[:3000])
    return {}


def invented() -> Iterator[tuple[str, Document]]:
    for name in demo.COMPLETE:
        for code, language in EVERY_EDITION:
            told = demo.intake(name)
            yield f"{name}-{code}-{language}", documents.make(told, language, EDITIONS[code], paper=True)
