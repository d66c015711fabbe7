"""A write to a closed intake: what was typed is kept, and what says nothing is not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import review as review_actions
from questionnaire.models import Event, HeldPost, Intake, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def autosave(alice: User, rachel: User, intake: Intake) -> str:
    """Return where a page of an intake that was handed in meanwhile saves itself."""
    review_actions.submit(alice, intake)
    return reverse("section", args=[intake.pk, "fear"])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"running_note=", "application/x-www-form-urlencoded"),
        (b'{"running_note": "Hij belt."}', "application/json"),
        (b"\x00\xff", "application/octet-stream"),
    ],
)
def test_what_says_nothing_is_not_kept(alice: User, autosave: str, body: bytes, kind: str) -> None:
    client = Client()
    client.force_login(alice)
    seen = Event.objects.count()

    response = client.post(autosave, body, content_type=kind, headers={"accept": "application/json"})

    assert response.status_code == 409
    assert not HeldPost.objects.exists()
    assert Event.objects.count() == seen


def test_what_was_typed_is_kept(alice: User, autosave: str) -> None:
    client = Client()
    client.force_login(alice)

    typed = {"fear_own_words": "Ik slaap niet meer."}
    response = client.post(autosave, typed, headers={"accept": "application/json"})

    assert response.json()["status"].startswith("Gesloten")
    assert "Ik slaap niet meer." in str(HeldPost.objects.get().content)


def test_only_what_is_kept_is_shown_first(alice: User, autosave: str) -> None:
    client = Client()
    client.force_login(alice)
    client.post(autosave, {"fear_own_words": "Ik slaap niet meer."})
    client.get(reverse("kept"))
    today = reverse("today")

    client.post(autosave, b"", content_type="application/x-www-form-urlencoded")
    assert client.get(today).status_code == 200

    client.post(autosave, {"fear_own_words": "Ik slaap weer niet."})
    assert client.get(today)["Location"].startswith(reverse("kept"))
