"""Draw all glyphs of a run of text in one go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from weasyprint.draw import text as drawing
from weasyprint.matrix import Matrix
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from questionnaire.documents.renderers.quicker.shaping import kind_of

_fonts: Final[dict[Any, Any]] = {}
#: Of a glyph: its number, its width, how far it is moved to the right and down, and attributes.
_GLYPH_SIZE: Final = ffi.sizeof("PangoGlyphInfo")
_FIELDS: Final = 5
_SEPARATORS: Final = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_their_draw_text: Final = drawing.draw_text
_their_draw_line: Final = drawing.draw_first_line


class _UnusualError(Exception):
    """WeasyPrint has to draw this line."""


def _draw_text(stream: Any, textbox: Any, offset_x: Any, text_overflow: Any, block_ellipsis: Any) -> None:
    style, layout = textbox.style, textbox.pango_layout
    if kind_of(style) is None or style["visibility"] != "visible":
        _their_draw_text(stream, textbox, offset_x, text_overflow, block_ellipsis)
        return
    x, y = textbox.position_x, textbox.position_y + textbox.baseline
    stream.set_color(style["color"])
    layout.reactivate(style)
    stream.begin_text()
    matrix = Matrix(d=-1, e=x, f=y)
    emojis = _draw_first_line(stream, textbox, text_overflow, block_ellipsis, matrix)
    stream.end_text()
    drawing.draw_emojis(stream, style, x, y, emojis)
    layout.deactivate()


def _draw_first_line(stream: Any, textbox: Any, text_overflow: Any, block_ellipsis: Any, matrix: Any) -> Any:
    layout = textbox.pango_layout
    is_whole = text_overflow != "ellipsis" and block_ellipsis == "none"
    if is_whole and textbox.style["font_size"] >= 1e-6 and _SEPARATORS.isdisjoint(layout.text):
        if not textbox.text.strip():
            return []
        try:
            shown = list(_shown(stream, layout))
        except _UnusualError:
            return _their_draw_line(stream, textbox, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        for font, text in shown:
            stream.set_font_size(*font)
            stream.show_text(text)
        return []
    return _their_draw_line(stream, textbox, text_overflow, block_ellipsis, matrix)


def _shown(stream: Any, layout: Any) -> Iterator[tuple[tuple[Any, float], str]]:
    """Yield the texts to show, each with a font and its size. Raise _UnusualError."""
    previous, font, string = None, (None, 0.0), ""
    run = pango.pango_layout_get_line_readonly(layout.layout, 0).runs
    while run != ffi.NULL:
        item, glyphs = run.data.item, run.data.glyphs
        run = run.next
        pango_font = item.analysis.font
        if item.analysis.level % 2:  # from right to left
            raise _UnusualError
        if pango_font != previous:
            previous = pango_font
            if string:
                yield font, string
            string = ""
            face, size, pieces = _face(stream, layout, pango_font)
            font = face.hash, size
        string += "<" + _glyphs(stream, layout, item, glyphs, face, size, pieces)
        string = string[:-1] if string[-1] == "<" else string + ">"
    yield font, string


def _face(stream: Any, layout: Any, pango_font: Any) -> tuple[Any, float, dict[tuple[int, int], str]]:
    """Return the font of this document for one of Pango, its size, and how its glyphs are written."""
    known = _fonts.get(pango_font)
    if known is None:
        face, size = stream.add_font(pango_font)
        if face.svg or face.png or face.colr or face.bitmap:
            raise _UnusualError
        # With a layout that holds the font, so that no other one has its address.
        known = _fonts[pango_font] = (face, size, {}), layout.layout
    return known[0]


def _glyphs(
    stream: Any,
    layout: Any,
    item: Any,
    glyphs: Any,
    face: Any,
    size: float,
    pieces: dict[tuple[int, int], str],
) -> str:
    """Return the glyphs as they are written, with what is between them. Raise _UnusualError."""
    numbers = memoryview(ffi.buffer(glyphs.glyphs, glyphs.num_glyphs * _GLYPH_SIZE)).cast("i")
    if any(numbers[2::_FIELDS]) or any(numbers[3::_FIELDS]):  # moved from where it would be
        raise _UnusualError
    shapes = list(zip(numbers[::_FIELDS], numbers[1::_FIELDS], strict=True))
    for place, (glyph, width) in enumerate(shapes):
        if (glyph, width) in pieces:
            continue
        if glyph >= pango.PANGO_GLYPH_EMPTY:
            raise _UnusualError
        if glyph not in face.to_unicode:
            is_last = place == glyphs.num_glyphs - 1
            start = item.offset + glyphs.log_clusters[place]
            end = item.offset + (item.length if is_last else glyphs.log_clusters[place + 1])
            face.to_unicode[glyph] = layout.text.encode()[start:end].decode()
        if glyph not in face.widths:
            font = item.analysis.font
            pango.pango_font_get_glyph_extents(font, glyph, stream.ink_rect, stream.logical_rect)
            face.widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
        kerning = face.widths[glyph] - width * 1000 * FROM_UNITS / size
        pieces[glyph, width] = f"{glyph:04x}" + (f">{int(kerning)}<" if kerning else "")
    return "".join(map(pieces.__getitem__, shapes))


def forget() -> None:
    """Forget the fonts of the document."""
    _fonts.clear()


REPLACED: Final = ((_their_draw_text, _draw_text), (_their_draw_line, _draw_first_line))
