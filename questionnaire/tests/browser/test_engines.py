"""Check every page by HTML_CodeSniffer (WCAG 2.1 AA), the Nu HTML checker, and axe in other sizes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from playwright.sync_api import Locator, Page, Route

from questionnaire.accounts.identity_providers import IdentityProvider
from questionnaire.actions import access as access_actions
from questionnaire.actions import agreeing, log_imports, proposals
from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.organisation import add_contact
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.receiver_forms import receiver_forms
from questionnaire.documents.snapshot import snapshot
from questionnaire.domain import dates
from questionnaire.domain.breaches import Breach
from questionnaire.domain.catalogue import SECTION_OF
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, Membership, Proposal, User
from questionnaire.permissions import TABLE
from questionnaire.queries.document_input import as_intake_file
from questionnaire.screen import client_mode
from questionnaire.tests.browser import logs
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, assert_accessible, axe_violations, show_question
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import submission_of, write_plan
from questionnaire.tests.pages import Page as Tab
from questionnaire.tests.people import PASSWORD, set_up_app
from questionnaire.tests.responses import ERRORS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


#: Where bin/test --soak installs the engines; see requirements/engines.
ENGINES: Final = Path(sys.prefix) / "engines/node_modules"
SNIFFER: Final = ENGINES / "html_codesniffer/build/HTMLCS.js"
NU: Final = ENGINES / "vnu-jar/build/dist/vnu.jar"
#: HTML_CodeSniffer looks for the button of a form inside it alone, and not for one that names it. The form to
#: undo is on the page with any message, with or without such a button.
SNIFF: Final = """() => new Promise(done => HTMLCS.process("WCAG2AA", document, () => done(
    HTMLCS.getMessages().filter(message => message.type === HTMLCS.ERROR)
        .filter(({code, element}) => !code.endsWith("H32.2") || !element.id
            || element.id !== "undo" && !document.querySelector(`button[form="${element.id}"]`))
        .map(message => `${message.code}: ${message.msg} ${message.element.outerHTML?.slice(0, 160)}`))))"""
SIZES: Final = [{"width": 768, "height": 1000}, {"width": 1280, "height": 900}]
#: URL arguments whose pages need preparation, a question of the client's screen and a passkey, and that of a
#: calendar file.
LEFT_OUT: Final = {"item", "pk", "day"}


IN_REVIEW: Final = ("review", "case", "unfinished", "looked", "summary", "answers", "reasons")


class Walk:
    """Goes from page to page, checks each with two engines, and keeps its HTML for the third."""

    def __init__(self, open_page: Open, **options: Any) -> None:
        self.open = partial(open_page, "/", **options)
        self.page = self.open()
        self.violations: list[str] = []
        self.html_by_name: dict[str, str] = {}

    def sign_in(self, user: User) -> None:
        """Go on in a window in which this person is signed in."""
        self.page = self.open(user=user)

    def go(self, path: str) -> None:
        """Open a page and check it, unless the address redirects or gives no HTML."""
        response = self.page.goto(path)
        assert response
        if response.ok and response.url.endswith(path) and "text/html" in response.headers["content-type"]:
            self.html_by_name[f"{len(self.html_by_name)} {path}"] = response.text()
            self.check(path)

    def press(self, button: Locator) -> None:
        """Press a button, and check the page that follows."""
        with self.page.expect_navigation() as navigation:
            button.click()
        self.html_by_name[f"{len(self.html_by_name)} {self.page.url} again"] = navigation.value.text()
        self.check(f"{self.page.url} again")

    @property
    def names(self) -> set[str]:
        """Return the URL names of the pages that were checked."""
        paths = {key.split(" ")[1] for key in self.html_by_name if "/shown/" not in key and "://" not in key}
        return {resolve(path.split("?")[0]).view_name for path in paths}

    def show(self, name: str, html: str) -> None:
        """Check HTML that no address returns."""
        serve_at(self.page, f"/shown/{name}/", html)
        self.go(f"/shown/{name}/")

    def check(self, name: str) -> None:
        self.page.evaluate(SNIFFER.read_text(encoding="utf-8"))
        for violation in [*self.page.evaluate(SNIFF), *axe_violations(self.page)]:
            self.violations.append(f"{name} {violation}")


def serve_at(page: Page, path: str, html: str) -> None:
    """Let the browser get this HTML at this path."""

    def fulfill(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.route(f"**{path}", fulfill)


def addresses(intake: Intake) -> Iterator[str]:
    """Yield the address of every page that has a GET, for this intake and all that is in it."""
    values: dict[str, list[Any]] = {
        "uuid": [intake.uuid],
        "step": list(PAGES),
        "incident": [incident.uuid for incident in intake.incidents.all()],
        "consultation": [step.uuid for step in intake.steps.filter(kind="consultation")],
        "breach": [step.uuid for step in intake.steps.filter(kind="breach")],
        "code": list(EDITIONS),
        "form": list(receiver_forms()),
        "number": [1],  # of the plan, in an intake that has one
        "person": [intake.author_id],
        "team": [intake.team_id],
        "contact": [],  # whoever keeps contacts has them
    }
    for pattern in patterns(get_resolver().url_patterns):
        arguments = list(pattern.pattern.converters)
        if "GET" in TABLE.get(str(pattern.name), {}) and not LEFT_OUT & set(arguments):
            for combination in product(*(values[name] for name in arguments)):
                yield reverse(str(pattern.name), args=combination)


def patterns(urls: list[Any]) -> Iterator[URLPattern]:
    for url in urls:
        if isinstance(url, URLResolver):
            yield from patterns(url.url_patterns)
        else:
            yield url


def error_pages(language: str, failing: Client) -> Iterator[tuple[str, str]]:
    """Yield the name and HTML of each error page."""
    failing.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for status, cause in ERRORS.items():
        yield str(status), cause(failing).content.decode()


def make_pending_post(user: User, intake: Intake) -> None:
    """Post a section after its session ended, which makes a pending post."""
    client = Client()
    client.force_login(user)
    section = Tab(client, reverse("section", args=[intake.uuid, "fear"]))
    client.cookies.pop(settings.SESSION_COOKIE_NAME)
    section.fill(running_note="Ik sta op de gang.").press("_go", "save")


@pytest.fixture
def password(alice: User) -> None:
    alice.set_password(PASSWORD)
    alice.save()


# --- In every run: the pages that no other test checks ------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_error_pages_fit_at_320_px(open_page: Open, failing: Client, language: str) -> None:
    page = open_page("about:blank", language=language, viewport=NARROW)

    for name, html in error_pages(language, failing):
        serve_at(page, f"/shown/{name}/", html)
        page.goto(f"/shown/{name}/")
        assert_accessible(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_locked_pages_and_pending_posts_fit_at_320_px(
    open_page: Open, alice: User, intake: Intake, password: None, language: str
) -> None:
    make_pending_post(alice, intake)
    page = open_page(reverse("sheet"), user=alice, language=language, viewport=NARROW)
    page.wait_for_url("**/kept/**")
    assert_accessible(page)
    page.goto(reverse("sheet"))
    assert_accessible(page)

    page.locator("#hide").click()
    page.wait_for_url("**/notes/")
    assert_accessible(page)
    page.goto(reverse("unlock"))
    assert_accessible(page)
    page.locator("main .primary").click()
    page.wait_for_selector(".error-summary, .errorlist")
    assert_accessible(page)


# --- In a soak run: every page, three engines, sizes, colours and print -------------------------------------

EACH: Final = [(language, scheme) for language in ("nl", "en") for scheme in ("light", "dark")]
#: Pages of the author of an intake, and pages of others or of someone with a second factor.
OF_THE_AUTHOR: Final = {
    *("account_login", "account_logout", "account_change_password", "account_reauthenticate", "sessions"),
    *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "sign_ins"),
    *("own_name", "reminders", "administration", "hand_overs", "hand_over_all", "replacement"),
    *("help", "help_questions", "help_words", "tour"),
    *("own_contacts", "own_contact_new", "own_texts", "own_terms", "own_look"),
    *("notes", "unlock", "kept", "keys", "sources", "leave"),
    *(
        "today",
        "cases",
        "sheet",
        "start",
        "section",
        "client",
        "incidents",
        "incident",
        "pause",
        "stop",
        "steps",
    ),
    *(
        "consultation",
        "breach",
        "review",
        "case",
        "unfinished",
        "looked",
        "access",
        "answers",
        "summary",
        "reasons",
        "edition",
        "numbers",
    ),
    *("plan", "plan_version", "texts"),
    *("log_import", "earlier", "blank_log"),
}
OF_OTHERS: Final = {
    *(
        "review",
        "case",
        "unfinished",
        "looked",
        "access",
        "summary",
        "reasons",
        "answers",
        "section",
        "steps",
        "today",
        "cases",
        "open",
    ),
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
    *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "reassess"),
    *("administration", "person", "person_new", "person_password", "password_shown", "person_factors"),
    *("person_provider", "organisation"),
    *("teams", "team", "team_new", "hand_overs", "hand_over_all", "hand_over_check", "replacement"),
    *("own_contacts", "own_contact_new", "own_contact", "own_contact_remove", "own_texts", "own_terms"),
    "own_look",
    *("help", "help_questions", "help_words", "tour", "reminders", "events"),
    *("second_person", "going_alone", "copy_preview"),
}
#: URLs without a page: redirects, PDFs, calendar files, challenges, and the way back from a provider. What
#: was asked is a page once someone asked: see test_feedback.
NO_PAGE: Final = {
    *("intake", "signed", "calendar", "organisation_callback", "mfa_login_webauthn"),
    *("mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "asked", "security_txt", "look"),
}


def test_every_url_is_in_a_walk_of_the_engines() -> None:
    """Assert that a new URL is either checked by the engines or listed as no page."""
    assert {name for name, methods in TABLE.items() if "GET" in methods} == {
        *OF_THE_AUTHOR,
        *OF_OTHERS,
        *NO_PAGE,
    }


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    if not NU.exists():
        pytest.skip("The engines are not installed: bin/test --soak does that")
    provider = IdentityProvider("town", "Town hall", "https://town.example", "us", "geheim")
    monkeypatch.setattr(settings, "IDENTITY_PROVIDERS", (provider,))


@pytest.mark.soak
@pytest.mark.parametrize(("language", "scheme"), EACH)
def test_every_page_passes_every_engine(
    engines: None,
    open_page: Open,
    alice: User,
    filled: Intake,
    password: None,
    failing: Client,
    console_errors: list[str],
    tmp_path: Path,
    language: str,
    scheme: str,
) -> None:
    follow_up_actions.add_consultation(alice, filled, Consultation("police", result="Belt terug."))
    breach_actions.add_breach(alice, filled, Breach("contactverbod", reported_to="J. Smit"))
    write_plan(alice, filled, home="Via de achterdeur.")
    walk = Walk(open_page, language=language, color_scheme=scheme)
    walk.go(reverse("organisation"))
    walk.go(reverse("account_login"))
    walk.press(walk.page.locator("main .primary"))
    for name, html in error_pages(language, failing):
        walk.show(name, html)
    walk.sign_in(alice)

    for size in SIZES:
        walk.page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in addresses(filled):
            walk.go(path)
    for visit in (
        visit_empty_intake,
        visit_errors,
        visit_conflicts,
        visit_log,
        visit_in_print,
        visit_in_both_languages,
    ):
        visit(walk, alice, filled)
    visit_client_mode(walk, alice, filled)
    visit_pending_posts_and_lock(walk, alice, filled)

    assert walk.names == OF_THE_AUTHOR
    console_errors.clear()  # the error pages log errors too
    found = [*dict.fromkeys(walk.violations), *html_errors(walk.html_by_name, tmp_path)]
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
    console_errors: list[str],
    tmp_path: Path,
    language: str,
    scheme: str,
) -> None:
    walk = Walk(open_page, language=language, color_scheme=scheme)
    size = SIZES[scheme == "dark"]
    for visit in (visit_review, visit_access, visit_second_factor):
        visit(walk, {"alice": alice, "bob": bob, "rachel": rachel}, filled, size)

    assert walk.names == OF_OTHERS
    console_errors.clear()
    found = [*dict.fromkeys(walk.violations), *html_errors(walk.html_by_name, tmp_path)]
    assert not found, "\n".join(found)


def visit_empty_intake(walk: Walk, user: User, intake: Intake) -> None:
    empty = intake_actions.start_intake(user, intake.team, "2026-118", intake.on, "nl")
    for path in addresses(empty):
        if str(empty.uuid) in path:
            walk.go(path)


def visit_errors(walk: Walk, _user: User, intake: Intake) -> None:
    """Post invalid input on each kind of page with a form."""
    path = reverse("section", args=[intake.uuid, "pattern"])
    walk.page.goto(path)
    walk.page.locator("[name=pattern_start]").fill("31-02-2026")
    walk.press(walk.page.locator("[name=_go][value=save]").last)
    walk.page.goto(reverse("start"))
    walk.press(walk.page.locator("main .primary"))
    walk.page.goto(reverse("incidents", args=[intake.uuid]))
    walk.page.locator("[name=what]").fill("Zonder datum.")
    walk.press(walk.page.locator("main .primary"))
    walk.page.goto(reverse("steps", args=[intake.uuid]))
    walk.page.locator("[name=reassess-state][value=done]").check()
    walk.page.locator("[name=reassess-on]").fill("lang geleden")
    walk.page.locator("[name=decisions-on]").fill("31-02-2026")
    walk.page.locator("details:has([name=consultation-name]):not([open]) > summary").click()
    walk.page.locator("[name=consultation-name]").fill("J. Smit")
    walk.press(walk.page.locator("main [name=_go][value=consultations]"))
    walk.go(reverse("steps", args=[intake.uuid]))
    walk.page.goto(reverse("consultation", args=[intake.uuid, intake.steps.get(kind="consultation").uuid]))
    walk.page.locator("[name=consultation-on]").fill("31-02-2026")
    walk.press(walk.page.locator("main .primary"))


def visit_conflicts(walk: Walk, user: User, intake: Intake) -> None:
    """Save a section and the follow-up from two tabs at once."""
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


def visit_log(walk: Walk, user: User, intake: Intake) -> None:
    """Open a log with doubts and a chat, correct a row, and see what was removed, changed and added."""
    path = reverse("log_import", args=[intake.uuid])
    walk.page.goto(path)
    walk.press(walk.page.locator("[name=_open]"))
    for content in (logs.spreadsheet(), logs.chat()[0]):
        log_imports.open_log(user, intake, PendingLog(content))
        for query in ("", "?row=19"):
            walk.go(f"{path}{query}")
    walk.page.goto(reverse("blank_log", args=[intake.uuid]))
    walk.press(walk.page.locator("[name=form][value=csv]"))
    incident_actions.add_incidents(user, intake, logs.incidents_of_spreadsheet(), uuid4(), "dmy")
    removed, changed = intake.incidents[1:3]
    incident_actions.remove_incident(user, intake, removed.uuid)
    base = incident_actions.incident_fingerprint(changed)
    incident_actions.change_incident(user, intake, changed.uuid, Incident("2025-05-01", what="Anders"), base)
    for name in ("incidents", "earlier"):
        walk.go(reverse(name, args=[intake.uuid]))


def visit_in_print(walk: Walk, _user: User, intake: Intake) -> None:
    walk.page.emulate_media(media="print")
    for name in ("summary", "answers", "incidents", "steps", "review", "case"):
        walk.go(reverse(name, args=[intake.uuid]))
    walk.go(reverse("section", args=[intake.uuid, "pattern"]))
    walk.page.emulate_media(media="screen")


def visit_in_both_languages(walk: Walk, _user: User, intake: Intake) -> None:
    for state in ("on", "off"):
        walk.page.goto(reverse("section", args=[intake.uuid, "fear"]))
        walk.page.locator(f"[name=_interpreter][value={state}]").click()
        walk.page.wait_for_load_state()
        for section in PAGES if state == "on" else ():
            walk.go(reverse("section", args=[intake.uuid, section]))


def visit_client_mode(walk: Walk, user: User, intake: Intake) -> None:
    for item in filter(client_mode.client_item, SECTION_OF):
        show_question(walk.page, intake, item)
        walk.go(reverse("client", args=[intake.uuid, item]))
    walk.go(reverse("leave"))
    walk.page.locator("[type=password]").fill(PASSWORD)
    walk.page.locator("main .primary").click()
    walk.page.wait_for_selector(".conversation")


def visit_pending_posts_and_lock(walk: Walk, user: User, intake: Intake) -> None:
    make_pending_post(user, intake)
    walk.go(reverse("kept"))
    walk.page.locator("#hide").click()
    walk.page.wait_for_url("**/notes/")
    walk.go(reverse("notes"))
    walk.go(reverse("unlock"))
    walk.press(walk.page.locator("main .primary"))
    walk.page.emulate_media(media="print")
    walk.go(reverse("unlock"))


def visit_review(walk: Walk, people: dict[str, User], intake: Intake, size: Any) -> None:
    """Go from handing in to the next assessment, as the reviewer and as the author."""
    alice, rachel = people["alice"], people["rachel"]
    review_actions.submit(alice, intake)
    walk.sign_in(rachel)
    walk.page.set_viewport_size(size)
    paths = [reverse(name, args=[intake.uuid]) for name in IN_REVIEW]
    for path in ("/", "/cases/", *paths):
        walk.go(path)
    walk.page.goto(paths[0])
    walk.press(walk.page.locator("button[formaction$='/return/']"))
    row = review_actions.add_remark(rachel, intake, "weapons", "Sinds wanneer?")
    review_actions.return_intake(rachel, intake)
    walk.sign_in(alice)
    walk.page.set_viewport_size(size)
    walk.go(paths[0])
    sent = review_actions.AnswerSubmission("Sinds februari.", review_actions.answer_fingerprint(row))
    review_actions.answer_remarks(alice, intake, {row.pk: sent})
    review_actions.submit(alice, intake)
    walk.go(paths[0])
    current = Intake.objects.get(pk=intake.pk)
    review_actions.sign_off(rachel, current, b"%PDF-1.7 as it was", snapshot(as_intake_file(current)))
    for path in paths:
        walk.go(path)
    for name in ("steps", "reassess"):
        walk.go(reverse(name, args=[intake.uuid]))
    new = review_actions.reassess(alice, intake, dates.today())
    intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level=4))
    for path in (reverse(name, args=[new.uuid]) for name in ("review", "case")):
        walk.go(path)
    walk.go(reverse("section", args=[new.uuid, "fear"]))
    for code in EDITIONS:
        walk.go(reverse("edition", args=[new.uuid, code]))


def visit_second_person(walk: Walk, alice: User, intake: Intake, size: Any) -> None:
    """Check what waits for a second person, and going on without one; go on as mona, who agrees."""
    other = intake_actions.start_intake(alice, intake.team, "2026-999", dates.today(), "nl")
    access_actions.shield(alice, other)
    row = agreeing.ask_to_lift(alice, other)
    assert row
    proposals.ask(alice, Proposal.Kind.ERASE, intake.team, intake=intake, reason="De cliënt vroeg het.")
    copied = proposals.ask(
        alice, Proposal.Kind.EXPORT, intake.team, intake=intake, what="person", reason="De cliënt vroeg het."
    )
    mona = User.objects.get(username="mona")
    for user, path in (
        (mona, reverse("second_person")),
        (alice, reverse("second_person")),
        (alice, reverse("going_alone", args=[row.pk])),
        (mona, reverse("copy_preview", args=[copied.pk])),
    ):
        walk.sign_in(user)
        walk.page.set_viewport_size(size)
        walk.go(path)
    walk.press(walk.page.locator("main .primary"))
    walk.sign_in(mona)
    walk.page.set_viewport_size(size)


def visit_access(walk: Walk, people: dict[str, User], intake: Intake, size: Any) -> None:
    """Check the pages about access, opening with a reason, people and statistics."""
    alice, bob = people["alice"], people["bob"]
    walk.sign_in(bob)
    walk.page.set_viewport_size(size)
    walk.go("/")
    walk.go("/cases/")
    walk.go(reverse("open", args=[intake.uuid]))
    reason = walk.page.locator("[name=reason]")
    reason.fill(" ")
    walk.press(walk.page.locator("main .primary"))
    reason.fill("Waarneming: Alice is ziek.")
    walk.page.locator("main .primary").click()
    walk.page.wait_for_url("**/summary/")
    walk.sign_in(alice)
    walk.page.set_viewport_size(size)
    for name in ("access", "looked"):
        walk.go(reverse(name, args=[intake.uuid]))
    walk.sign_in(account("adam", intake.team, Membership.Role.ADMINISTRATOR))
    walk.page.set_viewport_size(size)
    for name in ("administration", "people", "person_new", "teams", "team_new", "sign_ins"):
        walk.go(reverse(name))
    contact = {"name": "J. Smit", "number": "010-123 45 67", "reachable": "", "note": ""}
    entry = add_contact(account("ina", intake.team, Membership.Role.MANAGER), intake.team, "shelter", contact)
    for name in ("own_contacts", "own_contact_new", "own_texts", "own_terms", "own_look"):
        walk.go(reverse(name))
    for name in ("own_contact", "own_contact_remove"):
        walk.go(reverse(name, args=[entry.pk]))
    for name in ("person", "person_password", "password_shown", "person_factors", "person_provider"):
        walk.go(reverse(name, args=[bob.pk]))
    walk.press(walk.page.locator("main .primary"))
    SocialAccount.objects.create(user=bob, provider="town", uid="b-1")
    for name in ("person", "person_provider"):
        walk.go(reverse(name, args=[bob.pk]))
    walk.go(reverse("team", args=[intake.team_id]))
    walk.sign_in(account("audrey", intake.team, Membership.Role.AUDITOR))
    walk.page.set_viewport_size(size)
    walk.go(reverse("events"))
    walk.page.locator("#id_since").fill("geen dag")
    walk.press(walk.page.locator("main .actions button").first)
    walk.sign_in(account("mona", intake.team, Membership.Role.MANAGER))
    walk.page.set_viewport_size(size)
    walk.go(reverse("second_person"))
    for name in (
        "numbers",
        "administration",
        "hand_overs",
        "help",
        "help_questions",
        "help_words",
        "tour",
        "reminders",
    ):
        walk.go(reverse(name))
    visit_second_person(walk, alice, intake, size)
    for name in ("hand_over_all", "replacement"):
        walk.go(reverse(name, args=[intake.team_id, alice.pk]))
    walk.page.goto(reverse("hand_over_all", args=[intake.team_id, alice.pk]))
    walk.press(walk.page.locator("main .primary"))
    walk.page.locator("[name=receivers]").first.check()
    walk.press(walk.page.locator("main .primary"))
    walk.go(reverse("hand_over_check", args=[intake.team_id, alice.pk]))


def visit_second_factor(walk: Walk, people: dict[str, User], _intake: Intake, size: Any) -> None:
    """Check the pages of someone with an authenticator app, and the page after the password."""
    alice = people["alice"]
    set_up_app(alice)
    walk.sign_in(alice)
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


def html_errors(html_by_name: dict[str, str], folder: Path) -> list[str]:
    """Return the errors that the Nu checker finds in each page."""
    names = {}
    for number, (path, html) in enumerate(html_by_name.items()):
        names[f"{number}.html"] = path
        (folder / f"{number}.html").write_text(html, encoding="utf-8")
    command = ["java", "-jar", str(NU), "--format", "json", "--errors-only", "--skip-non-html", str(folder)]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603
    messages = json.loads(output)["messages"]
    return [
        f"{names[Path(message['url']).name]}: {message['message']} {message.get('extract')}"
        for message in messages
    ]
