"""Turn the telephone numbers in our own sentences into links that call."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from questionnaire.domain.contacts import CONTACTS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

register = template.Library()


@register.filter
def phones(text: str | StrPromise) -> SafeString:
    """Return a text of our own as HTML in which every number of a contact is a link.

    What brings its own HTML, as all that a person wrote does (`FreeText`), stays as it is: a number in it may
    be a time, an address, or that of someone else.
    """
    if hasattr(text, "__html__"):
        return conditional_escape(text)
    numbers = tuple(number for contact in CONTACTS.values() for number in contact.numbers)
    # Split by a pattern with one group: each second part is a number.
    parts = _pattern(numbers).split(str(text))
    return format_html_join(
        "", "{}", ((_link(part) if place % 2 else part,) for place, part in enumerate(parts))
    )


@register.filter
def phones_joined(texts: Iterable[str]) -> SafeString:
    """Return texts as one line of HTML, each with its numbers as links."""
    return format_html_join(" · ", "{}", ((phones(text),) for text in texts))


@lru_cache
def _pattern(numbers: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds these numbers; not in a longer number, a date or a name that begins with one."""
    longest_first = sorted(set(numbers), key=len, reverse=True)
    alternatives = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![\w/.-])({alternatives})(?![\w/-]|\.\d| [A-Z])")


def _link(number: str) -> SafeString:
    return format_html('<a href="tel:{}">{}</a>', number.replace(" ", ""), number)
