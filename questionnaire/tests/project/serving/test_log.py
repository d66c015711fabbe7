"""The lines of the server itself are objects too, where those of the application are."""

from __future__ import annotations

import json
import logging

from granian.log import LogLevels, configure_logging

from stalkcheck.serving import log


def test_a_line_of_the_server_is_one_object() -> None:
    record = logging.LogRecord(
        "_granian", logging.ERROR, "x", 1, "Unexpected exit\nfrom %s", ("worker-1",), None
    )

    line = log.JsonLines().format(record)

    assert "\n" not in line
    assert json.loads(line)["message"] == "Unexpected exit\nfrom worker-1"
    assert (json.loads(line)["level"], json.loads(line)["logger"]) == ("error", "granian")


def test_granian_takes_it() -> None:
    assert log.configuration(as_json=False) == {}

    configure_logging(LogLevels.warning, log.configuration(as_json=True))

    (handler,) = logging.getLogger("_granian").handlers
    assert isinstance(handler.formatter, log.JsonLines)
