"""Turn the screen to the client: the session then shows one question of one intake, and nothing else.

Which question that is stands in the session. The client goes on, or back to what they were shown, by the
buttons of the page; no address leads to another question. It ends when the professional gives their password.
`questionnaire.screen.lock` enforces it at every request.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from questionnaire.accounts import renewal
from questionnaire.accounts.session_store import CLIENT_MODE_KEY
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import Item
from questionnaire.models import Intake
from questionnaire.permissions import user_of
from questionnaire.screen import page_marks

#: The URL names that are open besides the questions. None of these shows anything of an intake.
_ALLOWED: Final = frozenset(
    {"leave", "lock", "notes", "extend", "dates", "organisation", "organisation_callback"}
)

#: The sizes of the letters on the client's pages, from the smallest.
_LETTERS: Final = ("", "larger", "largest")
_LETTERS_KEY: Final = "letters"


def is_on(request: HttpRequest) -> bool:
    """Return whether the client has the screen."""
    return CLIENT_MODE_KEY in request.session


def intake_and_item(request: HttpRequest) -> tuple[UUID, str]:
    """Return the intake that the client sees, and the id of the item that the screen shows."""
    uuid, item_id, *_shown = request.session[CLIENT_MODE_KEY]
    return UUID(uuid), item_id


def shown(request: HttpRequest) -> Sequence[str]:
    """Return the ids of the items that the client was shown, in order; none outside client mode."""
    _uuid, item_id, *all_shown = request.session.get(CLIENT_MODE_KEY, ("", ""))
    return all_shown or [item_id]


def show(request: HttpRequest, item: Item) -> None:
    """Show the client this item from now on, which a page that they had open offered."""
    if not is_on(request):
        return
    uuid, _item = intake_and_item(request)
    before = shown(request)
    also = () if item.id in before else (item.id,)
    request.session[CLIENT_MODE_KEY] = (str(uuid), item.id, *before, *also)


def is_allowed(request: HttpRequest) -> bool:
    """Return whether the client may open this URL, or post to it: an answer comes from the client's page.

    Of the questions the view shows the one in the session, whichever the address names.
    """
    match = request.resolver_match
    if match is None or match.view_name != "client":
        return match is not None and match.view_name in _ALLOWED
    if match.kwargs["uuid"] != intake_and_item(request)[0]:
        return False
    return request.method != "POST" or page_marks.is_from_open_page(request)


def client_item(item_id: str) -> Item | None:
    """Return the item with this id, if the client may see it: never the professional's own assessment."""
    item = ITEMS.get(item_id)
    return item if item and not item.internal else None


def letters(request: HttpRequest) -> str:
    """Return the size of the letters that was chosen in this session, as `letters_beside` names it."""
    chosen: str = request.session.get(_LETTERS_KEY, _LETTERS[0])
    return chosen


def letters_beside(chosen: str) -> tuple[str | None, str | None]:
    """Return the size below the chosen one and that above it; None where there is none."""
    index = _LETTERS.index(chosen)
    return _LETTERS[index - 1] if index else None, next(iter(_LETTERS[index + 1 :]), None)


def choose_letters(request: HttpRequest, size: str) -> None:
    """Remember the size of the letters for this session, if it is one of ours."""
    if size in _LETTERS:
        request.session[_LETTERS_KEY] = size


def start(request: HttpRequest, intake: Intake, item: Item) -> None:
    """Turn the screen to the client, at one item, under a new session id."""
    renewal.remember_secret(request)
    request.session[CLIENT_MODE_KEY] = (str(intake.uuid), item.id, item.id)
    with transaction.atomic():
        renewal.renew(request)
        audit_log.record(user_of(request), EventCode.SCREEN_TURNED, intake)


def end(request: HttpRequest) -> None:
    """Turn the screen back to the professional, who gave their password, under a new session id."""
    uuid, _item = intake_and_item(request)
    del request.session[CLIENT_MODE_KEY]
    page_marks.start_stretch(request.session)
    renewal.forget_secrets_of_client(request.session)
    with transaction.atomic():
        renewal.renew(request)
        intake = Intake.objects.defer("content").filter(pk=uuid).first()
        audit_log.record(user_of(request), EventCode.SCREEN_TURNED_BACK, intake)
