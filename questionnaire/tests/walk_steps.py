"""Draw what happens at each step of a random walk, by whom, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from questionnaire.tests.walk_changes import after
from questionnaire.tests.walk_tables import KINDS, OF_A_CONSULTATION, OF_AN_INCIDENT, READING, UNDOING
from questionnaire.tests.walk_tabs import Tabs
from questionnaire.tests.walkers import PEOPLE
from questionnaire.tests.walks import DOINGS, LIST_PAGES, Attempt

#: What happens at a step, each as often as it is here. Most of it is what people do all day.
HAPPENS: Final = [
    *["do"] * 14,
    *["likely"] * 26,
    *["undo"] * 8,
    *["denied"] * 10,
    *["look"] * 6,
    *["list"] * 4,
    *["hide", "turn"] * 4,
    *["answer"] * 5,
    *["old page", "another's mark", "no form", "two sessions"] * 2,
    *["sign_out", "role", "account", "erase"],
]
#: Those whose roles and accounts change.
CHANGED: Final = ("bob", "cara", "rachel")
#: How many intakes there are at most: each step compares all of them.
MOST_PAPERS: Final = 6
#: How much more often than others something is done: what there are few chances for.
_OFTEN: Final = {"remark": 2, "return": 3, "sign_off": 2, "correct": 2, "note_read": 3}
#: The pages that are looked at half of the times.
_RARE: Final = ("signed", "plan", "copy", "log", "section", "steps", "case")
#: How walks begin: who does what about the second intake, and about or for whom or what.
_BEGINNINGS: Final = (
    (),
    (("bob", "submit", ""), ("rachel", "sign_off", ""), ("rachel", "signed", "")),
    (("bob", "section", ""), ("bob", "submit", ""), ("rachel", "remark", ""), ("rachel", "return", "")),
    (("bob", "hand_over", "cara"), ("cara", "note_read", "note")),
)
#: What hardly any walk should do often, or that ends it.
_SELDOM: Final = ("give", "take", "shield", "correct", "reassess", "hand_over")


class Walk:
    """One walk: it draws what happens, and by whom."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  (not for secrets)
        self.players = Tabs()
        for who in PEOPLE:
            self.players.come_back(who)
        self.done: set[tuple[str, str]] = set()
        self.begin(_BEGINNINGS[seed % len(_BEGINNINGS)])

    def begin(self, beginning: Sequence[tuple[str, str, str]]) -> None:
        """Deny a case to its reviewer for a moment, who tries it, and do what is seldom by chance."""
        self.players.do("alice", "give", "first", "rachel", "locked_out")
        for doing in ("answers", "review", "remark", "give"):
            self.players.do("rachel", doing, "first", "bob", "named")
        self.players.do("alice", "take", "first", "rachel", "locked_out")
        self.players.do("rachel", "answers", "first")
        for who, doing, of in beginning:
            of = next(iter(self.players.world.papers["second"].notes)) if of == "note" else of
            self.done.add((doing, self.players.do(who, doing, "second", of)))

    def step(self) -> None:
        happens, who = self.random.choice(HAPPENS), self.random.choice([*PEOPLE, "rachel", "rachel"])
        papers = self.players.world.papers
        about = self.random.choice(list(papers))
        if happens in ("hide", "turn"):
            who = papers[about].author
        if happens in ("role", "account", "erase"):
            self.change(happens, about)
        elif self.players.world.people[who].screen != "open":
            self.without_screen(who, about)
        else:
            self.with_screen(happens, who, about)

    def change(self, what: str, about: str) -> None:
        """Let someone's rights or an intake come to an end, or someone have their rights again."""
        players, paper = self.players, self.players.world.papers[about]
        if what == "role":
            players.change_role(self.random.choice(CHANGED))
        elif what == "account":
            players.change_account(self.random.choice(CHANGED))
        elif paper.state != "erased" and self.random.random() < 0.15:
            players.erase(paper.case)

    def with_screen(self, happens: str, who: str, about: str) -> None:
        players, random = self.players, self.random
        match happens:
            case "list":
                players.open_list(who, random.choice(LIST_PAGES))
            case "hide":
                players.hide(who, about)
            case "turn" if players.world.response(who, "section", about) == "+":
                players.turn(who, about)
            case "sign_out":
                players.sign_out(who)
            case "likely" | "undo" | "two sessions":
                self.do(self.likely(happens == "undo"), happens)
            case "denied" if denied := self.denied():
                self.do(self.drawn(*random.choice(denied)))
            case "answer":
                self.answer(who, about)
            case "look":
                self.do(self.look())
            case "old page" | "another's mark" | "no form":
                self.save_oddly(happens, who, about)
            case _:
                self.do(self.drawn(who, random.choice(DOINGS), about))

    def drawn(self, who: str, doing: str, about: str) -> Attempt | None:
        """Return an attempt with what it is about; None where there is nothing that it could be about."""
        world = self.players.world
        of, more, targets = "", "", self.targets(who, doing, about)
        if targets is not None:
            if not targets:
                return None
            of = self.random.choice(targets)
        if doing in ("give", "take"):
            kinds = KINDS if PEOPLE[of].role == "professional" else ("named", "locked_out")
            more = self.random.choice([*kinds, "locked_out"])
        elif doing == "hand_over":
            more = self.random.choice(["", "goes_on_reading"])
        elif doing in ("correct", "reassess"):
            more = f"{doing} {len(world.papers)}"
            if len(world.papers) >= MOST_PAPERS and world.response(who, doing, about) == "w":
                return None
        attempt = Attempt(who, doing, about, "", of, more)
        if doing in ("give", "hand_over") and self.leaves_nobody(attempt):
            return None
        return attempt

    def can_be_given(self, to: str, about: str) -> bool:
        """Return whether someone is a colleague to whom access to this case can be given."""
        world = self.players.world
        person = world.people[to]
        return person.has_role and not person.is_closed and person.team == world.case_of(about).team

    def leaves_nobody(self, attempt: Attempt) -> bool:
        """Return whether nobody would decide about access after this: that is refused by the program."""
        world = after(self.players.world, attempt)
        return not any(
            world.decides(who, attempt.about) and not person.is_closed for who, person in world.people.items()
        )

    def targets(self, who: str, doing: str, about: str) -> list[str] | None:
        """Return whom or what something can be about, None where it is about the intake alone."""
        paper, case = self.players.world.papers[about], self.players.world.case_of(about)
        if doing in ("give", "take", "hand_over"):
            colleagues = [name for name in CHANGED if name != who and self.can_be_given(name, about)]
            return [
                name for name in colleagues if doing != "hand_over" or PEOPLE[name].role == "professional"
            ]
        if doing in OF_AN_INCIDENT:
            return [word for word, is_removed in case.log.items() if is_removed == (doing == "put_back")]
        if doing in OF_A_CONSULTATION:
            return sorted(paper.consultations)
        if doing == "see":
            return sorted(case.opened) or ["bob"]
        return [*paper.notes, ""] if doing == "note_read" else None

    def likely(self, can_be_undone: bool = False) -> Attempt | None:
        """Return something that changes what is stored, and is allowed, so that walks get further."""
        world = self.players.world
        found: dict[str, list[Attempt]] = {}
        for who, person in world.people.items():
            for about in world.papers if person.screen == "open" else ():
                for doing in DOINGS:
                    attempt = None if doing in READING else self.drawn(who, doing, about)
                    if attempt and world.response(who, doing, about, attempt.of) in "wj":
                        found.setdefault(doing, []).append(attempt)
        doings = [name for name in found if name in UNDOING or not can_be_undone]
        often = [name for name in doings if name not in _SELDOM]
        # First what is done, then by whom.
        doings = often if often and self.random.random() < 0.75 else doings
        if not doings:
            return None
        more = [name for name in doings for _more in range(_OFTEN.get(name, 0))]
        return self.random.choice(found[self.random.choice([*doings, *more])])

    def look(self) -> Attempt | None:
        """Return a page of an intake that somebody may read."""
        world = self.players.world
        found = [
            Attempt(who, doing, about, "")
            for who, person in world.people.items()
            for about in world.papers
            for doing in READING
            if person.screen == "open" and world.response(who, doing, about) == "+"
        ]
        rare = [each for each in found if each.doing in _RARE]
        return self.random.choice(self.random.choice([rare or found, found])) if found else None

    def denied(self) -> list[tuple[str, str, str]]:
        """Return what people could try in a case of their own team that was taken from them."""
        world = self.players.world
        return [
            (who, self.random.choice(DOINGS), about)
            for who, person in world.people.items()
            for about, paper in world.papers.items()
            for case in [world.cases[paper.case]]
            if person.screen == "open" and person.team == case.team and paper.state != "erased"
            if case.has(who, "locked_out") or case.is_shielded or who in case.opened
        ]

    def do(self, attempt: Attempt | None, how: str = "") -> None:
        players = self.players
        if attempt is None:
            return
        who, doing, about, of, more = attempt.who, attempt.doing, attempt.about, attempt.of, attempt.more
        if players.world.people[who].screen != "open":
            players.come_back(who)
            return
        if how == "undo":
            by = self.random.choice([name for name in PEOPLE if players.world.people[name].screen == "open"])
            how = self.random.choice(["in time", "in time", "twice", "too late", "as someone else"])
            how = how if by != who else "in time"
            cell = players.do_and_undo(attempt, by, how)
        elif how == "two sessions":
            cell = players.in_two_sessions(who, doing, about, of, more)
        else:
            cell = players.do(who, doing, about, of, more)
        self.done.add((doing, cell))
        if cell in "kdq":
            players.look_at_kept(who)

    def answer(self, who: str, about: str) -> None:
        """Let someone answer what was asked about a case; mostly about one in which something waits."""
        world = self.players.world
        waiting = [name for name, paper in world.papers.items() if world.cases[paper.case].lift]
        about = self.random.choice(waiting or [about])
        if world.papers[about].state == "erased":
            return
        open_screens = [name for name in (*PEOPLE,) if world.people[name].screen == "open"]
        who = self.random.choice([who, *(name for name in open_screens if world.agrees(name, about))])
        self.done.add(
            (
                "answer",
                self.players.answer(who, self.random.choice(["agree", "agree", "refuse", "withdraw"]), about),
            )
        )

    def save_oddly(self, how: str, who: str, about: str) -> None:
        players, world = self.players, self.players.world
        writers = [
            (name, paper)
            for name, person in world.people.items()
            for paper in world.papers
            if person.screen == "open" and world.response(name, "autosave", paper) == "j"
        ]
        if how == "no form":
            players.send_no_form(who, about, self.random.randrange(100))
        elif how == "old page" and writers:
            players.save_from_an_old_page(*self.random.choice(writers))
        elif writers:
            first, paper = self.random.choice(writers)
            others = [name for name, about in writers if about == paper and name != first]
            if others:
                players.save_with_a_foreign_mark(first, self.random.choice(others), paper)

    def without_screen(self, who: str, about: str) -> None:
        players, doing = self.players, self.random.choice(DOINGS)
        screen = players.world.people[who].screen
        if screen in ("locked", "turned") and self.random.random() < 0.7:
            # What could do most harm: writing in an intake of theirs.
            doing = "write"
            about = next((name for name in players.world.papers if players.world.writes(who, name)), about)
        if self.random.random() < 0.25:
            players.come_back(who)
        elif screen == "none":
            players.signed_out(who, doing, about)
        elif who in players.tabs and self.random.random() < 0.3:
            players.save_from_tab(who)
        else:
            players.at_shut_screen(who, doing, about)
