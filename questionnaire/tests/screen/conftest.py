"""Fixtures for tests of the screen: Alice signed in, cheap password hashes, and a stopped clock."""

import pytest
from django.test import Client

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Intake, User
from questionnaire.tests.factories import write_plan
from questionnaire.tests.people import PASSWORD, Clock, sign_in
from questionnaire.tests.screen.sections import CANARY


@pytest.fixture(autouse=True)
def cheap_hashes_and_stopped_clock(quick_hashes: None, clock: Clock) -> None:
    """Make password hashes cheap and stop the clock, in every test of the screen."""


@pytest.fixture
def alice_client(alice: User) -> Client:
    """Return the client of Alice, signed in as a person signs in."""
    alice.set_password(PASSWORD)
    alice.save()
    client = Client()
    assert sign_in(client, "alice").status_code == 302
    return client


@pytest.fixture
def filled(alice: User, intake: Intake) -> Intake:
    """Return an intake with an incident, a consultation, a breach and a safety plan that say CANARY."""
    incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home", what=CANARY))
    follow_up_actions.add_consultation(alice, intake, Consultation("police", result=CANARY))
    breach_actions.add_breach(alice, intake, Breach(CANARY))
    write_plan(alice, intake, home=CANARY)
    return intake
