"""Handle conflicts: what a page would save was changed somewhere else meanwhile."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _


def resolved_key(posted: QueryDict) -> str:
    """Return the item, text or step of which someone chose between what they typed and what is stored."""
    return posted.get("_take") or posted.get("_leave") or ""


def choice_text(posted: QueryDict) -> str:
    """Return what to say once someone chose between two texts; "" when they did not."""
    if "_take" in posted:
        return _("What you filled in is stored now.")
    return _("What was stored stays. What you filled in is gone.") if "_leave" in posted else ""


def draft_only_base(fingerprint: str) -> str:
    """Return the fingerprint of a page that shows the draft but nothing of what is stored.

    Such a page cannot overwrite what is stored before its reader chose.
    """
    *stored, draft = fingerprint.split(".")
    return ".".join([*([""] * len(stored)), draft])


def changed_elsewhere(stored: str) -> str:
    """Return the error message for what someone else changed meanwhile; `stored` is how it is now."""
    return _(
        "This was changed somewhere else meanwhile. Stored now: %(stored)s. Save again to keep yours."
    ) % {"stored": stored}
