"""What was posted when nothing could be saved: kept for the person who typed it, and offered to them again.

The session had ended, or the screen was locked, or the page was too old, or someone else had signed in
meanwhile. Nothing is saved from here: the page is posted once more by the person themselves, through the same
view, which still knows what it was made with. Whose words they are says the page, which carries a signed mark
of the person for whom it was made.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, cast
from uuid import UUID

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import ResolverMatch, reverse
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.encryption import keyring
from questionnaire.models import HeldPost, User
from questionnaire.permissions import TABLE, enforce

#: The pages of which a post holds words of a conversation, by URL name.
PAGES: Final = frozenset(
    {
        *("section", "client", "incidents", "incident", "steps", "consultation", "start"),
        *("remark", "return", "sign_off", "answer", "submit", "hand_over"),
    }
)
#: Where the words of a page go that asked for more than keeping them: given back, they are only saved.
_ONLY_SAVES: Final = {"return": "remark", "sign_off": "remark", "submit": "answer"}
#: The pages that ask for more than keeping words, and are not kept when there are none.
_ASKED: Final = {*_ONLY_SAVES, "hand_over"}
#: The control that says for whom a page was made.
MARK: Final = "_owner"
_KEPT_FOR: Final = timedelta(days=7)
_MOST: Final = 50
#: Of these, how many can be taken by someone who is not signed in as this person and has a page of theirs.
_MOST_FOR_OTHERS: Final = 25
_PURPOSE: Final = "held posts"
_NOT_TYPED: Final = frozenset({"csrfmiddlewaretoken", "wizard_goto_step"})


def mark_of(user: User) -> str:
    """What a page carries to say for whom it was made."""
    return signing.dumps(user.pk, salt=_PURPOSE)


def owner_of(request: HttpRequest) -> User | None:
    """For whom the page was made that posted this; None when it does not say so."""
    try:
        owner = signing.loads(request.POST.get(MARK, ""), salt=_PURPOSE, max_age=_KEPT_FOR)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=owner, is_active=True).first()


def hold(user: User, request: HttpRequest) -> bool:
    """Keep what was posted, for someone who may post it; whether it is kept. The same post is kept once.

    Which button was pressed is not kept: given back, a page is only saved.
    """
    if not _may_post(user, request):
        return False
    controls = {
        name: request.POST.getlist(name)
        for name in request.POST
        if name not in _NOT_TYPED and not name.startswith("_")
    }
    content = {"path": _path(request), "controls": controls}
    with transaction.atomic():
        _forget_the_old()
        mac = _mac(user, content)
        if HeldPost.objects.filter(user=user, mac=mac).exists():
            return True
        if HeldPost.objects.filter(user=user).count() >= (
            _MOST if request.user == user else _MOST_FOR_OTHERS
        ):
            return False
        post = HeldPost(user=user, mac=mac, content=content)
        post.make_key()
        post.save(force_insert=True)
        audit_log.record(user, Code.POST_HELD, _intake_in(request))
    return True


def _may_post(user: User, request: HttpRequest) -> bool:
    match = request.resolver_match
    if request.method != "POST" or match is None or match.view_name not in PAGES:
        return False
    try:
        enforce(TABLE[match.view_name]["POST"], request, user, match.kwargs)
    except (Http404, PermissionDenied):
        return False
    if match.view_name in _ASKED and not _has_words(request):
        return False
    return "_remove" not in request.POST


def _has_words(request: HttpRequest) -> bool:
    """Whether anything was typed in a remark, an answer or a note for a colleague."""
    typed = (name for name in request.POST if name in {"text", "note"} or name.endswith("-answer"))
    return any(request.POST[name].strip() for name in typed)


def _path(request: HttpRequest) -> str:
    match = cast(ResolverMatch, request.resolver_match)
    saves = _ONLY_SAVES.get(match.view_name)
    return reverse(saves, kwargs=match.kwargs) if saves else request.path


def _intake_in(request: HttpRequest) -> UUID | None:
    return cast(ResolverMatch, request.resolver_match).kwargs.get("uuid")


def _mac(user: User, content: object) -> str:
    ring = keyring.ring()
    told = json.dumps([user.pk, content]).encode()
    return hmac.new(ring.derived(ring.current, _PURPOSE), told, hashlib.sha256).hexdigest()


def any_for(user: User) -> bool:
    """Whether something is kept for this person. Asked once after each time they come in."""
    _forget_the_old()
    return _of(user).exists()


def read(user: User) -> Sequence[HeldPost]:
    """All that is kept for this person, the oldest first, and the event that they saw it."""
    _forget_the_old()
    posts = list(_of(user))
    if posts:
        with transaction.atomic():
            audit_log.record(user, Code.POST_READ)
    return posts


def drop(user: User, uuid: str) -> None:
    """Forget one post of this person, because it was saved or is not wanted."""
    try:
        wanted = UUID(uuid)
    except ValueError:
        return
    with transaction.atomic():
        dropped, _by_model = HeldPost.objects.filter(user=user, pk=wanted).delete()
        if dropped:
            audit_log.record(user, Code.POST_DROPPED)


def _of(user: User) -> QuerySet[HeldPost]:
    return HeldPost.objects.filter(user=user)


def _forget_the_old() -> None:
    HeldPost.objects.filter(held_at__lte=timezone.now() - _KEPT_FOR).delete()
