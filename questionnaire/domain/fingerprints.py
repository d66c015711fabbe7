"""What a page is made with: short digests, by which a later save knows what the page had seen."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

#: What belongs to one item, by its key in the content of an intake.
PARTS: Final = ("answers", "notes", "sources", "reasons")
#: The texts that belong to the intake as a whole.
TEXTS: Final = ("running_note", "view")
#: What someone is still writing, and is only ever a draft: an incident to add. One that is being changed has
#: its id after this, behind a space.
INCIDENT: Final = "incidents"


def fingerprint(value: object) -> str:
    """A short digest of a JSON value. Empty text is no text; the number 0 is an answer."""
    plain = None if value == "" else value
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12]


def item_fingerprint(content: Mapping[str, Any], item_id: str) -> str:
    """For one item: of each part, and of the draft that a page shows."""
    parts = [fingerprint(content[part].get(item_id)) for part in PARTS]
    return ".".join([*parts, draft_fingerprint(content, item_id)])


def text_fingerprint(content: Mapping[str, Any], name: str) -> str:
    """The same for one of `TEXTS`."""
    return f"{fingerprint(content[name])}.{draft_fingerprint(content, name)}"


def draft_fingerprint(content: Mapping[str, Any], key: str) -> str:
    """The same for what is only ever a draft."""
    return fingerprint(newest_draft(content, key))


def newest_draft(content: Mapping[str, Any], key: str) -> str:
    """The draft that a page shows; "" for none."""
    drafts = drafts_of(content, key)
    return drafts[-1] if drafts else ""


def drafts_of(content: Mapping[str, Any], key: str) -> list[str]:
    """All drafts of one item, text or incident. A page shows the last; then the one before comes up.

    There used to be one alone, stored as it was.
    """
    drafts: list[str] | str = content["drafts"].get(key, [])
    return [drafts] if isinstance(drafts, str) else drafts
