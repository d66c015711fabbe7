"""More engines over every page: HTML_CodeSniffer (WCAG 2.1 AA), the Nu HTML checker, axe in other sizes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from playwright.sync_api import Locator, Page, Route

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.snapshot import snapshot
from questionnaire.domain import dates
from questionnaire.domain.catalogue import SECTION_OF
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, Membership, User
from questionnaire.permissions import TABLE
from questionnaire.queries.document_input import as_intake_file
from questionnaire.screen.pending_posts import owner_token
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, faults_of, look_at
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page as Tab
from questionnaire.tests.people import PASSWORD, give_app
from questionnaire.tests.responses import ERRORS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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

    def __init__(self, open_page: Open, **options: Any) -> None:
        self.open = partial(open_page, "/", **options)
        self.page = self.open()
        self.found: list[str] = []
        self.sent: dict[str, str] = {}

    def by(self, user: User) -> None:
        """From now on as this person."""
        self.page = self.open(user=user)

    def go(self, path: str) -> None:
        """Open a page and look at it, unless the address leads elsewhere."""
        response = self.page.goto(path)
        assert response
        if response.ok and response.url.endswith(path) and "text/html" in response.headers["content-type"]:
            self.sent[f"{len(self.sent)} {path}"] = response.text()
            self.look(path)

    def press(self, button: Locator) -> None:
        """Press a button, and look at the page that comes of it."""
        with self.page.expect_navigation() as came:
            button.click()
        self.sent[f"{len(self.sent)} {self.page.url} again"] = came.value.text()
        self.look(f"{self.page.url} again")

    @property
    def names(self) -> set[str]:
        """The URL names of the pages that were looked at."""
        paths = {key.split(" ")[1] for key in self.sent if "/shown/" not in key and "://" not in key}
        return {resolve(path.split("?")[0]).view_name for path in paths}

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
    """Return the error pages, by name."""
    failing.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for status, cause in ERRORS.items():
        yield str(status), cause(failing).content.decode()


def keep_something(user: User, intake: Intake) -> None:
    """Make a pending post of someone whose session had ended."""
    Client().post(
        reverse("section", args=[intake.uuid, "fear"]),
        {"_owner": owner_token(user), "running_note": "Ik sta op de gang."},
    )


@pytest.fixture
def password(alice: User) -> None:
    alice.set_password(PASSWORD)
    alice.save()


# --- In every run: the pages that nobody else looks at ------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_error_pages_fit_at_320_px(open_page: Open, failing: Client, language: str) -> None:
    page = open_page("about:blank", language=language, viewport=NARROW)

    for name, html in refusals(language, failing):
        shown(page, f"/shown/{name}/", html)
        page.goto(f"/shown/{name}/")
        look_at(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_locked_pages_and_pending_posts_fit_at_320_px(
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

EACH: Final = [(language, scheme) for language in ("nl", "en") for scheme in ("light", "dark")]
#: What the author of an intake sees, and what only others see or someone who signs in otherwise.
OF_THE_AUTHOR: Final = {
    *("account_login", "account_logout", "account_change_password", "account_reauthenticate", "sessions"),
    *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "sign_ins"),
    *("notes", "unlock", "kept", "keys", "leave"),
    *("intakes", "sheet", "start", "section", "client", "incidents", "incident", "pause", "stop", "steps"),
    *("consultation", "review", "case", "looked", "access", "answers", "summary", "edition", "numbers"),
}
OF_OTHERS: Final = {
    *("review", "case", "looked", "access", "summary", "answers", "section", "steps", "intakes", "open"),
    *(
        "people",
        "numbers",
        "sign_ins",
        "edition",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_deactivate_totp",
        "mfa_authenticate",
    ),
    *("mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
}
#: What leads elsewhere or gives no page of ours: a PDF, a challenge, the way to the organisation and back.
NO_PAGE: Final = {
    *("intake", "signed", "organisation", "organisation_callback", "mfa_login_webauthn"),
    *("mfa_reauthenticate_webauthn", "mfa_remove_webauthn"),
}


def test_every_url_is_in_a_walk_of_the_engines() -> None:
    """A new page is walked past by the engines, or stands among those that are no page."""
    assert {name for name, methods in TABLE.items() if "GET" in methods} == {
        *OF_THE_AUTHOR,
        *OF_OTHERS,
        *NO_PAGE,
    }


@pytest.fixture
def engines() -> None:
    if not NU.exists():
        pytest.skip("The engines are not installed: bin/test --soak does that")


@pytest.mark.soak
@pytest.mark.parametrize(("language", "scheme"), EACH)
def test_every_page_passes_every_engine(
    engines: None,
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
    follow_up_actions.add_consultation(alice, filled, Consultation("police", result="Belt terug."))
    walk = Walk(open_page, language=language, color_scheme=scheme)
    walk.go(reverse("account_login"))
    walk.press(walk.page.locator("main .primary"))
    for name, html in refusals(language, failing):
        walk.show(name, html)
    walk.by(alice)

    for size in SIZES:
        walk.page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in addresses(filled):
            walk.go(path)
    for walked in (with_nothing_yet, in_trouble, in_conflict, on_paper, in_both_languages):
        walked(walk, alice, filled)
    turned_to_the_client(walk, alice, filled)
    kept_and_locked(walk, alice, filled)

    assert walk.names == OF_THE_AUTHOR
    faults.clear()  # what the browser says of the pages that say what went wrong
    found = [*dict.fromkeys(walk.found), *valid(walk.sent, tmp_path)]
    assert not found, "\n".join(found)


@pytest.mark.soak
@pytest.mark.parametrize(("language", "scheme"), EACH)
def test_every_page_of_others_passes_every_engine(
    engines: None,
    open_page: Open,
    alice: User,
    bob: User,
    rachel: User,
    filled: Intake,
    password: None,
    faults: list[str],
    tmp_path: Path,
    language: str,
    scheme: str,
) -> None:
    walk = Walk(open_page, language=language, color_scheme=scheme)
    size = SIZES[scheme == "dark"]
    for walked in (reviewed, looked_into, with_a_second_factor):
        walked(walk, {"alice": alice, "bob": bob, "rachel": rachel}, filled, size)

    assert walk.names == OF_OTHERS
    faults.clear()
    found = [*dict.fromkeys(walk.found), *valid(walk.sent, tmp_path)]
    assert not found, "\n".join(found)


def with_nothing_yet(walk: Walk, user: User, intake: Intake) -> None:
    empty = intake_actions.start_intake(user, intake.team, "2026-118", intake.on, "nl")
    for path in addresses(empty):
        if str(empty.uuid) in path:
            walk.go(path)


def in_trouble(walk: Walk, _user: User, intake: Intake) -> None:
    """Something that cannot be read, on each kind of page with a form."""
    path = reverse("section", args=[intake.uuid, "pattern"])
    walk.page.goto(path)
    walk.page.locator("[name=pattern_start]").fill("31-02-2026")
    walk.press(walk.page.locator("main [name=_go][value=save]").last)
    walk.page.goto(reverse("start"))
    walk.press(walk.page.locator("main .primary"))
    walk.page.goto(reverse("incidents", args=[intake.uuid]))
    walk.page.locator("[name=what]").fill("Zonder datum.")
    walk.press(walk.page.locator("main .primary"))
    walk.page.goto(reverse("steps", args=[intake.uuid]))
    walk.page.locator("[name=reassess-state][value=done]").check()
    walk.page.locator("[name=reassess-on]").fill("gisteren")
    walk.page.locator("[name=decisions-on]").fill("31-02-2026")
    walk.page.locator("[name=consultation-name]").fill("J. Smit")
    walk.press(walk.page.locator("main [name=_go][value=consultations]"))
    walk.go(reverse("steps", args=[intake.uuid]))
    walk.page.goto(reverse("consultation", args=[intake.uuid, intake.steps.get(kind="consultation").uuid]))
    walk.page.locator("[name=consultation-on]").fill("31-02-2026")
    walk.press(walk.page.locator("main .primary"))


def in_conflict(walk: Walk, user: User, intake: Intake) -> None:
    """Two pages that were open at once: answers and a text, what came of a step, and an incident."""
    section, steps = reverse("section", args=[intake.uuid, "fear"]), reverse("steps", args=[intake.uuid])
    other = Client()
    other.force_login(user)
    for path, typed in (
        (section, {"fear_own_words": "van de ander", "running_note": "van de ander"}),
        (steps, {"consult_police-state": "done", "consult_police-why": "van de ander"}),
    ):
        old = Tab(other, path).fill(**{name: text.replace("ander", "eerste") for name, text in typed.items()})
        Tab(other, path).fill(**typed).press("_go", "save")
        old.press("_go", "save")
        walk.go(path)
        assert walk.page.locator("[name=_take]").count()


def on_paper(walk: Walk, _user: User, intake: Intake) -> None:
    walk.page.emulate_media(media="print")
    for name in ("summary", "answers", "incidents", "steps", "review", "case"):
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
    walk.press(walk.page.locator("main .primary"))
    walk.page.emulate_media(media="print")
    walk.go(reverse("unlock"))


def reviewed(walk: Walk, people: dict[str, User], intake: Intake, size: Any) -> None:
    """From handing in to the next assessment, as the reviewer sees it and the author."""
    alice, rachel = people["alice"], people["rachel"]
    review_actions.submit(alice, intake)
    walk.by(rachel)
    walk.page.set_viewport_size(size)
    own = [reverse(name, args=[intake.uuid]) for name in ("review", "case", "looked", "summary", "answers")]
    for path in ("/", *own):
        walk.go(path)
    walk.page.goto(own[0])
    walk.press(walk.page.locator("button[formaction$='/return/']"))
    row = review_actions.add_remark(rachel, intake, "weapons", "Sinds wanneer?")
    review_actions.return_intake(rachel, intake)
    walk.by(alice)
    walk.page.set_viewport_size(size)
    walk.go(own[0])
    sent = review_actions.AnswerSubmission("Sinds februari.", review_actions.answer_fingerprint(row))
    review_actions.answer_remarks(alice, intake, {row.pk: sent})
    review_actions.submit(alice, intake)
    walk.go(own[0])
    current = Intake.objects.get(pk=intake.pk)
    review_actions.sign_off(rachel, current, b"%PDF-1.7 as it was", snapshot(as_intake_file(current)))
    for path in own:
        walk.go(path)
    walk.go(reverse("steps", args=[intake.uuid]))
    new = review_actions.reassess(alice, intake, dates.today())
    intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level=4))
    for path in (reverse(name, args=[new.uuid]) for name in ("review", "case")):
        walk.go(path)
    walk.go(reverse("section", args=[new.uuid, "fear"]))
    for code in EDITIONS:
        walk.go(reverse("edition", args=[new.uuid, code]))


def looked_into(walk: Walk, people: dict[str, User], intake: Intake, size: Any) -> None:
    """Who may see the case, opening one that is not yours, and who works here."""
    alice, bob = people["alice"], people["bob"]
    walk.by(bob)
    walk.page.set_viewport_size(size)
    walk.go("/")
    walk.go(reverse("open", args=[intake.uuid]))
    reason = walk.page.locator("[name=reason]")
    reason.fill(" ")
    walk.press(walk.page.locator("main .primary"))
    reason.fill("Waarneming")
    walk.page.locator("main .primary").click()
    walk.page.wait_for_url("**/summary/")
    walk.by(alice)
    walk.page.set_viewport_size(size)
    for name in ("access", "looked"):
        walk.go(reverse(name, args=[intake.uuid]))
    walk.by(account("adam", intake.team, Membership.Role.ADMINISTRATOR))
    walk.page.set_viewport_size(size)
    walk.go(reverse("people"))
    walk.go(reverse("sign_ins"))
    walk.by(account("mona", intake.team, Membership.Role.MANAGER))
    walk.page.set_viewport_size(size)
    walk.go(reverse("numbers"))


def with_a_second_factor(walk: Walk, people: dict[str, User], _intake: Intake, size: Any) -> None:
    """Return the pages of someone who has an app with codes, and the page after the password."""
    alice = people["alice"]
    give_app(alice)
    walk.by(alice)
    walk.page.set_viewport_size(size)
    for name in ("mfa_index", "mfa_generate_recovery_codes"):
        walk.go(reverse(name))
    walk.page.locator("main .primary").click()
    for name in ("mfa_view_recovery_codes", "mfa_deactivate_totp", "mfa_reauthenticate"):
        walk.go(reverse(name))
    walk.page = walk.open()
    walk.page.locator("[name=login]").fill("alice")
    walk.page.locator("[name=password]").fill(PASSWORD)
    walk.page.locator("main .primary").click()
    walk.page.wait_for_url("**/code/")
    walk.go(reverse("mfa_authenticate"))


def valid(sent: dict[str, str], folder: Path) -> list[str]:
    """Return what the Nu checker calls an error, of each page."""
    names = {}
    for number, (path, html) in enumerate(sent.items()):
        names[f"{number}.html"] = path
        (folder / f"{number}.html").write_text(html, encoding="utf-8")
    command = ["java", "-jar", str(NU), "--format", "json", "--errors-only", "--skip-non-html", str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603
    messages = json.loads(told)["messages"]
    return [f"{names[Path(each['url']).name]}: {each['message']} {each.get('extract')}" for each in messages]
