"""Answer requests when the database fails: it is busy, out of reach, or its disk is full.

No response has said yet that anything is saved. What was posted is returned in a page that posts it once
more; what was stored after all is not stored twice. Nothing here may use the database, so it is unknown whose
session this is.
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
from django.utils.text import normalize_newlines

from questionnaire.domain.catalogue import ITEMS
from questionnaire.forms.bindings import control_names
from questionnaire.operations.error_codes import database_code, error_code
from questionnaire.screen.pending_posts import TEXT_PAGES
from questionnaire.views import http_errors

#: After how many seconds a client may retry.
_RETRY_SECONDS: Final = 5
#: The names of controls in which nobody types.
_NOT_TYPED: Final = re.compile(
    r"_.*|(.*[_-])?(base|shown|page|key|revision|csrfmiddlewaretoken|source|absent)"
)
_CHOICE_FIELDS: Final = frozenset(
    name for item in ITEMS.values() if item.kind != "text" for name in control_names(item)
)

_log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 with what was typed when the database failed, else 500."""
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return http_errors.server_error(request)
    _log.error("The database gave no service: %s", database_code(error), extra={"request": request})
    return _unavailable(request)


def _unavailable(request: HttpRequest) -> HttpResponse:
    name = _url_name(request)
    response = HttpResponse(status=503, headers={"Retry-After": str(_RETRY_SECONDS)})
    if not request.accepts("text/html"):
        return response
    # Whoever hides the screen sees nothing of a conversation, whatever happens.
    is_hidden = "_hide" in request.POST or name == "lock"
    is_returned = request.method == "POST" and name in TEXT_PAGES
    context = {
        "layout": "screen/plain.html" if is_hidden else "base.html",
        "is_hidden": is_hidden,
        "is_post": request.method == "POST",
        "path": request.get_full_path(),
        # With the CSRF token as it was posted: a page of another site has no valid one.
        "controls": list(_pairs(request.POST)) if is_returned else (),
        "typed": list(_typed_texts(request.POST)) if is_returned and not is_hidden else (),
        "error_code": error_code(request),
    }
    response.content = render_to_string("503.html", context).encode()
    return response


def _url_name(request: HttpRequest) -> str:
    """Return the URL name, also when the request failed before it was resolved."""
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _pairs(posted: QueryDict) -> Iterator[tuple[str, str]]:
    return ((name, value) for name in posted for value in posted.getlist(name))


def _typed_texts(posted: QueryDict) -> Iterator[str]:
    """Return the free text among the controls, to read and to copy."""
    for name in posted:
        if _NOT_TYPED.fullmatch(name) or name in _CHOICE_FIELDS:
            continue
        yield from (normalize_newlines(text) for text in posted.getlist(name) if text.strip())
