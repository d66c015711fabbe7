"""What an edition or copy leaves out is left out whatever it is: an item, an incident, or what stands beside.

Complete over the questions with their answers and absent states, over the fields of an incident, and over
what a document is made of besides the intake. Each table says what is shown: all else must change nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import NO_OPTIONS, EditionOptions, hidden_names
from questionnaire.documents.redaction import sentences, visible_part
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.breaches import Breach
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.comparison import TrendPoint
from questionnaire.domain.follow_up import (
    DONE,
    PLANNED,
    SUBJECTS,
    Consultation,
    Decision,
    FollowUp,
    Outcome,
)
from questionnaire.domain.incidents import TEXTS, Incident
from questionnaire.domain.items import ABSENT_CODES, Item
from questionnaire.domain.organisation import Added, OwnContact
from questionnaire.domain.review import Review, ReviewRemark
from questionnaire.domain.safety_plan import PartPlan, Plan, PlanVersion
from questionnaire.domain.terms import Terms
from questionnaire.lifecycle.copies import CLIENT_STATEMENTS, what_the_client_told
from questionnaire.tests.documents.examples import everything_answered, generated
from questionnaire.tests.documents.left_out import (
    ALL_EDITIONS,
    AT_EACH_LEVEL,
    Change,
    base,
    edition,
    values_of,
    with_answer,
    with_beside,
    with_other_incident,
)

#: Every edition that someone outside the organisation gets, the copies by law included.
OUTSIDE = tuple(code for code, each in ALL_EDITIONS.items() if not each.own_file)
OPTIONS: Mapping[str, EditionOptions] = {"access": CLIENT_STATEMENTS}
DAY = date(2026, 3, 26)


def said(
    code: str, intake: IntakeFile, options: EditionOptions | None = None, language: str = "en", **beside: Any
) -> str:
    """Return all that an edition says, with what is always ticked for it."""
    told = what_the_client_told(intake) if code == "access" else intake
    return edition(code, told, language, options or OPTIONS.get(code, NO_OPTIONS), **beside)


def test_the_editions_for_others_are_all_there() -> None:
    assert set(OUTSIDE) == {"police", "advice", "report", "client", "access", "authority"}


# --- Questions ----------------------------------------------------------------------------------------------

#: The client's page has one more number for whoever is not an adult, and nothing else follows from an answer.
SHOWN_ON_THE_CLIENTS_PAGE = {"client_age"}


def left_out_items(code: str) -> set[str]:
    if code == "client":
        return set(ITEMS) - SHOWN_ON_THE_CLIENTS_PAGE
    return set(hidden_names(ALL_EDITIONS[code], OPTIONS.get(code, NO_OPTIONS).ticked)) & set(ITEMS)


def changes_of_items(code: str, intake: IntakeFile, level: str) -> Iterator[Change]:
    """Yield each answer to what is left out, and what is written beside a question where that is."""
    for item in ITEMS.values():
        if item.id in left_out_items(code):
            for value in values_of(item):
                yield f"{item.id}={value}", with_answer(intake, level, item.id, value)
            yield from with_beside(intake, item.id, "notes", "reasons", "sources")
        elif code in ("access", "client"):
            yield from with_beside(intake, item.id, "notes", "reasons", "sources")


@pytest.mark.untraced
@pytest.mark.parametrize("level", AT_EACH_LEVEL)
@pytest.mark.parametrize("code", ["client", "access", "authority"])
def test_no_question_that_is_left_out_changes_a_letter(code: str, level: str) -> None:
    """Of the client's page what was agreed is chosen too, with every step planned: it lists these all."""
    before, agreed = base(level), EditionOptions(agreed=True) if code == "client" else None
    beside: dict[str, Any] = {
        "follow_up": FollowUp(tuple(Outcome(each, PLANNED, on=DAY) for each in SUBJECTS))
    }
    expected = said(code, before, agreed, **beside)

    changes = dict(changes_of_items(code, before, level))

    assert {name.partition("=")[0] for name in changes} >= left_out_items(code)
    assert [name for name, after in changes.items() if said(code, after, agreed, **beside) != expected] == []


@pytest.mark.parametrize("code", ["report", "access"])
def test_without_states_no_answer_is_as_good_as_any_other_without_one(code: str) -> None:
    """Unknown, declined and never asked are one, of a question as of a row of a table."""
    before = base("follow")
    expected = said(code, before)

    def states_of(item: Item) -> Iterator[object]:
        told_nothing = {column.code for column in item.columns} & set(ABSENT_CODES)
        yield from ABSENT_CODES
        yield from ({row.code: column} for row in item.rows for column in sorted(told_nothing))

    different = [
        (item.id, state)
        for item in ITEMS.values()
        for state in states_of(item)
        if said(code, with_answer(before, "follow", item.id, state)) != expected
    ]

    assert different == []


# --- Incidents ----------------------------------------------------------------------------------------------

