"""The Django project: settings, environment, URLs, headers, logging and the entry point of the server."""

import tomllib
from pathlib import Path
from typing import Final

#: The version of the program. It runs from a checkout, so that no installed package tells it.
VERSION: Final[str] = tomllib.loads(
    (Path(__file__).resolve().parent.parent / "pyproject.toml").read_text("utf-8")
)["project"]["version"]
