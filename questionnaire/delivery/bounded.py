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
    """Keeps a second descriptor of each connection that it opens, so that another thread can end it.

    The connection's own socket is gone during the handshake of TLS, wrapped by that of a proxy, or given to a
    response that says "Connection: close".
    """

    def __init__(self) -> None:
        super().__init__()
        self._opened: list[socket.socket] = []

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        make: Callable[..., Any] = type(pool).ConnectionCls
        pool.ConnectionCls = lambda *words, **names: self._kept(make(*words, **names))
        return pool

    def _kept(self, connection: Any) -> Any:
        connect: Callable[[], socket.socket] = connection._new_conn  # which makes the socket

        def connect_and_keep() -> socket.socket:
            made = connect()
            self._opened.append(made.dup())
            return made

        connection._new_conn = connect_and_keep
        return connection

    def shut(self) -> None:
        """End every connection for both sides: who reads from it or writes to it goes on at once."""
        for opened in self._opened:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        for opened in self._opened:
            opened.close()


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
