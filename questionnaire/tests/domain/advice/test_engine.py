from __future__ import annotations

from typing import Any, Final

import pytest
from django.utils import translation

from questionnaire.domain.advice.engine import Advice, Because, in_order
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.summary import summarise
from questionnaire.tests.domain.contract import LEVELS, ORDER
from questionnaire.tests.strategies import TODAY

#: Who decides and whom to call, as in the contract's table; a star marks contacts given only sometimes.
DECIDES: Final = {
    "call_112": ("You, as the professional", "police_emergency"),
    "make_talking_safe": ("You, as the professional", ""),
    "take_fear_seriously": ("You, as the professional", ""),
    "consult_police": ("You, together with the client", "police"),
    "consult_veilig_thuis": ("You, as the professional", "veilig_thuis"),
    "follow_reporting_code": ("You, as the professional", ""),
    "reporting_code_scope": ("You, as the professional", ""),
    "partner_or_ex": ("You, as the professional", "police veilig_thuis"),
    "recognise_pattern": ("You, as the professional", ""),
    "safety_plan": ("The client, together with you", ""),
    "child_check": ("You, as the professional", "veilig_thuis"),
    "safe_handover": ("The client, together with you", "veilig_thuis"),
    "work_or_school": ("The client", ""),
    "report_breaches": ("The client, together with you", "police"),
    "report_options": ("The client", "police"),
    "medical_check": ("The client", "sexual_violence_centre*"),
    "worker_safety": ("You, together with your manager", ""),
    "honour_route": ("You, as the professional", "veilig_thuis"),
    "crisis_support": ("You, as the professional", "suicide_prevention"),
    "support_wellbeing": ("The client", ""),
    "digital_safety": ("The client, together with the police", "police"),
    "no_confrontation": ("You, as the professional", ""),
    "protection_rights": ("The client, with the police or a lawyer", "legal_aid"),
    "collect_evidence": ("The client", "helpwanted*"),
    "involve_network": ("The client", ""),
    "victim_support": ("The client", "victim_support childrens_helpline*"),
    "share_with_care": ("You, as the professional", ""),
    "reassess": ("You, as the professional", ""),
}

#: One intake for each advice that is not always given.
ASKED_FOR: Final[dict[str, dict[str, Any]]] = {
    "call_112": {"danger_now": "now"},
    "make_talking_safe": {"safe_to_talk": "no"},
    "reporting_code_scope": {"relationship": "stranger"},
    "partner_or_ex": {"relationship": "partner", "threats": ["kill"]},
    "recognise_pattern": {"behaviour_home": {"ring": "daily"}},
    "child_check": {"children": ["shared"]},
    "safe_handover": {"children": ["shared"]},
    "work_or_school": {"relationship": "colleague"},
    "report_breaches": {"orders": "breached"},
    "medical_check": {"strangulation": "recent"},
    "worker_safety": {"weapons": ["has"]},
    "honour_route": {"barriers": ["honour_pressure"]},
    "crisis_support": {"client_suicidal": "yes"},
    "support_wellbeing": {"daily_life": {"sleep": "much"}},
    "digital_safety": {"tech_access": "yes"},
}


def advice_of(raw: dict[str, Any]) -> dict[str, Advice]:
    return {one.code: one for one in summarise(Answers.parse(raw, TODAY), (), TODAY).advice}


def test_every_advice_of_the_contract_has_its_words_and_no_other() -> None:
    assert tuple(TEXTS) == ORDER
    assert set(DECIDES) == set(ORDER)


@pytest.mark.parametrize("code", ORDER)
def test_who_decides_and_whom_to_call(code: str) -> None:
    advice = advice_of(ASKED_FOR.get(code, {}))[code]
    who, contacts = DECIDES[code]

    assert advice.decides == who
    assert advice.contacts == tuple(contact for contact in contacts.split() if not contact.endswith("*"))
    given_sometimes = {contact for contact, _condition in TEXTS[code].contacts}
    assert given_sometimes == set(contacts.replace("*", "").split())
    assert given_sometimes <= set(CONTACTS)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", ORDER)
