"""Name the languages of pages, documents and answers files: the one place where a new one is added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The name of each language by its code, in the order in which pages offer them.
LANGUAGES: Final[Mapping[str, StrPromise]] = {"nl": _("Dutch"), "en": _("English")}
DEFAULT_LANGUAGE: Final = "nl"
#: The language of the texts in the source, which has no catalogue of translations.
SOURCE_LANGUAGE: Final = "en"
