"""Store form posts that could not be saved, encrypted, so that their author can resubmit them.

A post cannot be saved when the session ended, the screen is locked, the page is too old, or someone else
signed in meanwhile. This module saves no answers: the author looks at the words and at how they came in, and
posts the page once more, through the same view, with the fingerprints that the page was made with. The author
is the person in the mark of the page.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import Final, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import ResolverMatch, reverse
from django.utils import timezone

from questionnaire.accounts.session_store import CLIENT_MODE_KEY, LOCKED_KEY
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.models import HeldPost, Intake, User
from questionnaire.models.pending_posts import HELD_FOR, HeldPostQuerySet
from questionnaire.permissions import TABLE, enforce
from questionnaire.screen import page_marks

#: The URL names of pages whose posts contain text that someone typed at length.
TEXT_PAGES: Final = frozenset(
    {
        *("section", "client", "incidents", "incident", "steps", "consultation", "breach", "plan", "start"),
        "log_import",
        *("remark", "return", "sign_off", "answer", "submit", "hand_over", "open"),
        *("hand_over_all", "person_new", "own_contact_new", "own_contact", "own_texts", "own_look"),
        "going_alone",
    }
)
#: The page that saves the text of a page that does more than that; a resubmitted post is sent to it.
_SAVING_PAGES: Final = {"return": "remark", "sign_off": "remark", "submit": "answer"}
#: The pages that do more than saving text, whose posts are not stored without text.
_ACTING_PAGES: Final = {*_SAVING_PAGES, "hand_over", "hand_over_all", "open", "going_alone"}
_MAX_POSTS: Final = 50
#: How many of these can be in doubt: from a page on which this person is not signed in any more, or posted
#: while the screen was not theirs, without the mark of a page that they had open. As many can be of
#: pages that they left: so the other half is free for what could not be saved.
_MAX_POSTS_IN_DOUBT: Final = 25
#: The session key for whether its user has pending posts; absent until that was looked up.
HAS_PENDING_KEY: Final = "kept"
#: The form field of what a page sends to be kept, and not to be done, when it is left.
KEEP_FIELD: Final = "_left"
_PURPOSE: Final = "held posts"
_NOT_TYPED: Final = frozenset({"csrfmiddlewaretoken", "wizard_goto_step"})


class Arrival(StrEnum):
    """How a post came in that was not saved."""

    OPEN = "open"  # its author was at work
    LEFT = "left"  # they left the page
    HIDDEN = "hidden"  # the session was locked
    TURNED = "turned"  # the client had the screen
    SIGNED_OUT = "signed_out"
    SOMEONE_ELSE = "someone_else"  # another person was signed in


def arrival_of(request: HttpRequest, user: User) -> Arrival:
    """Return how a post to be stored for this person comes in."""
    if request.user != user:
        return Arrival.SOMEONE_ELSE if isinstance(request.user, User) else Arrival.SIGNED_OUT
    if LOCKED_KEY in request.session:
        return Arrival.HIDDEN
    if CLIENT_MODE_KEY in request.session:
        return Arrival.TURNED
    return Arrival.LEFT if KEEP_FIELD in request.POST else Arrival.OPEN


def store(user: User, request: HttpRequest, *, was_allowed: bool = False) -> bool:
    """Store what was posted, once, for someone who may post it; return whether it is stored.

    With `was_allowed` also for someone who might when the request began, or when they got the page. Which
    button was pressed is not stored: a resubmitted page is only saved. Nothing is stored of an intake that
    was erased: its page still has its answers.
    """
    if not has_words(request) or not (was_allowed or _may_post(user, request)):
        return False
    content = {"path": _path(request), "controls": typed(request)}
    arrival, is_from_open_page = arrival_of(request, user), page_marks.is_from_open_page(request)
    is_sure = arrival is not Arrival.LEFT and (arrival is Arrival.OPEN or is_from_open_page)
    with transaction.atomic():
        _delete_expired()
        if _is_erased(request):
            return False
        mac = _mac(user, content)
        if _of(user).filter(mac=mac).exists():
            return True
        if _of(user).count() >= (_MAX_POSTS if is_sure else _MAX_POSTS_IN_DOUBT):
            return False
        came = {"arrival": arrival, "is_from_open_page": is_from_open_page}
        post = HeldPost(user=user, mac=mac, content={**content, **came})
        post.make_key()
        post.save(force_insert=True)
        audit_log.record(user, EventCode.POST_HELD, _intake_in(request))
    return True


def find(user: User, request: HttpRequest) -> str | None:
    """Return the id under which `store` stored this post; None when it did not."""
    mac = _mac(user, {"path": _path(request), "controls": typed(request)})
    pk = _of(user).filter(mac=mac).values_list("pk", flat=True).first()
    return str(pk) if pk else None


def has_words(request: HttpRequest) -> bool:
    """Return whether this is a post with something that a person typed."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.view_name not in TEXT_PAGES:
        return False
    if match.view_name in _ACTING_PAGES and not _has_text(request):
        return False
    return "_remove" not in request.POST


