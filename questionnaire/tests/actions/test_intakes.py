"""Starting an intake, saving a page of questions, and recording a read: one event each, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.actions import documents as document_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import VERSION
from questionnaire.domain.incidents import Incident
from questionnaire.domain.workflow import State
from questionnaire.models import Case, Event, Intake, Team, User
from questionnaire.tests.factories import event_codes, reload, submission_of

DAY = date(2026, 3, 23)


def test_starting_an_intake_stores_it_empty_with_one_event(alice: User, team: Team) -> None:
    intake = intake_actions.start_intake(alice, team, "2026-117 b", DAY, "en")

    stored = reload(intake)
    assert (stored.team, stored.author, stored.state) == (team, alice, State.CONCEPT)
    assert (stored.case.reference, stored.case.reference_key) == ("2026-117 b", "2026117b")
    assert (stored.on, stored.language) == (DAY, "en")
    assert (stored.catalogue_version, stored.revision) == (VERSION, 0)
    assert len(stored.answers) == 0
    assert event_codes() == [EventCode.INTAKE_STARTED]


def test_an_intake_without_answers_has_the_lowest_urgency_and_a_reassessment(intake: Intake) -> None:
    assert intake.urgency == Urgency.FOLLOW
    assert intake.police_urgency >= Urgency.FOLLOW
    assert intake.danger_signs == 0
    assert intake.reassess_on == intake.on + timedelta(days=14)


def test_nobody_starts_an_intake_in_another_team(charlie: User, team: Team, other_team: Team) -> None:
    with pytest.raises(PermissionDenied):
        intake_actions.start_intake(charlie, team, "x", DAY, "nl")

    assert intake_actions.start_intake(charlie, other_team, "x", DAY, "nl").team == other_team


def test_a_reviewer_starts_no_intake(rachel: User, team: Team) -> None:
    with pytest.raises(PermissionDenied):
        intake_actions.start_intake(rachel, team, "x", DAY, "nl")

    assert not Intake.objects.exists()


def test_the_same_page_sent_twice_starts_one_intake(alice: User, team: Team) -> None:
    page_id = uuid4()

    first, second = (intake_actions.start_intake(alice, team, "x", DAY, "nl", page_id) for _time in range(2))

    assert first.pk == second.pk != page_id
    assert (Intake.objects.count(), Case.objects.count()) == (1, 1)
    assert event_codes() == [EventCode.INTAKE_STARTED]


def test_a_page_sent_again_with_other_values_starts_another_intake(alice: User, team: Team) -> None:
    page_id = uuid4()
    first = intake_actions.start_intake(alice, team, "x", DAY, "nl", page_id)

    second = intake_actions.start_intake(alice, team, "y", DAY, "nl", page_id)

    assert (first.case.reference, second.case.reference) == ("x", "y")
    assert len({first.pk, second.pk, page_id}) == 3
    assert first.case_id != second.case_id


def test_the_id_of_someone_elses_intake_is_not_taken_over(alice: User, bob: User, team: Team) -> None:
    theirs = intake_actions.start_intake(bob, team, "x", DAY, "nl")

    mine = intake_actions.start_intake(alice, team, "x", DAY, "nl", theirs.pk)

    assert mine.pk != theirs.pk
    assert (mine.author, reload(theirs).author) == (alice, bob)


def test_saving_a_section_stores_its_answers(alice: User, intake: Intake) -> None:
    sent = submission_of(intake, fear_level=9, fear_own_words="doodsbang")

    result = intake_actions.save_section(alice, intake, "fear", sent)

    stored = reload(intake)
    assert stored.answers.to_json() == {"fear_level": 9, "fear_own_words": "doodsbang"}
    assert stored.revision == 1
    assert stored.changed_at > stored.started_at
    assert set(result.saved) == {"fear_level", "fear_own_words"}
    assert result.conflicts == ()
    assert result.intake.content == stored.content


def test_saving_a_section_is_one_event_that_names_the_page_and_no_item(alice: User, intake: Intake) -> None:
    sent = submission_of(intake, fear_level=0, fear_own_words="bang")

    intake_actions.save_section(alice, intake, "fear", sent)

    event = Event.objects.latest("seq")
    assert (event.code, event.actor, event.intake) == (EventCode.INTAKE_CHANGED, alice, intake.uuid)
    assert event.items == ["fear"]
    assert event.reason == ""


def test_saving_the_same_again_writes_nothing(alice: User, intake: Intake) -> None:
    sent = submission_of(intake, fear_level=9)
    intake_actions.save_section(alice, intake, "fear", sent)
    before = Intake.objects.values_list("revision", "changed_at").get()

    result = intake_actions.save_section(alice, intake, "fear", sent)

    assert result.saved == ()
    assert Intake.objects.values_list("revision", "changed_at").get() == before
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.INTAKE_CHANGED]


def test_the_page_of_one_section_saves_no_item_of_another(alice: User, intake: Intake) -> None:
    sent = submission_of(intake, fear_level=9)

    assert intake_actions.save_section(alice, intake, "safety_now", sent).saved == ()
    assert event_codes() == [EventCode.INTAKE_STARTED]

    assert intake_actions.save_section(alice, intake, "fear", sent).saved == ("fear_level",)


def test_of_two_answers_to_one_question_the_second_becomes_a_draft(alice: User, intake: Intake) -> None:
    first, second = submission_of(intake, fear_level=9), submission_of(intake, fear_level=2)
    intake_actions.save_section(alice, intake, "fear", first)

    result = intake_actions.save_section(alice, intake, "fear", second)

    assert result.conflicts == ("fear_level",)
    assert result.intake.answers["fear_level"] == 9
    assert result.intake.content["drafts"] == {"fear_level": ["as posted"]}
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.INTAKE_CHANGED]


def test_the_list_columns_follow_the_answers(alice: User, intake: Intake) -> None:
    sent = submission_of(intake, danger_now="now")

    result = intake_actions.save_section(alice, intake, "safety_now", sent)

    stored = reload(intake)
    assert stored.urgency == Urgency.NOW
    assert stored.police_urgency == Urgency.NOW
    assert stored.danger_signs == 1
    assert stored.reassess_on == intake.on + timedelta(days=3)
    assert result.intake.urgency == stored.urgency


def test_a_read_is_one_event(rachel: User, intake: Intake) -> None:
    intake_actions.record_read(rachel, intake, EventCode.SUMMARY_READ)
    intake_actions.record_read(rachel, None, EventCode.LIST_READ)

    read, listed = Event.objects.order_by("seq")[1:]
    assert (read.code, read.actor, read.intake) == (EventCode.SUMMARY_READ, rachel, intake.uuid)
    assert (listed.code, listed.intake) == (EventCode.LIST_READ, None)


WRITES: dict[str, Callable[[User, Intake], object]] = {
    "save": lambda user, intake: intake_actions.save_section(
        user, intake, "fear", submission_of(intake, fear_level=9)
    ),
    "incident": lambda user, intake: incident_actions.add_incident(
        user, intake, Incident("2026-03-20", "home")
    ),
    "document": lambda user, intake: document_actions.store_document(user, intake, "full", "nl", b"%PDF"),
    "start": lambda user, intake: intake_actions.start_intake(user, intake.team, "x", DAY, "nl"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_change_whose_event_fails_is_not_stored(
    alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch, write: Callable[[User, Intake], object]
) -> None:
    def stored() -> list[object]:
        return [
            Intake.objects.get().content,
            intake.incidents.count(),
            intake.documents.count(),
            event_codes(),
        ]

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    before = stored()
    with monkeypatch.context() as patched:
        patched.setattr(audit_log, "mac_of", fail)
        with pytest.raises(OSError, match="disk full"):
            write(alice, intake)

    assert stored() == before
    write(alice, intake)
    assert len(event_codes()) == 2


@pytest.mark.django_db(transaction=True)
def test_an_event_cannot_be_recorded_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit_log.record(None, EventCode.LIST_READ)

    with transaction.atomic():
        audit_log.record(None, EventCode.LIST_READ)
    assert event_codes() == [EventCode.LIST_READ]
