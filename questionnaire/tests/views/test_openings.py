"""Opening a case with a reason: what it asks, who is told, and what it does not give, over all addresses."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.access import OPENING_LIMITS, can_read
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Access, Document, HeldPost, Intake, Membership, Team, User
from questionnaire.permissions import TABLE, Requirement
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import event_count, sign_stored_rights
from questionnaire.tests.pages import Page
from questionnaire.tests.urls import OF_AN_INTAKE, addresses

REASON = "Ik vervang Alice, die <b>vandaag</b> ziek is."
#: What an opening gives, by the requirement of an address.
READING = (Requirement.LISTED, Requirement.READER)


@pytest.fixture
def opened(client: Client, bob: User, intake: Intake) -> Access:
    """Let bob open the case, and sign him in."""
    client.cookies["__Host-language"] = "en"
    client.force_login(bob)
    client.post(reverse("open", args=[intake.pk]), {"reason": REASON})
    return Access.objects.get()


def of_intake(intake: Intake) -> list[tuple[str, str]]:
    """Return the names and addresses of all pages about the intake, with every edition."""
    pages = [each for each in addresses(intake) if set(TABLE[each[0]].values()) & OF_AN_INTAKE]
    editions = [
        ("edition", reverse("edition", args=[intake.pk, code])) for code in ("advice", "text", "police")
    ]
    return [*pages, *editions]


def test_an_opening_reads_and_neither_writes_nor_copies_at_any_address(
    client: Client, opened: Access, intake: Intake
) -> None:
    before, refused = intake.changed_at, []
    for name, address in of_intake(intake):
        for method, requirement in TABLE[name].items():
            response = client.generic(method, address)
            if response.status_code == 403:
                refused.append((name, method))
            else:
                assert requirement in READING or response.status_code == 404, (name, method)

    intake.refresh_from_db()
    assert intake.changed_at == before
    assert not Document.objects.exists()
    expected = {
        (name, method)
        for name, _address in of_intake(intake)
        for method, requirement in TABLE[name].items()
        if requirement not in READING
    }
    assert set(refused) == expected


def test_pages_offer_no_copy_until_the_opening_is_seen(
    client: Client, opened: Access, intake: Intake, rachel: User
) -> None:
    summary, advice = reverse("summary", args=[intake.pk]), reverse("edition", args=[intake.pk, "advice"])
    html = Page(client, summary).html
    assert "You opened this case with a reason." in html
    assert "Download the PDF" not in html
    assert "editions/" not in html
    assert "texts/" not in html
    refused = client.get(advice)
    assert refused.status_code == 403
    assert b"No copy yet" in refused.content

    access_actions.see_opening(rachel, intake, opened.pk)

    html = Page(client, summary).html
    assert "rachel has seen that." in html
    assert "Download the PDF" in html
    assert "editions/" in html
    assert "texts/" in html
    assert client.get(advice).status_code == 200


def test_author_and_reviewer_see_it_on_top_of_their_list_and_say_so(
    client: Client, opened: Access, alice: User, rachel: User, bob: User, intake: Intake
) -> None:
    assert "Is the reason right?" not in Page(client, "/").html
    for user in (alice, rachel):
        client.force_login(user)
        html = Page(client, "/").html
        top = html[: html.index("today-list")]
        for text in ("Opened with a reason", "2026-117", "bob", "die &lt;b&gt;vandaag&lt;/b&gt; ziek is."):
            assert text in top

    seen = reverse("seen", args=[intake.pk])
    response = client.post(seen, {"opening": opened.pk})

    assert response.headers["Location"] == "/"
    assert "Is the reason right?" not in Page(client, "/").html
    assert "Seen by rachel" in Page(client, reverse("access", args=[intake.pk])).html
    opened.refresh_from_db()
    assert opened.seen_by == rachel


def test_who_may_see_this_shows_that_nobody_saw_it(
    client: Client, opened: Access, alice: User, intake: Intake
) -> None:
    page = reverse("access", args=[intake.pk])
    assert "Nobody has seen this yet." in Page(client, page).html
    client.force_login(alice)
    assert 'name="opening"' in Page(client, page).html

    response = client.post(reverse("seen", args=[intake.pk]), {"opening": opened.pk, "_case": "1"})

    assert response.headers["Location"] == page


@pytest.mark.parametrize("opening", ["", "x", "-1", "9" * 30])
def test_an_invalid_opening_is_not_found(
    client: Client, opened: Access, alice: User, intake: Intake, opening: str
) -> None:
    client.force_login(alice)

    assert client.post(reverse("seen", args=[intake.pk]), {"opening": opening}).status_code == 404


def test_who_opened_it_does_not_see_it_themselves(
    client: Client, opened: Access, bob: User, team: Team, intake: Intake
) -> None:
    Membership.objects.create(user=bob, team=team, role=Membership.Role.REVIEWER)

    response = client.post(reverse("seen", args=[intake.pk]), {"opening": opened.pk})

    assert response.status_code == 403
    assert not event_count(EventCode.OPENING_SEEN)


@pytest.mark.parametrize("name", ["open", "seen"])
def test_opening_and_seeing_are_confirmed_as_oneself(
    client: Client,
    opened: Access,
    alice: User,
    intake: Intake,
    team: Team,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dora = account("dora", team, Membership.Role.PROFESSIONAL)
    client.force_login(dora if name == "open" else alice)
    monkeypatch.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)

    response = client.post(reverse(name, args=[intake.pk]), {"reason": REASON, "opening": opened.pk})

    assert response.status_code == 302
    assert not can_read(dora, intake)
    assert not event_count(EventCode.OPENING_SEEN)


def test_the_form_comes_after_confirming_and_a_reason_is_kept_when_that_was_long_ago(
    client: Client, bob: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob.set_password("lang genoeg om te onthouden")
    bob.save()
    client.cookies["__Host-language"] = "en"
    client.force_login(bob)
    client.get("/")  # nothing was kept then
    url = reverse("open", args=[intake.pk])
    posted = {**Page(client, url).posted, "reason": REASON}
    with monkeypatch.context() as an_hour_later:
        an_hour_later.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)
        assert client.get(url).headers["Location"].startswith("/account/confirm/")
        assert client.post(url, posted).headers["Location"].startswith("/account/confirm/")

    assert client.get(url).headers["Location"].startswith("/kept/")
    pending = Page(client, reverse("kept"))
    again = client.post(url, pending.posted)

    assert "Fill it in again" in pending.html
    assert b"ziek is.</textarea>" in again.content
    assert not can_read(bob, intake)

    client.post(url, {**posted, "_held": str(HeldPost.objects.get().pk)})

    assert can_read(bob, intake)
    assert not HeldPost.objects.exists()


@pytest.mark.parametrize(
    "reason", ["x", "aaaaaaaaaaaaaaaaaaaaaaaaaaa", "nodig voor werk", "test test test test"]
)
def test_a_reason_without_substance_is_refused_with_what_was_typed(
    client: Client, bob: User, intake: Intake, reason: str
) -> None:
    client.cookies["__Host-language"] = "en"
    client.force_login(bob)

    html = client.post(reverse("open", args=[intake.pk]), {"reason": reason}).content.decode()

    assert "<title>Error: " in html
    assert "This says too little." in html
    assert f"{reason}</textarea>" in html
    assert not can_read(bob, intake)


def test_over_the_limit_what_was_typed_stays_and_the_moment_is_told(
    client: Client, bob: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.cookies["__Host-language"] = "en"
    client.force_login(bob)
    monkeypatch.setitem(OPENING_LIMITS, timedelta(hours=1), 1)
    url = reverse("open", args=[intake.pk])
    client.post(url, {"reason": REASON})
    Access.objects.all().delete()
    sign_stored_rights(intake.case)

    response = client.post(url, {"reason": REASON})

    assert response.status_code == 429
    assert b"You can open another from" in response.content
    assert b"ziek is.</textarea>" in response.content
    assert not can_read(bob, intake)


def test_the_form_names_what_opening_it_closes(
    client: Client, opened: Access, alice: User, team: Team
) -> None:
    other = intake_actions.start_intake(alice, team, "2026-118", date(2026, 3, 23), "nl")

    assert "opening this closes 2026-117." in Page(client, reverse("open", args=[other.pk])).html


def test_an_opening_that_is_over_opens_nothing_at_any_address(
    client: Client, opened: Access, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now() + timedelta(hours=8, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: now)

    for name, address in of_intake(intake):
        for method, requirement in TABLE[name].items():
            if requirement is not Requirement.LISTED:
                assert client.generic(method, address).status_code == 404, (name, method)


@pytest.mark.parametrize("name", ["hand_over", "open"])
def test_a_kept_text_that_leads_to_the_password_first_stays_kept(
    client: Client, alice: User, bob: User, intake: Intake, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(alice if name == "hand_over" else bob)
    typed = {"note": "Belt u haar?", "colleague": str(bob.pk)} if name == "hand_over" else {"reason": REASON}
    url = reverse(name, args=[intake.pk])
    monkeypatch.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)
    client.post(url, typed)
    held = HeldPost.objects.get()

    response = client.post(url, {**typed, "_held": str(held.pk), "_go": "save"})

    assert response.status_code == 302
    assert HeldPost.objects.filter(pk=held.pk).exists()
