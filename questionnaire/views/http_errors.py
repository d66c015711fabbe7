"""The pages for a request that is not well formed or too large, and for a fault of ours."""

from contextlib import suppress
from typing import Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader

from questionnaire.error_codes import code_of

#: How much of what is too large is read and thrown away, in pieces. A browser still sending when it is
#: answered does not show the answer.
_DRAINED: Final = 32 * 1024 * 1024
_PIECE: Final = 64 * 1024


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when the request was larger than we take."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        _drain(request)
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def _drain(request: HttpRequest) -> None:
    with suppress(OSError):
        for _piece in range(_DRAINED // _PIECE):
            if not request.read(_PIECE):
                break


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Made without what other pages know: the fault can be in that, or in the database behind it."""
    return HttpResponseServerError(loader.render_to_string("500.html", {"error_code": code_of(request)}))
