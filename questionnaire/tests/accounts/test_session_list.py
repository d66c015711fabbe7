"""The list of a person's own sessions, which only they see and end."""

import re
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from questionnaire.accounts.devices import device_name
from questionnaire.accounts.session_store import end_sessions, sessions_of
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Session, User
from questionnaire.tests.people import PASSWORD, is_signed_in, sign_in

pytestmark = pytest.mark.django_db

SESSIONS = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"
)


def sign_in_from(user_agent: str, username: str = "anna") -> Client:
    """Sign a person in by a browser with this user agent."""
    client = Client(HTTP_USER_AGENT=user_agent)
    assert sign_in(client, username).status_code == 302
    return client


@pytest.fixture
def client(anna: User) -> Client:
    return sign_in_from(FIREFOX)


@pytest.fixture
def other_client(anna: User) -> Client:
    return sign_in_from(SAFARI)


def test_a_person_sees_their_own_sessions(client: Client, other_client: Client) -> None:
    User.objects.create_user("berta", PASSWORD)
    sign_in_from("Opera OPR/1 Linux", "berta")

    page = client.get(SESSIONS).content.decode()

    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert "Opera" not in page
    assert page.count('name="end"') == 2  # the other one, and all others


def test_this_session_stands_first_and_old_ones_are_folded(client: Client, anna: User) -> None:
    for _number in range(12):
        sign_in_from(SAFARI)

    page = client.get(SESSIONS).content.decode()

    shown, _summary, folded = page.partition("Toon alle 13")
    assert shown.index("Firefox") < shown.index("Safari")
    assert (shown.count('id="session-'), folded.count('id="session-')) == (10, 3)


def test_no_key_of_a_session_stands_in_the_page(client: Client, other_client: Client) -> None:
    page = client.get(SESSIONS).content.decode()

    assert Session.objects.count() == 2
    for session in Session.objects.all():
        assert session.key_hash not in page
    for signed_in in (client, other_client):
        assert signed_in.cookies["__Host-session"].value not in page


def test_a_person_ends_one_of_their_sessions(client: Client, other_client: Client) -> None:
    third = sign_in_from(FIREFOX)
    page = client.get(SESSIONS).content.decode()
    phone = re.search(r'id="session-(\w+)">\s*Safari', page)
    assert phone
    assert f'name="end" value="{phone[1]}" aria-describedby="session-{phone[1]}"' in page

    ended = phone[1]
    client.post(SESSIONS, {"end": ended, "_confirmed": "1"})

    assert is_signed_in(client)
    assert is_signed_in(third)
    assert not is_signed_in(other_client)


def test_a_person_ends_all_their_other_sessions(client: Client, other_client: Client) -> None:
    client.post(SESSIONS, {"end": "others", "_confirmed": "1"})

    assert is_signed_in(client)
    assert not is_signed_in(other_client)
    assert Session.objects.count() == 1


@pytest.mark.parametrize("end", ["", "x", "0" * 20, "é"])
def test_an_unknown_session_id_ends_nothing(client: Client, other_client: Client, end: str) -> None:
    client.post(SESSIONS, {"end": end, "_confirmed": "1"})

    assert is_signed_in(client)
    assert is_signed_in(other_client)


@pytest.mark.parametrize("end", ["x", "others"])
def test_it_is_not_said_that_a_session_ended_when_none_did(client: Client, end: str) -> None:
    client.cookies["__Host-language"] = "en"

    page: Any = client.post(SESSIONS, {"end": end, "_confirmed": "1"}, follow=True)

    assert "It was signed out there already." in page.content.decode()
    assert not Event.objects.filter(code=EventCode.SESSIONS_ENDED).exists()


def test_nobody_ends_the_session_of_someone_else(client: Client, other_client: Client) -> None:
    User.objects.create_user("berta", PASSWORD)
    berta_client = sign_in_from(FIREFOX, "berta")
    public_ids = re.findall(r'name="end" value="(\w+)"', client.get(SESSIONS).content.decode())

    assert public_ids
    for public_id in public_ids:
        berta_client.post(SESSIONS, {"end": public_id, "_confirmed": "1"})

    assert is_signed_in(client)
    assert is_signed_in(other_client)


def test_ending_all_sessions_of_someone_leaves_the_others(
    client: Client, other_client: Client, anna: User
) -> None:
    User.objects.create_user("berta", PASSWORD)
    berta_client = sign_in_from(FIREFOX, "berta")

    ended = end_sessions(anna)

    assert ended == 2
    assert list(sessions_of(anna)) == []
    assert not is_signed_in(client)
    assert is_signed_in(berta_client)


def test_a_request_under_way_does_not_bring_an_ended_session_back(client: Client, anna: User) -> None:
    session = client.session
    session["x"] = "y"

    end_sessions(anna)

    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


def test_changing_the_password_ends_the_other_sessions_at_once(client: Client, other_client: Client) -> None:
    new = "zeven groene fietsen in de sloot"

    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert is_signed_in(client)
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("user_agent", "name"),
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
def test_a_device_in_two_words(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


def test_a_device_we_do_not_know_is_called_that(anna: User) -> None:
    page = sign_in_from("<b>strange</b>").get(SESSIONS).content.decode()

    assert "strange" not in page
    assert "Een apparaat dat wij niet kennen" in page


@pytest.mark.parametrize("end", ["logout", "lock", "password", "others", "closed"])
def test_an_old_cookie_opens_nothing(client: Client, anna: User, end: str) -> None:
    replayed = Client()
    replayed.cookies = client.cookies.copy()  # type: ignore[assignment]
    new = "zeven groene fietsen in de sloot"

    if end == "logout":
        client.post("/account/logout/")
    elif end == "lock":
        client.post("/lock/")
        client.post("/unlock/", {"password": PASSWORD})
        assert is_signed_in(client)
    elif end == "password":
        client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    elif end == "others":
        sign_in_from(SAFARI).post(SESSIONS, {"end": "others", "_confirmed": "1"})
    else:
        User.objects.update(is_active=False)

    assert not is_signed_in(replayed)
