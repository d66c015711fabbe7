"""Define the states of an intake, the moves from one to another, and who may make them.

No other module repeats these rules. This one uses no model and no request: `permissions` says what a person
is to an intake, and `actions` makes the move, on the row as it is stored at that moment.
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
    """The state of an intake, from the conversation to its sign-off."""

    CONCEPT = "concept"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED_OFF = "signed_off"

    @property
    def label(self) -> str:
        """Return its name in the active language."""
        return str(_LABELS[self])


_LABELS: Final[Mapping[State, StrPromise]] = {
    State.CONCEPT: pgettext_lazy("state", "draft"),
    State.SUBMITTED: pgettext_lazy("state", "handed in for review"),
    State.RETURNED: pgettext_lazy("state", "returned with questions"),
    State.SIGNED_OFF: pgettext_lazy("state", "signed off"),
}

#: The choices of a model field.
STATE_CHOICES: Final = [(state.value, _LABELS[state]) for state in State]


class ClosedIntakeError(Exception):
    """The answers cannot be changed: the intake was handed in or signed off."""


class Relation(Enum):
    """What a person is to one intake. Someone can be both author and reviewer, and then reviews nothing."""

    AUTHOR = auto()
    REVIEWER = auto()
    ACCESS_MANAGER = auto()  # decides who else may see the intake; allows no move


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
    """Who may make a move, from which states, and the state after it; with None it stays the same."""

    relation: Relation
    sources: frozenset[State]
    target: State | None = None


TRANSITIONS: Final[Mapping[Move, Transition]] = {
    Move.SUBMIT: Transition(Relation.AUTHOR, frozenset({State.CONCEPT, State.RETURNED}), State.SUBMITTED),
    # Something happened meanwhile, and the reviewer has not read it yet.
    Move.WITHDRAW: Transition(Relation.AUTHOR, frozenset({State.SUBMITTED}), State.CONCEPT),
    Move.REMARK: Transition(Relation.REVIEWER, frozenset({State.SUBMITTED})),
    Move.RETURN: Transition(Relation.REVIEWER, frozenset({State.SUBMITTED}), State.RETURNED),
    Move.ANSWER: Transition(Relation.AUTHOR, frozenset({State.CONCEPT, State.RETURNED})),
    Move.SIGN_OFF: Transition(Relation.REVIEWER, frozenset({State.SUBMITTED}), State.SIGNED_OFF),
    # These two begin another intake, and leave this one as it is.
    Move.CORRECT: Transition(Relation.AUTHOR, frozenset({State.SIGNED_OFF})),
    # Waiting for a review does not stop anyone from starting a new conversation.
    Move.REASSESS: Transition(
        Relation.AUTHOR, frozenset({State.SUBMITTED, State.RETURNED, State.SIGNED_OFF})
    ),
}

#: The states in which the answers can be changed. The follow-up can be changed in every state.
OPEN_STATES: Final = frozenset({State.CONCEPT, State.RETURNED})


def is_allowed(move: Move, state: State, relations: Collection[Relation]) -> bool:
    """Return whether someone with these relations may make this move in this state.

    Nobody reviews their own intake.
    """
    transition = TRANSITIONS[move]
    if transition.relation is Relation.REVIEWER and Relation.AUTHOR in relations:
        return False
    return transition.relation in relations and state in transition.sources


def next_state(move: Move, state: State) -> State:
    """Return the state after a move that is allowed."""
    return TRANSITIONS[move].target or state
