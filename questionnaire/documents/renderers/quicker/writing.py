"""Write the objects of a PDF: what most of them hold is bytes or ASCII."""

from __future__ import annotations

from typing import Any, Final

import pydyf

_their_bytes: Final = pydyf._to_bytes


def _to_bytes(item: Any) -> bytes:
    kind = type(item)
    if kind is bytes:
        return item  # type: ignore[no-any-return]  # see above
    if kind is str or kind is int:
        return str(item).encode("ascii")
    return _their_bytes(item)  # type: ignore[no-any-return]  # theirs


def write_quickly() -> None:
    """Have pydyf turn its objects to bytes by ours."""
    pydyf._to_bytes = _to_bytes
