"""Provide what many templates need: contacts, access keys, safe free text, labels in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from questionnaire import keyboard
from questionnaire.domain import languages, text
from questionnaire.domain.contacts import CONTACTS, Contact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise as StrPromise

    from questionnaire.domain.advice.at_once import AtOnce

register = template.Library()


class Markable(Protocol):
    """A question of which the controls were filled in."""

    def mark(self, part: str, code: str) -> str:
        """Return the attribute of a control that was chosen; "" of another."""


#: What stands before the token in the extra tags of a message that can be undone.
UNDO_TAG: Final = "undo-"


@register.simple_tag
def contact(contact_id: str) -> Contact:
    """Return one of the contacts, with its number to call."""
    return CONTACTS[contact_id]


@register.simple_tag(takes_context=True)
def key(context: Context, name: str) -> str:
    """Return the attribute for an access key, unless these are switched off."""
    is_on = keyboard.are_enabled(context["request"])
    return format_html(' accesskey="{}"', keyboard.ACCESS_KEYS[name].letter) if is_on else ""


@register.filter
def at(lines: Sequence[AtOnce] | None, code: str) -> str:
    """Return the class that shows the line for this answer, as " at-1"; "" when it has none."""
    return next((f" at-{number}" for number, line in enumerate(lines or (), 1) if code in line.codes), "")


@register.filter
def chosen(question: Markable, code: str) -> str:
    """Return the attribute of the control of an answer, if that was chosen; a cell is "row=column"."""
    return question.mark("answer", code)


@register.filter
def absent(question: Markable, code: str) -> str:
    """Return the attribute of the control of an absent state, if that was chosen."""
    return question.mark("absent", code)


@register.filter
def from_source(question: Markable, code: str) -> str:
    """Return the attribute of a source of the answer, if that was chosen."""
    return question.mark("source", code)


@register.filter
def shown(free_text: str) -> str:
    """Return free text as a page may show it: see `questionnaire.domain.text.escape_controls`."""
    return text.escape_controls(free_text)


@register.filter
def undo_token(message: Message) -> str:
    """Return the token by which what a message says can be undone; "" when it cannot."""
    _tag, found, token = (message.extra_tags or "").partition(UNDO_TAG)
    return token if found else ""


@register.simple_tag(takes_context=True)
def in_both(context: Context, label: StrPromise | str, element_id: str = "") -> SafeString:
    """Return a label in the language of the page and in the one beside it, each marked with its language.

    Only the first has the id that names a control: a screen reader reads a name in one voice, whatever the
    language of its parts, so that a name in two languages cannot be understood.
    """
    here = get_language() or settings.LANGUAGE_CODE
    named = format_html(' id="{}"', element_id) if element_id else ""
    spans = [format_html("<span{}{}>{}</span>", _marked(here), named, label)]
    beside = context["beside"]
    language, translated = _translated(label, beside)
    # A word that both languages have is said in both: a gap beside it would look like a translation missing.
    is_in_both = languages.ALL[beside].of_pages and any(map(str.isalpha, translated))
    if translated != str(label) or is_in_both:
        spans.append(format_html("<span{}>{}</span>", _marked(language), translated))
    return format_html_join(" ", "{}", ((span,) for span in spans))


def _translated(label: StrPromise | str, language: str) -> tuple[str, str]:
    """Return the language and the words of a label in it: Dutch, as Django falls back to it, without any."""
    with override(language):
        translated = str(label)
    if languages.ALL[language].of_pages:  # it has words for everything
        return language, translated
    with override(settings.LANGUAGE_CODE):
        is_fallback = translated == str(label)
    return settings.LANGUAGE_CODE if is_fallback else language, translated


def _marked(language: str) -> SafeString:
    """Return the attributes for text in this language; the direction of pages is from left to right."""
    direction = format_html(' dir="{}"', "rtl") if languages.ALL[language].right_to_left else ""
    return format_html(' lang="{}"{}', language, direction)
