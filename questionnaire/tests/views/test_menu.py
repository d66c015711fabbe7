"""The menu, which every page of who is signed in has."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from questionnaire.models import Intake
from questionnaire.tests.urls import addresses


@pytest.mark.untraced
def test_every_page_of_who_is_signed_in_offers_to_sign_out(alice_client: Client, intake: Intake) -> None:
    """But for the neutral page, which shows that nobody works here."""
    without, seen = [], 0
    for name, address in addresses(intake):
        response: Any = alice_client.get(address)
        if response.status_code != 200 or "html" not in response.get("Content-Type", ""):
            continue
        seen += 1
        if 'action="/account/logout/"' not in response.content.decode():
            without.append(name)

    assert seen > 30
    assert without == ["notes"]
