"""Show a text with what was looked for marked."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from questionnaire.domain.text_search import Piece

register = template.Library()


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """Return the text of the pieces, those that were found within `mark`."""
    return format_html_join("", "{}", ((_shown(piece),) for piece in pieces))


def _shown(piece: Piece) -> str:
    return format_html("<mark>{}</mark>", piece.text) if piece.is_found else piece.text
