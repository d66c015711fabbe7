"""The second factor: codes from an app, recovery codes, and that nobody goes without where it is asked."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings
from django.urls import reverse

from questionnaire.accounts.second_factor import MFAAdapter
from questionnaire.accounts.second_factor_views import draw_qr_code
from questionnaire.encryption.keyring import SealError
from questionnaire.models import User
from questionnaire.tests.pages import controls
from questionnaire.tests.people import (
    CODE,
    PASSWORD,
    SECRET,
    Clock,
    code,
    give_app,
    is_signed_in,
    sign_in,
)

pytestmark = pytest.mark.django_db

APP = "/account/app/"
ACCOUNT = "/account/"
CONFIRM = "/account/confirm/"


def answer(client: Client, given: str) -> Any:
    return client.post(CODE, {"code": given})


# --- Setting up ---------------------------------------------------------------------------------------------


def secret_on(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    return found[1].replace(" ", "")


def test_setting_up_an_app_takes_its_first_code_and_gives_recovery_codes(annas: Client) -> None:
    secret = secret_on(annas.get(APP).content.decode())

    wrong = annas.post(APP, {"code": "000000"})
    right = annas.post(APP, {"code": code(secret=secret)}, follow=True)

    assert wrong.status_code == 200
    codes = re.findall(r"<code>(\d{8})</code>", right.content.decode())
    assert len(set(codes)) == 10
    assert right.redirect_chain == [("/account/codes/", 302)]


def test_recovery_codes_are_shown_once(annas: Client) -> None:
    secret = secret_on(annas.get(APP).content.decode())
    annas.post(APP, {"code": code(secret=secret)}, follow=True)

    again = annas.get("/account/codes/").content.decode()

    assert not re.search(r"\d{8}", again)
    assert "****" not in again


def test_setting_up_signs_out_everywhere_else(annas: Client) -> None:
    elsewhere = Client()
    sign_in(elsewhere)
    secret = secret_on(annas.get(APP).content.decode())
    assert is_signed_in(elsewhere)

    with_commit(annas, APP, {"code": code(secret=secret)})

    assert is_signed_in(annas)
    assert not is_signed_in(elsewhere)


def with_commit(client: Client, path: str, data: dict[str, str]) -> Any:
    """As in a transaction that is committed: only then are other sessions ended."""
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(path, data)


def test_the_picture_is_the_code_in_squares() -> None:
    drawn = draw_qr_code("otpauth://totp/anna?secret=ABC")

    assert re.fullmatch(r"(M\d+ \d+h1v1h-1z)+", drawn["path"])
    assert drawn["size"] > 21
    assert "M4 4h1v1h-1z" in drawn["path"]
    assert "M3 " not in drawn["path"]


def test_the_secret_is_the_one_in_the_picture(annas: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("questionnaire.accounts.second_factor_views.draw_qr_code", lambda url: {"path": url})

    page = annas.get(APP).content.decode()

    drawn = re.search(r'<path d="([^"]+)"', page)
    assert drawn
    assert f"secret={secret_on(page)}&amp;" in drawn[1]
    assert "stalk" not in drawn[1].lower()


def test_taking_the_app_away_takes_the_codes_with_it(annas: Client, anna: User) -> None:
    give_app(anna)

    annas.post("/account/app/remove/")

    assert not Authenticator.objects.exists()


def test_new_recovery_codes_replace_the_old(annas: Client, anna: User) -> None:
    give_app(anna)
    annas.post("/account/codes/new/")
    old = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    annas.post("/account/codes/new/")

    assert not set(old) & set(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes())


def test_recovery_codes_come_with_a_second_factor_only(annas: Client) -> None:
    page = annas.post("/account/codes/new/")

    assert page.status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("path", [APP, "/account/codes/new/", "/account/passkeys/add/"])
def test_changing_it_later_on_takes_the_password_again(
    annas: Client, anna: User, clock: Clock, path: str
) -> None:
    clock(10 * 60 - 1)
    assert annas.get(path).status_code == 200
    clock(1)

    response = annas.get(path)

    assert response.status_code == 302
    assert response["Location"].startswith(CONFIRM)


def test_the_account_page_says_what_there_is(annas: Client, anna: User) -> None:
    before = annas.get(ACCOUNT).content.decode()
    give_app(anna)
    annas.post("/account/codes/new/")

    after = annas.get(ACCOUNT).content.decode()

    assert reverse("mfa_activate_totp") in before
    assert reverse("mfa_deactivate_totp") in after
    assert "10" in after


# --- Signing in ---------------------------------------------------------------------------------------------


@pytest.fixture
def codes(anna: User) -> list[str]:
    """Anna's recovery codes, beside her app."""
    give_app(anna)
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    unused: list[str] = RecoveryCodes.activate(anna).get_unused_codes()
    return unused


