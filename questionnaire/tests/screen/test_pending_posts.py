"""Pending posts: stored for their author alone, offered again, and erased after a week."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.encryption.keyring import SealError
from questionnaire.lifecycle import erasure
from questionnaire.models import Event, HeldPost, Intake, User
from questionnaire.screen import pending_posts
from questionnaire.screen.page_marks import BROWSER_COOKIE
from questionnaire.tests.pages import Page, controls
from questionnaire.tests.people import PASSWORD, Clock, sign_in
from questionnaire.tests.screen.sections import (
    CANARY,
    fear,
    in_this_browser,
    lock,
    page_of,
    running_note,
    typed,
)

AUTOSAVE = {"accept": "application/json"}


def post_after_the_session_ended(client: Client, intake: Intake, clock: Clock) -> dict[str, Any]:
    posted = typed(client, fear(intake))
    clock(12 * 60 * 60)
    response: Any = client.post(fear(intake), posted)
    assert response["Location"].startswith("/account/login/")
    assert running_note(intake) == ""
    return posted


def test_at_the_end_of_the_day_the_text_waits_for_the_same_person(
    alice_client: Client, intake: Intake, clock: Clock
) -> None:
    post_after_the_session_ended(alice_client, intake, clock)

    sign_in(alice_client, "alice")
    pending_page = alice_client.get(fear(intake), follow=True)
    posted = dict(controls(pending_page.content.decode()).lists())
    alice_client.post(fear(intake), posted)

    assert pending_page.request["PATH_INFO"] == "/kept/"
    assert running_note(intake) == CANARY
    assert not HeldPost.objects.exists()
    assert alice_client.get(fear(intake)).status_code == 200


def test_a_change_made_meanwhile_is_not_overwritten(
    alice_client: Client, alice: User, intake: Intake, clock: Clock
) -> None:
    post_after_the_session_ended(alice_client, intake, clock)
    sign_in(alice_client, "alice")
    pending_page = alice_client.get("/kept/").content.decode()
    other = Client()
    other.force_login(alice)
    other.get("/")
    other.post(fear(intake), typed(other, fear(intake), "meanwhile"))

    alice_client.post(fear(intake), dict(controls(pending_page).lists()))

    assert running_note(intake) == "meanwhile"
    assert CANARY in Intake.objects.get(pk=intake.pk).content["drafts"]["running_note"][-1]


def test_another_person_gets_nothing(
    alice_client: Client, intake: Intake, rachel: User, bob: User, clock: Clock
) -> None:
    post_after_the_session_ended(alice_client, intake, clock)

    for user in (rachel, bob):
        client = Client()
        client.force_login(user)
        assert client.get("/").status_code == 200
        assert client.get("/kept/")["Location"] == "/"
        client.post("/kept/", {"drop": str(HeldPost.objects.get().pk)})
        pending_posts.discard(user, str(HeldPost.objects.get().pk))

    assert HeldPost.objects.exists()


def test_a_row_given_to_another_person_does_not_open(
    alice_client: Client, intake: Intake, bob: User, clock: Clock
) -> None:
    post_after_the_session_ended(alice_client, intake, clock)
    HeldPost.objects.update(user=bob)

    with pytest.raises(SealError):
        _ = HeldPost.objects.get().content


def test_the_database_does_not_hold_the_words(alice_client: Client, intake: Intake, clock: Clock) -> None:
    post_after_the_session_ended(alice_client, intake, clock)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM questionnaire_heldpost")
        (row,) = cursor.fetchall()

    for word in (CANARY, "running_note", intake.uuid.hex, str(intake.uuid)):
        assert word.encode() not in b"".join(bytes(str(value), "utf-8") + _raw(value) for value in row)


def _raw(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def test_a_save_by_a_page_that_was_left_open_is_kept_too(
    alice_client: Client, intake: Intake, clock: Clock
) -> None:
    posted = post_after_the_session_ended(alice_client, intake, clock)

    again = alice_client.post(fear(intake), posted, headers=AUTOSAVE)
    more = alice_client.post(fear(intake), {**posted, "running_note": "more"}, headers=AUTOSAVE)
    alice_client.post(fear(intake), {**posted, "running_note": "more"}, headers=AUTOSAVE)

    assert (again.status_code, more.status_code) == (204, 204)
    stored = [post.content["controls"]["running_note"] for post in HeldPost.objects.all()]
    assert stored == [[CANARY], ["more"]]


@pytest.mark.parametrize("mark", ["", "x", "of a page elsewhere", "signed for something else"])
def test_a_page_that_is_not_the_author_s_leaves_nothing_with_anyone(
    alice_client: Client, intake: Intake, mark: str
) -> None:
    marks = {
        "of a page elsewhere": page_of(alice_client, reverse("section", args=[intake.uuid, "help"]))["_mark"],
        "signed for something else": signing.dumps([intake.author.pk, "a", 1, "b"], salt="x"),
    }
    posted = typed(alice_client, fear(intake))
    forged = {**posted, "_mark": marks.get(mark, mark)}

    response: Any = in_this_browser(alice_client).post(fear(intake), forged, headers=AUTOSAVE)

    assert response["Location"].startswith("/account/login/")
    assert not HeldPost.objects.exists()
    kept = in_this_browser(alice_client).post(fear(intake), posted, headers=AUTOSAVE)
    assert kept.status_code == 204
    assert HeldPost.objects.exists()


@pytest.mark.parametrize("csrf", [True, False])
def test_a_mark_that_was_copied_is_of_no_use_in_another_browser(
    alice_client: Client, intake: Intake, bob: User, rachel: User, csrf: bool
) -> None:
    posted = typed(alice_client, fear(intake))
    for user in (None, bob, rachel):
        client = Client(enforce_csrf_checks=csrf)
        client.cookies[BROWSER_COOKIE] = "of-another-browser"
        if user:
            client.force_login(user)
        for accept in ("application/json", "text/html"):
            headers = {"accept": accept, "origin": "http://testserver"}
            response = client.post(fear(intake), posted, headers=headers)
            assert response.status_code in (302, 403)
            assert CANARY not in response.content.decode()
        alice_client.post("/account/logout/")

    assert not HeldPost.objects.exists()
    assert running_note(intake) == ""


def test_the_token_of_a_page_does_not_last_for_ever(
    alice_client: Client, intake: Intake, clock: Clock
) -> None:
    posted = typed(alice_client, fear(intake))

    clock(36 * 60 * 60)
    in_this_browser(alice_client).post(fear(intake), posted)
    assert HeldPost.objects.exists()
    HeldPost.objects.all().delete()

    clock(1)
    in_this_browser(alice_client).post(fear(intake), posted)
    assert not HeldPost.objects.exists()


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("has_token", [True, False])
def test_a_page_left_open_when_someone_else_signs_in_keeps_its_words_for_its_owner(
    alice_client: Client, alice: User, intake: Intake, bob: User, accept: str, has_token: bool
) -> None:
    posted = typed(alice_client, fear(intake))
    alice_client.post("/account/logout/")
    bob_client = Client(enforce_csrf_checks=not has_token)
    bob_client.cookies[BROWSER_COOKIE] = alice_client.cookies[BROWSER_COOKIE].value
    bob_client.force_login(bob)

    response: Any = bob_client.post(
        fear(intake), posted, headers={"accept": accept, "origin": "http://testserver"}
    )

    assert response.status_code == (204 if accept == "application/json" else 403)
    assert CANARY not in response.content.decode()
    assert intake.case.reference not in response.content.decode()
    assert running_note(intake) == ""
    assert (pending_posts.has_pending(alice), pending_posts.has_pending(bob)) == (True, False)
    assert CANARY not in bob_client.get("/kept/", follow=True).content.decode()
    sign_in(later := Client(), "alice")
    assert CANARY in later.get("/kept/").content.decode()


def test_no_password_is_ever_kept(alice_client: Client, clock: Clock) -> None:
    lock(alice_client)
    alice_client.post("/account/password/", {"oldpassword": PASSWORD})
    alice_client.post("/account/login/", {"login": "alice", "password": PASSWORD})
    clock(12 * 60 * 60)
    alice_client.post("/account/password/", {"oldpassword": PASSWORD})

    assert not HeldPost.objects.exists()


def test_a_removal_is_not_kept(alice_client: Client, filled: Intake) -> None:
    lock(alice_client)

    alice_client.post(reverse("incident", args=[filled.uuid, filled.incidents.get().pk]), {"_remove": "1"})

    assert not HeldPost.objects.exists()
    assert filled.incidents.exists()


def test_what_is_kept_can_be_thrown_away(alice_client: Client, intake: Intake, clock: Clock) -> None:
    post_after_the_session_ended(alice_client, intake, clock)
    sign_in(alice_client, "alice")

    for pk in ("", "x", str(uuid4())):
        alice_client.post("/kept/", {"drop": pk})
    assert HeldPost.objects.exists()
    drop = {"drop": str(HeldPost.objects.get().pk)}
    asked = alice_client.post("/kept/", drop).content.decode()
    assert "Dit weggooien?" in asked
    assert HeldPost.objects.exists()
    alice_client.post("/kept/", {**drop, "_confirmed": "1"})

    assert not HeldPost.objects.exists()
    assert running_note(intake) == ""
    codes = Event.objects.filter(code__startswith="post.").values_list("code", flat=True)
    assert list(codes) == ["post.held", "post.read", "post.dropped"]


@pytest.mark.parametrize(("days", "lasts"), [(6, True), (8, False)])
def test_it_is_kept_for_a_week(
    alice_client: Client, alice: User, intake: Intake, clock: Clock, days: int, lasts: bool
) -> None:
    post_after_the_session_ended(alice_client, intake, clock)
    HeldPost.objects.update(held_at=timezone.now() - timedelta(days=days))

    assert pending_posts.has_pending(alice) is lasts


@pytest.mark.parametrize("when", ["has_pending", "read_all", "store"])
def test_what_is_too_old_is_erased_when_anyone_comes_in(
    alice_client: Client, alice: User, bob: User, intake: Intake, clock: Clock, when: str
) -> None:
    posted = post_after_the_session_ended(alice_client, intake, clock)
    HeldPost.objects.update(held_at=timezone.now() - timedelta(days=8))

    if when == "store":
        alice_client.post(fear(intake), {**posted, "running_note": "new"})
    else:
        getattr(pending_posts, when)(bob)

    assert HeldPost.objects.count() == (when == "store")


def test_a_page_that_is_too_old_keeps_what_came_from_us(alice_client: Client, intake: Intake) -> None:
    posted = {**typed(alice_client, fear(intake)), "csrfmiddlewaretoken": ""}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice_client.cookies

    from_elsewhere = strict.post(fear(intake), posted, headers={"origin": "https://evil.example"})
    assert not HeldPost.objects.exists()
    from_us = strict.post(fear(intake), posted, headers={"origin": "http://testserver"})

    assert (from_elsewhere.status_code, from_us.status_code) == (403, 403)
    assert b'href="/kept/"' in from_us.content
    assert HeldPost.objects.get().content["controls"]["running_note"] == [CANARY]


def test_someone_else_cannot_take_every_place(alice_client: Client, intake: Intake) -> None:
    posted, started = typed(alice_client, fear(intake)), page_of(alice_client, "/intakes/start/")
    for number in range(30):
        in_this_browser(alice_client).post(fear(intake), {**posted, "running_note": f"rommel {number}"})
    assert HeldPost.objects.count() == 25

    lock(alice_client)
    alice_client.post("/intakes/start/", {"reference": "rommel"})
    assert HeldPost.objects.count() == 25
    alice_client.post("/intakes/start/", {**started, "reference": CANARY})

    assert HeldPost.objects.latest("held_at").content["controls"]["reference"] == [CANARY]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("screen", ["open", "hidden", "signed out"])
def test_nothing_is_kept_of_an_intake_that_was_erased(
    alice: User, intake: Intake, screen: str, accept: str
) -> None:
    client = Client()
    client.force_login(alice)
    page = Page(client, reverse("section", args=[intake.pk, "fear"])).fill(fear_own_words="zqgeheim")
    if screen != "open":
        client.post(reverse("lock" if screen == "hidden" else "account_logout"))
    erasure.erase(None, intake.pk, "asked")

    response = client.post(page.url, dict(page.posted.lists()), headers={"accept": accept})

    assert response.status_code in (302, 403, 404)
    assert not HeldPost.objects.exists()
