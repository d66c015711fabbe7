"""Type in the section about fear, lock the session, and read back what was stored."""

from __future__ import annotations

from typing import Any, Final

from django.test import Client
from django.urls import reverse

from questionnaire.models import Intake
from questionnaire.screen.page_marks import BROWSER_COOKIE
from questionnaire.tests.pages import controls

CANARY: Final = "kanarie-7391"
UNLOCK: Final = "/unlock/"


def fear(intake: Intake) -> str:
    """Return the URL of the section about fear."""
    return reverse("section", args=[intake.uuid, "fear"])


def page_of(client: Client, path: str) -> dict[str, Any]:
    """Return what the page at this path posts as it stands."""
    response = client.get(path)
    assert response.status_code == 200
    return dict(controls(response.content.decode()).lists())


def typed(client: Client, path: str, note: str = CANARY) -> dict[str, Any]:
    """Return what the page posts after someone typed a running note."""
    return {**page_of(client, path), "running_note": note}


def running_note(intake: Intake) -> str:
    """Return the running note as it is stored."""
    stored: str = Intake.objects.get(pk=intake.pk).content["running_note"]
    return stored


def lock(client: Client, page: str = "") -> None:
    """Hide the screen."""
    response: Any = client.post("/lock/", {"next": page})
    assert (response.status_code, response["Location"]) == (302, "/notes/")


def is_locked(client: Client) -> bool:
    """Return whether the session is locked, without going to a page: unlocking would lead there."""
    return client.get("/account/password/", headers={"accept": "application/json"}).status_code == 204


def in_this_browser(client: Client) -> Client:
    """Return a client in the same browser that is not signed in."""
    other = Client()
    other.cookies[BROWSER_COOKIE] = client.cookies[BROWSER_COOKIE].value
    return other
