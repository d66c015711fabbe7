"""Sixty texts that attack, typed in every field: each is shown once escaped, wherever it comes out."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as Told
from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, User
from questionnaire.tests.pages import Page
from questionnaire.tests.payloads import XSS
from questionnaire.tests.urls import addresses

ALL = "\n".join(XSS)
#: What a page of ours is made of. A payload that is not escaped adds something to it.
OWN_TAGS = frozenset(
    re.findall(
        r"\w+",
        """
        html head meta title link script body a header div form input button main h1 h2 h3 h4 p ul ol li nav
        span strong b label fieldset legend textarea select option optgroup details summary table caption
        thead tbody tr th td dl dt dd svg path rect line circle text g pattern defs desc tspan figure
        figcaption section aside dialog footer blockquote pre code small em wbr br time abbr kbd hr q i
        """,
    )
)


class Read(HTMLParser):
    """A page as a browser reads it: its elements, and all text that someone sees or a script could use."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag if tag != "script" or dict(attrs).get("src") else "inline script")
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")
            self.texts.append(f" {value} ")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def said(self) -> str:
        return bare("".join(self.texts))


def bare(text: str) -> str:
    """Without spaces and line ends, which a page may lay out as it likes."""
    return re.sub(r"\s+", "", text)


def hold(html: str) -> Read:
    """Nothing in this page was made by what someone typed."""
    read = Read(html)
    assert read.tags <= OWN_TAGS
    assert not [name for name in read.attributes if name.startswith("on") or name in ("style", "srcdoc")]
    for name in ("href", "src", "action", "formaction", "xlink:href"):
        for value in read.attributes.get(name, set()):
            assert re.match(r"(/(?!/)|#|\?|tel:|otpauth:|https://\w|$)", value), value
            assert "evil" not in value
    return read


@pytest.fixture
def stuffed(client: Client, alice: User, intake: Intake) -> Intake:
    return stuff(client, alice, intake)


def stuff(client: Client, alice: User, intake: Intake) -> Intake:
    """Return an intake with all payloads in every free text of every section."""
    client.force_login(alice)
    incident_actions.add_incident(alice, intake, Told("2026-03-20", "home", what=ALL, evidence=XSS[0]))
    follow_up_actions.add_consultation(alice, intake, Consultation("police", XSS[17], result=ALL))
    for page_id in PAGES:
        save_all_texts(Page(client, reverse("section", args=[intake.uuid, page_id])))
    save_all_texts(Page(client, reverse("steps", args=[intake.uuid])))
    intake.refresh_from_db()
    return intake


def save_all_texts(page: Page) -> None:
    lines = re.findall(r'<input(?=[^>]* type="text")[^>]* name="([^"]+)"', page.html)
    page.fill(**dict.fromkeys(re.findall(r'<textarea[^>]* name="([^"]+)"', page.html), ALL))
    page.fill(**{name: XSS[number % len(XSS)] for number, name in enumerate(lines)})
    assert page.press("_go", "save").status_code in (200, 302)


def pages(intake: Intake) -> Iterator[tuple[str, str]]:
    for name, address in addresses(intake):
        if name not in ("account_logout", "section"):
            yield name, address
    for page_id in PAGES:
        yield page_id, reverse("section", args=[intake.uuid, page_id])


def texts_stored(intake: Intake) -> str:
    return json.dumps(intake.content, ensure_ascii=False)


def test_every_payload_is_a_text_of_its_own() -> None:
    assert len(set(XSS)) == 60


def test_on_every_page_a_text_is_escaped_once(client: Client, stuffed: Intake) -> None:
    assert texts_stored(stuffed).count("alert(0)") > 20
    everything = 0

    for name, address in pages(stuffed):
        response: Any = client.get(address)
        assert response.status_code < 500, name
        if "html" not in response.get("Content-Type", ""):
            continue
        read = hold(response.content.decode())
        seen = [payload for payload in XSS if bare(payload) in read.said]
        if seen:
            assert not any(bare(twice(payload)) in read.said for payload in XSS[:10]), name
        everything += len(seen) == len(XSS)

    assert everything >= len(PAGES)


def twice(payload: str) -> str:
    """As a page would read that escapes the payload once too often."""
    return payload.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_a_payload_is_escaped_in_what_autosave_gets(client: Client, stuffed: Intake) -> None:
    page = Page(client, reverse("section", args=[stuffed.uuid, "fear"])).fill(fear_own_words=ALL + "x")

    response = page.press("_go", "save", accept="application/json")

    assert response["Content-Type"].startswith("application/json")
    assert b"<script>alert" not in response.content
    json.loads(response.content)


def test_a_payload_is_escaped_in_names_and_references(client: Client, alice: User) -> None:
    alice.name = XSS[0]
    alice.save()
    alice.memberships.update()
    team = alice.memberships.get(role="professional").team
    team.name = XSS[1]
    team.save()
    client.force_login(alice)
    page = Page(client, reverse("start"))
    page.fill(reference=XSS[18][:40], team=str(team.pk)).press("_go", "start")

    for path in ("/", reverse("start"), "/account/"):
        hold(client.get(path).content.decode())


def test_a_payload_in_the_address_reaches_no_page(client: Client, alice: User, intake: Intake) -> None:
    client.force_login(alice)
    for payload in XSS:
        for path in (
            f"/{payload}/",
            f"/intakes/{intake.uuid}/{payload}/",
            "/",
            "/account/login/",
            "/unlock/",
        ):
            asked = {"next": payload, "page": payload, "passkey": payload}
            response: Any = client.get(path, asked)
            assert response.status_code < 500
            leads = urlsplit(response.headers.get("Location", ""))
            assert (leads.scheme, leads.netloc) == ("", "")
            if response.content:
                hold(response.content.decode())


@pytest.mark.parametrize("payload", [*XSS, "a\r\nSet-Cookie: x=y", "a\x00b", "../../etc/passwd"])
@pytest.mark.usefixtures("db")
def test_a_payload_in_a_header_reaches_no_page(client: Client, payload: str) -> None:
    sent = payload.encode("utf-8", "replace").decode("latin-1").replace("\r\n", " ").replace("\n", " ")
    response: Any = client.get("/account/login/", headers={"user-agent": sent, "accept-language": sent})

    hold(response.content.decode())
    assert "x=y" not in str(response.headers)


@pytest.mark.pdf
def test_a_payload_in_a_pdf_is_printed_and_does_nothing(
    client: Client, alice: User, intake: Intake, tmp_path: Path
) -> None:
    client.force_login(alice)
    page = Page(client, reverse("section", args=[intake.uuid, "fear"])).fill(fear_own_words=ALL)
    page.press("_go", "save")

    response: Any = client.post(reverse("pdf", args=[intake.uuid]), {"_go": "pdf"}, follow=True)
    content = b"".join(response.streaming_content) if response.streaming else response.content

    assert response["Content-Type"] == "application/pdf"
    assert re.fullmatch(r'(inline|attachment); filename="[\w.-]+\.pdf"', response["Content-Disposition"])
    for forbidden in (b"/JavaScript", b"/EmbeddedFile", b"/Launch", b"evil.example"):
        assert forbidden not in content
    made = tmp_path / "made.pdf"
    made.write_bytes(content)
    command = ["pdftotext", "-raw", str(made), "-"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout.decode()  # noqa: S603
    assert [payload for payload in XSS if bare(payload) not in bare(printed)] == []