def test_every_advice_has_full_sentences_in_both_languages(code: str, language: str) -> None:
    with translation.override(language):
        advice = advice_of(ASKED_FOR.get(code, {}))[code]

        assert len(advice.text.split()) >= 8
        assert advice.text.endswith((".", ")"))
        assert 2 <= len(advice.title.split()) <= 12
        assert advice.title[0].isupper()
        assert len(advice.source) > 5
        for text in (advice.title, advice.text, advice.source, advice.decides):
            assert "%" not in text
            assert "  " not in text
            assert text == text.strip()


_IMAGES: Final = {"behaviour_online": {"threaten_images": "once"}}


@pytest.mark.parametrize(
    ("raw", "code", "says", "says_not"),
    [
        (
            {"fear_level": 1},
            "take_fear_seriously",
            "This fear is in itself a reason to consult the police or Veilig Thuis.",
            "own words",
        ),
        ({"fear_level": 1}, "take_fear_seriously", "experienced colleague today.", "Come back to it later"),
        (
            {"fear_own_words": "Ja"},
            "take_fear_seriously",
            "The client's own words come first. Read them as they stand.",
            "in itself a reason",
        ),
        (
            {"fear_own_words": "Ja"},
            "take_fear_seriously",
            "experienced colleague today.",
            "Come back to it later",
        ),
        (
            {"fear_level": 0},
            "take_fear_seriously",
            "The client names no fear (yet). That says nothing about the danger.",
            "today",
        ),
        ({"life_changes": ["move"]}, "take_fear_seriously", "a fear that is not put into words", "today"),
        ({}, "take_fear_seriously", "The client names no fear (yet).", "does differently now"),
        ({"fear_level": 1}, "take_fear_seriously", "Rule of thumb: when someone is truly afraid", None),
        ({"fear_own_words": "Ja"}, "take_fear_seriously", "come first", "Rule of thumb"),
        ({"danger_now": "now"}, "consult_police", "First call 112.", "Is it acute"),
        (
            {"strangulation": "recent"},
            "consult_police",
            "Call the police now. Say that there may be",
            "Is it acute",
        ),
        (
            {"strangulation": "recent"},
            "consult_police",
            "can you not reach anyone? Call 112.",
            "happening now",
        ),
        ({"person_near": "near"}, "consult_police", "Is it happening now? Call 112.", "police now"),
        ({}, "consult_police", "Consult without a name or traceable details.", "Discuss why"),
        ({"consent_share": ["none"]}, "consult_police", "Consult without a name", "Discuss why"),
        ({"consent_share": ["police"]}, "consult_police", "needs no formal report", "without a name"),
        (
            {"consent_share": "declined", "threats": ["kill"]},
            "consult_police",
            "Discuss why, and ask",
            None,
        ),
        ({"consent_share": ["gp"], "threats": ["kill"]}, "consult_police", "write down your reason.", None),
        (
            {"consent_share": ["police"], "threats": ["kill"]},
            "consult_police",
            "needs no formal report",
            "Discuss why",
        ),
        ({"threats": ["kill"]}, "consult_police", "Is it acute or threatening?", "First call"),
        ({"threats": ["kill"]}, "consult_police", "Do this before the client leaves.", None),
        (
            {"fear_level": 9},
            "consult_police",
            "Consulting needs no formal report",
            "before the client leaves",
        ),
        ({}, "consult_police", "location agreement (Afspraak op Locatie, AOL)", "before the client leaves"),
        ({"relationship": "neighbour"}, "consult_veilig_thuis", "Are you in doubt? Call for advice.", None),
        ({}, "consult_veilig_thuis", "You can ask for advice without the client's name.", "in doubt"),
        (
            {"behaviour_home": {"ring": "daily"}},
            "follow_reporting_code",
            "This pattern often fits structural unsafety.",
            None,
        ),
        (
            {},
            "follow_reporting_code",
            "reporting to Veilig Thuis is the professional norm",
            "This pattern often fits",
        ),
        (
            {"behaviour_home": {"ring": "daily"}},
            "recognise_pattern",
            "Written down so far: 1 kind of behaviour.",
            None,
        ),
        (
            {"lives_together": "part_time"},
            "safety_plan",
            "Do not announce a break-up or leaving without a plan.",
            None,
        ),
        ({}, "safety_plan", "Hand over paper only if that is safe.", "break-up"),
        (
            {"client_age": "age_12_15"},
            "child_check",
            "whether the parents can be told safely.",
            "all children",
        ),
        ({"client_age": "age_12_15"}, "child_check", "The client is the child here.", "all children"),
        ({"children": ["shared"]}, "child_check", "Ask about all children", "brothers"),
        (
            {"client_age": "age_16_17", "children": ["pregnant"]},
            "child_check",
            "Ask about all children",
            None,
        ),
        ({"children": ["shared"]}, "child_check", "call Veilig Thuis", "The client is the child"),
        ({"orders": "breached"}, "report_breaches", "Is it happening now? Call 112.", None),
        ({}, "report_options", "usually within three months of the last incident", None),
        ({"sexual_violence": "earlier"}, "medical_check", "0800-0188", None),
        ({"strangulation": "recent"}, "medical_check", "Call 112 or the GP now.", "0800-0188"),
        ({"strangulation": "recent"}, "medical_check", "Traces fade.", None),
        ({"strangulation": "earlier"}, "medical_check", "Also without visible injury.", "the GP now"),
        ({"strangulation": "earlier"}, "medical_check", "Also without visible injury.", "Traces"),
        ({"sexual_violence": "recent"}, "medical_check", "Traces fade.", "hoarse"),
        ({"sexual_violence": "earlier"}, "medical_check", "0800-0188", "Traces"),
        ({"client_suicidal": "yes"}, "crisis_support", "113 / 0800-0113", None),
        ({"tech_access": "yes"}, "digital_safety", "Change or remove nothing yet.", None),
        ({"relationship": "stranger"}, "no_confrontation", "Consult the police first.", "Veilig Thuis"),
        ({}, "no_confrontation", "Consult the police and Veilig Thuis first.", "Consult the police first."),
        ({}, "protection_rights", "An order alone is no guarantee of safety.", "exclusion order"),
        ({"lives_together": "part_time"}, "protection_rights", "temporary exclusion order", None),
        ({"relationship": "care_professional"}, "protection_rights", "the inspectorate (IGJ)", None),
        ({"relationship": "neighbour"}, "protection_rights", "The housing corporation", "inspectorate"),
        ({"relationship": "neighbour"}, "consult_police", "(wijkagent)", None),
        ({"relationship": "housemate"}, "safety_plan", "a shelter or care home", None),
        ({"recent_change": ["release"]}, "safety_plan", "Is a release coming?", None),
        ({"recent_change": ["release"]}, "protection_rights", "(Reclassering)", None),
        ({"barriers": ["honour_pressure"]}, "honour_route", "(LEC EGG)", None),
        ({"unwanted_known": "no"}, "report_options", "make it clear once. Only if that is safe.", None),
        ({"unwanted_known": "unsafe_to_say"}, "report_options", "do not wait", "make it clear once"),
        ({}, "report_options", "Stalking (belaging) is punishable. It is a form of violence.", "clear once"),
        ({}, "collect_evidence", "Evidence is never a condition for help.", "Do not pay"),
        (
            {"client_age": "adult", "threats": ["images"]},
            "collect_evidence",
            "Make screenshots",
            "Do not pay",
        ),
        ({"client_age": "age_12_15", **_IMAGES}, "collect_evidence", "Keep a log", "screenshots"),
        ({"client_age": "age_12_15", **_IMAGES}, "collect_evidence", "Do not pay, and send no new", None),
        (
            {"client_age": "age_12_15", **_IMAGES, "tech_access": "yes"},
            "digital_safety",
            "Never photo",
            "Take photos",
        ),
        ({"tech_access": "yes"}, "digital_safety", "Take photos with another device", "Never photo"),
        (_IMAGES, "victim_support", "Helpwanted", None),
        ({}, "victim_support", "0900-0101", "Helpwanted"),
        (
            {"barriers": ["honour_pressure"]},
            "involve_network",
            "Involve no family: there is pressure",
            "Neighbours, family, friends",
        ),
        ({"barriers": ["language"]}, "involve_network", "Neighbours, family, friends", "Involve no family:"),
        ({"others_targeted": ["pet"]}, "involve_network", "Warn others who are at risk.", None),
        ({}, "involve_network", "Do this only with consent.", "Warn others"),
        ({"client_age": "under_12"}, "victim_support", "0800-0432", None),
        ({}, "victim_support", "0900-0101", "0800-0432"),
        ({}, "reassess", "Assess the situation again on 6 April 2026", None),
        ({"fear_level": 5}, "reassess", "Assess the situation again on 6 April 2026", None),
        ({"fear_level": 6}, "reassess", "Assess the situation again on 26 March 2026", None),
    ],
)
def test_an_advice_says_what_the_answers_ask_for(
    raw: dict[str, Any], code: str, says: str, says_not: str | None
) -> None:
    text = advice_of(raw)[code].text

    assert says in text
    assert says_not is None or says_not not in text


