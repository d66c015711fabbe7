"""Today: what waits for a person, on the first page after signing in."""

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.models import Intake, User
from questionnaire.tests.pages import Page

pytestmark = pytest.mark.usefixtures("today")

TODAY_PAGE = "/"


def test_anonymous_visitor_is_sent_to_the_login_page(client: Client, db: None) -> None:
    assert client.get(TODAY_PAGE).headers["Location"].startswith(reverse("account_login"))


def test_a_change_of_levels_is_told_once(alice_client: Client, alice: User, intake: Intake) -> None:
    assert "De niveaus zijn veranderd" not in Page(alice_client, TODAY_PAGE).html
    User.objects.filter(pk=alice.pk).update(rules_told=1)

    assert "De niveaus zijn veranderd" in Page(alice_client, TODAY_PAGE).html

    assert alice_client.post("/levels/seen/").url == TODAY_PAGE  # type: ignore[attr-defined]  # a redirect
    assert "De niveaus zijn veranderd" not in Page(alice_client, TODAY_PAGE).html
