"""The summary: its form in JSON, its fear, concerns and danger signs, and its day to look again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.answers_file import parse_intake, read_json
from questionnaire.domain.incidents import Incident
from questionnaire.domain.summary import Fear, Summary, summarise, to_json
from questionnaire.tests.domain.codes import CODES
from questionnaire.tests.domain.examples import EXAMPLE
from questionnaire.tests.domain.probes import as_json, every_answer
from questionnaire.tests.strategies import INCIDENTS, TODAY


def summary_of(raw: dict[str, Any], *incidents: Incident) -> Summary:
    return summarise(Answers.parse(raw, TODAY), incidents, TODAY)


def example_json(language: str = "en") -> dict[str, Any]:
    intake = parse_intake(read_json(EXAMPLE), TODAY)
    with translation.override(language):
        summary = summarise(intake.answers, intake.incidents, intake.date)
        return to_json(summary, reference=intake.reference, on=intake.date, language=language)


# --- The example of the contract ---------------------------------------------------------------------------


def test_the_example_has_the_keys_of_the_contract_in_their_order() -> None:
    data = example_json()

    assert list(data) == [
        *("version", "reference", "date", "language", "urgency", "fear", "wishes"),
        *("danger_signs", "also_concerning", "complaint_by", "advice"),
        *("pattern", "incidents", "concerns", "reporting_code", "open_questions", "reassess_on", "limits"),
    ]
    assert list(data["fear"]) == ["opening", "words", "level", "feared", "change", "life_changes"]
    assert {tuple(one) for one in data["advice"]} == {
        ("code", "urgency", "title", "text", "because", "source", "decides", "contact")
    }
    assert list(data["pattern"]) == ["sentence", "behaviours", "since"]
    assert {tuple(one) for one in data["concerns"]} == {("item", "codes", "text")}
    assert list(data["reporting_code"]) == ["applies", "steps", "acute", "structural"]
    assert {tuple(one) for one in data["reporting_code"]["steps"]} == {("step", "title", "text")}


def test_the_example_has_the_codes_of_the_contract() -> None:
    data = example_json("nl")

    assert data["version"] == 1
    assert data["reference"] == "2026-117"
    assert data["date"] == "2026-03-23"
    assert data["language"] == "nl"
    assert data["urgency"] == "now"
    assert data["fear"] == {
        "opening": "De cliënt voelt zich erg onveilig. Dat nemen wij serieus.",
        "words": None,
        "level": 9,
        "feared": ["kill"],
        "change": None,
        "life_changes": None,
    }
    assert data["wishes"] is None
    assert data["danger_signs"] == ["danger_now", "threats"]
    assert data["also_concerning"] == []
    assert data["complaint_by"] == "2026-06-20"
    assert data["pattern"]["behaviours"] == [
        {"place": "online", "behaviour": "messages", "frequency": "daily"}
    ]
    assert data["pattern"]["since"] == "2025-08"
    assert data["incidents"] == [
        {
            "date": "2026-03-20",
            "precision": "day",
            "place": "home",
            "what": "...",
            "evidence": "photo",
            "reported": True,
            "until": None,
            "time": None,
            "times": 1,
            "as_told": None,
            "by": None,
            "witness": None,
            "report_number": None,
        }
    ]
    assert [(one["item"], one["codes"]) for one in data["concerns"]] == [
        ("danger_now", ["soon"]),
        ("behaviour_online", ["messages=daily"]),
        ("threats", ["kill"]),
    ]
    assert data["reporting_code"]["applies"] == "unsure"
    assert [step["step"] for step in data["reporting_code"]["steps"]] == [1, 2, 3, 4, 5]
    assert data["reporting_code"]["acute"] == ["danger_now", "threats"]
    assert data["reporting_code"]["structural"] == ["behaviour_online", "incidents"]
    strangulation = next(one for one in data["open_questions"] if one["item"] == "strangulation")
    assert (strangulation["state"], strangulation["must_ask"]) == ("declined", True)
    assert "medical_check" in strangulation["could_add"]
    assert data["reassess_on"] == "2026-03-26"
    assert data["limits"] == (
        "Dit overzicht voorspelt niets. Het vervangt geen risicotaxatie door de politie. "
        "Ook zonder signalen kan er gevaar zijn."
    )


def test_the_example_has_its_advice_with_reasons() -> None:
    fear = {"fear_level": ["9"], "feared_events": ["kill"]}
    danger = {"danger_now": ["soon"], "threats": ["kill"]}
    tie = {"relationship": ["not_reached"]}
    pattern = {"behaviour_online": ["messages=daily"], "incidents": ["1"]}

    found = [
        (one["code"], one["urgency"], {why["item"]: why["codes"] for why in one["because"]}, one["contact"])
        for one in example_json()["advice"]
    ]

    assert found == [
        ("call_112", "now", danger, "police_emergency"),
        ("consult_police", "now", danger, "police"),
        ("take_fear_seriously", "today", fear, None),
        ("consult_veilig_thuis", "today", fear | danger | tie, "veilig_thuis"),
        ("follow_reporting_code", "today", danger | tie, None),
        ("safety_plan", "today", fear | danger, None),
        ("report_options", "today", danger, "police"),
        ("no_confrontation", "today", fear | danger, None),
        ("protection_rights", "today", {"threats": ["kill"]}, "legal_aid"),
        ("recognise_pattern", "days", pattern, None),
        ("collect_evidence", "follow", {}, None),
        ("involve_network", "follow", {}, None),
        ("victim_support", "follow", {}, "victim_support"),
        ("share_with_care", "follow", {}, None),
        ("reassess", "follow", {}, None),
    ]


def test_reasons_are_in_questionnaire_order() -> None:
    consult = next(one for one in example_json()["advice"] if one["code"] == "consult_veilig_thuis")

    assert [why["item"] for why in consult["because"]] == [
        *("danger_now", "fear_level", "feared_events", "relationship", "threats"),
    ]


# --- Its parts ---------------------------------------------------------------------------------------------


def test_an_empty_intake_is_null_in_json() -> None:
    data = to_json(summary_of({}), reference="", on=TODAY, language="en")

    assert data["reference"] is None
    assert data["wishes"] is None
    assert data["fear"] == {
        "opening": "Fear has not been talked about yet. That says nothing about the danger.",
        "words": None,
        "level": None,
        "feared": None,
        "change": None,
        "life_changes": None,
    }
    assert data["danger_signs"] == data["also_concerning"] == data["incidents"] == data["concerns"] == []
    assert data["complaint_by"] is None


@pytest.mark.parametrize(
    ("contacts", "raw", "code"),
    [
        (None, {}, "reassess"),
        ("police", {}, "consult_police"),
        (["police", "veilig_thuis"], {"relationship": "partner", "threats": ["kill"]}, "partner_or_ex"),
    ],
)
def test_a_contact_is_null_one_or_a_list(contacts: object, raw: dict[str, Any], code: str) -> None:
    data: Any = to_json(summary_of(raw), reference="", on=TODAY, language="en")

    assert next(one["contact"] for one in data["advice"] if one["code"] == code) == contacts


def test_the_fear_has_all_that_the_client_tells() -> None:
    raw = {
        "fear_own_words": "Ik ben bang \U0001f631",
        "fear_level": 0,
        "feared_events": ["none"],
        "fear_change": "less",
        "life_changes": ["move", "stay_in"],
        "client_wishes": "Rust",
    }
    summary = summary_of(raw)

    assert summary.fear == Fear(
        "Ik ben bang \U0001f631",
        0,
        ("none",),
        "less",
        ("stay_in", "move"),
        opening_text=summary.fear.opening_text,
    )
    assert summary.wishes == "Rust"
    data: Any = to_json(summary, reference="", on=TODAY, language="en")
    assert data["wishes"] == "Rust"
    assert data["fear"] == {
        "opening": "The client does not report feeling unsafe. That says nothing about the danger.",
        "words": "Ik ben bang \U0001f631",
        "level": 0,
        "feared": ["none"],
        "change": "less",
        "life_changes": ["stay_in", "move"],
    }


def test_an_absent_state_is_no_part_of_the_fear() -> None:
    absent = ("unknown", "declined", "not_asked")
    raw = dict(zip(("fear_own_words", "fear_level", "feared_events"), absent, strict=True))
    raw |= dict(zip(("fear_change", "life_changes", "client_wishes"), absent, strict=True))
    summary = summary_of(raw)

    assert summary.fear == Fear(None, None, None, None, None, summary.fear.opening_text)
    assert summary.fear.opening.startswith("Fear has not been talked about yet.")
    assert summary.wishes is None


@pytest.mark.parametrize(
    ("raw", "urgency", "day"),
    [
        ({}, Urgency.FOLLOW, date(2026, 4, 6)),
        ({"children": ["shared"]}, Urgency.DAYS, date(2026, 4, 6)),
        ({"fear_level": 5}, Urgency.DAYS, date(2026, 4, 6)),
        ({"fear_level": 6}, Urgency.TODAY, date(2026, 3, 26)),
        ({"danger_now": "now"}, Urgency.NOW, date(2026, 3, 26)),
    ],
)
def test_the_day_to_look_again_follows_from_the_urgency(
    raw: dict[str, Any], urgency: Urgency, day: date
) -> None:
    summary = summary_of(raw)

    assert summary.urgency is urgency
    assert summary.reassess_on == day


@pytest.mark.parametrize("answer", tuple(every_answer()), ids="=".join)
def test_every_signal_outside_fear_impact_and_the_own_view_is_a_concern(answer: tuple[str, str]) -> None:
    item, code = answer
    raw = as_json(frozenset({answer}))

    found = [(one.item, one.codes) for one in summary_of(raw).concerns]

    signal = item in CODES and code.partition("=")[2 if "=" in code else 0] in CODES[item].raises
    elsewhere = item in CODES and CODES[item].section not in ("fear", "impact", "own_view")
    # The absent state of a grid is no column of it.
    assert found == ([(item, (code,))] if signal and elsewhere else [])


def test_a_concern_has_only_the_signals_in_questionnaire_order() -> None:
    found = summary_of(
        {"weapons": ["has"], "behaviour_home": {"ring": "daily", "damage": "never"}, "safe_to_talk": "no"}
    ).concerns

    assert [(one.item, one.codes) for one in found] == [
        ("safe_to_talk", ("no",)),
        ("behaviour_home", ("ring=daily",)),
        ("weapons", ("has",)),
    ]
    both = summary_of({"threats": ["kill", "pet"]}).concerns[0]
    assert both.text == "Threats: Killing, Harming a pet"
    threats = [code for code in CODES["threats"].codes if code not in CODES["threats"].exclusive]
    assert summary_of({"threats": threats[::-1]}).concerns[0].codes == tuple(threats)
    assert found[1].text == "Behaviour at home: Ringing or knocking on windows: every day"


@pytest.mark.parametrize(
    ("raw", "urgency"),
    [
        ({}, Urgency.FOLLOW),
        ({"fear_level": 1}, Urgency.DAYS),
        ({"fear_level": 5}, Urgency.DAYS),
        ({"fear_level": 6}, Urgency.TODAY),
        ({"danger_now": "now"}, Urgency.NOW),
    ],
)
def test_the_urgency_of_consulting_the_police_is_that_of_its_advice(
    raw: dict[str, Any], urgency: Urgency
) -> None:
    assert summary_of(raw).police_urgency is urgency


def test_the_incidents_of_a_summary_are_chronological() -> None:
    assert [one.date for one in summary_of({}, *INCIDENTS).incidents] == [
        "2025-11",
        "2026-02",
        "2026-03-20",
        "2026-03-20",
    ]


def test_a_date_in_a_text_is_in_the_active_language() -> None:
    summary = summary_of({})
    with translation.override("nl"):
        dutch = next(one.text for one in summary.advice if one.code == "reassess")

    assert "6 april 2026" in dutch
    assert "6 April 2026" in next(one.text for one in summary.advice if one.code == "reassess")
