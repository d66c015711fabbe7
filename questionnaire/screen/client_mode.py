"""The screen turned to the client: the session shows the questions of one intake, and nothing else.

It ends when the professional gives their password. `questionnaire.screen.lock` holds every request to it.
"""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from questionnaire.accounts.session_store import TURNED
from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import Item
from questionnaire.models import Intake
from questionnaire.permissions import user_of

#: What is open besides the questions, by URL name. None of these shows anything of an intake.
_OPEN: Final = frozenset({"leave", "lock", "notes", "extend", "organisation", "organisation_callback"})


def is_on(request: HttpRequest) -> bool:
    """Whether the client has the screen."""
    return TURNED in request.session


def turned_at(request: HttpRequest) -> tuple[UUID, str]:
    """The intake that the client sees, and the item at which the screen was turned."""
    uuid, item_id = request.session[TURNED]
    return UUID(uuid), item_id


def is_open(request: HttpRequest) -> bool:
    """Whether this address may be opened by who has the screen."""
    match = request.resolver_match
    if match is None or match.view_name != "client":
        return match is not None and match.view_name in _OPEN
    return bool(match.kwargs["uuid"] == turned_at(request)[0])


def askable(item_id: str) -> Item | None:
    """The item with this id, if there is one that the client may see: never the professional's own view."""
    item = ITEMS.get(item_id)
    return item if item and not item.internal else None


def turn(request: HttpRequest, intake: Intake, item: Item) -> None:
    """Give the client the screen, at one item."""
    request.session[TURNED] = (str(intake.uuid), item.id)
    with transaction.atomic():
        audit_log.record(user_of(request), Code.SCREEN_TURNED, intake.uuid)


def turn_back(request: HttpRequest) -> None:
    """Take the screen back under a new id, for the professional, who gave their password."""
    uuid, _item = turned_at(request)
    with transaction.atomic():
        audit_log.record(user_of(request), Code.SCREEN_TURNED_BACK, uuid)
    del request.session[TURNED]
    request.session.cycle_key()