@pytest.mark.parametrize(
    ("last_incident", "says", "says_not"),
    [
        (None, "usually within three months", "has to be made before"),
        (
            "2026-03-20",
            "has to be made before 20 June 2026. Ask the police about this",
            "when that day has passed",
        ),
        ("2026-02", "has to be made before 1 May 2026. Ask it too when that day has passed.", None),
        ("2025-01-31", "has to be made before 30 April 2025. Ask it too when that day has passed.", None),
    ],
)
def test_a_day_for_the_complaint_is_named_only_where_there_is_one(
    last_incident: str | None, says: str, says_not: str | None
) -> None:
    raw = {"last_incident": last_incident} if last_incident else {}

    text = advice_of(raw)["report_options"].text

    assert says in text
    assert says_not is None or says_not not in text
    assert "None" not in text


def test_the_sentences_of_an_advice_stand_one_space_apart() -> None:
    assert advice_of({"weapons": ["has"]})["worker_safety"].text == (
        "Tell your manager what is going on. Make no home visit alone. "
        "Are there weapons? Consult the police before any visit."
    )


def test_a_minor_and_sexual_violence_bring_a_number_more() -> None:
    assert advice_of({"client_age": "under_12"})["victim_support"].contacts == (
        "victim_support",
        "childrens_helpline",
    )
    assert advice_of({"sexual_violence": "earlier"})["medical_check"].contacts == ("sexual_violence_centre",)


