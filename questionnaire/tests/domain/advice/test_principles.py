"""The principles of the contract that the proof of the rules does not show, for generated intakes.

P2, P3 and P5, and P1, P4, P6 and P9 of each rule and text apart, are proven for every intake: `manage.py
prove_rules`. Here: that the rules give what the table of the contract says, P7, and what the summary shows as
a whole. The long run tries P2, P3 and P5 on generated intakes too, with a second reading of the contract, as
a check on the proof.

P10 (a new assessment never overwrites an old one, and a comparison never says "better") is about stored
intakes: the tests of actions and of the comparison show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaire.domain.advice.conditions import INCIDENTS as INCIDENTS_KEY
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.engine import levels
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import count_incidents
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED
from questionnaire.domain.summary import Summary, summarise, to_json
from questionnaire.tests.domain.contract import ALWAYS, LEVELS, OUTSIDE_TIES, Smallest, expected
from questionnaire.tests.domain.probes import outcome
from questionnaire.tests.domain.texts import our_texts
from questionnaire.tests.strategies import INCIDENTS, SIGNALS, TODAY, Intake, Move, intakes
from questionnaire.verification.texts import VERDICT

#: A remark on scope, not an advice in the sense of P2 and P3.
REMARK: Final = "reporting_code_scope"

COLUMNS: Final = {
    grid: tuple(column.code for column in ITEMS[grid].columns if column.code != "unknown")
    for grid in ("behaviour_home", "behaviour_elsewhere", "behaviour_online", "daily_life")
}

#: No verdict all the same: that the number is no score, and these findings with their source. The proof
#: allows any finding with a source; another one in a text of the application must be a deliberate choice.
ALLOWED: Final = re.compile(
    r"(?:It is not a risk score|Het is geen risicoscore), "
    r"|(?:85% of the homicides|85% van de moorden|in 79%)(?=[^.]*\(Monckton Smith 2017\))"
)

NOTHING: Final = {item_id: frozenset({NOT_REACHED}) for item_id in ITEMS}
RULES_BY_CODE: Final = {rule.code: rule for rule in RULES}

WORDS: Final = frozenset({"language", "opening", "title", "text", "source", "decides", "sentence", "limits"})
KEYS: Final = WORDS | {
    *("version", "reference", "date", "urgency", "fear", "wishes", "danger_signs", "advice", "pattern"),
    *("also_concerning", "complaint_by", "must_ask"),
    *("until", "time", "times", "as_told", "by", "witness", "report_number"),
    *("incidents", "concerns", "reporting_code", "open_questions", "reassess_on"),
    *("words", "level", "feared", "change", "life_changes", "code", "because", "item", "codes", "contact"),
    *("behaviours", "place", "behaviour", "frequency", "since", "precision", "what", "evidence", "reported"),
    *("applies", "steps", "step", "acute", "structural", "state", "could_add", "rows"),
}


# --- Reading an intake -----------------------------------------------------------------------------------


def facts_of(intake: Intake, item_id: str = "", code: str = "") -> Facts:
    """Return the facts of an intake, optionally with another answer to one item."""
    codes = intake.answers.codes
    return Facts(
        {**codes, item_id: frozenset({code})} if item_id else codes, count_incidents(intake.incidents)
    )


def answers_of(intake: Intake) -> Smallest:
    """Return every answer of an intake as a pair, as in the contract's table."""
    log = {("incidents", str(count_incidents(intake.incidents)))} if intake.incidents else set()
    codes = intake.answers.codes
    return frozenset((item, code) for item, of in codes.items() for code in of if code != NOT_REACHED) | log


def leaves(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    """Yield every value in JSON data with its key, objects included."""
    if isinstance(value, dict):
        yield key, value
        for name, inner in value.items():
            yield from leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, key)
    else:
        yield key, value


def lowered(before: Mapping[str, Urgency], after: Mapping[str, Urgency]) -> set[str]:
    """Return the advice that is gone or less urgent."""
    return {code for code, urgency in before.items() if after.get(code, 0) < urgency} - {REMARK}


# --- The principles --------------------------------------------------------------------------------------


