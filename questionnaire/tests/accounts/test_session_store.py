"""Sessions in the database are of no use to whoever has the database and not the key ring."""

from __future__ import annotations

import os
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings as django_settings
from django.contrib.sessions.backends.base import UpdateError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from questionnaire.accounts.session_store import SessionStore, end_sessions, hash_of, sessions_of
from questionnaire.encryption import keyring
from questionnaire.models import Session, User
from questionnaire.tests import tampering
from questionnaire.tests.own_process import database_files
from questionnaire.tests.people import CODE, LOGIN, PASSWORD, Clock, code, is_signed_in, set_up_app, sign_in
from questionnaire.tests.urls import ARGUMENTS, MISSING, url_patterns

pytestmark = pytest.mark.django_db

COOKIE = django_settings.SESSION_COOKIE_NAME
TABLE = "questionnaire_session"
KNOWN_KEY = "k" * 32


def with_cookie(value: str) -> Client:
    client = Client()
    client.cookies[COOKIE] = value
    return client


def cookie_of(client: Client) -> str:
    return client.cookies[COOKIE].value


# --- A copy of the database ---------------------------------------------------------------------------------


def test_the_length_of_a_session_does_not_tell_what_is_in_it(anna_client: Client, anna: User) -> None:
    lengths = set()
    for text in ("", "kort", "".join(map(chr, range(0x4E00, 0x4E40)))):
        session = anna_client.session
        session["searched"] = text
        session.save()
        assert SessionStore(session.session_key)["searched"] == text
        lengths.add(len(bytes(Session.objects.get(user=anna).data)))

    assert len(lengths) == 1


def test_no_value_in_the_database_signs_anyone_in(anna_client: Client, anna: User) -> None:
    set_up_app(anna)
    RecoveryCodes.activate(anna)
    Authenticator.objects.create(user=anna, type="webauthn", data={"credential": {"id": "laptop" * 5}})
    assert is_signed_in(anna_client)
    values = {
        text for whole in tampering.every_text() for text in (whole, *re.findall(r"[\w~=-]{8,}", whole))
    }

    tried = [value for value in values if 8 <= len(value) < 4_000 and value.isascii() and value.isprintable()]

    assert len(tried) > 20
    assert not any(is_signed_in(with_cookie(value)) for value in tried)


@pytest.mark.django_db(transaction=True)
def test_the_cookie_is_nowhere_in_the_database(anna_client: Client) -> None:
    cookie = cookie_of(anna_client)

    assert is_signed_in(anna_client)
    assert all(cookie not in text for text in tampering.every_text())
    assert all(cookie.encode() not in content for content in database_files())


def test_a_session_of_another_installation_signs_nobody_in(
    anna_client: Client, tmp_path: Path, settings: Any
) -> None:
    assert is_signed_in(anna_client)

    tampering.use_other_ring(tmp_path, settings)

    assert not is_signed_in(anna_client)


def test_a_session_lasts_when_the_keys_are_rotated(
    anna_client: Client, tmp_path: Path, settings: Any
) -> None:
    settings.KEYRING_PATH = shutil.copy2(settings.KEYRING_PATH, tmp_path / "keyring.json")

    keyring.use_key(settings.KEYRING_PATH, keyring.add_key(settings.KEYRING_PATH))

    assert is_signed_in(anna_client)


# --- Writing in the database --------------------------------------------------------------------------------


@pytest.mark.usefixtures("anna_client")
def test_a_row_that_was_copied_under_a_known_key_signs_nobody_in() -> None:
    (row,) = tampering.rows_of(TABLE)
    assert is_signed_in(with_cookie(KNOWN_KEY)) is False

    tampering.put(TABLE, {**row, "key_hash": hash_of(KNOWN_KEY)})

    assert not is_signed_in(with_cookie(KNOWN_KEY))


@pytest.mark.parametrize("column", ["user_id", "expires_at", "data"])
def test_a_row_that_was_changed_signs_nobody_in(anna_client: Client, column: str) -> None:
    berta = User.objects.create_user("berta", PASSWORD)
    later = timezone.now() + timedelta(hours=100)
    assert is_signed_in(anna_client)
    data = bytearray(Session.objects.get().data)
    data[-1] ^= 1

    Session.objects.update(
        **{column: {"user_id": berta.pk, "expires_at": later, "data": bytes(data)}[column]}
    )

    assert not is_signed_in(anna_client)
    assert not list(sessions_of(berta))


def test_the_data_of_one_session_does_not_open_another(anna_client: Client, anna: User) -> None:
    berta = User.objects.create_user("berta", PASSWORD)
    berta_client = Client()
    sign_in(berta_client, "berta")
    annas = Session.objects.get(user=anna)

    Session.objects.filter(user=berta).update(user=anna, data=bytes(annas.data), expires_at=annas.expires_at)

    assert is_signed_in(anna_client)
    assert not is_signed_in(berta_client)


def test_a_row_that_was_made_without_the_ring_signs_nobody_in(anna: User) -> None:
    for data in (b"", b"{}", b"x" * 100, keyring.ring().current.encode() + b"x" * 100):
        expires = timezone.now() + timedelta(hours=1)
        Session.objects.create(key_hash=hash_of(KNOWN_KEY), user=anna, expires_at=expires, data=data)
        assert not is_signed_in(with_cookie(KNOWN_KEY))
        Session.objects.all().delete()


