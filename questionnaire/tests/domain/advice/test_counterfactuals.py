"""The fewest answers whose withdrawal changes an advice, compared with every set of answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random
from time import process_time
from typing import Final

import pytest

from questionnaire.domain.advice.conditions import (
    INCIDENTS,
    CountAtLeast,
    Facts,
    Unless,
    all_of,
    any_of,
    includes,
    raised,
)
from questionnaire.domain.advice.counterfactuals import what_would_change
from questionnaire.domain.advice.rules import RULES, Rule, rule
from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED
from questionnaire.tests.domain.contract import ALWAYS
from questionnaire.tests.domain.probes import parse_answers, probe

BY_CODE: Final = {rule.code: rule for rule in RULES}

#: Items that rules read together, drawn often so that their combinations occur.
OFTEN: Final = (
    *("relationship", "lives_together", "client_age", "children_involved", "danger_now", "person_near"),
    *("threats", "weapons", "orders", "behaviour_home", "behaviour_elsewhere", "behaviour_online"),
)


def facts_of(answers: str) -> Facts:
    probed = probe(parse_answers(answers))
    return Facts(probed.codes, probed.incidents)


def change(code: str, answers: str) -> str:
    """Return what would change an advice, as "item=code+code item=code"."""
    found = what_would_change(RULES, facts_of(answers))[code]
    return " ".join(f"{because.item}={'+'.join(because.codes)}" for because in found)


#: The answers, the advice, and what would change it.
CHANGES: Final = (
    # Every answer that gives the level, and no other.
    ("fear_level=9 fear_own_words=text", "take_fear_seriously", "fear_own_words=text fear_level=9"),
    ("fear_level=9 fear_change=same", "take_fear_seriously", "fear_level=9"),
    # An absent state that is a signal is withdrawn too.
    ("safe_to_talk=declined", "make_talking_safe", "safe_to_talk=declined"),
    # One part of an "all of" is enough: the first in questionnaire order, or the one that ends two.
    ("danger_now=soon threats=kill", "call_112", "danger_now=soon"),
    ("danger_now=soon person_near=near orders=breached", "call_112", "danger_now=soon"),
    ("person_near=near orders=breached escalation=closer", "consult_police", "person_near=near"),
    ("threats=kill home_entry=yes contact_frequency=weekly", "consult_police", "contact_frequency=weekly"),
    ("threats=kill person_suicidal=yes weapons=has", "consult_police", "weapons=has"),
    # An item is withdrawn as a whole, with all its codes; a grid by the cell.
    ("threats=kill threats=damage", "protection_rights", "threats=kill+damage"),
    ("behaviour_online=tracking=once", "digital_safety", "behaviour_online=tracking=once"),
    # A count may keep one of its cells or the incidents.
    (
        "behaviour_home=ring=once behaviour_home=loiter=once",
        "recognise_pattern",
        "behaviour_home=loiter=once",
    ),
    ("behaviour_home=ring=once incidents=1", "recognise_pattern", "behaviour_home=ring=once"),
    ("behaviour_home=ring=once incidents=5", "recognise_pattern", "incidents=5"),
    ("behaviour_home=ring=daily incidents=1", "recognise_pattern", "behaviour_home=ring=daily"),
    ("behaviour_home=ring=daily incidents=2", "recognise_pattern", "behaviour_home=ring=daily incidents=2"),
    # A tie outside the circle stays: the shared home is what opens the circle.
    ("relationship=neighbour lives_together=full_time", "follow_reporting_code", "lives_together=full_time"),
    # The tie of a partner is withdrawn where it gives the level.
    ("relationship=partner coercive_control=still", "consult_veilig_thuis", "relationship=partner"),
    ("relationship=partner coercive_control=still", "partner_or_ex", "relationship=partner"),
    ("relationship=colleague", "work_or_school", "relationship=colleague"),
    ("relationship=stranger", "reporting_code_scope", "relationship=stranger"),
)


@pytest.mark.parametrize(("answers", "code", "taken"), CHANGES)
def test_the_fewest_answers_that_would_change_it(answers: str, code: str, taken: str) -> None:
    assert change(code, answers) == taken


@pytest.mark.parametrize("answers", ["", "relationship=partner", "client_age=adult support_people=family"])
def test_nothing_would_change_what_always_stands(answers: str) -> None:
    facts = facts_of(answers)

    found = what_would_change(RULES, facts)

    assert set(found) == {one.code for one in RULES if one.level(facts)}
    assert set(found) >= set(ALWAYS)
    assert not any(found.values())


def test_the_circle_that_is_open_by_default_cannot_be_closed_by_taking_answers_back() -> None:
    assert change("follow_reporting_code", "relationship=partner") == ""
    assert change("follow_reporting_code", "relationship=declined") == ""


def test_a_tie_that_is_taken_back_takes_along_what_it_held_down() -> None:
    not_neighbour = Unless(includes("relationship", "neighbour"), "relationship")
    one = rule(
        "x",
        days=all_of(not_neighbour, raised("fear_own_words")),
        follow=includes("relationship", "neighbour"),
    )

    found = what_would_change([one], facts_of("relationship=neighbour fear_own_words=text"))

    assert [because.item for because in found["x"]] == ["fear_own_words", "relationship"]


def test_a_set_that_brings_back_what_it_should_end_is_not_given() -> None:
    at_home = raised("lives_together")
    one = rule("x", days=any_of(at_home, Unless(at_home, "relationship")))

    assert what_would_change([one], facts_of("lives_together=full_time")) == {"x": ()}


# --- Against every set of answers ------------------------------------------------------------------------


def random_facts(random: Random) -> Facts:
    """Draw a few answers, mostly to items that rules read together."""
    codes = dict.fromkeys(ITEMS, frozenset((NOT_REACHED,)))
    for item_id in (*random.sample(OFTEN, 4), *random.sample(tuple(ITEMS), 2)):
        item = ITEMS[item_id]
        if item.kind == "grid":
            rows = random.sample(item.rows, 2)
            columns = [column.code for column in item.columns]
            codes[item_id] = frozenset(f"{row.code}={random.choice(columns)}" for row in rows)
        else:
            codes[item_id] = frozenset((random.choice((*item.codes, *item.codes, *ABSENT_CODES)),))
    return Facts(codes, random.choice((0, 0, 1, 2)))


def withdrawals(facts: Facts) -> Iterator[tuple[frozenset[tuple[str, str]], Facts]]:
    """Yield every set of answers, the smallest and first ones first, and the facts without them."""
    units = [
        (item_id, code)
        for item_id, codes in facts.codes.items()
        for code in sorted(codes, key=(*ITEMS[item_id].codes, *ABSENT_CODES, NOT_REACHED).index)
        if code != NOT_REACHED
    ]
    units += [(INCIDENTS, str(facts.incidents))] if facts.incidents else []
    for size in range(len(units) + 1):
        for taken in combinations(units, size):
            codes = {
                item_id: frozenset(code for code in present if (item_id, code) not in taken)
                or frozenset((NOT_REACHED,))
                for item_id, present in facts.codes.items()
            }
            log = any(item_id == INCIDENTS for item_id, _code in taken)
            yield frozenset(taken), Facts(codes, 0 if log else facts.incidents)


def smallest_by_trying_all(one: Rule, facts: Facts) -> frozenset[tuple[str, str]]:
    level = one.level(facts) or 0
    return next((taken for taken, rest in withdrawals(facts) if (one.level(rest) or 0) < level), frozenset())


@pytest.mark.parametrize("seed", range(25))
def test_it_is_the_first_of_the_smallest_of_all_sets(seed: int) -> None:
    facts = random_facts(Random(seed))  # noqa: S311

    found = what_would_change(RULES, facts)

    assert list(found) == [one.code for one in RULES if one.level(facts) is not None]
    for code, because in found.items():
        taken = frozenset((reason.item, answer) for reason in because for answer in reason.codes)
        assert taken == smallest_by_trying_all(BY_CODE[code], facts), code


def test_it_is_quick_when_everything_was_answered() -> None:
    most = {
        item_id: frozenset(f"{row.code}=once" for row in item.rows)
        if item.kind == "grid"
        else frozenset(code for code in item.codes if code not in item.exclusive)
        if item.kind == "many"
        else frozenset(item.codes[:1])
        for item_id, item in ITEMS.items()
    }

    start = process_time()
    found = what_would_change(RULES, Facts(most, 20))

    assert process_time() - start < 0.5  # some milliseconds on an idle machine
    assert max(map(len, found.values())) > 10


def test_a_count_of_three_may_keep_two() -> None:
    one = rule("x", days=CountAtLeast(3, BEHAVIOUR))
    cells = "behaviour_home=ring=once behaviour_home=loiter=once behaviour_home=damage=once"

    with_one = what_would_change([one], facts_of(f"{cells} incidents=1"))["x"]
    with_two = what_would_change([one], facts_of(f"{cells} incidents=2"))["x"]

    assert [len(reason.codes) for reason in with_one] == [2]
    assert [(reason.item, len(reason.codes)) for reason in with_two] == [
        ("behaviour_home", 1),
        (INCIDENTS, 1),
    ]
