"""The workflow: every move from every state by everyone, against one table written out by hand."""

import pytest
from django.utils.translation import override

from questionnaire.domain.workflow import (
    OPEN_STATES,
    STATE_CHOICES,
    Move,
    Relation,
    State,
    is_allowed,
    next_state,
)

#: Who may make each move from each state, and the state after it. All that is not here is not allowed.
ALLOWED = {
    (Move.SUBMIT, State.CONCEPT): (Relation.AUTHOR, State.SUBMITTED),
    (Move.SUBMIT, State.RETURNED): (Relation.AUTHOR, State.SUBMITTED),
    (Move.WITHDRAW, State.SUBMITTED): (Relation.AUTHOR, State.CONCEPT),
    (Move.ANSWER, State.CONCEPT): (Relation.AUTHOR, State.CONCEPT),
    (Move.ANSWER, State.RETURNED): (Relation.AUTHOR, State.RETURNED),
    (Move.REMARK, State.SUBMITTED): (Relation.REVIEWER, State.SUBMITTED),
    (Move.RETURN, State.SUBMITTED): (Relation.REVIEWER, State.RETURNED),
    (Move.SIGN_OFF, State.SUBMITTED): (Relation.REVIEWER, State.SIGNED_OFF),
    (Move.CORRECT, State.SIGNED_OFF): (Relation.AUTHOR, State.SIGNED_OFF),
    (Move.REASSESS, State.SUBMITTED): (Relation.AUTHOR, State.SUBMITTED),
    (Move.REASSESS, State.RETURNED): (Relation.AUTHOR, State.RETURNED),
    (Move.REASSESS, State.SIGNED_OFF): (Relation.AUTHOR, State.SIGNED_OFF),
}
PEOPLE: tuple[frozenset[Relation], ...] = (
    frozenset(),
    frozenset({Relation.AUTHOR}),
    frozenset({Relation.REVIEWER}),
    frozenset({Relation.ACCESS_MANAGER}),
    frozenset({Relation.AUTHOR, Relation.REVIEWER}),
)


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("relations", PEOPLE)
def test_only_the_moves_of_the_table_are_allowed(
    move: Move, state: State, relations: frozenset[Relation]
) -> None:
    relation, target = ALLOWED.get((move, state), (None, None))
    reviews_own = relation is Relation.REVIEWER and Relation.AUTHOR in relations

    assert is_allowed(move, state, relations) is (relation in relations and not reviews_own)
    if target:
        assert next_state(move, state) is target


def test_a_signed_intake_stays_signed() -> None:
    moves = {move for move, source in ALLOWED if source is State.SIGNED_OFF}

    assert moves == {Move.CORRECT, Move.REASSESS}
    assert {next_state(move, State.SIGNED_OFF) for move in moves} == {State.SIGNED_OFF}


def test_an_intake_is_open_before_it_is_submitted_and_after_it_is_returned() -> None:
    assert frozenset({State.CONCEPT, State.RETURNED}) == OPEN_STATES


def test_every_state_has_a_label() -> None:
    with override("en"):
        assert [str(label) for _code, label in STATE_CHOICES] == [state.label for state in State]
        assert State.RETURNED.label == "returned with questions"
