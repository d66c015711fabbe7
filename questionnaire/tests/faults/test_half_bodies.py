"""The posts of the walks over a real connection, cut anywhere: what came whole is stored, and nothing else.

The model of the walks (`tests/walks.py`) says what is stored after each. Others are served meanwhile.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, User
from questionnaire.tests.full_intakes import fill
from questionnaire.tests.pages import Page
from questionnaire.tests.served import HOST, Browser, Server
from questionnaire.tests.walk_changes import after
from questionnaire.tests.walk_checks import newest
from questionnaire.tests.walk_steps import Walk
from questionnaire.tests.walks import Attempt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_hashes")]

_TOKEN: Final = "c" * 32
_BASE: Final = b"running_note__base="
_FORM: Final = "application/x-www-form-urlencoded"
#: Posts of a case, each by who may do it: who, what, about which intake.
POSTS: Final = (
    ("alice", "write", "first"),
    ("alice", "autosave", "first"),
    ("alice", "add", "first"),
    ("alice", "write_plan", "first"),
    ("alice", "step", "first"),
    ("alice", "consult", "first"),
    ("alice", "give", "first"),
    ("alice", "shield", "first"),
    ("alice", "hand_over", "first"),
    ("cara", "open", "second"),
    ("bob", "submit", "second"),
)
#: How the body says where it ends, and what becomes of a connection after half of it.
LENGTHS: Final = ("by its length", "in chunks", "by nothing")
ENDS: Final = ("closed", "no more is sent", "left open")
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@dataclass(frozen=True)
class Answer:
    """What came back on a connection, in the form that the checks of the walks take."""

    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def statuses(self) -> list[int]:
        return [int(status) for status in _STATUS.findall(self.content)]


@dataclass(frozen=True)
class Post:
    """A post of somebody, as bytes."""

    attempt: Attempt
    head: bytes
    body: bytes

    def bytes_of(self, length: str, cut: int) -> bytes:
        """Return the head with so many bytes of the body; with all of it also its end."""
        part = self.body[:cut]
        if length == "by its length":
            return self.head + b"Content-Length: %d\r\n\r\n" % len(self.body) + part
        if length == "by nothing":
            return self.head + b"\r\n" + part
        is_whole = cut == len(self.body)
        chunk = b"%x\r\n%b\r\n" % (len(part), part) if part else b""
        return self.head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n" * is_whole

    def saying(self, length: int) -> bytes:
        """Return the head that says a smaller length, and so much of the body."""
        return self.head + b"Content-Length: %d\r\n\r\n" % length + self.body[:length]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def server(log: Path) -> Iterator[Server]:
    with Server(log) as server:
        yield server
    written = log.read_text()
    assert "Traceback" not in written
    assert '" 500' not in written


def post_of(walk: Walk, who: str, doing: str, about: str) -> Post:
    """Return the post that someone's page would make now."""
    players = walk.players
    drawn = walk.drawn(who, doing, about)
    assert drawn
    cell = players.world.response(who, doing, about, drawn.of)
    assert cell in "wj", (who, doing, about, cell)
    attempt = Attempt(who, doing, about, players.word(), drawn.of, drawn.more)
    typed = players.posted(attempt, cell) or {}
    # The token first, as in a page: else nothing that is cut would get as far as what is stored.
    body = urlencode({"csrfmiddlewaretoken": _TOKEN, **without_token(typed)}, doseq=True).encode()
    session = players.clients[who].cookies[settings.SESSION_COOKIE_NAME].value
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={_TOKEN}"
    accept = "application/json" if doing == "autosave" else "text/html"
    lines = (
        f"POST {players.url(doing, about, drawn.of)} HTTP/1.1",
        f"Host: localhost\r\nCookie: {cookies}\r\nAccept: {accept}\r\nConnection: close",
        f"Content-Type: {_FORM}\r\n",
    )
    return Post(attempt, "\r\n".join(lines).encode(), body)


def without_token(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in typed.items() if name != "csrfmiddlewaretoken"}


def sent(server: Server, data: bytes, *, is_shut: bool = True) -> Answer:
    """Send this and no more, and return all that comes until the server closes the connection."""
    came = b""
    with socket.create_connection((HOST, server.port), timeout=60) as client, suppress(ConnectionError):
        client.sendall(data)
        if is_shut:
            client.shutdown(socket.SHUT_WR)
        while part := client.recv(1 << 16):
            came += part
    return Answer(came)


def cut(server: Server, stack: ExitStack, data: bytes, end: str) -> Answer:
    """Send what is no whole request, and leave it at that in one of three ways."""
    if end == "no more is sent":
        return sent(server, data)
    client = stack.enter_context(socket.create_connection((HOST, server.port), timeout=60))
    client.sendall(data)
    if end == "closed":
        client.close()
    return Answer()


