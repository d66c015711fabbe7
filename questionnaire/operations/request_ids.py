"""Hold the id of the request that is answered: its events, its lines of the log and its response have it."""

from contextvars import ContextVar
from typing import Final

#: "" outside a request.
request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")