def _may_post(user: User, request: HttpRequest) -> bool:
    match = cast(ResolverMatch, request.resolver_match)
    try:
        enforce(TABLE[match.view_name]["POST"], request, user, match.kwargs)
    except (Http404, PermissionDenied):
        return False
    return True


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """Return the controls of a post in which someone can have typed; none of a body that is no form."""
    return {
        name: request.POST.getlist(name)
        for name in request.POST
        if name not in _NOT_TYPED and not name.startswith("_")
    }


def _has_text(request: HttpRequest) -> bool:
    """Return whether anything was typed in a remark, an answer, a note for a colleague or a reason."""
    names = (name for name in request.POST if name in {"text", "note", "reason"} or name.endswith("-answer"))
    return any(request.POST[name].strip() for name in names)


def _path(request: HttpRequest) -> str:
    match = cast(ResolverMatch, request.resolver_match)
    saving_page = _SAVING_PAGES.get(match.view_name)
    return reverse(saving_page, kwargs=match.kwargs) if saving_page else request.path


def _is_erased(request: HttpRequest) -> bool:
    """Return whether the intake of a post is gone; as long as it is there, it is not erased until the end."""
    uuid = cast(ResolverMatch, request.resolver_match).kwargs.get("uuid")
    return uuid is not None and not Intake.objects.select_for_update().filter(pk=uuid).values("pk").first()


def _intake_in(request: HttpRequest) -> Intake | None:
    """Return the intake in the URL of a post, if this person may see it."""
    return getattr(request, "intake", None)


def _mac(user: User, content: object) -> str:
    ring = keyring.ring()
    message = json.dumps([user.pk, content]).encode()
    return hmac.new(ring.derive_key(ring.current, _PURPOSE), message, hashlib.sha256).hexdigest()


def pages_kept(user: User) -> list[tuple[str, datetime]]:
    """Return the paths of the pages whose posts wait for this person, and since when; none of their words."""
    return [(post.content["path"], post.held_at) for post in _of(user).not_expired()]


def has_pending(user: User) -> bool:
    """Return whether there is a pending post of this person."""
    _delete_expired()
    return _of(user).exists()


def count(user: User) -> int:
    """Return how many pending posts this person has."""
    return _of(user).not_expired().count()


def read_all(user: User) -> Sequence[HeldPost]:
    """Return the pending posts of this person, the oldest first, and record that they read them."""
    _delete_expired()
    return _read(user, _of(user))


def read_one(user: User, uuid: str) -> HeldPost | None:
    """Return one pending post of this person, and record that they read it; None for any other id."""
    with suppress(ValueError):
        return next(iter(_read(user, _of(user).filter(pk=UUID(uuid)))), None)
    return None


def _read(user: User, rows: QuerySet[HeldPost]) -> Sequence[HeldPost]:
    posts = list(rows)
    if posts:
        with transaction.atomic():
            audit_log.record(user, EventCode.POST_READ)
    return posts


def discard(user: User, uuid: str) -> bool:
    """Delete one pending post of this person, because it was saved or is not wanted; return whether it was.

    Ignore an invalid id.
    """
    try:
        pk = UUID(uuid)
    except ValueError:
        return False
    with transaction.atomic():
        deleted, _by_model = _of(user).filter(pk=pk).delete()
        if deleted:
            audit_log.record(user, EventCode.POST_DROPPED)
    return bool(deleted)


def _of(user: User) -> HeldPostQuerySet:
    return HeldPost.objects.filter(user=user)


def _delete_expired() -> None:
    HeldPost.objects.filter(held_at__lte=timezone.now() - HELD_FOR).delete()
