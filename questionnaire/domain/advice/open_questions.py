"""List the items without an answer, and the advice that an answer to each could still add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, cast

from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.possible_answers import UNKNOWN_COLUMN, possible_answers
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.advice.signs import OWN_CONCERN
from questionnaire.domain.advice.terms import DANGER_SIGN
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEM_ORDER, ITEMS
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED, Item

#: The levels that an answer to an item can reach: advice code, level and the condition that reads the item.
_REACHED: Final = {
    item_id: tuple(
        (rule.code, urgency, condition)
        for rule in RULES
        for urgency, condition in rule.highest_first
        if item_id in condition.reads
    )
    for item_id in ITEMS
}
#: The codes of an item without an answer, which no option has.
_OPEN_CODES: Final = frozenset((*ABSENT_CODES, NOT_REACHED))
_RULE_PLACE: Final = {rule.code: place for place, rule in enumerate(RULES)}

#: What must still be asked, whatever the answers so far: what makes a danger sign, but for the professional's
#: own concern, and what decides how grave the rest is.
MUST_ASK: Final = (DANGER_SIGN.reads - {OWN_CONCERN}) | {
    "coercive_control",
    "children",
    "client_suicidal",
    "contact_frequency",
    "person_near",
}


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An item in an absent state. `could_add`: the advice that some answer to it alone adds or raises.

    `rows` are the open rows of a grid that is answered in part; `reach` is the highest level in `could_add`.
    """

    item: str
    state: str
    could_add: tuple[str, ...]
    reach: Urgency | None
    rows: tuple[str, ...] = ()

    @property
    def must_ask(self) -> bool:
        """Whether it must still be asked: then it is never said to make no difference."""
        return self.item in MUST_ASK

    def to_json(self) -> dict[str, object]:
        entry: dict[str, object] = {
            "item": self.item,
            "state": self.state,
            "could_add": list(self.could_add),
            "must_ask": self.must_ask,
        }
        return {**entry, "rows": list(self.rows)} if self.rows else entry


def open_questions(answers: Answers, facts: Facts, given: Mapping[str, Urgency]) -> tuple[OpenQuestion, ...]:
    """Return the open items: first what could raise the advice most, then what must be asked, then core."""
    can_be_open = (
        item
        for item in ITEMS.values()
        if item.kind == "grid" or not _OPEN_CODES.isdisjoint(facts.codes[item.id])
    )
    found = [
        _open_question(item, *open_state, facts, given)
        for item in can_be_open
        if (open_state := _open_state(item, answers)) is not None
    ]
    found.sort(
        key=lambda question: (
            -(question.reach or 0),
            not question.must_ask,
            not ITEMS[question.item].core,
            ITEM_ORDER[question.item],
        )
    )
    return tuple(found)


def must_ask(questions: Iterable[OpenQuestion], answers: Answers) -> list[OpenQuestion]:
    """Return those that must still be asked, the gravest first.

    Whether children are drawn in is none where there are none. What an answer can mean weighs, also when
    other answers already give its advice: otherwise the gravest sign would come last in the gravest case.
    """
    has_no_children = "none" in answers.codes["children"]
    asked = [
        question
        for question in questions
        if question.must_ask and not (question.item == "children_involved" and has_no_children)
    ]
    return sorted(asked, key=_gravest_first)


def _gravest_first(question: OpenQuestion) -> tuple[int, int, bool, bool, int]:
    item = ITEMS[question.item]
    alone = _reach_alone()[item.id]
    level = max(question.reach or 0, alone)
    # Of a grid few answers are a danger sign.
    return -level, -alone, item.id not in DANGER_SIGN.reads, item.kind == "grid", ITEM_ORDER[item.id]


@cache
def _reach_alone() -> Mapping[str, int]:
    """Return the highest level that an answer to each item gives when nothing else was answered."""
    nothing = Answers({})
    return {each.item: each.reach or 0 for each in open_questions(nothing, Facts(nothing.codes, 0), {})}


def _open_state(item: Item, answers: Answers) -> tuple[str, tuple[str, ...]] | None:
    """Return the state of an item without an answer, or of a grid and its open rows; None for a full grid."""
    state = answers.state(item.id)
    if state != "answered":
        return state, ()
    cells = cast(Mapping[str, str], answers[item.id])
    rows = tuple([row.code for row in item.rows if cells.get(row.code, UNKNOWN_COLUMN) == UNKNOWN_COLUMN])
    if not rows:
        return None
    return (NOT_REACHED if any(row not in cells for row in rows) else UNKNOWN_COLUMN), rows


def _open_question(
    item: Item, state: str, rows: tuple[str, ...], facts: Facts, given: Mapping[str, Urgency]
) -> OpenQuestion:
    higher = [reached for reached in _REACHED[item.id] if reached[1] > given.get(reached[0], 0)]
    could: dict[str, Urgency] = {}
    possible = possible_answers(item, rows, facts.codes[item.id]) if higher else ()
    for imagined in facts.imagine(item.id, possible):
        for code, urgency, condition in higher:
            if urgency > could.get(code, 0) and condition.holds(imagined):
                could[code] = urgency
    could_add = sorted(could, key=lambda code: (-could[code], _RULE_PLACE[code]))
    return OpenQuestion(item.id, state, tuple(could_add), max(could.values(), default=None), rows)
