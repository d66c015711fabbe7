"""Requests over HTTP that end by a moment, however slowly their server goes on.

The timeouts of `requests` begin anew with each byte, so that one byte a minute would keep it for ever.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter

#: Seconds after which what was opened since is shut too.
_AGAIN: Final = 0.2


class _Adapter(HTTPAdapter):
    """Keeps the connections that it opens, so that another thread can shut them."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: list[Any] = []

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        make: Callable[..., Any] = type(pool).ConnectionCls
        pool.ConnectionCls = lambda *words, **names: self._kept(make(*words, **names))
        return pool

    def _kept(self, connection: Any) -> Any:
        self._connections.append(connection)
        return connection

    def shut(self) -> None:
        """End every connection for both sides: who reads from it or writes to it goes on at once."""
        for connection in self._connections:
            with suppress(OSError):
                if connection.sock:
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


@contextmanager
def session(seconds: float) -> Iterator[requests.Session]:
    """Yield a session of which every request ends within so many seconds. Raise Timeout when one had to."""
    adapter, is_done, is_late = _Adapter(), threading.Event(), threading.Event()

    def end() -> None:
        wait = seconds
        while not is_done.wait(wait):
            is_late.set()
            adapter.shut()
            wait = _AGAIN

    thread = threading.Thread(target=end, daemon=True)
    with requests.Session() as made:
        for scheme in ("http://", "https://"):
            made.mount(scheme, adapter)
        thread.start()
        try:
            yield made
        except Exception:
            # Also for what was cut off so that it looks whole, such as a head without a body.
            if is_late.is_set():
                raise requests.Timeout from None
            raise
        finally:
            is_done.set()
            thread.join()