def test_the_most_urgent_advice_stands_first_and_then_the_order_of_the_contract() -> None:
    raw = {"danger_now": "now", "safe_to_talk": "unknown", "orders": "breached", "others_targeted": ["pet"]}

    found = list(advice_of(raw).values())

    assert [one.code for one in found[:2]] == ["call_112", "consult_police"]
    keys = [(-LEVELS.index(one.urgency.code), ORDER.index(one.code)) for one in found]
    assert keys == sorted(keys)
    assert {one.urgency for one in found} == set(Urgency)


def test_reasons_stand_in_the_order_of_the_questionnaire_and_the_log_last() -> None:
    reasons = {
        "incidents": frozenset({"2"}),
        "threats": frozenset({"veiled", "kill", "pet"}),
        "behaviour_home": frozenset({"ring=daily", "loiter=once", "ring=once"}),
        "fear_level": frozenset({"10"}),
        "relationship": frozenset({"not_reached"}),
        "tech_access": frozenset({"unknown"}),
    }

    assert in_order(reasons) == (
        Because("fear_level", ("10",)),
        Because("behaviour_home", ("loiter=once", "ring=once", "ring=daily")),
        Because("relationship", ("not_reached",)),
        Because("threats", ("kill", "pet", "veiled")),
        Because("tech_access", ("unknown",)),
        Because("incidents", ("2",)),
    )
    assert in_order({}) == ()
    assert Because("threats", ("kill",)).to_json() == {"item": "threats", "codes": ["kill"]}


@pytest.mark.parametrize(
    ("urgency", "code", "dutch", "english"),
    [
        (Urgency.NOW, "now", "Nu handelen", "Act now"),
        (Urgency.TODAY, "today", "Vandaag overleggen", "Consult today"),
        (Urgency.DAYS, "days", "Binnen enkele dagen", "Within days"),
        (Urgency.FOLLOW, "follow", "Overleggen en blijven volgen", "Consult and keep following"),
    ],
)
def test_the_levels_and_their_words(urgency: Urgency, code: str, dutch: str, english: str) -> None:
    assert urgency.code == code
    assert urgency.label == english
    with translation.override("nl"):
        assert urgency.label == dutch
    assert Urgency.NOW > Urgency.TODAY > Urgency.DAYS > Urgency.FOLLOW > 0
