"""Make a database, a key ring and an account, removed at exit. Import it first in a benchmark that stores.

With BENCH_DATABASE_URL the database is that one, which must be empty: `bin/test` starts a server for it.
"""

import os
import tempfile

FOLDER = tempfile.TemporaryDirectory(prefix="bench-")
os.environ["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{FOLDER.name}/bench.sqlite3"
os.environ["STALKCHECK_KEYRING"] = f"{FOLDER.name}/keyring.json"

import ready  # noqa: E402, F401  (after the environment, before the rest)

# isort: split
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from questionnaire.models import Membership, Team, User  # noqa: E402


def prepare() -> None:
    """Make the tables and the keys. Exit when the database has tables already."""
    if connection.introspection.table_names():
        raise SystemExit("The database of a bench must be empty.")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        call_command("keys", "create", stdout=nowhere)
        call_command("migrate", interactive=False, verbosity=0)


def account(name: str, team: Team, role: str = Membership.Role.PROFESSIONAL) -> User:
    """Return a new user with one role in a team."""
    user = User.objects.create_user(name)
    Membership.objects.create(user=user, team=team, role=role)
    return user


def browser(user: User) -> Client:
    """Return a test client in which this person is signed in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def signed_in() -> tuple[Client, User, Team]:
    """Return a test client in which a professional is signed in."""
    prepare()
    team = Team.objects.create(name="Bench")
    user = account("bench", team)
    return browser(user), user, team
