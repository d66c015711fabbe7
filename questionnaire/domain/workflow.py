"""In which states an intake can be, which moves lead from one to another, and who may make them.

This is the one place that knows. It holds no model and no request: `permissions` says what a person is to an
intake, and `actions` makes the move, on the row as it is stored at that moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Final

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class State(StrEnum):
    """Where an intake is on its way from a conversation to a record."""

    CONCEPT = "concept"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED_OFF = "signed_off"

    @property
    def label(self) -> str:
        """The words for it in the active language."""
        return str(_LABELS[self])


_LABELS: Final[Mapping[State, StrPromise]] = {
    State.CONCEPT: pgettext_lazy("state", "concept"),
    State.SUBMITTED: pgettext_lazy("state", "handed in for review"),
    State.RETURNED: pgettext_lazy("state", "returned with questions"),
    State.SIGNED_OFF: pgettext_lazy("state", "signed off"),
}

#: As a model wants them: each with its words.
CHOICES: Final = [(state.value, _LABELS[state]) for state in State]


class ClosedIntakeError(Exception):
    """What was said is closed: it was handed in or signed off."""


class Relation(Enum):
    """What a person is to one intake. Someone can be both, and then reviews nothing."""

    WRITER = auto()
    REVIEWER = auto()
    HOLDER = auto()  # decides who else may see it; moves nothing by that


class Move(StrEnum):
    """What can be done with an intake as a whole."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REMARK = "remark"
    RETURN = "return"
    ANSWER = "answer"
    SIGN_OFF = "sign_off"
    CORRECT = "correct"
    REASSESS = "reassess"


@dataclass(frozen=True, slots=True)
class Transition:
    """Who may make a move, from which states, and the state it leads to; None: the state stays."""

    by: Relation
    since: frozenset[State]
    leads_to: State | None = None


RULES: Final[Mapping[Move, Transition]] = {
    Move.SUBMIT: Transition(Relation.WRITER, frozenset({State.CONCEPT, State.RETURNED}), State.SUBMITTED),
    # Something happened meanwhile, and the reviewer did not read it yet.
    Move.WITHDRAW: Transition(Relation.WRITER, frozenset({State.SUBMITTED}), State.CONCEPT),
    Move.REMARK: Transition(Relation.REVIEWER, frozenset({State.SUBMITTED})),
    Move.RETURN: Transition(Relation.REVIEWER, frozenset({State.SUBMITTED}), State.RETURNED),
    Move.ANSWER: Transition(Relation.WRITER, frozenset({State.CONCEPT, State.RETURNED})),
    Move.SIGN_OFF: Transition(Relation.REVIEWER, frozenset({State.SUBMITTED}), State.SIGNED_OFF),
    # These two begin another intake, and leave this one as it is.
    Move.CORRECT: Transition(Relation.WRITER, frozenset({State.SIGNED_OFF})),
    # Waiting for a review keeps nobody from a new conversation.
    Move.REASSESS: Transition(
        Relation.WRITER, frozenset({State.SUBMITTED, State.RETURNED, State.SIGNED_OFF})
    ),
}

#: The states in which what was said can be changed. What came of it is written down in every state.
OPEN: Final = frozenset({State.CONCEPT, State.RETURNED})


def may(move: Move, state: State, parts: Collection[Relation]) -> bool:
    """Whether someone who is this to an intake may make this move in this state. Nobody reviews their own."""
    rule = RULES[move]
    if rule.by is Relation.REVIEWER and Relation.WRITER in parts:
        return False
    return rule.by in parts and state in rule.since


def after(move: Move, state: State) -> State:
    """The state that a move which may be made leads to."""
    return RULES[move].leads_to or state
