"""Guessing passwords and codes of one account stops, by the events, and never locks out the owner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from questionnaire.accounts import attempts
from questionnaire.accounts.attempts import Way
from questionnaire.actions import accounts as account_actions
from questionnaire.audit import account_signals
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.limits import LimitName
from questionnaire.models import Event, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.people import CODE, LOGIN, PASSWORD, code, moved_clock, set_up_app, sign_in

pytestmark = pytest.mark.django_db

ELSEWHERE = attempts.details_of(Way.PASSWORD, known=False)
PASSWORD_PAGE = "/account/password/"


def is_in(client: Client) -> bool:
    return client.get(PASSWORD_PAGE).status_code == 200


def limits_met() -> list[tuple[int | None, str]]:
    met = Event.objects.filter(code=EventCode.LIMIT_MET).order_by("seq")
    return [(event.subject or event.actor_id, event.details["limit"]) for event in met]


def refuse(user: User, times: int, details: object = ELSEWHERE) -> None:
    for _time in range(times):
        account_signals.record_refusal(user, details)  # type: ignore[arg-type]


def test_eleven_wrong_sign_ins_under_eleven_names_keep_out_no_colleague(client: Client, anna: User) -> None:
    """They come from the address of the office, and she signed in on her device before."""
    sign_in(client)
    client.post("/account/logout/")
    for number in range(11):
        User.objects.create_user(f"user{number}")
        sign_in(Client(), f"user{number}", "wrong")

    assert "te veel pogingen" in sign_in(Client(), "user11", "wrong").content.decode()
    assert sign_in(client)["Location"] == "/"
    assert is_in(client)
    assert (None, LimitName.ADDRESS) in limits_met()


def test_on_a_shared_device_each_who_signed_in_there_is_known(client: Client, anna: User) -> None:
    User.objects.create_user("berta", PASSWORD)
    for name in ("anna", "berta"):
        sign_in(client, name)
        client.post("/account/logout/")
    for number in range(11):
        sign_in(Client(), f"user{number}", "wrong")
        sign_in(Client(REMOTE_ADDR="192.0.2.1"), "anna", f"wrong {number}")

    assert sign_in(client, "anna")["Location"] == "/"


def test_of_a_shared_device_the_last_five_are_known(client: Client, anna: User) -> None:
    others = [User.objects.create_user(f"user{number}", PASSWORD) for number in range(5)]
    for user in (anna, *others):
        sign_in(client, user.username)
        client.post("/account/logout/")
    refuse(anna, 5)
    refuse(others[0], 5)

    assert sign_in(client, "anna").status_code == 200
    assert sign_in(client, "user0").status_code == 302


def test_a_device_on_which_someone_signed_in_before_is_known(client: Client, anna: User) -> None:
    sign_in(client)
    client.post("/account/logout/")
    refuse(anna, 5)

    assert sign_in(Client()).status_code == 200
    assert sign_in(client).status_code == 302


def test_whoever_empties_the_table_of_attempts_gains_no_guess(
    anna: User, checked_passwords: list[str]
) -> None:
    for number in range(40):
        cache.clear()
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "anna", f"wrong {number}")

    assert len(checked_passwords) == 5
    assert limits_met() == [(anna.pk, LimitName.SIGN_INS)]


def test_the_sixth_guess_waits_until_five_minutes_after_the_first(anna: User) -> None:
    refuse(anna, 4)
    assert not attempts.are_too_many(anna, Way.PASSWORD, known=False)
    refuse(anna, 1)

    assert attempts.are_too_many(anna, Way.PASSWORD, known=False)
    with moved_clock(timedelta(minutes=5, seconds=1)):
        assert not attempts.are_too_many(anna, Way.PASSWORD, known=False)


@pytest.mark.parametrize(
    "begin",
    [
        datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
        datetime(2026, 6, 1, 8, tzinfo=UTC),
    ],
    ids=["the clocks go forward", "the clocks go back", "neither"],
)
def test_who_guesses_slowly_is_stopped_for_a_day_of_24_hours(
    anna: User, monkeypatch: pytest.MonkeyPatch, begin: datetime
) -> None:
    now = [begin]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    for _guess in range(50):
        assert not attempts.are_too_many(anna, Way.PASSWORD, known=False)
        refuse(anna, 1)
        now[0] += timedelta(minutes=6)

    assert attempts.are_too_many(anna, Way.PASSWORD, known=False)
    now[0] = begin + timedelta(hours=23, minutes=59)
    assert attempts.are_too_many(anna, Way.PASSWORD, known=False)
    now[0] = begin + timedelta(hours=24, seconds=1)
    assert not attempts.are_too_many(anna, Way.PASSWORD, known=False)


def test_no_clock_that_was_wrong_locks_anyone_out(anna: User) -> None:
    with moved_clock(timedelta(days=400)):
        refuse(anna, 50)

    assert not attempts.are_too_many(anna, Way.PASSWORD, known=False)


def test_each_device_each_way_and_each_account_has_a_count_of_its_own(anna: User) -> None:
    berta = User.objects.create_user("berta", PASSWORD)
    refuse(anna, 50)

    assert attempts.are_too_many(anna, Way.PASSWORD, known=False)
    assert not attempts.are_too_many(anna, Way.PASSWORD, known=True)
    assert not attempts.are_too_many(anna, Way.CODE, known=False)
    assert not attempts.are_too_many(berta, Way.PASSWORD, known=False)
    assert not attempts.are_too_many(None, Way.PASSWORD, known=False)


def test_a_new_password_lets_the_owner_in_at_once(team: Team) -> None:
    anna = account("anna", team, Membership.Role.PROFESSIONAL)
    ann = account("ann", team, Membership.Role.ADMINISTRATOR)
    elsewhere = Client(REMOTE_ADDR="192.0.2.1")
    for number in range(6):
        sign_in(elsewhere, "anna", f"wrong {number}")
    assert "te veel pogingen" in sign_in(elsewhere).content.decode()

    password = account_actions.renew_password(ann, anna)

    assert sign_in(Client(REMOTE_ADDR="192.0.2.2"), "anna", password).status_code == 302


def test_an_account_that_is_not_there_is_answered_alike(anna: User) -> None:
    def answers(name: str) -> list[bool]:
        clients = [Client(REMOTE_ADDR=f"192.0.2.{number}") for number in range(8)]
        pages = [sign_in(client, name, "wrong").content.decode() for client in clients]
        return ["te veel pogingen" in page for page in pages]

    assert answers("anna") == answers("nobody") == [False] * 5 + [True] * 3


def test_guessing_codes_stops_by_the_events_too(anna: User) -> None:
    set_up_app(anna)
    for number in range(12):
        cache.clear()
        guesser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        assert sign_in(guesser)["Location"] == CODE
        guesser.post(CODE, {"code": f"{number:06}"})

    refused = Event.objects.filter(code=EventCode.SIGN_IN_REFUSED, details__way="code")
    assert refused.count() == 5
    assert limits_met() == [(anna.pk, LimitName.CODES)]


def test_who_guesses_codes_does_not_lock_out_the_device_of_the_owner(client: Client, anna: User) -> None:
    set_up_app(anna)
    sign_in(client)
    client.post(CODE, {"code": code()})
    assert is_in(client)
    client.post("/account/logout/")
    refuse(anna, 50, attempts.details_of(Way.CODE, known=False))

    sign_in(client)
    assert client.post(CODE, {"code": code(1)}).status_code == 302
    assert is_in(client)


def test_recovery_codes_are_counted_with_those_of_the_app(anna: User) -> None:
    set_up_app(anna)
    guesser = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(guesser)
    for number in range(6):
        page = guesser.post(CODE, {"code": f"{number:08}"}).content.decode()

    assert "te veel pogingen" in page


@pytest.mark.parametrize(
    ("address", "field"),
    [("/unlock/", "password"), ("/account/confirm/", "password"), (PASSWORD_PAGE, "oldpassword")],
)
def test_every_page_that_takes_a_password_counts_with_the_others(
    client: Client, anna: User, checked_passwords: list[str], address: str, field: str
) -> None:
    sign_in(client)
    if address == "/unlock/":
        client.post("/lock/")
    before = len(checked_passwords)
    new = "zeven groene fietsen in de sloot"
    for number in range(8):
        cache.clear()  # so that it is not allauth's own limit
        client.post(address, {field: f"wrong {number}", "password1": new, "password2": new})

    assert len(checked_passwords) - before == 5
    refused = Event.objects.filter(code=EventCode.SIGN_IN_REFUSED, subject=anna.pk)
    assert [event.details for event in refused] == [attempts.details_of(Way.PASSWORD, known=True)] * 5
    assert limits_met() == [(anna.pk, LimitName.SIGN_INS)]


def test_many_sessions_of_one_person_share_one_count(anna: User, checked_passwords: list[str]) -> None:
    clients = [Client() for _session in range(8)]
    for client in clients:
        sign_in(client)
    before = len(checked_passwords)
    for number, client in enumerate(clients):
        client.post("/account/confirm/", {"password": f"wrong {number}", "next": "/"})

    assert len(checked_passwords) - before == 5


def test_a_closed_account_is_answered_as_a_wrong_password_and_counted(anna: User) -> None:
    User.objects.update(is_active=False)

    pages = [sign_in(Client(REMOTE_ADDR=f"192.0.2.{n}")).content.decode() for n in range(7)]

    assert ["te veel pogingen" in page for page in pages] == [False] * 5 + [True] * 2


@pytest.mark.parametrize(("language", "text"), [("nl", "heeft een grens"), ("en", "a limit stopped you")])
def test_the_owner_is_told_at_the_next_sign_in_and_once(
    client: Client, anna: User, language: str, text: str
) -> None:
    client.cookies["__Host-language"] = language
    sign_in(client)
    client.post("/account/logout/")
    for number in range(7):
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "anna", f"wrong {number}")

    sign_in(client)
    first = client.get(PASSWORD_PAGE).content.decode()
    client.post("/account/logout/")
    sign_in(client)

    assert text in first
    assert text not in client.get(PASSWORD_PAGE).content.decode()


def test_the_owner_finds_it_under_signing_in_and_rights(client: Client, anna: User) -> None:
    sign_in(client)
    for number in range(7):
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "anna", f"wrong {number}")

    page = client.get("/account/sign-ins/", headers={"accept-language": "nl"}).content.decode()

    assert "tegengehouden door een grens" in page
    assert "foute wachtwoorden" in page
    assert LOGIN not in page
