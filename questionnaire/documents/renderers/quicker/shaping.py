"""Shape each line of a document once, with one context for each kind of text."""

from __future__ import annotations

from operator import itemgetter
from typing import Any, Final, NamedTuple

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.text import line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import get_font_description

#: How many lines of a document stay shaped. A longer document takes memory enough.
_MOST_LINES: Final = 5_000


class _Kind(NamedTuple):
    """What a layout of Pango is made with, and the values of a style that this and breaking lines rest on."""

    values: tuple[Any, ...]
    context: Any
    description: Any
    language: Any


_kind_values: Final = itemgetter(
    "font_style",
    "font_stretch",
    "font_weight",
    "font_size",
    "font_variation_settings",
    "font_language_override",
    "lang",
    "direction",
    "white_space",
    "hyphens",
    "hyphenate_limit_chars",
    "hyphenate_limit_zone",
    "hyphenate_character",
    "overflow_wrap",
    "word_break",
    "letter_spacing",
    "word_spacing",
    "tab_size",
)
#: Where a style has another value for one of these than most have, WeasyPrint does it all.
_plain_values: Final = itemgetter(
    "text_decoration_line",
    "font_kerning",
    "font_variant_ligatures",
    "font_variant_position",
    "font_variant_caps",
    "font_variant_numeric",
    "font_variant_alternates",
    "font_variant_east_asian",
    "font_feature_settings",
)
_PLAIN: Final = _plain_values(INITIAL_VALUES)

_kinds: Final[dict[tuple[Any, ...], _Kind]] = {}
_lines: Final[dict[tuple[Any, ...], Any]] = {}
_struts: Final[dict[tuple[Any, ...], Any]] = {}
_their_setup: Final = line_break.Layout.setup
_their_deactivate: Final = line_break.Layout.deactivate
_their_reactivate: Final = line_break.Layout.reactivate
_their_split: Final = line_break.split_first_line
_their_strut: Final = line_break.strut


def kind_of(style: Any) -> _Kind | None:
    """Return the kind of a style; None for an unusual one."""
    try:
        return style.quick_kind  # type: ignore[no-any-return]  # ours, below
    except AttributeError:
        pass
    kind = None
    if _plain_values(style) == _PLAIN:
        values = (id(style.font_config), tuple(style["font_family"]), *_kind_values(style))
        kind = _kinds.get(values) or _kinds.setdefault(values, _new_kind(style, values))
    style.quick_kind = kind
    return kind


def _new_kind(style: Any, values: tuple[Any, ...]) -> _Kind:
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    name = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
    if not name:
        return _Kind(values, context, get_font_description(style), pango.pango_language_get_default())
    pointer, _text = unicode_to_char_p(name)
    language = pango.pango_language_from_string(pointer)
    pango.pango_context_set_language(context, language)
    return _Kind(values, context, get_font_description(style), language)


def keep_lines() -> None:
    """Keep each line as it was shaped, until the document is made."""
    line_break.Layout.setup = _setup
    line_break.Layout.deactivate = _deactivate
    line_break.Layout.reactivate = _reactivate


def forget() -> None:
    """Forget the lines of the document."""
    _lines.clear()


def _setup(layout: Any, style: Any) -> None:
    kind = kind_of(style)
    if kind is None:
        _their_setup(layout, style)
        return
    layout.style, layout.language, layout.first_line_direction = style, kind.language, 0
    layout.layout = ffi.gc(pango.pango_layout_new(kind.context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, kind.description)
    layout.ascent = layout.underline_position = layout.strikethrough_position = None


def _deactivate(layout: Any) -> None:
    """Keep a line as it was shaped, until the document is made."""
    if len(_lines) > _MOST_LINES or kind_of(layout.style) is None:
        _their_deactivate(layout)


def _reactivate(layout: Any, style: Any) -> None:
    kind = kind_of(style)
    is_ready = kind is not None and hasattr(layout, "layout") and kind_of(layout.style) is kind
    if not is_ready or layout.justification_spacing:
        _their_reactivate(layout, style)


def _split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: Any,
    justification_spacing: Any,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    arguments = max_width, justification_spacing, is_line_start, minimum
    kind = kind_of(style)
    if kind is None:
        return _their_split(text, style, context, *arguments)
    key = text, kind.values, arguments
    if key not in _lines:
        _lines[key] = _their_split(text, style, context, *arguments)
    return _lines[key]


def _strut(style: Any) -> Any:
    kind = kind_of(style)
    if kind is None:
        return _their_strut(style)
    key = kind.values, style["line_height"]
    if key not in _struts:
        _struts[key] = _their_strut(style)
    return _struts[key]


REPLACED: Final = ((_their_split, _split_first_line), (_their_strut, _strut))
