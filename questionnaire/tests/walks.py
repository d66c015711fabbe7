"""A small model of who may do what: the state in frozen dataclasses, and the response by `walk_tables`.

It imports nothing of the program, so that a mistake there is not made here too. `tests/walk_changes.py` says
what becomes of it, and `tests/walkers.py` plays it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from questionnaire.tests.walk_tables import LISTS, RESPONSES, parse

_RESPONSES: Final = parse(RESPONSES)
_LISTS: Final = parse(LISTS)
DOINGS: Final = tuple(dict.fromkeys(name for _state, name, _column in _RESPONSES))
LIST_PAGES: Final = tuple(dict.fromkeys(name for _state, name, _column in _LISTS))
#: How many cases one person opens with a reason in an hour; no walk takes as long.
MOST_OPENINGS: Final = 3
_READING_RELATIONS: Final = ("author", "assigned", "reviewer", "named", "seen", "opened")


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
    #: How many cases they opened with a reason, and whether they met the limit.
    openings: int = 0
    met_limit: bool = False

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for _about, word in self.kept)


@dataclass(frozen=True)
class Case:
    """What belongs to a case: who was let in or denied, its log of incidents, its plan, and what waits."""

    team: str
    is_shielded: bool = False
    #: Each person with the kind of access.
    access: frozenset[tuple[str, str]] = frozenset()
    #: Who has it open with a reason, with whether someone saw that.
    opened: Mapping[str, bool] = field(default_factory=dict)
    #: The word of each incident, with whether that was removed.
    log: Mapping[str, bool] = field(default_factory=dict)
    plan: str = ""
    #: Every word that was ever in the log, and in the plan.
    log_words: frozenset[str] = frozenset()
    plan_words: frozenset[str] = frozenset()
    #: Who asked that the shield is lifted, from which intake, while that waits.
    lift: tuple[str, str] | None = None

    def has(self, who: str, kind: str) -> bool:
        return (who, kind) in self.access


@dataclass(frozen=True)
class Paper:
    """An intake: who wrote it, how far it is, what it follows, and the words in it."""

    case: str
    author: str
    #: "concept", "submitted", "returned", "signed_off" or "erased"
    state: str = "concept"
    #: The one that it corrects, and any version of the assessment before; "" for none.
    corrects: str = ""
    previous: str = ""
    #: The newest word in each field, and every word that was ever stored with it.
    fields: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    has_remark: bool = False
    consultations: frozenset[str] = frozenset()
    step: str = ""
    #: Each note of a hand-over: for whom it is, and whether they read it.
    notes: Mapping[str, tuple[str, bool]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.state in ("concept", "returned")


@dataclass(frozen=True)
class Attempt:
    """What someone does: about which intake, with which word, and about or for whom or what else."""

    who: str
    doing: str
    about: str
    word: str
    #: The person, incident, consultation or note.
    of: str = ""
    #: The kind of access; the name of the intake that is started.
    more: str = ""


@dataclass(frozen=True)
class World:
    """All that is expected to be stored now."""

    people: Mapping[str, Person]
    cases: Mapping[str, Case]
    papers: Mapping[str, Paper]

    def case_of(self, about: str) -> Case:
        return self.cases[self.papers[about].case]

    def papers_of(self, case: str) -> dict[str, Paper]:
        """Return the intakes of a case that are there, the oldest first."""
        return {
            name: paper
            for name, paper in self.papers.items()
            if paper.case == case and paper.state != "erased"
        }

    # --- Who is what --------------------------------------------------------------------------------------

    def relation(self, who: str, about: str) -> str:
        """Return what someone is to an intake."""
        person, paper, case = self.people[who], self.papers[about], self.case_of(about)
        sees_cases = person.has_role and person.role in ("professional", "reviewer")
        is_exempt = who == paper.author or case.has(who, "named")
        if paper.state == "erased" or not sees_cases or person.team != case.team:
            return "outside"
        if case.has(who, "locked_out") or (case.is_shielded and not is_exempt):
            return "outside"
        if who == paper.author or person.role == "reviewer":
            return "author" if who == paper.author else "reviewer"
        if granted := next((kind for kind in ("assigned", "named") if case.has(who, kind)), ""):
            return granted
        return ("seen" if case.opened[who] else "opened") if who in case.opened else "knows"

    def reads(self, who: str, about: str) -> bool:
        return self.relation(who, about) in _READING_RELATIONS

    def writes(self, who: str, about: str) -> bool:
        return self.relation(who, about) in ("author", "assigned")

    def decides(self, who: str, about: str) -> bool:
        """Return whether someone decides who else may see the case."""
        return self.relation(who, about) in ("author", "reviewer")

    def sees_whole(self, who: str, case: str) -> bool:
        return all(self.reads(who, name) for name in self.papers_of(case))

    def reads_all(self, who: str, case: str) -> bool:
        """Return whether someone reads every intake of a case, other than by opening it."""
        return who not in self.cases[case].opened and self.sees_whole(who, case)

    def latest(self, case: str) -> list[str]:
        """Return the versions of the latest assessment of a case."""
        papers = self.papers_of(case)
        followed = {papers[paper.previous].previous for paper in papers.values() if paper.previous}
        return [name for name, paper in papers.items() if paper.previous not in followed]

    def reads_plan(self, who: str, about: str) -> bool:
        """Return whether a page of this intake shows someone the plan: with the latest assessment."""
        readable = [name for name in self.latest(self.papers[about].case) if self.reads(who, name)]
        if self.relation(who, about) != "opened":
            readable = [name for name in readable if self.relation(who, name) != "opened"]
        return bool(readable)

    def writes_plan(self, who: str, about: str) -> bool:
        return self.reads_plan(who, about) and any(
            self.writes(who, name) for name in self.latest(self.papers[about].case)
        )

    def versions(self, about: str) -> list[str]:
        """Return the names of an intake's own version and all others of the same assessment."""
        paper = self.papers[about]
        root = paper.previous
        papers = self.papers_of(paper.case)
        same = {name for name, each in papers.items() if each.previous == root}
        return sorted(same)

    def next_of(self, doing: str, about: str) -> str:
        """Return the correction, or the next assessment, that there is already; "" without one."""
        papers = self.papers_of(self.papers[about].case)
        if doing == "correct":
            return next((name for name, paper in papers.items() if paper.corrects == about), "")
        versions = self.versions(about)
        found = (name for name, paper in papers.items() if paper.previous in versions and not paper.corrects)
        return next(found, "")

    # --- What they get ------------------------------------------------------------------------------------

    def response(self, who: str, doing: str, about: str, of: str = "") -> str:
        """Return the cell for what someone does, whose screen is open; `of` is whom or what it is about."""
        paper, relation = self.papers[about], self.relation(who, about)
        state = "open" if paper.is_open or paper.state == "erased" else paper.state
        cell = _RESPONSES[state, doing, relation]
        if cell == "w" and (besides := getattr(self, f"_{doing}_response", None)):
            return str(besides(who, about, of))
        if (doing, cell) == ("plan", "+"):
            return "+" if self.reads_plan(who, about) else "-"
        return cell

    def _return_response(self, _who: str, about: str, _of: str) -> str:
        return "w" if self.papers[about].has_remark else "l"

    def _open_response(self, who: str, _about: str, _of: str) -> str:
        return "w" if self.people[who].openings < MOST_OPENINGS else "m"

    def _see_response(self, who: str, about: str, of: str) -> str:
        seen = self.case_of(about).opened.get(of, True)
        return "n" if seen else "-" if of == who else "w"

    def _hand_over_response(self, _who: str, about: str, of: str) -> str:
        if of == self.papers[about].author:
            return "p"
        return "w" if self.handed_over(about, of) else "n"

    def _note_read_response(self, who: str, about: str, of: str) -> str:
        return "w" if self.papers[about].notes.get(of, ("", True)) == (who, False) else "n"

    def _write_plan_response(self, who: str, about: str, _of: str) -> str:
        return "w" if self.writes_plan(who, about) else "-"

    def _correct_response(self, who: str, about: str, _of: str) -> str:
        if there_is := self.next_of("correct", about):
            return "n" if self.reads(who, there_is) else "l"
        return "w" if self.sees_whole(who, self.papers[about].case) else "-"

    def _reassess_response(self, who: str, about: str, _of: str) -> str:
        if self.papers[about].state == "concept":
            return "l"
        there_is = self.next_of("reassess", about)
        return "w" if not there_is else "n" if self.reads(who, there_is) else "l"

    def _ask_to_lift_response(self, _who: str, about: str, _of: str) -> str:
        case = self.case_of(about)
        return "w" if case.is_shielded and not case.lift else "n"

    def handed_over(self, about: str, to: str) -> list[str]:
        """Return the intakes that get another author when this one is handed over."""
        papers = self.papers_of(self.papers[about].case)
        return [name for name, paper in papers.items() if paper.state != "signed_off" and paper.author != to]

    def agrees(self, who: str, about: str) -> bool:
        """Return whether someone can agree, as the second person, that the shield of a case is lifted."""
        papers, lift = self.papers_of(self.papers[about].case), self.case_of(about).lift
        return lift is not None and who != lift[0] and any(self.decides(who, name) for name in papers)

    def list_response(self, who: str, page: str) -> str:
        person = self.people[who]
        return _LISTS["", page, person.role if person.has_role else "without"]

    # --- Which words they may see -------------------------------------------------------------------------

    def readable_words(self, who: str) -> frozenset[str]:
        """Return every word that a page may show to someone whose screen is open, but what they typed."""
        words: set[str] = set()
        for name, paper in self.papers.items():
            if self.reads(who, name):
                case = self.cases[paper.case]
                words |= paper.words | (frozenset() if paper.state == "signed_off" else case.log_words)
                words |= case.plan_words if self.reads_plan(who, name) else frozenset()
        return frozenset(words)

    def listed_words(self, who: str, page: str) -> frozenset[str]:
        """Return the words that a page about no conversation in particular shows: unread notes."""
        papers = [paper for name, paper in self.papers.items() if self.reads(who, name)]
        notes = {word for paper in papers for word, note in paper.notes.items() if note == (who, False)}
        return frozenset(notes) if page == "today" else frozenset()

    # --- The same with something else ---------------------------------------------------------------------

    def with_person(self, who: str, **changes: Any) -> World:
        return replace(self, people={**self.people, who: replace(self.people[who], **changes)})

    def with_paper(self, about: str, **changes: Any) -> World:
        return replace(self, papers={**self.papers, about: replace(self.papers[about], **changes)})

    def with_case(self, about: str, **changes: Any) -> World:
        """Return the world with something else in the case of this intake."""
        case = self.papers[about].case
        return replace(self, cases={**self.cases, case: replace(self.cases[case], **changes)})
