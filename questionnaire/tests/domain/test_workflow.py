"""The states: every move from every state by everyone, against one table written out by hand."""

import pytest
from django.utils.translation import override

from questionnaire.domain.workflow import CHOICES, OPEN, Move, Relation, State, after, may

#: Who may make each move from each state, and where it leads. All that is not here may not be done.
ALLOWED = {
    (Move.SUBMIT, State.CONCEPT): (Relation.WRITER, State.SUBMITTED),
    (Move.SUBMIT, State.RETURNED): (Relation.WRITER, State.SUBMITTED),
    (Move.WITHDRAW, State.SUBMITTED): (Relation.WRITER, State.CONCEPT),
    (Move.ANSWER, State.CONCEPT): (Relation.WRITER, State.CONCEPT),
    (Move.ANSWER, State.RETURNED): (Relation.WRITER, State.RETURNED),
    (Move.REMARK, State.SUBMITTED): (Relation.REVIEWER, State.SUBMITTED),
    (Move.RETURN, State.SUBMITTED): (Relation.REVIEWER, State.RETURNED),
    (Move.SIGN_OFF, State.SUBMITTED): (Relation.REVIEWER, State.SIGNED_OFF),
    (Move.CORRECT, State.SIGNED_OFF): (Relation.WRITER, State.SIGNED_OFF),
    (Move.REASSESS, State.SUBMITTED): (Relation.WRITER, State.SUBMITTED),
    (Move.REASSESS, State.RETURNED): (Relation.WRITER, State.RETURNED),
    (Move.REASSESS, State.SIGNED_OFF): (Relation.WRITER, State.SIGNED_OFF),
}
PEOPLE: tuple[frozenset[Relation], ...] = (
    frozenset(),
    frozenset({Relation.WRITER}),
    frozenset({Relation.REVIEWER}),
    frozenset({Relation.WRITER, Relation.REVIEWER}),
)


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("parts", PEOPLE)
def test_every_move_from_every_state_by_everyone(
    move: Move, state: State, parts: frozenset[Relation]
) -> None:
    by, leads_to = ALLOWED.get((move, state), (None, None))
    reviews_own = by is Relation.REVIEWER and Relation.WRITER in parts

    assert may(move, state, parts) is (by in parts and not reviews_own)
    if leads_to:
        assert after(move, state) is leads_to


def test_what_is_signed_stays_signed() -> None:
    assert {after(move, State.SIGNED_OFF) for move, since in ALLOWED if since is State.SIGNED_OFF} == {
        State.SIGNED_OFF
    }


def test_what_was_said_is_open_to_its_writer_before_and_between() -> None:
    assert frozenset({State.CONCEPT, State.RETURNED}) == OPEN


def test_states_have_words() -> None:
    with override("en"):
        assert [str(words) for _code, words in CHOICES] == [state.label for state in State]
        assert State.RETURNED.label == "returned with questions"
