"""Format log lines and error reports without personal data, at any level."""

import json
import logging
import traceback
from collections.abc import ItemsView
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

from questionnaire.operations.error_codes import error_code
from questionnaire.operations.request_ids import request_id

_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PrivateFormatter(logging.Formatter):
    """One line a message; of an exception its class and where it was raised, never its message.

    The message of an exception repeats values: what did not parse, what was in a row. A request is identified
    by its id, and one that failed by the code that its page shows too.
    """

    def format(self, record: logging.LogRecord) -> str:
        return "".join(char if char.isprintable() or char == "\n" else "?" for char in super().format(record))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  (logging's)
        """Return the moment with its offset: without it an hour of the autumn comes twice."""
        return datetime.fromtimestamp(record.created).astimezone().isoformat(" ", "milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = record.message.replace("\n", "?")
        request = getattr(record, "request", None)
        message = super().formatMessage(record)
        if running := _id_of(request):
            message = f"{message} (request {running})"
        return f"{message} [{error_code(request)}]" if isinstance(request, HttpRequest) else message

    def formatException(self, ei: _Failure) -> str:  # noqa: N802
        kind, _error, trace = ei
        frames = traceback.extract_tb(trace)
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        name = f"{kind.__module__}.{kind.__qualname__}" if kind else "no exception"
        return "\n".join([name, *places])


def _id_of(request: object) -> str:
    """Return the id of the request that is answered, or was: Django logs a refusal when it is."""
    return request_id.get() or str(getattr(request, "request_id", ""))


class JsonFormatter(PrivateFormatter):
    """The same as one JSON object a line, for a machine: STALKCHECK_LOG_FORMAT=json.

    - `time`, in UTC, `level`, `logger` and `message`; `request_id`, "" outside a request.
    - If there are any: `error_code`, that a page shows; `error`, its class; `places`, where it was raised.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": _id_of(getattr(record, "request", None)),
        }
        if isinstance(request := getattr(record, "request", None), HttpRequest):
            line["error_code"] = error_code(request)
        if record.exc_info:
            line["error"], *places = self.formatException(record.exc_info).splitlines()
            line["places"] = [place.strip() for place in places]
        return json.dumps(line)


class PrivateExceptionReporterFilter(SafeExceptionReporterFilter):
    """Error reports without what was posted and without the values of variables."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: Any
    ) -> ItemsView[str, Any]:
        return {}.items()
