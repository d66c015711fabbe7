"""The manager's pages: who has how many cases, handing all over, and replacing; never a reference."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain import dates
from questionnaire.domain.workflow import State
from questionnaire.models import HeldPost, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import reload, sign_stored_rights
from questionnaire.tests.pages import Page, controls, one_line
from questionnaire.tests.views.administration.conftest import SignIn

Role = Membership.Role
NOTE = "Bel eerst met Rachel."


@pytest.fixture
def mona(team: Team, signed_in: SignIn) -> Client:
    return signed_in(account("mona", team, Role.MANAGER))


def hand_over(team: Team, of: User, rest: str = "") -> str:
    return f"/beheer/hand-over/{team.pk}/{of.pk}/{rest}"


def replacement(team: Team, of: User, rest: str = "") -> str:
    return f"/beheer/replacement/{team.pk}/{of.pk}/{rest}"


def in_words(first: int, last: int) -> str:
    """Return from when until when, for days that are so many days from today."""
    start, until = (dates.today() + timedelta(days=after) for after in (first, last))
    return f"from {start.day} {start:%B %Y} up to and including {until.day} {until:%B %Y}"


def test_list_counts_the_cases_of_each_person_and_names_none(
    mona: Client, alice: User, charlie: User, intake: Intake, other_team: Team
) -> None:
    intake_actions.start_intake(charlie, other_team, "2026-900", date(2026, 3, 23), "nl")

    html = Page(mona, "/beheer/hand-over/").html

    assert '<td class="count" data-head="Cases">1</td>' in html
    assert "charlie" not in html
    assert intake.case.reference not in html
    assert str(intake.pk) not in html


def test_handing_over_shows_the_numbers_first_and_then_does_it(
    mona: Client, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    shielded = intake_actions.start_intake(alice, team, "2026-118", date(2026, 3, 23), "nl")
    access_actions.shield(alice, shielded)
    page = Page(mona, hand_over(team, alice))
    assert "<dt>Cases</dt><dd>1</dd>" in page.html
    assert page.html.count("Shielded cases are not included here.") == 1

    checked = page.fill(receivers=[str(bob.pk)], note=NOTE).press("x", "x")

    assert checked["Location"] == hand_over(team, alice, "check/")
    html = Page(mona, hand_over(team, alice, "check/")).html
    assert '<th scope="row">bob</th><td class="count" data-head="Cases">1</td>' in html
    assert "What stays" not in html
    assert html.count("Shielded cases are not included here.") == 1
    assert NOTE in html
    assert reload(intake).author == alice
    assert NOTE in Page(mona, hand_over(team, alice)).html  # to change something

    mona.post(hand_over(team, alice, "check/"))

    assert reload(intake).author == bob
    assert reload(shielded).author == alice
    told = Page(mona, hand_over(team, alice)).html
    assert "bob got 1 case." in told
    assert "stays" not in told
    assert NOTE not in told
    assert intake.case.reference not in told


def test_the_note_for_all_cases_comes_with_each_until_it_is_read(
    mona: Client, alice: User, bob: User, team: Team, intake: Intake, signed_in: SignIn
) -> None:
    signed = intake_actions.start_intake(alice, team, "2026-118", date(2026, 3, 23), "nl")
    Intake.objects.filter(pk=signed.pk).update(state=State.SIGNED_OFF)
    sign_stored_rights(signed.case)
    Page(mona, hand_over(team, alice)).fill(receivers=[str(bob.pk)], note=NOTE).press("x", "x")
    check = Page(mona, hand_over(team, alice, "check/"))
    changing = mona.post(hand_over(team, alice), {**dict(check.posted.lists()), "_go": "change"})
    typed = controls(changing.content.decode())
    assert (typed["note"], typed.getlist("receivers")) == (NOTE, [str(bob.pk)])

    mona.post(hand_over(team, alice, "check/"))

    bobs = signed_in(bob)
    for left, each in ((2, intake), (1, signed)):
        assert Page(bobs, "/").html.count(NOTE) == left
        bobs.post(reverse("note_read", args=[each.pk]), {"note": each.handovers.get().pk})
    assert NOTE not in Page(bobs, "/").html


def test_no_number_tells_that_a_case_was_shielded(
    mona: Client, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    shielded = intake_actions.start_intake(alice, team, "2026-118", date(2026, 3, 23), "nl")
    days = {"to": bob.pk, "start": "today", "until": "tomorrow"}
    mona.post(replacement(team, alice), days)
    said = f"bob replaces in 2 cases, {in_words(0, 1)}."
    assert said in Page(mona, replacement(team, alice)).html

    access_actions.shield(alice, shielded)

    listed = Page(mona, "/beheer/hand-over/").html
    assert '<td class="count" data-head="Cases">1</td>' in listed
    assert listed.count("Shielded cases are not included here.") == 1
    agreed = Page(mona, replacement(team, alice)).html
    assert "in 1 case" in agreed
    assert "in 2 cases" not in agreed
    mona.post(replacement(team, alice, "end/"), {"who": bob.pk})
    told = Page(mona, replacement(team, alice)).html
    assert "The replacement ended in 1 case." in told
    assert not shielded.case.access.filter(user=bob).exists()
    mona.post(replacement(team, alice), days)
    told = Page(mona, replacement(team, alice)).html
    assert "bob replaces in 1 case, from" in told
    assert "stays" not in told


def test_who_has_shielded_cases_alone_is_not_listed(
    mona: Client, alice: User, team: Team, intake: Intake
) -> None:
    access_actions.shield(alice, intake)

    assert "alice" not in Page(mona, "/beheer/hand-over/").html


def test_check_without_a_choice_leads_back(mona: Client, alice: User, team: Team, intake: Intake) -> None:
    for method in (mona.get, mona.post):
        assert method(hand_over(team, alice, "check/"))["Location"] == hand_over(team, alice)


def test_nobody_chosen_is_an_error_that_keeps_the_note(
    mona: Client, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    response = mona.post(hand_over(team, alice), {"note": NOTE})

    html = one_line(response.content.decode())
    assert "Choose at least one colleague." in html
    assert NOTE in html


def test_note_is_kept_when_the_session_is_not_recent(
    mona: Client, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    page = Page(mona, hand_over(team, alice)).fill(receivers=[str(bob.pk)], note=NOTE)
    session = mona.session
    session["confirmed_at"] = 0
    session.save()

    page.press("x", "x")

    assert NOTE in str(HeldPost.objects.get().content)


@pytest.mark.parametrize("who", ["bob", "ann", "olga"])
def test_others_get_nowhere(
    alice: User, bob: User, team: Team, other_team: Team, signed_in: SignIn, intake: Intake, who: str
) -> None:
    people = {
        "bob": bob,
        "ann": account("ann2", team, Role.ADMINISTRATOR),
        "olga": account("olga", other_team, Role.MANAGER),
    }
    client = signed_in(people[who])

    for url in (hand_over(team, alice), hand_over(team, alice, "check/"), replacement(team, alice)):
        for method in (client.get, client.post):
            assert method(url).status_code in (403, 404), url
    assert client.post(replacement(team, alice, "end/"), {"who": bob.pk}).status_code in (403, 404)
    assert client.get(hand_over(other_team, alice)).status_code in (403, 404)


def test_what_is_not_there_is_not_found(mona: Client, charlie: User, team: Team) -> None:
    for url in (
        hand_over(team, charlie),
        f"/beheer/hand-over/{2**70}/1/",
        f"/beheer/hand-over/{team.pk}/99/",
    ):
        assert mona.get(url).status_code == 404


def test_a_replacement_of_later_is_said_in_the_future_and_does_not_begin(
    mona: Client, alice: User, bob: User, team: Team, intake: Intake, signed_in: SignIn
) -> None:
    first, last = (dates.today() + timedelta(days=after) for after in (30, 31))

    mona.post(replacement(team, alice), {"to": bob.pk, "start": first, "until": last})

    assert f"bob will replace in 1 case, {in_words(30, 31)}." in Page(mona, replacement(team, alice)).html
    shown = Page(signed_in(alice), f"/intakes/{intake.pk}/who/").html
    assert f"(will replace the author {in_words(30, 31)})" in shown
    mona.post(replacement(team, alice, "end/"), {"who": bob.pk})
    told = Page(mona, replacement(team, alice)).html
    assert "The replacement in 1 case does not begin." in told


def test_replacement_is_agreed_shown_on_the_case_and_ended(
    mona: Client, alice: User, bob: User, team: Team, intake: Intake, signed_in: SignIn
) -> None:
    page = Page(mona, replacement(team, alice)).fill(to=str(bob.pk), start="today", until="tomorrow")

    assert page.press("x", "x")["Location"] == replacement(team, alice)

    assert "in 1 case" in Page(mona, replacement(team, alice)).html
    assert access_actions.can_read(bob, intake)
    shown = Page(signed_in(bob), f"/intakes/{intake.pk}/who/").html
    assert f"(replaces the author {in_words(0, 1)})" in shown
    mona.post(replacement(team, alice, "end/"), {"who": bob.pk})
    assert "The replacement ended in 1 case." in Page(mona, replacement(team, alice)).html
    assert not access_actions.can_read(bob, intake)
    assert mona.post(replacement(team, alice, "end/"), {"who": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("start", "until", "error"),
    [
        ("yesterday", "tomorrow", "This day is over."),
        ("tomorrow", "today", "The last day comes before the first."),
        ("", "", "Fill in a date."),
        ("today", "2029", "Write a whole date."),
        ("today", "1 january 2029", "longer than half a year"),
    ],
)
def test_period_that_cannot_be_is_an_error(
    mona: Client, alice: User, bob: User, team: Team, intake: Intake, start: str, until: str, error: str
) -> None:
    response = mona.post(replacement(team, alice), {"to": bob.pk, "start": start, "until": until})

    assert error in one_line(response.content.decode())
    assert not access_actions.can_read(bob, intake)


def test_period_apart_from_another_is_an_error_that_keeps_what_was_typed(
    mona: Client, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    mona.post(replacement(team, alice), {"to": bob.pk, "start": "today", "until": "tomorrow"})
    before = list(intake.case.access.values_list("given_at", "until"))

    later = {"to": bob.pk, "start": "over 10 weken", "until": "over 11 weken"}
    response = mona.post(replacement(team, alice), later)

    html = one_line(response.content.decode())
    assert "This colleague replaces already from" in html
    assert "or end that first." in html
    assert f'<option value="{bob.pk}" selected>' in html
    assert 'value="over 10 weken"' in html
    assert 'value="over 11 weken"' in html
    assert list(intake.case.access.values_list("given_at", "until")) == before


def test_professional_finds_it_on_their_own_account(
    bob: User, alice: User, team: Team, signed_in: SignIn
) -> None:
    client = signed_in(bob)

    assert replacement(team, bob) in Page(client, "/account/").html
    assert "Who replaces you" in Page(client, replacement(team, bob)).html
    assert client.get(replacement(team, alice)).status_code == 404
