"""Keep what was typed before words were taken out of it, so that it can be put back.

The content of an intake holds free texts under `EARLIER` and entries of the follow-up under `EARLIER_STEPS`:
each by its key a list of [moment, what it said], the oldest first. What a text said is a string, what an
entry said is its content. Their keys:

- a text of the intake: its name, such as "running_note";
- a text of an item: its part and the id of the item, as in "notes fear_level";
- the answer to a remark, which is not in the content of the intake: "remark" and the id of the remark;
- a step or the decisions: the key of its draft;
- a consultation or breach: its kind and its id, as in "breach 0b5c...".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

EARLIER: Final = "earlier"
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
_MOST_VERSIONS: Final = 20
_MOST_CHARACTERS: Final = 60_000

Said = str | Mapping[str, Any]


def keep_lost(
    content: dict[str, Any], place: str, key: str, before: Said | None, after: Said | None, now: datetime
) -> None:
    """Keep in the content of an intake what was said `before`, if it lost words; None is no entry."""
    words = typed(after)
    lost = {part: text for part, text in typed(before).items() if text not in words.get(part, "")}
    if before and lost and _is_worth_keeping(versions_of(content, place, key), lost, words, now):
        keep(content, place, key, before, now)


def keep(content: dict[str, Any], place: str, key: str, said: Said, now: datetime) -> None:
    """Add an earlier version; the oldest ones go when there are many."""
    version = said if isinstance(said, str) else dict(said)
    versions = [*versions_of(content, place, key), [now.isoformat(), version]][-_MOST_VERSIONS:]
    while len(versions) > 1 and sum(map(_length, versions)) > _MOST_CHARACTERS:
        del versions[0]
    content.setdefault(place, {})[key] = versions


def versions_of(content: Mapping[str, Any], place: str, key: str) -> list[list[Any]]:
    """Return the earlier versions as [moment, what was said], the oldest first."""
    versions: list[list[Any]] = content.get(place, {}).get(key, [])
    return versions


def typed(said: Said | None) -> dict[str, str]:
    """Return what somebody typed, by its part: "" for a text, which has no parts."""
    if isinstance(said, str):
        return {"": said} if said else {}
    return {part: str(said[part]) for part in _TYPED if said and said.get(part)}


def _is_worth_keeping(
    versions: list[list[Any]], lost: Mapping[str, str], after: Mapping[str, str], now: datetime
) -> bool:
    kept = [typed(said) for _moment, said in versions]
    if any(all(text in each.get(part, "") for part, text in lost.items()) for each in kept):
        return False
    is_recent = bool(versions) and now - datetime.fromisoformat(versions[-1][0]) < _APART
    return not is_recent or any(len(after.get(part, "")) * 2 < len(text) for part, text in lost.items())


def _length(version: list[Any]) -> int:
    return sum(map(len, typed(version[1]).values()))
