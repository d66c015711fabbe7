"""Read our own pages as XML, which they are but for a few tags without an end."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree import ElementTree as ET  # nosec

from cssselect2 import ElementWrapper
from weasyprint import HTML

_VOID: Final = re.compile("<(meta|br|hr|col|img|input)([^<>]*?)/?>")
_DOCTYPE: Final = "<!doctype html>"


class Page(HTML):  # type: ignore[misc]  # it has no types
    """A page that is read as XML where it is XML, in a tenth of the time, and else as HTML."""

    def __init__(self, html: str, url_fetcher: Any) -> None:
        try:
            root = _as_xml(html)
        except ET.ParseError:
            super().__init__(string=html, url_fetcher=url_fetcher)
            return
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = root


def _as_xml(html: str) -> ET.Element:
    """Return the tree that reading as HTML gives, but for white space at its ends. Raise ParseError."""
    xml = _VOID.sub(r"<\1\2/>", html.removeprefix(_DOCTYPE)).replace("&nbsp;", "\xa0")
    if "<!" in xml:  # no entities, which could grow
        raise ET.ParseError
    root = ET.fromstring(xml)  # noqa: S314  (see above)  # nosec
    if [child.tag for child in root] != ["head", "body"]:
        raise ET.ParseError
    root.text = root[1].tail = None
    return root
