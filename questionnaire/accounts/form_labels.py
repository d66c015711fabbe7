"""Forms of others in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.forms import Field

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class Plain:
    """Our own words at a field, and no placeholder that says them twice and goes once someone types."""

    words: Mapping[str, StrPromise]
    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.widget.attrs.pop("placeholder", None)
