"""PostgreSQL that says nothing: no wait is without end. With a real server: faults/test_postgres_away."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db.utils import ConnectionHandler
from psycopg import errors

from stalkcheck import databases
from stalkcheck.postgresql import base


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin as a server does that has asked nothing yet."""
    monkeypatch.setattr(base, "_silence", base._Silence())
    monkeypatch.setattr(base, "_bounds", [])
    monkeypatch.setattr(base, "_answered", [])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Stop the clock of the backend; the test moves it."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def wrapper(url: str) -> Any:
    return ConnectionHandler({"default": databases.database(url, Path("var"))})["default"]


def test_nobody_asks_a_database_that_was_silent_for_a_moment_and_then_one(clock: list[float]) -> None:
    silence = base._Silence()
    assert silence.may_ask()
    silence.begin()
    assert not silence.may_ask()
    clock[0] += 1.9
    assert not silence.may_ask()
    clock[0] += 0.2

    assert [silence.may_ask(), silence.may_ask()] == [True, False]
    silence.end()
    assert [silence.may_ask(), silence.may_ask()] == [True, True]


def test_a_server_that_takes_a_connection_and_says_nothing_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgres://u@127.0.0.1:{server.getsockname()[1]}/x?connect_timeout=2"
        base.bound_waits()
        with pytest.raises(psycopg.OperationalError, match="timeout"):
            wrapper(url).get_new_connection(wrapper(url).get_connection_params())

        with pytest.raises(psycopg.OperationalError, match="silent just now"):
            wrapper(url).get_new_connection(wrapper(url).get_connection_params())


def test_a_server_that_refuses_is_asked_again_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    base.bound_waits()
    database = wrapper(f"postgres://u@127.0.0.1:{port}/x")

    for _again in range(2):
        with pytest.raises(psycopg.OperationalError, match="refused"):
            database.get_new_connection(database.get_connection_params())


def test_a_query_without_an_answer_closes_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    waited, finished = [], []

    def wait(self: Any, gen: Any, interval: float, timeout: float) -> None:
        waited.append(timeout)
        raise errors._WaitTimeout

    class Socket:
        status = psycopg.pq.ConnStatus.BAD
        transaction_status = psycopg.pq.TransactionStatus.ACTIVE

        def finish(self) -> None:
            finished.append(1)

    def refuse(self: Any, *, timeout: float) -> None:
        raise errors.CancellationTimeout

    monkeypatch.setattr(psycopg.Connection, "wait", wait)
    monkeypatch.setattr(psycopg.Connection, "cancel_safe", refuse)
    base.bound_waits(3)
    connection = base.BoundedConnection.__new__(base.BoundedConnection)
    connection.pgconn = Socket()  # type: ignore[assignment]

    with pytest.raises(psycopg.OperationalError, match="says nothing"):
        connection.wait(iter(()))  # type: ignore[arg-type]

    with pytest.raises(psycopg.OperationalError, match="says nothing"):
        connection.wait(iter(()))  # type: ignore[arg-type]

    assert (waited, finished) == ([3, 0.5], [1, 1])  # who is next in line is told soon
    assert not base._silence.may_ask()


def test_of_several_hosts_the_one_that_answered_is_asked_first() -> None:
    database = wrapper("postgres://u@db1:5432,db2:5433/x")
    assert database.get_connection_params()["host"] == "db1,db2"

    base._answered.append(("db2", "5433"))

    params = database.get_connection_params()
    assert (params["host"], params["port"]) == ("db2,db1", "5433,5432")


def test_the_usual_port_need_not_be_named() -> None:
    base._answered.append(("db2", "5432"))

    assert wrapper("postgres://u@db1,db2/x").get_connection_params()["host"] == "db2,db1"


def test_only_a_server_lets_go_of_what_a_lost_host_holds() -> None:
    database = wrapper("postgres://u@db/x")
    assert database.get_connection_params()["options"] == "-c lock_timeout=4s -c jit=off"

    base.bound_waits()

    assert "idle_in_transaction_session_timeout=20s" in database.get_connection_params()["options"]


def test_tools_sign_in_as_the_application_does_with_the_password_in_no_list_of_processes() -> None:
    login, environment = wrapper("postgres://u:p%40@db1:1,db2:2/x?sslmode=verify-full").tool_login()

    assert environment == {"PGPASSWORD": "p@"}
    assert psycopg.conninfo.conninfo_to_dict(login) == {
        "host": "db1,db2",
        "port": "1,2",
        "user": "u",
        "dbname": "x",
        "sslmode": "verify-full",
        "connect_timeout": "4",
        "keepalives_idle": "5",
        "keepalives_interval": "2",
        "keepalives_count": "3",
        "tcp_user_timeout": "10000",
    }
    assert wrapper("postgres:///x").tool_login()[1] == {}


def test_a_database_that_works_too_long_is_stopped_and_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(self: Any, gen: Any, interval: float, timeout: float) -> None:
        raise errors._WaitTimeout

    class Socket:
        status = psycopg.pq.ConnStatus.BAD

        def finish(self) -> None:
            pass

    monkeypatch.setattr(psycopg.Connection, "wait", wait)
    monkeypatch.setattr(psycopg.Connection, "cancel_safe", lambda _self, *, timeout: None)
    base.bound_waits(3)
    connection = base.BoundedConnection.__new__(base.BoundedConnection)
    connection.pgconn = Socket()  # type: ignore[assignment]

    with pytest.raises(psycopg.OperationalError, match="took too long"):
        connection.wait(iter(()))  # type: ignore[arg-type]

    assert base._silence.may_ask()
    assert base._silence.may_ask()
