"""Signing in and out."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from questionnaire.models import Membership, Session, Team, User
from questionnaire.tests.own_process import run_without_setup
from questionnaire.tests.payloads import ELSEWHERE
from questionnaire.tests.people import LOGIN, PASSWORD, sign_in

PASSWORD_PAGE = "/account/password/"
NEW_PASSWORD = "zeven groene fietsen in de sloot"

pytestmark = pytest.mark.django_db


def is_signed_in(client: Client) -> bool:
    return client.get(PASSWORD_PAGE).status_code == 200


def change_password(client: Client, old: str, new: str = NEW_PASSWORD) -> HttpResponse:
    typed = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(PASSWORD_PAGE, typed)  # type: ignore[return-value]


@pytest.mark.usefixtures("anna")
def test_the_right_password_signs_in(client: Client) -> None:
    response = sign_in(client)

    assert response.status_code == 302
    assert response["Location"] == "/"
    assert is_signed_in(client)


@pytest.mark.usefixtures("anna")
def test_user_names_are_typed_in_any_case(client: Client) -> None:
    assert sign_in(client, " Anna ").status_code == 302


def _visible_text(response: HttpResponse) -> str:
    class TextParser(HTMLParser):
        text = ""

        def handle_data(self, data: str) -> None:
            self.text += data

    parser = TextParser()
    parser.feed(response.content.decode())
    return parser.text


def test_a_wrong_name_a_wrong_password_and_a_closed_account_answer_alike(anna: User) -> None:
    answers = [
        _visible_text(sign_in(Client(), "nobody", PASSWORD)),
        _visible_text(sign_in(Client(), "anna", "wrong password")),
    ]
    User.objects.update(is_active=False)
    answers.append(_visible_text(sign_in(Client(), "anna", PASSWORD)))

    assert len(set(answers)) == 1
    assert "horen niet bij elkaar" in answers[0]
    assert not Session.objects.exists()


def test_a_closed_account_is_out_at_the_next_request(client: Client, anna: User) -> None:
    sign_in(client)
    assert is_signed_in(client)

    User.objects.update(is_active=False)

    assert not is_signed_in(client)


@pytest.mark.usefixtures("anna")
def test_signing_in_makes_a_new_session(client: Client) -> None:
    client.cookies["__Host-session"] = "a-session-that-someone-else-chose"

    sign_in(client)

    assert client.session.session_key not in (None, "a-session-that-someone-else-chose")
    assert Session.objects.count() == 1


@pytest.mark.usefixtures("anna")
def test_signing_out_ends_the_session_on_the_server(client: Client) -> None:
    sign_in(client)
    replayed = Client()
    replayed.cookies = client.cookies.copy()  # type: ignore[assignment]

    response = client.post("/account/logout/")

    assert response["Location"] == LOGIN
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)
    assert not is_signed_in(replayed)
    assert not Session.objects.exists()


@pytest.mark.usefixtures("anna")
def test_a_link_does_not_sign_out(client: Client) -> None:
    sign_in(client)

    response = client.get("/account/logout/")

    assert response.status_code == 200
    assert "Clear-Site-Data" not in response
    assert is_signed_in(client)


@pytest.mark.usefixtures("anna")
def test_signing_in_and_out_takes_a_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)

    assert sign_in(client).status_code == 403
    assert client.post("/account/logout/").status_code == 403
    assert client.post("/language/", {"language": "en"}).status_code == 403


@pytest.mark.usefixtures("anna")
def test_changing_the_password_ends_other_sessions(client: Client) -> None:
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    old_key = client.session.session_key

    response = change_password(client, PASSWORD)

    assert response["Location"] == "/"
    assert is_signed_in(client)
    assert client.session.session_key != old_key
    assert not is_signed_in(elsewhere)
    assert sign_in(Client(), password=PASSWORD).status_code == 200
    assert sign_in(Client(), password=NEW_PASSWORD).status_code == 302


@pytest.mark.usefixtures("anna")
def test_changing_the_password_takes_the_old_one(client: Client) -> None:
    sign_in(client)

    response = change_password(client, "wrong")

    assert response.status_code == 200
    assert sign_in(Client(), password=PASSWORD).status_code == 302


def test_an_account_without_a_password_has_none_to_change(client: Client) -> None:
    client.force_login(User.objects.create_user("berta"))

    assert client.get(PASSWORD_PAGE).status_code == 403


@pytest.mark.usefixtures("anna")
def test_confirming_takes_the_password(client: Client) -> None:
    sign_in(client)

    wrong = client.post("/account/confirm/", {"password": "wrong", "next": "/account/password/"})
    right = client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/password/"})

    assert wrong.status_code == 200
    assert (right.status_code, right["Location"]) == (302, "/account/password/")


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_reset_password",
        "account_set_password",
        "account_request_login_code",
        "mfa_list_webauthn",
        "mfa_edit_webauthn",
        "mfa_download_recovery_codes",
        "mfa_signup_webauthn",
        "mfa_trust",
    ],
)
def test_pages_that_are_not_offered_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "url", ["/account/signup/", "/account/password/reset/", "/account/2fa/", "/accounts/login/", "/admin/"]
)
def test_their_addresses_are_not_there(client: Client, url: str) -> None:
    assert client.get(url).status_code == 404


@pytest.mark.untraced
@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere(client: Client, target: str) -> None:
    responses = [
        sign_in(client, next=target),
        client.post("/account/confirm/", {"password": PASSWORD, "next": target}),
        client.post("/language/", {"language": "en", "next": target}),
        client.post("/account/logout/", {"next": target}),
    ]

    for response in responses:
        assert response.status_code == 302
        assert response["Location"] in ("/", "/account/login/")


@pytest.mark.usefixtures("anna")
def test_after_signing_in_one_goes_where_one_was_going(client: Client) -> None:
    assert sign_in(client, next="/account/password/?a=b")["Location"] == "/account/password/?a=b"


def guess(client: Client, count: int, username: str = "anna") -> None:
    for number in range(count):
        sign_in(client, username, f"wrong {number}")


@pytest.mark.usefixtures("anna")
def test_guessing_stops_after_a_few_attempts(checked_passwords: list[str]) -> None:
    attacker = Client(REMOTE_ADDR="192.0.2.1")

    guess(attacker, 40)

    assert len(checked_passwords) == 5
    assert "Location" not in sign_in(attacker)


@pytest.mark.untraced
@pytest.mark.usefixtures("anna")
def test_guessing_from_many_addresses_stops_too(checked_passwords: list[str]) -> None:
    for number in range(40):
        guess(Client(REMOTE_ADDR=f"192.0.2.{number}"), 1)

    assert len(checked_passwords) == 5


@pytest.mark.untraced
def test_guessing_many_names_from_one_address_stops_too(checked_passwords: list[str]) -> None:
    for number in range(40):
        User.objects.create_user(f"user{number}")
        guess(Client(REMOTE_ADDR="192.0.2.1"), 1, f"user{number}")

    assert len(checked_passwords) == 10


@pytest.mark.usefixtures("anna")
def test_a_stranger_does_not_lock_out_the_owner(client: Client) -> None:
    sign_in(client)
    client.post("/account/logout/")

    guess(Client(REMOTE_ADDR="192.0.2.1"), 20)

    assert sign_in(Client(REMOTE_ADDR="192.0.2.2")).status_code == 200
    assert sign_in(client).status_code == 302


@pytest.mark.untraced
@pytest.mark.usefixtures("anna")
def test_whoever_guesses_in_an_office_does_not_keep_out_its_people(client: Client) -> None:
    """They share an address; a device on which somebody signed in before is counted by itself."""
    sign_in(client)
    client.post("/account/logout/")
    for number in range(40):
        guess(Client(), 1, f"user{number}")

    assert sign_in(Client()).status_code != 302
    assert sign_in(client).status_code == 302


@pytest.mark.untraced
@pytest.mark.usefixtures("anna")
def test_a_known_device_cannot_guess_the_passwords_of_all(
    client: Client, checked_passwords: list[str]
) -> None:
    sign_in(client)
    client.post("/account/logout/")
    before = len(checked_passwords)

    for number in range(40):
        User.objects.create_user(f"user{number}")
        guess(client, 1, f"user{number}")

    assert len(checked_passwords) - before == 10


def test_the_limits_of_an_address_are_settings(tmp_path: Path) -> None:
    """A municipality has one address for everybody."""
    limits = {"STALKCHECK_SIGN_INS": "600", "STALKCHECK_REFUSED_SIGN_INS": "60"}
    code = "from stalkcheck import settings; print(settings.ACCOUNT_RATE_LIMITS, settings.MFA_RATE_LIMITS)"

    printed = run_without_setup(["-c", code], tmp_path, **limits).stdout

    assert printed.split("\n")[0] == str(
        {"login": "600/m/ip", "login_failed": "60/m/ip,5/5m/key,50/d/key"}
    ) + " " + str({"webauthn_login": "600/m/ip"})


@pytest.mark.usefixtures("anna")
def test_a_device_that_is_known_for_another_person_is_not_known(client: Client) -> None:
    User.objects.create_user("berta", PASSWORD)
    sign_in(client, "berta")
    client.post("/account/logout/")
    guess(Client(REMOTE_ADDR="192.0.2.1"), 20)

    assert sign_in(client, "anna").status_code == 200


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("cookie", ["", "anna", "ImFubmEi:1abcde:forged-signature"])
def test_a_made_up_device_is_not_known(client: Client, cookie: str) -> None:
    guess(Client(REMOTE_ADDR="192.0.2.1"), 20)
    client.cookies["__Host-device"] = cookie

    assert sign_in(client).status_code == 200


@pytest.mark.untraced
@pytest.mark.usefixtures("anna")
def test_a_known_device_cannot_guess_without_end(client: Client, checked_passwords: list[str]) -> None:
    sign_in(client)
    client.post("/account/logout/")
    before = len(checked_passwords)

    guess(client, 40)

    assert len(checked_passwords) - before == 5


@pytest.mark.usefixtures("anna")
def test_the_page_to_change_a_password_says_how_long_it_must_be(client: Client) -> None:
    sign_in(client)

    page = client.get(PASSWORD_PAGE).content.decode()

    assert f"Minstens {settings.PASSWORD_MIN_LENGTH} tekens." in page


@pytest.mark.parametrize(
    "password",
    [
        "kort",
        "elf tekens!",
        "password1234",
        "123456789012",
        "stalkcheck2026",
        "Welkom-Wachtwoord",
        "StalkCheckStalkCheck",
        "anna-bergsma1",
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="anna-bergsma", name="Anna Bergsma"))


@pytest.mark.parametrize(
    "password", [PASSWORD, "x7%kLm2&pQ9z", "mijn stalkcheck is van de olifant", "wachtwoord" * 5 + PASSWORD]
)
def test_a_long_password_needs_no_special_signs(password: str) -> None:
    validate_password(password, User(username="anna"))


def test_the_first_account_is_made_once(capsys: pytest.CaptureFixture[str], client: Client) -> None:
    call_command("adduser", "--first")
    printed = capsys.readouterr().out
    call_command("adduser", "--first")

    user = User.objects.get()
    roles = set(Membership.objects.filter(user=user).values_list("role", flat=True))
    assert roles == {Membership.Role.PROFESSIONAL, Membership.Role.MANAGER}
    assert capsys.readouterr().out == ""
    password = printed.splitlines()[1].rpartition(" ")[2]
    assert sign_in(client, user.username, password).status_code == 302
    validate_password(password, user)


def test_a_password_goes_into_a_file_where_what_is_printed_is_kept(
    capsys: pytest.CaptureFixture[str], client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "keys" / "first_password"

    call_command("adduser", "--first", password_file=path)

    password, printed = path.read_text().strip(), capsys.readouterr().out
    assert path.stat().st_mode & 0o777 == 0o600
    assert password not in printed
    assert str(path) in printed
    assert sign_in(client, User.objects.get().username, password).status_code == 302
    with pytest.raises(CommandError, match="first_password"):
        call_command("adduser", "berta", password_file=path)
    with pytest.raises(CommandError, match="/dev/null/x"):
        call_command("adduser", "berta", password_file=Path("/dev/null/x"))
    assert User.objects.count() == 1, "nobody has an account whose password nobody knows"


def test_an_account_with_roles_in_a_team(capsys: pytest.CaptureFixture[str]) -> None:
    Team.objects.create(name="North")

    call_command("adduser", "Berta", "--team", "North", "--role", "reviewer", "--role", "manager")

    roles = Membership.objects.filter(user__username="berta", team__name="North").values_list(
        "role", flat=True
    )
    assert set(roles) == {"reviewer", "manager"}
    assert Team.objects.count() == 1
    assert "berta" in capsys.readouterr().out


def test_an_account_is_a_professional_unless_told_otherwise() -> None:
    call_command("adduser", "berta")

    assert Membership.objects.get().role == Membership.Role.PROFESSIONAL


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("arguments", [["Anna"], ["a b"], []])
def test_a_user_name_that_will_not_do_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("adduser", *arguments)

    assert User.objects.count() == 1
    assert not Team.objects.exists()
