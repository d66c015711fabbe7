"""The form fields of an item and of free text."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import normalize_newlines

from questionnaire.domain.answers import Value
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.items import Item
from questionnaire.domain.text import clean_text
from questionnaire.forms.bindings import ItemInput, answer_from_input, input_from_post
from questionnaire.forms.date_input import date_in_words, iso_date
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
    """One item, whose clean value is its answer, or None for no answer.

    `on` is the day that "yesterday" and a date without a year count from, by default today.
    """

    on: date | None = None

    def __init__(self, item: Item) -> None:
        super().__init__(required=False, label=item.label, widget=ItemWidget(item))
        self.item = item

    def clean(self, value: ItemInput) -> Value | None:
        return answer_from_input(self.item, value, on=self.on)


class DateBoundField(forms.BoundField):
    """A date on a page, with what is understood of it."""

    @property
    def in_words(self) -> str:
        """What is understood of the date in the field; "" when that is nothing or an error is shown."""
        field, value = self.field, self.value()
        if not isinstance(field, WrittenDateField) or self.errors:
            return ""
        return date_in_words(str(value or ""), ahead=field.ahead, is_free=field.is_free)


class WrittenDateField(forms.CharField):
    """A date as people write it, counted from today. Its clean value is as it is stored, or None.

    With `ahead` it may come later; `ahead_when` is the choice on the page with which it may. With `is_free`
    it may be any other text.
    """

    is_written_date = True

    def __init__(
        self, *, ahead: bool = False, ahead_when: str = "", is_free: bool = False, **kwargs: Any
    ) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "class": "date"})
        super().__init__(strip=False, widget=widget, **kwargs)
        self.ahead = ahead
        self.ahead_when = ahead_when
        self.is_free = is_free

    @property
    def asked_with(self) -> str:
        """What the page says of the field when it asks for the words."""
        is_ahead = self.ahead and not self.ahead_when
        return " ".join([*(["ahead"] if is_ahead else []), *(["free"] if self.is_free else [])])

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> DateBoundField:
        return DateBoundField(form, self, field_name)

    def clean(self, value: Any) -> str | None:
        stored = iso_date(str(super().clean(value)), ahead=self.ahead)
        if self.required and stored is None:
            raise ValidationError(self.error_messages["required"])
        return stored


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
