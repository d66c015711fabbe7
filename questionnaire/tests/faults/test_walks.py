"""Random walks of eight people through the pages: whoever does what, each gets what one table says.

After every step all that is stored, who saw which words, and each event are compared with a model in plain
Python (`tests/walks.py`).
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Final

import pytest
from django.db import transaction

from questionnaire.audit import log as audit_log
from questionnaire.queries import documents
from questionnaire.tests.factories import PDF
from questionnaire.tests.walkers import PAPERS, PEOPLE, Players
from questionnaire.tests.walks import DOINGS, KINDS, LIST_PAGES, LISTS, READING, RESPONSES, parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes", "cheap_walks")]

STEPS: Final = 60
#: What happens at a step, each as often as it is here. Most of it is what people do all day.
HAPPENS: Final = [
    *["do"] * 14,
    *["likely"] * 16,
    *["denied"] * 12,
    *["list"] * 4,
    *["hide", "turn"] * 5,
    *["lift"] * 3,
    *["sign_out", "role", "account", "erase"],
]
#: Those whose roles and accounts change.
CHANGED: Final = ("bob", "cara", "rachel")


@pytest.fixture
def cheap_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each save be an event of its own, and a sign-off take no time."""
    monkeypatch.setattr(audit_log, "_ONE_SAVE", timedelta(0))
    monkeypatch.setattr(documents, "render_pdf", lambda _document: PDF)


class Walk:
    """One walk: it draws what happens, and by whom."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  (not for secrets)
        self.players = Players()
        for who in PEOPLE:
            self.players.come_back(who)
        self.done: set[tuple[str, str]] = set()
        self.begin()

    def begin(self) -> None:
        """Deny a case to its reviewer for a moment, who tries it: by chance that is seldom."""
        self.players.do("alice", "give", "first", to="rachel", kind="locked_out")
        for doing in ("answers", "review", "remark", "give"):
            self.players.do("rachel", doing, "first", to="bob", kind="named")
        self.players.do("alice", "take", "first", to="rachel", kind="locked_out")
        self.players.do("rachel", "answers", "first")

    def step(self) -> None:
        happens, who = self.random.choice(HAPPENS), self.random.choice([*PEOPLE, "rachel", "rachel"])
        about = self.random.choice(list(PAPERS))
        if happens in ("hide", "turn"):
            who = PAPERS[about].author
        if happens in ("role", "account", "erase", "lift"):
            self.change(happens, about)
        elif self.players.world.people[who].screen != "open":
            self.without_screen(who, about)
        else:
            self.with_screen(happens, who, about)

    def change(self, what: str, about: str) -> None:
        """Let someone's rights or an intake come to an end, or someone have their rights again."""
        players = self.players
        if what == "role":
            players.change_role(self.random.choice(CHANGED))
        elif what == "account":
            players.change_account(self.random.choice(CHANGED))
        elif what == "lift":
            players.lift(about)
        elif players.world.papers[about].state != "erased" and self.random.random() < 0.15:
            players.erase(about)

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
            case "likely":
                self.do(*self.likely())
            case "denied" if denied := self.denied():
                self.do(*random.choice(denied))
            case _:
                self.do(who, random.choice(DOINGS), about)

    def likely(self) -> tuple[str, str, str]:
        """Return something that changes what is stored, and is allowed, so that walks get further."""
        world = self.players.world
        open_screens = [who for who, person in world.people.items() if person.screen == "open"]
        allowed = [
            (who, doing, about)
            for who in open_screens
            for about in PAPERS
            for doing in DOINGS
            if doing not in READING and world.response(who, doing, about) == "w"
        ]
        likely = [each for each in allowed if each[1] not in ("give", "take", "shield")]
        everyone = [(who, "case", about) for who in open_screens or PEOPLE for about in PAPERS]
        found = likely if likely and self.random.random() < 0.75 else allowed or everyone
        # First what is done, then by whom: a reviewer has fewer chances. Signing off ends a walk through one.
        doings = sorted({each[1] for each in found})
        doing = self.random.choice([*doings, *(["return"] * 4 if "return" in doings else [])])
        return self.random.choice([each for each in found or everyone if each[1] == doing])

    def denied(self) -> list[tuple[str, str, str]]:
        """Return what people could try in a case of their own team that was taken from them."""
        world = self.players.world
        return [
            (who, self.random.choice(DOINGS), about)
            for who, person in world.people.items()
            for about, paper in world.papers.items()
            if person.screen == "open" and person.team == paper.team and paper.state != "erased"
            if paper.has(who, "locked_out") or paper.is_shielded
        ]

    def do(self, who: str, doing: str, about: str) -> None:
        players = self.players
        if players.world.people[who].screen != "open":
            players.come_back(who)
            return
        more = {}
        if doing in ("give", "take"):
            colleagues = [name for name in CHANGED if name != who and players.can_be_given(name, about)]
            if not colleagues:
                return
            to = self.random.choice(colleagues)
            kinds = KINDS if PEOPLE[to].role == "professional" else ("named", "locked_out")
            more = {"to": to, "kind": self.random.choice([*kinds, "locked_out"])}
            if doing == "give" and players.leaves_nobody(about, to, more["kind"]):
                return
        cell = players.do(who, doing, about, **more)
        self.done.add((doing, cell))
        if cell == "k":
            players.look_at_kept(who)

    def without_screen(self, who: str, about: str) -> None:
        players, doing = self.players, self.random.choice(DOINGS)
        screen = players.world.people[who].screen
        if screen in ("locked", "turned") and self.random.random() < 0.7:
            # What could do most harm: writing in an intake of theirs.
            doing = "write"
            about = next((name for name in PAPERS if players.world.writes(who, name)), about)
        if self.random.random() < 0.25:
            players.come_back(who)
        elif screen == "none":
            players.signed_out(who, doing, about)
        elif who in players.tabs and self.random.random() < 0.3:
            players.save_from_tab(who)
        else:
            players.at_shut_screen(who, doing, about)


def walk(seed: int, steps: int) -> set[tuple[str, str]]:
    """Walk so many steps, undo all of it, and return what was done with which outcome."""
    with transaction.atomic():
        walk = Walk(seed)
        for number in range(steps):
            try:
                walk.step()
            except Exception as error:
                error.add_note(f"seed {seed}, step {number}")
                raise
        walk.players.compare_whole()
        transaction.set_rollback(True)
    return walk.done


def test_the_table_has_a_cell_for_everything_anyone_does() -> None:
    states = {"open", "submitted", "signed_off"}
    relations = {"author", "assigned", "reviewer", "named", "knows", "outside"}

    assert set(parse(RESPONSES)) == {
        (state, doing, who) for state in states for doing in DOINGS for who in relations
    }
    roles = {person.role for person in PEOPLE.values()} | {"without"}
    assert set(parse(LISTS)) == {("", page, role) for page in LIST_PAGES for role in roles}


@pytest.mark.parametrize("seed", range(4))
def test_walks_get_what_the_table_says_and_store_what_the_model_expects(seed: int) -> None:
    assert len(walk(seed, STEPS)) > 8


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_long_walks(block: int) -> None:
    done: set[tuple[str, str]] = set()
    for seed in range(100 + 25 * block, 125 + 25 * block):
        done |= walk(seed, 160)
    assert {doing for doing, cell in done if cell in "+w"} == set(DOINGS)