def test_the_keys_of_the_old_table_are_gone() -> None:
    assert "django_session" not in connection.introspection.table_names()


# --- No row for a stranger ----------------------------------------------------------------------------------


def test_requests_of_strangers_make_no_session() -> None:
    known: dict[str, object] = {**ARGUMENTS, "uuid": MISSING}
    for pattern in url_patterns():
        url = reverse(str(pattern.name), kwargs={name: known[name] for name in pattern.pattern.converters})
        Client(raise_request_exception=False).get(url)
        Client(raise_request_exception=False).post(url)
    asks_for_challenge = Client(headers={"X-Requested-With": "XMLHttpRequest"})
    assert asks_for_challenge.get("/account/login/passkey/").json()["request_options"]
    sign_in(Client(), "nobody", "wrong")

    assert not Session.objects.exists()
    assert cookie_of(asks_for_challenge).startswith("~")


def test_half_a_sign_in_is_in_the_cookie_and_for_a_quarter_of_an_hour(
    client: Client, anna: User, clock: Clock
) -> None:
    set_up_app(anna)
    sign_in(client)
    half = cookie_of(client)

    assert not Session.objects.exists()
    assert "anna" not in half
    clock(15 * 60 - 1)
    assert client.get(CODE).status_code == 200
    clock(1)
    assert with_cookie(half).get(CODE).status_code == 302


def test_the_code_makes_a_session_of_half_a_sign_in(client: Client, anna: User) -> None:
    set_up_app(anna)
    sign_in(client)

    client.post(CODE, {"code": code()})

    assert is_signed_in(client)
    assert Session.objects.get().user == anna
    assert Session.objects.get().key_hash == hash_of(cookie_of(client))


@pytest.mark.parametrize("cookie", ["~", "~~~~~~~~~", "~" + "A" * 200, "é" * 20, "x" * 5_000, ""])
def test_a_cookie_that_we_did_not_make_is_an_empty_session(cookie: str) -> None:
    store = SessionStore(cookie)

    assert dict(store.items()) == {}
    assert store.session_key is None


def test_a_cookie_of_another_ring_is_an_empty_session(tmp_path: Path, settings: Any) -> None:
    store = SessionStore()
    store["x"] = "y"
    store.save()
    assert SessionStore(store.session_key)["x"] == "y"

    tampering.use_other_ring(tmp_path, settings)

    assert "x" not in SessionStore(store.session_key)


def test_more_than_a_cookie_holds_is_not_kept() -> None:
    store = SessionStore()
    store["x"] = os.urandom(4_000).hex()

    store.save()

    assert store.session_key is None


# --- By user, and cleared -----------------------------------------------------------------------------------


def queries_of(action: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        action()
    return [query["sql"] for query in queries]


def test_ending_and_listing_reads_the_sessions_of_this_person_by_an_index(
    anna_client: Client, anna: User
) -> None:
    for number in range(5):
        sign_in(Client(), User.objects.create_user(f"other{number}", PASSWORD).username)

    for sql in (*queries_of(lambda: list(sessions_of(anna))), *queries_of(lambda: end_sessions(anna))):
        if TABLE in sql:
            assert '"user_id" = ' in sql
    assert Session.objects.count() == 5
    assert not is_signed_in(anna_client)
    with connection.cursor() as cursor:
        indexed = connection.introspection.get_constraints(cursor, TABLE).values()
    columns = [tuple(each["columns"]) for each in indexed if each["index"]]
    assert ("user_id",) in columns
    assert ("expires_at",) in columns


def test_sessions_that_are_over_are_cleared_at_the_next_sign_in(anna: User) -> None:
    Session.objects.create(key_hash="0" * 64, user=anna, expires_at=timezone.now(), data=b"")

    sign_in(Client())

    assert Session.objects.count() == 1
    assert Session.objects.get().key_hash != "0" * 64


def test_sessions_that_are_over_are_cleared_by_a_command(anna: User) -> None:
    Session.objects.create(key_hash="0" * 64, user=anna, expires_at=timezone.now(), data=b"")

    call_command("clearsessions")

    assert not Session.objects.exists()


def test_a_session_that_is_over_opens_nothing(anna_client: Client, anna: User) -> None:
    store = SessionStore(cookie_of(anna_client))
    store.set_expiry(timedelta(seconds=-1))
    store.save()

    assert not is_signed_in(anna_client)


def test_a_session_with_a_new_key_is_ended_with_the_others(anna_client: Client, anna: User) -> None:
    old = cookie_of(anna_client)
    store = SessionStore(old)

    store.cycle_key()

    assert not SessionStore(old).exists(old)
    assert store.session_key
    assert store.exists(store.session_key)
    end_sessions(anna)
    with pytest.raises(UpdateError):
        store.save()


def test_signing_in_by_the_page_begins_one_session(client: Client, anna: User) -> None:
    client.post(LOGIN, {"login": "anna", "password": PASSWORD})

    assert Session.objects.get().user == anna


def test_what_was_never_saved_can_be_ended() -> None:
    store = SessionStore()

    store.flush()

    assert store.is_empty()


def test_a_row_tells_whose_it_is_and_not_its_key(anna_client: Client, anna: User) -> None:
    text = str(Session.objects.get())

    assert text.startswith(f"{anna.pk}, until ")
    assert cookie_of(anna_client) not in text
