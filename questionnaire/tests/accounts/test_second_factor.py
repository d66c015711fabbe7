"""The second factor: codes from an app, recovery codes, and where a second factor is required."""

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
    is_signed_in,
    set_up_app,
    sign_in,
)

pytestmark = pytest.mark.django_db

APP = "/account/app/"
ACCOUNT = "/account/"
CONFIRM = "/account/confirm/"


def post_code(client: Client, value: str) -> Any:
    return client.post(CODE, {"code": value})


# --- Setting up ---------------------------------------------------------------------------------------------


def secret_in(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    return found[1].replace(" ", "")


def test_setting_up_an_app_takes_its_first_code_and_gives_recovery_codes(anna_client: Client) -> None:
    secret = secret_in(anna_client.get(APP).content.decode())

    wrong = anna_client.post(APP, {"code": "000000"})
    right = anna_client.post(APP, {"code": code(secret=secret)}, follow=True)

    assert wrong.status_code == 200
    codes = re.findall(r"<code>(\d{8})</code>", right.content.decode())
    assert len(set(codes)) == 10
    assert right.redirect_chain == [("/account/codes/", 302)]


def test_recovery_codes_are_shown_once(anna_client: Client) -> None:
    secret = secret_in(anna_client.get(APP).content.decode())
    anna_client.post(APP, {"code": code(secret=secret)}, follow=True)

    again = anna_client.get("/account/codes/").content.decode()

    assert not re.search(r"\d{8}", again)
    assert "****" not in again


@pytest.mark.django_db(transaction=True)  # allauth tells of it after the commit
def test_setting_up_signs_out_everywhere_else(anna_client: Client) -> None:
    elsewhere = Client()
    sign_in(elsewhere)
    secret = secret_in(anna_client.get(APP).content.decode())
    assert is_signed_in(elsewhere)

    anna_client.post(APP, {"code": code(secret=secret)})

    assert is_signed_in(anna_client)
    assert not is_signed_in(elsewhere)


def test_the_picture_is_the_code_in_squares() -> None:
    drawn = draw_qr_code("otpauth://totp/anna?secret=ABC")

    assert re.fullmatch(r"(M\d+ \d+h1v1h-1z)+", drawn["path"])
    assert drawn["size"] > 21
    assert "M4 4h1v1h-1z" in drawn["path"]
    assert "M3 " not in drawn["path"]


def test_the_secret_is_the_one_in_the_picture(anna_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("questionnaire.accounts.second_factor_views.draw_qr_code", lambda url: {"path": url})

    page = anna_client.get(APP).content.decode()

    drawn = re.search(r'<path d="([^"]+)"', page)
    assert drawn
    assert f"secret={secret_in(page)}&amp;" in drawn[1]
    assert "stalk" not in drawn[1].lower()


def test_taking_the_app_away_takes_the_codes_with_it(anna_client: Client, anna: User) -> None:
    set_up_app(anna)

    anna_client.post("/account/app/remove/")

    assert not Authenticator.objects.exists()


def test_new_recovery_codes_replace_the_old(anna_client: Client, anna: User) -> None:
    set_up_app(anna)
    anna_client.post("/account/codes/new/")
    old = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    anna_client.post("/account/codes/new/")

    assert not set(old) & set(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes())


def test_recovery_codes_come_with_a_second_factor_only(anna_client: Client) -> None:
    page = anna_client.post("/account/codes/new/")

    assert page.status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("path", [APP, "/account/codes/new/", "/account/passkeys/add/"])
def test_changing_it_later_on_takes_the_password_again(
    anna_client: Client, anna: User, clock: Clock, path: str
) -> None:
    clock(10 * 60 - 1)
    assert anna_client.get(path).status_code == 200
    clock(1)

    response = anna_client.get(path)

    assert response.status_code == 302
    assert response["Location"].startswith(CONFIRM)


def test_the_account_page_says_what_there_is(anna_client: Client, anna: User) -> None:
    before = anna_client.get(ACCOUNT).content.decode()
    set_up_app(anna)
    anna_client.post("/account/codes/new/")

    after = anna_client.get(ACCOUNT).content.decode()

    assert reverse("mfa_activate_totp") in before
    assert reverse("mfa_deactivate_totp") in after
    assert "10" in after


# --- Signing in ---------------------------------------------------------------------------------------------


@pytest.fixture
def codes(anna: User) -> list[str]:
    """Set up an app for Anna, and return her recovery codes."""
    set_up_app(anna)
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

    response = post_code(client, code())

    assert response["Location"] == "/"
    assert is_signed_in(client)
    assert client.session.session_key != before


@pytest.mark.usefixtures("codes")
def test_after_the_code_one_goes_where_one_was_going(client: Client) -> None:
    sign_in(client, next="/keys/")

    assert post_code(client, code())["Location"] == "/keys/"


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(client: Client, steps: int, is_taken: bool) -> None:
    sign_in(client)

    post_code(client, code(steps))

    assert is_signed_in(client) is is_taken


@pytest.mark.usefixtures("codes")
def test_a_code_is_taken_once_in_all_the_time_it_is_right(client: Client, clock: Clock) -> None:
    seen_code = code(1)
    sign_in(client)
    post_code(client, seen_code)
    assert is_signed_in(client)

    for _half_minute in range(3):
        thief = Client()
        sign_in(thief)
        post_code(thief, seen_code)
        assert not is_signed_in(thief)
        clock(30)


@pytest.mark.usefixtures("codes")
def test_the_same_code_written_otherwise_is_the_same_code(client: Client) -> None:
    seen_code = code()
    sign_in(client)
    post_code(client, seen_code)
    thief = Client()
    sign_in(thief)

    post_code(thief, f" {seen_code[:3]} {seen_code[3:]}")

    assert not is_signed_in(thief)


def test_a_recovery_code_works_once(client: Client, codes: list[str]) -> None:
    sign_in(client)
    post_code(client, codes[3])
    again = Client()
    sign_in(again)

    post_code(again, codes[3])

    assert is_signed_in(client)
    assert not is_signed_in(again)


@pytest.mark.usefixtures("codes")
def test_guessing_codes_stops_after_a_few(client: Client) -> None:
    sign_in(client)
    wrong = f"{(int(code()) + 1) % 1_000_000:06}"

    for _try in range(20):
        post_code(client, wrong)

    post_code(client, code())
    assert not is_signed_in(client)


@pytest.mark.untraced
@pytest.mark.usefixtures("codes")
def test_guessing_codes_from_many_sessions_stops_too(clock: Clock) -> None:
    for number in range(12):
        attacker = Client(REMOTE_ADDR=f"192.0.2.{number}")
        sign_in(attacker)
        post_code(attacker, "000000")
    last = Client(REMOTE_ADDR="192.0.2.99")
    sign_in(last)

    post_code(last, code())
    assert not is_signed_in(last)

    clock(301)
    post_code(last, code())
    assert is_signed_in(last)


def test_a_stranger_without_the_password_gets_no_code_to_guess(client: Client, anna: User) -> None:
    set_up_app(anna)

    response = post_code(client, code())

    assert response["Location"] == "/account/login/"
    assert not is_signed_in(client)


@pytest.mark.usefixtures("codes")
def test_the_password_is_good_for_the_code_for_a_while_only(client: Client, clock: Clock) -> None:
    sign_in(client)
    clock(15 * 60 + 1)

    post_code(client, code())

    assert not is_signed_in(client)


def test_an_account_closed_between_password_and_code_stays_out(client: Client, anna: User) -> None:
    set_up_app(anna)
    sign_in(client)
    User.objects.update(is_active=False)

    response = post_code(client, code())

    assert response.status_code in (200, 302)
    assert not is_signed_in(client)


def test_a_second_factor_taken_away_between_password_and_code_starts_over(client: Client, anna: User) -> None:
    set_up_app(anna)
    sign_in(client)
    Authenticator.objects.all().delete()

    response = client.get(CODE, follow=True)

    assert response.redirect_chain == [("/account/login/", 302)]
    assert sign_in(client)["Location"] == "/"


def test_changing_the_password_does_not_take_the_second_factor_away(anna_client: Client, anna: User) -> None:
    set_up_app(anna)
    new = "zeven groene fietsen in de sloot"
    anna_client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    later = Client()
    response = sign_in(later, password=new)

    assert response["Location"] == CODE
    assert not is_signed_in(later)


@pytest.mark.usefixtures("codes")
def test_confirming_by_code_takes_the_right_one(client: Client, clock: Clock) -> None:
    sign_in(client)
    post_code(client, code())
    clock(11 * 60)

    wrong = client.post("/account/confirm/code/", {"code": "000000", "next": APP})
    right = client.post("/account/confirm/code/", {"code": code(), "next": "/account/codes/new/"})

    assert wrong.status_code == 200
    assert right["Location"] == "/account/codes/new/"
    assert client.get("/account/codes/new/").status_code == 200


# --- Where it is required -----------------------------------------------------------------------------------


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_without_a_second_factor_every_page_leads_to_setting_it_up(anna_client: Client) -> None:
    for path in ("/", "/intakes/start/", "/keys/", "/kept/"):
        assert anna_client.get(path)["Location"] == ACCOUNT, path
        if path != "/":
            assert anna_client.post(path)["Location"] == ACCOUNT, path


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_the_page_for_it_can_be_used(anna_client: Client) -> None:
    assert anna_client.get(ACCOUNT).status_code == 200
    page = anna_client.get(APP).content.decode()

    anna_client.post(APP, {"code": code(secret=secret_in(page))}, follow=True)

    assert is_signed_in(anna_client)


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/")["Location"].startswith("/account/login/")


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_an_address_that_is_not_there_is_not_there(anna_client: Client) -> None:
    assert anna_client.get("/none/").status_code == 404


def test_on_this_machine_it_is_left_to_the_person(anna_client: Client, settings: Any) -> None:
    assert settings.SECOND_FACTOR_REQUIRED is False
    assert is_signed_in(anna_client)


# --- What is stored -----------------------------------------------------------------------------------------


def test_secrets_are_stored_encrypted(anna: User, codes: list[str]) -> None:
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in stored
    assert not any(recovery_code in stored for recovery_code in codes)


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
def test_what_is_no_passkey_is_refused(anna_client: Client, anna: User, credential: str) -> None:
    stranger, halfway = Client(), Client()
    stranger.get("/account/login/passkey/", headers={"accept": "application/json"})
    anna_client.get("/account/passkeys/add/")
    statuses = {
        "sign in": stranger.post("/account/login/passkey/", {"credential": credential}).status_code,
        "add": anna_client.post("/account/passkeys/add/", {"credential": credential}).status_code,
        "confirm": anna_client.post("/account/confirm/passkey/", {"credential": credential}).status_code,
    }
    set_up_app(anna)
    sign_in(halfway)
    statuses["second factor"] = halfway.post(CODE, {"credential": credential}).status_code
    anna_client.post("/lock/")
    statuses["unlock"] = anna_client.post("/unlock/", {"credential": credential}).status_code

    assert set(statuses.values()) <= {200, 302}
    assert statuses["unlock"] == statuses["second factor"] == 200
    assert not is_signed_in(stranger)
    assert not is_signed_in(halfway)
    assert not is_signed_in(anna_client)
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_a_challenge_is_given_to_anyone_and_names_nobody(client: Client, anna: User) -> None:
    challenge = client.get("/account/login/passkey/", headers={"accept": "application/json"}).json()

    options = challenge["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")


def test_without_a_passkey_the_pages_that_take_one_do_not_ask_for_it(anna_client: Client) -> None:
    anna_client.post("/lock/")

    assert "data-passkey" not in anna_client.get("/unlock/").content.decode()
    assert "credential" not in controls(anna_client.get("/unlock/").content.decode())
