"""Remember a post for which someone first has to show that it is them, so that it is not dropped.

It is in the session of whoever posted it, for as long as the proof counts. What they typed is not: that is a
pending post, encrypted, which this refers to.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from questionnaire.models import User
from questionnaire.screen import pending_posts

_KEY: Final = "asked"
_NOT_SENT: Final = "csrfmiddlewaretoken"
#: The form field with the id of the pending post that a page resubmits.
HELD_FIELD: Final = "_held"
#: The form field of a post that was confirmed.
CONFIRMED_FIELD: Final = "_confirmed"


@dataclass(frozen=True, slots=True)
class AskedPost:
    """A post that waits: its path, what to send again, and the page to go back to instead."""

    path: str
    controls: tuple[tuple[str, str], ...]
    back: str


def remember(request: HttpRequest, user: User, back: str) -> bool:
    """Remember this post; return False, and do nothing, for words that could not be kept."""
    held = pending_posts.find(user, request) if pending_posts.has_words(request) else ""
    if held is None:
        return False
    names = [name for name in request.POST if name != _NOT_SENT and (not held or name.startswith("_"))]
    request.is_put_off = True  # type: ignore[attr-defined]
    request.session[_KEY] = {
        "user": user.pk,
        "at": int(time.time()),
        "path": request.get_full_path(),
        "back": back,
        "held": held,
        "controls": [[name, value] for name in names for value in request.POST.getlist(name)],
    }
    return True


def read(request: HttpRequest, user: User) -> AskedPost | None:
    """Return the post that waits in this session, with what was typed; None when there is none any more."""
    stored: dict[str, Any] | None = request.session.get(_KEY)
    if not stored or stored["user"] != user.pk or stored["at"] + settings.CONFIRMED_SECONDS <= time.time():
        return None
    controls = [(name, value) for name, value in stored["controls"] if name != HELD_FIELD]
    if stored["held"]:
        post = pending_posts.read_one(user, stored["held"])
        if post is None:
            return None
        controls += [(name, value) for name, values in post.content["controls"].items() for value in values]
        controls.append((HELD_FIELD, stored["held"]))
    return AskedPost(stored["path"], tuple(controls), stored["back"])


def forget(request: HttpRequest) -> None:
    """Forget the post that waits when this request is it: its view answers it now, or put it off."""
    if getattr(request, "is_put_off", False):
        return
    if request.session.get(_KEY, {}).get("path") == request.get_full_path():
        del request.session[_KEY]
