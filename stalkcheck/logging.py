"""Format log lines and error reports without personal data, at any level."""

import logging
import traceback
from collections.abc import ItemsView
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

from questionnaire.error_codes import error_code

_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PrivateFormatter(logging.Formatter):
    """One line a message; of an exception its class and where it was raised, never its message.

    The message of an exception repeats values: what did not parse, what was in a row. A request that failed
    is identified by the code that its page shows.
    """

    def format(self, record: logging.LogRecord) -> str:
        return "".join(char if char.isprintable() or char == "\n" else "?" for char in super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's own name)
        record.message = record.message.replace("\n", "?")
        request = getattr(record, "request", None)
        message = super().formatMessage(record)
        return f"{message} [{error_code(request)}]" if isinstance(request, HttpRequest) else message

    def formatException(self, ei: _Failure) -> str:  # noqa: N802
        kind, _error, trace = ei
        frames = traceback.extract_tb(trace)
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        name = f"{kind.__module__}.{kind.__qualname__}" if kind else "no exception"
        return "\n".join([name, *places])


class PrivateExceptionReporterFilter(SafeExceptionReporterFilter):
    """Error reports without what was posted and without the values of variables."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: Any
    ) -> ItemsView[str, Any]:
        return {}.items()
