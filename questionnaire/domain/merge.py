"""Merge what a page sent into the content of an intake, three-way, so that nothing typed is lost.

It compares what is stored, what the page was made with (its base), and what it sent. Content and
submission are plain data; `questionnaire.actions.intakes` locks the intake, and stores the result.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from questionnaire.domain.answers import Value, value_to_json
from questionnaire.domain.fingerprints import INTAKE_TEXTS, ITEM_PARTS, drafts_of, fingerprint

_MAX_PAGES: Final = 5  # pages of which an intake remembers the fingerprints


@dataclass(frozen=True, slots=True)
class Submission:
    """What one page sent, by item id. None and "" mean empty; a part without the id was not on the page.

    `base` has the `item_fingerprint` that each item of the page was made with, and `posted` its form fields
    as they were on the page: the draft that is stored where the answer itself cannot be. `invalid` names the
    items of which a part could not be parsed. `texts` are those of the intake by their names, with
    `text_fingerprint`; `drafts` are values that are still being typed, with `draft_fingerprint`; `steps` are
    the outcomes of advice, with a fingerprint that `questionnaire.actions.follow_up` makes.

    A page that sends more than once has an id, `page`, and counts what it sends by `number`. `chosen` names
    the item for which someone chose between two texts: its base is that of the texts that were shown.
    """

    base: Mapping[str, str]
    posted: Mapping[str, str]
    invalid: Collection[str] = ()
    answers: Mapping[str, Value | None] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    drafts: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""
    number: int = 0
    chosen: str = ""


class Resolution(Enum):
    """How the merge of one value ends."""

    NOT_SENT = auto()
    UNCHANGED = auto()
    SAVE = auto()
    CONFLICT = auto()


def resolve(stored: object, sent: object, base: str) -> Resolution:
    """Return how the three-way merge of one value ends. `base` is the fingerprint of what the page had."""
    if fingerprint(sent) in (fingerprint(stored), base):
        return Resolution.UNCHANGED
    return Resolution.SAVE if fingerprint(stored) == base else Resolution.CONFLICT


class Merge:
    """Merge into `content`, in place, and record the result.

    `saved` and `conflicts` name the items and texts of which a part was saved, or stayed as someone else made
    it; `touched` names those that changed in any way, if only in their draft. `bases` are the fingerprints
    that the page is based on from now on: of a part that it does not show as it is stored, the one from
    before. `must_store` says whether the content is to be stored, if only to ignore older posts of this page.
    """

    def __init__(self, content: dict[str, Any], sent: Submission) -> None:
        self.content = content
        self.sent = sent
        self.saved: list[str] = []
        self.conflicts: list[str] = []
        self.touched: list[str] = []
        self.bases: dict[str, str] = {}
        self.must_store = False
        self._pages = {page: (number, bases) for page, number, bases in content.get("pages", ())}
        self._last_number, self._own_bases = self._pages.get(sent.page, (0, {}))

    def merge_all(self, item_ids: Iterable[str], steps: Iterable[str] = ()) -> None:
        """Merge all that was sent; ignore a post that is late, as a newer one of the same page repeats it."""
        if self.sent.page and self.sent.number <= self._last_number:
            self.bases = dict(self._own_bases)
            return
        for item_id in item_ids:
            self.merge_item(item_id)
        for name in INTAKE_TEXTS:
            self.merge_text(name)
        for key in steps:
            self.merge_step(key)
        for key in self.sent.drafts:
            self.merge_draft(key)
        must_remember = bool(self.sent.page) and self._could_be_undone()
        if must_remember:
            self._remember()
        self.must_store = bool(self.touched) or must_remember

    def merge_item(self, item_id: str) -> None:
        """Merge one item, part by part."""
        base = self._base(item_id, ITEM_PARTS)
        resolutions = {self._merge_part(part, item_id, base) for part in ITEM_PARTS}
        self._finish(item_id, resolutions, base)

    def merge_text(self, name: str) -> None:
        """Merge one text of the intake."""
        base = self._base(name, (name,))
        resolution = Resolution.NOT_SENT
        if name in self.sent.texts:
            sent = self.sent.texts[name]
            resolution = resolve(self.content[name], sent, base[name])
            if resolution is Resolution.SAVE:
                self.content[name] = sent
            if fingerprint(self.content[name]) == fingerprint(sent):
                base[name] = fingerprint(sent)
        self._finish(name, {resolution}, base)

    def merge_step(self, key: str) -> None:
        """Merge the outcome of one step; the content then has `steps`."""
        base = self._base(key, ("steps",))
        self._finish(key, {self._merge_part("steps", key, base)}, base)

    def merge_draft(self, key: str) -> None:
        """Store what is still being typed, or remove it when it was emptied."""
        base = self._base(key, ())
        if fingerprint(self.sent.drafts[key]) != base["drafts"]:
            self._put_draft(key, self.sent.drafts[key], base)
        self.bases[key] = base["drafts"]

    def _base(self, key: str, names: Sequence[str]) -> dict[str, str]:
        """Return the fingerprints that the page is based on, by name; all "" when those it sent are invalid.

        A page is based on what it wrote itself, also when the response to that was lost or is on its way.
        """
        fingerprints = self.sent.base.get(key, "").split(".")
        if key in self._own_bases:
            own = self._own_bases[key].split(".")
            fingerprints = [*fingerprints[:-1], own[-1]] if key == self.sent.chosen else own
        names = (*names, "drafts")
        fits = len(fingerprints) == len(names)
        return dict(zip(names, fingerprints if fits else [""] * len(names), strict=True))

    def _merge_part(self, part: str, key: str, base: dict[str, str]) -> Resolution:
        values, sent = self.content[part], getattr(self.sent, part)
        if key not in sent:
            return Resolution.NOT_SENT
        value = None if sent[key] is None else value_to_json(sent[key])
        resolution = resolve(values.get(key), value, base[part])
        if resolution is Resolution.SAVE:
            _put(values, key, value)
        if fingerprint(values.get(key)) == fingerprint(value):
            base[part] = fingerprint(value)
        return resolution

    def _finish(self, key: str, resolutions: set[Resolution], base: dict[str, str]) -> None:
        """Set the draft and revision of an item, text or step, and record the result of its merge."""
        if resolutions == {Resolution.NOT_SENT} and key not in self.sent.invalid:
            return
        is_saved, is_conflict = Resolution.SAVE in resolutions, Resolution.CONFLICT in resolutions
        needs_draft = is_conflict or key in self.sent.invalid
        draft_changed = self._put_draft(key, self.sent.posted[key] if needs_draft else "", base)
        if is_conflict:
            self.conflicts.append(key)
        if is_saved:
            self.saved.append(key)
            self.content["revisions"][key] = self.content["revisions"].get(key, 0) + 1
        if is_saved and not draft_changed:
            self.touched.append(key)
        self.bases[key] = ".".join(base.values())

    def _put_draft(self, key: str, draft: str, base: dict[str, str]) -> bool:
        """Replace the draft that the page showed by this one, "" for none. Return whether any changed."""
        before = drafts_of(self.content, key)
        shown = [other for other in before if fingerprint(other) == base["drafts"]]
        after = [other for other in before if other == draft or other not in shown]
        if draft and draft not in after:
            after.append(draft)
        if draft or shown:
            base["drafts"] = fingerprint(draft)
        if after == before:
            return False
        _put(self.content["drafts"], key, after)
        self.touched.append(key)
        return True

    def _could_be_undone(self) -> bool:
        """Return whether an earlier post of this page, or this one sent again, could undo what is stored.

        It could not when all earlier posts arrived and this one changed nothing, as for a page only read.
        """
        skipped = self.sent.number > self._last_number + 1
        learned = any(
            base != self._own_bases.get(key, self.sent.base.get(key)) for key, base in self.bases.items()
        )
        return bool(self.touched) or skipped or learned

    def _remember(self) -> None:
        """Store the fingerprints of this page for its next post; only the latest pages are remembered."""
        changed = {key: base for key, base in self.bases.items() if base != self.sent.base.get(key)}
        own = self._own_bases | changed
        own.pop(self.sent.chosen, None)  # what was chosen is not what the page shows
        self._pages.pop(self.sent.page, None)
        self._pages[self.sent.page] = (self.sent.number, own)
        latest = list(self._pages.items())[-_MAX_PAGES:]
        self.content["pages"] = [[page, number, bases] for page, (number, bases) in latest]


def _put(values: dict[str, Any], key: str, value: object) -> None:
    if value in (None, "", []):
        values.pop(key, None)
    else:
        values[key] = value
