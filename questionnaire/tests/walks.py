"""A small model of who may do what: the state in frozen dataclasses, and one table of responses.

It imports nothing of the program, so that a mistake there is not made here too. `tests/walkers.py` plays it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

# +  200, and one event of reading    w  302, and it is stored by one event     k  409, the words are kept
# l  409 or 422, the review is shown  f  302 to the review, nothing is shown    -  403
# 0  404, as for what is not there
RESPONSES: Final = """
              author assigned reviewer named knows outside
open
answers         +       +        +       +     0      0
summary         +       +        +       +     0      0
review          +       +        +       +     0      0
case            +       +        +       +     0      0
who             +       +        +       +     0      0
steps           +       +        -       -     0      0
section         +       +        -       -     0      0
write           w       w        -       -     0      0
half            w       w        -       -     0      0
submit          w       w        -       -     0      0
withdraw        l       l        -       -     0      0
remark          -       -        l       -     0      0
return          -       -        l       -     0      0
sign_off        -       -        l       -     0      0
give            w       -        w       -     0      0
take            w       -        w       -     0      0
shield          w       -        w       -     0      0

submitted
answers         +       +        +       +     0      0
summary         +       +        +       +     0      0
review          +       +        +       +     0      0
case            +       +        +       +     0      0
who             +       +        +       +     0      0
steps           +       +        -       -     0      0
section         f       f        -       -     0      0
write           k       k        -       -     0      0
half            k       k        -       -     0      0
submit          l       l        -       -     0      0
withdraw        w       w        -       -     0      0
remark          -       -        w       -     0      0
return          -       -        w       -     0      0
sign_off        -       -        w       -     0      0
give            w       -        w       -     0      0
take            w       -        w       -     0      0
shield          w       -        w       -     0      0

signed_off
answers         +       +        +       +     0      0
summary         +       +        +       +     0      0
review          +       +        +       +     0      0
case            +       +        +       +     0      0
who             +       +        +       +     0      0
steps           +       +        -       -     0      0
section         f       f        -       -     0      0
write           k       k        -       -     0      0
half            k       k        -       -     0      0
submit          l       l        -       -     0      0
withdraw        l       l        -       -     0      0
remark          -       -        l       -     0      0
return          -       -        l       -     0      0
sign_off        -       -        l       -     0      0
give            w       -        w       -     0      0
take            w       -        w       -     0      0
shield          w       -        w       -     0      0
"""

#: Of pages about no conversation in particular: who gets them; e is led to the events.
#: No page of these shows words of a conversation.
LISTS: Final = """
              professional reviewer manager administrator auditor without
