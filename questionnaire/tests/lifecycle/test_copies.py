"""Each copy of a case is for one kind of person, and has nothing that could hurt through another."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date

import pytest
from django.utils.translation import override

from questionnaire import demo
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import Incident
from questionnaire.domain.languages import LANGUAGES
from questionnaire.lifecycle import copies
from questionnaire.lifecycle.copies import Copy
from questionnaire.lifecycle.export import export_case
from questionnaire.management.commands.demo import add
from questionnaire.models import Event, Intake, Team, User
from questionnaire.tests.factories import reload, start_in, submission_of, write_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(alice: User, team: Team) -> Intake:
    """Return a complete invented conversation; its case has a safety plan, and a second conversation."""
    name = demo.COMPLETE[0]
    intake = add(alice, team, demo.intake(name), demo.follow_up(name))
    write_plan(alice, intake, home="zqplan")
    second = start_in(intake.case, alice, date(2026, 5, 7))
    incident_actions.add_incident(
        alice,
        second,
        Incident(
            "2026-05-01",
            "home",
            what="zqwhat",
            evidence="zqproof",
            by="zqby",
            witness="zqwit",
            source="chat",
        ),
    )
    return reload(intake)


def texts(actor: User, intake: Intake, copy: Copy, ticked: Sequence[str] = ()) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(export_case(actor, intake, "asked", copy, ticked))) as archive:
        return [archive.read(name).decode() for name in sorted(archive.namelist())]


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def test_the_copy_for_the_person_follows_from_nothing_that_was_told(
    alice: User, case: Intake, team: Team
) -> None:
    """The same letters for a case with everything in it, and for one in which nothing was said."""
    empty = intake_actions.start_intake(alice, team, "leeg", date(2026, 3, 23), case.language)

    assert texts(alice, case, Copy.PERSON) == texts(alice, empty, Copy.PERSON)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_copy_for_the_person_names_nobody_and_no_stalking(
    alice: User, case: Intake, language: str
) -> None:
    Intake.objects.update(language=language)

    (text,) = texts(alice, reload(case), Copy.PERSON, ["relationship"])

    found = words(text)
    assert ("persoonsgegevens" if language == "nl" else "protection") in found
    assert not found & words(f"{case.author} {case.case.reference} zqplan zqwhat zqproof zqby zqwit zqsrc")
    assert not found & {
        "stalking",
        "belaging",
        "cliënt",
        "client",
        "bang",
        "afraid",
        "incident",
        "2026",
        "politie",
    }
    assert "ex-partner" in text.casefold()


def test_a_tie_is_in_it_on_request_and_only_one_that_both_know(alice: User, intake: Intake) -> None:
    known = copies._KNOWN_TIES
    item = ITEMS["relationship"]
    with override(intake.language):
        for option in item.options:
            intake = intake_actions.save_section(
                alice, reload(intake), "person", submission_of(reload(intake), relationship=option.code)
            ).intake
            (without,) = texts(alice, reload(intake), Copy.PERSON)
            (text,) = texts(alice, reload(intake), Copy.PERSON, ["relationship"])
            assert ("Relatie: " in text) is (option.code in known), option.code
            assert "Relatie: " not in without
            assert "cliënt" not in text


def test_no_mark_or_number_of_conversations_is_in_it(alice: User, case: Intake) -> None:
    one = texts(alice, case, Copy.PERSON)
    start_in(case.case, alice, date(2026, 6, 7))

    assert texts(alice, case, Copy.PERSON) == one
    assert len(one) == 1
    assert len(texts(alice, case, Copy.CLIENT)) == 3


def test_the_copy_for_an_authority_has_what_happened_and_on_request_what_is_confidential(
    alice: User, case: Intake
) -> None:
    secret = {
        item.id: case.content["answers"][item.id]
        for item in ITEMS.values()
        if item.private and item.kind == "text" and case.content["answers"].get(item.id)
    }
    first, second = texts(alice, case, Copy.AUTHORITY)
    assert case.content["answers"]["fear_own_words"].split(".")[0] in " ".join(first.split())
    assert "zqwhat" in second
    assert "zqproof" in second
    assert "zqplan" not in first + second
    assert case.content["running_note"][:40] not in " ".join(first.split())
    assert secret
    for text in secret.values():
        assert text[:30] not in " ".join(first.split())

    ticked = " ".join(" ".join(texts(alice, case, Copy.AUTHORITY, [*secret, "running_note"])).split())

    assert case.content["running_note"][:40] in ticked
    for text in secret.values():
        assert text[:30] in ticked


def test_each_copy_is_an_event_that_says_which_and_with_what(alice: User, case: Intake) -> None:
    export_case(alice, case, "asked", Copy.PERSON, ["relationship"])

    events = Event.objects.filter(code="case.exported")
    assert len(events) == 2
    assert {str(event.details) for event in events} == {str({"copy": "person", "with": ["relationship"]})}


def test_everything_on_offer_is_a_question_or_the_note() -> None:
    assert set(copies.OFFERED) == set(Copy)
    assert {name for names in copies.OFFERED.values() for name in names} <= {*ITEMS, "running_note"}
    assert copies.OFFERED[Copy.WHOLE] == copies.OFFERED[Copy.CLIENT] == ()
