"""List where an answer can come from: recorded with the answer, and shown beside it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.items import Choice

SOURCES: Final = (
    Choice("client", _("the client says")),
    Choice("seen", _("seen by the professional")),
    Choice("third_party", _("from someone else")),
    Choice("document", _("from a document")),
)
