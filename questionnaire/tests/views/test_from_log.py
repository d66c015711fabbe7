"""What the log says beside the questions: shown, taken over with one press, and told where it differs."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.incidents import Incident
from questionnaire.models import Intake, User
from questionnaire.screen import client_mode
from questionnaire.tests.factories import reload, submission_of
from questionnaire.tests.pages import Page, controls, one_line
from questionnaire.tests.people import turn_to


def url(intake: Intake, step: str = "pattern") -> str:
    return reverse("section", args=[intake.uuid, step])


def log(user: User, intake: Intake, *ago: int, what: str = "Gebeld", place: str = "online") -> None:
    for each in ago:
        day = (intake.on - timedelta(days=each)).isoformat()
        incident_actions.add_incident(user, intake, Incident(day, place, what=what))


def words(html: str) -> str:
    return unescape(one_line(html))


def press(client: Client, intake: Intake, button: str, step: str = "pattern", **typed: str) -> str:
    """Press a button on a page of questions as a browser without JavaScript does; return where it leads."""
    posted = controls(client.get(url(intake, step)).content.decode())
    for name, value in typed.items():
        posted[name] = value
    posted["_from_log"] = button
    return str(client.post(url(intake, step), {name: posted.getlist(name) for name in posted})["location"])


def test_without_incidents_the_log_says_nothing(alice_client: Client, intake: Intake) -> None:
    assert "from-log" not in Page(alice_client, url(intake)).html


def test_the_log_is_offered_beside_the_questions_and_nothing_is_filled_in(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    log(alice, intake, 3, 10, 17, 24)

    html = Page(alice_client, url(intake)).html
    text = words(html)

    first, last = (intake.on - timedelta(days=each) for each in (24, 3))
    assert f"Uit het logboek: het eerste voorval is van {first.day} februari 2026." in text
    assert f'value="pattern_start={first:%d-%m-%Y}"' in text
    assert f"Uit het logboek: het laatste voorval is van {last.day} maart 2026." in text
    assert "Ongewenst bellen. Uit het logboek: 4 keer, laatst 20 maart 2026." in text
    assert 'value="behaviour_online__calls=weekly"' in text
    assert 'value="contact_frequency=weekly"' in text
    assert "Het antwoord zegt" not in text
    assert reload(intake).content["answers"] == {}
    assert not {name for name in controls(html) if name.startswith("behaviour_")} - {
        name for name in controls(html) if name.endswith(("__base", "__note", "__source", "__reason"))
    }


@pytest.mark.parametrize(
    ("button", "item", "answer"),
    [
        ("pattern_start=27-02-2026", "pattern_start", "2026-02-27"),
        ("last_incident=20-03-2026", "last_incident", "2026-03-20"),
        ("behaviour_online__calls=weekly", "behaviour_online", {"calls": "weekly"}),
        ("contact_frequency=weekly", "contact_frequency", "weekly"),
    ],
)
def test_one_press_takes_it_over_by_the_form_of_the_page(
    alice_client: Client, alice: User, intake: Intake, button: str, item: str, answer: object
) -> None:
    log(alice, intake, 3, 10, 17, 24)

    leads_to = press(alice_client, intake, button, running_note="Ook getypt")

    content = reload(intake).content
    assert content["answers"] == {item: answer}
    assert content["running_note"] == "Ook getypt"
    assert leads_to.endswith(f"/pattern/#{item}")
    said = "Overgenomen uit het logboek. U kunt het veranderen of wissen."
    assert said in Page(alice_client, url(intake)).html
    assert said not in Page(alice_client, url(intake)).html
    assert f'value="{button}"' not in Page(alice_client, url(intake)).html


def test_it_takes_the_place_of_a_state_without_an_answer_and_leaves_other_rows(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    log(alice, intake, 3, 10)
    intake = intake_actions.save_section(
        alice, reload(intake), "pattern", submission_of(intake, behaviour_online={"messages": "daily"})
    ).intake

    press(alice_client, intake, "behaviour_online__calls=sometimes", last_incident__absent="unknown")
    press(alice_client, intake, "last_incident=20-03-2026")

    assert reload(intake).content["answers"] == {
        "behaviour_online": {"calls": "sometimes", "messages": "daily"},
        "last_incident": "2026-03-20",
    }


@pytest.mark.parametrize(
    "button", ["last_incident=01-01-2020", "behaviour_online__calls=daily", "no_item=1", "fear_level=9", "="]
)
def test_only_what_the_log_offers_is_taken_over(
    alice_client: Client, alice: User, intake: Intake, button: str
) -> None:
    log(alice, intake, 3, 10)
    press(alice_client, intake, button)
    assert reload(intake).content["answers"] == {}
    assert "Overgenomen" not in Page(alice_client, url(intake)).html


def test_an_answer_that_differs_is_told_with_the_log_and_the_button_once(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    log(alice, intake, 3, 10)
    intake_actions.save_section(
        alice,
        intake,
        "pattern",
        submission_of(intake, behaviour_online={"calls": "never"}, last_incident="2026-01"),
    )

    text = words(Page(alice_client, url(intake)).html)

    assert (
        "Ongewenst bellen. Het antwoord zegt: nooit. In het logboek staat: 2 keer, laatst 20 maart 2026."
        in text
    )
    assert "Ongewenst bellen. Uit het logboek" not in text
    assert "Het antwoord zegt: januari 2026. In het logboek staat: een voorval van 20 maart 2026." in text
    assert text.count('value="behaviour_online__calls=sometimes"') == 1


def test_a_difference_without_an_offer_has_no_button(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    reported = Incident("2026-03-20", what="Gebeld", reported=True)
    incident_actions.add_incident(alice, intake, reported)
    intake_actions.save_section(alice, intake, "help", submission_of(intake, police_contact=("none",)))

    html = words(Page(alice_client, url(intake, "help")).html)

    assert "In het logboek staat: de politie weet ervan: 1 keer (20 maart 2026)." in html
    assert 'name="_from_log"' not in html


def test_the_page_for_an_interpreter_has_it_too(alice_client: Client, alice: User, intake: Intake) -> None:
    log(alice, intake, 3, 10)
    posted = {"_interpreter": "on"}
    alice_client.post(url(intake), posted)
    assert 'value="behaviour_online__calls=sometimes"' in Page(alice_client, url(intake)).html


def test_the_client_sees_nothing_of_it(alice_client: Client, alice: User, intake: Intake) -> None:
    log(alice, intake, 3, 10)
    intake_actions.save_section(alice, intake, "pattern", submission_of(intake, last_incident="2026-01"))
    for item in ("last_incident", "behaviour_online", "contact_frequency"):
        assert client_mode.client_item(item)
        turn_to(alice_client.session, intake, item)
        html = Page(alice_client, reverse("client", args=[intake.uuid, item])).html
        assert f'name="{item}' in html
        assert "logboek" not in html
        assert "20 maart" not in html


def test_later_incidents_are_not_offered(alice_client: Client, alice: User, intake: Intake) -> None:
    later = (intake.on + timedelta(days=9)).isoformat()
    assert later <= date.today().isoformat()  # noqa: DTZ011
    incident_actions.add_incident(alice, intake, Incident(later, what="Gebeld"))
    assert "from-log" not in Page(alice_client, url(intake)).html
