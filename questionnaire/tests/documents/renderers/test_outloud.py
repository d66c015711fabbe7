"""Check every edition and many generated intakes with a second checker of tagged PDFs, in a soak run.

It is installed in an environment of its own (the dependency group `outloud`), so it is run as a program and
never imported.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers import pdf
from questionnaire.documents.renderers.html import as_html
from questionnaire.tests.documents.examples import EVERY_EDITION, FOLLOW_UP_AND_REVIEW, generated, secrets

pytestmark = [pytest.mark.pdf, pytest.mark.soak]

#: Where bin/test --soak installs it.
OUTLOUD: Final = Path(sys.prefix) / "outloud/bin/outloud"
GENERATED: Final = 200
#: A table whose one row is headers but for a cell.
SHREDDED: Final = (
    "<table><thead><tr><th scope=col>Month<th scope=col>Home<th scope=col>Web<th scope=col>Else</tr></thead>"
    "<tbody><tr><th scope=row>May<td>1<td>2<td>3</tr></tbody></table>"
)


@pytest.fixture(autouse=True)
def installed() -> None:
    if not OUTLOUD.exists():
        pytest.skip("The checker is not installed: bin/test --soak does that")


def findings_of(folder: Path, pages: Iterable[tuple[str, str]]) -> list[str]:
    """Return the checker's errors and warnings about the PDFs of these named pages."""
    for name, html in pages:
        (folder / f"{name}.pdf").write_bytes(pdf.render_page(html))
    report = folder / "report.json"
    command = [str(OUTLOUD), "--quiet", "--fail-on", "never", "--json", str(report), str(folder)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  (our own program and files)
    results = json.loads(report.read_text())["results"]
    assert len(results) == len(list(folder.glob("*.pdf")))
    assert {result["error"] for result in results} == {None}
    return [
        f"{Path(result['path']).stem}: {finding['rule']} {finding['message']}"
        for result in results
        for finding in result["findings"]
        if finding["severity"] in ("error", "warning")
    ]


def demo_documents() -> Iterator[tuple[str, Document]]:
    for name in demo.NAMES:
        for code, language in EVERY_EDITION:
            document = build_document(demo.intake(name), language, EDITIONS[code], paper=True)
            yield f"{name}-{code}-{language}", document


def with_steps_and_review() -> Iterator[tuple[str, Document]]:
    for language in ("nl", "en"):
        yield f"steps-{language}", build_document(secrets(), language, paper=True, **FOLLOW_UP_AND_REVIEW)


def generated_documents() -> Iterator[tuple[str, Document]]:
    for number, intake in enumerate(generated(GENERATED)):
        yield f"generated-{number}", build_document(intake, ("nl", "en")[number % 2], paper=True)


def test_no_fault_is_found_in_any_edition_of_an_invented_intake(tmp_path: Path) -> None:
    pages = chain(demo_documents(), with_steps_and_review())

    assert findings_of(tmp_path, ((name, as_html(document)) for name, document in pages)) == []


def test_no_fault_is_found_in_two_hundred_generated_intakes(tmp_path: Path) -> None:
    assert (
        findings_of(tmp_path, ((name, as_html(document)) for name, document in generated_documents())) == []
    )


def test_the_checker_finds_a_table_that_is_hard_to_follow(tmp_path: Path) -> None:
    page = f"<!doctype html><html lang=en><title>Report</title><body><h1>Report</h1>{SHREDDED}"

    assert [line.partition(" ")[2][:7] for line in findings_of(tmp_path, [("one", page)])] == ["TBL-010"]
