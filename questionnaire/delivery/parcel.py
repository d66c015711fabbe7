"""What is delivered, and how delivering it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

#: HTTP statuses of a server that may take the same later: a timeout, too early, too many requests.
_LATER: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Parcel:
    """A signed PDF, and what is told of it.

    `uuid` tells it from every other, at each try the same. `name` is that of its file, without an ending.
    Whoever sees `name`, `title` and `author` learns a reference, a day and who signed, and no subject.
    """

    uuid: UUID
    name: str
    title: str
    author: str
    language: str
    signed_on: date
    replaces: UUID | None
    about: Mapping[str, object]
    pdf: bytes


class DeliveryError(Exception):
    """It did not arrive, as far as is known. `code` says why, without content; a final one is not retried."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        super().__init__(code)
        self.code, self.is_final = code, is_final

    @classmethod
    def of_status(cls, status: int) -> DeliveryError:
        """Return the error of a response with this HTTP status."""
        return cls(f"http_{status}", is_final=status < 500 and status not in _LATER)
