"""Answer for a conversation of which something stored does not open, or is no longer valid.

A follow-up or log is shown without what cannot be read, and says so. Where nothing can be shown, or what is
incomplete must not be signed off, the page says why, and what was typed is kept.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from questionnaire.models import UNREADABLE_ERRORS, UnreadableError
from questionnaire.permissions import intake_of, user_of
from questionnaire.screen import pending_posts

#: What a view raises, and does not catch, when something stored of its conversation cannot be read.
ERRORS = (*UNREADABLE_ERRORS, UnreadableError)


def unreadable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return 500 with a page of its own, or 409 for a sign-off; what was posted is kept for this person."""
    is_kept = request.method == "POST" and pending_posts.store(user_of(request), request)
    is_refused = isinstance(error, UnreadableError)
    context = {"intake": intake_of(request), "is_kept": is_kept, "is_refused": is_refused}
    return render(request, "intakes/unreadable.html", context, status=409 if is_refused else 500)
