"""Make people with a conversation each in the database of `served.py`, and print what its clients need.

The conversation is the invented one in which every question was discussed.
"""

from __future__ import annotations

import json
import sys

import ready  # noqa: F401  (before the rest)

# isort: split
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire import demo
from questionnaire.domain.dates import today
from questionnaire.management.commands.demo import add
from questionnaire.models import Membership, Team, User
from questionnaire.tests.pages import Page

SECTION, CONVERSATION, CSRF = "fear", "ex_partner_with_breach", "c" * 32


def main() -> None:
    """Print a JSON list of what each of so many people needs."""
    people = []
    team = Team.objects.create(name="Bench")
    for number in range(int(sys.argv[1])):
        user = User.objects.create_user(f"person{number}")
        Membership.objects.create(user=user, team=team, role=Membership.Role.PROFESSIONAL)
        intake = add(user, team, demo.intake(CONVERSATION, today()), demo.follow_up(CONVERSATION, today()))
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        section = reverse("section", args=[intake.pk, SECTION])
        controls = dict(Page(client, section).posted.lists())
        people.append(
            {
                "controls": {**controls, "csrfmiddlewaretoken": [CSRF]},
                "cookies": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}",
                "section": section,
                "summary": reverse("summary", args=[intake.pk]),
            }
        )
    print(json.dumps(people))


if __name__ == "__main__":
    main()
