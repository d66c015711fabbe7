"""Time a full summary as a PDF, warm and tagged, against WeasyPrint's own empty page in the same run.

Goals: at most 6 times the empty page, and under 200 ms. The empty page is made as WeasyPrint's documentation
makes one, tagged, with one word in it. The same words as bare paragraphs, in the same worker, tell text
from layout. Prints the memory of the worker, too.

Usage: python bench/pdf.py
"""

from __future__ import annotations

import re
import resource
import statistics
import sys
import time
from collections.abc import Callable
from html import escape, unescape

import ready  # noqa: F401  (before the rest)
import weasyprint

# isort: split
from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers import pdf, pdf_worker
from questionnaire.documents.renderers.html import as_html

RATIO, MILLISECONDS = 6, 200
ROUNDS = 7
EMPTY = "<!doctype html><html lang=nl><title>Report</title><p>Report</p>"
FULL, LEAST = "ex_partner_with_breach", "nothing_answered"


def main() -> int:
    """Print the medians and ratios; return 1 when a goal is missed."""
    full, least = (page(name) for name in (FULL, LEAST))
    worker = pdf.Worker()
    try:
        times = measure(
            {
                "WeasyPrint's own empty page": own_empty_page,
                "empty page in the worker": lambda: worker.render(EMPTY),
                "full summary": lambda: worker.render(full),
                "its words as bare paragraphs": lambda: worker.render(bare(full)),
                "summary of no answers": lambda: worker.render(least),
            }
        )
    finally:
        worker.stop()
    own = times["WeasyPrint's own empty page"]
    for name, milliseconds in times.items():
        sys.stdout.write(f"{name:30} {milliseconds:6.0f} ms  {milliseconds / own:5.1f} x\n")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(f"words in the full summary: {len(words(full))}; memory of the worker: {peak:.0f} MB\n")
    sys.stdout.write(f"goal: full summary at most {RATIO} x, and under {MILLISECONDS} ms\n")
    spent = times["full summary"]
    return 0 if spent / own <= RATIO and spent < MILLISECONDS else 1


def page(name: str) -> str:
    return as_html(build_document(demo.intake(name), "nl", paper=True))


def words(html: str) -> list[str]:
    return unescape(re.sub("<[^>]+>", " ", html.split("<body", 1)[1].split(">", 1)[1])).split()


def bare(html: str) -> str:
    all_words = words(html)
    paragraphs = (" ".join(all_words[start : start + 45]) for start in range(0, len(all_words), 45))
    return EMPTY + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)


def own_empty_page() -> object:
    return weasyprint.HTML(string=EMPTY).write_pdf(pdf_variant=pdf_worker.VARIANT)


def measure(pages: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median milliseconds of each; they take turns, so that noise hits all."""
    times: dict[str, list[float]] = {name: [] for name in pages}
    for make in pages.values():
        make()
    for _round in range(ROUNDS):
        for name, make in pages.items():
            start = time.perf_counter()
            make()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(spent) for name, spent in times.items()}


if __name__ == "__main__":
    sys.exit(main())
