"""The register of breaches on the follow-up page, and the page of one breach."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Consultation
from questionnaire.models import Event, Intake, Step, User
from questionnaire.tests.factories import TODAY, event_count, reload
from questionnaire.tests.pages import Page, controls

pytestmark = pytest.mark.usefixtures("today")

BREACH = Breach("contactverbod", "2026-03", date(2026, 3, 21), "J. Smit", "PL-1", "zaak\nloopt", TODAY)
REPORT = "Report every breach to the police, each time"


@pytest.fixture
def alice_client(alice_client: Client) -> Client:
    alice_client.cookies["__Host-language"] = "en"
    return alice_client


@pytest.fixture
def step(alice: User, intake: Intake) -> Step:
    return breach_actions.add_breach(alice, intake, BREACH)


def url(intake: Intake) -> str:
    return reverse("steps", args=[intake.uuid])


def url_of(step: Step) -> str:
    return reverse("breach", args=[step.intake_id, step.uuid])


def save(page: Page) -> Any:
    return page.press("_go", "breaches")


def test_breach_is_added_once_from_the_page_and_a_message_says_so(
    alice_client: Client, intake: Intake
) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{
            "breach-order": "contactverbod",
            "breach-happened_on": "03-2026",
            "breach-reported_on": "21-03-2026",
            "breach-reported_to": "J. Smit",
            "breach-number": "PL-1",
            "breach-answer": "zaak\r\nloopt",
            "breach-answered_on": TODAY.strftime("%d-%m-%Y"),
        }
    )

    for _attempt in range(2):
        assert save(page)["Location"] == f"{url(intake)}#breaches"

    assert intake.follow_up.breaches == (BREACH,)
    assert event_count(EventCode.BREACH_ADDED) == 1
    shown = Page(alice_client, url(intake))
    assert "The breach is added." in shown.html
    assert "March 2026, contactverbod" in shown.html
    assert "zaak<br>loopt" in shown.html
    assert shown.posted["breach-order"] == ""
    assert "The breach is added." not in Page(alice_client, url(intake)).html


def test_page_without_breaches_says_so_in_dutch_too(alice_client: Client, intake: Intake) -> None:
    assert "No breach was written down yet." in Page(alice_client, url(intake)).html

    alice_client.cookies["__Host-language"] = "nl"

    assert "Er is nog geen overtreding opgeschreven." in Page(alice_client, url(intake)).html


def test_unanswered_breaches_come_first_and_unreported_ones_say_what_to_do(
    alice_client: Client, alice: User, intake: Intake, step: Step
) -> None:
    breach_actions.add_breach(alice, intake, Breach("straatverbod", number="2"))
    assert REPORT not in Page(alice_client, url(intake)).html
    breach_actions.add_breach(alice, intake, Breach("gebiedsverbod", "2026-03-22"))

    html = Page(alice_client, url(intake)).html

    places = [html.index(order) for order in ("gebiedsverbod", "straatverbod", "contactverbod")]
    assert places == sorted(places)
    assert html.count(REPORT) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("happened_on", "31-02-2026"),
        ("happened_on", (TODAY + timedelta(days=1)).strftime("%d-%m-%Y")),
        ("reported_on", "lang geleden"),
        ("reported_on", "01-01-2026"),
        ("answered_on", "20-03-2026"),
        ("number", "1" * 201),
        ("reported_to", "x" * 201),
    ],
)
def test_invalid_breach_is_shown_again_with_an_error_and_stays_a_draft(
    alice_client: Client, intake: Intake, field: str, typed: str
) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{
            "breach-order": "getypt",
            "breach-happened_on": "03-2026",
            "breach-reported_on": "21-03-2026",
            f"breach-{field}": typed,
        }
    )

    html = save(page).content.decode()

    assert f'href="#id_breach-{field}"' in html
    assert f'id="id_breach-{field}_error"' in html
    assert typed in html
    assert not Step.objects.exists()
    shown = Page(alice_client, url(intake))
    assert shown.posted["breach-order"] == "getypt"
    assert "You began this one. It is not added yet." in shown.html


def test_autosave_drafts_a_breach_and_only_its_button_adds_it(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(**{"breach-order": "half", "page": "tab.1"})

    response = page.press("_", "", accept="application/json")

    assert not Step.objects.exists()
    assert set(response.json()["base"]) >= {"breaches-base", "sketch__base"}
    assert {"breaches-base", "sketch__base"} <= set(page.posted)
    second = Page(alice_client, url(intake))
    assert second.posted["breach-order"] == "half"
    for tab in (page, second):
        save(tab)
    assert intake.follow_up.breaches == (Breach("half"),)
    assert not Intake.objects.get().content["drafts"]


def test_a_breach_and_a_consultation_of_one_page_are_both_added(alice_client: Client, intake: Intake) -> None:
    save(Page(alice_client, url(intake)).fill(**{"breach-number": "1", "consultation-party": "police"}))

    assert intake.follow_up.breaches == (Breach(number="1"),)
    assert intake.follow_up.consultations[0].party == "police"


def test_breach_is_changed(alice_client: Client, intake: Intake, step: Step) -> None:
    page = Page(alice_client, url_of(step))
    assert page.posted["breach-happened_on"] == "03-2026"
    assert page.posted["breach-answered_on"] == TODAY.strftime("%d-%m-%Y")

    response = page.fill(**{"breach-number": "PL-2"}).press("_go", "save")

    assert response["Location"] == f"{url(intake)}#breaches"
    assert intake.follow_up.breaches[0].number == "PL-2"
    assert "The breach is saved." in Page(alice_client, url(intake)).html


def test_saving_an_unchanged_breach_stores_nothing(alice_client: Client, step: Step) -> None:
    Page(alice_client, url_of(step)).press("_go", "save")

    assert not event_count(EventCode.BREACH_CHANGED)


def test_a_breach_that_was_emptied_is_an_error_and_stays(
    alice_client: Client, intake: Intake, step: Step
) -> None:
    page = Page(alice_client, url_of(step))
    fields = ("order", "happened_on", "reported_on", "reported_to", "number", "answer", "answered_on")

    html = page.fill(**{f"breach-{name}": "" for name in fields}).press("_go", "save").content.decode()

    assert "Write down which order it is, or what happened." in html
    assert intake.follow_up.breaches == (BREACH,)


def test_conflict_on_a_breach_shows_both_and_saving_again_overwrites(
    alice_client: Client, intake: Intake, step: Step
) -> None:
    first, second = (Page(alice_client, url_of(step)) for _tab in range(2))
    first.fill(**{"breach-number": "de eerste"}).press("_go", "save")

    html = second.fill(**{"breach-number": "de tweede"}).press("_go", "save").content.decode()

    assert "Number: de eerste" in html
    assert "de tweede" in html
    assert intake.follow_up.breaches[0].number == "de eerste"

    second.posted = controls(html)
    second.press("_go", "save")

    assert intake.follow_up.breaches[0].number == "de tweede"


def test_removing_asks_first_and_names_what_goes(alice_client: Client, intake: Intake, step: Step) -> None:
    page = Page(alice_client, url_of(step))
    question = page.html[page.html.index("<details>") : page.html.index("</details>")]
    assert "Until the conversation is signed off you can put it back." in question
    assert "Number: PL-1" in question
    assert 'name="_remove"' in question
    assert page.html.count('name="_remove"') == 1

    for _attempt in range(2):
        assert page.press("_remove", "1")["Location"] == f"{url(intake)}#breaches"

    assert not intake.follow_up
    assert event_count(EventCode.BREACH_REMOVED) == 1
    assert "The breach is removed." in Page(alice_client, url(intake)).html


def test_saving_a_breach_that_was_removed_adds_it_again(
    alice_client: Client, alice: User, intake: Intake, step: Step
) -> None:
    page = Page(alice_client, url_of(step)).fill(**{"breach-number": "toch"})
    breach_actions.remove_breach(alice, intake, step.uuid)

    page.press("_go", "save")

    assert intake.follow_up.breaches[0].number == "toch"


def test_breach_of_another_kind_or_nowhere_gets_404(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    consultation = follow_up_actions.add_consultation(alice, intake, Consultation("police"))

    for uuid in (uuid4(), consultation.uuid):
        assert alice_client.get(reverse("breach", args=[intake.uuid, uuid])).status_code == 404


def test_a_breach_is_changed_after_the_intake_was_handed_in(
    alice_client: Client, alice: User, intake: Intake, step: Step
) -> None:
    review_actions.submit(alice, intake)

    Page(alice_client, url_of(step)).fill(**{"breach-number": "later"}).press("_go", "save")

    assert intake.follow_up.breaches[0].number == "later"


def test_people_who_do_not_write_in_the_intake_have_no_access(
    client: Client, intake: Intake, step: Step, bob: User, charlie: User, rachel: User
) -> None:
    for user, status in ((bob, 404), (charlie, 404), (rachel, 403)):
        client.force_login(user)
        assert client.get(url_of(step)).status_code == status
        assert client.post(url_of(step), {"_remove": "1"}).status_code == status
    assert intake.follow_up.breaches == (BREACH,)


def test_reading_a_breach_records_one_event(alice_client: Client, step: Step) -> None:
    before = Event.objects.count()

    alice_client.get(url_of(step))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.STEPS_READ


def test_what_was_typed_is_kept_when_the_session_ended(
    alice_client: Client, alice: User, intake: Intake, step: Step
) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    credentials = {"login": "alice", "password": "correct horse battery"}
    alice_client.post("/account/login/", credentials)
    pages = [
        Page(alice_client, address).fill(**{"breach-number": "PL-9"})
        for address in (url(intake), url_of(step))
    ]
    alice_client.cookies.pop("__Host-session", None)

    for page in pages:
        save(page)

    alice_client.post("/account/login/", credentials)
    html = Page(alice_client, "/kept/").html
    assert html.count("Follow-up · 2026-117") == 2
    assert html.count("PL-9") >= 2


def test_a_later_conversation_shows_the_breaches_of_the_case(
    alice_client: Client, alice: User, bob: User, intake: Intake, step: Step
) -> None:
    review_actions.submit(alice, intake)
    later = review_actions.reassess(alice, reload(intake), date(2026, 4, 1))
    breach_actions.add_breach(alice, later, Breach("gebiedsverbod"))

    html = Page(alice_client, url(later)).html

    assert html.index("gebiedsverbod") < html.index("contactverbod")
    assert html.count("Written down after the conversation on 23 March 2026.") == 1
    assert f'href="{url_of(step)}"' in html
    assert "gebiedsverbod" not in Page(alice_client, url(intake)).html