@pytest.mark.usefixtures("codes")
def test_a_password_alone_does_not_sign_in(client: Client) -> None:
    response = sign_in(client)

    assert response["Location"] == CODE
    assert not is_signed_in(client)
    assert client.get(CODE).status_code == 200


@pytest.mark.usefixtures("codes")
def test_the_code_of_the_app_signs_in_under_a_new_session(client: Client) -> None:
    sign_in(client)
    before = client.session.session_key

    response = answer(client, code())

    assert response["Location"] == "/"
    assert is_signed_in(client)
    assert client.session.session_key != before


@pytest.mark.usefixtures("codes")
def test_after_the_code_one_goes_where_one_was_going(client: Client) -> None:
    sign_in(client, next="/keys/")

    assert answer(client, code())["Location"] == "/keys/"


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(client: Client, steps: int, is_taken: bool) -> None:
    sign_in(client)

    answer(client, code(steps))

    assert is_signed_in(client) is is_taken


@pytest.mark.usefixtures("codes")
def test_a_code_is_taken_once_in_all_the_time_it_is_right(client: Client, clock: Clock) -> None:
    watched = code(1)
    sign_in(client)
    answer(client, watched)
    assert is_signed_in(client)

    for _half_minute in range(3):
        thief = Client()
        sign_in(thief)
        answer(thief, watched)
        assert not is_signed_in(thief)
        clock(30)


@pytest.mark.usefixtures("codes")
def test_the_same_code_written_otherwise_is_the_same_code(client: Client) -> None:
    watched = code()
    sign_in(client)
    answer(client, watched)
    thief = Client()
    sign_in(thief)

    answer(thief, f" {watched[:3]} {watched[3:]}")

    assert not is_signed_in(thief)


def test_a_recovery_code_works_once(client: Client, codes: list[str]) -> None:
    sign_in(client)
    answer(client, codes[3])
    again = Client()
    sign_in(again)

    answer(again, codes[3])

    assert is_signed_in(client)
    assert not is_signed_in(again)


@pytest.mark.usefixtures("codes")
def test_guessing_codes_stops_after_a_few(client: Client) -> None:
    sign_in(client)
    wrong = f"{(int(code()) + 1) % 1_000_000:06}"

    for _try in range(20):
        answer(client, wrong)

    answer(client, code())
    assert not is_signed_in(client)


@pytest.mark.untraced
@pytest.mark.usefixtures("codes")
def test_guessing_codes_from_many_sessions_stops_too(clock: Clock) -> None:
    for number in range(12):
        guesser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        sign_in(guesser)
        answer(guesser, "000000")
    last = Client(REMOTE_ADDR="192.0.2.99")
    sign_in(last)

    answer(last, code())
    assert not is_signed_in(last)

    clock(301)
    answer(last, code())
    assert is_signed_in(last)


def test_a_stranger_without_the_password_gets_no_code_to_guess(client: Client, anna: User) -> None:
    give_app(anna)

    response = answer(client, code())

    assert response["Location"] == "/account/login/"
    assert not is_signed_in(client)


@pytest.mark.usefixtures("codes")
def test_the_password_is_good_for_the_code_for_a_while_only(client: Client, clock: Clock) -> None:
    sign_in(client)
    clock(15 * 60 + 1)

    answer(client, code())

    assert not is_signed_in(client)


def test_an_account_closed_between_password_and_code_stays_out(client: Client, anna: User) -> None:
    give_app(anna)
    sign_in(client)
    User.objects.update(is_active=False)

    response = answer(client, code())

    assert response.status_code in (200, 302)
    assert not is_signed_in(client)


def test_a_second_factor_taken_away_between_password_and_code_starts_over(client: Client, anna: User) -> None:
    give_app(anna)
    sign_in(client)
    Authenticator.objects.all().delete()

    response = client.get(CODE, follow=True)

    assert response.redirect_chain == [("/account/login/", 302)]
    assert sign_in(client)["Location"] == "/"


def test_changing_the_password_does_not_take_the_second_factor_away(annas: Client, anna: User) -> None:
    give_app(anna)
    new = "zeven groene fietsen in de sloot"
    annas.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    later = Client()
    response = sign_in(later, password=new)

    assert response["Location"] == CODE
    assert not is_signed_in(later)


