"""Give a request that failed a code, which is on its error page and in its line of the log.

The code is random, and nothing else of the request is stored under it.
"""

import secrets
from collections.abc import Callable
from functools import partial
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

# Without letters and digits that are mistaken for each other when read aloud.
_CHARACTERS: Final = "2346789BCDFGHJKMPQRTVWXY"
_LENGTH: Final = 8


def error_code(request: HttpRequest) -> str:
    """Return the code of this request, made when it is first needed: eight characters with a dash."""
    if not hasattr(request, "error_code"):
        code = "".join(secrets.choice(_CHARACTERS) for _character in range(_LENGTH))
        request.error_code = f"{code[:4]}-{code[4:]}"  # type: ignore[attr-defined]
    return str(request.error_code)  # type: ignore[attr-defined]


def context_processor(request: HttpRequest) -> dict[str, Callable[[], str]]:
    """Add the code to templates, made when a page shows it."""
    return {"error_code": partial(error_code, request)}


def database_line(error: Exception) -> str:
    """Return that the database fails in one line, for whoever runs a command or starts the server."""
    line = _("The database does not answer, or refuses (%(code)s). See DATABASE_URL.")
    return line % {"code": database_code(error)}


def database_code(error: Exception) -> str:
    """Return what the database calls a failure, such as SQLITE_FULL or an SQLSTATE, or else its class.

    Its message may repeat a value.
    """
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return str(code or type(cause or error).__name__)
