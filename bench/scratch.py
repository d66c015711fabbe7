"""Imported first by a bench that stores: a database, a key ring and an account, gone when it ends."""

import os
import tempfile

FOLDER = tempfile.TemporaryDirectory(prefix="bench-")
os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER.name}/bench.sqlite3"
os.environ["STALKCHECK_KEYRING"] = f"{FOLDER.name}/keyring.json"

import ready  # noqa: E402, F401  (after the environment, before the rest)

# isort: split
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from questionnaire.models import Membership, Team, User  # noqa: E402


def signed_in() -> tuple[Client, User, Team]:
    """A browser in which a professional is signed in, at a server on this computer."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        call_command("keys", "create", stdout=nowhere)
        call_command("migrate", interactive=False, verbosity=0)
    team = Team.objects.create(name="Bench")
    user = User.objects.create_user("bench")
    Membership.objects.create(user=user, team=team, role=Membership.Role.PROFESSIONAL)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client, user, team