def assert_rules_match_contract(intake: Intake) -> None:
    read = facts_of(intake)

    for code, wanted in expected(answers_of(intake)).items():
        assert outcome(RULES_BY_CODE[code], read) == wanted


def p1_fear_comes_first(intake: Intake, shown: Mapping[str, Any]) -> None:
    assert list(shown)[:6] == ["version", "reference", "date", "language", "urgency", "fear"]
    assert list(shown["fear"]) == ["opening", "words", "level", "feared", "change", "life_changes"]
    assert shown["fear"]["opening"]
    assert shown["fear"]["words"] == intake.answers.text("fear_own_words")


def p2_adding_a_signal_lowers_nothing(intake: Intake, move: Move) -> None:
    if not is_adding(intake, move):
        return
    before, after = facts_of(intake), facts_of(intake.with_move(move))
    lower = lowered(levels(before), levels(after))

    if move.item == "relationship" and "work_or_school" in lower:
        tie = next(
            one
            for one in summarise(intake.answers, intake.incidents, TODAY).advice
            if one.code == "work_or_school"
        )
        assert "relationship" in {why.item for why in tie.because}
        return
    assert lower == set()
    assert max(levels(after).values()) >= max(levels(before).values())


def is_adding(intake: Intake, move: Move) -> bool:
    """Return whether a move adds a signal: a signal after none, one more code, a higher one, or a text."""
    item = ITEMS[move.item]
    present = intake.answers.codes[move.item]
    if item.kind == "text":
        return intake.answers.state(move.item) != "answered" and move.code not in ABSENT_CODES
    if item.kind == "grid":
        row, column = move.code.split("=")
        at = next((code.split("=")[1] for code in present if code.startswith(f"{row}=")), "unknown")
        order = COLUMNS[item.id]
        return move.code in item.raised_codes and (at == "unknown" or order.index(column) > order.index(at))
    if item.kind == "scale" and intake.answers.state(item.id) == "answered":
        return int(move.code) > int(*present)
    absent = intake.answers.state(item.id) != "answered"
    alone = item.exclusive | set(ABSENT_CODES)
    if item.kind == "many" and not absent and not alone & {move.code, *present}:
        return move.code not in present
    return move.code in item.raised_codes and (absent or not present & item.raised_codes)


def p2_an_incident_more_lowers_nothing(intake: Intake) -> None:
    more = replace(intake, incidents=(*intake.incidents, INCIDENTS[0]))

    assert lowered(levels(facts_of(intake)), levels(facts_of(more))) == set()


def p2_a_tie_outside_only_narrows_what_is_for_the_home(intake: Intake, tie: str) -> None:
    if intake.answers.state("relationship") == "answered":
        return
    before = levels(facts_of(intake))
    after = levels(facts_of(intake.with_move(Move("relationship", tie))))

    assert lowered(before, after) <= {"consult_veilig_thuis", "follow_reporting_code"}
    assert max(after.values()) >= max(before.values())


def p3_absent_is_not_no(intake: Intake, item_id: str) -> None:
    item = ITEMS[item_id]
    present = intake.answers.codes[item_id]
    if present & item.raised_codes or present == {NOT_REACHED}:
        return
    before = levels(facts_of(intake))
    for state in (*ABSENT_CODES, NOT_REACHED):
        after = levels(facts_of(intake, item_id, state))

        lower = lowered(before, after)
        assert lower <= ({"work_or_school"} if item_id == "relationship" else set())
        assert lower or max(after.values()) >= max(before.values())


def p3_each_absent_state_is_shown_as_such(intake: Intake, shown: Mapping[str, Any]) -> None:
    states = {one["item"]: one["state"] for one in shown["open_questions"]}
    absent = {item_id: intake.answers.state(item_id) for item_id in ITEMS}

    assert absent == {item_id: states.get(item_id, "answered") for item_id in ITEMS} | {
        item_id: "answered" for item_id in COLUMNS if absent[item_id] == "answered"
    }
    for field, item_id in (
        ("feared", "feared_events"),
        ("life_changes", "life_changes"),
        ("level", "fear_level"),
    ):
        assert (shown["fear"][field] is None) == (absent[item_id] != "answered")


