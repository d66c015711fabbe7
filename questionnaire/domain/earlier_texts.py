"""Keep what free texts of an intake said before words were taken out of them, and put it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.earlier_versions import EARLIER, keep, keep_lost, versions_of
from questionnaire.domain.fingerprints import INTAKE_TEXTS

#: What the key of the answer to a remark begins with.
REMARK: Final = "remark"
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
        keep_lost(content, EARLIER, key, text, after.get(key), now)


def keep_answer(content: dict[str, Any], remark: object, before: str, after: str, now: datetime) -> None:
    """Keep an answer to a remark as it was `before`, if it lost words; always when an earlier one is back."""
    key = f"{REMARK} {remark}"
    is_put_back = after in (text for _moment, text in versions_of(content, EARLIER, key))
    if is_put_back and before and before not in after:
        keep(content, EARLIER, key, before, now)
    else:
        keep_lost(content, EARLIER, key, before, after, now)


def put_back(content: dict[str, Any], key: str, number: int, now: datetime) -> bool:
    """Give a text the earlier version with this number, from 0 for the oldest; return whether there is one.

    What it says now becomes an earlier version.
    """
    versions = versions_of(content, EARLIER, key)
    if not 0 <= number < len(versions):
        return False
    _moment, text = versions[number]
    if current := texts_of(content).get(key):
        keep(content, EARLIER, key, current, now)
    part, _space, item_id = key.partition(" ")
    if item_id:
        content[part][item_id] = text
    else:
        content[part] = text
    return True
