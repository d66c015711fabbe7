"""A three-way merge of what a page sent into the content of an intake, so that nobody's words are lost.

Three things meet: what is stored, what the page was made with, and what it sent. Content and submission are
plain data; `questionnaire.actions.intakes` locks, stores and tells.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from questionnaire.domain.answers import Value, value_to_json
from questionnaire.domain.fingerprints import PARTS, TEXTS, drafts_of, fingerprint

_PAGES_REMEMBERED: Final = 5


@dataclass(frozen=True, slots=True)
class Submission:
    """What one page sent, by item id. None and "" mean empty; a part that is not named was not on the page.

    `base` holds the `item_digest` that each item of the page was made with, and `posted` its controls as they
    stood on the page: that is what is kept where the answer itself cannot be. `refused` names the items of
    which a part could not be read. The texts of the intake go likewise, by their names, with `text_digest`,
    and so do `sketches`, which are only ever drafts, with `sketch_digest`. `steps` is what came of each step
    of the advice, with `actions_steps.step_digest`.

    A page that sends more than once says which it is by `page`, and counts what it sends by `number`.
    `chosen` names what someone chose between two texts for: its base is that of the texts that were shown.
    """

    base: Mapping[str, str]
    posted: Mapping[str, str]
    refused: Collection[str] = ()
    answers: Mapping[str, Value | None] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    sketches: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""
    number: int = 0
    chosen: str = ""


class Resolution(Enum):
    """What becomes of one part."""

    ABSENT = auto()
    LEAVE = auto()
    SAVE = auto()
    CONFLICT = auto()


def resolve(stored: object, sent: object, known: str) -> Resolution:
    """What becomes of a part: `known` is the digest of what the page was made with."""
    if fingerprint(sent) in (fingerprint(stored), known):
        return Resolution.LEAVE
    return Resolution.SAVE if fingerprint(stored) == known else Resolution.CONFLICT


class Merge:
    """Merges into `content`, in place, and remembers what came of it.

    `saved` and `conflicts` name the items and texts of which a part was saved, or stayed as someone else made
    it; `touched` names those that changed in any way, be it only their draft. `bases` is what the page knows
    from now on: of a part that it does not show as it is stored, what it knew before. `is_written` says
    whether the content is to be stored, be it only to know that nothing older of this page counts any more.
    """

    def __init__(self, content: dict[str, Any], sent: Submission) -> None:
        self.content = content
        self.sent = sent
        self.saved: list[str] = []
        self.conflicts: list[str] = []
        self.touched: list[str] = []
        self.bases: dict[str, str] = {}
        self.is_written = False
        self._pages = {page: (number, bases) for page, number, bases in content.get("pages", ())}
        self._last, self._own = self._pages.get(sent.page, (0, {}))

    def all(self, item_ids: Iterable[str], steps: Iterable[str] = ()) -> None:
        """Merge all that was sent; nothing of what came late, as the same page then sent all of it again."""
        if self.sent.page and self.sent.number <= self._last:
            self.bases = dict(self._own)
            return
        for item_id in item_ids:
            self.item(item_id)
        for name in TEXTS:
            self.text(name)
        for key in steps:
            self.step(key)
        for key in self.sent.sketches:
            self.sketch(key)
        remembers = bool(self.sent.page) and self._could_be_undone()
        if remembers:
            self._remember()
        self.is_written = bool(self.touched) or remembers

    def item(self, item_id: str) -> None:
        """Merge one item, part by part."""
        known = self._known(item_id, PARTS)
        verdicts = {self._part(part, item_id, known) for part in PARTS}
        self._settle(item_id, verdicts, known)

    def text(self, name: str) -> None:
        """Merge one text of the intake."""
        known = self._known(name, (name,))
        came = Resolution.ABSENT
        if name in self.sent.texts:
            sent = self.sent.texts[name]
            came = resolve(self.content[name], sent, known[name])
            if came is Resolution.SAVE:
                self.content[name] = sent
            if fingerprint(self.content[name]) == fingerprint(sent):
                known[name] = fingerprint(sent)
        self._settle(name, {came}, known)

    def step(self, key: str) -> None:
        """Merge what came of one step of the advice, for which the content has `steps`."""
        known = self._known(key, ("steps",))
        self._settle(key, {self._part("steps", key, known)}, known)

    def sketch(self, key: str) -> None:
        """Keep what is still being written as the page holds it, or forget it when it was emptied."""
        known = self._known(key, ())
        if fingerprint(self.sent.sketches[key]) != known["drafts"]:
            self._draft(key, self.sent.sketches[key], known)
        self.bases[key] = known["drafts"]

    def _known(self, key: str, names: Sequence[str]) -> dict[str, str]:
        """The digests that the page knows, by name; a base that does not fit is one that knew nothing.

        What a page wrote itself it knows, also when the answer that says so was lost or is on its way.
        """
        digests = self.sent.base.get(key, "").split(".")
        if key in self._own:
            own = self._own[key].split(".")
            digests = [*digests[:-1], own[-1]] if key == self.sent.chosen else own
        names = (*names, "drafts")
        return dict(zip(names, digests if len(digests) == len(names) else [""] * len(names), strict=True))

    def _part(self, part: str, item_id: str, known: dict[str, str]) -> Resolution:
        values, sent = self.content[part], getattr(self.sent, part)
        if item_id not in sent:
            return Resolution.ABSENT
        value = None if sent[item_id] is None else value_to_json(sent[item_id])
        came = resolve(values.get(item_id), value, known[part])
        if came is Resolution.SAVE:
            _put(values, item_id, value)
        if fingerprint(values.get(item_id)) == fingerprint(value):
            known[part] = fingerprint(value)
        return came

    def _settle(self, key: str, verdicts: set[Resolution], known: dict[str, str]) -> None:
        """What comes of the whole: its draft, its revision, and what is told of it."""
        if verdicts == {Resolution.ABSENT} and key not in self.sent.refused:
            return
        is_saved, is_conflict = Resolution.SAVE in verdicts, Resolution.CONFLICT in verdicts
        keep = is_conflict or key in self.sent.refused
        changed = self._draft(key, self.sent.posted[key] if keep else "", known)
        if is_conflict:
            self.conflicts.append(key)
        if is_saved:
            self.saved.append(key)
            self.content["revisions"][key] = self.content["revisions"].get(key, 0) + 1
        if is_saved and not changed:
            self.touched.append(key)
        self.bases[key] = ".".join(known.values())

    def _draft(self, key: str, draft: str, known: dict[str, str]) -> bool:
        """Put a draft, or "" for none, in the place of the one that the page showed; others stay."""
        before = drafts_of(self.content, key)
        shown = [other for other in before if fingerprint(other) == known["drafts"]]
        after = [other for other in before if other == draft or other not in shown]
        if draft and draft not in after:
            after.append(draft)
        if draft or shown:
            known["drafts"] = fingerprint(draft)
        if after == before:
            return False
        _put(self.content["drafts"], key, after)
        self.touched.append(key)
        return True

    def _could_be_undone(self) -> bool:
        """Whether something of this page that is under way, or this once more, could take back what is now.

        Not when all before it came and this changed nothing, as for a page that is only read and left.
        """
        skipped = self.sent.number > self._last + 1
        learned = any(base != self._own.get(key, self.sent.base.get(key)) for key, base in self.bases.items())
        return bool(self.touched) or skipped or learned

    def _remember(self) -> None:
        """Keep what this page knows now, for when it sends more; of a few pages only."""
        changed = {key: base for key, base in self.bases.items() if base != self.sent.base.get(key)}
        own = self._own | changed
        own.pop(self.sent.chosen, None)  # what was chosen is not what the page shows
        self._pages.pop(self.sent.page, None)
        self._pages[self.sent.page] = (self.sent.number, own)
        latest = list(self._pages.items())[-_PAGES_REMEMBERED:]
        self.content["pages"] = [[page, number, bases] for page, (number, bases) in latest]


def _put(values: dict[str, Any], key: str, value: object) -> None:
    if value in (None, "", []):
        values.pop(key, None)
    else:
        values[key] = value
