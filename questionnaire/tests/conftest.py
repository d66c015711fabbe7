"""Fixtures for all tests: people, an intake, a key ring, a stopped clock."""

import functools
import sys
from collections.abc import Generator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from django.urls import clear_url_caches, path
from django.utils import translation

from questionnaire import permissions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import triggers
from questionnaire.documents.renderers import other_scripts, pdf
from questionnaire.encryption import keyring
from questionnaire.models import Intake, Membership, Team, User
from questionnaire.permissions import TABLE, Requirement
from questionnaire.tests import identity_provider
from questionnaire.tests.people import Clock, cheapen_hashes, stop_clock
from questionnaire.tests.responses import fails
from questionnaire.tests.untold_writes import refuse_untold_writes

# No time limits: on a busy machine a slow test is no failure.
hypothesis.settings.register_profile(
    "patient",
    hypothesis.settings.default,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("patient")


def pytest_configure() -> None:
    sys.addaudithook(refuse_to_open_the_database)
    refuse_untold_writes()


def refuse_to_open_the_database(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise when a test, or what it runs in this process, opens a file of the tests' database.

    See `own_process.database_files` for what closing it would do. SQLite itself raises no event.
    """
    if event == "open" and isinstance(arguments[0], str):
        database = settings.DATABASES["default"]
        if "sqlite" in database["ENGINE"]:
            assert not arguments[0].startswith(str(database["NAME"])), "use own_process.database_files"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Measure no coverage of a test that is marked as untraced, nor of its fixtures.

    pytest-cov's own mark does nothing among several workers: each starts two measurements and pauses one.
    """
    if (trace := sys.gettrace()) is None or not item.get_closest_marker("untraced"):
        return (yield)
    sys.settrace(None)
    result = yield
    clear_caches()
    sys.settrace(trace)
    return result


def clear_caches() -> None:
    """Clear what an untraced test cached, so that later tests compute it while coverage is measured."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("questionnaire.domain", "questionnaire.verification")):
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()


@pytest.fixture(scope="session")
def keyring_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a key ring for the tests, once."""
    path = tmp_path_factory.mktemp("keys") / "keyring.json"
    keyring.create(path)
    return path


@pytest.fixture(autouse=True)
def own_keyring(keyring_path: Path, settings: Any) -> None:
    """Use the key ring of the tests, never that of the machine."""
    settings.KEYRING_PATH = keyring_path
    settings.SECRET_KEY_IS_KEPT = True


@pytest.fixture(autouse=True)
def default_language() -> None:
    """Reset the language that a request of an earlier test activated."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def pdfs_where_marked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make no PDF for a test without the mark, as on a machine that does not have the libraries."""
    if any(map(request.node.get_closest_marker, ("pdf", "browser", "soak"))):
        return
    render = pdf.Worker.render_unless_interrupted

    def rendered(worker: pdf.Worker, html: str) -> bytes | None:
        made = render(worker, html)
        if made and made.startswith(b"%PDF"):
            raise pdf.PdfUnavailableError("not without @pytest.mark.pdf")
        return made

    monkeypatch.setattr(pdf.Worker, "render_unless_interrupted", rendered)


@pytest.fixture(autouse=True)
def no_fonts_of_this_machine(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Have paper without fonts for other scripts, so that no test rests on what is installed."""
    if "other_fonts" not in request.fixturenames:
        monkeypatch.setattr(other_scripts, "FOLDER", Path("/nonexistent"))


@pytest.fixture(autouse=True, scope="session")
def emptied_tables() -> None:
    """Let tests that commit empty all tables, by removing the triggers on events meanwhile."""
    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def _fixture_teardown(test: TransactionTestCase) -> None:
        triggers.remove(connection)
        empty(test)
        triggers.install(connection)

    TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[attr-defined]


@pytest.fixture
def unguarded(db: None) -> None:
    """Remove the triggers on events, as the owner of the database can."""
    triggers.remove(connection)


@pytest.fixture
def patient_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let threads wait a minute for a lock in the database, however busy the machine is."""
    is_postgres = connection.vendor == "postgresql"
    name, value = ("options", "-c lock_timeout=60s -c jit=off") if is_postgres else ("timeout", 60)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], name, value)


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="North")


@pytest.fixture
def other_team(db: None) -> Team:
    return Team.objects.create(name="South")


def account(username: str, team: Team, *roles: Membership.Role) -> User:
    """Make an account with roles in a team. It has no password: tests use `client.force_login`."""
    user = User.objects.create_user(username)
    for role in roles:
        Membership.objects.create(user=user, team=team, role=role)
    return user


@pytest.fixture
def alice(team: Team) -> User:
    """Return the author of `intake`, made as the first account is: professional and manager."""
    return account("alice", team, Membership.Role.PROFESSIONAL, Membership.Role.MANAGER)


@pytest.fixture
def bob(team: Team) -> User:
    """Return a professional in the same team."""
    return account("bob", team, Membership.Role.PROFESSIONAL)


@pytest.fixture
def charlie(other_team: Team) -> User:
    """Return a professional in another team."""
    return account("charlie", other_team, Membership.Role.PROFESSIONAL)


@pytest.fixture
def rachel(team: Team) -> User:
    """Return the reviewer of alice's team."""
    return account("rachel", team, Membership.Role.REVIEWER)


@pytest.fixture
def intake(alice: User, team: Team) -> Intake:
    """Return an intake of alice without answers."""
    return intake_actions.start_intake(alice, team, "2026-117", date(2026, 3, 23), "nl")


@pytest.fixture(scope="session")
def running_provider() -> Iterator[identity_provider.Provider]:
    """Serve one identity provider for all tests."""
    with identity_provider.running() as provider:
        yield provider


@pytest.fixture
def served_provider(running_provider: identity_provider.Provider) -> identity_provider.Provider:
    """Return an identity provider as it is before a test; the test names it in the settings."""
    provider = running_provider
    provider.responses, provider.received, provider.issuer = {}, [], None
    provider.keys = [identity_provider.public_jwk(identity_provider.KEY)]
    return provider


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make password hashes cheap."""
    cheapen_hashes(monkeypatch)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the clock, and return a function that moves it by so many seconds."""
    return stop_clock(monkeypatch)


@pytest.fixture
def checked_passwords(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of the passwords that were compared with that of an account, as they come."""
    checked: list[str] = []
    check = User.check_password

    def record(user: User, password: str) -> bool:
        checked.append(password)
        return check(user, password)

    monkeypatch.setattr(User, "check_password", record)
    return checked


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, client: Client) -> Iterator[Client]:
    """Return a client that gets error pages instead of exceptions, and a page /fails/ that raises one."""
    from stalkcheck import urls

    monkeypatch.setattr(urls, "urlpatterns", [path("fails/", fails, name="fails"), *urls.urlpatterns])
    requirements = {"GET": Requirement.ANYONE, "POST": Requirement.ANYONE}
    monkeypatch.setattr(permissions, "TABLE", {**TABLE, "fails": requirements})
    client.raise_request_exception = False
    clear_url_caches()
    yield client
    clear_url_caches()
