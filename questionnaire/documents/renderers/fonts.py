"""Use fonts for other scripts beside the font of the paper, and set words that run from right to left.

The PDF worker loads this by its path, outside the project; the server reads with it what a font has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

_RIGHT_TO_LEFT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001eeff"
_QUOTE: Final = "&(?:quot|#x27|#39);"
#: Words from right to left, with the spaces, digits and punctuation between them.
_PHRASE: Final = re.compile(
    rf"[{_RIGHT_TO_LEFT}](?:(?:[^\w<>&\n{_RIGHT_TO_LEFT}]|\d|{_QUOTE})*[{_RIGHT_TO_LEFT}])*"
)
#: An element with the first letter of its text, which says from which side the text runs.
_AUTO: Final = re.compile(r' dir="auto">((?:<wbr>|&[#\w]+;|[^\w<&]|[\d_])*)(\w?)')
_BRACKETS: Final = frozenset("()[]{}<>\u00ab\u00bb\u2039\u203a")
_known: Final[dict[bytes, dict[int, str]]] = {}
_FIRST: Final = re.compile(f"[{_RIGHT_TO_LEFT}]")


def characters(font: str | Path, ranges: str) -> frozenset[int]:
    """Return which characters of these ranges a font has; none when it cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError  # here, since it takes long to import

    try:
        with Path(font).open("rb") as file, TTFont(file, lazy=True) as opened:
            has = frozenset(opened.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()
    return has.intersection(numbers(ranges))


def numbers(ranges: str) -> Iterator[int]:
    """Yield the numbers of ranges as in "0600-06ff 0750-077f"."""
    for bounds in ranges.split():
        first, last = (int(number, 16) for number in bounds.split("-"))
        yield from range(first, last + 1)


def add(configuration: Any, fonts: Iterable[str]) -> None:
    """Let WeasyPrint use these fonts for what the fonts of its configuration lack."""
    from weasyprint.pdf.fonts import Font
    from weasyprint.text.ffi import ffi, fontconfig, pangoft2

    added = [fontconfig.FcConfigAppFontAddFile(configuration._config, font.encode()) for font in fonts]
    if not any(added):
        return
    pangoft2.pango_fc_font_map_config_changed(ffi.cast("PangoFcFontMap *", configuration.font_map))
    theirs = Font.__init__

    def init(font: Any, *arguments: Any) -> None:
        theirs(font, *arguments)
        font.to_unicode = AsSeen(font)

    Font.__init__ = init


class AsSeen(dict[int, str]):
    """The letters that the glyphs of a font stand for, with each bracket as it is seen.

    WeasyPrint takes what was typed, and a glyph that it met first in a text from right to left is that of the
    other bracket: all brackets of a file would be read aloud the wrong way round.
    """

    def __init__(self, font: Any) -> None:
        super().__init__()
        self._font = font

    def __setitem__(self, glyph: int, letters: str) -> None:
        if letters in _BRACKETS:
            letters = _brackets(self._font).get(glyph, letters)
        super().__setitem__(glyph, letters)


def _brackets(font: Any) -> dict[int, str]:
    """Return the brackets of a font by their glyphs. Asked once for each font."""
    if font.name not in _known:
        from fontTools.ttLib import TTFont

        with TTFont(BytesIO(font.file_content), fontNumber=font.index, lazy=True) as opened:
            cmap = opened.getBestCmap()
            glyphs = {opened.getGlyphID(cmap[ord(each)]): each for each in _BRACKETS if ord(each) in cmap}
        _known[font.name] = glyphs
    return _known[font.name]


def set_directions(html: str) -> str:
    """Return the page with the direction of each element with dir="auto", and with phrases kept apart.

    WeasyPrint does neither. A phrase from right to left between marks of Unicode leaves the numbers and
    punctuation around it where they were.
    """
    return _PHRASE.sub("\u2067\\g<0>\u2069", _AUTO.sub(_directed, html))


def _directed(match: re.Match[str]) -> str:
    direction = ' dir="rtl"' if _FIRST.match(match[2]) else ""
    return f"{direction}>{match[1]}{match[2]}"
