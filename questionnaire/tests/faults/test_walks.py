"""Random walks of eight people through the pages: whoever does what, each gets what one table says.

After every step all that is stored, who saw which words, and each event are compared with a model in plain
Python (`tests/walks.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from django.db import transaction

from questionnaire.audit import log as audit_log
from questionnaire.queries import documents
from questionnaire.tests.factories import PDF
from questionnaire.tests.walk_steps import Walk
from questionnaire.tests.walk_tables import (
    EVENTS,
    LISTS,
    READING,
    RESPONSES,
    STATES,
    UNDOING,
    parse,
)
from questionnaire.tests.walk_tabs import BROKEN
from questionnaire.tests.walkers import PEOPLE
from questionnaire.tests.walks import DOINGS, LIST_PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes", "cheap_walks")]

STEPS: Final = 45
#: A walk through all that is seldom by chance: who does what about which intake, and what they get.
TOUR: Final = """
cara   open           second      w
cara   copy           second      x
cara   signed         second      x
cara   answers        second      +
cara   write          second      -
cara   consult        second      -
bob    see            second      w
cara   copy           second      +
cara   open           first       w
cara   copy           second      0
cara   open           second      w
cara   open           first       m
bob    add            second      w
bob    change         second      w
bob    remove         second      w
bob    put_back       second      w
bob    write_plan     second      w
bob    step           second      w
bob    consult        second      w
bob    consult_again  second      w
bob    not_consulted  second      w
bob    autosave       second      j
bob    submit         second      w
bob    autosave       second      q
bob    remove         second      d
rachel sign_off       second      w
bob    correct        second      w
bob    correct        second      n
bob    reassess       second      w
bob    reassess       second      n
cara   plan           second      +
bob    hand_over      second      w  alice
alice  note_read      second      w  note
alice  note_read      second      n  note
rachel shield         second      w
cara   answers        second      0
rachel ask_to_lift    second      w
rachel ask_to_lift    second      n
"""


@pytest.fixture
def walk_of_all() -> Iterator[Walk]:
    """Return a walk that has only begun, which is compared as a whole at its end."""
    walk = Walk(0)
    yield walk
    walk.players.compare_whole()


@pytest.fixture
def cheap_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each save be an event of its own, and a sign-off take no time."""
    monkeypatch.setattr(audit_log, "_ONE_SAVE", timedelta(0))
    monkeypatch.setattr(documents, "render_pdf", lambda _document: PDF)


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
    relations = {"author", "assigned", "reviewer", "named", "seen", "opened", "knows", "outside"}

    assert set(parse(RESPONSES)) == {
        (state, doing, who) for state in STATES for doing in DOINGS for who in relations
    }
    roles = {person.role for person in PEOPLE.values()} | {"without"}
    assert set(parse(LISTS)) == {("", page, role) for page in LIST_PAGES for role in roles}
    assert set(EVENTS) == set(DOINGS)
    assert set(UNDOING) < set(DOINGS) - set(READING)


def test_a_walk_through_all_that_is_seldom_by_chance(walk_of_all: Walk) -> None:
    players = walk_of_all.players
    for number, line in enumerate(TOUR.split("\n")[1:-1]):
        who, doing, about, cell, *of = line.split()
        attempt = walk_of_all.drawn(who, doing, about)
        assert attempt, line
        if of:
            notes = list(players.world.papers[about].notes)
            attempt = replace(attempt, of=notes[-1] if of == ["note"] else of[0])
        if cell == "w" and doing in UNDOING and number % 3:
            assert players.do_and_undo(attempt, "mona", ("twice", "in time")[number % 2]) == cell, line
        found = players.do_and_undo(attempt, "mona", ("too late", "as someone else")[number % 2])
        assert found == cell, line
        if cell in "qd":
            players.look_at_kept(who)


def test_whoever_asks_for_two_people_cannot_be_both(walk_of_all: Walk) -> None:
    players = walk_of_all.players
    players.do("alice", "shield", "first")
    for button, who in (("refuse", "rachel"), ("withdraw", "alice"), ("agree", "rachel")):
        players.do("alice", "give", "first", "rachel", "named")
        players.do("alice", "ask_to_lift", "first")
        for other in ("bob", "mona", "olaf", "alice" if button != "withdraw" else "rachel"):
            assert players.answer(other, button, "first") == "refused"
        assert players.answer(who, button, "first") == button
    assert not players.world.cases["first"].is_shielded


def test_pages_that_save_by_themselves_save_nothing_odd(walk_of_all: Walk) -> None:
    players = walk_of_all.players
    players.do("alice", "give", "first", "bob", "assigned")
    for who in ("alice", "bob"):
        players.save_from_an_old_page(who, "first")
    players.save_with_a_foreign_mark("alice", "bob", "first")
    for number in range(len(BROKEN)):
        for who in ("alice", "cara"):
            players.send_no_form(who, "first", number)
    for doing in ("write", "autosave", "add", "open"):
        players.in_two_sessions("alice", doing, "first", "", "")


@pytest.mark.parametrize("seed", range(3))
def test_walks_get_what_the_table_says_and_store_what_the_model_expects(seed: int) -> None:
    assert len(walk(seed, STEPS)) > 8


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_long_walks(block: int) -> None:
    done: set[tuple[str, str]] = set()
    for seed in range(100 + 12 * block, 112 + 12 * block):
        done |= walk(seed, 160)
    assert {doing for doing, cell in done if cell in "+wj"} == set(DOINGS)
