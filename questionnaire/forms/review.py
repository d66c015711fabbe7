"""The forms of a review: a remark, and the answer to one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.text import clean_text
from questionnaire.forms.bindings import with_plain_line_ends

_ABOUT: Final[list[tuple[Any, Any]]] = [
    ("", _("About all of it")),
    *((section.title, [(item.id, item.label) for item in section.items]) for section in SECTIONS),
]


class WordsField(forms.CharField):
    """A few lines of free text, letter for letter; nothing that anyone can see is empty."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(label=label, help_text=help_text, required=False, strip=False, widget=widget)

    def clean(self, value: Any) -> str:
        try:
            return clean_text(with_plain_line_ends(str(value or "")))
        except InvalidInputError as refused:
            raise ValidationError([problem.message for problem in refused.problems]) from None


class RemarkForm(forms.Form):
    """One remark. The key makes that sending it twice adds one; `revision` is what the reviewer has read."""

    item = forms.ChoiceField(label=_("About"), choices=_ABOUT, required=False)
    text = WordsField(_("Your question or remark"), _("Ask what you need to know. Name what is good too."))
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """The answer to one remark, with what the page was made with."""

    answer = WordsField(_("Your answer"))
    base = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, remark: UUID, posted: QueryDict | None = None, **initial: str) -> None:
        super().__init__(posted, prefix=str(remark), initial=initial)
        self.remark = remark

    @property
    def is_posted(self) -> bool:
        return self.is_bound and self.add_prefix("base") in self.data
