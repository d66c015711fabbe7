"""Say to whoever runs the program what it says in their language: Dutch when LANG is Dutch, English else.

Before the settings are read Django translates nothing; the same catalogue is read by Python's own gettext.
"""

from __future__ import annotations

import functools
import gettext
import os
from pathlib import Path
from typing import Final

LOCALE_DIR: Final = Path(__file__).resolve().parent.parent / "locale"


def of_commands() -> str:
    """Return the language of commands and of the start of the server, as LC_ALL, LC_MESSAGES or LANG says."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "nl" if next(filter(None, names), "").lower().startswith("nl") else "en"


@functools.cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("django", LOCALE_DIR, [language], fallback=True)


def translated(text: str) -> str:
    """Return a text in the language of commands."""
    return _catalogue(of_commands()).gettext(text)
