"""Compute the values of styles once for all documents, as the stylesheet is one.

A value of an element is computed when it is first asked for. It rests on what the stylesheet says of the
element and of those around it, and on no text. So what was computed for one is given to the next like it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Final

from weasyprint.css import AnonymousStyle, ComputedStyle
from weasyprint.html import UA_STYLESHEET
from weasyprint.layout import page as pages

#: How many kinds of elements are remembered; our stylesheet and pages make some 200.
_MOST: Final = 2_000

#: What is computed for every element and which our pages do not have.
_NOTES: Final = frozenset({"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})


@dataclass(eq=False)
class _Known:
    """The values that were computed for one kind of element, and what was said of it."""

    parent: _Known | None  # kept, so that no other has its address
    said: object = None
    values: dict[str, Any] = field(default_factory=dict)
    specified: dict[str, Any] = field(default_factory=dict)
    anonymous: dict[str, Any] = field(default_factory=dict)


_known: Final[dict[Hashable, _Known]] = {}
_page_styles: Final[dict[Hashable, list[tuple[Any, Any]]]] = {}
_their_init: Final = ComputedStyle.__init__
_their_missing: Final = ComputedStyle.__missing__
_their_anonymous_init: Final = AnonymousStyle.__init__
_their_anonymous_missing: Final = AnonymousStyle.__missing__
_their_page_styles: Final = pages.set_page_type_computed_styles


def keep_values() -> None:
    """Keep what is computed, and compute nothing for footnotes."""
    ComputedStyle.__init__ = _init
    ComputedStyle.__missing__ = _missing
    AnonymousStyle.__init__ = _anonymous_init
    AnonymousStyle.__missing__ = _anonymous_missing
    selectors = UA_STYLESHEET.matcher.other_selectors
    selectors[:] = [selector for selector in selectors if selector[3] not in _NOTES]


def forget() -> None:
    """Forget the pages of the document."""
    _page_styles.clear()


def _init(style: Any, parent: Any, cascaded: Any, pseudo: Any, *arguments: Any) -> None:
    _their_init(style, parent, cascaded, pseudo, *arguments)
    style.known = known = _known_of(parent, cascaded, pseudo)
    if known:
        style |= known.values
        style.specified |= known.specified


def _known_of(parent: Any, cascaded: Any, pseudo: Any) -> _Known | None:
    above = parent.known if parent is not None else None
    if parent is not None and above is None:
        return None
    try:
        key = id(above), pseudo, tuple(cascaded.items())
        found = _known.get(key)
    except TypeError:  # a value without a hash
        return None
    if found is None:
        if len(_known) >= _MOST:
            _known.clear()
        found = _known[key] = _Known(above)
    return found


def _missing(style: Any, name: str) -> Any:
    value = _their_missing(style, name)
    if (known := style.known) and name in style:
        known.values.setdefault(name, value)
        if name in style.specified:
            known.specified.setdefault(name, style.specified[name])
    return value


def _anonymous_init(style: Any, parent: Any) -> None:
    _their_anonymous_init(style, parent)
    style.known = None
    if known := getattr(parent, "known", None):
        style.values = known.anonymous
        style |= known.anonymous
    else:
        style.values = {}


def _anonymous_missing(style: Any, name: str) -> Any:
    value = _their_anonymous_missing(style, name)
    style.values.setdefault(name, value)
    return value


def _set_page_styles(page_type: Any, html: Any, style_for: Any) -> None:
    """Give pages of one kind the same styles: our stylesheet does not tell them apart by number."""
    kind = page_type.side, page_type.blank, page_type.name, page_type.index == 0
    styles = style_for.get_computed_styles()
    if kind in _page_styles:
        styles |= {(page_type, pseudo): style for pseudo, style in _page_styles[kind]}
        return
    _their_page_styles(page_type, html, style_for)
    _page_styles[kind] = [(pseudo, style) for (owner, pseudo), style in styles.items() if owner == page_type]


REPLACED: Final = ((_their_page_styles, _set_page_styles),)
