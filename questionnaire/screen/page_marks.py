"""Mark every page that saves, so that a post shows from which page it comes, and when that was made.

A mark is signed for one page (its path), one person, one sign-in and one stretch of it: the time between two
moments at which the person proved who they are, by signing in, unlocking, or taking the screen back. No page
with a mark is shown while the session is locked, and the client's page has a mark for itself alone. So a
post with a mark of this stretch comes from a page that its person had open, and whoever finds the screen
locked can make no such post: neither an address nor the CSRF token of the page that asks for the password
is enough.

When the session has ended, the words of its pages are still kept for their person. A mark then counts in the
browser that got the page, which has a cookie of its own for that, and for a day longer than a session lives.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, reverse
from django.utils.crypto import salted_hmac

from questionnaire.accounts.session_store import CLIENT_MODE_KEY, LOCKED_KEY
from questionnaire.models import User

#: The form field with the mark.
MARK_FIELD: Final = "_mark"
#: The cookie with the random name of this browser; it lasts until the browser is closed, as its pages do.
BROWSER_COOKIE: Final = "__Host-pages"
#: The session key for the random name of this sign-in and the number of its stretch. No session id: that is
#: a secret, and changes within a sign-in.
_SIGN_IN_KEY: Final = "sign_in"
#: How much longer than a session its pages can give their words back: until the next working day.
_MARGIN: Final = timedelta(days=1)
_PURPOSE: Final = "page mark"
#: The page of each URL name that other pages post to.
_PAGE_OF: Final = {
    **dict.fromkeys(("remark", "return", "sign_off", "answer", "submit"), "review"),
    "hand_over": "access",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What a valid mark says: for whom, in which sign-in and stretch, and in which browser the page is."""

    user_id: int
    sign_in: str
    stretch: int
    browser: str


def make(request: HttpRequest) -> str:
    """Return the mark of the page that this request gets; "" for nobody, and for a page that gets none."""
    if not isinstance(request.user, User) or request.resolver_match is None or _is_withheld(request):
        return ""
    said = [request.user.pk, *_current(request.session), _digest(_browser(request))]
    return signing.dumps(said, salt=_salt(request, request.resolver_match))


def read(request: HttpRequest) -> Mark | None:
    """Return the mark of the page that posted this; None without one that is valid for that page."""
    if request.resolver_match is None:
        return None
    posted, salt = request.POST.get(MARK_FIELD, ""), _salt(request, request.resolver_match)
    max_age = timedelta(seconds=settings.SESSION_COOKIE_AGE) + _MARGIN
    try:
        return Mark(*signing.loads(posted, salt=salt, max_age=max_age))
    except signing.BadSignature:
        return None


def is_from_open_page(request: HttpRequest) -> bool:
    """Return whether a page posted this that this user opened since they last proved who they are.

    While the session is locked, that was before the lock.
    """
    mark = read(request)
    if mark is None or mark.user_id != request.user.pk:
        return False
    return bool(request.session.get(_SIGN_IN_KEY) == [mark.sign_in, mark.stretch])


def owner_of(request: HttpRequest) -> User | None:
    """Return the person for whom the page was made that posted this; None when that cannot be told.

    Of someone who is not signed in here, only the browser that got the page can post it.
    """
    mark = read(request)
    if mark is None:
        return None
    here = _digest(request.COOKIES.get(BROWSER_COOKIE, ""))
    if mark.user_id != request.user.pk and not hmac.compare_digest(mark.browser, here):
        return None
    return User.objects.filter(pk=mark.user_id, is_active=True).first()


def start_stretch(session: SessionBase) -> None:
    """Begin a new stretch, for someone who just proved who they are. The caller renews the session's id."""
    sign_in, stretch = _current(session)
    session[_SIGN_IN_KEY] = [sign_in, stretch + 1]


def name_browser(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its name with the first page that has a mark."""
    if name := getattr(request, "new_browser", None):
        response.set_cookie(BROWSER_COOKIE, name, secure=True, httponly=True, samesite="Lax")


@receiver(user_logged_in)
def _on_sign_in(request: HttpRequest, **kwargs: Any) -> None:
    _current(request.session)


def _current(session: SessionBase) -> tuple[str, int]:
    """Return the name of the sign-in, which is made up when the session has none yet, and its stretch."""
    sign_in, stretch = session.setdefault(_SIGN_IN_KEY, [secrets.token_urlsafe(16), 1])
    return sign_in, stretch


def _browser(request: HttpRequest) -> str:
    """Return the name of the browser, which `name_browser` sends when it has none yet."""
    name: str | None = request.COOKIES.get(BROWSER_COOKIE) or getattr(request, "new_browser", None)
    if not name:
        name = request.new_browser = secrets.token_urlsafe(18)  # type: ignore[attr-defined]
    return name


def _digest(browser: str) -> str:
    """Return what a mark says of a browser: not its name, so that a mark does not give the cookie."""
    return salted_hmac(_PURPOSE, browser, algorithm="sha256").hexdigest()[:32]


def _is_withheld(request: HttpRequest) -> bool:
    """Return whether this page gets no mark: while locked none does, while turned only the client's."""
    is_clients = request.resolver_match is not None and request.resolver_match.view_name == "client"
    return LOCKED_KEY in request.session or (CLIENT_MODE_KEY in request.session and not is_clients)


def _salt(request: HttpRequest, match: ResolverMatch) -> str:
    """Return what binds a mark to one page, with intake and section: a mark does not name its page."""
    page = _PAGE_OF.get(match.view_name)
    return f"{_PURPOSE} {reverse(page, kwargs=match.kwargs) if page else request.path}"
