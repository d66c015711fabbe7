"""List the access keys of pages, and remember whether this browser has them.

No letter is d, e or f, which browsers use with Alt for their own menus.
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
_COOKIE_SECONDS: Final = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class AccessKey:
    """One accesskey of a page, under a name for templates."""

    name: str
    letter: str
    label: StrPromise


ACCESS_KEYS: Final = {
    key.name: key
    for key in (
        AccessKey("next", "n", _("Next part")),
        AccessKey("previous", "p", _("Previous part")),
        AccessKey("save", "s", _("Save")),
        AccessKey("note", "o", _("To the note: the client says")),
        AccessKey("incident", "i", _("Add an incident")),
        AccessKey("parts", "l", _("To the parts")),
        AccessKey("summary", "u", _("To the summary")),
        AccessKey("pause", "z", _("Pause")),
        AccessKey("hide", "h", _("Hide the screen")),
        AccessKey("keys", "k", _("Help, with this list of keys")),
    )
}


def are_enabled(request: HttpRequest) -> bool:
    """Return whether pages for this browser have access keys. The cookie says nothing else."""
    return request.COOKIES.get(_COOKIE) != _OFF


def set_enabled(response: HttpResponseBase, *, enabled: bool) -> None:
    """Store the choice in a cookie of this browser."""
    if enabled:
        response.delete_cookie(_COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            _COOKIE, _OFF, max_age=_COOKIE_SECONDS, secure=True, httponly=True, samesite="Lax"
        )
