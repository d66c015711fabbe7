"""The line beside a severe answer: every danger sign has one, and none says that an answer is dangerous."""

import re

from questionnaire.domain.advice.at_once import AT_ONCE
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.terms import DANGER_SIGN
from questionnaire.domain.catalogue import ITEMS

NO_ANSWERS = dict.fromkeys(ITEMS, frozenset[str]())
LINES = [line for lines in AT_ONCE.values() for line in lines]


def severe_codes() -> dict[str, set[str]]:
    """Return the answers that are a danger sign by themselves, and that the client wants to die."""
    codes = {
        item.id: {
            code
            for code in item.codes
            if DANGER_SIGN.holds(Facts(NO_ANSWERS | {item.id: frozenset((code,))}, 0))
        }
        for item in ITEMS.values()
    }
    codes["client_suicidal"] = {"yes"}
    return {item: of_item for item, of_item in codes.items() if of_item}


def test_every_severe_answer_has_exactly_one_line() -> None:
    with_line = {item: [code for line in lines for code in line.codes] for item, lines in AT_ONCE.items()}

    assert {item: sorted(codes) for item, codes in severe_codes().items()} == {
        item: sorted(codes) for item, codes in with_line.items()
    }


def test_a_question_has_no_more_lines_than_the_style_sheet_shows() -> None:
    assert {len(lines) for lines in AT_ONCE.values()} == {1, 2}


def test_of_several_answers_the_gravest_comes_first() -> None:
    first = {item: lines[0].codes for item, lines in AT_ONCE.items() if len(lines) > 1}

    assert first["danger_now"] == {"now"}
    assert {first[item] for item in ("strangulation", "sexual_violence")} == {frozenset({"recent"})}
    assert first["violence"] == {"client_recent"}


def test_a_line_says_what_to_do_and_nothing_that_frightens_who_reads_along() -> None:
    for line in LINES:
        assert not re.search(r"danger|risk|sign|safe|stalk|[0-9]", str(line.words), re.IGNORECASE), line.words
        assert str(line.words).endswith(".")


def test_contacts_are_known() -> None:
    assert [line.contact is None for line in LINES] == [not line.contact_id for line in LINES]
