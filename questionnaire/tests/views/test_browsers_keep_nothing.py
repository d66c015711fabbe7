"""Each page asks the browser to keep, send and translate nothing of what someone types or reads.

Chromium writes what a form holds in its profile, so that it can be restored, unless the form has
`autocomplete="off"`: of a text area it looks at the form alone. What it finds then is in
`browser/test_profile.py`.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.models import Intake, Membership, Team, User
from questionnaire.tests.people import turn_to
from questionnaire.tests.urls import addresses

TEMPLATES: Final = settings.BASE_DIR / "templates"
#: What is shown on paper or sent as a file, and no page of the program.
OF_PAPER: Final = {"documents/paper.html", "documents/paper_form.html", "documents/blank_log.html"}
#: The forms with a password or a code, which a password manager fills in, and with nothing else to type.
FOR_SIGNING_IN: Final = {
    *("account/login.html", "account/password_change.html", "account/reauthenticate.html"),
    *("screen/unlock.html", "client_mode/leave.html"),
    *("mfa/authenticate.html", "mfa/reauthenticate.html", "mfa/totp/activate_form.html"),
}
ASKED: Final = {"translate": "no", "spellcheck": "false", "writingsuggestions": "false"}


def tags(name: str, text: str) -> list[str]:
    """Return the start tags with this name, those with template tags inside too."""
    return re.findall(rf"<{name}\b(?:{{%.*?%}}|{{{{.*?}}}}|[^>{{])*>", text, re.DOTALL)


def templates() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8")
        for path in TEMPLATES.rglob("*.html")
    }


def test_every_form_has_its_content_forgotten() -> None:
    remembered = {
        name
        for name, text in templates().items()
        for form in tags("form", text)
        if 'autocomplete="off"' not in form
    }

    assert remembered == FOR_SIGNING_IN


def test_a_form_for_signing_in_has_nothing_else_to_type() -> None:
    for name in FOR_SIGNING_IN:
        text = templates()[name]
        assert "<textarea" not in text
        assert all('type="hidden"' in each for each in tags("input", text)), name


def test_every_page_is_neither_sent_to_be_translated_nor_to_be_checked() -> None:
    pages = {name: tags("html", text) for name, text in templates().items() if "<html" in text}
    assert set(pages) == {"base.html", "screen/plain.html", *OF_PAPER}

    for name in set(pages) - OF_PAPER:
        (start,) = pages[name]
        assert all(f'{attribute}="{value}"' in start for attribute, value in ASKED.items()), name
    for name, text in templates().items():
        for attribute, value in ASKED.items():
            said = re.findall(rf'\b{attribute}="(\w+)"', text)
            assert set(said) <= {value}, name


class _Controls(HTMLParser):
    """Collects what someone can fill in and the browser would keep."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, bool] = {}
        self.form: bool | None = None
        self.html: dict[str, Any] = {}
        self.kept: list[str] = []
        self.elsewhere: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "html":
            self.html = attributes
        elif tag == "form":
            self.form = attributes.get("autocomplete") == "off"
            self.forms[attributes.get("id") or ""] = self.form
        elif tag in ("input", "textarea", "select") and attributes.get("type") not in ("hidden", "password"):
            if owner := attributes.get("form"):
                self.elsewhere.append((owner, str(attributes)))
            # What nobody can change is as the page brought it, which a browser does not write down.
            elif not (self.form or "readonly" in attributes or _is_for_signing_in(attributes)):
                self.kept.append(str(attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None


def _is_for_signing_in(attributes: dict[str, str | None]) -> bool:
    return attributes.get("autocomplete") in ("username", "username webauthn", "one-time-code")


@pytest.mark.untraced
def test_no_page_has_a_field_that_the_browser_keeps(alice: User, intake: Intake) -> None:
    team = Team.objects.get()
    for role in (Membership.Role.MANAGER, Membership.Role.REVIEWER):
        alice.memberships.get_or_create(team=team, role=role)
    client, visited = Client(), 0
    client.force_login(alice)
    pages = [*addresses(intake), ("login", "/account/login/")]
    sections = ("fear", "pattern", "concern", "help", "safety_now", "own_view", "emergency")
    pages += [(step, f"{reverse('intake', args=[intake.pk])}{step}/") for step in sections]
    for name, address in pages:
        if name == "client":
            continue
        visited += _look(client, name, address)
    turn_to(client.session, intake, "fear_own_words")
    visited += _look(client, "client", reverse("client", args=[intake.pk, "fear_own_words"]))
    visited += _look(client, "leave", reverse("leave"))
    assert visited > 40


def _look(client: Client, name: str, address: str) -> bool:
    response: Any = client.get(address)
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        return False
    page = _Controls()
    page.feed(response.content.decode())
    assert {attribute: page.html.get(attribute) for attribute in ASKED} == ASKED, name
    assert page.kept == [], name
    assert [text for owner, text in page.elsewhere if not page.forms[owner]] == [], name
    return True


def test_a_field_that_the_browser_would_keep_is_noticed() -> None:
    page = _Controls()
    page.feed('<form><textarea name="x"></textarea></form><input name="y"><form autocomplete=off><input>')

    assert len(page.kept) == 2
