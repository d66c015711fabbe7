"""The sections about the pattern and the incidents."""

from __future__ import annotations

import pytest

from questionnaire.documents.blocks import Facts, Subheading, Table, TableAsLines
from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS, EditionOptions
from questionnaire.documents.sections import incidents
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.documents.reading import everything_in, section


def test_incidents_show_how_exactly_they_are_known() -> None:
    intake = intake_file(
        {},
        incidents=(
            Incident("2026-03-20", "home", reported=True),
            Incident("2026-02", "online", "month", reported=False),
            Incident("2026-01", "elsewhere", "about"),
        ),
    )

    rows = next(
        block.rows
        for block in section(build_document(intake, "en"), "pattern").blocks
        if isinstance(block, Table)
    )

    assert [(row[0], row[-1]) for row in rows] == [
        ("about January 2026", "not noted"),
        ("February 2026", "no"),
        ("20 March 2026", "yes"),
    ]


def test_behaviour_is_a_table_of_places_with_the_most_frequent_first() -> None:
    intake = intake_file(
        {
            "behaviour_home": {"ring": "once", "damage": "never"},
            "behaviour_online": {"messages": "daily", "calls": "daily", "posts": "unknown"},
        }
    )

    blocks = section(build_document(intake, "en"), "pattern").blocks

    table = next(block for block in blocks if isinstance(block, Table))
    assert table.head == ("Where", "Every day", "Once")
    assert table.rows == (
        ("At home", "", "Ringing or knocking on windows"),
        ("Online", "Unwanted calls · Unwanted messages", ""),
    )
    others = next(block for block in blocks if isinstance(block, Facts))
    assert [(fact.label, fact.values) for fact in others.facts] == [
        ("Never", ("At home: Damaging things",)),
        ("Don't know", ("Online: Posting or gossiping about the client",)),
    ]


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ({"messages": "daily"}, TableAsLines),
        ({"messages": "daily", "calls": "weekly", "tracking": "once", "impersonation": "sometimes"}, Table),
    ],
)
def test_a_small_table_of_behaviour_is_lines_on_paper(rows: dict[str, str], kind: type[Table]) -> None:
    intake = intake_file({"behaviour_online": rows, "behaviour_home": {"loiter": "daily"}})

    paper, page = (section(build_document(intake, "en", paper=on), "pattern").blocks for on in (True, False))

    found = [next(block for block in each if isinstance(block, Table)) for each in (paper, page)]
    assert [type(block) for block in found] == [kind, Table]
    assert found[0].rows == found[1].rows


def test_paper_holds_the_latest_incidents_and_counts_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incidents, "MAX_INCIDENTS_ON_PAPER", 2)
    logged = tuple(Incident(f"2026-03-0{day}", "home", what=f"zq{day}") for day in (3, 1, 2))
    intake = intake_file({}, incidents=logged)

    paper, page = (everything_in(build_document(intake, "nl", paper=on)) for on in (True, False))

    assert "1 eerder voorval staat niet in deze PDF" in paper
    assert [day for day in (1, 2, 3) if f"zq{day}" in paper] == [2, 3]
    assert [day for day in (1, 2, 3) if f"zq{day}" in page] == [1, 2, 3]
    assert "in deze PDF" not in page


DIFFERING = intake_file(
    {
        "pattern_start": "2026-02",
        "last_incident": "2026-02",
        "behaviour_online": {"calls": "never", "messages": "never"},
        "police_contact": ["none"],
    },
    incidents=(
        Incident("2026-01-10", "online", what="Gebeld"),
        Incident("2026-03-20", "online", what="Appje, en gebeld", reported=True),
    ),
)


def test_where_an_answer_and_the_log_differ_both_are_told() -> None:
    blocks = section(build_document(DIFFERING, "en"), "pattern").blocks

    at = blocks.index(Subheading("Where an answer and the log differ"))
    facts = blocks[at + 1]
    assert isinstance(facts, Facts)
    assert [(fact.label, len(fact.values)) for fact in facts.facts] == [
        ("When it started", 1),
        ("Behaviour by phone or online", 2),
        ("Last incident", 1),
        ("Contact with the police", 1),
    ]
    assert facts.facts[0].values == (
        "The answer says: February 2026. The log says: an incident of 10 January 2026.",
    )
    assert facts.facts[1].values[0] == (
        "Unwanted calls. The answer says: never. The log says: 2 times, the last of 20 March 2026."
    )


def test_where_they_do_not_differ_nothing_is_said_of_it() -> None:
    intake = intake_file({"last_incident": "2026-03-20"}, incidents=DIFFERING.incidents)
    assert "The answer says" not in everything_in(build_document(intake, "en"))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_differs_is_told_in_the_own_file_alone(language: str) -> None:
    words = {"en": "The answer says", "nl": "Het antwoord zegt"}[language]
    for edition in EDITIONS.values():
        options = EditionOptions(ticked=frozenset(edition.on_tick))
        text = everything_in(build_document(DIFFERING, language, edition, options))
        assert (words in text) == edition.own_file, edition.code
