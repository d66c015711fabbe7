"""Have WeasyPrint make the same file in less time. The PDF worker loads this, by its path, and nothing else.

WeasyPrint shapes a line up to five times, each time in a context of its own; it reads each glyph by itself,
and resolves each length of each box by itself. The functions here do that once, or in one go, and leave what
is unusual to WeasyPrint's own. They keep nothing of a text longer than its document. They fit one version of
WeasyPrint: with another everything is as it comes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

import weasyprint
from weasyprint.text.ffi import pango

from questionnaire.documents.renderers.quicker import boxes, drawing, labels, shaping, styles, writing
from questionnaire.documents.renderers.quicker.reading import Page

__all__ = ["Page", "forget", "quicken", "write_labels_whole"]

#: The versions that these functions fit: WeasyPrint's, and the first of Pango.
VERSION: Final = "70.0"
_PANGO: Final = 14802


def quicken() -> bool:
    """Put our functions in the place of WeasyPrint's, and return whether they fit its version."""
    if weasyprint.__version__ != VERSION or pango.pango_version() < _PANGO:
        return False
    for module in (boxes, drawing, shaping, styles):
        for theirs, ours in module.REPLACED:
            _replace(theirs, ours)
    boxes.ask_once()
    shaping.keep_lines()
    styles.keep_values()
    writing.write_quickly()
    return True


def write_labels_whole() -> None:
    """Draw the labels of pictures as words, and not letter by letter: another file, with the same look."""
    if weasyprint.__version__ == VERSION:
        labels.replace()


def forget() -> None:
    """Keep nothing of the document that was made."""
    shaping.forget()
    drawing.forget()
    styles.forget()


def _replace(theirs: Callable[..., Any], ours: Callable[..., Any]) -> None:
    """Replace a function wherever WeasyPrint imported it by name."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith("weasyprint.") and getattr(module, theirs.__name__, None) is theirs:
            setattr(module, theirs.__name__, ours)
