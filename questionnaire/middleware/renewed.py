"""Sessions and CSRF tokens of which several tabs have different ones for a moment, as they are renewed."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, RejectRequest
from django.utils.cache import patch_vary_headers

from questionnaire.accounts.renewal import has_known_token

#: The status codes of responses that show nothing, also to who should not see the page.
_EMPTY: Final = frozenset({204, 302})


class RenewedSessionMiddleware(SessionMiddleware):
    """Have a request that another tab overtook change nothing of the newer session, nor of its cookie."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session, unless it ended or has another key since; then a page is no answer any more.

        Django has the browser remove a cookie that opens no session. By now that can be the newer one.
        """
        session = request.session
        has_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_cookie and session.is_empty() and not getattr(session, "was_ended", False):
            patch_vary_headers(response, ("Cookie",))
            return response
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            if response.status_code in _EMPTY:
                return response
            raise


class RenewedCsrfMiddleware(CsrfViewMiddleware):
    """Take the token of a page that was open before the session got another secret, too."""

    def _check_token(self, request: HttpRequest) -> None:
        try:
            super()._check_token(request)  # type: ignore[misc]
        except RejectRequest:
            if not has_known_token(request):
                raise
