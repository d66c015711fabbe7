"""Words in other scripts: which of them paper can show follows from the fonts that are installed.

The font of the paper has Latin, Greek and Cyrillic. For other scripts it takes those of Debian's packages
fonts-noto-core and fonts-droid-fallback, each for its own script, and none other. A process looks for them
once, and tells the PDF worker that it starts what it found, so that both print the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from questionnaire.documents.renderers import fonts

FOLDER: Final = Path("/usr/share/fonts/truetype")


@dataclass(frozen=True, slots=True)
class Script:
    """A script, or several that share a font: the file of it, and the characters that it is used for."""

    font: str
    ranges: str


SCRIPTS: Final = (
    Script("noto/NotoSansArmenian-Regular.ttf", "0530-058f fb13-fb17"),
    Script("noto/NotoSansHebrew-Regular.ttf", "0590-05ff fb1d-fb4f"),
    Script("noto/NotoSansArabic-Regular.ttf", "0600-06ff 0750-077f 0870-08ff fb50-fdff fe70-fefc"),
    Script("noto/NotoSansSyriac-Regular.ttf", "0700-074f"),
    Script("noto/NotoSansDevanagari-Regular.ttf", "0900-097f a8e0-a8ff"),
    Script("noto/NotoSansBengali-Regular.ttf", "0980-09ff"),
    Script("noto/NotoSansGurmukhi-Regular.ttf", "0a00-0a7f"),
    Script("noto/NotoSansGujarati-Regular.ttf", "0a80-0aff"),
    Script("noto/NotoSansTamil-Regular.ttf", "0b80-0bff"),
    Script("noto/NotoSansTelugu-Regular.ttf", "0c00-0c7f"),
    Script("noto/NotoSansKannada-Regular.ttf", "0c80-0cff"),
    Script("noto/NotoSansMalayalam-Regular.ttf", "0d00-0d7f"),
    Script("noto/NotoSansSinhala-Regular.ttf", "0d80-0dff"),
    Script("noto/NotoSansThai-Regular.ttf", "0e00-0e7f"),
    Script("noto/NotoSansLao-Regular.ttf", "0e80-0eff"),
    Script("noto/NotoSansMyanmar-Regular.ttf", "1000-109f a9e0-a9ff aa60-aa7f"),
    Script("noto/NotoSansGeorgian-Regular.ttf", "10a0-10ff 1c90-1cbf 2d00-2d2f"),
    Script("noto/NotoSansEthiopic-Regular.ttf", "1200-139f 2d80-2ddf ab00-ab2f"),
    Script("noto/NotoSansKhmer-Regular.ttf", "1780-17ff 19e0-19ff"),
    Script("noto/NotoSansTifinagh-Regular.ttf", "2d30-2d7f"),
    Script("droid/DroidSansFallbackFull.ttf", "2e80-31ff 3400-4dbf 4e00-9fff f900-faff ff01-ffef"),
)

#: Characters that the font of the paper does not have, with the spaces between.
_OTHER: Final = re.compile(
    r"[{0}]+(?:\s+[{0}]+)*".format(
        "\u0530-\u1cff\u2c60-\ud7ff\ue000-\ufaff\ufb13-\ufdff\ufe70-\ufefc\uff01-\uffef"
        "\U00010000-\U0001efff\U00020000-\U0003ffff"
    )
)
#: Of a text with a letter for each character: those without a font, with the spaces between.
_LACKING: Final = re.compile("l(?: *l)*")


def installed() -> tuple[Script, ...]:
    """Return the scripts of which the font is there, as this process first saw it."""
    return _installed(FOLDER)


def path(script: Script) -> Path:
    """Return the file of its font."""
    return FOLDER / script.font


def replace(text: str, by: Callable[[str], str]) -> str:
    """Return the text with the words that paper cannot show replaced by what `by` makes of them."""

    def replaced(match: re.Match[str]) -> str:
        words = match[0]
        kinds = "".join(map(_kind, words))
        parts, end = [], 0
        for lacking in _LACKING.finditer(kinds):
            parts += [words[end : lacking.start()], by(words[lacking.start() : lacking.end()])]
            end = lacking.end()
        return "".join((*parts, words[end:]))

    return _OTHER.sub(replaced, text)


def _kind(character: str) -> str:
    if character.isspace():
        return " "
    return "p" if _is_printable(FOLDER, character) else "l"


def _is_printable(folder: Path, character: str) -> bool:
    script = _scripts(folder).get(ord(character))
    return script is not None and ord(character) in _characters(folder, script)


@cache
def _installed(folder: Path) -> tuple[Script, ...]:
    return tuple(script for script in SCRIPTS if (folder / script.font).is_file())


@cache
def _scripts(folder: Path) -> dict[int, Script]:
    return {number: script for script in _installed(folder) for number in fonts.numbers(script.ranges)}


@cache
def _characters(folder: Path, script: Script) -> frozenset[int]:
    return fonts.characters(folder / script.font, script.ranges)
