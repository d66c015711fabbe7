"""Sixty attacks typed in every field: wherever a page shows one, it is escaped once."""

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

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import log_imports
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import StepSubmission, step_fingerprint
from questionnaire.domain.breaches import Breach
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, User
from questionnaire.tests.pages import Page
from questionnaire.tests.payloads import XSS
from questionnaire.tests.urls import addresses

ALL = "\n".join(XSS)
#: The elements of our pages. A payload that is not escaped adds others.
OWN_TAGS = frozenset(
    re.findall(
        r"\w+",
        """
        html head meta title link script body a header div form input button main h1 h2 h3 h4 p ul ol li nav
        span strong b label fieldset legend textarea select option optgroup details summary table caption
        thead tbody tr th td dl dt dd svg path rect line circle text g pattern defs desc tspan figure
        figcaption section aside dialog footer blockquote pre code small em wbr br time abbr kbd hr q i
        output
        """,
    )
)


class ParsedPage(HTMLParser):
    """The elements of a page, and all text that a person sees or a script could use."""

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
    def text(self) -> str:
        return bare("".join(self.texts))


def bare(text: str) -> str:
    """Return a text without white space, which a page may lay out as it likes."""
    return re.sub(r"\s+", "", text)


def assert_no_markup_of_payloads(html: str) -> ParsedPage:
    """Assert that no element or attribute of a page comes from a payload; return the parsed page."""
    page = ParsedPage(html)
    assert page.tags <= OWN_TAGS
    assert not [name for name in page.attributes if name.startswith("on") or name in ("style", "srcdoc")]
    for name in ("href", "src", "action", "formaction", "xlink:href"):
        for value in page.attributes.get(name, set()):
            assert re.match(r"(/(?!/)|#|\?|tel:|otpauth:|https://\w|$)", value), value
            assert "evil" not in value
    return page


@pytest.fixture
def intake_with_payloads(client: Client, alice: User, intake: Intake) -> Intake:
    return add_payloads(client, alice, intake)


def add_payloads(client: Client, alice: User, intake: Intake) -> Intake:
    """Return an intake with all payloads in every free text of every section."""
    client.force_login(alice)
    incident_actions.add_incident(
        alice, intake, DomainIncident("2026-03-20", "home", what=ALL, evidence=XSS[0])
    )
    add_log(alice, intake)
    follow_up_actions.add_consultation(alice, intake, Consultation("police", XSS[17], result=ALL))
    breach_actions.add_breach(alice, intake, Breach(ALL, reported_to=XSS[1], number=XSS[2], answer=ALL))
    holders = CaseHolders(Holder(XSS[3], XSS[4]), Holder(XSS[5], XSS[6]), Holder(XSS[7]))
    follow_up_actions.record_steps(alice, intake, {HOLDERS: StepSubmission(holders, step_fingerprint(None))})
    for page_id in PAGES:
        save_all_texts(Page(client, reverse("section", args=[intake.uuid, page_id])))
    save_all_texts(Page(client, reverse("steps", args=[intake.uuid])))
    plan = Page(client, reverse("plan", args=[intake.uuid]))
    save_all_texts(plan.fill(**{f"home-0-{name}": XSS[n] for n, name in enumerate(("what", "who", "when"))}))
    intake.refresh_from_db()
    return intake


def add_log(alice: User, intake: Intake) -> None:
    """Have payloads in incidents that were removed and changed, and in a log that waits."""
    for payload in XSS[:2]:
        incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", what=f"{payload}{ALL}"))
    _kept, removed, changed = intake.incidents
    incident_actions.remove_incident(alice, intake, removed.uuid)
    base = incident_actions.incident_fingerprint(changed)
    new = DomainIncident(
        "2026-03-21", what=ALL, as_told=ALL, by=ALL, witness=ALL, evidence=ALL, report_number=ALL
    )
    incident_actions.change_incident(alice, intake, changed.uuid, new, base)
    rows = "\n".join(f"20-03-2026\t{payload}\t{payload}" for payload in XSS if "\n" not in payload)
    log_imports.open_log(
        alice, intake, PendingLog(f"Datum\t{XSS[4]}\t{XSS[5]}\n11/7/2025\tx\t{XSS[6]}\n{rows}")
    )


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


def test_on_every_page_a_text_is_escaped_once(client: Client, intake_with_payloads: Intake) -> None:
    assert texts_stored(intake_with_payloads).count("alert(0)") > 20
    complete_pages = 0

    for name, address in pages(intake_with_payloads):
        response: Any = client.get(address)
        assert response.status_code < 500, name
        if "html" not in response.get("Content-Type", ""):
            continue
        page = assert_no_markup_of_payloads(response.content.decode())
        seen = [payload for payload in XSS if bare(payload) in page.text]
        if seen:
            assert not any(bare(escaped(payload)) in page.text for payload in XSS[:10]), name
        complete_pages += len(seen) == len(XSS)

    assert complete_pages >= len(PAGES)


def escaped(payload: str) -> str:
    """Return the payload as a page shows it that escapes it twice."""
    return payload.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_a_payload_is_escaped_in_what_autosave_gets(client: Client, intake_with_payloads: Intake) -> None:
    page = Page(client, reverse("section", args=[intake_with_payloads.uuid, "fear"])).fill(
        fear_own_words=ALL + "x"
    )

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

    for path in ("/", "/cases/", reverse("start"), "/account/"):
        assert_no_markup_of_payloads(client.get(path).content.decode())


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
            query = {"next": payload, "page": payload, "passkey": payload}
            response: Any = client.get(path, query)
            assert response.status_code < 500
            location = urlsplit(response.headers.get("Location", ""))
            assert (location.scheme, location.netloc) == ("", "")
            if response.content:
                assert_no_markup_of_payloads(response.content.decode())


@pytest.mark.parametrize("payload", [*XSS, "a\r\nSet-Cookie: x=y", "a\x00b", "../../etc/passwd"])
@pytest.mark.usefixtures("db")
def test_a_payload_in_a_header_reaches_no_page(client: Client, payload: str) -> None:
    sent = payload.encode("utf-8", "replace").decode("latin-1").replace("\r\n", " ").replace("\n", " ")
    response: Any = client.get("/account/login/", headers={"user-agent": sent, "accept-language": sent})

    assert_no_markup_of_payloads(response.content.decode())
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
