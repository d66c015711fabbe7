"""Sign in as one of the people in a story of an attacker, and look at what became of the case."""

from __future__ import annotations

from io import StringIO
from typing import Final

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from questionnaire.models import Intake, User
from questionnaire.permissions import TABLE
from questionnaire.tests.people import PASSWORD, sign_in
from questionnaire.tests.urls import OF_AN_INTAKE, addresses

#: What someone posts who never had the page of questions.
TYPED: Final = {"running_note": "not of Alice", "running_note__base": ""}


def enter(user: User, **extra: str) -> Client:
    """Return the browser of someone who signed in with their password, in English."""
    user.set_password(PASSWORD)
    user.save()
    client = Client(**extra)  # type: ignore[arg-type]
    client.cookies["__Host-language"] = "en"
    assert sign_in(client, user.username).status_code == 302
    return client


def url(name: str, intake: Intake, *more: str) -> str:
    return reverse(name, args=[intake.pk, *more])


def fear(intake: Intake) -> str:
    return url("section", intake, "fear")


def note(intake: Intake) -> str:
    stored: str = Intake.objects.get(pk=intake.pk).content["running_note"]
    return stored


def of_intake(intake: Intake) -> list[tuple[str, str]]:
    """Return the name and address of every page about this intake."""
    return [each for each in addresses(intake) if set(TABLE[each[0]].values()) & OF_AN_INTAKE]


def told(command: str) -> str:
    """Return what a command that checks prints, that has something to name."""
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command(command, stdout=out)
    return out.getvalue()
