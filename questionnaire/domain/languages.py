"""Name the languages of pages, documents, answers files and the interpreter view.

This is the one place where a new one is added, besides its folder in locale/: see docs/development.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class Language:
    """One language. One that is not `of_pages` is only for the interpreter, and may be incomplete.

    `iso_639_2` is its code of three letters (T). `list_separator` is what stands between the columns where a
    spreadsheet opens a CSV file.
    """

    name: StrPromise
    iso_639_2: str
    of_pages: bool = True
    right_to_left: bool = False
    list_separator: str = ";"


#: Every language by its code, in the order in which pages offer them.
ALL: Final[Mapping[str, Language]] = {
    "nl": Language(_("Dutch"), "nld"),
    "en": Language(_("English"), "eng", list_separator=","),
}
#: The name of each language that pages, documents and answers files can be in.
LANGUAGES: Final[Mapping[str, StrPromise]] = {
    code: language.name for code, language in ALL.items() if language.of_pages
}
DEFAULT_LANGUAGE: Final = "nl"
#: The language of the texts in the source, which has no catalogue of translations.
SOURCE_LANGUAGE: Final = "en"


def beside(here: str) -> tuple[str, ...]:
    """Return the languages that an interpreter can have beside that of the page, the default one first."""
    others = [code for code in ALL if code != here]
    return tuple(sorted(others, key=lambda code: code != DEFAULT_LANGUAGE))
