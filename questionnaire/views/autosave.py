"""Read what pages that save by themselves send, and build the responses: the server of `autosave.js`."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import QueryDict
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.actions.transactions import SaveResult
from questionnaire.domain.fingerprints import INCIDENT_DRAFT
from questionnaire.models import Intake

#: The field with the fingerprint of the incident or consultation that the page shows as a draft.
DRAFT_BASE_FIELD: Final = "sketch__base"
#: The longest name, and the form of a number, that `page_and_number` accepts.
_MAX_PAGE_NAME: Final = 40
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


def saved_at(intake: Intake) -> str:
    """Return when the intake was last saved, as text; "" when it never was."""
    if not intake.revision:
        return ""
    return _("Saved at %(time)s") % {"time": time_format(localtime(intake.changed_at), "H:i")}


def save_status(intake: Intake, to_check: int) -> str:
    """Return when the intake was last saved, and how many answers still have to be checked."""
    if not to_check:
        return saved_at(intake)
    check = ngettext(
        "%(count)s answer to check: choose Save.", "%(count)s answers to check: choose Save.", to_check
    )
    return f"{saved_at(intake)}. {check % {'count': to_check}}"


def autosave_result(result: SaveResult, status: str) -> dict[str, Any]:
    """Return the JSON for a page that saves by itself: the status to show, and its new fingerprints."""
    bases = {
        DRAFT_BASE_FIELD if key.startswith(INCIDENT_DRAFT) else f"{key}__base": base
        for key, base in result.bases.items()
    }
    return {"status": status, "base": bases}


def page_and_number(posted: QueryDict) -> dict[str, Any]:
    """Return which page sent this post and the post's number, as arguments of a `Submission`.

    A page that saves by itself sends both in `page`: a name that it made up, a dot, and a rising number.
    """
    page, _dot, number = posted.get("page", "").partition(".")
    is_numbered = page.isalnum() and len(page) <= _MAX_PAGE_NAME and _NUMBER.fullmatch(number)
    return {"page": page, "number": int(number)} if is_numbered else {}
