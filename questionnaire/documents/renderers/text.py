"""Render a document as plain text: for a terminal, and to paste into another system, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch
from textwrap import wrap
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from questionnaire.documents import labels
from questionnaire.documents.blocks import (
    AdvisedStep,
    Blanks,
    BlankTable,
    Block,
    Boxes,
    Duties,
    Duty,
    Explanation,
    Fact,
    Facts,
    Paragraph,
    Picture,
    Quotation,
    Rest,
    Section,
    Sentences,
    Steps,
    Subheading,
    Table,
)
from questionnaire.documents.document import Document

WIDTH: Final = 80

_INDENT: Final = "    "


def as_text(document: Document) -> str:
    """Return the whole document, in lines of at most `WIDTH` characters but for longer words."""
    with override(document.language):
        about = " · ".join(filter(None, (document.conversation, document.state, document.version)))
        head = filter(None, (document.title, about))
        parts = ["\n".join(line for text in head for line in _wrapped(text))]
        if document.emergency:
            parts.append("\n".join(_emergency(document.emergency)))
        elif document.called:
            parts.append("\n".join(_wrapped(document.called)))
        if document.incomplete:
            parts.append("\n".join(_wrapped(document.incomplete)))
        parts += [section_as_text(section) for section in document.sections]
        return "\n\n".join(parts) + "\n"


def section_as_text(section: Section) -> str:
    """Return one section under its heading, in the active language."""
    heading = "\n".join(_wrapped(section.heading.upper()))
    underline = "=" * min(WIDTH, len(section.heading))
    blocks = ["\n".join(_lines(block)) for block in section.blocks]
    return f"{heading}\n{underline}\n" + "\n\n".join(block for block in blocks if block)


def _emergency(step: AdvisedStep) -> Iterator[str]:
    yield "*" * WIDTH
    yield from _wrapped(f"{step.title.upper()}. {step.text}")
    yield "*" * WIDTH


@singledispatch
def _lines(block: Block) -> Iterator[str]:
    raise NotImplementedError(type(block))


@_lines.register
def _paragraph(block: Paragraph) -> Iterator[str]:
    return _wrapped(block.text)


@_lines.register
def _quotation(block: Quotation) -> Iterator[str]:
    yield from _wrapped(f"{block.label}:")
    yield from _wrapped(block.text, "  | ", "  | ")


@_lines.register
def _sentences(block: Sentences) -> Iterator[str]:
    for text in block.texts:
        yield from _wrapped(text, "- ", "  ")


@_lines.register
def _boxes(block: Boxes) -> Iterator[str]:
    for text in block.texts:
        yield from _wrapped(text, "[ ] ", _INDENT)


@_lines.register
def _blanks(block: Blanks) -> Iterator[str]:
    for label in block.labels:
        yield f"{label}: ......"


@_lines.register
def _blank_table(block: BlankTable) -> Iterator[str]:
    for _number in range(block.rows):
        yield "  ".join(f"{head}: ......" for head in block.head)


@_lines.register
def _subheading(block: Subheading) -> Iterator[str]:
    yield block.text
    yield "-" * len(block.text)


@_lines.register
def _facts(block: Facts | Rest) -> Iterator[str]:
    for fact in block.facts:
        yield from _fact(fact)


@_lines.register
def _table(block: Table) -> Iterator[str]:
    yield from _wrapped(f"{block.caption}:")
    for name, cells in block.named_rows:
        yield from _wrapped(name, "- ", "  ")
        for head, cell in cells:
            yield from _wrapped(f"{head}: {cell}", _INDENT, _INDENT)


@_lines.register
def _picture(block: Picture) -> Iterator[str]:
    if not block.listed_below:
        yield from _table(block.table)


@_lines.register
def _duties(block: Duties) -> Iterator[str]:
    yield "\n\n".join("\n".join(_duty(step)) for step in block.steps)


@_lines.register
def _steps(block: Steps) -> Iterator[str]:
    yield "\n\n".join("\n".join(_step(step)) for step in block.steps)


def _because(step: AdvisedStep) -> str:
    return _("Why: %(answers)s") % {"answers": "; ".join(step.in_short)}


def _fact(fact: Fact) -> Iterator[str]:
    values = labels.SEPARATOR.join((*fact.values, *(f"({mark})" for mark in fact.marks)))
    yield from _wrapped(f"{fact.label}: {values}", "- ", "  ")
    for remark in fact.remarks:
        yield from _wrapped(f"{remark.label}: {remark.text}", _INDENT, _INDENT)


def _step(step: AdvisedStep) -> Iterator[str]:
    yield from _wrapped(step.title, f"{step.number}. ", _INDENT)
    lines = [step.text]
    if step.in_short:
        lines.append(_because(step))
    if step.contacts:
        lines.append(_("Call: %(contacts)s") % {"contacts": "; ".join(step.contacts)})
    lines.append(
        _("Who decides: %(who)s. Source: %(source)s.") % {"who": step.decides, "source": step.source}
    )
    if step.explanation and step.because:
        lines += _explanation(step, step.explanation)
    for line in lines:
        yield from _wrapped(line, _INDENT, _INDENT)
    if step.outcome:
        yield from _outcome(step.outcome)
    else:
        outcomes = (_("done"), _("planned (who, when):") + " ......", _("not, because:") + " ......")
        yield _INDENT + "  ".join(f"[ ] {outcome}" for outcome in outcomes)


def _explanation(step: AdvisedStep, explanation: Explanation) -> Iterator[str]:
    yield _("“%(level)s” holds with: %(rule)s.") % {"level": step.urgency, "rule": explanation.rule}
    without = _("Without these answers it is less urgent, or not advised:")
    yield f"{without} {labels.SEPARATOR.join(reason.text for reason in explanation.changes)}."


def _outcome(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from _wrapped(line, f"{_INDENT}> ", f"{_INDENT}  ")


def _duty(step: Duty) -> Iterator[str]:
    yield from _wrapped(step.title, f"{step.number}. ", _INDENT)
    yield from _wrapped(step.text, _INDENT, _INDENT)
    if step.outcome:
        yield from _outcome(step.outcome)
    else:
        yield _INDENT + _("Who, when, decided:") + " ......"


def _wrapped(text: str, first: str = "", rest: str = "") -> Iterator[str]:
    """Yield the lines of a text, which keeps its own line breaks; a word is never broken."""
    for number, line in enumerate(text.splitlines() or [""]):
        indent = rest if number else first
        if line and line == line.strip() and "\t" not in line and len(indent) + len(line) <= WIDTH:
            yield indent + line  # what `wrap` returns, in a tenth of its time
            continue
        yield from wrap(
            line,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [rest.rstrip()]
