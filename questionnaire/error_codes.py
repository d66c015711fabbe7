"""The code of one request that went wrong: on its page, and in its line of the log.

It is drawn by chance and says nothing; nothing else of the request is kept under it.
"""

import secrets
from collections.abc import Callable
from functools import partial
from typing import Final

from django.http import HttpRequest

# Without letters and digits that are taken for each other when read aloud.
_SIGNS: Final = "2346789BCDFGHJKMPQRTVWXY"
_LENGTH: Final = 8


def code_of(request: HttpRequest) -> str:
    """The code of this request, drawn when it is first asked for: eight signs, with a dash in the middle."""
    if not hasattr(request, "error_code"):
        drawn = "".join(secrets.choice(_SIGNS) for _sign in range(_LENGTH))
        request.error_code = f"{drawn[:4]}-{drawn[4:]}"  # type: ignore[attr-defined]
    code: str = request.error_code  # type: ignore[attr-defined]
    return code


def for_templates(request: HttpRequest) -> dict[str, Callable[[], str]]:
    """The code, for the pages of errors: drawn when a page shows it."""
    return {"error_code": partial(code_of, request)}
