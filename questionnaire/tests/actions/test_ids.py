"""The ids of new rows: of one page one row, and never an id that was posted."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import models

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.ids import row_id
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident
from questionnaire.lifecycle import erasure
from questionnaire.models import Intake, Team, User
from questionnaire.tests.factories import event_codes, reload

PAGE = UUID("0f2f5b0c-3c59-4d4e-9f5d-6f6f1c2a7a10")
CALL = Consultation("police", "Agent Een", result="Bellen.")
VISIT = Consultation("police", "Agent Twee", result="Langskomen.")
AT_HOME = Incident("2026-03-20", "home", what="Stond voor de deur.")
ONLINE = Incident("2026-03-21", "online", what="Stuurde berichten.")
Add = Callable[[User, Intake, bool, UUID | None], models.Model]


def add_intake(user: User, intake: Intake, is_other: bool, page_id: UUID | None) -> Intake:
    reference = "other" if is_other else "new"
    return intake_actions.start_intake(user, intake.team, reference, date(2026, 3, 24), "nl", page_id)


def add_incident(user: User, intake: Intake, is_other: bool, page_id: UUID | None) -> models.Model:
    return incident_actions.add_incident(user, intake, ONLINE if is_other else AT_HOME, page_id)


def add_consultation(user: User, intake: Intake, is_other: bool, page_id: UUID | None) -> models.Model:
    return follow_up_actions.add_consultation(user, intake, VISIT if is_other else CALL, page_id)


def add_remark(user: User, intake: Intake, is_other: bool, page_id: UUID | None) -> models.Model:
    return review_actions.add_remark(user, intake, "", "Nog iets." if is_other else "Let op.", page_id)


ADDING: dict[str, Add] = {
    "intake": add_intake,
    "incident": add_incident,
    "consultation": add_consultation,
    "remark": add_remark,
}


@pytest.fixture(params=ADDING)
def add(
    request: pytest.FixtureRequest, alice: User, rachel: User, intake: Intake
) -> Callable[..., models.Model]:
    """Return a function that adds a row of some kind: with the same content, or other content."""
    adding: Add = ADDING[request.param]
    user = alice
    if request.param == "remark":
        review_actions.submit(alice, intake)
        user = rachel

    def add_one(page_id: UUID | None = None, *, is_other: bool = False) -> models.Model:
        return adding(user, reload(intake), is_other, page_id)

    return add_one


def number_of(row: models.Model) -> int:
    return type(row)._default_manager.count()


def test_the_id_of_a_row_is_that_of_its_page_person_and_place(alice: User, bob: User) -> None:
    first = row_id(alice, PAGE, "intake")

    assert row_id(alice, PAGE, "intake") == first
    others = {
        row_id(bob, PAGE, "intake"),
        row_id(alice, uuid4(), "intake"),
        row_id(alice, PAGE, "remark"),
        row_id(alice, PAGE, first, "Incident"),
        row_id(alice, PAGE, first, "Step"),
        row_id(alice, PAGE, PAGE, "Step"),
    }
    assert len(others | {first, PAGE}) == 8
    assert (first.version, first.variant) == (4, uuid4().variant)


def test_the_id_of_a_row_cannot_be_computed_without_the_secret_key(
    alice: User, settings: pytest.FixtureRequest
) -> None:
    first = row_id(alice, PAGE, "intake")
    settings.SECRET_KEY = "another secret key"  # type: ignore[attr-defined]

    assert row_id(alice, PAGE, "intake") != first


def test_without_a_page_each_row_has_an_id_of_its_own(alice: User) -> None:
    assert len({row_id(alice, None, "intake") for _time in range(3)}) == 3


def test_one_page_adds_one_row_whose_id_is_not_the_pages(add: Callable[..., models.Model]) -> None:
    first = add(PAGE)
    before, codes = number_of(first), event_codes()

    assert add(PAGE) == first
    assert number_of(first) == before
    assert event_codes() == codes
    assert first.pk != PAGE
    assert not type(first)._default_manager.filter(pk=PAGE).exists()


def test_a_page_sent_again_with_other_content_adds_another_row(add: Callable[..., models.Model]) -> None:
    first = add(PAGE)

    second = add(PAGE, is_other=True)

    assert len({first.pk, second.pk, PAGE}) == 3
    assert type(first)._default_manager.filter(pk__in=[first.pk, second.pk]).count() == 2


def test_two_pages_add_two_rows_also_of_the_same_content(add: Callable[..., models.Model]) -> None:
    assert add(PAGE).pk != add(uuid4()).pk
    assert add().pk != add().pk


def test_the_id_of_a_row_that_is_there_adds_another_row(add: Callable[..., models.Model]) -> None:
    """Posting ids shows nobody whether a row has one of them."""
    there = add(PAGE)
    before = number_of(there)

    added = [add(there.pk), add(uuid4())]

    assert number_of(there) == before + 2
    assert not {row.pk for row in added} & {there.pk, PAGE}


def test_a_page_of_one_intake_adds_nothing_twice_in_another(alice: User, team: Team, intake: Intake) -> None:
    other = intake_actions.start_intake(alice, team, "other", intake.on, "nl")

    rows = [incident_actions.add_incident(alice, each, AT_HOME, PAGE) for each in (intake, other)]

    assert [row.case_id for row in rows] == [intake.case_id, other.case_id]
    assert rows[0].pk != rows[1].pk


def test_two_people_with_one_page_id_start_an_intake_each(alice: User, bob: User, team: Team) -> None:
    mine, theirs = (
        intake_actions.start_intake(user, team, "x", date(2026, 3, 24), "nl", PAGE) for user in (alice, bob)
    )

    assert (mine.author, theirs.author) == (alice, bob)
    assert mine.case_id != theirs.case_id


def test_a_page_whose_intake_was_erased_starts_one_with_another_id(alice: User, team: Team) -> None:
    """Else the events of the erased one would be read as those of the new one."""
    erased = intake_actions.start_intake(alice, team, "x", date(2026, 3, 24), "nl", PAGE)
    erasure.erase(alice, erased.pk, "asked")

    new = intake_actions.start_intake(alice, team, "x", date(2026, 3, 24), "nl", PAGE)

    assert new.pk != erased.pk
    assert len(event_codes(new)) == 1
