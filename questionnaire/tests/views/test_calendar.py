"""The calendar file of a day: that there is an appointment, and nothing else."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.follow_up import DONE, PLANNED, Outcome
from questionnaire.models import Event, Intake, User
from questionnaire.tests.factories import PDF, record_outcomes, reload

DAY = date(2027, 1, 12)


@pytest.fixture
def planned(alice: User, intake: Intake) -> Intake:
    outcomes = (
        Outcome("consult_police", PLANNED, who="M. de Wit", on=DAY, why="Bel na school."),
        Outcome("safety_plan", DONE, on=date(2026, 3, 24)),
    )
    record_outcomes(alice, intake, *outcomes)
    return Intake.objects.get(pk=intake.pk)


def address(intake: Intake, day: date) -> str:
    return reverse("calendar", args=[intake.uuid, day.isoformat()])


def test_the_file_says_the_day_and_nothing_of_the_case(alice_client: Client, planned: Intake) -> None:
    response = alice_client.get(address(planned, DAY))

    text = response.content.decode()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="afspraak.ics"'
    assert "SUMMARY:Afspraak\r\n" in text
    assert "DTSTART;VALUE=DATE:20270112\r\nDTEND;VALUE=DATE:20270113\r\n" in text
    for word in (planned.case.reference, str(planned.uuid), "Wit", "Bel", "police", "alice", "DESCRIPTION"):
        assert word not in text
    assert re.sub("[^a-z]", "", text.lower()).count("stalk") == 0


def test_the_file_has_the_same_id_each_time_and_another_for_another_day(
    alice_client: Client, planned: Intake
) -> None:
    def uid(day: date) -> str:
        text = alice_client.get(address(planned, day)).content.decode()
        return str(re.findall(r"UID:(\S+)", text)[0])

    assert uid(DAY) == uid(DAY) != uid(planned.reassess_on)


def test_the_reference_is_in_the_title_only_when_the_organisation_says_so(
    alice_client: Client, planned: Intake, settings: Any
) -> None:
    settings.CALENDAR_WITH_REFERENCE = True

    assert "SUMMARY:Afspraak 2026-117\r\n" in alice_client.get(address(planned, DAY)).content.decode()


def test_only_a_day_ahead_of_this_case_has_a_file(alice_client: Client, planned: Intake) -> None:
    assert alice_client.get(address(planned, planned.reassess_on)).status_code == 200
    for day in (DAY + timedelta(1), date(2026, 3, 24)):
        assert alice_client.get(address(planned, day)).status_code == 404
    assert alice_client.get(reverse("calendar", args=[planned.uuid, "morgen"])).status_code == 404


def test_handing_it_out_is_recorded(alice_client: Client, planned: Intake) -> None:
    before = Event.objects.count()

    alice_client.get(address(planned, DAY))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.STEPS_READ


def test_the_pages_lead_to_the_file(alice_client: Client, planned: Intake) -> None:
    html = alice_client.get(reverse("steps", args=[planned.uuid])).content.decode()

    assert address(planned, DAY) in html
    assert address(planned, planned.reassess_on) in html
    assert "20260324" not in html


def days_offered(client: Client, intake: Intake) -> dict[str, int]:
    """Return the days whose file the pages of a version lead to, each with the status of its answer."""
    pages = [client.get(reverse(name, args=[intake.uuid])).content.decode() for name in ("steps", "summary")]
    links = {link for html in pages for link in re.findall(r'href="([^"]+/calendar/[^"]+)"', html)}
    return {link.strip("/").split("/")[-1]: client.get(link).status_code for link in links}


def test_a_version_that_is_being_corrected_leads_to_files_too(
    alice_client: Client, alice: User, rachel: User, planned: Intake
) -> None:
    review_actions.submit(alice, planned)
    review_actions.sign_off(rachel, reload(planned), PDF, {})
    correction = review_actions.correct(alice, reload(planned))
    moved = Outcome("consult_police", PLANNED, on=DAY + timedelta(3)), Outcome("reassess", DONE)
    record_outcomes(alice, correction, *moved)

    offered = days_offered(alice_client, reload(planned))

    assert offered == {DAY.isoformat(): 200, planned.reassess_on.isoformat(): 200}


def test_a_reassessment_that_was_made_is_no_day_ahead_any_more(
    alice_client: Client, alice: User, rachel: User, planned: Intake
) -> None:
    record_outcomes(alice, planned, Outcome("reassess", PLANNED, on=DAY + timedelta(1)))
    review_actions.submit(alice, reload(planned))
    review_actions.sign_off(rachel, reload(planned), PDF, {})
    review_actions.reassess(alice, reload(planned), date(2026, 4, 1))

    assert days_offered(alice_client, reload(planned)) == {DAY.isoformat(): 200}


@pytest.mark.parametrize("name", ["bob", "rachel", "charlie"])
def test_others_get_no_file(
    client: Client, planned: Intake, name: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(name))

    assert client.get(address(planned, DAY)).status_code in (403, 404)
