"""Give pages the name and the colours of the organisation, and serve the colours as a stylesheet.

Only a person's own pages have them: what the client sees, what shows while the screen is hidden and what
comes before signing in are the same for every organisation, so that nobody can tell from them whose they are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from questionnaire.domain.organisation_look import DARK, LIGHT, SCHEMES, Colours
from questionnaire.queries.organisation_look import all_colours, look_of
from questionnaire.requirements import ADMINISTRATION

_ONE_YEAR: Final = 31_536_000
_ACCENTS: Final = (
    *("link-color", "button-primary-action-background-color", "button-secondary-action-color"),
    "form-control-accent-color",
)


#: The pages with the name: nobody reads along with these. The client may sit beside any other, and a new one.
PAGES_WITH_NAME: Final = frozenset(
    {
        *("today", "cases", "numbers", "events", *ADMINISTRATION),
        *("own_name", "reminders", "sessions", "sign_ins", "account_change_password", "mfa_index"),
        *("summary", "reasons", "review", "case", "access", "looked", "open"),
        *("second_person", "copy_preview", "going_alone"),
        "unfinished",
    }
)


@dataclass(frozen=True, slots=True)
class PageLook:
    """The name at the top of a page, "" for none, and the address of its stylesheet, "" for the program's."""

    name: str
    href: str


def page_look(team: int | None, page: str | None) -> PageLook:
    """Return the look of a page, by its URL name, for this team, None for all."""
    look = look_of(team)
    href = reverse("look", args=[digest_of(look.colours)]) if look.colours else ""
    return PageLook(look.name if page in PAGES_WITH_NAME else "", href)


def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Serve the colours with this digest, if a team has them. What has this address never changes."""
    for colours in all_colours():
        if digest == digest_of(colours):
            response = HttpResponse(_css(colours), content_type="text/css; charset=utf-8")
            response["Cache-Control"] = f"private, max-age={_ONE_YEAR}, immutable"
            return response
    raise Http404


@lru_cache(maxsize=64)
def digest_of(colours: Colours) -> str:
    """Return what names the stylesheet of these colours."""
    return hashlib.sha256(_css(colours).encode()).hexdigest()[:16]


def _css(colours: Colours) -> str:
    """Return the tokens of style.css that follow from the colours. Paper keeps those of the program."""
    light = _tokens(LIGHT, colours.light, header=colours.light)
    dark = _tokens(DARK, colours.dark, header=colours.header_in_the_dark)
    return (
        f"@media screen{{:root{{{light}}}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )


def _tokens(scheme: str, colour: str, *, header: str) -> str:
    values = {
        **dict.fromkeys(_ACCENTS, colour),
        "page-header-background-color": header,
        "accent-background-color": SCHEMES[scheme].pale(colour),
    }
    return ";".join(f"--utrecht-{name}:{value}" for name, value in values.items())
