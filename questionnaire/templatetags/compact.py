"""Leave out of a long page the white space that only indents its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django import template
from django.template import Context, Node
from django.template.base import NodeList, Parser, Token

register = template.Library()

_INDENT: Final = re.compile(r"\n\s+")


@dataclass(eq=False)
class CompactNode(Node):
    """What stands between `compact` and `endcompact`."""

    nodelist: NodeList

    def render(self, context: Context) -> str:
        """Return it without the indents of its lines, which no browser shows outside `pre` and `textarea`."""
        return _INDENT.sub("\n", self.nodelist.render(context))


@register.tag
def compact(parser: Parser, token: Token) -> CompactNode:
    """Compile the tag."""
    nodelist = parser.parse(("endcompact",))
    parser.delete_first_token()
    return CompactNode(nodelist)
