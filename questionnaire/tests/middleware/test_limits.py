"""Who does something far more often than a working day asks is stopped for a while, and told so."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.documents import store_document
from questionnaire.audit import acting, limits
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.limits import LIMITS, Limit, LimitName
from questionnaire.models import Access, Event, HeldPost, Intake, Team, User
from questionnaire.tests.pages import Page
from questionnaire.tests.people import PASSWORD, moved_clock, sign_in

pytestmark = pytest.mark.django_db

START = "/intakes/start/"
FOUND = "/cases/?found"


@pytest.fixture
def two_searches(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Let one person search twice an hour."""
    return lower(monkeypatch, LimitName.SEARCHES, 2)


def lower(monkeypatch: pytest.MonkeyPatch, name: LimitName, most: int) -> Limit:
    """Lower one limit, as nobody wants to wait for 300 searches."""
    limit = next(limit for limit in LIMITS if limit.name is name)
    lowered = Limit(name, most, limit.codes, limit.of_cases)
    for code in limit.codes:
        monkeypatch.setitem(limits._BY_CODE, code, lowered)
    return lowered


def search(client: Client) -> Any:
    """Search for a case, and get the page with what was found."""
    client.post("/cases/", {"reference": "2026"})
    return client.get(FOUND)


def met() -> list[tuple[str, str]]:
    events = Event.objects.filter(code=EventCode.LIMIT_MET).select_related("actor")
    return [(str(event.actor), event.details["limit"]) for event in events]


@pytest.fixture
def alice_client(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.usefixtures("two_searches")
def test_the_limit_is_allowed_and_one_more_is_not_until_an_hour_after_the_first(
    alice_client: Client, intake: Intake
) -> None:
    assert [search(alice_client).status_code for _time in range(2)] == [200, 200]

    refused = search(alice_client)

    assert refused.status_code == 429
    assert 3500 < int(refused["Retry-After"]) <= 3600
    assert Event.objects.filter(code=EventCode.LIST_SEARCHED).count() == 2
    assert met() == [("alice", "searches")]
    with moved_clock(timedelta(hours=1, seconds=1)):
        assert search(alice_client).status_code == 200


@pytest.mark.usefixtures("two_searches")
@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "nl",
            ("Dit kan even niet", "U zocht het laatste uur heel vaak.", "Alle andere pagina’s"),
        ),
        ("en", ("This stops for a while", "You searched very often", "All other pages")),
    ],
)
def test_the_page_says_what_and_until_when_and_the_rest_stays_open(
    alice_client: Client, intake: Intake, language: str, texts: tuple[str, ...]
) -> None:
    alice_client.cookies["__Host-language"] = language
    for _time in range(2):
        search(alice_client)

    page = search(alice_client).content.decode()

    assert [text for text in texts if text not in page] == []
    assert intake.case.reference not in page
    assert alice_client.get("/cases/").status_code == 200
    assert alice_client.get(reverse("summary", args=[intake.pk])).status_code == 200


@pytest.mark.usefixtures("two_searches", "intake")
def test_many_sessions_of_one_person_share_one_count_and_a_colleague_has_another(
    alice: User, bob: User
) -> None:
    clients = [Client() for _session in range(3)]
    for client in clients:
        client.force_login(alice)

    assert [search(client).status_code for client in clients] == [200, 200, 429]
    clients[0].force_login(bob)
    assert search(clients[0]).status_code == 200


@pytest.mark.usefixtures("two_searches", "intake")
def test_who_goes_on_causes_one_event_an_hour(alice_client: Client) -> None:
    for _time in range(12):
        search(alice_client)

    assert met() == [("alice", "searches")]


@pytest.mark.parametrize(
    "begin",
    [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)],
    ids=["the clocks go forward", "the clocks go back"],
)
def test_an_hour_is_an_hour_when_the_clocks_change(
    alice: User, monkeypatch: pytest.MonkeyPatch, two_searches: Limit, begin: datetime
) -> None:
    now = [begin]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    for _time in range(2):
        intake_actions.record_read(alice, None, EventCode.LIST_SEARCHED)

    with pytest.raises(limits.LimitError) as refused:
        limits.require_within(alice, EventCode.LIST_SEARCHED)
    assert refused.value.again_at == begin + timedelta(hours=1)
    now[0] = begin + timedelta(minutes=59, seconds=59)
    with pytest.raises(limits.LimitError):
        limits.require_within(alice, EventCode.LIST_SEARCHED)
    now[0] = begin + timedelta(hours=1)
    limits.require_within(alice, EventCode.LIST_SEARCHED)


