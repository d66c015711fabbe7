"""Compute fingerprints of answers, texts and drafts, which work like ETags.

A save sends the fingerprints that its page was made with. One that differs from that of the stored value says
that someone else changed the value meanwhile.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

#: The parts of one item, by their key in the content of an intake.
ITEM_PARTS: Final = ("answers", "notes", "sources", "reasons")
#: The texts of the intake as a whole, by their key in its content.
INTAKE_TEXTS: Final = ("running_note", "view")
#: The key of the draft of a new incident; that of a change to a stored one is this, a space and its id.
INCIDENT_DRAFT: Final = "incidents"


def fingerprint(value: object) -> str:
    """Return a short digest of a JSON value. Empty text counts as no value; the number 0 is an answer."""
    plain = None if value == "" else value
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12]


def item_fingerprint(content: Mapping[str, Any], item_id: str) -> str:
    """Return the fingerprints of each part of an item and of its newest draft, with dots between them."""
    parts = [fingerprint(content[part].get(item_id)) for part in ITEM_PARTS]
    return ".".join([*parts, draft_fingerprint(content, item_id)])


def text_fingerprint(content: Mapping[str, Any], name: str) -> str:
    """Return the fingerprints of one of `INTAKE_TEXTS` and of its newest draft, with a dot between them."""
    return f"{fingerprint(content[name])}.{draft_fingerprint(content, name)}"


def draft_fingerprint(content: Mapping[str, Any], key: str) -> str:
    """Return the fingerprint of the newest draft alone."""
    return fingerprint(newest_draft(content, key))


def newest_draft(content: Mapping[str, Any], key: str) -> str:
    """Return the draft that a page shows; "" for none."""
    drafts = drafts_of(content, key)
    return drafts[-1] if drafts else ""


def drafts_of(content: Mapping[str, Any], key: str) -> list[str]:
    """Return all drafts of an item, text or incident. A page shows the last; once settled, the one before."""
    drafts: list[str] | str = content["drafts"].get(key, [])
    # Content stored before there could be several drafts has one alone, as a string.
    return [drafts] if isinstance(drafts, str) else drafts
