"""Adding, changing and removing an incident: one event each, or nothing."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from questionnaire import models
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.incidents import incident_fingerprint
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.incidents import Incident
from questionnaire.models import Intake, Team, User
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
