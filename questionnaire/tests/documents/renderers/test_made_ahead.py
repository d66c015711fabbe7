"""PDFs made ahead: for one session, of one page, in memory that processes share, for five minutes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from questionnaire.documents.renderers import made_ahead
from questionnaire.documents.renderers.made_ahead import PLACES, PLACES_EACH, SECONDS, SIZE, Shelf


@pytest.fixture
def memory() -> Iterator[Path]:
    descriptor = os.memfd_create("shelf")
    yield Path(f"/proc/{os.getpid()}/fd/{descriptor}")
    os.close(descriptor)


@pytest.fixture
def shelf(memory: Path) -> Shelf:
    return Shelf(memory)


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function after which so many seconds have passed."""
    now = [time.monotonic()]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


def test_what_was_laid_down_can_be_taken_twice(shelf: Shelf) -> None:
    assert not shelf.has("alice")

    shelf.put("alice", "page", b"%PDF")

    assert shelf.has("alice")
    assert [shelf.take("alice", "page") for _time in range(2)] == [b"%PDF", b"%PDF"]


def test_nobody_else_gets_it_nor_a_page_that_changed(shelf: Shelf) -> None:
    shelf.put("alice", "page", b"%PDF")

    assert shelf.take("bob", "page") is None
    assert shelf.take("alice", "page of tomorrow") is None
    assert not shelf.has("bob")


def test_after_five_minutes_it_is_gone(shelf: Shelf, memory: Path, wait: Callable[[float], None]) -> None:
    shelf.put("alice", "page", b"%PDF")
    wait(SECONDS - 1)
    assert shelf.has("alice")

    wait(1)
    shelf.tidy()

    assert shelf.take("alice", "page") is None
    assert set(memory.read_bytes()) == {0}


def test_what_is_thrown_away_is_overwritten_and_that_of_others_stays(shelf: Shelf, memory: Path) -> None:
    shelf.put("alice", "page", b"canary")
    shelf.put("bob", "page", b"%PDF")

    shelf.throw_away("alice")

    assert b"canary" not in memory.read_bytes()
    assert shelf.take("bob", "page") == b"%PDF"


def test_one_session_has_few_places_and_the_oldest_gives_way(
    shelf: Shelf, wait: Callable[[float], None]
) -> None:
    shelf.put("bob", "page", b"%PDF")
    for number in range(PLACES_EACH + 1):
        wait(1)
        shelf.put("alice", f"page {number}", b"%PDF")

    assert shelf.take("alice", "page 0") is None
    assert all(shelf.take("alice", f"page {number}") for number in range(1, PLACES_EACH + 1))
    assert shelf.has("bob")


def test_when_it_is_full_the_oldest_of_all_gives_way(shelf: Shelf, wait: Callable[[float], None]) -> None:
    for number in range(PLACES + 1):
        wait(1)
        shelf.put(f"person {number}", "page", b"%PDF")

    assert [shelf.has(f"person {number}") for number in range(PLACES + 1)] == [False, *[True] * PLACES]


def test_what_is_too_large_is_not_kept(shelf: Shelf) -> None:
    shelf.put("alice", "page", bytes(SIZE))

    assert not shelf.has("alice")


def test_another_process_of_the_server_has_the_same_shelf(shelf: Shelf, memory: Path) -> None:
    shelf.put("alice", "page", b"%PDF")
    code = f"""
from pathlib import Path
from questionnaire.documents.renderers.made_ahead import Shelf
shelf = Shelf(Path({str(memory)!r}))
assert shelf.take("alice", "page") == b"%PDF"
shelf.throw_away("alice")
shelf.put("bob", "page", b"other")
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=settings.BASE_DIR)  # noqa: S603  (our own)

    assert not shelf.has("alice")
    assert shelf.take("bob", "page") == b"other"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> list[str]:
    """Return the pages that were made; the worker is not wanted by anyone else."""
    pages: list[str] = []
    monkeypatch.setattr(made_ahead, "_shelf", shelf)

    def render(html: str) -> bytes:
        pages.append(html)
        return b"%PDF"

    monkeypatch.setattr(made_ahead, "render_ahead", render)
    return pages


def test_a_page_is_made_once(made: list[str], shelf: Shelf) -> None:
    for _time in range(2):
        made_ahead.make("alice", "digest", lambda: "page")

    assert made == ["page"]
    assert shelf.take("alice", "digest") == b"%PDF"


def test_a_page_that_takes_long_is_not_made(made: list[str], shelf: Shelf) -> None:
    made_ahead.make("alice", "digest", lambda: "x" * (made_ahead.LONGEST + 1))

    assert (made, shelf.has("alice")) == ([], False)


def test_what_gave_way_is_not_there(made: list[str], shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_ahead, "render_ahead", lambda _html: None)

    made_ahead.make("alice", "digest", lambda: "page")

    assert not shelf.has("alice")


def test_without_a_shelf_nothing_is_made(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_ahead, "_shelf", None)

    made_ahead.make("alice", "digest", lambda: "page")

    assert (made, made_ahead.shelf()) == ([], None)


def test_a_shelf_can_be_opened(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_ahead, "_shelf", None)

    assert made_ahead.open_shelf(memory) is made_ahead.shelf()
