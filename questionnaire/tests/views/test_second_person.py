"""The page of what waits for a second person, and that of going on without one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import agreeing, proposals
from questionnaire.models import Access, Intake, Membership, Proposal, Team, User
from questionnaire.screen.asked import CONFIRMED_FIELD
from questionnaire.tests.conftest import account
from questionnaire.tests.pages import Page, one_line

pytestmark = pytest.mark.django_db

PAGE = "/second-person/"
Role = Membership.Role
REASON = "The reviewer is ill until Monday and the evening shift has to act."


def signed_in(user: User, language: str = "en", *, is_recent: bool = True) -> Client:
    client = Client()
    client.cookies["__Host-language"] = language
    client.force_login(user)
    if not is_recent:
        session = client.session
        session["confirmed_at"] = 0
        session.save()
    return client


@pytest.fixture
def erasing(alice: User, team: Team, intake: Intake) -> Proposal:
    return proposals.ask(alice, Proposal.Kind.ERASE, team, intake=intake, reason="<b>letter of 3 March</b>")


def answer(client: Client, row: Proposal, button: str, **more: str) -> int:
    return client.post(PAGE, {"proposal": row.pk, "do": button, **more}).status_code


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Erase a conversation for good"), ("nl", "Een gesprek voorgoed wissen")],
)
def test_who_may_agree_sees_what_is_asked_by_whom_and_why(
    rachel: User, erasing: Proposal, language: str, said: str
) -> None:
    html = one_line(Page(signed_in(rachel, language), PAGE).html)

    assert said in html
    assert "2026-117" in html
    assert "alice" in html
    assert "&lt;b&gt;letter of 3 March&lt;/b&gt;" in html


def test_a_manager_agrees_without_the_reference(team: Team, erasing: Proposal, intake: Intake) -> None:
    mona = account("mona", team, Role.MANAGER)

    html = Page(signed_in(mona), PAGE).html

    assert "2026-117" not in html
    assert f"Number of the conversation: {intake.pk}" in html


def test_others_see_nothing_of_it_and_learn_nothing(bob: User, charlie: User, erasing: Proposal) -> None:
    for user in (bob, charlie):
        client = signed_in(user)
        assert "Nothing waits for you." in Page(client, PAGE).html
        for button in ("agree", "refuse", "withdraw"):
            assert answer(client, erasing, button, **{CONFIRMED_FIELD: "1"}) == 404
        assert client.get(reverse("going_alone", args=[erasing.pk])).status_code == 404
    erasing.refresh_from_db()
    assert erasing.state == Proposal.State.WAITING


@pytest.mark.parametrize("posted", [{}, {"proposal": "x"}, {"do": "agree"}, {"do": "burn"}])
def test_what_no_page_sends_is_not_found(rachel: User, erasing: Proposal, posted: dict[str, str]) -> None:
    data = {"proposal": str(erasing.pk)} if posted.get("do") == "burn" else {}

    assert signed_in(rachel).post(PAGE, {**data, **posted}).status_code == 404


def test_agreeing_takes_who_one_is_and_a_yes(rachel: User, erasing: Proposal) -> None:
    late = signed_in(rachel, is_recent=False)
    assert answer(late, erasing, "agree", **{CONFIRMED_FIELD: "1"}) == 302
    erasing.refresh_from_db()
    assert erasing.state == Proposal.State.WAITING

    client = signed_in(rachel)
    asked = client.post(PAGE, {"proposal": erasing.pk, "do": "agree"})
    assert b"Nobody can bring it back after that." in asked.content
    erasing.refresh_from_db()
    assert erasing.state == Proposal.State.WAITING

    assert answer(client, erasing, "agree", **{CONFIRMED_FIELD: "1"}) == 302
    erasing.refresh_from_db()
    assert (erasing.state, erasing.decided_by) == (Proposal.State.AGREED, rachel)


def test_another_person_in_the_same_browser_agrees_as_themselves(
    alice: User, rachel: User, erasing: Proposal
) -> None:
    """A session is of one person: who asked cannot agree in it, and signing in anew makes another."""
    client = signed_in(alice)
    assert answer(client, erasing, "agree", **{CONFIRMED_FIELD: "1"}) == 404
    client.force_login(rachel)

    assert answer(client, erasing, "agree", **{CONFIRMED_FIELD: "1"}) == 302

    erasing.refresh_from_db()
    assert erasing.decided_by == rachel


def test_who_asked_sees_what_became_of_it(alice: User, rachel: User, erasing: Proposal) -> None:
    client = signed_in(alice)
    assert "Waits for a second person" in Page(client, PAGE).html
    agreeing.agree(rachel, erasing.pk)

    html = one_line(Page(client, PAGE).html)

    assert "Agreed; run the command again (rachel)" in html


def test_it_is_on_the_first_page_and_on_beheer(team: Team, rachel: User, erasing: Proposal) -> None:
    mona = signed_in(account("mona", team, Role.MANAGER))
    said = "1 request waits for you as the second person."

    assert said in one_line(Page(signed_in(rachel), "/").html)
    for page in ("/", "/beheer/"):
        assert said in one_line(Page(mona, page).html)
    proposals.refuse(rachel, erasing.pk)
    assert said not in one_line(Page(mona, "/").html)


def test_going_alone_takes_a_reason_of_substance_and_others_are_told(
    alice: User, rachel: User, team: Team, intake: Intake
) -> None:
    access_actions.shield(alice, intake)
    row = agreeing.ask_to_lift(alice, intake)
    assert row
    client, url = signed_in(alice), reverse("going_alone", args=[row.pk])
    for reason in ("", "because", "x x x x x"):
        assert client.post(url, {"reason": reason}).status_code == 200
    assert Proposal.objects.get().state == Proposal.State.WAITING

    assert client.post(url, {"reason": REASON})["Location"] == PAGE

    auditor = signed_in(account("audrey", team, Role.AUDITOR))
    assert "Someone went on without a second person 1 time." in one_line(Page(auditor, "/events/").html)
    assert REASON in Page(auditor, PAGE).html
    assert answer(auditor, row, "seen") == 302
    assert REASON not in Page(auditor, PAGE).html
    assert REASON in Page(signed_in(rachel), PAGE).html
    assert client.get(url).status_code == 404


def test_what_is_asked_of_a_case_that_was_denied_meanwhile_is_shown_no_more(
    alice: User, rachel: User, erasing: Proposal, intake: Intake
) -> None:
    client = signed_in(rachel)
    access_actions.grant(alice, intake, rachel, Access.Kind.LOCKED_OUT)

    assert "Nothing waits for you." in Page(client, PAGE).html
    assert answer(client, erasing, "agree", **{CONFIRMED_FIELD: "1"}) == 404
