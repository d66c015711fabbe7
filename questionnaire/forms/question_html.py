"""Make the HTML of a question from an outline: its template, rendered once, with gaps for what was filled in.

Rendering the template takes many times as long as filling the gaps, and all but these is the same for
everybody. An outline holds nothing that anybody typed or chose.
"""

from __future__ import annotations

import functools
import re
from typing import Final

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from questionnaire.domain.advice.at_once import AT_ONCE
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.sources import SOURCES
from questionnaire.forms.bindings import ItemInput
from questionnaire.forms.questions import Question

#: The folder with the templates that outlines are made of.
FOLDER: Final = "conversation"
#: Around the name of a gap in an outline: characters for private use, which no template of ours contains.
_OPEN, _CLOSE = "\ue000", "\ue001"
_GAP: Final = re.compile(f"{_OPEN}(.*?){_CLOSE}")


def is_plain(question: Question) -> bool:
    """Return whether a question has nothing but what was filled in: no error, and no draft beside it."""
    has_own_absent = question.item.internal and question.typed.absent
    return not (question.errors or question.in_conflict or question.stored is not None or has_own_absent)


def fill(template: str, question: Question, previous: str | None, *, has_lines: bool) -> SafeString:
    """Return the HTML of a plain question, with what was answered before, if anything was.

    `has_lines` says whether the lines stand beside its answers that say what to do at once.
    """
    outline = _outline(template, question.item.id, get_language() or "", bool(previous), has_lines)
    words = {
        "text": question.typed.text,
        "note": question.note,
        "reason": question.reason,
        "base": question.base,
        "in words": question.date_in_words,
        "counted from": question.counted_from,
        "previous": previous or "",
    }
    filled: dict[str, str] = {name: conditional_escape(text) for name, text in words.items()}
    filled |= {_name(*mark): attribute for mark, attribute in question.marks.items()}
    html = "".join([filled.get(part, "") if is_gap else part for part, is_gap in outline])
    return SafeString(html)  # escaped above, and by the template  # nosec


class _Outline(Question):
    """A question with a gap for each thing that can be filled in."""

    def mark(self, part: str, code: str = "") -> str:
        return _gap(_name(part, code))

    @property
    def date_in_words(self) -> str:
        return _gap("in words")

    @property
    def counted_from(self) -> str:
        return _gap("counted from")


@functools.lru_cache(maxsize=1024)
def _outline(
    template: str, item_id: str, language: str, has_previous: bool, has_lines: bool
) -> tuple[tuple[str, bool], ...]:
    """Return the parts of the HTML in this language, which is the active one; a gap is its name and True."""
    question = _Outline(
        item=ITEMS[item_id],
        typed=ItemInput(text=_gap("text")),
        note=_gap("note"),
        source="",
        reason=_gap("reason"),
        base=_gap("base"),
        shown="",
        errors=(),
        stored=None,
        waiting=0,
        in_conflict=False,
    )
    context = {
        "question": question,
        "common": f"{FOLDER}/question.html",
        "sources": SOURCES,
        "at_once": AT_ONCE.get(item_id) if has_lines else None,
        "previous": _gap("previous") if has_previous else None,
    }
    parts = _GAP.split(render_to_string(template, context))
    return tuple((part, number % 2 == 1) for number, part in enumerate(parts))


def _name(part: str, code: str) -> str:
    return f"{part} {code}"


def _gap(name: str) -> str:
    return f"{_OPEN}{name}{_CLOSE}"
