"""The comparison of two assessments: the fear first, and nothing called better."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings

from questionnaire.documents.blocks import Fact, Facts, Paragraph, Rest, Section, Table
from questionnaire.documents.sections.changes import changes, corrections
from questionnaire.domain.answers import Answers
from questionnaire.domain.comparison import Assessment, ChangeKind
from questionnaire.domain.incidents import Incident
from questionnaire.tests import strategies
from questionnaire.tests.strategies import TODAY

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 2)


MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 2)


@pytest.fixture(autouse=True)
def english() -> Any:
    with override("en"):
        yield


def assessment_of(raw: dict[str, Any], on: date = MARCH, *incidents: Incident) -> Assessment:
    return Assessment(on, Answers.parse(raw, date(2026, 12, 31)), incidents)


def sections_of(then: dict[str, Any], now: dict[str, Any], *incidents: Incident) -> dict[str, Section]:
    return {
        section.id: section for section in changes(assessment_of(then), assessment_of(now, APRIL, *incidents))
    }


def facts_of(section: Section) -> list[Fact]:
    return [fact for block in section.blocks if isinstance(block, Facts | Rest) for fact in block.facts]


def lines_of(section: Section) -> list[str]:
    return [f"{fact.label}: {', '.join(fact.values)}" for fact in facts_of(section)]


def test_the_fear_stands_first_then_and_now_side_by_side() -> None:
    found = changes(
        assessment_of({"fear_level": 9, "fear_own_words": "<bang>"}), assessment_of({"fear_level": 4}, APRIL)
    )

    table = found[0].blocks[0]
    assert isinstance(table, Table)
    assert table.head[1:3] == ("1 March 2026", "2 April 2026")
    assert table.rows[0] == ("Fear in own words", "<bang>", "Not discussed yet", "Not known now")
    assert table.rows[1][1:] == ("9 (scale 0-10)", "4 (scale 0-10)", "Less")
    assert found[0].blocks[1] == Paragraph("A lower number, or silence, is no reassurance.")


def test_each_kind_of_change_has_its_own_text() -> None:
    found = sections_of(
        {
            "home_entry": "no",
            "threats": ["kill", "damage"],
            "weapons": ["has"],
            "contact_frequency": "weekly",
            "behaviour_home": {"ring": "weekly", "loiter": "daily"},
            "relationship": "partner",
        },
        {
            "home_entry": "yes",
            "threats": ["damage"],
            "strangulation": "recent",
            "contact_frequency": "daily",
            "behaviour_home": {"ring": "once", "loiter": "daily"},
            "relationship": "ex_partner",
            "person_suicidal": "no",
        },
    )

    assert lines_of(found["changed-new"]) == ["Been in home, garden or car: Yes"]
    assert lines_of(found["changed-more"]) == [
        "How often in four weeks: last time: About every week; now: Every day"
    ]
    assert lines_of(found["changed-less"]) == [
        "Behaviour at home: last time: Ringing or knocking on windows: every week; "
        "now: Ringing or knocking on windows: once"
    ]
    assert "Threats: Killing" in lines_of(found["changed-gone"])
    assert lines_of(found["changed-heard"])[0].startswith(
        "Grabbed by the throat: last time: Not discussed yet; now: "
    )
    assert lines_of(found["changed-heard"])[1] == "Also: This person no longer wants to live"
    assert "Threats: Damaging things" in lines_of(found["changed-still"])
    assert lines_of(found["changed-lost"])[0].startswith(
        "Weapons: last time: Has a weapon; now: Not discussed yet"
    )
    assert lines_of(found["changed-otherwise"])[0].startswith(
        "Relationship with this person: last time: Partner; now:"
    )
    assert "Talking safely" in lines_of(found["changed-open"])[0]


@pytest.mark.parametrize(
    "kind", [ChangeKind.LESS, ChangeKind.NOT_NAMED, ChangeKind.NOW_UNKNOWN, ChangeKind.NOW_KNOWN]
)
def test_what_sounds_like_good_news_comes_with_a_sentence(kind: ChangeKind) -> None:
    found = sections_of(
        {"threats": ["kill"], "contact_frequency": "daily", "weapons": ["has"]},
        {"threats": ["none"], "contact_frequency": "weekly", "home_entry": "yes"},
    )

    assert isinstance(found[f"changed-{kind}"].blocks[0], Paragraph)


def test_incidents_since_then_are_counted_and_none_is_no_reassurance() -> None:
    some = sections_of({}, {}, Incident("2026-03-30", "home"))["changed-incidents"].blocks
    none = sections_of({}, {})["changed-incidents"].blocks

    assert some == (Paragraph("1 incident since then is in the log."),)
    assert none == (
        Paragraph("No incident since then is in the log. That does not mean that nothing happened."),
    )


@given(strategies.intakes(), strategies.intakes())
@settings(max_examples=30)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_comparison_never_calls_anything_better(
    language: str, then: strategies.Intake, now: strategies.Intake
) -> None:
    with override(language):
        intake = str(changes(Assessment(TODAY, then.answers), Assessment(TODAY, now.answers))).lower()

    for text in (*strategies.TEXTS, "uitbeterd"):
        intake = intake.replace(text.lower(), "")
    for word in ("better", "improve", "beter", "verbeter", "low risk", "gerust "):
        assert word not in intake


def test_corrections_show_each_changed_answer_before_and_now() -> None:
    then = assessment_of(
        {"threats": ["kill"], "behaviour_home": {"ring": "daily", "loiter": "once"}, "home_entry": "yes"}
    )
    now = assessment_of({"threats": ["kill", "pet"], "behaviour_home": {"ring": "once", "loiter": "once"}})

    (table,) = corrections(then, now)

    assert isinstance(table, Table)
    assert table.rows == (
        (
            "Behaviour at home",
            "Ringing or knocking on windows: every day",
            "Ringing or knocking on windows: once",
        ),
        ("Been in home, garden or car", "Yes", "Not discussed yet"),
        ("Threats", "Killing", "Killing · Harming a pet"),
    )
    assert corrections(then, then) == ()