def test_a_conversation_that_was_not_started_is_kept_as_it_was_typed(
    alice_client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower(monkeypatch, LimitName.STARTS, 1)
    assert Page(alice_client, START).fill(reference="2026-201").press("_go", "start").status_code == 302

    refused = Page(alice_client, START).fill(reference="2026-202").press("_go", "start")

    assert refused.status_code == 429
    assert "alleen voor u" in refused.content.decode()
    kept = HeldPost.objects.filter(user=alice)
    assert [post.content["controls"]["reference"] for post in kept] == [["2026-202"]]
    assert [intake.case.reference for intake in Intake.objects.all()] == ["2026-201"]


def test_reading_the_same_cases_again_counts_no_other_case(
    alice_client: Client, alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower(monkeypatch, LimitName.CASES, 2)
    cases = [
        intake_actions.start_intake(alice, team, f"2026-{number}", timezone.localdate(), "nl")
        for number in range(3)
    ]

    def look(intake: Intake) -> int:
        return alice_client.get(reverse("summary", args=[intake.pk])).status_code

    assert [look(cases[0]), look(cases[1]), look(cases[0]), look(cases[1])] == [200] * 4
    assert look(cases[2]) == 429
    assert look(cases[0]) == 200


def test_copies_are_limited_and_no_document_is_stored(
    alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower(monkeypatch, LimitName.COPIES, 1)
    with acting.in_request():
        store_document(alice, intake, "full", "nl", b"one")
        with pytest.raises(limits.LimitError):
            store_document(alice, intake, "full", "nl", b"two")

    assert intake.documents.count() == 1


def test_a_password_is_not_changed_over_the_limit(
    client: Client, monkeypatch: pytest.MonkeyPatch, quick_hashes: None
) -> None:
    lowered = Limit(LimitName.PASSWORDS, 1, limits.PASSWORD_CHANGES.codes)
    monkeypatch.setattr(limits, "PASSWORD_CHANGES", lowered)
    anna = User.objects.create_user("anna", PASSWORD)
    sign_in(client)
    new, newer = "zeven groene fietsen in de sloot", "acht groene fietsen in de sloot"
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    refused = client.post("/account/password/", {"oldpassword": new, "password1": newer, "password2": newer})

    assert refused.status_code == 429
    anna.refresh_from_db()
    assert anna.check_password(new)
    assert not HeldPost.objects.exists()


def test_commands_and_the_server_have_no_limit(alice: User, two_searches: Limit) -> None:
    for _time in range(5):
        intake_actions.record_read(alice, None, EventCode.LIST_SEARCHED)

    assert Event.objects.filter(code=EventCode.LIST_SEARCHED).count() == 5


@pytest.mark.parametrize("exists", [True, False])
def test_after_many_refused_looks_one_waits_and_learns_nothing(
    client: Client, charlie: User, intake: Intake, exists: bool
) -> None:
    client.force_login(charlie)

    def look(pk: Any) -> int:
        return client.get(reverse("summary", args=[pk])).status_code

    assert [look(uuid4()) for _time in range(limits.REFUSED_LOOKS.most)] == [404] * 30
    refused = client.get(reverse("summary", args=[intake.pk if exists else uuid4()]))

    assert refused.status_code == 429
    assert "pagina die er voor u niet is" in refused.content.decode()
    assert met() == [("charlie", "looks")]
    assert client.get("/cases/").status_code == 200
    with moved_clock(timedelta(hours=1, seconds=1)):
        assert look(uuid4()) == 404


def test_what_was_typed_before_a_lock_out_is_kept_also_after_many_refused_looks(
    client: Client, alice: User, bob: User, intake: Intake
) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    client.force_login(bob)
    page = Page(client, reverse("section", args=[intake.pk, "fear"])).fill(fear_words="Zij is bang.")
    access_actions.revoke(alice, intake, bob, Access.Kind.ASSIGNED)
    access_actions.grant(alice, intake, bob, Access.Kind.LOCKED_OUT)
    for _time in range(limits.REFUSED_LOOKS.most):
        client.get(reverse("summary", args=[uuid4()]))

    assert page.press("_go", "next").status_code == 403
    assert HeldPost.objects.filter(user=bob).count() == 1


def test_the_fourth_opening_with_a_reason_says_when_and_is_told(
    client: Client, bob: User, alice: User, team: Team
) -> None:
    cases = [
        intake_actions.start_intake(alice, team, f"2026-{number}", timezone.localdate(), "nl")
        for number in range(4)
    ]
    for intake in cases[:3]:
        access_actions.open_with_reason(bob, intake, "Alice is vandaag plotseling ziek geworden.")
    client.force_login(bob)
    session = client.session
    session["confirmed_at"] = int(time.time())
    session.save()

    typed = {"reason": "Alice is vandaag nog altijd ziek thuis."}
    refused = client.post(reverse("open", args=[cases[3].pk]), typed)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert met() == [("bob", "openings")]


def test_an_ended_session_records_nothing_in_its_name(
    alice_client: Client, alice: User, intake: Intake, two_searches: Limit
) -> None:
    for _time in range(2):
        search(alice_client)
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert alice_client.get(FOUND).status_code == 302
    assert met() == []


def test_each_limit_is_far_above_what_is_told(alice: User) -> None:
    """Who audits is told before anybody is stopped."""
    most = {limit.name: limit.most for limit in LIMITS}

    assert most[LimitName.CASES] > limits.MANY_CASES
    assert most[LimitName.COPIES] > limits.MANY_COPIES
    assert limits.REFUSED_LOOKS.most > limits.MANY_REFUSED_LOOKS
