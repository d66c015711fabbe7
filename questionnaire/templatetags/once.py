"""Render a part of a page once for everybody: `{% once WHEN BY %}` ... `{% endonce %}`.

WHEN says whether it is the same for everybody now; where it is not, the part is rendered as if the tag was
not there. BY is what it may differ by, besides the language. It must hold nothing else of the request: no
token, nothing that a person typed, and no block that another template fills in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django import template
from django.template import Context, Node, TemplateSyntaxError
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.loader_tags import BlockNode
from django.utils.translation import get_language

register = template.Library()

#: So many versions of one part are kept; then it begins again.
_MOST: Final = 64


@dataclass(eq=False)
class OnceNode(Node):
    """A part of a page, with its HTML by language and by what it may differ by."""

    when: FilterExpression
    by: FilterExpression
    nodelist: NodeList
    rendered: dict[tuple[str, str], str] = field(default_factory=dict)

    def render(self, context: Context) -> str:
        """Return the HTML of the part."""
        if not self.when.resolve(context):
            return self.nodelist.render(context)
        key = (get_language() or "", str(self.by.resolve(context)))
        html = self.rendered.get(key)
        if html is None:
            if len(self.rendered) >= _MOST:
                self.rendered.clear()
            html = self.rendered[key] = self.nodelist.render(context)
        return html


@register.tag
def once(parser: Parser, token: Token) -> OnceNode:
    """Compile the tag. Raise TemplateSyntaxError."""
    name, *arguments = token.split_contents()
    if len(arguments) != 2:
        raise TemplateSyntaxError(f"{name} takes when it is the same, and what it may differ by")
    when, by = map(parser.compile_filter, arguments)
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    if nodelist.get_nodes_by_type(BlockNode):
        raise TemplateSyntaxError(f"{name} holds no block: each page would fill it in for all")
    return OnceNode(when, by, nodelist)
