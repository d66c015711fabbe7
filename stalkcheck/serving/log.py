"""Format the lines of the server itself, which knows no Django, as those of the application."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """One JSON object a line, with the fields of `stalkcheck.logging.JsonFormatter`."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(
            {
                "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
                "level": record.levelname.lower(),
                "logger": record.name.lstrip("_"),
                "message": record.getMessage(),
                "request_id": "",
            }
        )


def configuration(*, as_json: bool) -> dict[str, Any]:
    """Return what granian changes of its own configuration: nothing, or how a line is made."""
    if not as_json:
        return {}
    formatter = {"()": "stalkcheck.serving.log.JsonLines"}
    return {"formatters": {"generic": formatter, "access": formatter}}
