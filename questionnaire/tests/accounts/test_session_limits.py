"""When a session ends, or locks, by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from questionnaire.models import Session
from questionnaire.tests.people import Clock, is_signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("seconds", "is_open"), [(16 * 60 - 1, True), (16 * 60, False), (16 * 60 + 1, False)]
)
def test_the_idle_limit_to_the_second(anna_client: Client, clock: Clock, seconds: int, is_open: bool) -> None:
    clock(seconds)

    assert is_signed_in(anna_client) is is_open
    assert Session.objects.exists()  # locked, and not ended


def test_using_a_session_keeps_it_open(anna_client: Client, clock: Clock) -> None:
    for _ten_minutes in range(3):
        clock(10 * 60)

        assert is_signed_in(anna_client)


@pytest.mark.parametrize(("seconds", "is_open"), [(-1, True), (0, False), (1, False)])
def test_the_absolute_limit_to_the_second(
    anna_client: Client, clock: Clock, settings: Any, seconds: int, is_open: bool
) -> None:
    assert settings.SESSION_COOKIE_AGE == 12 * 60 * 60
    settings.SESSION_IDLE_SECONDS = 5 * 60 * 60  # so that a few requests keep the session open all day
    for _four_hours in range(2):
        clock(4 * 60 * 60)
        assert is_signed_in(anna_client)

    clock(4 * 60 * 60 + seconds)

    assert is_signed_in(anna_client) is is_open
    assert Session.objects.exists() is is_open


def test_a_session_of_unknown_age_is_over(anna_client: Client) -> None:
    assert is_signed_in(anna_client)
    session = anna_client.session
    del session["signed_in_at"]
    session.save()

    assert not is_signed_in(anna_client)
