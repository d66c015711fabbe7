"""nginx and Caddy themselves, with the files of deploy/, in front of servers as `bin/serve` runs them."""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from questionnaire.models import Case, Intake, User
from questionnaire.tests.cluster import free_port
from questionnaire.tests.deploy.proxies import BEHIND_PROXY, Answer, Proxy
from questionnaire.tests.pages import controls
from questionnaire.tests.served import NO_RESPONSE, Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

PROGRAMS: Final = ("nginx", "caddy")
SIGN_IN: Final = "/account/login/"
START: Final = "/intakes/start/"
CSRF: Final = "c" * 32
#: That the application sends with every page, and that may count for nothing when they come twice.
ONCE: Final = (
    *("strict-transport-security", "content-security-policy", "x-content-type-options", "x-frame-options"),
    *("referrer-policy", "permissions-policy", "cross-origin-opener-policy", "cache-control", "x-request-id"),
)


@pytest.fixture(params=PROGRAMS)
def program(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if not shutil.which(name, path="/usr/sbin:/usr/bin"):
        pytest.skip(f"Install {name}")
    return name


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Server]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(Server(tmp_path / f"server-{number}", **BEHIND_PROXY)) for number in range(2)
        ]


@pytest.fixture
def proxy(program: str, servers: list[Server], tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(program, tmp_path, [server.port for server in servers]) as proxy:
        yield proxy


def post(
    proxy: Proxy,
    path: str,
    data: Mapping[str, str],
    cookies: str = "",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Post a form as a browser does that shows the page of this name."""
    csrf = f"{settings.CSRF_COOKIE_NAME}={CSRF}"
    return proxy.ask(
        path,
        method="POST",
        body=urlencode({**data, "csrfmiddlewaretoken": CSRF}).encode(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{csrf}; {cookies}",
            "Referer": "https://intake.example.org/",
            **(headers or {}),
        },
    )


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def last_values(page: Answer) -> dict[str, str]:
    """Return what the form of a page would post, as far as it has one value for each name."""
    return {name: values[-1] for name, values in controls(page.content.decode()).lists()}


def counted_addresses() -> str:
    """Return the keys of what is counted of attempts to sign in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM shared_cache")
        return " ".join(key for (key,) in cursor.fetchall())


def test_the_sign_in_page_over_https_and_nothing_else_from_outside(program: str, tmp_path: Path) -> None:
    with (
        Server(tmp_path / "server", STALKCHECK_METRICS_TOKEN="token", **BEHIND_PROXY) as server,
        Proxy(program, tmp_path, [server.port, free_port()]) as proxy,
    ):
        page, plain = proxy.ask(SIGN_IN), proxy.ask(f"{SIGN_IN}?next=/", is_plain=True)
        metrics = proxy.ask("/metrics", headers={"Authorization": "Bearer token"})
        live = proxy.ask("/health/live")
        for number in range(3):
            forged = {"X-Forwarded-For": f"203.0.113.{number}", "X-Forwarded-Proto": "http"}
            refused = post(proxy, SIGN_IN, {"login": f"user{number}", "password": "wrong"}, headers=forged)

    assert page.status == 200
    assert {name: len(page.values(name)) for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert plain.status in (301, 308)
    assert plain.values("location")[0].startswith("https://intake.example.org")
    assert metrics.status == 404
    assert b"stalkcheck_" not in metrics.content
    assert live.status == 200
    assert refused.status == 200
    assert "127.0.0.1" in counted_addresses()
    assert "203.0.113" not in counted_addresses()
    assert "?next" not in proxy.logged()


@pytest.mark.soak
def test_a_page_with_all_its_free_text_passes_and_is_never_a_file(
    proxy: Proxy, alice: User, intake: Intake
) -> None:
    """Where files would be, nothing can be written, so a proxy that needs one fails."""
    for name in ("bodies", "pages"):
        (proxy.folder / name).mkdir(exist_ok=True)
        (proxy.folder / name).chmod(0)
    session = session_of(alice)
    path = reverse("section", args=[intake.uuid, "fear"])
    page = last_values(proxy.ask(path, headers={"Cookie": session}))
    megabyte = "kanarie " * (1 << 17)

    large = post(proxy, path, {**page, "running_note": megabyte * 15}, session)

    assert large.status == 302
    assert b"kanarie kanarie" in proxy.ask(path, headers={"Cookie": session}).content
    assert "kanarie" not in proxy.logged()


@dataclass
class Typist:
    """Someone who starts one intake after another, and looks at the list in between."""

    proxy: Proxy
    session: str
    name: str
    stop: threading.Event
    statuses: Counter[str] = field(default_factory=Counter)
    started: list[str] = field(default_factory=list)

    def work(self) -> None:
        number = 0
        page = last_values(self.proxy.ask(START, headers={"Cookie": self.session}))
        while not self.stop.is_set():
            number += 1
            reference = f"{self.name}-{number}"
            sent = page | {"reference": reference}
            answer = self._note("POST", lambda: post(self.proxy, START, sent, self.session))  # noqa: B023
            if answer and answer.status == 302:
                self.started.append(reference)
            self._note("GET", lambda: self.proxy.ask(START, headers={"Cookie": self.session}))

    def _note(self, kind: str, ask: Callable[[], Answer]) -> Answer | None:
        try:
            answer = ask()
        except NO_RESPONSE:
            self.statuses[f"{kind} none"] += 1
            return None
        self.statuses[f"{kind} {answer.status}"] += 1
        return answer


@contextmanager
def typists(proxy: Proxy, user: User) -> Iterator[list[Typist]]:
    stop, session = threading.Event(), session_of(user)
    people = [Typist(proxy, session, f"2026-{name}", stop) for name in "abc"]
    threads = [threading.Thread(target=person.work) for person in people]
    for thread in threads:
        thread.start()
    try:
        yield people
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def total(people: list[Typist]) -> Counter[str]:
    return sum((person.statuses for person in people), Counter())


def assert_each_was_sent_once(people: list[Typist]) -> None:
    """Assert that what was confirmed is there, and that nothing is there twice."""
    stored = Counter(Case.objects.filter(reference__startswith="2026-").values_list("reference", flat=True))
    assert max(stored.values()) == 1
    assert {reference for person in people for reference in person.started} <= stored.keys()


@pytest.mark.soak
def test_a_rolling_restart_fails_no_request(
    program: str, proxy: Proxy, servers: list[Server], alice: User
) -> None:
    """But for posts that meet a server which just stopped, with Caddy: its file says why."""
    with typists(proxy, alice) as people:
        for server in servers:
            time.sleep(3)
            server.stop()
            server.start()
        # Longer than a server counts as away.
        time.sleep(3)
    print(total(people))  # noqa: T201

    failed = {kind: count for kind, count in total(people).items() if kind not in ("GET 200", "POST 302")}
    if program == "nginx":
        assert not failed
    else:
        assert failed.keys() <= {"POST 502", "POST 503"}
        assert sum(failed.values()) <= len(people) * len(servers)
    assert_each_was_sent_once(people)


@pytest.mark.soak
def test_a_killed_server_fails_what_it_was_at_and_nothing_is_sent_twice(
    proxy: Proxy, servers: list[Server], alice: User
) -> None:
    kills = 4
    with typists(proxy, alice) as people:
        for server in (servers * kills)[:kills]:
            time.sleep(3)
            server.kill()
            time.sleep(1)
            server.start()
        time.sleep(3)
    statuses = total(people)
    print(statuses)  # noqa: T201

    # At most one of each of them is under way, and what only reads is asked of the other.
    assert statuses.keys() <= {"GET 200", "POST 302", "POST 502", "POST 503"}
    assert statuses["POST 502"] + statuses["POST 503"] <= kills * len(people)
    assert_each_was_sent_once(people)


@pytest.fixture
def lacking_migration() -> Iterator[None]:
    """Let the servers find that the database lacks a migration, so that none is ready."""
    applied = MigrationRecorder(connection).migration_qs.filter(app="questionnaire")
    row = applied.latest("pk")
    applied.filter(pk=row.pk).delete()
    yield
    row.save()


@pytest.mark.soak
@pytest.mark.usefixtures("lacking_migration")
def test_when_no_server_is_ready_the_application_answers_all_the_same(
    proxy: Proxy, alice: User, intake: Intake
) -> None:
    """Its page gives back what was typed; that of a proxy would lose it."""
    time.sleep(5)
    session, path = session_of(alice), reverse("section", args=[intake.uuid, "fear"])

    assert proxy.ask("/health/ready").status == 503
    page = proxy.ask(path, headers={"Cookie": session})
    sent = last_values(page) | {"fear_own_words": "kanarie"}
    assert page.status == 200
    assert post(proxy, path, sent, session).status == 302
    assert b"kanarie" in proxy.ask(path, headers={"Cookie": session}).content
