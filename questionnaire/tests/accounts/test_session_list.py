"""Sessions: that a person sees and ends their own, when they end by themselves, and who must confirm."""

import re
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import Client

from questionnaire import permissions
from questionnaire.accounts.devices import device
from questionnaire.accounts.session_store import end_sessions, sessions_of
from questionnaire.models import HeldPost, Intake, User
from questionnaire.tests.pages import Page
from questionnaire.tests.people import PASSWORD, Clock, cheapen_hashes, is_signed_in, sign_in, standing_clock

pytestmark = pytest.mark.django_db

SESSIONS = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"
)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheapen_hashes(monkeypatch)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return standing_clock(monkeypatch)


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", PASSWORD)


def at(user_agent: str, username: str = "anna") -> Client:
    """A session of this person on such a device."""
    client = Client(HTTP_USER_AGENT=user_agent)
    assert sign_in(client, username).status_code == 302
    return client


@pytest.fixture
def here(anna: User) -> Client:
    return at(FIREFOX)


@pytest.fixture
def there(anna: User) -> Client:
    return at(SAFARI)


def test_a_person_sees_their_own_sessions(here: Client, there: Client) -> None:
    User.objects.create_user("berta", PASSWORD)
    at("Opera OPR/1 Linux", "berta")

    page = here.get(SESSIONS).content.decode()

    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert "Opera" not in page
    assert page.count('name="end"') == 2  # the other one, and all others


def test_no_key_of_a_session_stands_in_the_page(here: Client, there: Client) -> None:
    page = here.get(SESSIONS).content.decode()

    for session in Session.objects.all():
        assert session.session_key not in page


def test_a_person_ends_one_of_their_sessions(here: Client, there: Client) -> None:
    third = at(FIREFOX)
    page = here.get(SESSIONS).content.decode()
    mark = re.findall(r'name="end" value="(\w+)"[^>]*aria-describedby="session-(\d)"', page)
    phone = re.search(r'id="session-(\d)">Safari', page)
    assert phone

    here.post(SESSIONS, {"end": {number: value for value, number in mark}[phone[1]]})

    assert is_signed_in(here)
    assert is_signed_in(third)
    assert not is_signed_in(there)


def test_a_person_ends_all_their_other_sessions(here: Client, there: Client) -> None:
    here.post(SESSIONS, {"end": "others"})

    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert Session.objects.count() == 1


@pytest.mark.parametrize("end", ["", "x", "0" * 20, "é"])
def test_a_mark_that_is_none_ends_nothing(here: Client, there: Client, end: str) -> None:
    here.post(SESSIONS, {"end": end})

    assert is_signed_in(here)
    assert is_signed_in(there)


def test_nobody_ends_the_session_of_someone_else(here: Client, there: Client) -> None:
    User.objects.create_user("berta", PASSWORD)
    bertas = at(FIREFOX, "berta")
    marks = re.findall(r'name="end" value="(\w+)"', here.get(SESSIONS).content.decode())

    for mark in marks:
        bertas.post(SESSIONS, {"end": mark})

    assert is_signed_in(here)
    assert is_signed_in(there)


def test_ending_all_sessions_of_someone_leaves_the_others(here: Client, there: Client, anna: User) -> None:
    User.objects.create_user("berta", PASSWORD)
    bertas = at(FIREFOX, "berta")

    ended = end_sessions(anna)

    assert ended == 2
    assert list(sessions_of(anna)) == []
    assert not is_signed_in(here)
    assert is_signed_in(bertas)


def test_a_request_under_way_does_not_bring_an_ended_session_back(here: Client, anna: User) -> None:
    under_way = here.session
    under_way["x"] = "y"

    end_sessions(anna)

    with pytest.raises(UpdateError):
        under_way.save()
    assert not Session.objects.exists()


def test_changing_the_password_ends_the_other_sessions_at_once(here: Client, there: Client) -> None:
    new = "zeven groene fietsen in de sloot"

    here.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert is_signed_in(here)
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI, "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Safari/537", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140 Mobile Safari/537", "Chrome, Android"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_in_two_words(user_agent: str, told: str) -> None:
    assert device(user_agent) == told


def test_a_device_we_do_not_know_is_called_that(anna: User) -> None:
    page = at("<b>strange</b>").get(SESSIONS).content.decode()

    assert "strange" not in page
    assert 'id="session-1"></h2>' not in page