def p4_no_verdict(shown: Mapping[str, Any]) -> None:
    parts = list(leaves(shown))

    assert {key for _key, value in parts if isinstance(value, dict) for key in value} <= KEYS
    numbers = {key for key, value in parts if type(value) in (int, float)}
    assert numbers <= {"version", "level", "step", "times"}
    assert shown["urgency"] in LEVELS


def p5_never_less_than_this(intake: Intake) -> None:
    assert set(levels(facts_of(intake))) >= set(ALWAYS)


def p6_the_reasons_are_enough_and_needed(intake: Intake, summary: Summary) -> None:
    for one in summary.advice:
        rule, reasons = RULES_BY_CODE[one.code], {why.item: frozenset(why.codes) for why in one.because}
        log = sum(int(number) for number in reasons.pop(INCIDENTS_KEY, ()))
        assert one.source
        assert one.decides

        assert rule.level(Facts({**NOTHING, **reasons}, log)) == one.urgency

        in_the_circle_always = one.code == "follow_reporting_code" and one.urgency == Urgency.FOLLOW
        if one.because and not in_the_circle_always:
            rest = {**intake.answers.codes, **{item_id: NOTHING[item_id] for item_id in reasons}}
            left = rule.level(Facts(rest, 0 if log else count_incidents(intake.incidents)))
            assert left is None or left < one.urgency


def p7_the_professional_only_raises(intake: Intake) -> None:
    item = ITEMS["professional_concern"]
    without = levels(facts_of(intake, item.id, NOT_REACHED))

    for code in (*item.codes, *ABSENT_CODES):
        assert lowered(without, levels(facts_of(intake, item.id, code))) == set()


def p8_three_voices_apart(intake: Intake, shown: Mapping[str, Any]) -> None:
    assert "professional_concern" not in {one["item"] for one in shown["concerns"]}
    for item_id, place in (("fear_own_words", shown["fear"]["words"]), ("client_wishes", shown["wishes"])):
        assert place == intake.answers.text(item_id)
    private = intake.answers.text("safe_contact")
    ours = [str(value) for key, value in leaves(shown) if key in WORDS]
    for words in filter(None, (shown["fear"]["words"], shown["wishes"], private)):
        assert not any(words in text for text in ours)


def p9_two_languages_one_rule_set(dutch: Any, english: Any, key: str = "") -> None:
    """Assert that both summaries are the same except for texts, which both have."""
    if isinstance(dutch, dict):
        assert list(dutch) == list(english)
        for name, value in dutch.items():
            p9_two_languages_one_rule_set(value, english[name], name)
    elif isinstance(dutch, list):
        for one, other in zip(dutch, english, strict=True):
            p9_two_languages_one_rule_set(one, other, key)
    elif key in WORDS:
        assert dutch
        assert english
        assert key == "source" or dutch != english
    else:
        assert dutch == english


# --- The passes over many intakes ------------------------------------------------------------------------


def check_rules(intake: Intake, moves: list[Move], tie: str, item_id: str) -> None:
    assert_rules_match_contract(intake)
    for move in moves:
        p2_adding_a_signal_lowers_nothing(intake, move)
    p2_an_incident_more_lowers_nothing(intake)
    p2_a_tie_outside_only_narrows_what_is_for_the_home(intake, tie)
    for other in (item_id, "relationship"):
        p3_absent_is_not_no(intake, other)
    p5_never_less_than_this(intake)
    p7_the_professional_only_raises(intake)


def check_summary(intake: Intake) -> None:
    summary = summarise(intake.answers, intake.incidents, TODAY)
    dutch, english = summary_in("nl", summary), summary_in("en", summary)

    p1_fear_comes_first(intake, dutch)
    p3_each_absent_state_is_shown_as_such(intake, dutch)
    p4_no_verdict(dutch)
    p6_the_reasons_are_enough_and_needed(intake, summary)
    p8_three_voices_apart(intake, dutch)
    p9_two_languages_one_rule_set(dutch, english)


def summary_in(language: str, summary: Summary) -> dict[str, Any]:
    with translation.override(language):
        return to_json(summary, reference="2026-117", on=TODAY, language=language)


for_rules = given(
    intake=intakes(most=30),
    moves=st.lists(st.sampled_from(SIGNALS), min_size=3, max_size=3),
    tie=st.sampled_from(OUTSIDE_TIES.split()),
    item_id=st.sampled_from(sorted(ITEMS)),
)


