"""Allow form posts of up to 16 MiB on pages with free text, and a file on the page that opens a log alone.

Django refuses a request over its limit before any view sees it, and the text would be lost, since a browser
stores nothing of our pages. So on these pages it is read, up to a limit. The form then refuses a text that is
too long, stores it as a draft and shows it, as it does with everything else that cannot be saved.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from questionnaire.models import User
from questionnaire.screen.pending_posts import TEXT_PAGES

#: Four times what other requests may post: the messages of some years still fit.
MAX_BODY_BYTES: Final = 16 * 1024 * 1024
#: The pages that take a file.
_FILE_PAGES: Final = frozenset({"log_import"})
_FORM_TYPE: Final = "application/x-www-form-urlencoded"


class LargePostsMiddleware:
    """Read large posts before Django would refuse them: it runs before the CSRF check, which reads posts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        length = request.META.get("CONTENT_LENGTH") or ""
        size = int(length) if length.isdecimal() else 0
        if size > MAX_BODY_BYTES:
            # Whatever is in it; `bin/serve` has discarded that.
            raise RequestDataTooBig
        if size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and _is_text_page(request):
            request._body = request.read()
        if _name(request) not in _FILE_PAGES:
            request.upload_handlers = [NoFiles(request)]


class NoFiles(FileUploadHandler):
    """Refuses every file, before anything of it is read."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise TooManyFilesSent

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def _name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _is_text_page(request: HttpRequest) -> bool:
    is_text = _name(request) in TEXT_PAGES and request.content_type == _FORM_TYPE
    return isinstance(request.user, User) and is_text
