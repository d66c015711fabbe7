"""The form fields of an item and of free text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import normalize_newlines

from questionnaire.domain.answers import Value
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.items import Item
from questionnaire.domain.text import clean_text
from questionnaire.forms.bindings import ItemInput, answer_from_input, input_from_post
from questionnaire.forms.problems import validation_error


class ItemWidget(forms.Widget):
    """The controls of one item. It only collects what they post: the template pack draws them."""

    use_fieldset = True

    def __init__(self, item: Item) -> None:
        super().__init__()
        self.item = item

    def value_from_datadict(self, data: Any, files: Any, name: str) -> ItemInput:
        return input_from_post(self.item, data)


class ItemField(forms.Field):
    """One item, whose clean value is its answer, or None for no answer."""

    def __init__(self, item: Item) -> None:
        super().__init__(required=False, label=item.label, widget=ItemWidget(item))
        self.item = item

    def clean(self, value: ItemInput) -> Value | None:
        return answer_from_input(self.item, value)


class FreeTextField(forms.CharField):
    """A few lines of free text, stored letter for letter. Text of which nothing is visible is empty."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(label=label, help_text=help_text, required=False, strip=False, widget=widget)

    def clean(self, value: Any) -> str:
        return clean_free_text(value)


def clean_free_text(raw: str | None) -> str:
    """Return free text as it is stored. Raise ValidationError when it cannot be stored."""
    try:
        return clean_text(normalize_newlines(raw or ""))
    except InvalidInputError as error:
        raise validation_error(error) from None
