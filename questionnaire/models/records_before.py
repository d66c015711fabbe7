"""Know what an intake keeps of entries of its follow-up that were changed or removed, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

#: The key in the content of an intake of what entries of the follow-up said before, the oldest first.
BEFORE: Final = "records_before"
#: For how long an action can be undone.
UNDO_PERIOD: Final = timedelta(minutes=10)


def kept_before(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what entries of the follow-up said before changes that can still be undone.

    What is older stays stored until the next change of the intake, or until `lifecycle.retention` drops it;
    nothing shows it or gives it out.
    """
    since = timezone.now() - UNDO_PERIOD
    return [each for each in content.get(BEFORE, ()) if datetime.fromisoformat(each["at"]) > since]
