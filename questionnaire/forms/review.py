"""The forms of a review: a remark, and the answer to one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from questionnaire.domain.catalogue import SECTIONS
from questionnaire.forms.fields import FreeTextField

_SUBJECTS: Final[list[tuple[Any, Any]]] = [
    ("", _("About all of it")),
    *((section.title, [(item.id, item.label) for item in section.items]) for section in SECTIONS),
]


class RemarkForm(forms.Form):
    """One remark. `key` is its id, so that sending it twice adds one.

    `revision` is that of what was read, and `shown` the fingerprint of the document that was.
    """

    item = forms.ChoiceField(label=_("About"), choices=_SUBJECTS, required=False)
    text = FreeTextField(_("Your question or remark"), _("Ask what you need to know. Name what is good too."))
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """The answer to one remark. `base` is the fingerprint of the answer that the page is based on."""

    answer = FreeTextField(_("Your answer"))
    base = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, remark: UUID, posted: QueryDict | None = None, **initial: str) -> None:
        super().__init__(posted, prefix=str(remark), initial=initial)
        self.remark = remark

    @property
    def is_posted(self) -> bool:
        """Whether the posted page had this form: only one with all remarks does."""
        return self.is_bound and self.add_prefix("base") in self.data
