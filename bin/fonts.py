#!/usr/bin/env python
"""Make the fonts of the pages from those of the PDFs, where they are not made yet.

Each is a subset of Source Sans Pro as woff2, under a name of its own: its licence, the SIL Open Font License,
reserves that name for the font as it is. The copyright and the licence stay in the file.
"""

from pathlib import Path
from typing import Final

import font_source_sans_pro

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = "questionnaire/static/fonts"
FAMILY: Final = "Page Sans"
#: The weights of the pages by the names of their files.
WEIGHTS: Final = {"regular": "SourceSansPro-Regular.ttf", "semibold": "SourceSansPro-Semibold.ttf"}
#: Latin as in Europe, punctuation, arrows and the euro sign; other scripts are shown in a font of the system.
CHARACTERS: Final = "U+20-7E,U+A0-17F,U+1E80-1E85,U+2010-2027,U+2030-203A,U+20AC,U+2122,U+2190-2193,U+2212"
#: The names in a font that say what it is called; the others say who made it, and by which licence.
_NAMING_IDS: Final = {1: FAMILY, 3: FAMILY, 4: FAMILY, 6: "PageSans", 16: FAMILY, 21: FAMILY}


def make_all(root: Path = ROOT) -> None:
    """Write the fonts that are missing."""
    source = Path(font_source_sans_pro.__file__).parent / "files"
    for name, file in WEIGHTS.items():
        target = root / TARGET / f"{name}.woff2"
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            make(source / file, target)


def make(source: Path, target: Path) -> None:
    """Write one font."""
    from fontTools import subset  # here, since it takes long to import and is rarely needed
    from fontTools.ttLib import TTFont

    options = subset.Options(name_IDs=["*"], layout_features=["kern", "liga", "locl", "ccmp", "mark"])
    with TTFont(source) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=subset.parse_unicodes(CHARACTERS))
        subsetter.subset(font)
        for record in font["name"].names:
            if record.nameID in _NAMING_IDS:
                record.string = _NAMING_IDS[record.nameID]
        font.flavor = "woff2"
        # A server that starts meanwhile reads no file or a whole one.
        unfinished = target.with_suffix(".part")
        font.save(unfinished)
        unfinished.replace(target)


if __name__ == "__main__":
    make_all()
