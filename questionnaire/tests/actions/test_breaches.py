"""Writing the register of breaches."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.follow_up import record_fingerprint
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.workflow import Move
from questionnaire.models import Event, Intake, Step, User
from questionnaire.tests.factories import MOVES, event_codes, event_count, reload

CANARY = "kanarie"
BREACH = Breach(CANARY, "2026-03-20", date(2026, 3, 21), CANARY, CANARY, CANARY, date(2026, 3, 22))


def test_a_breach_is_added_once_with_one_event_without_content(alice: User, intake: Intake) -> None:
    page_id = uuid4()

    for _attempt in range(2):
        breach_actions.add_breach(alice, intake, BREACH, page_id)

    assert intake.follow_up.breaches == (BREACH,)
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.BREACH_ADDED]
    assert Event.objects.latest("seq").items == ["breaches"]
    assert reload(intake).revision == 1


def test_a_breach_is_encrypted_in_the_database(alice: User, intake: Intake) -> None:
    breach_actions.add_breach(alice, intake, BREACH)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM questionnaire_step")
        rows = repr([bytes(value) if isinstance(value, memoryview) else value for value in cursor.fetchall()])
    assert CANARY not in rows
    assert "2026-03" not in rows


def test_a_breach_is_changed_unless_someone_else_did(alice: User, intake: Intake) -> None:
    row = breach_actions.add_breach(alice, intake, BREACH)
    base, other = record_fingerprint(row), Breach("other")

    assert breach_actions.change_breach(alice, intake, row.uuid, other, base)
    assert not breach_actions.change_breach(alice, intake, row.uuid, Breach("third"), base)

    assert intake.follow_up.breaches == (other,)
    assert event_count(EventCode.BREACH_CHANGED) == 1


def test_a_breach_is_removed_once(alice: User, intake: Intake) -> None:
    row = breach_actions.add_breach(alice, intake, BREACH)

    for _attempt in range(2):
        breach_actions.remove_breach(alice, intake, row.uuid)

    assert intake.follow_up.breaches == ()
    assert event_count(EventCode.BREACH_REMOVED) == 1


def test_a_consultation_is_no_breach(alice: User, intake: Intake) -> None:
    row = follow_up_actions.add_consultation(alice, intake, Consultation("police"))

    breach_actions.remove_breach(alice, intake, row.uuid)

    assert intake.follow_up.consultations
    with pytest.raises(Step.DoesNotExist):
        breach_actions.change_breach(alice, intake, row.uuid, BREACH, "")


def test_a_breach_is_written_in_every_state(alice: User, rachel: User, intake: Intake) -> None:
    review_actions.submit(alice, intake)
    breach_actions.add_breach(alice, intake, Breach("submitted"))
    MOVES[Move.SIGN_OFF](rachel, reload(intake))

    breach_actions.add_breach(alice, intake, Breach("signed off"))

    assert len(intake.follow_up.breaches) == 2


def test_who_does_not_write_in_the_intake_adds_no_breach(rachel: User, bob: User, intake: Intake) -> None:
    for user in (rachel, bob):
        with pytest.raises(PermissionDenied):
            breach_actions.add_breach(user, intake, BREACH)
    assert not Step.objects.exists()


def test_a_correction_has_the_breaches_too(alice: User, rachel: User, intake: Intake) -> None:
    breach_actions.add_breach(alice, intake, BREACH)
    MOVES[Move.SUBMIT](alice, reload(intake))
    MOVES[Move.SIGN_OFF](rachel, reload(intake))

    corrected = review_actions.correct(alice, reload(intake))

    assert corrected.follow_up.breaches == (BREACH,)
