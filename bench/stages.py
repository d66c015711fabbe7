"""Time each stage of a full summary as a PDF, warm, and print its share.

The stages are WeasyPrint's own: reading the HTML, matching the stylesheet, making boxes, laying them out,
drawing them, tagging, embedding fonts and writing. The rest is "other". `pdf.py` has the goals.

Usage: python bench/stages.py
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import ready  # noqa: F401  (before the rest)

# isort: split
from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers import pdf, pdf_worker
from questionnaire.documents.renderers.html import as_html

ROUNDS = 9
NAME = "ex_partner_with_breach"


def main() -> int:
    """Print the median time and share of each stage."""
    html = as_html(build_document(demo.intake(NAME), "nl", paper=True))
    stylesheet = pdf.STYLESHEET.read_text()
    os.environ.update(pdf.ENVIRONMENT)
    os.chdir(pdf.FONTS)
    render = pdf_worker.renderer(stylesheet)
    spent: dict[str, float] = {}
    time_stages(spent)
    rounds = [one_round(render, html, spent) for _number in range(ROUNDS + 1)][1:]
    whole = statistics.median(times["whole"] for times in rounds)
    medians = {
        name: statistics.median(times[name] for times in rounds) for name in rounds[0] if name != "whole"
    }
    print(f"whole: {whole:.0f} ms")
    for name, milliseconds in medians.items():
        print(f"{name:10} {milliseconds:5.0f} ms  {milliseconds / whole:4.0%}")
    return 0


def one_round(render: Callable[[str], bytes], html: str, spent: dict[str, float]) -> dict[str, float]:
    gc.collect()
    gc.disable()
    spent.clear()
    start = time.perf_counter()
    render(html)
    whole = (time.perf_counter() - start) * 1000
    gc.enable()
    return {**spent, "other": whole - sum(spent.values()), "whole": whole}


def time_stages(spent: dict[str, float]) -> None:
    """Wrap the functions of each stage in a timer."""
    import pydyf
    from weasyprint import document
    from weasyprint import pdf as writing

    stages: tuple[tuple[Any, str, str], ...] = (
        (sys.modules["questionnaire.documents.renderers.quicker"].Page, "__init__", "html"),
        (document, "get_all_computed_styles", "css"),
        (document, "build_formatting_structure", "boxes"),
        (document, "layout_document", "layout"),
        (document.Page, "paint", "draw"),
        (writing, "build_fonts_dictionary", "fonts"),
        (writing, "add_tags", "tags"),
        (pydyf.PDF, "write", "write"),
    )
    for owner, name, stage in stages:
        setattr(owner, name, timed(getattr(owner, name), stage, spent))


def timed(function: Callable[..., Any], stage: str, spent: dict[str, float]) -> Callable[..., Any]:
    def run(*args: Any, **options: Any) -> Any:
        start = time.perf_counter()
        result = function(*args, **options)
        if stage == "layout":  # a generator
            result = list(result)
        spent[stage] = spent.get(stage, 0) + (time.perf_counter() - start) * 1000
        return result

    return run


if __name__ == "__main__":
    sys.exit(main())