def many(examples: int) -> settings:
    return settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.untraced
@many(500)
@given(intake=intakes(most=30))
def test_rules_give_generated_intakes_what_the_contract_says(intake: Intake) -> None:
    assert_rules_match_contract(intake)
    p7_the_professional_only_raises(intake)


@pytest.mark.untraced
@many(100)
@given(intake=intakes(most=60))
def test_the_summary_keeps_the_principles(intake: Intake) -> None:
    check_summary(intake)


@pytest.mark.soak
@many(50_000)
@for_rules
def test_the_rules_keep_the_principles_for_long(
    intake: Intake, moves: list[Move], tie: str, item_id: str
) -> None:
    check_rules(intake, moves, tie, item_id)


@pytest.mark.soak
@many(10_000)
@given(intake=intakes(most=60))
def test_the_summary_keeps_the_principles_for_long(intake: Intake) -> None:
    check_summary(intake)


# --- P2, P4 and P5 by hand -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "move", "adding"),
    [
        ({}, Move("danger_now", "soon"), True),
        ({"danger_now": "no"}, Move("danger_now", "soon"), True),
        ({"danger_now": "now"}, Move("danger_now", "soon"), False),
        ({}, Move("orders", "complied"), False),
        ({"safe_to_talk": "unknown"}, Move("safe_to_talk", "no"), True),
        ({"threats": ["damage"]}, Move("threats", "kill"), True),
        ({"threats": ["kill"]}, Move("threats", "kill"), False),
        ({"threats": ["none"]}, Move("threats", "kill"), True),
        ({"children": ["shared"]}, Move("children", "unknown"), False),
        ({"children": "unknown"}, Move("children", "pregnant"), True),
        ({"support_people": ["none"]}, Move("support_people", "family"), False),
        ({"evidence_kept": ["log"]}, Move("evidence_kept", "photos"), True),
        ({"fear_level": 3}, Move("fear_level", "4"), True),
        ({"fear_level": 5}, Move("fear_level", "4"), False),
        ({"behaviour_home": {"ring": "weekly"}}, Move("behaviour_home", "ring=once"), False),
        ({"behaviour_home": {"ring": "once"}}, Move("behaviour_home", "ring=weekly"), True),
        ({"behaviour_home": {"ring": "unknown"}}, Move("behaviour_home", "ring=once"), True),
        ({"behaviour_home": "declined"}, Move("behaviour_home", "ring=once"), True),
        ({"fear_own_words": "declined"}, Move("fear_own_words", "Bang"), True),
    ],
)
def test_adding_a_signal_is_what_the_contract_calls_adding(
    raw: dict[str, object], move: Move, adding: bool
) -> None:
    assert is_adding(Intake(raw), move) is adding


def test_nothing_answered_still_gives_what_always_stands() -> None:
    summary = summarise(Answers({}), (), TODAY)

    given_advice = {
        one.code: (one.urgency, tuple(why.to_json() for why in one.because)) for one in summary.advice
    }
    tie = ({"item": "relationship", "codes": ["not_reached"]},)
    assert given_advice == {
        **dict.fromkeys(ALWAYS, (Urgency.FOLLOW, ())),
        "follow_reporting_code": (Urgency.FOLLOW, tie),
    }
    assert summary.urgency is Urgency.FOLLOW
    assert len(summary.open_questions) == 49


def test_no_text_in_either_language_gives_a_verdict() -> None:
    texts = [*our_texts("nl"), *our_texts("en")]

    assert len(texts) > 1000
    assert [text for text in texts if VERDICT.search(ALLOWED.sub("", text))] == []


@pytest.mark.parametrize(
    "verdict",
    [
        "There is a low risk.",
        "Er is weinig gevaar.",
        "Geen risico",
        "This is not stalking.",
        "The client is safe.",
        "De cliënt is nu veilig.",
        "Score: 12",
        "Kans van 40%",
        "All is green",
        "In totaal 7 signalen",
    ],
)
def test_a_verdict_is_recognised(verdict: str) -> None:
    assert VERDICT.search(ALLOWED.sub("", verdict))