# --- Limits, to the second ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "is_open"), [(15 * 60 - 1, True), (15 * 60, False), (15 * 60 + 1, False)]
)
def test_the_idle_limit_to_the_second(here: Client, clock: Clock, seconds: int, is_open: bool) -> None:
    clock(seconds)

    assert is_signed_in(here) is is_open


@pytest.mark.parametrize(("seconds", "is_open"), [(-1, True), (0, False), (1, False)])
def test_the_absolute_limit_to_the_second(here: Client, clock: Clock, seconds: int, is_open: bool) -> None:
    for _ten_minutes in range(12 * 6 - 1):
        clock(10 * 60)
        assert is_signed_in(here)
    clock(10 * 60 + seconds)

    assert is_signed_in(here) is is_open
    assert here.get("/").status_code == (200 if is_open else 302)


@pytest.mark.parametrize("end", ["logout", "lock", "password", "others", "closed"])
def test_an_old_cookie_opens_nothing(here: Client, anna: User, end: str) -> None:
    replayed = Client()
    replayed.cookies = here.cookies.copy()  # type: ignore[assignment]
    new = "zeven groene fietsen in de sloot"

    if end == "logout":
        here.post("/account/logout/")
    elif end == "lock":
        here.post("/lock/")
        here.post("/unlock/", {"password": PASSWORD})
        assert is_signed_in(here)
    elif end == "password":
        here.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    elif end == "others":
        at(SAFARI).post(SESSIONS, {"end": "others"})
    else:
        User.objects.update(is_active=False)

    assert not is_signed_in(replayed)


# --- Confirming ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "is_asked"), [(10 * 60 - 1, False), (10 * 60, True)])
def test_after_a_while_it_takes_the_password_again(
    here: Client, there: Client, clock: Clock, seconds: int, is_asked: bool
) -> None:
    clock(seconds)

    response = here.post(SESSIONS, {"end": "others"})

    assert (response["Location"] == f"/account/confirm/?next={SESSIONS.replace('/', '%2F')}") is is_asked
    assert is_signed_in(there) is is_asked


def test_confirming_is_enough_for_a_while(here: Client, there: Client, clock: Clock) -> None:
    clock(11 * 60)
    confirm = here.post(SESSIONS, {"end": "others"})["Location"]

    wrong = here.post(confirm, {"password": "wrong", "next": SESSIONS})
    right = here.post(confirm, {"password": PASSWORD, "next": SESSIONS})
    here.post(SESSIONS, {"end": "others"})

    assert wrong.status_code == 200
    assert right["Location"] == SESSIONS
    assert not is_signed_in(there)


def test_unlocking_confirms_too(here: Client, clock: Clock) -> None:
    clock(11 * 60)
    here.post("/lock/")

    here.post("/unlock/", {"password": PASSWORD})

    assert here.post(SESSIONS, {"end": "others"})["Location"] == SESSIONS


def test_looking_takes_no_confirmation(here: Client, clock: Clock) -> None:
    clock(14 * 60)

    assert here.get(SESSIONS).status_code == 200


@pytest.fixture
def confirmed_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A section and a page that is only posted to, as if these handed something out."""
    monkeypatch.setattr("questionnaire.screen.lock.CONFIRMED", permissions.CONFIRMED | {"section", "pdf"})


@pytest.mark.usefixtures("confirmed_pages")
def test_what_was_typed_is_kept_while_someone_confirms(
    client: Client, alice: User, intake: Intake, clock: Clock
) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    sign_in(client, "alice")
    page = Page(client, f"/intakes/{intake.uuid}/fear/").fill(fear_reason="dit mag niet weg")
    clock(11 * 60)

    response: Any = page.press("_go", "save")

    assert response["Location"].startswith("/account/confirm/?next=%2Fintakes%2F")
    assert "dit mag niet weg" in str(HeldPost.objects.get().content)


@pytest.mark.usefixtures("confirmed_pages")
@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/intakes/{}/summary/", "%2Fintakes%2F{}%2Fsummary%2F"),
        ("https://evil.example/x", "%2F"),
        ("", "%2F"),
    ],
)
def test_from_a_page_that_is_only_posted_to_one_goes_back_where_one_was(
    client: Client, alice: User, intake: Intake, clock: Clock, referer: str, back: str
) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    sign_in(client, "alice")
    clock(11 * 60)

    response: Any = client.post(
        f"/intakes/{intake.uuid}/summary/pdf/", headers={"referer": referer.format(intake.uuid)}
    )

    assert response["Location"] == f"/account/confirm/?next={back.format(intake.uuid)}"
