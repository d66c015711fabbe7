"""The access keys: which letter does what, and whether this browser has them. Pages and their list read it.

The letters keep away from those that browsers take for their own menus with Alt: d, e and f.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_COOKIE: Final = "__Host-keys"
_OFF: Final = "off"
_KEPT_FOR: Final = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Key:
    """What stands on pages as accesskey, under a name for templates."""

    name: str
    letter: str
    does: StrPromise


KEYS: Final = {
    key.name: key
    for key in (
        Key("next", "n", _("Next part")),
        Key("previous", "p", _("Previous part")),
        Key("save", "s", _("Save")),
        Key("note", "o", _("To the note: the client says")),
        Key("incident", "i", _("Add an incident")),
        Key("parts", "l", _("To the parts")),
        Key("summary", "u", _("To the summary")),
        Key("pause", "z", _("Pause")),
        Key("hide", "h", _("Hide the screen")),
        Key("keys", "k", _("This list of keys")),
    )
}


def are_on(request: HttpRequest) -> bool:
    """Whether pages for this browser carry access keys. A cookie, as for the language: it says no more."""
    return request.COOKIES.get(_COOKIE) != _OFF


def switch(response: HttpResponseBase, *, on: bool) -> None:
    """Remember the choice in this browser."""
    if on:
        response.delete_cookie(_COOKIE, samesite="Lax")
    else:
        response.set_cookie(_COOKIE, _OFF, max_age=_KEPT_FOR, secure=True, httponly=True, samesite="Lax")
