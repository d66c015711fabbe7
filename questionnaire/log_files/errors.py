"""Say why a file with a log cannot be read: every fault by name, with what to do about it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class FileFault(Enum):
    """Why a file is not read. The values are the codes that the process which reads it replies with."""

    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    ENCRYPTED = "encrypted"
    OLD_SPREADSHEET = "old_spreadsheet"
    PDF = "pdf"
    WORD = "word"
    IMAGE = "image"
    OTHER = "other"
    DAMAGED = "damaged"
    EMPTY = "empty"
    TOO_SLOW = "too_slow"


_SENTENCES: Final[dict[FileFault, StrPromise]] = {
    FileFault.TOO_LARGE: _("This file is too large. At most 5 MB can be read at a time."),
    FileFault.TOO_MANY_ROWS: _("This file has too many rows. At most 20,000 can be read at a time."),
    FileFault.TOO_MANY_COLUMNS: _("This file has too many columns. At most 100 can be read."),
    FileFault.ENCRYPTED: _("This file has a password. Save it without a password and try again."),
    FileFault.OLD_SPREADSHEET: _(
        "This kind of spreadsheet cannot be read. Save it as XLSX or CSV and try again."
    ),
    FileFault.PDF: _("This is a PDF, which cannot be read here. Copy the text and paste it."),
    FileFault.WORD: _("This is a text document, which cannot be read here. Copy the text and paste it."),
    FileFault.IMAGE: _("This is a picture, which cannot be read here. Type over what it says."),
    FileFault.OTHER: _(
        "This kind of file cannot be read. Use a spreadsheet (XLSX, ODS or CSV) or plain text."
    ),
    FileFault.DAMAGED: _("This file is damaged. Open it in its own program and save it again."),
    FileFault.EMPTY: _("There is nothing in this file."),
    FileFault.TOO_SLOW: _("Reading this file took too long. Save it as CSV and try again."),
}


class LogFileError(Exception):
    """A file that is not read. Its text is the code of the fault alone, never anything of the file."""

    def __init__(self, fault: FileFault) -> None:
        self.fault = fault
        super().__init__(fault.value)

    @property
    def message(self) -> str:
        """Return what is wrong and what to do, in the active language."""
        return str(_SENTENCES[self.fault])
