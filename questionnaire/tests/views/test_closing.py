"""The pages that pause and stop a conversation, and the links to them."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.follow_up import DONE, Outcome
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Event, Intake, User
from questionnaire.tests.factories import record_outcomes, submission_of
from questionnaire.tests.pages import Page


def url(name: str, intake: Intake) -> str:
    return reverse(name, args=[intake.uuid])


def test_pause_shows_what_is_stored_and_leads_back(alice_client: Client, alice: User, intake: Intake) -> None:
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=9))
    incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home"))

    html = Page(alice_client, f"{url('pause', intake)}?page=concern").html

    with translation.override("nl"):
        assert _("What is kept") in html
    assert intake.case.reference in html
    assert f'href="{reverse("section", args=[intake.uuid, "concern"])}"' in html
    assert Event.objects.last().code == EventCode.PAUSE_READ  # type: ignore[union-attr]


def test_pause_leads_back_only_to_pages_of_the_intake(alice_client: Client, intake: Intake) -> None:
    html = Page(alice_client, f"{url('pause', intake)}?page=//elsewhere.example").html

    assert "elsewhere.example" not in html.split("<main", 1)[1]
    assert f'href="{reverse("section", args=[intake.uuid, "safety_now"])}"' in html


def test_stop_repeats_the_choices_of_the_client(alice_client: Client, alice: User, intake: Intake) -> None:
    submission = submission_of(intake, client_wishes="<b>rust</b>", consent_share=("police",))
    intake_actions.save_section(alice, intake, "help", submission)

    html = Page(alice_client, url("stop", intake)).html

    assert "&lt;b&gt;rust&lt;/b&gt;" in html
    assert f"{reverse('section', args=[intake.uuid, 'safety_now'])}#safe_contact" in html
    assert f"{reverse('section', args=[intake.uuid, 'help'])}#client_wishes" not in html
    assert Event.objects.last().code == EventCode.STOP_READ  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("answers", "is_said"), [({}, True), ({"danger_now": "no"}, True), ({"danger_now": "soon"}, False)]
)
def test_stop_says_when_its_steps_hold_for_everyone(
    alice_client: Client, alice: User, intake: Intake, answers: dict[str, str], is_said: bool
) -> None:
    if answers:
        intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, **answers))

    html = Page(alice_client, url("stop", intake)).html

    assert ("Deze stappen gelden voor iedereen in deze situatie." in html) is is_said
    assert "<ol>" in html


def test_stop_lists_contacts_and_those_of_the_advice(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    before = Page(alice_client, url("stop", intake)).html
    intake_actions.save_section(alice, intake, "concern", submission_of(intake, sexual_violence="recent"))

    after = Page(alice_client, url("stop", intake)).html

    centre = CONTACTS["sexual_violence_centre"].number
    assert all(f"tel:{number}" in before for number in ("112", "0900-8844", "0800-2000", "0900-0101", "113"))
    assert centre not in before
    assert f"tel:{centre}" in after


@pytest.mark.parametrize("name", ["incidents", "answers", "summary"])
def test_pages_of_an_intake_link_to_pause_and_stop(alice_client: Client, intake: Intake, name: str) -> None:
    html = Page(alice_client, url(name, intake)).html

    assert f'href="{url("pause", intake)}"' in html
    assert f'href="{url("stop", intake)}"' in html


@pytest.mark.parametrize("button", ["pause", "stop"])
def test_pause_and_stop_save_a_section_that_has_an_error(
    alice_client: Client, intake: Intake, button: str
) -> None:
    page = Page(alice_client, reverse("section", args=[intake.uuid, "pattern"]))

    response = page.fill(pattern_start="31-02-2026", running_note="trilt").press("_go", button)

    assert response.headers["Location"] == f"{url(button, intake)}?page=pattern"
    content = Intake.objects.get(pk=intake.pk).content
    assert content["running_note"] == "trilt"
    assert "pattern_start" in content["drafts"]


def test_reviewer_cannot_stop_a_conversation(client: Client, rachel: User, intake: Intake) -> None:
    client.force_login(rachel)

    html = Page(client, url("summary", intake)).html

    assert url("stop", intake) not in html
    assert client.get(url("stop", intake)).status_code == 403


def test_once_the_call_is_written_down_the_end_says_when_and_does_not_ask_for_it(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, danger_now="now"))
    before = Page(alice_client, url("stop", intake)).html.split("<main", 1)[1]
    record_outcomes(alice, intake, Outcome("call_112", DONE, on=date(2026, 3, 23)))

    after = Page(alice_client, url("stop", intake)).html.split("<main", 1)[1]

    assert '<li>Bel nu <a href="tel:112">112</a></li>' in before
    assert "gebeld op 23 maart 2026" not in before
    assert "Bel nu" not in after
    assert '<a href="tel:112">112</a> is gebeld op 23 maart 2026.' in after
