"""Read a page as a browser without JavaScript does: its controls, and what it posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

from django.http import HttpResponse
from django.test import Client
from django.utils.datastructures import MultiValueDict


@dataclass
class _Select:
    name: str
    value: str = ""


class _Controls(HTMLParser):
    """Collects what the forms of a page would post, without their buttons."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.posted: MultiValueDict[str, str] = MultiValueDict()
        self.names: set[str] = set()
        self.select: _Select | None = None
        self.textarea: str | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value if value is not None else "" for name, value in attrs}
        name = attributes.get("name", "")
        if tag == "input":
            self.names.add(name)
            is_choice = attributes.get("type") in ("radio", "checkbox")
            if not is_choice or "checked" in attributes:
                self.posted.appendlist(name, attributes.get("value", "on" if is_choice else ""))
        elif tag == "select":
            self.names.add(name)
            self.select = _Select(name)
        elif tag == "option" and self.select and "selected" in attributes:
            self.select.value = attributes["value"]
        elif tag == "textarea":
            self.names.add(name)
            self.textarea, self.text = name, []

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea is not None:
            # A browser leaves out the first line end, and posts every other one as CR LF.
            text = "".join(self.text).removeprefix("\n").replace("\n", "\r\n")
            self.posted.appendlist(self.textarea, text)
            self.textarea = None
        elif tag == "select" and self.select:
            self.posted.appendlist(self.select.name, self.select.value)
            self.select = None


def one_line(html: str) -> str:
    """Return HTML with each run of white space as one space, so that no test depends on line breaks."""
    return " ".join(html.split())


def controls(html: str) -> MultiValueDict[str, str]:
    """Return what the forms in this HTML would post as they stand."""
    parser = _Controls()
    parser.feed(html)
    return parser.posted


def names(html: str) -> set[str]:
    """Return the names of all controls in this HTML."""
    parser = _Controls()
    parser.feed(html)
    return parser.names


def undo_token(html: str) -> str:
    """Return the token of the first button on a page that undoes something; "" without one."""
    return html.partition('name="undo" value="')[2].partition('"')[0]


@dataclass
class Page:
    """One open page, or tab: it posts what it was rendered with, whatever was stored since."""

    client: Client
    url: str
    response: HttpResponse = field(init=False)
    posted: MultiValueDict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.response = self.client.get(self.url)  # type: ignore[assignment]
        assert self.response.status_code == 200
        self.posted = controls(self.response.content.decode())

    @property
    def html(self) -> str:
        return one_line(self.response.content.decode())

    def fill(self, **values: str | list[str] | None) -> Page:
        """Set the values of controls; None removes one, as unchecking does."""
        for name, value in values.items():
            if value is None:
                self.posted.pop(name, None)
            else:
                self.posted.setlist(name, value if isinstance(value, list) else [value])
        return self

    def press(self, name: str, value: str, **headers: str) -> Any:
        """Post the form with one of its buttons."""
        data = {**dict(self.posted.lists()), name: value}
        return self.client.post(self.url, data, headers=headers)


#: The URL names that make a PDF. A machine without the libraries for it answers 503.
MAKES_PDFS: Final = frozenset({"pdf", "edition", "sheet", "sign_off"})


def is_server_error(name: str, response: Any) -> bool:
    """Return whether the page with this URL name answered with a server error."""
    is_without_pdfs = response.status_code == 503 and name in MAKES_PDFS and "Retry-After" not in response
    return response.status_code >= 500 and not is_without_pdfs