today              +          +        +          +          e       +
cases              +          +        +          +          +       +
start              +          -        -          -          -       -
numbers            -          -        +          -          -       -
events             -          -        -          -          +       -
people             -          -        -          +          -       -
administration     -          -        +          +          -       -
"""

#: The one event of each doing that is allowed.
EVENTS: Final = {
    "answers": "answers.read",
    "summary": "summary.read",
    "review": "review.read",
    "case": "case.read",
    "who": "rights.read",
    "steps": "steps.read",
    "section": "section.read",
    "write": "intake.changed",
    "half": "intake.changed",
    "submit": "intake.submitted",
    "withdraw": "intake.withdrawn",
    "remark": "remark.added",
    "return": "intake.returned",
    "sign_off": "intake.signed_off",
    "give": "right.given",
    "take": "right.taken",
    "shield": "case.shielded",
}
READING: Final = ("answers", "summary", "review", "case", "who", "steps", "section")
_MOVES: Final = {
    "submit": "submitted",
    "withdraw": "concept",
    "return": "returned",
    "sign_off": "signed_off",
}
KINDS: Final = ("assigned", "named", "locked_out")


def parse(table: str) -> dict[tuple[str, str, str], str]:
    """Return each cell by its state, "" without one, by its row and by its column."""
    columns, *rows = [line.split() for line in table.splitlines() if line.strip()]
    state, cells = "", {}
    for name, *row in rows:
        if not row:
            state = name
        for column, cell in zip(columns if row else (), row, strict=True):
            cells[state, name, column] = cell
    return cells


_RESPONSES: Final = parse(RESPONSES)
_LISTS: Final = parse(LISTS)
DOINGS: Final = tuple(dict.fromkeys(name for _state, name, _column in _RESPONSES))
LIST_PAGES: Final = tuple(dict.fromkeys(name for _state, name, _column in _LISTS))


@dataclass(frozen=True)
class Person:
    """Somebody: their role in their team, whether they still have it, and what their screen shows."""

    team: str
    role: str
    has_role: bool = True
    is_closed: bool = False
    #: "none", "open", "locked" or "turned"
    screen: str = "none"
    #: The words that are kept for them, each with the intake it was typed for.
    kept: frozenset[tuple[str, str]] = frozenset()

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for _about, word in self.kept)


@dataclass(frozen=True)
class Paper:
    """An intake: who wrote it, how far it is, who was let in or denied, and the words in it."""

    team: str
    author: str
    #: "concept", "submitted", "returned", "signed_off" or "erased"
    state: str = "concept"
    is_shielded: bool = False
    #: Each person with the kind of access.
    access: frozenset[tuple[str, str]] = frozenset()
    #: The newest word in each field, and every word that was ever stored with it.
    fields: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    has_remark: bool = False

    def has(self, who: str, kind: str) -> bool:
        return (who, kind) in self.access


@dataclass(frozen=True)
class World:
    """All that is expected to be stored now."""

    people: Mapping[str, Person]
    papers: Mapping[str, Paper]

    def relation(self, who: str, about: str) -> str:
        """Return what someone is to an intake."""
        person, paper = self.people[who], self.papers[about]
        sees_cases = person.has_role and person.role in ("professional", "reviewer")
        is_exempt = who == paper.author or paper.has(who, "named")
        if paper.state == "erased" or not sees_cases or person.team != paper.team:
            return "outside"
        if paper.has(who, "locked_out") or (paper.is_shielded and not is_exempt):
            return "outside"
        if who == paper.author or person.role == "reviewer":
            return "author" if who == paper.author else "reviewer"
        return next((kind for kind in ("assigned", "named") if paper.has(who, kind)), "knows")

    def response(self, who: str, doing: str, about: str) -> str:
        """Return the cell for what someone does, whose screen is open."""
        paper, relation = self.papers[about], self.relation(who, about)
        state = "open" if paper.state in ("concept", "returned", "erased") else paper.state
        cell = _RESPONSES[state, doing, relation]
        return "l" if (doing, cell) == ("return", "w") and not paper.has_remark else cell

    def list_response(self, who: str, page: str) -> str:
        person = self.people[who]
        return _LISTS["", page, person.role if person.has_role else "without"]

    def readable_words(self, who: str) -> frozenset[str]:
        """Return every word that a page may show to someone whose screen is open, but what they typed."""
        papers = [
            paper
            for name, paper in self.papers.items()
            if self.relation(who, name) in ("author", "assigned", "reviewer", "named")
        ]
        return frozenset(word for paper in papers for word in paper.words)

    def writes(self, who: str, about: str) -> bool:
        return self.relation(who, about) in ("author", "assigned")

    def with_person(self, who: str, **changes: Any) -> World:
        return replace(self, people={**self.people, who: replace(self.people[who], **changes)})

    def with_paper(self, about: str, **changes: Any) -> World:
        return replace(self, papers={**self.papers, about: replace(self.papers[about], **changes)})

    # --- What becomes of it ---------------------------------------------------------------------------------

    def stored(self, about: str, name: str, word: str) -> World:
        """Return the world once a word was saved in a field."""
        paper = self.papers[about]
        return self.with_paper(about, fields={**paper.fields, name: word}, words=paper.words | {word})

    def kept(self, who: str, about: str, word: str) -> World:
        return self.with_person(who, kept=self.people[who].kept | {(about, word)})

    def moved(self, doing: str, about: str, word: str) -> World:
        """Return the world after a move of the review."""
        paper = self.papers[about]
        if doing == "remark":
            return self.with_paper(about, has_remark=True, words=paper.words | {word})
        return self.with_paper(about, state=_MOVES[doing])

    def given(self, about: str, to: str, kind: str) -> World:
        return self.with_paper(about, access=self.papers[about].access | {(to, kind)})

    def taken(self, about: str, of: str, kind: str) -> World:
        return self.with_paper(about, access=self.papers[about].access - {(of, kind)})

    def shielded(self, who: str, about: str) -> World:
        """Return the world once someone shielded the case: whoever does so goes on reading it."""
        return self.given(about, who, "named").with_paper(about, is_shielded=True)

    def erased(self, about: str) -> World:
        """Return the world without an intake, nor what was kept for its pages."""
        people = {
            name: replace(person, kept=frozenset(each for each in person.kept if each[0] != about))
            for name, person in self.people.items()
        }
        papers = {**self.papers, about: replace(self.papers[about], state="erased", access=frozenset())}
        return World(people, papers)
