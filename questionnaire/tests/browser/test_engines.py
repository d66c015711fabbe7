"""More engines over every page: HTML_CodeSniffer (WCAG 2.1 AA), the Nu HTML checker, axe in other sizes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page, Route

from questionnaire import actions
from questionnaire.documents import EDITIONS
from questionnaire.domain.catalogue import SECTION_OF
from questionnaire.domain.follow_up import Consultation
from questionnaire.held import mark_of
from questionnaire.models import Intake, User
from questionnaire.permissions import TABLE
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.test_accessibility import NARROW, faults_of, filled, look_at
from questionnaire.tests.test_lock import PASSWORD, quick_hashes
from questionnaire.tests.test_middleware import ERRORS, failing
from questionnaire.ways import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["failing", "filled", "quick_hashes"]  # fixtures

#: Where bin/test --soak puts the engines; see requirements/engines.
ENGINES: Final = Path(sys.prefix) / "engines/node_modules"
SNIFFER: Final = ENGINES / "html_codesniffer/build/HTMLCS.js"
NU: Final = ENGINES / "vnu-jar/build/dist/vnu.jar"
SNIFF: Final = """() => new Promise(done => HTMLCS.process("WCAG2AA", document, () => done(
    HTMLCS.getMessages().filter(message => message.type === HTMLCS.ERROR)
        .map(message => `${message.code}: ${message.msg} ${message.element.outerHTML?.slice(0, 160)}`))))"""
SIZES: Final = [{"width": 768, "height": 1000}, {"width": 1280, "height": 900}]
#: Kinds of argument of which no page is had without more: a question of the client's screen, a passkey.
LEFT_OUT: Final = {"item", "pk"}


class Walk:
    """Goes from page to page, looks at each with two engines, and keeps its HTML for the third."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.sent: dict[str, str] = {}

    def go(self, path: str) -> None:
        """Open a page and look at it, unless the address leads elsewhere."""
        response = self.page.goto(path)
        assert response
        if response.url.endswith(path) and "text/html" in response.headers["content-type"]:
            self.sent[path] = response.text()
            self.look(path)

    def show(self, name: str, html: str) -> None:
        """Look at a page that no address gives."""
        shown(self.page, f"/shown/{name}/", html)
        self.go(f"/shown/{name}/")

    def look(self, name: str) -> None:
        self.page.evaluate(SNIFFER.read_text(encoding="utf-8"))
        for fault in [*self.page.evaluate(SNIFF), *faults_of(self.page)]:
            self.found.append(f"{name} {fault}")


def shown(page: Page, path: str, html: str) -> None:
    """Have the page at this path give this HTML."""

    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.route(f"**{path}", answer)


def addresses(intake: Intake) -> Iterator[str]:
    """Every address from which a page can be had by GET, with this intake and what is in it."""
    values: dict[str, list[Any]] = {
        "uuid": [intake.uuid],
        "step": list(PAGES),
        "incident": [incident.uuid for incident in intake.incidents.all()],
        "consultation": [step.uuid for step in intake.steps.filter(kind="consultation")],
        "code": list(EDITIONS),
    }
    for pattern in patterns(get_resolver().url_patterns):
        named = list(pattern.pattern.converters)
        if "GET" in TABLE.get(str(pattern.name), {}) and not LEFT_OUT & set(named):
            for given in product(*(values[name] for name in named)):
                yield reverse(str(pattern.name), args=given)


def patterns(those: list[Any]) -> Iterator[URLPattern]:
    for each in those:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns)
        else:
            yield each


def refusals(language: str, failing: Client) -> Iterator[tuple[str, str]]:
    """The pages that say what went wrong, by their names."""
    failing.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for status, cause in ERRORS.items():
        yield str(status), cause(failing).content.decode()


def keep_something(user: User, intake: Intake) -> None:
    """What someone typed whose session had ended."""
    Client().post(
        reverse("section", args=[intake.uuid, "fear"]),
        {"_owner": mark_of(user), "running_note": "Ik sta op de gang."},
    )


@pytest.fixture
def password(alice: User) -> None:
    alice.set_password(PASSWORD)
    alice.save()


