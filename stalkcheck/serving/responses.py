"""A whole response, and those that Django does not give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

TOO_SLOW: Final = (
    "De verbinding was te langzaam. Er is niets opgeslagen. Ga terug en probeer het nog eens.\n"
    "The connection was too slow. Nothing was saved. Go back and try again.\n"
)
BROKEN: Final = (
    "Het verzoek kwam niet heel over. Er is niets opgeslagen. Ga terug en probeer het nog eens.\n"
    "The request did not arrive whole. Nothing was saved. Go back and try again.\n"
)
TOO_BUSY: Final = (
    "Het is te druk. Er is niets opgeslagen. Wacht even en probeer het nog eens.\n"
    "Too busy. Nothing was saved. Wait a moment and try again.\n"
)
#: The headers of the answers that Django does not give.
_HEADERS: Final = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Retry-After", "10"),
    ("Connection", "close"),
)


@dataclass
class Response:
    """A whole response."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    content: bytes = b""
    #: What to do when it has left and nobody wants a PDF.
    later: Callable[[], None] | None = None

    def start(self, status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[..., Any]:
        """Do what WSGI calls `start_response`."""
        self.status, self.headers = int(status.partition(" ")[0]), headers
        return lambda _data: None


def own_response(status: int, text: str) -> Response:
    """Return a response that Django does not give."""
    return Response(status, list(_HEADERS), text.encode())
