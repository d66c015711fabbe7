"""Say what becomes of the model of `tests/walks.py` by each thing that someone does, and by undoing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from questionnaire.tests.walk_tables import field_of
from questionnaire.tests.walks import Attempt, World

_MOVES: Final = {
    "submit": "submitted",
    "withdraw": "concept",
    "return": "returned",
    "sign_off": "signed_off",
}


def after(world: World, attempt: Attempt) -> World:
    """Return the world once something was done that is allowed."""
    change = _CHANGES.get(attempt.doing)
    return change(world, attempt) if change else world


def stored(world: World, about: str, name: str, word: str) -> World:
    """Return the world once a word was saved in a field."""
    paper = world.papers[about]
    return world.with_paper(about, fields={**paper.fields, name: word}, words=paper.words | {word})


def kept(world: World, who: str, about: str, *words: str) -> World:
    """Return the world once words are kept for someone that could not be saved."""
    return world.with_person(who, kept=world.people[who].kept | {(about, word) for word in words})


def erased(world: World, case: str) -> World:
    """Return the world without a case, nor what was kept for its pages, nor who had it open."""
    gone = set(world.papers_of(case))
    people = {
        name: replace(person, kept=frozenset(each for each in person.kept if each[0] not in gone))
        for name, person in world.people.items()
    }
    papers = {
        name: replace(paper, state="erased") if name in gone else paper
        for name, paper in world.papers.items()
    }
    return World(people, {**world.cases, case: replace(world.cases[case], opened={})}, papers)


def without_openings(world: World, who: str) -> World:
    """Return the world once every opening by someone has ended."""
    cases = {
        name: replace(case, opened={each: seen for each, seen in case.opened.items() if each != who})
        for name, case in world.cases.items()
    }
    return replace(world, cases=cases)


def undone(before: World, now: World, attempt: Attempt) -> World:
    """Return the world of now with one thing undone; words that were stored can still be read."""
    paper, was = now.papers[attempt.about], before.papers[attempt.about]
    case, case_was = now.case_of(attempt.about), before.case_of(attempt.about)
    # What gives a right to someone again does not open a case again that they had open with a reason.
    opened = case_was.opened if attempt.doing == "see" else case.opened
    log = dict(case_was.log)
    if attempt.doing == "add":  # it can be put back
        log |= {word: True for word in case.log if word not in log}
    papers = {name: before.papers[name] for name in before.papers_of(paper.case)}
    restored = replace(case_was, opened=opened, log=log, log_words=case.log_words, plan_words=case.plan_words)
    world = replace(
        now,
        papers={**now.papers, **papers},
        cases={**now.cases, paper.case: restored},
    )
    return world.with_paper(attempt.about, words=paper.words | was.words)


# --- The conversation, and what belongs to it ---------------------------------------------------------------


def _write(world: World, attempt: Attempt) -> World:
    return stored(world, attempt.about, field_of(attempt.who), attempt.word)


def _with_log(world: World, attempt: Attempt, log: Mapping[str, bool]) -> World:
    case = world.case_of(attempt.about)
    return world.with_case(attempt.about, log=log, log_words=case.log_words | set(log))


def _add(world: World, attempt: Attempt) -> World:
    return _with_log(world, attempt, {**world.case_of(attempt.about).log, attempt.word: False})


def _change(world: World, attempt: Attempt) -> World:
    log = {**world.case_of(attempt.about).log}
    del log[attempt.of]
    return _with_log(world, attempt, {**log, attempt.word: False})


def _remove(world: World, attempt: Attempt) -> World:
    return _with_log(world, attempt, {**world.case_of(attempt.about).log, attempt.of: True})


def _put_back(world: World, attempt: Attempt) -> World:
    return _with_log(world, attempt, {**world.case_of(attempt.about).log, attempt.of: False})


def _write_plan(world: World, attempt: Attempt) -> World:
    words = world.case_of(attempt.about).plan_words | {attempt.word}
    return world.with_case(attempt.about, plan=attempt.word, plan_words=words)


def _step(world: World, attempt: Attempt) -> World:
    words = world.papers[attempt.about].words | {attempt.word}
    return world.with_paper(attempt.about, step=attempt.word, words=words)


def _consult(world: World, attempt: Attempt) -> World:
    paper = world.papers[attempt.about]
    said = paper.consultations - {attempt.of} | {attempt.word}
    return world.with_paper(attempt.about, consultations=said, words=paper.words | {attempt.word})


def _not_consulted(world: World, attempt: Attempt) -> World:
    said = world.papers[attempt.about].consultations - {attempt.of}
    return world.with_paper(attempt.about, consultations=said)


# --- The review ---------------------------------------------------------------------------------------------


def _remark(world: World, attempt: Attempt) -> World:
    words = world.papers[attempt.about].words | {attempt.word}
    return world.with_paper(attempt.about, has_remark=True, words=words)


def _move(world: World, attempt: Attempt) -> World:
    return world.with_paper(attempt.about, state=_MOVES[attempt.doing])


def _sign_off(world: World, attempt: Attempt) -> World:
    """Close the intake with the log of that moment; nothing removed can be put back once all are closed."""
    case, paper = world.case_of(attempt.about), world.papers[attempt.about]
    world = _move(world, attempt).with_paper(attempt.about, words=paper.words | case.log_words)
    if all(each.state == "signed_off" for each in world.papers_of(paper.case).values()):
        log = {word: False for word, is_removed in case.log.items() if not is_removed}
        world = world.with_case(attempt.about, log=log)
    return world


def _correct(world: World, attempt: Attempt) -> World:
    """Start a correction: with the answers and the follow-up of what it corrects, by who starts it."""
    paper = world.papers[attempt.about]
    words = {*paper.fields.values(), *paper.consultations, paper.step} - {""}
    new = replace(
        paper,
        author=attempt.who,
        state="concept",
        corrects=attempt.about,
        words=frozenset(words),
        has_remark=False,
        notes={},
    )
    return replace(world, papers={**world.papers, attempt.more: new})


def _reassess(world: World, attempt: Attempt) -> World:
    new = replace(
        world.papers[attempt.about],
        author=attempt.who,
        state="concept",
        corrects="",
        previous=attempt.about,
        fields={},
        words=frozenset(),
        has_remark=False,
        consultations=frozenset(),
        step="",
        notes={},
    )
    return replace(world, papers={**world.papers, attempt.more: new})


# --- Who may see it -----------------------------------------------------------------------------------------


def _give(world: World, attempt: Attempt) -> World:
    case = world.case_of(attempt.about)
    opened = dict(case.opened)
    if attempt.more == "locked_out":
        opened.pop(attempt.of, None)
    access = case.access | {(attempt.of, attempt.more)}
    return world.with_case(attempt.about, access=access, opened=opened)


def _take(world: World, attempt: Attempt) -> World:
    access = world.case_of(attempt.about).access - {(attempt.of, attempt.more)}
    return world.with_case(attempt.about, access=access)


def _shield(world: World, attempt: Attempt) -> World:
    """Shield the case: whoever does so, and reads all of it, goes on reading it."""
    case = world.case_of(attempt.about)
    if case.is_shielded:
        return world
    is_named = world.reads_all(attempt.who, world.papers[attempt.about].case)
    access = case.access | ({(attempt.who, "named")} if is_named else set())
    return world.with_case(attempt.about, access=access, is_shielded=True, opened={})


def _ask_to_lift(world: World, attempt: Attempt) -> World:
    return world.with_case(attempt.about, lift=(attempt.who, attempt.about))


def _open(world: World, attempt: Attempt) -> World:
    """Open the case with a reason, which ends the opening of another case by the same person."""
    world = without_openings(world, attempt.who)
    opened = {**world.case_of(attempt.about).opened, attempt.who: False}
    count = world.people[attempt.who].openings + 1
    return world.with_case(attempt.about, opened=opened).with_person(attempt.who, openings=count)


def _see(world: World, attempt: Attempt) -> World:
    opened = {**world.case_of(attempt.about).opened, attempt.of: True}
    return world.with_case(attempt.about, opened=opened)


def goes_on_reading(world: World, attempt: Attempt) -> bool:
    """Return whether someone who hands over and asks for it gets read access that they do not have."""
    paper, case = world.papers[attempt.about], world.case_of(attempt.about)
    asks = attempt.more == "goes_on_reading" and attempt.who == paper.author
    return asks and not case.has(attempt.who, "named") and world.reads_all(attempt.who, paper.case)


def _hand_over(world: World, attempt: Attempt) -> World:
    """Give the intakes of the case that are not signed off another author, who gets a note."""
    paper, case = world.papers[attempt.about], world.case_of(attempt.about)
    access = case.access | {(attempt.of, "assigned")}
    access |= {(attempt.of, "named")} if case.is_shielded else set()
    access |= {(attempt.who, "named")} if goes_on_reading(world, attempt) else set()
    for name in world.handed_over(attempt.about, attempt.of):
        world = world.with_paper(name, author=attempt.of)
    notes = {**paper.notes, attempt.word: (attempt.of, False)}
    words = paper.words | {attempt.word}
    return world.with_case(attempt.about, access=access).with_paper(attempt.about, notes=notes, words=words)


def _note_read(world: World, attempt: Attempt) -> World:
    notes = {**world.papers[attempt.about].notes, attempt.of: (attempt.who, True)}
    return world.with_paper(attempt.about, notes=notes)


_CHANGES: Final[Mapping[str, Callable[[World, Attempt], World]]] = {
    "write": _write,
    "half": _write,
    "autosave": _write,
    "add": _add,
    "change": _change,
    "remove": _remove,
    "put_back": _put_back,
    "write_plan": _write_plan,
    "step": _step,
    "consult": _consult,
    "consult_again": _consult,
    "not_consulted": _not_consulted,
    "submit": _move,
    "withdraw": _move,
    "remark": _remark,
    "return": _move,
    "sign_off": _sign_off,
    "correct": _correct,
    "reassess": _reassess,
    "give": _give,
    "take": _take,
    "shield": _shield,
    "ask_to_lift": _ask_to_lift,
    "open": _open,
    "see": _see,
    "hand_over": _hand_over,
    "note_read": _note_read,
}
