"""A three-way merge of what a page sent into the content of an intake, so that nobody's words are lost.

Three things meet: what is stored, what the page was made with, and what it sent. Content and submission are
plain data; `questionnaire.actions` locks, stores and tells.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from questionnaire.domain.answers import Value, value_to_json

#: What belongs to one item, by its key in the content of an intake.
PARTS: Final = ("answers", "notes", "sources", "reasons")
#: The texts that belong to the intake as a whole.
TEXTS: Final = ("running_note", "view")


@dataclass(frozen=True, slots=True)
class Submission:
    """What one page sent, by item id. None and "" mean empty; a part that is not named was not on the page.

    `base` holds the `item_digest` that each item of the page was made with, and `posted` its controls as they
    stood on the page: that is what is kept where the answer itself cannot be. `refused` names the items of
    which a part could not be read. The texts of the intake go likewise, by their names, with `text_digest`.
    """

    base: Mapping[str, str]
    posted: Mapping[str, str]
    refused: Collection[str] = ()
    answers: Mapping[str, Value | None] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


class Verdict(Enum):
    """What becomes of one part."""

    ABSENT = auto()
    LEAVE = auto()
    SAVE = auto()
    CONFLICT = auto()


def item_digest(content: Mapping[str, Any], item_id: str) -> str:
    """What a page is made with, for one item: a short digest of each part, and of its draft."""
    return ".".join(digest(content[part].get(item_id)) for part in (*PARTS, "drafts"))


def text_digest(content: Mapping[str, Any], name: str) -> str:
    """The same for one of `TEXTS`."""
    return f"{digest(content[name])}.{digest(content['drafts'].get(name))}"


def digest(value: object) -> str:
    """A short digest of a JSON value. Empty text is no text; the number 0 is an answer."""
    plain = None if value == "" else value
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12]


def verdict(stored: object, sent: object, known: str) -> Verdict:
    """What becomes of a part: `known` is the digest of what the page was made with."""
    if digest(sent) in (digest(stored), known):
        return Verdict.LEAVE
    return Verdict.SAVE if digest(stored) == known else Verdict.CONFLICT


class Merge:
    """Merges into `content`, in place, and remembers what came of it.

    `saved` and `conflicts` name the items and texts of which a part was saved, or stayed as someone else made
    it; `touched` names those that changed in any way, be it only their draft.
    """

    def __init__(self, content: dict[str, Any], sent: Submission) -> None:
        self.content = content
        self.sent = sent
        self.saved: list[str] = []
        self.conflicts: list[str] = []
        self.touched: list[str] = []

    def item(self, item_id: str) -> None:
        """Merge one item, part by part."""
        known = _known(self.sent.base.get(item_id, ""), (*PARTS, "drafts"))
        verdicts = {self._part(part, item_id, known[part]) for part in PARTS}
        self._settle(item_id, verdicts, known["drafts"])

    def text(self, name: str) -> None:
        """Merge one text of the intake."""
        known = _known(self.sent.base.get(name, ""), (name, "drafts"))
        came = Verdict.ABSENT
        if name in self.sent.texts:
            came = verdict(self.content[name], self.sent.texts[name], known[name])
        if came is Verdict.SAVE:
            self.content[name] = self.sent.texts[name]
        self._settle(name, {came}, known["drafts"])

    def _part(self, part: str, item_id: str, known: str) -> Verdict:
        sent: Mapping[str, Any] = getattr(self.sent, part)
        if item_id not in sent:
            return Verdict.ABSENT
        value = None if sent[item_id] is None else value_to_json(sent[item_id])
        came = verdict(self.content[part].get(item_id), value, known)
        if came is Verdict.SAVE:
            _put(self.content[part], item_id, value)
        return came

    def _settle(self, key: str, verdicts: set[Verdict], known_draft: str) -> None:
        drafts = self.content["drafts"]
        before = drafts.get(key)
        if key in self.sent.refused or Verdict.CONFLICT in verdicts:
            _put(drafts, key, self.sent.posted[key])
        elif verdicts != {Verdict.ABSENT} and digest(before) == known_draft:
            _put(drafts, key, None)  # the page showed it, and all that came of it could be read
        if Verdict.CONFLICT in verdicts:
            self.conflicts.append(key)
        if Verdict.SAVE in verdicts:
            self.saved.append(key)
            self.content["revisions"][key] = self.content["revisions"].get(key, 0) + 1
        if Verdict.SAVE in verdicts or drafts.get(key) != before:
            self.touched.append(key)


def _known(base: str, names: Sequence[str]) -> dict[str, str]:
    """The digests of a base by name; a base that does not fit is one that knew nothing."""
    digests = base.split(".")
    return dict(zip(names, digests if len(digests) == len(names) else [""] * len(names), strict=True))


def _put(values: dict[str, Any], key: str, value: object) -> None:
    if value in (None, ""):
        values.pop(key, None)
    else:
        values[key] = value
