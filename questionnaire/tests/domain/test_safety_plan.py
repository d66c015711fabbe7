"""The safety plan: its parts, agreements, the form it is stored in, and the words of its questions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.safety_plan import Agreement, PartPlan, Plan, changed_parts, is_date, parse_plan
from questionnaire.domain.safety_plan_parts import PART_OF, PARTS

LOCK = Agreement("Ander slot", "de verhuurder", "2026-03-26", done=True)
HOME = PartPlan("Achterdeur uit.", (LOCK, Agreement("Tas klaarzetten")))
PLAN = Plan({"code_word": PartPlan("met de buurvrouw"), "home": HOME})

#: What a plan must cover, in this order.
CODES = [
    *("home", "travel", "work_school", "phone_internet", "children"),
    *("code_word", "who_knows", "keys", "aol", "aware", "what_when"),
]

texts = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30)
agreements = st.builds(Agreement, texts, st.just("") | texts, st.just("2026-03-26"), st.booleans())
part_plans = st.builds(PartPlan, texts, st.lists(agreements, max_size=4).map(tuple))
plans = st.builds(Plan, st.dictionaries(st.sampled_from(CODES), part_plans))


def test_the_plan_has_a_part_for_each_subject() -> None:
    assert [part.code for part in PARTS] == list(PART_OF) == CODES


@given(plans)
def test_a_plan_is_parsed_from_its_json_as_it_was_up_to_the_form_of_its_characters(plan: Plan) -> None:
    parsed = parse_plan(plan.to_json())

    assert parse_plan(parsed.to_json()) == parsed
    assert parsed.parts.keys() == plan.parts.keys()
    assert [part.code for part, _plan in parsed.filled] == [code for code in CODES if code in plan.parts]
    assert {part.code for part in parsed.empty} == set(CODES) - plan.parts.keys()


def test_only_what_was_recorded_is_stored() -> None:
    assert PLAN.to_json() == {
        "code_word": {"text": "met de buurvrouw"},
        "home": {
            "text": "Achterdeur uit.",
            "agreements": [
                {"what": "Ander slot", "who": "de verhuurder", "when": "2026-03-26", "done": True},
                {"what": "Tas klaarzetten"},
            ],
        },
    }
    assert parse_plan(PLAN.to_json()) == PLAN
    assert not Plan()
    assert not PartPlan()
    assert PLAN


def test_a_part_that_says_nothing_is_not_there() -> None:
    assert parse_plan({"home": {"text": " \n"}, "keys": {}, "aol": {"agreements": []}}) == Plan()


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ([], ""),
        ({"escape": {}}, "escape"),
        ({"home": "x"}, "home"),
        ({"home": {"verdict": "safe"}}, "home.verdict"),
        ({"home": {"text": 1}}, "home.text"),
        ({"home": {"agreements": {}}}, "home.agreements"),
        ({"home": {"agreements": [{"what": "x"}, {"who": "x"}]}}, "home.agreements.2.what"),
        ({"home": {"agreements": [{"what": " "}]}}, "home.agreements.1.what"),
        ({"home": {"agreements": [{"what": "x", "who": "w" * 201}]}}, "home.agreements.1.who"),
        ({"home": {"agreements": [{"what": "x", "when": "2026-02-31"}]}}, "home.agreements.1.when"),
        ({"home": {"agreements": [{"what": "x", "done": "yes"}]}}, "home.agreements.1.done"),
    ],
)
def test_what_is_no_plan_is_refused_with_its_place(raw: Any, path: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        parse_plan(raw)

    assert [problem.path for problem in error.value.problems] == [path]
    assert error.value.problems[0].message


@pytest.mark.parametrize(
    ("when", "is_a_date"), [("2026-03-26", True), ("2026-03", True), ("na de zitting", False), ("", False)]
)
def test_an_agreement_has_a_date_or_words_for_when(when: str, is_a_date: bool) -> None:
    assert parse_plan({"home": {"agreements": [{"what": "x", "when": when}]}}).parts["home"].agreements == (
        Agreement("x", when=when),
    )
    assert is_date(when) is is_a_date


def test_lines_say_what_who_when_and_done() -> None:
    with override("en"):
        assert HOME.lines() == (
            "Achterdeur uit.",
            "Ander slot; who: de verhuurder; when: 26 March 2026; done",
            "Tas klaarzetten",
        )
    with override("nl"):
        assert HOME.lines()[1] == "Ander slot; wie: de verhuurder; wanneer: 26 maart 2026; gedaan"
        assert Agreement("x", when="na \u202e vrijdag").line() == "x; wanneer: na [U+202E] vrijdag"


def test_changed_parts_are_those_that_differ_in_their_order() -> None:
    after = Plan({"home": PartPlan("Voordeur."), "aol": PartPlan("ja"), "code_word": PLAN.parts["code_word"]})

    assert changed_parts(PLAN, after) == ("home", "aol")
    assert changed_parts(PLAN, Plan()) == ("home", "code_word")
    assert changed_parts(PLAN, PLAN) == ()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_questions_reassure_nobody_and_spell_only_the_emergency_number(language: str) -> None:
    with override(language):
        words = " ".join(f"{part.label} {part.hint}" for part in PARTS)

    assert set(re.findall(r"[0-9]+", words)) == {CONTACTS["police_emergency"].number}
    reassuring = r"\b(is|are|bent|zijn) (nu )?(safe|veilig)\b|geen gevaar|no danger|niets aan de hand"
    assert not re.search(reassuring, words.replace("met wie praten veilig is", ""), re.IGNORECASE)
    assert "%(" not in words


@pytest.mark.parametrize("language", ["nl", "en"])
def test_living_together_a_safe_device_and_honour_have_their_warning(language: str) -> None:
    with override(language):
        hints = {part.code: part.hint for part in PARTS}

    words = {
        "nl": {"home": "Kondig", "phone_internet": "veilig apparaat", "who_knows": "eer"},
        "en": {"home": "do not announce", "phone_internet": "a safe device", "who_knows": "honour"},
    }[language]
    assert {code: word in hints[code] for code, word in words.items()} == dict.fromkeys(words, True)
