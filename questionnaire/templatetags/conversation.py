"""What every page needs and no view should repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from questionnaire import keyboard
from questionnaire.domain import text
from questionnaire.domain.contacts import CONTACTS, Contact

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

register = template.Library()


@register.simple_tag
def contact(contact_id: str) -> Contact:
    """One of the numbers to call."""
    return CONTACTS[contact_id]


@register.simple_tag(takes_context=True)
def key(context: Context, name: str) -> str:
    """Return the attribute for an access key, unless these are switched off."""
    is_on = keyboard.are_enabled(context["request"])
    return format_html(' accesskey="{}"', keyboard.ACCESS_KEYS[name].letter) if is_on else ""


@register.filter
def shown(words: str) -> str:
    """Free text as it may stand on a page: see `questionnaire.domain.text.escape_controls`."""
    return text.escape_controls(words)


@register.simple_tag
def in_both(words: StrPromise | str, id: str = "") -> SafeString:  # noqa: A002  (what HTML calls it)
    """Words in both languages, each marked as what it is. The language of the page comes first.

    A control is named by the id of the first alone. A name is read out in one voice and has no language of
    its own, so a name in two languages cannot be followed.
    """
    here = get_language() or settings.LANGUAGE_CODE
    named = format_html(' id="{}"', id) if id else ""
    first = format_html('<span lang="{}"{}>{}</span>', here, named, words)
    spans = [first]
    for language, _name in settings.LANGUAGES:
        with override(language):
            said = str(words)
        if language != here and said != str(words):
            spans.append(format_html('<span lang="{}">{}</span>', language, said))
    return format_html_join(" ", "{}", ((span,) for span in spans))