def others_are_served(server: Server) -> bool:
    """Return whether as many requests are answered as surely reach both workers."""
    return {Browser(server).get("/account/login/").status for _request in range(8)} == {200}


@pytest.mark.parametrize("rounds", [1, pytest.param(30, marks=pytest.mark.soak)])
def test_half_a_body_stores_nothing_and_the_whole_of_it_all(server: Server, rounds: int) -> None:
    walk, random = Walk(0), Random(rounds)  # noqa: S311  (not for secrets)
    players = walk.players
    for who, doing, about in POSTS:
        post = post_of(walk, who, doing, about)
        players.seen = newest()
        with ExitStack() as stack:
            for length in LENGTHS:
                for end in ENDS * rounds:
                    position = random.randrange(len(post.body))
                    answer = cut(server, stack, post.bytes_of(length, position), end)
                    said = f"{post.attempt}, cut at {position}, {length}, {end}: {answer.statuses}"
                    assert set(answer.statuses) <= {400, 403, 408}, said
                    players.compare(said, answer, set())
            assert others_are_served(server), f"{post.attempt}"
            players.compare_events(f"{post.attempt}, cut", [])
        length = random.choice(LENGTHS[:2])
        answer = sent(server, post.bytes_of(length, len(post.body)), is_shut=False)
        assert answer.statuses == [200 if doing == "autosave" else 302], f"{post.attempt}, whole, {length}"
        players.world = after(players.world, post.attempt)
        players.compare(f"{post.attempt}, whole, {length}", answer, players.world.readable_words(who))
    players.compare_whole()


@pytest.mark.parametrize("rounds", [4, pytest.param(150, marks=pytest.mark.soak)])
def test_a_body_that_says_it_is_shorter_stores_a_whole_text_or_none(server: Server, rounds: int) -> None:
    walk, random = Walk(0), Random(rounds)  # noqa: S311  (not for secrets)
    players = walk.players
    for number in range(rounds):
        post = post_of(walk, "alice", "write", "first")
        # A text comes before its fingerprint: so a text that was cut is on no page. After that of the text
        # itself comes that of its draft, which says nothing of the text.
        begin = post.body.index(_BASE)
        end = post.body.index(b".", begin)
        position = random.randrange(end, len(post.body)) if number % 2 else random.randrange(begin)
        answer = sent(server, post.saying(position), is_shut=False)
        said = f"says {position} of {len(post.body)}, where the text ends at {end}: {answer.statuses}"
        assert set(answer.statuses) <= {302, 400, 403}, said
        if position >= end:
            players.world = after(players.world, post.attempt)
        players.compare(said, answer, set())
    players.compare_whole()


def test_a_text_with_half_its_fingerprint_is_kept_whole_beside_what_is_stored(server: Server) -> None:
    walk = Walk(0)
    for _text in range(2):
        post = post_of(walk, "alice", "write", "first")
        sent(server, post.saying(post.body.index(_BASE) + len(_BASE) + 6), is_shut=False)
        content = Intake.objects.get(pk=walk.players.intakes["first"].pk).content
        assert content["running_note"] == ""
        assert post.attempt.word in str(content["drafts"]["running_note"])


@pytest.mark.parametrize("rounds", [1, pytest.param(40, marks=pytest.mark.soak)])
def test_a_page_that_was_cut_clears_no_answer(
    client: Client, alice: User, intake: Intake, rounds: int
) -> None:
    fill(alice, intake)
    client.force_login(alice)
    random, before = Random(rounds), said_in(intake)  # noqa: S311  (not for secrets)
    for page in PAGES:
        url = reverse("section", args=[intake.pk, page])
        body = urlencode(dict(Page(client, url).posted.lists()), doseq=True)
        for position in [*mistaken(body), *(random.randrange(len(body)) for _round in range(rounds))]:
            response = client.post(url, body[:position], content_type=_FORM)
            assert response.status_code == 302, f"{page}, cut at {position}"
            assert said_in(intake) == before, f"{page}, cut at {position}"


def mistaken(body: str) -> list[int]:
    """Return where a name can be cut so that another name is left."""
    parts = [part.partition("=")[0] for part in body.split("&")]
    starts = [sum(len(part) + 1 for part in body.split("&")[:number]) for number in range(len(parts))]
    return [
        start + len(other)
        for start, name in zip(starts, parts, strict=True)
        for other in sorted({*parts})
        if name != other and name.startswith(other)
    ]


def said_in(intake: Intake) -> dict[str, Any]:
    """Return all that a conversation says, with its incidents."""
    content = Intake.objects.get(pk=intake.pk).content
    parts = ("answers", "notes", "sources", "reasons", "running_note", "view", "drafts")
    return {**{part: content[part] for part in parts}, "log": [row.content for row in intake.incidents]}