# --- In every run: the pages that nobody else looks at ------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_went_wrong_at_320_px(open_page: Open, failing: Client, language: str) -> None:
    page = open_page("about:blank", language=language, viewport=NARROW)

    for name, html in refusals(language, failing):
        shown(page, f"/shown/{name}/", html)
        page.goto(f"/shown/{name}/")
        look_at(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_locked_and_kept_at_320_px(
    open_page: Open, alice: User, intake: Intake, password: None, language: str
) -> None:
    keep_something(alice, intake)
    page = open_page(reverse("sheet"), user=alice, language=language, viewport=NARROW)
    page.wait_for_url("**/kept/**")
    look_at(page)
    page.goto(reverse("sheet"))
    look_at(page)

    page.locator("#hide").click()
    page.wait_for_url("**/notes/")
    look_at(page)
    page.goto(reverse("unlock"))
    look_at(page)
    page.locator("main .primary").click()
    page.wait_for_selector(".error-summary, .errorlist")
    look_at(page)


# --- In the long run: every page, three engines, sizes, colours and paper -----------------------------------


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_passes_every_engine(
    open_page: Open,
    alice: User,
    filled: Intake,
    password: None,
    failing: Client,
    faults: list[str],
    tmp_path: Path,
    language: str,
    scheme: str,
) -> None:
    if not NU.exists():
        pytest.skip("The engines are not installed: bin/test --soak does that")
    actions.add_consultation(alice, filled, Consultation("police", result="Belt terug."))
    options = {"language": language, "color_scheme": scheme}
    walk = Walk(open_page("/", **options))
    walk.go(reverse("account_login"))
    for name, html in refusals(language, failing):
        walk.show(name, html)
    walk.page = open_page("/", user=alice, **options)

    for size in SIZES if scheme == "light" else SIZES[-1:]:
        walk.page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in addresses(filled):
            walk.go(path)
    for walked in (in_trouble, on_paper, in_both_languages, turned_to_the_client, kept_and_locked):
        walked(walk, alice, filled)

    faults.clear()  # what the browser says of the pages that say what went wrong
    assert len(walk.sent) > 60
    found = [*dict.fromkeys(walk.found), *valid(walk.sent, tmp_path)]
    assert not found, "\n".join(found)


def in_trouble(walk: Walk, _user: User, intake: Intake) -> None:
    """Something that cannot be read, and something that another tab changed meanwhile."""
    path = reverse("section", args=[intake.uuid, "pattern"])
    walk.page.goto(path)
    walk.page.locator("[name=pattern_start]").fill("31-02-2026")
    walk.page.locator("[name=_go][value=save]").last.click()
    walk.page.wait_for_selector("#errors")
    walk.go(path)


def on_paper(walk: Walk, _user: User, intake: Intake) -> None:
    walk.page.emulate_media(media="print")
    for name in ("summary", "answers"):
        walk.go(reverse(name, args=[intake.uuid]))
    walk.go(reverse("section", args=[intake.uuid, "pattern"]))
    walk.page.emulate_media(media="screen")


def in_both_languages(walk: Walk, _user: User, intake: Intake) -> None:
    for switched in ("on", "off"):
        walk.page.goto(reverse("section", args=[intake.uuid, "fear"]))
        walk.page.locator(f"[name=_interpreter][value={switched}]").click()
        walk.page.wait_for_load_state()
        for section in PAGES if switched == "on" else ():
            walk.go(reverse("section", args=[intake.uuid, section]))


def turned_to_the_client(walk: Walk, user: User, intake: Intake) -> None:
    walk.page.goto(reverse("section", args=[intake.uuid, "fear"]))
    walk.page.locator(".faces [name=_turn]").click()
    walk.page.wait_for_selector(".client")
    for item in SECTION_OF:
        walk.go(reverse("client", args=[intake.uuid, item]))
    walk.go(reverse("leave"))
    walk.page.locator("[type=password]").fill(PASSWORD)
    walk.page.locator("main .primary").click()
    walk.page.wait_for_selector(".conversation")


def kept_and_locked(walk: Walk, user: User, intake: Intake) -> None:
    keep_something(user, intake)
    walk.go(reverse("kept"))
    walk.page.locator("#hide").click()
    walk.page.wait_for_url("**/notes/")
    walk.go(reverse("notes"))
    walk.go(reverse("unlock"))


def valid(sent: dict[str, str], folder: Path) -> list[str]:
    """What the Nu checker calls an error, of each page."""
    names = {}
    for number, (path, html) in enumerate(sent.items()):
        names[f"{number}.html"] = path
        (folder / f"{number}.html").write_text(html, encoding="utf-8")
    command = ["java", "-jar", str(NU), "--format", "json", "--errors-only", "--skip-non-html", str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603
    messages = json.loads(told)["messages"]
    return [f"{names[Path(each['url']).name]}: {each['message']} {each.get('extract')}" for each in messages]
