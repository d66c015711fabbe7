"""Keep what free texts said before words were taken out of them, so that these can be put back.

The content of an intake holds them under `EARLIER`: by the key of the text a list of [moment, text], the
oldest first. The key of a text of the intake is its name, such as "running_note"; that of a text of an item
is its part and the id of the item, as in "notes fear_level". That of the answer to a remark is "remark" and
the id of the remark; the answer itself is not in the content of the intake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.fingerprints import INTAKE_TEXTS

#: The key of the earlier texts in the content of an intake.
EARLIER: Final = "earlier"
#: Someone who rewrites a text makes one earlier version in this time, unless most of the text goes.
_APART: Final = timedelta(minutes=5)
#: What the key of the answer to a remark begins with.
REMARK: Final = "remark"
_MOST_VERSIONS: Final = 20
_MOST_CHARACTERS: Final = 60_000
_ITEM_TEXTS: Final = ("answers", "notes", "reasons")


def texts_of(content: Mapping[str, Any]) -> dict[str, str]:
    """Return every free text of an intake that says something, by its key."""
    return dict(_texts(content))


def _texts(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in INTAKE_TEXTS:
        if content[name]:
            yield name, content[name]
    for part in _ITEM_TEXTS:
        for item_id, value in content[part].items():
            if isinstance(value, str) and (part != "answers" or ITEMS[item_id].kind == "text"):
                yield f"{part} {item_id}", value


def keep_earlier(content: dict[str, Any], before: Mapping[str, str], now: datetime) -> None:
    """Keep those of the texts `before` that lost words since, in place.

    `before` is what `texts_of` returned before the change.
    """
    after = texts_of(content)
    for key, text in before.items():
        if text not in after.get(key, "") and _is_worth_keeping(content, key, text, after.get(key, ""), now):
            keep_text(content, key, text, now)


def keep_answer(content: dict[str, Any], remark: object, before: str, after: str, now: datetime) -> None:
    """Keep an answer to a remark as it was `before`, if it lost words; always when an earlier one is back."""
    key = f"{REMARK} {remark}"
    is_put_back = after in (text for _moment, text in versions_of(content, key))
    is_lost = before and before not in after
    if is_lost and (is_put_back or _is_worth_keeping(content, key, before, after, now)):
        keep_text(content, key, before, now)


def keep_text(content: dict[str, Any], key: str, text: str, now: datetime) -> None:
    """Add an earlier version of a text; the oldest ones go when there are many."""
    versions = [*versions_of(content, key), [now.isoformat(), text]][-_MOST_VERSIONS:]
    while len(versions) > 1 and sum(len(each) for _moment, each in versions) > _MOST_CHARACTERS:
        del versions[0]
    content.setdefault(EARLIER, {})[key] = versions


def versions_of(content: Mapping[str, Any], key: str) -> list[list[str]]:
    """Return the earlier versions of a text as [moment, text], the oldest first."""
    versions: list[list[str]] = content.get(EARLIER, {}).get(key, [])
    return versions


def put_back(content: dict[str, Any], key: str, number: int, now: datetime) -> bool:
    """Give a text the earlier version with this number, from 0 for the oldest; return whether there is one.

    What it says now becomes an earlier version.
    """
    versions = versions_of(content, key)
    if not 0 <= number < len(versions):
        return False
    _moment, text = versions[number]
    if current := texts_of(content).get(key):
        keep_text(content, key, current, now)
    part, _space, item_id = key.partition(" ")
    if item_id:
        content[part][item_id] = text
    else:
        content[part] = text
    return True


def _is_worth_keeping(content: Mapping[str, Any], key: str, text: str, after: str, now: datetime) -> bool:
    versions = versions_of(content, key)
    if any(text in kept for _moment, kept in versions):
        return False
    is_recent = bool(versions) and now - datetime.fromisoformat(versions[-1][0]) < _APART
    return not is_recent or len(after) * 2 < len(text)
