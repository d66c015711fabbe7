"""Hold what the inverse of an action needs, as the session has it since that action."""

from __future__ import annotations

from typing import Any


class OldEntryError(Exception):
    """A session stored this before an upgrade, without what its inverse needs now."""


class About(dict[str, Any]):
    """Ids and stored states by name. Raise OldEntryError for one that is not there."""

    def __missing__(self, key: str) -> Any:
        raise OldEntryError(key)
