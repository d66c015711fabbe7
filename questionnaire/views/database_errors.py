"""What is answered when the database gives no service: it is busy, out of reach, or its disk is full.

Nobody was told that anything is saved. Whoever typed gets their own words back, in a page that sends them
once more; what was stored after all is not stored twice. Nothing here may ask the database for anything, so
that whose session this is cannot be known.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from questionnaire.domain.catalogue import ITEMS
from questionnaire.error_codes import code_of
from questionnaire.forms.bindings import names, with_plain_line_ends
from questionnaire.screen.pending_posts import PAGES
from questionnaire.views import http_errors

#: After how many seconds a client may ask again.
_AGAIN: Final = 5
#: Controls that a page holds and nobody types.
_NOT_TYPED: Final = re.compile(
    r"_.*|(.*[_-])?(base|shown|page|key|revision|csrfmiddlewaretoken|source|absent)"
)
_CHOSEN: Final = frozenset(name for item in ITEMS.values() if item.kind != "text" for name in names(item))

_log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with what was typed when the database gave no service, else 500."""
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return http_errors.server_error(request)
    _log.error("The database gave no service: %s", _code(error), extra={"request": request})
    return _unavailable(request)


def _code(error: Exception) -> str:
    """What the database calls it: SQLITE_FULL, or five characters of SQL. Its words may repeat a value."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return str(code or type(cause or error).__name__)


def _unavailable(request: HttpRequest) -> HttpResponse:
    name = _name_of(request)
    response = HttpResponse(status=503, headers={"Retry-After": str(_AGAIN)})
    if not request.accepts("text/html"):
        return response
    # Whoever hides the screen sees no word of a conversation, whatever happens.
    is_hidden = "_hide" in request.POST or name == "lock"
    is_kept = request.method == "POST" and name in PAGES
    context = {
        "layout": "screen/plain.html" if is_hidden else "base.html",
        "is_hidden": is_hidden,
        "is_post": request.method == "POST",
        "path": request.get_full_path(),
        # With the token as it was posted: a page of another site has none that is good.
        "controls": list(_pairs(request.POST)) if is_kept else (),
        "typed": list(_typed(request.POST)) if is_kept and not is_hidden else (),
        "error_code": code_of(request),
    }
    response.content = render_to_string("503.html", context).encode()
    return response


def _name_of(request: HttpRequest) -> str:
    """The URL name, also when it failed before anything was looked up."""
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _pairs(posted: QueryDict) -> Iterator[tuple[str, str]]:
    return ((name, value) for name in posted for value in posted.getlist(name))


def _typed(posted: QueryDict) -> Iterator[str]:
    """The words among the controls, to read and to copy."""
    for name in posted:
        if _NOT_TYPED.fullmatch(name) or name in _CHOSEN:
            continue
        yield from (with_plain_line_ends(words) for words in posted.getlist(name) if words.strip())
