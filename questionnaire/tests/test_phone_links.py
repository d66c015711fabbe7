"""Every number of a contact that a page shows can be called by pressing it."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.domain.contacts import CONTACTS
from questionnaire.models import Intake, User
from questionnaire.tests.full_intakes import ADDRESSES, fill

NUMBERS = sorted({number for contact in CONTACTS.values() for number in contact.numbers}, key=len)
#: Not in a longer number or a date, nor in the name of an organisation.
A_NUMBER = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, reversed(NUMBERS)))})(?![\w/-]| [A-Z])")


class Texts(HTMLParser):
    """Collects the numbers that no link calls. In another link, a button or a summary there can be none."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = 0
        self.links: list[str] = []
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag in ("a", "button", "summary", "textarea", "title", "option")
        href = dict(attrs).get("href") or ""
        if href.startswith("tel:"):
            self.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag in ("a", "button", "summary", "textarea", "title", "option")

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.bare += [data.strip() for _number in A_NUMBER.findall(data)]


def texts(html: str) -> Texts:
    found = Texts()
    found.feed(html)
    return found


@pytest.mark.untraced
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_number_on_a_page_about_an_intake_is_a_link(
    client: Client, alice: User, intake: Intake, language: str
) -> None:
    fill(alice, intake)
    client.force_login(alice)
    client.cookies["__Host-language"] = language

    for name, arguments in ADDRESSES:
        response = client.get(reverse(name, args=[intake.uuid, *arguments]))

        assert response.status_code == 200
        found = texts(response.content.decode())
        assert (name, arguments, found.bare) == (name, arguments, [])
        assert "tel:112" in found.links


@pytest.mark.parametrize("name", ["start", "sources", "today", "cases", "help"])
def test_every_number_on_other_pages_is_a_link(client: Client, alice: User, name: str) -> None:
    client.force_login(alice)

    found = texts(client.get(reverse(name)).content.decode())

    assert found.bare == []
    assert "tel:0800-2000" in found.links


def test_a_number_without_a_link_is_found() -> None:
    assert texts("<p>Bel <b>112</b> of 0800-2000</p>").bare == ["112", "of 0800-2000"]