@pytest.mark.usefixtures("codes")
def test_confirming_by_code_takes_the_right_one(client: Client, clock: Clock) -> None:
    sign_in(client)
    answer(client, code())
    clock(11 * 60)

    wrong = client.post("/account/confirm/code/", {"code": "000000", "next": APP})
    right = client.post("/account/confirm/code/", {"code": code(), "next": "/account/codes/new/"})

    assert wrong.status_code == 200
    assert right["Location"] == "/account/codes/new/"
    assert client.get("/account/codes/new/").status_code == 200


# --- Where it is asked --------------------------------------------------------------------------------------


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_without_a_second_factor_every_page_leads_to_setting_it_up(annas: Client) -> None:
    for path in ("/", "/intakes/start/", "/keys/", "/kept/"):
        assert annas.get(path)["Location"] == ACCOUNT, path
        if path != "/":
            assert annas.post(path)["Location"] == ACCOUNT, path


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_the_page_for_it_can_be_used(annas: Client) -> None:
    assert annas.get(ACCOUNT).status_code == 200
    page = annas.get(APP).content.decode()

    annas.post(APP, {"code": code(secret=secret_on(page))}, follow=True)

    assert is_signed_in(annas)


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/")["Location"].startswith("/account/login/")


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_an_address_that_is_not_there_is_not_there(annas: Client) -> None:
    assert annas.get("/none/").status_code == 404


def test_on_this_machine_it_is_left_to_the_person(annas: Client, settings: Any) -> None:
    assert settings.SECOND_FACTOR_REQUIRED is False
    assert is_signed_in(annas)


# --- What is stored -----------------------------------------------------------------------------------------


def test_secrets_are_stored_encrypted(anna: User, codes: list[str]) -> None:
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in stored
    assert not any(one in stored for one in codes)


def test_a_secret_comes_back_and_no_other_does() -> None:
    adapter = MFAAdapter()
    token = adapter.encrypt(SECRET)

    assert adapter.decrypt(token) == SECRET
    assert adapter.encrypt(SECRET) != token
    flipped = token[:-1] + ("0" if token[-1] != "0" else "1")
    for altered in (flipped, token[:40], "0" * 8 + token[8:]):
        with pytest.raises(SealError):
            adapter.decrypt(altered)


# --- Passkeys, without a browser (with one: browser/test_passkeys.py) ---------------------------------------

CREDENTIALS = [
    "",
    "null",
    "[]",
    "1",
    '"text"',
    "{",
    "{}",
    "NaN",
    '{"id": 1}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": null}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": []}',
    '{"id": "x", "rawId": "x", "type": "x", "response": {"clientDataJSON": "e30"}}',
    '{"id":"eA","rawId":"eA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"eA",'
    '"signature":"eA","userHandle":"eA"}}',
    '{"id":"eA","rawId":"eA","type":"public-key","response":{"clientDataJSON":"%%%","attestationObject":"oA"}}',
    '{"id":"eA","rawId":"eA","type":"public-key","response":{"userHandle":"////"}}',
    "[" * 5_000,
    '{"id": ' + "9" * 5_000 + "}",
]


@pytest.mark.untraced
@pytest.mark.parametrize("credential", CREDENTIALS, ids=range(len(CREDENTIALS)))
def test_what_is_no_passkey_is_refused(annas: Client, anna: User, credential: str) -> None:
    stranger, halfway = Client(), Client()
    stranger.get("/account/login/passkey/", headers={"accept": "application/json"})
    annas.get("/account/passkeys/add/")
    answers = {
        "sign in": stranger.post("/account/login/passkey/", {"credential": credential}).status_code,
        "add": annas.post("/account/passkeys/add/", {"credential": credential}).status_code,
        "confirm": annas.post("/account/confirm/passkey/", {"credential": credential}).status_code,
    }
    give_app(anna)
    sign_in(halfway)
    answers["second factor"] = halfway.post(CODE, {"credential": credential}).status_code
    annas.post("/lock/")
    answers["unlock"] = annas.post("/unlock/", {"credential": credential}).status_code

    assert set(answers.values()) <= {200, 302}
    assert answers["unlock"] == answers["second factor"] == 200
    assert not is_signed_in(stranger)
    assert not is_signed_in(halfway)
    assert not is_signed_in(annas)
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_a_challenge_is_given_to_anyone_and_names_nobody(client: Client, anna: User) -> None:
    given = client.get("/account/login/passkey/", headers={"accept": "application/json"}).json()

    asked = given["request_options"]["publicKey"]
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")


def test_without_a_passkey_the_pages_that_take_one_do_not_ask_for_it(annas: Client) -> None:
    annas.post("/lock/")

    assert "data-passkey" not in annas.get("/unlock/").content.decode()
    assert "credential" not in controls(annas.get("/unlock/").content.decode())
