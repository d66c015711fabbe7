"""Draw a label of a picture as a word: WeasyPrint draws it by the letter, as a picture of its own."""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf
from typing import Any, Final

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw import text as drawing
from weasyprint.matrix import Matrix
from weasyprint.svg import SVG
from weasyprint.svg.text import Style, TextBox
from weasyprint.svg.utils import color, size
from weasyprint.text import line_break

#: What makes a label another thing than one text at one place: WeasyPrint draws it.
_UNUSUAL: Final = frozenset(
    {
        "transform",
        "rotate",
        "dx",
        "dy",
        "letter-spacing",
        "textLength",
        "opacity",
        "fill-opacity",
        "stroke",
        "clip-path",
        "mask",
        "filter",
        "direction",
        "dominant-baseline",
        "alignment-baseline",
        "display-anchor",
        "display",
        "visibility",
        "font-style",
        "font-weight",
        "style",
    }
)
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_COLOUR: Final = re.compile("#[0-9a-f]{3,6}|black|currentColor")
_SHIFTS: Final = {"start": 0.0, "middle": 0.5, "end": 1.0}
_their_draw: Final = SVG.draw_node


def replace() -> None:
    """Have pictures drawn with whole labels."""
    SVG.draw_node = _draw_node


def _draw_node(svg: Any, node: Any, font_size: float, *arguments: Any, **options: Any) -> None:
    if node.tag != "text" or not _is_one_word(node):
        _their_draw(svg, node, font_size, *arguments, **options)
        return
    style = _style(
        svg.font_config, node.get("font-family"), size(node.get("font-size"), font_size, font_size)
    )
    layout, _length, _rest, width, *_height = line_break.split_first_line(
        node.text, style, svg.context, inf, 0
    )
    x = float(node.get("x")) - _SHIFTS[node.get("text-anchor", "start")] * width
    svg.stream.push_state()
    svg.stream.set_color(color(node.get("fill")))
    svg.stream.begin_text()
    layout.reactivate(style)
    box = TextBox(layout, style)
    drawing.draw_first_line(svg.stream, box, "none", "none", Matrix(d=-1, e=x, f=float(node.get("y"))))
    svg.stream.end_text()
    svg.stream.pop_state()


def _is_one_word(node: Any) -> bool:
    """Return whether this is one text at one place, in one colour."""
    is_placed = all(_NUMBER.fullmatch(node.get(name, "")) for name in ("x", "y"))
    is_coloured = _COLOUR.fullmatch(node.get("fill", ""))
    has_font = node.get("font-size") and node.get("font-family")
    is_usual = _UNUSUAL.isdisjoint(node.attrib)
    return bool(is_usual and is_placed and is_coloured and has_font and node.text and not list(node))


@lru_cache(maxsize=64)
def _style(font_config: Any, families: str, font_size: float) -> Any:
    style = Style(INITIAL_VALUES)
    style.font_config = font_config
    style["font_family"] = [family.strip("\"'") for family in families.split(",")]
    style["font_size"] = font_size
    return style
