"""Let a request that makes a PDF wait for its place outside the server's threads, see `renderers.places`."""

from collections.abc import Callable
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from questionnaire.documents.renderers import places
from questionnaire.documents.renderers.places import PLACE, Place, PlaceState

#: The views that make PDFs, when they are posted to.
PDF_PAGES: Final = frozenset({"pdf", "edition", "sheet", "sign_off"})
#: Under a server that gives no places: one whose PDF is made, and one that waits in its thread.
_THREADS: Final = 2
_RETRY_SECONDS: Final = 10


class PlacesMiddleware:
    """The last one: who may do what is known, and nothing was written yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._threads = BoundedSemaphore(_THREADS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        own = request.META.setdefault(PLACE, Place(PlaceState.NONE_GIVEN))
        refused = places.is_refused.set(own.state == PlaceState.REFUSED)
        try:
            response = self.get_response(request)
            if places.is_refused.get() and response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                response["Retry-After"] = str(_RETRY_SECONDS)
        finally:
            places.is_refused.reset(refused)
            if own.holds_thread:
                self._threads.release()
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Ask for a place the first time, with a response that the server does not send."""
        own: Place = request.META[PLACE]
        if not _makes_pdf(request):
            return None
        if own.state == PlaceState.NOT_ASKED:
            own.wanted_by = request.user.pk or 0
            return HttpResponse(status=503)
        if own.state == PlaceState.NONE_GIVEN:
            own.holds_thread = self._threads.acquire(blocking=False)
            places.is_refused.set(not own.holds_thread)
        return None


def _makes_pdf(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    if request.method != "POST" or name not in PDF_PAGES:
        return False
    return name != "edition" or request.POST.get("_go") == "pdf"
