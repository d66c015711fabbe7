"""The page of who may see a case, and opening one with a reason (break-glass)."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.access import can_read
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Access, AccessScope, Event, HeldPost, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import agree_to_all, reload, sign_stored_rights, start_in, submission_of
from questionnaire.tests.pages import Page, one_line, undo_token

Kind = Access.Kind


@pytest.fixture
def page(client: Client, alice: User, intake: Intake) -> str:
    client.cookies["__Host-language"] = "en"
    client.force_login(alice)
    return reverse("access", args=[intake.pk])


def test_page_lists_colleagues_with_their_relations_to_the_case(
    client: Client, page: str, bob: User, rachel: User, charlie: User, intake: Intake
) -> None:
    html = Page(client, page).html

    for text in ("alice</b> (author): sees", "rachel</b> (reviewer): sees", "bob</b>: does not see"):
        assert text in html
    assert "charlie" not in html
    assert Event.objects.latest("seq").code == EventCode.RIGHTS_READ


def test_an_auditor_of_the_team_is_listed_and_can_be_denied_the_case(
    client: Client, page: str, team: Team, intake: Intake
) -> None:
    auditor = account("audrey", team, Membership.Role.AUDITOR)

    html = Page(client, page).html
    client.post(page, {"person": auditor.pk, "give": "locked_out"})

    own = html.partition("audrey</b> (auditor): ")[2].partition("</li>")[0]
    assert "sees who did what in it" in own
    assert "Deny access" in own
    assert "Give read access" not in own
    after = Page(client, page).html.partition("audrey</b> (auditor")[2].partition("</p>")[0]
    assert "does not see this case" in after
    assert AccessScope.of(auditor).locked_out == {intake.case_id}


def test_assignment_is_granted_and_ended(client: Client, page: str, bob: User, intake: Intake) -> None:
    response = client.post(page, {"person": bob.pk, "give": "assigned"})
    assert response.headers["Location"] == page
    assert can_read(bob, intake)
    assert "bob</b> (assigned): sees" in Page(client, page).html

    client.post(page, {"person": bob.pk, "take": "assigned"})

    assert not can_read(bob, intake)


@pytest.mark.parametrize(
    "sent",
    [
        {"give": "assigned"},
        {"person": "x", "give": "assigned"},
        {"person": "9" * 30, "give": "assigned"},
        {"person": "bob", "give": "opened"},
        {"person": "bob", "take": "everything"},
        {"person": "bob"},
    ],
)
def test_invalid_post_is_not_found_and_changes_nothing(
    client: Client, page: str, bob: User, sent: dict[str, str]
) -> None:
    response = client.post(
        page, {key: str(bob.pk) if value == "bob" else value for key, value in sent.items()}
    )

    assert response.status_code == 404
    assert not Access.objects.exists()


def test_locking_oneself_out_leads_to_the_list(
    client: Client, rachel: User, page: str, intake: Intake
) -> None:
    client.force_login(rachel)

    asked = client.post(page, {"person": rachel.pk, "give": "locked_out"})

    assert "Take this case away from yourself?" in asked.content.decode()
    assert client.get(page).status_code == 200
    response = client.post(page, {"person": rachel.pk, "give": "locked_out", "_confirmed": "1"})
    assert response.headers["Location"] == "/"
    assert client.get(page).status_code == 404


def test_last_manager_of_access_cannot_be_locked_out(
    client: Client, page: str, alice: User, intake: Intake
) -> None:
    response = client.post(page, {"person": alice.pk, "give": "locked_out"})

    assert response.status_code == 409
    assert b"Then nobody would be left" in response.content
    assert can_read(alice, intake)


def test_shield_is_set_and_lifted_after_a_second_person_agreed(
    client: Client, page: str, alice: User, rachel: User, intake: Intake
) -> None:
    url = reverse("shield", args=[intake.pk])

    client.post(url, {"shield": "on"})
    assert "This case is shielded." in Page(client, page).html

    access_actions.grant(alice, intake, rachel, Access.Kind.NAMED)
    client.post(url, {"shield": "off"})
    html = Page(client, page).html
    assert "This case is shielded." in html
    assert "The case stays shielded until a second person agrees." in html
    assert "alice asked to lift the shield." in html
    assert "Ask to lift the shield" not in html
    agree_to_all(rachel)
    assert "This case is shielded." not in Page(client, page).html


def test_without_a_second_person_the_page_says_how_to_go_on(
    client: Client, page: str, alice: User, intake: Intake
) -> None:
    access_actions.shield(alice, intake)

    client.post(reverse("shield", args=[intake.pk]), {"shield": "off"})

    assert "Nobody can agree now. You can go on alone, with a reason." in Page(client, page).html


def test_who_denies_every_reviewer_is_told_and_so_is_the_manager(
    client: Client, page: str, alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    """Alice manages the team too."""
    assert "No reviewer may see this case" not in Page(client, page).html

    client.post(page, {"person": rachel.pk, "give": "locked_out"})

    assert "No reviewer may see this case" in Page(client, page).html
    assert "In North no reviewer may see 1 case, so nobody can review it." in one_line(Page(client, "/").html)
    assert "left no reviewer who may see the case" in Page(client, reverse("looked", args=[intake.pk])).html
    client.post(page, {"person": rachel.pk, "take": "locked_out"})
    assert "no reviewer may see" not in Page(client, "/").html


def test_hand_over_shows_the_note_to_the_new_author(
    client: Client, page: str, bob: User, intake: Intake
) -> None:
    url = reverse("hand_over", args=[intake.pk])

    response = client.post(url, {"to": bob.pk, "note": "Bel <b>haar</b>.\r\nNa vijven."})

    assert response.headers["Location"] == "/"
    client.force_login(bob)
    html = Page(client, page).html
    assert "alice to bob" in html
    assert "Bel &lt;b&gt;haar&lt;/b&gt;.<br>Na vijven." in html


def test_the_note_of_a_hand_over_that_was_undone_is_in_the_form_again(
    client: Client, page: str, bob: User, intake: Intake
) -> None:
    opened = Page(client, page)
    assert "Give me read access, so that I still see this case" in opened.html
    opened.url = reverse("hand_over", args=[intake.pk])
    response = opened.fill(to=str(bob.pk), note="Bel na vijven.").press("_x", "")
    told = Page(client, response["Location"])
    assert (told.url, "The case is handed over to bob." in told.html) == ("/", True)

    response = client.post(reverse("undo"), {"undo": undo_token(told.html), "next": "/"})

    assert response["Location"] == f"{page}#over"
    again = Page(client, page)
    assert "Undone." in again.html
    assert again.posted["note"] == "Bel na vijven."


def test_whoever_hands_over_and_asks_for_it_stays_on_the_page(
    client: Client, page: str, bob: User, intake: Intake
) -> None:
    opened = Page(client, page)
    opened.url = reverse("hand_over", args=[intake.pk])

    response = opened.fill(to=str(bob.pk), goes_on_reading="on").press("_x", "")

    assert response["Location"] == page
    assert "alice</b> (has read access): sees" in Page(client, page).html


def test_whoever_may_not_give_themselves_read_access_is_not_offered_it(
    client: Client, page: str, bob: User, intake: Intake
) -> None:
    start_in(intake.case, bob)

    assert "Give me read access" not in Page(client, page).html


@pytest.mark.parametrize("sent", [{}, {"to": "0"}, {"to": "bob", "note": "a\x00b"}])
def test_invalid_hand_over_shows_an_error_and_changes_nothing(
    client: Client, page: str, bob: User, alice: User, intake: Intake, sent: dict[str, str]
) -> None:
    sent = {key: str(bob.pk) if value == "bob" else value for key, value in sent.items()}

    response = client.post(reverse("hand_over", args=[intake.pk]), sent)

    assert b"<title>Error: " in response.content
    assert Intake.objects.get().author == alice


def test_hand_over_without_recent_authentication_stores_a_pending_post(
    client: Client, page: str, alice: User, bob: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, posted = reverse("hand_over", args=[intake.pk]), {"to": str(bob.pk), "note": "Bel na vijven."}
    alice.set_password("lang genoeg om te onthouden")
    alice.save()
    client.force_login(alice)
    with monkeypatch.context() as an_hour_later:
        an_hour_later.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)
        response = client.post(url, posted, headers={"referer": page})

    asked = Page(client, reverse("asked"))
    pending = Page(client, reverse("kept"))
    again = client.post(url, pending.posted)

    assert response.headers["Location"] == "/account/confirm/?next=%2Fasked%2F"
    assert "Hand over: bob" in asked.html
    assert "Bel na vijven." in asked.html
    assert "Fill it in again" in pending.html
    assert Intake.objects.get().author == alice
    assert b"Bel na vijven.</textarea>" in again.content
    assert HeldPost.objects.count() == 1

    client.post(url, {**posted, "_held": str(HeldPost.objects.get().pk)})

    assert Intake.objects.get().author == bob
    assert not HeldPost.objects.exists()


def test_hand_over_without_a_note_stores_no_pending_post(
    client: Client, alice: User, bob: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)

    posted = {"to": bob.pk, "note": " "}
    client.post(reverse("hand_over", args=[intake.pk]), posted)

    assert not HeldPost.objects.exists()
    assert Intake.objects.get().author == alice


def test_reader_cannot_change_access(client: Client, page: str, bob: User, intake: Intake) -> None:
    Access.objects.create(case=intake.case, user=bob, kind=Kind.NAMED)
    sign_stored_rights(intake.case)
    of_author = Page(client, page).html
    client.force_login(bob)

    of_reader = Page(client, page).html

    assert 'name="give"' in of_author
    assert 'name="give"' not in of_reader
    assert client.post(page, {"person": bob.pk, "give": "assigned"}).status_code == 403


def test_break_glass_opens_the_case_and_shows_the_reason_to_the_reviewer(
    client: Client, page: str, bob: User, rachel: User, intake: Intake
) -> None:
    client.force_login(bob)
    url, summary = reverse("open", args=[intake.pk]), reverse("summary", args=[intake.pk])
    assert client.get(summary).status_code == 404
    assert "You can read it for 8 hours, and write nothing in it." in Page(client, url).html

    response = client.post(url, {"reason": "Alice is ziek, ik vervang haar."})

    assert response.headers["Location"] == summary
    assert client.get(summary).status_code == 200
    assert client.get(url).headers["Location"] == summary
    client.force_login(rachel)
    assert "Alice is ziek, ik vervang haar." in Page(client, page).html


@pytest.mark.parametrize("reason", ["", "\u200b", "a\x00b", "x" * 501])
def test_break_glass_without_a_valid_reason_is_refused(
    client: Client, page: str, bob: User, intake: Intake, reason: str
) -> None:
    client.force_login(bob)

    response = client.post(reverse("open", args=[intake.pk]), {"reason": reason})

    assert b"<title>Error: " in response.content
    assert not can_read(bob, intake)


def test_reviewer_needs_no_reason(client: Client, rachel: User, intake: Intake) -> None:
    client.force_login(rachel)

    response = client.get(reverse("open", args=[intake.pk]))

    assert response.headers["Location"] == reverse("summary", args=[intake.pk])


def test_reassessment_of_a_shielded_case_is_shielded(
    client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    access_actions.shield(alice, intake)
    submitted = review_actions.submit(alice, intake)

    later = review_actions.reassess(alice, submitted, date(2026, 4, 1))

    assert later.case.shielded
    assert not can_read(rachel, later)


def test_who_does_not_read_the_whole_case_is_offered_no_more_of_it(
    client: Client, alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=9))
    review_actions.submit(alice, intake)
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    following = review_actions.reassess(bob, reload(intake), date(2026, 4, 1))
    access_actions.revoke(alice, intake, bob, Access.Kind.ASSIGNED)

    def offered(user: User, about: User) -> set[str]:
        client.force_login(user)
        page = client.get(reverse("access", args=[following.pk])).context
        buttons = next(each.buttons for each in page["colleagues"] if each.user == about)
        return {button.kind for button in buttons if button.name == "give"}

    assert offered(bob, bob) == {"locked_out"}
    assert offered(bob, alice) == {"assigned", "named", "locked_out"}
    assert offered(rachel, rachel) == {"named", "locked_out"}
