"""Keep what entries of the follow-up said before words were taken out of them, so that these can be put back.

The content of an intake holds them under `EARLIER_STEPS`: by the key of the entry a list of
[moment, content], the oldest first. The key of a step or of the decisions is that of its draft; that of a
consultation or breach is its kind and its id, as in "breach 0b5c...".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

#: The key of the earlier entries in the content of an intake.
EARLIER_STEPS: Final = "earlier_steps"
#: The parts of an entry that someone types, whatever kind of entry it is.
_TYPED: Final = (
    *("who", "why"),
    *("name", "result"),
    *("helper", "ground"),
    *("order", "reported_to", "number", "answer"),
)
#: Someone who rewrites a text makes one earlier version in this time, unless most of the text goes.
_APART: Final = timedelta(minutes=5)
_MOST_VERSIONS: Final = 10
_MOST_CHARACTERS: Final = 60_000

Entry = Mapping[str, Any]


def keep_earlier_step(
    content: dict[str, Any], key: str, before: Entry | None, after: Entry | None, now: datetime
) -> None:
    """Keep in the content of an intake what an entry said `before`, if it lost words; None is no entry."""
    lost = {name: text for name, text in typed(before).items() if text not in typed(after).get(name, "")}
    if before and lost and _is_worth_keeping(versions_of_step(content, key), lost, typed(after), now):
        keep_step(content, key, before, now)


def keep_step(content: dict[str, Any], key: str, entry: Entry, now: datetime) -> None:
    """Add an earlier version of an entry; the oldest ones go when there are many."""
    versions = [*versions_of_step(content, key), [now.isoformat(), dict(entry)]][-_MOST_VERSIONS:]
    while len(versions) > 1 and sum(map(_length, versions)) > _MOST_CHARACTERS:
        del versions[0]
    content.setdefault(EARLIER_STEPS, {})[key] = versions


def versions_of_step(content: Mapping[str, Any], key: str) -> list[list[Any]]:
    """Return the earlier versions of an entry as [moment, content], the oldest first."""
    versions: list[list[Any]] = content.get(EARLIER_STEPS, {}).get(key, [])
    return versions


def typed(entry: Entry | None) -> dict[str, str]:
    """Return what somebody typed in an entry, by its part."""
    return {name: str(entry[name]) for name in _TYPED if entry and entry.get(name)}


def _is_worth_keeping(
    versions: list[list[Any]], lost: Mapping[str, str], after: Mapping[str, str], now: datetime
) -> bool:
    kept = [typed(entry) for _moment, entry in versions]
    if any(all(text in each.get(name, "") for name, text in lost.items()) for each in kept):
        return False
    is_recent = bool(versions) and now - datetime.fromisoformat(versions[-1][0]) < _APART
    return not is_recent or any(len(after.get(name, "")) * 2 < len(text) for name, text in lost.items())


def _length(version: list[Any]) -> int:
    return sum(map(len, typed(version[1]).values()))
