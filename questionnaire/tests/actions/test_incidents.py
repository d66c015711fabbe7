"""Adding, changing and removing an incident: one event each, or nothing."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from questionnaire import models
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.handovers import hand_over
from questionnaire.actions.incidents import incident_fingerprint
from questionnaire.actions.review import StaleIntakeError
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.incidents import Incident
from questionnaire.domain.workflow import ClosedIntakeError, Relation
from questionnaire.lifecycle import erasure
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.permissions import relations_of
from questionnaire.tests.factories import event_codes, reload

AT_HOME = Incident("2026-03-20", "home", what="stond voor de deur")
ONLINE = Incident("2026-03-21", "online", reported=True)


@pytest.fixture
def row(alice: User, intake: Intake) -> models.Incident:
    return incident_actions.add_incident(alice, intake, AT_HOME)


@pytest.fixture
def other(alice: User, team: Team) -> Intake:
    """Return an intake of alice in another case."""
    return intake_actions.start_intake(alice, team, "x", date(2026, 3, 23), "nl")


@pytest.fixture
def foreign_row(alice: User, other: Intake) -> models.Incident:
    return incident_actions.add_incident(alice, other, AT_HOME)


def test_the_same_page_sent_twice_adds_one_incident(alice: User, intake: Intake) -> None:
    page_id = uuid4()

    first = incident_actions.add_incident(alice, intake, AT_HOME, page_id)
    second = incident_actions.add_incident(alice, intake, AT_HOME, page_id)

    assert first.pk == second.pk != page_id
    assert intake.incident_log == (AT_HOME,)
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.INCIDENT_ADDED]


def test_a_page_sent_again_with_other_values_adds_another_incident(alice: User, intake: Intake) -> None:
    page_id = uuid4()

    incident_actions.add_incident(alice, intake, AT_HOME, page_id)
    incident_actions.add_incident(alice, intake, ONLINE, page_id)

    assert intake.incident_log == (AT_HOME, ONLINE)


def test_two_incidents_can_be_equal(alice: User, intake: Intake) -> None:
    incident_actions.add_incident(alice, intake, AT_HOME)
    incident_actions.add_incident(alice, intake, AT_HOME)

    assert intake.incident_log == (AT_HOME, AT_HOME)
    assert reload(intake).revision == 2


def test_the_id_of_an_incident_of_another_intake_is_not_taken_over(
    alice: User, intake: Intake, foreign_row: models.Incident
) -> None:
    added = incident_actions.add_incident(alice, intake, ONLINE, foreign_row.uuid)

    assert added.pk != foreign_row.pk
    assert models.Incident.objects.get(pk=foreign_row.pk).parsed == AT_HOME


def test_changing_an_incident_is_one_event(alice: User, intake: Intake, row: models.Incident) -> None:
    assert incident_actions.change_incident(alice, intake, row.uuid, ONLINE, incident_fingerprint(row))

    assert intake.incident_log == (ONLINE,)
    assert event_codes()[2:] == [EventCode.INCIDENT_CHANGED]


def test_an_incident_that_someone_else_changed_is_left(
    alice: User, intake: Intake, row: models.Incident
) -> None:
    base = incident_fingerprint(row)
    incident_actions.change_incident(alice, intake, row.uuid, ONLINE, base)

    assert not incident_actions.change_incident(alice, intake, row.uuid, Incident("2026-03-22", "home"), base)

    assert intake.incident_log == (ONLINE,)
    assert event_codes()[2:] == [EventCode.INCIDENT_CHANGED]


def test_an_incident_sent_as_it_is_stored_writes_nothing(
    alice: User, intake: Intake, row: models.Incident
) -> None:
    assert incident_actions.change_incident(alice, intake, row.uuid, AT_HOME, "")

    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.INCIDENT_ADDED]


def test_an_incident_of_another_case_is_neither_changed_nor_removed(
    alice: User, intake: Intake, other: Intake, foreign_row: models.Incident
) -> None:
    base = incident_fingerprint(foreign_row)

    with pytest.raises(models.Incident.DoesNotExist):
        incident_actions.change_incident(alice, intake, foreign_row.uuid, ONLINE, base)
    incident_actions.remove_incident(alice, intake, foreign_row.uuid)

    assert models.Incident.objects.get(pk=foreign_row.pk).parsed == AT_HOME
    assert incident_actions.change_incident(alice, other, foreign_row.uuid, ONLINE, base)


def test_removing_an_incident_twice_is_one_event(alice: User, intake: Intake, row: models.Incident) -> None:
    incident_actions.remove_incident(alice, intake, row.uuid)
    incident_actions.remove_incident(alice, intake, row.uuid)

    assert intake.incident_log == ()
    assert event_codes()[2:] == [EventCode.INCIDENT_REMOVED]


# --- One log a case -----------------------------------------------------------------------------------------


@pytest.fixture
def next_intake(alice: User, rachel: User, intake: Intake) -> Intake:
    """Return a reassessment of the case in which `intake` was signed off."""
    return review_actions.reassess(alice, sign_off(alice, rachel, intake), date(2026, 4, 1))


def sign_off(author: User, reviewer: User, intake: Intake) -> Intake:
    submitted = review_actions.submit(author, intake)
    review_actions.sign_off(reviewer, submitted, b"%PDF-1.7", {})
    return reload(intake)


def test_the_next_assessment_goes_on_in_the_same_log(
    alice: User, row: models.Incident, next_intake: Intake
) -> None:
    incident_actions.add_incident(alice, next_intake, ONLINE)

    assert next_intake.incident_log == (AT_HOME, ONLINE)
    assert row.case == next_intake.case


def test_what_was_signed_off_keeps_the_log_as_it_was(
    alice: User, intake: Intake, row: models.Incident, next_intake: Intake
) -> None:
    incident_actions.change_incident(alice, next_intake, row.uuid, ONLINE, incident_fingerprint(row))
    incident_actions.add_incident(alice, next_intake, AT_HOME)

    assert reload(intake).incident_log == (AT_HOME,)
    assert next_intake.incident_log == (ONLINE, AT_HOME)


def test_a_correction_goes_on_in_the_log_of_the_case(
    alice: User, rachel: User, intake: Intake, row: models.Incident
) -> None:
    correction = review_actions.correct(alice, sign_off(alice, rachel, intake))

    incident_actions.remove_incident(alice, correction, row.uuid)

    assert reload(intake).incident_log == (AT_HOME,)
    assert reload(correction).incident_log == ()


def test_another_open_assessment_of_the_case_follows_the_log(
    alice: User, rachel: User, intake: Intake
) -> None:
    """Whoever reviews it signs what it says now, and has to look again."""
    submitted = review_actions.submit(alice, intake)
    later = review_actions.reassess(alice, submitted, date(2026, 4, 1))
    read = reload(submitted)

    incident_actions.add_incident(alice, later, AT_HOME)
    incident_actions.add_incident(alice, later, ONLINE)

    assert reload(intake).urgency == Urgency.DAYS  # two incidents are a pattern
    assert reload(intake).incident_log == (AT_HOME, ONLINE)
    with pytest.raises(StaleIntakeError):
        review_actions.sign_off(rachel, read, b"%PDF-1.7", {})


def test_erasing_one_assessment_keeps_the_log_and_erasing_the_last_destroys_it(
    alice: User, intake: Intake, row: models.Incident, next_intake: Intake
) -> None:
    erasure.erase(alice, intake.pk, "asked")
    assert reload(next_intake).incident_log == (AT_HOME,)

    erasure.erase(alice, next_intake.pk, "asked")
    assert not models.Incident.objects.exists()


def test_who_wrote_in_the_log_reviews_no_assessment_until_it_is_signed_off(
    alice: User, rachel: User, intake: Intake
) -> None:
    """Else someone signs off their own words, which the log of another assessment holds."""
    Membership.objects.create(user=rachel, team=intake.team, role=Membership.Role.PROFESSIONAL)
    submitted = review_actions.submit(alice, intake)
    later = review_actions.reassess(alice, submitted, date(2026, 4, 1))
    assert Relation.REVIEWER in relations_of(rachel, reload(submitted))

    hand_over(alice, later, rachel, "x")
    incident_actions.add_incident(rachel, reload(later), AT_HOME)
    assert Relation.REVIEWER not in relations_of(rachel, reload(submitted))


# --- Undoing ------------------------------------------------------------------------------------------------


def test_removing_can_be_undone_exactly(alice: User, intake: Intake, row: models.Incident) -> None:
    incident_actions.add_incident(alice, intake, ONLINE)
    before = list(models.Incident.objects.values_list("uuid", "added_at", "batch", "removed_at"))
    log = intake.incident_log

    assert incident_actions.remove_incident(alice, intake, row.uuid)
    assert intake.incident_log == (ONLINE,)
    assert incident_actions.restore_incident(alice, intake, row.uuid)

    assert intake.incident_log == log == (AT_HOME, ONLINE)
    assert list(models.Incident.objects.values_list("uuid", "added_at", "batch", "removed_at")) == before
    assert not incident_actions.restore_incident(alice, intake, row.uuid)
    assert event_codes()[3:] == [EventCode.INCIDENT_REMOVED, EventCode.INCIDENT_RESTORED]


def test_changes_can_be_undone_one_by_one(alice: User, intake: Intake, row: models.Incident) -> None:
    third = Incident("2026-03-22", "elsewhere")
    for changed in (ONLINE, third):
        base = incident_fingerprint(models.Incident.objects.get())
        assert incident_actions.change_incident(alice, intake, row.uuid, changed, base)

    for expected in (ONLINE, AT_HOME):
        base = incident_fingerprint(models.Incident.objects.get())
        assert incident_actions.undo_change(alice, intake, row.uuid, base)
        assert not incident_actions.undo_change(alice, intake, row.uuid, base)
        assert intake.incident_log == (expected,)
    assert models.Incident.objects.get().earlier == [ONLINE.to_json(), third.to_json()]
    assert event_codes()[-1] == EventCode.INCIDENT_CHANGE_UNDONE


def test_events_name_the_incident(alice: User, intake: Intake, row: models.Incident) -> None:
    incident_actions.remove_incident(alice, intake, row.uuid)

    assert [event.items for event in Event.objects.order_by("-seq")[:2]] == [["incidents", str(row.uuid)]] * 2


def test_a_batch_is_added_once_and_undone_as_one(alice: User, intake: Intake, row: models.Incident) -> None:
    batch, many = uuid4(), [Incident(f"2026-01-{day:02}") for day in range(1, 31)]

    for _time in range(2):
        incident_actions.add_incidents(alice, intake, many, batch, "dmy")

    assert intake.incident_log == (AT_HOME, *many)
    assert event_codes()[2:] == [EventCode.INCIDENTS_ADDED]
    assert reload(intake).case.date_order == "dmy"
    assert incident_actions.remove_batch(alice, intake, batch) == 30
    assert intake.incident_log == (AT_HOME,)
    assert incident_actions.remove_batch(alice, intake, batch) == 0
    assert incident_actions.restore_incident(alice, intake, intake.case.incidents.removed()[0].uuid)


def test_the_order_of_dates_is_asked_once_a_log(alice: User, intake: Intake) -> None:
    incident_actions.add_incident(alice, intake, AT_HOME, date_order="mdy")
    incident_actions.add_incident(alice, intake, ONLINE)

    assert reload(intake).case.date_order == "mdy"


@pytest.mark.parametrize(("stored", "after"), [("mdy", ""), ("dmy", "dmy")])
def test_undoing_brings_back_the_order_of_dates_unless_another_was_said_since(
    alice: User, intake: Intake, row: models.Incident, stored: str, after: str
) -> None:
    batch = uuid4()
    incident_actions.add_incidents(alice, intake, [ONLINE], batch, "mdy")
    for order in {"mdy", stored} - {"mdy"}:
        incident_actions.add_incident(alice, intake, ONLINE, date_order=order)

    assert incident_actions.remove_incident(alice, intake, row.uuid)
    assert reload(intake).case.date_order == stored
    assert incident_actions.remove_batch(alice, intake, batch, order=("", "mdy"))

    assert reload(intake).case.date_order == after


def test_signing_off_forgets_what_was_removed_or_changed(
    alice: User, rachel: User, intake: Intake, row: models.Incident
) -> None:
    other = incident_actions.add_incident(alice, intake, ONLINE)
    incident_actions.remove_incident(alice, intake, other.uuid)
    incident_actions.change_incident(alice, intake, row.uuid, ONLINE, incident_fingerprint(row))

    sign_off(alice, rachel, intake)

    (left,) = models.Incident.objects.all()
    assert (left.pk, left.earlier) == (row.pk, None)


def test_what_was_removed_stays_while_another_assessment_is_open(
    alice: User, rachel: User, intake: Intake, row: models.Incident
) -> None:
    submitted = review_actions.submit(alice, intake)
    later = review_actions.reassess(alice, submitted, date(2026, 4, 1))
    incident_actions.remove_incident(alice, later, row.uuid)

    review_actions.sign_off(rachel, reload(submitted), b"%PDF-1.7", {})

    assert incident_actions.restore_incident(alice, later, row.uuid)
    assert reload(intake).incident_log == ()


def test_a_closed_assessment_undoes_nothing(alice: User, intake: Intake, row: models.Incident) -> None:
    incident_actions.remove_incident(alice, intake, row.uuid)
    review_actions.submit(alice, intake)

    for undo in (incident_actions.restore_incident, incident_actions.remove_batch):
        with pytest.raises(ClosedIntakeError):
            undo(alice, intake, row.uuid)
    with pytest.raises(ClosedIntakeError):
        incident_actions.undo_change(alice, intake, row.uuid, incident_fingerprint(row))


def test_a_correction_is_for_who_sees_the_whole_case(
    alice: User, bob: User, intake: Intake, next_intake: Intake
) -> None:
    """It opens the log of the case, with what was written after a hand-over."""
    hand_over(alice, next_intake, bob, "x")
    incident_actions.add_incident(bob, reload(next_intake), ONLINE)

    with pytest.raises(PermissionDenied):
        review_actions.correct(alice, reload(intake))
