"""Answer requests that are malformed or too large, and errors of our own, with a page."""

import sys
from contextlib import suppress
from typing import Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader

from questionnaire.models import ReadOnlyError, TamperedCaseError
from questionnaire.operations.error_codes import error_code
from questionnaire.views import unreadable

#: How many bytes of a request that is too large are read and discarded, so many at a time. A browser that is
#: still sending when it is answered does not show the answer.
_MAX_DRAINED_BYTES: Final = 32 * 1024 * 1024
_CHUNK_BYTES: Final = 64 * 1024


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 400, or 413 for a request that is too large."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        _drain(request)
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def _drain(request: HttpRequest) -> None:
    with suppress(OSError):
        for _chunk in range(_MAX_DRAINED_BYTES // _CHUNK_BYTES):
            if not request.read(_CHUNK_BYTES):
                break


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 403; with a page of its own when rights were changed outside the program.

    Someone who may read the intake is shown the way to what they may read.
    """
    if isinstance(exception, ReadOnlyError):
        return render(request, "intakes/read_only.html", {"intake": exception.intake}, status=403)
    is_tampered = isinstance(exception, TamperedCaseError)
    return render(request, "403_tampered.html" if is_tampered else "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500, without context processors: the error can be in one, or in the database behind it.

    When something stored of a conversation cannot be read any more the page says so, unless it hides itself.
    """
    error = sys.exc_info()[1]
    if isinstance(error, unreadable.ERRORS) and hasattr(request, "intake") and "_hide" not in request.POST:
        with suppress(*unreadable.ERRORS):
            return unreadable.unreadable(request, error)
    return HttpResponseServerError(loader.render_to_string("500.html", {"error_code": error_code(request)}))
