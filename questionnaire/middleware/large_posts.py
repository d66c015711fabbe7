"""Room for what someone pasted into a page of words: more than any other request may bring.

Django refuses a request over its limit before any view sees it, and the text would be gone, since nothing of
ours is kept in a browser. So up to a bound these pages read it all the same. The form then refuses what is
too long of it, keeps it and shows it, as it does with everything else that cannot be saved.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from questionnaire.models import User
from questionnaire.screen.pending_posts import PAGES

#: Four times what others may bring: a whole chat of some years still fits.
MAX_BODY_BYTES: Final = 16 * 1024 * 1024
_BY_A_FORM: Final = "application/x-www-form-urlencoded"


class LargePostsMiddleware:
    """Stands before whatever first reads what was posted, which is the check of its token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        size = request.META.get("CONTENT_LENGTH") or ""
        is_long = size.isdecimal() and settings.DATA_UPLOAD_MAX_MEMORY_SIZE < int(size) <= MAX_BODY_BYTES
        if is_long and _is_page_of_words(request):
            request._body = request.read()


def _is_page_of_words(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return isinstance(request.user, User) and name in PAGES and request.content_type == _BY_A_FORM
