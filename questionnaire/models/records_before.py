"""Know what an intake keeps of entries of its follow-up that were changed or removed, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.utils import timezone

#: The key in the content of an intake of what entries of the follow-up said before, the oldest first.
BEFORE: Final = "records_before"
#: For how long an action can be undone.
UNDO_PERIOD: Final = timedelta(minutes=10)
#: Of how many changes of one kind an intake keeps that at most. All that one page saved is one change.
_MOST: Final = 20


def kept_before(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what entries of the follow-up said before changes that can still be undone.

    What is older stays stored until the next change of the intake, or until `lifecycle.retention` drops it;
    nothing shows it or gives it out.
    """
    since = timezone.now() - UNDO_PERIOD
    return [each for each in content.get(BEFORE, ()) if datetime.fromisoformat(each["at"]) > since]


def newest_changes(kept: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the newest changes of each kind among what is to be kept, each of them whole.

    Entries with the same `sitting` are one change: with a part of it, undoing would leave the rest as it is.
    """
    changes = [(each["kind"], each.get("sitting", place)) for place, each in enumerate(kept)]
    by_kind: dict[str, dict[object, None]] = {}
    for kind, change in reversed(changes):
        by_kind.setdefault(kind, {})[change] = None
    newest = {kind: set(islice(of_kind, _MOST)) for kind, of_kind in by_kind.items()}
    return [each for each, (kind, change) in zip(kept, changes, strict=True) if change in newest[kind]]
