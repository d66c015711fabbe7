"""An installation as documented: the owner of a database, and a role that serves and owns nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from questionnaire.tests.cluster import HOST, Cluster, free_port
from questionnaire.tests.served import Browser, Response, Server

ROLE: Final = "stalkcheck_app"
#: Run at the database of the installation: add someone in a team, their session and intakes.
SET_UP: Final = """
import django, json, sys; django.setup()
from datetime import date
from django.conf import settings
from django.test import Client
from questionnaire.actions.intakes import start_intake
from questionnaire.models import Membership, Team, User
team, user = Team.objects.create(name="North"), User.objects.create_user("alice")
Membership.objects.create(user=user, team=team, role=Membership.Role.PROFESSIONAL)
client = Client(); client.force_login(user)
intake = start_intake(user, team, "2026-117", date(2026, 3, 23), "nl")
print(json.dumps([client.cookies[settings.SESSION_COOKIE_NAME].value, str(intake.uuid)]))
"""

_MORE_INTAKES: Final = """
import django, json, sys; django.setup()
from datetime import date
from questionnaire.actions.intakes import start_intake
from questionnaire.models import Team, User
user, team = User.objects.get(username="alice"), Team.objects.get()
print(json.dumps([str(start_intake(user, team, f"2026-2{n}", date(2026, 3, 23), "nl").pk)
                  for n in range(int(sys.argv[1]))]))
"""

_AGREE: Final = """
import django, sys; django.setup()
from questionnaire.models import Intake, Proposal
from questionnaire.tests.factories import agreed
agreed(Intake.objects.get(pk=sys.argv[1]), Proposal.Kind.ERASE)
"""


def run(
    environment: Mapping[str, str], *arguments: str, program: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments, in the folder of another version if one is given."""
    return subprocess.run(  # noqa: S603  (our own commands)
        [sys.executable, *arguments],
        cwd=program or settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "stalkcheck.settings", "LC_ALL": "C", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Installation:
    """A database whose owner migrated it, and how the owner and the application reach it."""

    cluster: Cluster
    owner: dict[str, str]
    application: dict[str, str]
    session: str
    intake: UUID

    def manage(self, *arguments: str) -> str:
        """Run a command as the application, on the host that serves."""
        result = run(self.application, "manage.py", *arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def agree_to_erase(self, intake: UUID | str) -> None:
        """Let a second person agree that alice erases this intake."""
        result = run(self.application, "-c", _AGREE, str(intake))
        assert result.returncode == 0, result.stderr

    def look(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Do what `bin/serve --production` does before it serves."""
        arguments = ("--host", HOST, "--port", str(free_port()), "--production")
        return run({**self.application, **environment}, "bin/_prepare.py", *arguments)

    def browser(self, server: Server) -> Browser:
        return Browser(server, session=self.session)

    @property
    def url(self) -> str:
        return _fear_of(self.intake)

    def start_intakes(self, count: int) -> list[str]:
        """Start so many intakes more, and return where people write in them."""
        made = run(self.application, "-c", _MORE_INTAKES, str(count))
        assert made.returncode == 0, made.stderr
        return [_fear_of(uuid) for uuid in json.loads(made.stdout)]


def _fear_of(intake: UUID | str) -> str:
    return reverse("section", args=[intake, "fear"])


def installed(cluster: Cluster, folder: Path, program: Path | None = None) -> Installation:
    """Do what is documented, from an empty database to a first intake, by another version if one is given."""
    keys = {
        "STALKCHECK_KEYRING": str(folder / "ring" / "keyring.json"),
        "STALKCHECK_SECRET_KEY": "",
        "STALKCHECK_STATIC": "",
    }
    owner = {**keys, "DATABASE_URL": cluster.url}
    cluster.psql(f"CREATE ROLE {ROLE} LOGIN")
    for arguments in (("migrate", "--verbosity=0"), ("keys", "create")):
        result = run(owner, "manage.py", *arguments, program=program)
        assert result.returncode == 0, result.stderr
    cluster.psql(run(owner, "manage.py", "grants", ROLE, program=program).stdout)
    application = {**keys, "DATABASE_URL": cluster.url_of(ROLE)}
    made = run(application, "-c", SET_UP, program=program)
    assert made.returncode == 0, made.stderr
    session, uuid = json.loads(made.stdout)
    return Installation(cluster, owner, application, session, UUID(uuid))


def save(browser: Browser, url: str, words: str) -> Response:
    """Save these words by autosave, as a page does that was just opened."""
    sent = {**dict(browser.get(url).controls.lists()), "fear_own_words": words}
    return browser.post(url, sent, "application/json")
