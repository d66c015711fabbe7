"""Closing the first steps: for one person, again when asked, and without touching who gets in."""

from __future__ import annotations

import pytest

from questionnaire.actions.tour import close_tour
from questionnaire.models import User

pytestmark = pytest.mark.django_db


def test_closing_counts_for_one_person_and_once(alice: User, bob: User) -> None:
    assert close_tour(alice)
    assert not close_tour(alice)

    assert User.objects.get(pk=alice.pk).tour_is_closed
    assert not User.objects.get(pk=bob.pk).tour_is_closed


def test_it_can_be_shown_again(alice: User) -> None:
    close_tour(alice)

    assert close_tour(alice, is_closed=False)
    assert not User.objects.get(pk=alice.pk).tour_is_closed


def test_the_account_stays_as_written(alice: User) -> None:
    close_tour(alice)

    assert User.objects.get(pk=alice.pk).is_as_written
