"""Who holds the case: on the follow-up page, the page of the case, the summary and the list of cases."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.follow_up import Decision, Outcome
from questionnaire.domain.workflow import Move
from questionnaire.models import Access, Intake, User
from questionnaire.models import CaseHolders as StoredHolders
from questionnaire.queries.case_holders import holders_of
from questionnaire.tests.factories import MOVES, event_count, record_outcomes, reload, start_in
from questionnaire.tests.pages import Page, controls, one_line

pytestmark = pytest.mark.usefixtures("today")

UNTOLD = "When the client was told of this: not written down yet."


@pytest.fixture
def alice_client(alice_client: Client) -> Client:
    alice_client.cookies["__Host-language"] = "en"
    return alice_client


def url(intake: Intake) -> str:
    return reverse("steps", args=[intake.uuid])


def save(page: Page) -> Any:
    return page.press("_go", "holders")


def held(alice_client: Client, intake: Intake, name: str = "M. de Wit") -> None:
    assert save(Page(alice_client, url(intake)).fill(**{"holders-lead_name": name})).status_code == 302


def test_holders_are_stored_from_the_page_and_shown_on_it(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{
            "holders-lead_name": "M. de Wit",
            "holders-contact_name": "J. Smit, politie",
            "holders-contact_reach": "0900-8844",
            "holders-contact_since": "23-03-2026",
            "holders-deputy_name": "Veilig Thuis",
        }
    )

    assert save(page)["Location"] == f"{url(intake)}#holders"

    shown = Page(alice_client, url(intake))
    assert (
        "<b>Fixed contact for the client:</b> J. Smit, politie, 0900-8844, since 23 March 2026" in shown.html
    )
    assert "<b>Deputy:</b> Veilig Thuis" in shown.html
    assert "Written down by alice, " in shown.html
    assert shown.posted["holders-contact_since"] == "23-03-2026"
    assert shown.posted["holders-lead_reach"] == ""
    save(shown)
    assert event_count(EventCode.HOLDERS_CHANGED) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "<b>Lead of the case:</b> not agreed yet"), ("nl", "<b>Casusregie:</b> nog niet afgesproken")],
)
def test_a_case_without_holders_says_that_they_are_not_agreed(
    alice_client: Client, intake: Intake, language: str, text: str
) -> None:
    alice_client.cookies["__Host-language"] = language

    for name in ("steps", "case"):
        assert text in Page(alice_client, reverse(name, args=[intake.uuid])).html


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("lead_since", "31-02-2026"),
        ("contact_since", "morgen"),
        ("deputy_since", "16-06-2026"),
        ("lead_reach", "x" * 201),
        ("lead_name", ""),
    ],
)
def test_invalid_holders_are_shown_with_an_error_and_store_nothing(
    alice_client: Client, intake: Intake, field: str, typed: str
) -> None:
    values = {"lead_name": "M.", "lead_reach": "06", "contact_name": "J.", "deputy_name": "K.", field: typed}

    html = save(
        Page(alice_client, url(intake)).fill(**{f"holders-{name}": text for name, text in values.items()})
    ).content.decode()

    assert f'href="#id_holders-{field}"' in html
    assert f'id="id_holders-{field}"' in html
    assert "<title>Error: " in html
    assert not StoredHolders.objects.exists()
    shown = Page(alice_client, url(intake))
    assert shown.posted["holders-contact_name"] == "J."
    assert shown.posted[f"holders-{field}"] == typed
    assert "<details open>" in shown.html


def test_what_a_second_tab_typed_is_kept_until_someone_chooses(alice_client: Client, intake: Intake) -> None:
    first, second = (Page(alice_client, url(intake)) for _tab in range(2))
    save(first.fill(**{"holders-lead_name": "de eerste"}))

    html = one_line(save(second.fill(**{"holders-lead_name": "de tweede"})).content.decode())

    assert "Lead of the case: de eerste" in html
    assert 'value="de tweede"' in html
    assert holders_of(intake.case) == CaseHolders(Holder("de eerste"))
    second.posted = controls(html)
    second.press("_take", "holders")
    assert holders_of(intake.case) == CaseHolders(Holder("de tweede"))
    assert 'name="_take"' not in Page(alice_client, url(intake)).html


def test_choosing_what_is_stored_discards_what_was_typed(alice_client: Client, intake: Intake) -> None:
    first, second = (Page(alice_client, url(intake)) for _tab in range(2))
    save(first.fill(**{"holders-lead_name": "de eerste"}))
    save(second.fill(**{"holders-lead_name": "de tweede"}))

    Page(alice_client, url(intake)).press("_leave", "holders")

    page = Page(alice_client, url(intake))
    assert page.posted["holders-lead_name"] == "de eerste"
    assert "de tweede" not in page.html


def test_emptying_all_fields_ends_it_and_the_page_of_the_case_shows_who_it_was(
    alice_client: Client, intake: Intake
) -> None:
    held(alice_client, intake, "M. de Wit")
    held(alice_client, intake, "J. Smit")
    held(alice_client, intake, "")

    html = Page(alice_client, reverse("case", args=[intake.uuid])).html

    assert "<b>Lead of the case:</b> not agreed yet" in html
    before = html[html.index("Who held the case before") :]
    assert before.index("Lead of the case: J. Smit") < before.index("Lead of the case: M. de Wit")
    assert before.count("Written down by alice, ") == 2


def test_autosave_stores_holders_without_a_history_of_half_names(
    alice_client: Client, intake: Intake
) -> None:
    page = Page(alice_client, url(intake))
    for number, name in enumerate(("M", "M. de", "M. de Wit"), start=1):
        page.fill(**{"holders-lead_name": name, "page": f"tab.{number}"})
        response = page.press("_", "", accept="application/json").json()
        assert "holders-base" in response["base"]
        page.fill(**response["base"])

    assert holders_of(intake.case) == CaseHolders(Holder("M. de Wit"))
    assert StoredHolders.objects.count() == 1


def test_a_later_conversation_has_the_same_holders(alice_client: Client, alice: User, intake: Intake) -> None:
    held(alice_client, intake)

    later = start_in(intake.case, alice)

    assert Page(alice_client, url(later)).posted["holders-lead_name"] == "M. de Wit"


def test_holders_are_changed_after_the_intake_was_signed_off(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    MOVES[Move.SUBMIT](alice, reload(intake))
    MOVES[Move.SIGN_OFF](rachel, reload(intake))

    held(alice_client, intake)

    assert holders_of(intake.case) == CaseHolders(Holder("M. de Wit"))


@pytest.mark.parametrize("name", ["case", "summary"])
def test_who_reads_the_case_sees_whom_to_call_and_nobody_else_does(
    client: Client, alice_client: Client, alice: User, bob: User, charlie: User, intake: Intake, name: str
) -> None:
    held(alice_client, intake)
    page, nobody = reverse(name, args=[intake.uuid]), (bob, charlie)
    for user in nobody:
        client.force_login(user)
        assert client.get(page).status_code == 404

    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)
    access_actions.shield(alice, intake)

    client.force_login(bob)
    assert b"M. de Wit" in client.get(page).content
    assert client.get(url(intake)).status_code == 403


@pytest.mark.parametrize(
    ("language", "both", "contact"),
    [
        (
            "en",
            "Lead of the case · Fixed contact for the client: not agreed yet",
            "Fixed contact for the client: not agreed yet",
        ),
        (
            "nl",
            "Casusregie · Vaste contactpersoon voor de cliënt: nog niet afgesproken",
            "Vaste contactpersoon voor de cliënt: nog niet afgesproken",
        ),
    ],
)
def test_the_list_says_who_leads_the_case_and_what_is_not_agreed(
    alice_client: Client, alice: User, intake: Intake, language: str, both: str, contact: str
) -> None:
    alice_client.cookies["__Host-language"] = language
    assert both in Page(alice_client, "/cases/").html

    held(alice_client, intake)

    html = Page(alice_client, "/cases/").html
    assert contact in html
    assert both not in html
    assert "M. de Wit" in html
    assert "J. Smit" not in html
    page = Page(alice_client, url(intake))
    save(page.fill(**{"holders-contact_name": "J. Smit"}))
    assert contact not in Page(alice_client, "/cases/").html


def test_a_conversation_with_a_next_one_says_nothing_in_the_list(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    review_actions.submit(alice, intake)
    MOVES[Move.REASSESS](alice, reload(intake))

    assert Page(alice_client, "/cases/").html.count("Fixed contact for the client: not agreed yet") == 1


def test_the_page_says_beside_each_step_that_the_client_was_not_told_yet(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    assert UNTOLD not in Page(alice_client, url(intake)).html
    record_outcomes(alice, intake, Outcome("reassess", "planned"), Decision("yes"))
    page = Page(alice_client, url(intake))
    assert page.html.count(UNTOLD) == 2

    save(page.fill(**{"reassess-told_on": "14-06-2026", "decisions-told_on": "15-06-2026"}))

    shown = Page(alice_client, url(intake))
    assert UNTOLD not in shown.html
    assert shown.posted["reassess-told_on"] == "14-06-2026"
    save(shown.fill(**{"consultation-party": "police", "consultation-told_on": ""}))
    assert Page(alice_client, url(intake)).html.count(UNTOLD) == 1


@pytest.mark.parametrize("field", ["reassess-told_on", "decisions-told_on", "consultation-told_on"])
@pytest.mark.parametrize("typed", ["16-06-2026", "31-02-2026", "06-2026"])
def test_an_impossible_day_of_telling_is_an_error(
    alice_client: Client, intake: Intake, field: str, typed: str
) -> None:
    page = Page(alice_client, url(intake)).fill(
        **{"reassess-state": "done", "consultation-party": "police", field: typed}
    )

    html = page.press("_go", "save").content.decode()

    assert f'href="#id_{field}"' in html
    assert typed in html


def test_an_outcome_stored_before_there_was_such_a_day_is_read(alice: User, intake: Intake) -> None:
    record_outcomes(alice, intake, Outcome("reassess", "done"))
    row = intake.steps.get()
    row.content = {name: value for name, value in row.content.items() if name != "told_on"}
    row.save()

    assert reload(intake).follow_up.outcomes == (Outcome("reassess", "done"),)


def test_the_summary_says_what_the_client_was_told(alice_client: Client, alice: User, intake: Intake) -> None:
    record_outcomes(alice, intake, Outcome("reassess", "planned"))
    page = Page(alice_client, url(intake))
    save(page.fill(**{"consultation-party": "police", "consultation-told_on": "14-06-2026"}))
    html = Page(alice_client, reverse("summary", args=[intake.uuid])).html

    assert "<strong>Client last told on:</strong> 14 June 2026" in html
    assert "No day written down on which the client was told of:" in html


def test_pending_holders_are_shown_before_they_are_saved(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    credentials = {"login": "alice", "password": "correct horse battery"}
    alice_client.post("/account/login/", credentials)
    page = Page(alice_client, url(intake)).fill(**{"holders-contact_name": "J. Smit"})
    alice_client.cookies.pop("__Host-session", None)

    save(page)

    assert not StoredHolders.objects.exists()
    alice_client.post("/account/login/", credentials)
    html = Page(alice_client, "/kept/").html
    assert "Fixed contact for the client: Name or organisation: J. Smit" in html
