"""Deliver into a folder: a file with what is told of the PDF, and then the PDF.

Each comes whole or not at all, and neither replaces another file. Who reads the folder finds a PDF there
only when the file about it is there too.
"""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from questionnaire.delivery.parcel import DeliveryError, Parcel

_CODES: Final = {
    errno.ENOENT: "folder_missing",
    errno.ENOTDIR: "folder_missing",
    errno.EACCES: "not_writable",
    errno.EPERM: "not_writable",
    errno.EROFS: "not_writable",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
}


def deliver(parcel: Parcel, folder: Path) -> str:
    """Write each file that is not there, and return the folder. Raise DeliveryError.

    The folder is never made: where its disk is not mounted, the files would land on another.
    """
    about = json.dumps(parcel.about, ensure_ascii=False, indent=1).encode() + b"\n"
    try:
        path = folder / f"{parcel.name}.pdf"
        if not path.exists():
            _write(path.with_suffix(".json"), about)
            _write(path, parcel.pdf)
        elif path.read_bytes() != parcel.pdf:
            raise DeliveryError("other_file", is_final=True)
    except OSError as error:
        raise DeliveryError(_CODES.get(error.errno or 0, "folder_failed")) from None
    return str(folder)


def _write(path: Path, content: bytes) -> None:
    """Write a file under another name, and give it its own when it is on disk."""
    if path.exists():  # of an earlier try
        return
    part = path.with_name(f".{path.name}.part")  # the same at each try: who is killed leaves one
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Put the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
