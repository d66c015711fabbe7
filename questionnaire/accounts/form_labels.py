"""Give allauth's forms our own labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.forms import Field

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class OwnLabelsMixin:
    """Give fields our own labels, without help texts and placeholders.

    A placeholder repeats the label, and disappears once someone types.
    """

    #: The labels by the name of their field.
    labels: Mapping[str, StrPromise]
    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.widget.attrs.pop("placeholder", None)