#: What is shown of an incident. To the police and an authority all is, but for what it was taken from.
SHOWN_OF_AN_INCIDENT: Mapping[str, set[str]] = {
    "report": {"date", "place", "precision", "until", "time", "times", "is_unreadable"},
    "client": set(),
    "advice": {"date", "place", "precision", "until", "time", "times", "is_unreadable", "reported"},
    "access": {each.name for each in fields(Incident)} - {"by", "witness", "source"},
    "authority": {each.name for each in fields(Incident)} - {"source"},
    "police": {each.name for each in fields(Incident)} - {"source"},
}
OTHER: Mapping[str, tuple[object, ...]] = {
    "date": ("2026-03-19",),
    "place": ("elsewhere", "online", "unknown"),
    "precision": ("about",),
    "reported": (True, False),
    "until": ("2026-03-22",),
    "time": ("11:12",),
    "times": (4,),
    "source": ("log", "chat", "calls"),
    "is_unreadable": (True,),
    **dict.fromkeys(TEXTS, ("zqincident",)),
}


@pytest.mark.parametrize("code", OUTSIDE)
def test_an_incident_shows_what_the_table_says_and_nothing_else(code: str) -> None:
    assert set(OTHER) == {each.name for each in fields(Incident)}
    before = base("now")
    expected = said(code, before)

    different = {
        name
        for name, values in OTHER.items()
        for value in values
        if said(code, with_other_incident(before, **{name: value})) != expected
    }

    assert different == SHOWN_OF_AN_INCIDENT[code]


# --- What stands beside the intake --------------------------------------------------------------------------

BREACH = Breach("zqorder", "2026-03-20", DAY, "zqdesk", "zqnumber", "zqreply", DAY)
FOLLOW_UP = FollowUp(
    (Outcome("consult_police", DONE, "zqwho", DAY, "zqwhy", DAY), Outcome("reassess", PLANNED, on=DAY)),
    (Consultation("police", "zqcolleague", DAY, "10:10", "zqresult", DAY),),
    Decision("report", "organise", "zqhelper", "zqground", DAY, DAY),
    unreadable=1,
)
CONTACT = OwnContact("shelter", "zqcontact", "0999-000", "zqhours", "zqbeside", "zqword")
#: All that a document can be made of besides its intake, by the name of the argument.
BESIDE: Mapping[str, tuple[Any, ...]] = {
    "follow_up": (FOLLOW_UP, FollowUp(breaches=(BREACH,))),
    "review": (
        Review((ReviewRemark("threats", "zqremark", "zqby", "zqanswer", "zqanswered"),)),
        Review(signed_by="zqsigner", corrects=DAY, signed_level=Urgency.NOW, signed_rules=1),
        Review(signed_on=DAY),
    ),
    "over_time": ((TrendPoint(date(2026, 1, 1), 9, "answered", "daily", "answered", 3, 4),),),
    "holders": (CaseHolders(Holder("zqlead", "zqreach"), Holder("zqfixed"), Holder("zqdeputy")),),
    "plan": (PlanVersion(Plan({"home": PartPlan("zqplan")}), 3, DAY, "zqmaker"),),
    "added": (
        Added(contacts=(CONTACT,), terms=Terms(1, 2)),
        Added(client_page="zqpage"),
        Added(name="zqorganisation"),
    ),
    "explained": (True,),
    "is_whole": (False,),
}
#: Which of these an edition shows, by the number in the list. A day of signing off is whether it is a draft.
SHOWN_BESIDE: Mapping[str, set[tuple[str, int]]] = {
    "police": {("follow_up", 1), ("review", 2), ("added", 2)},
    "authority": {("follow_up", 1), ("review", 2), ("added", 2)},
    "access": {("review", 2), ("added", 2)},
    "client": {("added", 1)},
    "advice": set(),
    "report": set(),
}


@pytest.mark.parametrize("level", AT_EACH_LEVEL)
@pytest.mark.parametrize("code", OUTSIDE)
def test_what_stands_beside_the_intake_is_in_no_edition_but_where_the_table_says_so(
    code: str, level: str
) -> None:
    arguments = set(inspect.signature(build_document).parameters)
    assert set(BESIDE) == arguments - {"intake", "language", "edition", "options", "paper"}
    intake = base(level)
    expected = said(code, intake)

    different = {
        (name, number)
        for name, values in BESIDE.items()
        for number, value in enumerate(values)
        if said(code, intake, **{name: value}) != expected
    }

    assert different == SHOWN_BESIDE[code]


# --- What is ticked -----------------------------------------------------------------------------------------


@pytest.mark.untraced
@pytest.mark.parametrize("code", ["police", "advice", "report", "authority"])
def test_with_one_thing_ticked_all_follows_from_the_part_that_is_shown(code: str) -> None:
    """The whole intake and the part of it that is shown give the same, but for the level."""
    different = []
    for intake in (everything_answered(), *generated(12)):
        every = [each.key for each in sentences(intake)]
        for name in ("", *ALL_EDITIONS[code].on_tick):
            options = EditionOptions(frozenset(filter(None, [name])), frozenset(every[:1]))
            part = visible_part(intake, ALL_EDITIONS[code], options)
            again = replace(options, sentences=frozenset(each.key for each in sentences(part)))
            whole = document(code, intake, options)
            if whole != document(code, part, again):
                different.append(name)

    assert different == []


def document(code: str, intake: IntakeFile, options: EditionOptions) -> str:
    """Return the sections of an edition but those that say the level, which rests on the whole intake."""
    made = build_document(intake, "en", ALL_EDITIONS[code], options, paper=True)
    return repr([section for section in made.sections if section.id != "urgency"])
