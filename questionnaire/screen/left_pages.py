"""Keep what was typed in a form when its page is left, so that no link, Back or closed tab loses it.

The page sends it to the address of its form, marked as not to be done. It becomes a pending post of whoever
left the page, and the next page says so.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from questionnaire.models import User
from questionnaire.screen import asked, page_marks, pending_posts
from questionnaire.screen.pending_posts import HAS_PENDING_KEY, TEXT_PAGES

#: The tag of the message that says so, at which a page has the way to what was kept.
KEPT_TAG: Final = "kept"


def keep(request: HttpRequest, user: User) -> HttpResponse:
    """Keep this post for the person who left its page; answer 409 when it cannot be kept.

    Without words nothing is kept, and nothing is lost.
    """
    match = request.resolver_match
    if match is None or match.view_name not in TEXT_PAGES or not page_marks.is_from_open_page(request):
        return HttpResponse(status=409)
    if pending_posts.has_words(request):
        if not pending_posts.store(user, request):
            return HttpResponse(status=409)
        request.session[HAS_PENDING_KEY] = True  # the next page says so: it is not held up
        _tell(request)
    return HttpResponse(status=204)


def _tell(request: HttpRequest) -> None:
    """Have the next page say so, once for all forms of a page."""
    stored: Any = messages.get_messages(request)
    is_told = any(message.extra_tags == KEPT_TAG for message in stored)
    stored.used = False  # they are still to be shown
    if not is_told:
        messages.info(request, _("What you typed and did not send is kept for you."), extra_tags=KEPT_TAG)


def discard_sent(request: HttpRequest) -> None:
    """Discard the pending post that this request sent: offered again, or kept when its page was left.

    Not what only led elsewhere first, such as to the password: that is still to be saved.
    """
    if not getattr(request, "is_allowed", False) or not isinstance(request.user, User):
        return
    uuid = request.POST.get(asked.HELD_FIELD)
    if uuid is None and request.session.get(HAS_PENDING_KEY) and pending_posts.has_words(request):
        uuid = pending_posts.find(request.user, request)
    if uuid is not None:
        pending_posts.discard(request.user, uuid)
        request.session[HAS_PENDING_KEY] = pending_posts.has_pending(request.user)
