"""Name the page on which something was typed that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import ResolverMatch
from django.utils.translation import gettext_lazy as _

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.routes import PAGES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The title of a page, by its URL name or the id of its section.
_TITLES: Final = {
    **{page_id: page.title for page_id, page in PAGES.items()},
    "start": _("Start a conversation"),
    "steps": _("Follow-up"),
    "consultation": _("Follow-up"),
    "breach": _("Follow-up"),
    "plan": _("Safety plan"),
    "remark": _("Review"),
    "answer": _("Review"),
    "hand_over": _("Hand over"),
    "hand_over_all": _("Hand over"),
    "person_new": _("New account"),
    **dict.fromkeys(("own_contact_new", "own_contact"), _("Contacts of the organisation")),
    "own_texts": _("Words and texts of the organisation"),
    "own_look": _("Name and colours"),
    "open": _("Open with a reason"),
    "going_alone": _("Go on alone"),
}


def title_of(match: ResolverMatch) -> StrPromise | str:
    """Return the title of the page with this address."""
    if match.view_name == "client":
        return ITEMS[match.kwargs["item"]].label
    return _TITLES.get(match.kwargs.get("step", match.view_name), _("Incidents"))
