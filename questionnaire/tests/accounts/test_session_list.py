"""A person's own sessions: seen and ended by them alone."""

import re

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import Client

from questionnaire.accounts.devices import device_name
from questionnaire.accounts.session_store import end_sessions, sessions_of
from questionnaire.models import User
from questionnaire.tests.people import PASSWORD, is_signed_in, sign_in

pytestmark = pytest.mark.django_db

SESSIONS = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"
)


def at(user_agent: str, username: str = "anna") -> Client:
    """Sign this person in on such a device."""
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

    assert Session.objects.count() == 2
    for session in Session.objects.all():
        assert session.session_key not in page


def test_a_person_ends_one_of_their_sessions(here: Client, there: Client) -> None:
    third = at(FIREFOX)
    page = here.get(SESSIONS).content.decode()
    public_ids = re.findall(r'name="end" value="(\w+)"[^>]*aria-describedby="session-(\d)"', page)
    phone = re.search(r'id="session-(\d)">\s*Safari', page)
    assert phone

    here.post(SESSIONS, {"end": {number: value for value, number in public_ids}[phone[1]]})

    assert is_signed_in(here)
    assert is_signed_in(third)
    assert not is_signed_in(there)


def test_a_person_ends_all_their_other_sessions(here: Client, there: Client) -> None:
    here.post(SESSIONS, {"end": "others"})

    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert Session.objects.count() == 1


@pytest.mark.parametrize("end", ["", "x", "0" * 20, "é"])
def test_an_unknown_session_id_ends_nothing(here: Client, there: Client, end: str) -> None:
    here.post(SESSIONS, {"end": end})

    assert is_signed_in(here)
    assert is_signed_in(there)


def test_nobody_ends_the_session_of_someone_else(here: Client, there: Client) -> None:
    User.objects.create_user("berta", PASSWORD)
    bertas = at(FIREFOX, "berta")
    public_ids = re.findall(r'name="end" value="(\w+)"', here.get(SESSIONS).content.decode())

    assert public_ids
    for public_id in public_ids:
        bertas.post(SESSIONS, {"end": public_id})

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
    page = at("<b>strange</b>").get(SESSIONS).content.decode()

    assert "strange" not in page
    assert "Een apparaat dat wij niet kennen" in page


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
