"""Rights that end while a request is under way: nothing is handed out or written, and no words are lost.

Every address about an intake is tried, as the table of permissions has it, with every way to lose a right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from questionnaire.accounts.session_store import CLIENT_MODE_KEY, LOCKED_KEY, SessionStore, end_sessions
from questionnaire.actions import access as access_actions
from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident
from questionnaire.models import (
    Access,
    Case,
    Document,
    Event,
    Handover,
    HeldPost,
    Intake,
    Membership,
    Team,
    User,
)
from questionnaire.permissions import TABLE, Requirement
from questionnaire.queries import documents
from questionnaire.screen.pending_posts import TEXT_PAGES
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import PDF, reload, submission_of, write_plan
from questionnaire.tests.pages import controls
from questionnaire.tests.urls import ARGUMENTS, OF_AN_INTAKE, url_patterns
from questionnaire.views import editions, summary

Kind = Access.Kind
CANARY: Final = "Hij stond weer voor de deur."
REFERENCE: Final = "2026-117"
WORDS: Final = "Dit typte ik net."
REASON: Final = "Ik vervang Alice, die vandaag ziek is."
#: What each address requires, for those about an intake.
ENDPOINTS: Final = [
    (name, method)
    for name, methods in TABLE.items()
    for method, requirement in methods.items()
    if requirement in OF_AN_INTAKE
]


class Moment:
    """What happens while a view runs: before it does anything, or when its response is ready."""

    def __init__(self) -> None:
        self.before: Callable[[], object] | None = None
        self.after: Callable[[], object] | None = None

    def around(self, view: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if self.before:
                self.before()
            response = view(request, *args, **kwargs)
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
            if self.after:
                self.after()
            return response

        return wrapped


@dataclass(frozen=True)
class Scene:
    """A case with an assigned colleague, a reviewer, someone without rights, and someone who opened it."""

    intake: Intake
    people: dict[str, User]
    moment: Moment

    def user(self, name: str, method: str) -> User:
        requirement = TABLE[name][method]
        if requirement is Requirement.LISTED:
            return self.people["dora"]
        of_reviewer = requirement in (Requirement.REVIEWER, Requirement.ACCESS_MANAGER)
        return self.people["rachel" if of_reviewer else "bob"]

    def url(self, name: str) -> str:
        pattern = next(pattern for pattern in url_patterns() if pattern.name == name)
        known = {
            **ARGUMENTS,
            "uuid": self.intake.pk,
            "code": "advice",
            "item": "fear_own_words",
            "day": self.intake.reassess_on.isoformat(),
            "incident": self.intake.incidents.get().pk,
            "consultation": self.intake.steps.get(kind="consultation").pk,
            "breach": self.intake.steps.get(kind="breach").pk,
        }
        return reverse(name, kwargs={each: known[each] for each in pattern.pattern.converters})

    def prepare(self, name: str) -> None:
        """Bring the intake in the state in which this address does something."""
        alice, rachel = self.people["alice"], self.people["rachel"]
        if name in ("submit", "answer"):
            review_actions.submit(alice, self.intake)
            review_actions.add_remark(rachel, reload(self.intake), "", "Sinds wanneer?")
            review_actions.return_intake(rachel, reload(self.intake))
        elif name in ("withdraw", "remark", "return", "sign_off", "signed", "correct", "reassess"):
            review_actions.submit(alice, self.intake)
        if name in ("signed", "correct", "reassess"):
            review_actions.sign_off(rachel, reload(self.intake), f"%PDF {CANARY}".encode(), {})

    def request(
        self, name: str, method: str, before: Any = None, after: Any = None, between: Any = None
    ) -> Any:
        """Return the response, while `before` or `after` happens to the person who sends the request.

        `between` happens when they have the page, and did not send it yet.
        """
        self.prepare(name)
        user = self.user(name, method)
        client = Client()
        client.cookies["__Host-language"] = "en"
        client.force_login(user)
        if name == "client":
            session = client.session
            session[CLIENT_MODE_KEY] = (str(self.intake.pk), "fear_own_words")
            session.save()
        data = self.posted(client, name) if method == "POST" else None
        if between:
            between(self, user)
        self.moment.before = (lambda: before(self, user)) if before else None
        self.moment.after = (lambda: after(self, user)) if after else None
        try:
            return (
                client.generic(method, self.url(name)) if data is None else client.post(self.url(name), data)
            )
        finally:
            self.moment.before = self.moment.after = None

    def posted(self, client: Client, name: str) -> dict[str, Any]:
        """Return what the page posts with something typed in it."""
        opening = Access.objects.get(kind=Kind.OPENED).pk
        fixed: dict[str, dict[str, Any]] = {
            "open": {"reason": REASON},
            "seen": {"opening": opening},
            "note_read": {"note": self.intake.handovers.get().pk},
            "shield": {"shield": "on"},
            "access": {"person": self.people["dora"].pk, "give": "named"},
            "consultation": {"_remove": "1"},
            "edition": {},
            "texts": {},
            "pdf": {},
            "blank_log": {"kept": "safe", "form": "csv"},
            "earlier": {"removed": getattr(self.intake.case.incidents.removed().first(), "pk", "")},
        }
        if name in fixed:
            return fixed[name]
        if name == "hand_over":
            on_page = dict(controls(client.get(self.url("access")).content.decode()).lists())
            return {"_mark": on_page["_mark"], "to": self.people["bob"].pk, "note": WORDS}
        of_review = name in ("remark", "return", "sign_off", "answer", "submit", "withdraw")
        page = self.url("review" if of_review else name)
        has_page = "GET" in TABLE[name] or of_review
        on_page = dict(controls(client.get(page).content.decode()).lists()) if has_page else {}
        typed = {
            "section": {"fear_own_words": WORDS, "_go": "save"},
            "client": {"fear_own_words": WORDS, "_go": "save"},
            "incidents": {"date": "20-03-2026", "place": "home", "what": WORDS, "_go": "add"},
            "incident": {"what": WORDS, "_go": "save"},
            "log_import": {"pasted": f"20-03-2026 {WORDS}", "_open": "1"},
            "breach": {"breach-answer": WORDS, "_go": "save"},
            "plan": {"home-text": WORDS, "_go": "save"},
            "steps": {"consult_police-state": "planned", "consult_police-who": WORDS, "_go": "save"},
        }.get(name, {"text": WORDS} if of_review else {})
        if name in ("answer", "submit"):
            typed = {key: WORDS for key in on_page if key.endswith("-answer")}
        confirmed = {"_confirmed": "1"} if name in ("sign_off", "correct") else {}
        return {**on_page, **typed, **confirmed}


@pytest.fixture
def scene(
    monkeypatch: pytest.MonkeyPatch, alice: User, bob: User, rachel: User, team: Team, intake: Intake
) -> Scene:
    return make_scene(monkeypatch, {"alice": alice, "bob": bob, "rachel": rachel}, team, intake)


def make_scene(monkeypatch: pytest.MonkeyPatch, people: dict[str, User], team: Team, intake: Intake) -> Scene:
    alice = people["alice"]
    for name in ("dora", "eve"):
        people[name] = account(name, team, Membership.Role.PROFESSIONAL)
    intake_actions.save_section(
        alice, intake, "fear", submission_of(intake, fear_own_words=CANARY, fear_level=9)
    )
    incident_actions.add_incident(alice, intake, Incident("2026-03-20", "home", what=CANARY))
    removed = incident_actions.add_incident(alice, intake, Incident("2026-03-21", "home", what=CANARY))
    incident_actions.remove_incident(alice, intake, removed.uuid)
    follow_up_actions.add_consultation(alice, intake, Consultation("police"))
    breach_actions.add_breach(alice, intake, Breach("x"))
    for text in (CANARY, f"{CANARY} Bel 112."):  # a version to bring back, and the newest
        write_plan(alice, intake, home=text)
    access_actions.grant(alice, intake, people["bob"], Kind.ASSIGNED)
    access_actions.open_with_reason(people["eve"], intake, REASON)
    Handover(intake=intake, by=alice, to=people["bob"], content={"note": CANARY}).save(force_insert=True)
    for module in (documents, summary, editions):
        monkeypatch.setattr(module, "render_pdf", lambda _document: f"%PDF {CANARY}".encode())
    moment = Moment()
    for pattern in url_patterns():
        if TABLE.get(str(pattern.name)):
            monkeypatch.setattr(pattern, "callback", moment.around(pattern.callback))
    return Scene(reload(intake), people, moment)


def lock_out(scene: Scene, user: User) -> None:
    by = scene.people["alice" if user == scene.people["rachel"] else "rachel"]
    access_actions.grant(by, scene.intake, user, Kind.LOCKED_OUT)


def shield(scene: Scene, user: User) -> None:
    access_actions.shield(scene.people["alice"], scene.intake)


def unassign(scene: Scene, user: User) -> None:
    access_actions.revoke(scene.people["alice"], scene.intake, scene.people["bob"], Kind.ASSIGNED)


def take_role(scene: Scene, user: User) -> None:
    Membership.objects.filter(user=user).delete()


def close_account(scene: Scene, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def end_session(scene: Scene, user: User) -> None:
    end_sessions(user)


REVOCATIONS: Final = (lock_out, shield, unassign, take_role, close_account, end_session)


def endpoints(scene: Scene, revoke: Callable[..., object]) -> list[tuple[str, str]]:
    """Return the addresses of whoever loses a right by this."""
    return [
        (name, method)
        for name, method in ENDPOINTS
        if revoke is not unassign or scene.user(name, method) == scene.people["bob"]
    ]


def shows_content(response: Any) -> bool:
    return REFERENCE in response.content.decode() or CANARY in response.content.decode()


def written_by(user: User) -> list[str]:
    """Return the codes of what this person wrote; reading and keeping a post aside are no writing."""
    codes = Event.objects.filter(actor=user).order_by("seq").values_list("code", flat=True)
    return [code for code in codes if not code.endswith(".read") and code != EventCode.POST_HELD]


@pytest.mark.untraced
def test_every_address_hands_out_or_writes_something_as_long_as_the_rights_stay(scene: Scene) -> None:
    handed_out, silent = [], []
    for name, method in ENDPOINTS:
        with transaction.atomic():
            written = written_by(scene.user(name, method))
            response = scene.request(name, method)
            if shows_content(response):
                handed_out.append((name, method))
            elif written_by(scene.user(name, method)) == written:
                silent.append((name, method))
            transaction.set_rollback(True)

    assert len(handed_out) > 15
    # A redirect, a page about nobody, and a file that says a day and nothing of the case.
    assert silent == [("intake", "GET"), ("blank_log", "POST"), ("calendar", "GET")]


@pytest.mark.untraced
@pytest.mark.parametrize("revoke", REVOCATIONS)
def test_nothing_is_handed_out_on_rights_that_ended_meanwhile(
    scene: Scene, revoke: Callable[..., object]
) -> None:
    leaks = []
    for name, method in endpoints(scene, revoke):
        with transaction.atomic():
            response = scene.request(name, method, after=revoke)
            transaction.set_rollback(True)
        if shows_content(response) or response.status_code not in (302, 400, 403, 404):
            leaks.append((name, method, response.status_code))

    assert leaks == []


@pytest.mark.untraced
@pytest.mark.parametrize("revoke", REVOCATIONS)
def test_nothing_is_written_on_rights_that_ended_meanwhile_and_what_was_typed_is_kept(
    scene: Scene, revoke: Callable[..., object]
) -> None:
    wrong = []
    for name, method in endpoints(scene, revoke):
        if method != "POST":
            continue
        user = scene.user(name, method)
        written: list[str] = []

        def revoke_before_writing(scene: Scene, user: User, written: list[str] = written) -> None:
            written += written_by(user)
            revoke(scene, user)

        with transaction.atomic():
            response = scene.request(name, method, before=revoke_before_writing)
            kept = HeldPost.objects.filter(user=user)
            is_typed = name in TEXT_PAGES and name != "consultation"
            if len(written_by(user)) > len(written):
                wrong.append((name, "wrote", written_by(user)[-1]))
            if shows_content(response):
                wrong.append((name, "shows", str(response.status_code)))
            if is_typed and not any(
                WORDS in str(post.content) or REASON in str(post.content) for post in kept
            ):
                wrong.append((name, "lost what was typed", str(response.status_code)))
            transaction.set_rollback(True)

    assert wrong == []


@pytest.mark.untraced
@pytest.mark.parametrize("revoke", [lock_out, shield, unassign, take_role])
def test_what_was_typed_on_a_page_is_kept_when_the_rights_ended_before_it_was_sent(
    scene: Scene, revoke: Callable[..., object]
) -> None:
    wrong = []
    for name, method in endpoints(scene, revoke):
        # The page of `open` stays for whoever may know of the case.
        if method != "POST" or name not in TEXT_PAGES - {"consultation", "open"}:
            continue
        user = scene.user(name, method)
        with transaction.atomic():
            response = scene.request(name, method, between=revoke)
            kept = [str(post.content) for post in HeldPost.objects.filter(user=user)]
            if name == "client" and response.headers.get("Location") != reverse("leave"):
                wrong.append((name, "tells the client", response.status_code))
            elif name != "client" and "We kept what you typed" not in response.content.decode():
                wrong.append((name, "does not say so", response.status_code))
            if not any(WORDS in content for content in kept):
                wrong.append((name, "lost what was typed", response.status_code))
            if shows_content(response):
                wrong.append((name, "shows", response.status_code))
            transaction.set_rollback(True)

    assert wrong == []


@pytest.mark.parametrize("moment", ["before", "between"])
def test_a_case_that_was_tampered_with_keeps_what_was_typed_and_says_so(scene: Scene, moment: str) -> None:
    def tamper(scene: Scene, _user: User) -> None:
        Case.objects.update(mac="")

    response = scene.request("section", "POST", **{moment: tamper})

    assert response.status_code == 403
    assert "This case is closed for now" in response.content.decode()
    assert "We kept what you typed" in response.content.decode()
    assert WORDS in str(HeldPost.objects.get().content)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_who_never_had_the_page_is_told_nothing_and_keeps_nothing(scene: Scene, accept: str) -> None:
    dora, posted = Client(), {"fear_own_words": WORDS}
    dora.force_login(scene.people["dora"])
    bob = Client()
    bob.force_login(scene.people["bob"])
    mark = scene.posted(bob, "section")["_mark"]
    absent = reverse("section", args=[uuid4(), "fear"])

    statuses = [
        dora.post(url, {**posted, **extra}, headers={"accept": accept}).status_code
        for url in (scene.url("section"), absent)
        for extra in ({}, {"_mark": mark}, {"_mark": scene.posted(dora, "open").get("_mark", "")})
    ]

    # The mark of another person's page is refused as that. It holds for no other address.
    assert statuses == [404, 403, 404, 404, 404, 404]
    assert not HeldPost.objects.filter(user=scene.people["dora"]).exists()


def test_what_is_kept_is_offered_and_the_page_says_so(scene: Scene) -> None:
    response = scene.request("section", "POST", before=take_role)

    assert response.status_code == 403
    assert b"We kept what you typed" in response.content


def test_a_page_that_saves_by_itself_is_told_and_stops(scene: Scene) -> None:
    client = Client()
    client.cookies["__Host-language"] = "en"
    client.force_login(scene.people["bob"])
    posted = scene.posted(client, "section")
    scene.moment.before = lambda: take_role(scene, scene.people["bob"])

    response = client.post(scene.url("section"), posted, headers={"accept": "application/json"})

    assert response.json() == {
        "status": "Not saved: your access changed. What you typed is kept for you.",
        "base": {},
    }
    assert HeldPost.objects.count() == 1


def test_a_screen_that_was_locked_meanwhile_shows_nothing(scene: Scene) -> None:
    bob = scene.people["bob"]
    client = Client()
    client.force_login(bob)

    def lock_in_another_tab() -> None:
        session = SessionStore(client.session.session_key)
        session[LOCKED_KEY] = "/"
        session.save()

    scene.moment.after = lock_in_another_tab

    response = client.get(scene.url("summary"))

    assert response.status_code == 302
    assert client.get(response.headers["Location"]).headers["Location"].startswith("/unlock/")


def test_the_list_is_not_shown_to_a_session_that_ended_meanwhile(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.people["bob"])
    scene.moment.after = lambda: end_sessions(scene.people["bob"])

    response = client.get("/cases/")

    assert response.status_code == 302
    assert response.headers["Location"] == "/account/login/?next=/cases/"


def test_a_conversation_is_not_started_in_a_session_that_ended_meanwhile(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.people["bob"])
    posted = {"reference": WORDS, "is_no_name": "on", "on": "23-03-2026", "language": "nl", "_go": "fear"}
    scene.moment.before = lambda: end_sessions(scene.people["bob"])

    assert client.post(reverse("start"), posted).status_code == 403

    assert Intake.objects.count() == 1
    assert WORDS in str(HeldPost.objects.get().content)


@pytest.mark.parametrize("revoke", [lock_out, shield, unassign])
@pytest.mark.parametrize("page", ["/", "/cases/", "/cases/?found"])
def test_the_lists_do_not_show_a_case_that_was_barred_meanwhile(
    scene: Scene, page: str, revoke: Callable[..., object]
) -> None:
    client = Client()
    client.force_login(scene.people["bob"])
    client.post("/cases/", {"reference": REFERENCE})
    assert str(scene.intake.pk) in client.get(page).content.decode()
    scene.moment.after = lambda: revoke(scene, scene.people["bob"])

    response = client.get(page)

    scene.moment.after = None
    assert response.status_code == 302
    assert not shows_content(response)
    if revoke is not unassign:
        assert str(scene.intake.pk) not in client.get(page).content.decode()


@pytest.mark.parametrize("name", ["case", "summary", "review", "pdf"])
@pytest.mark.parametrize("revoke", [shield, unassign])
def test_a_page_of_ones_own_conversation_shows_no_other_that_was_barred_meanwhile(
    scene: Scene, name: str, revoke: Callable[..., object]
) -> None:
    bob, method = scene.people["bob"], "POST" if name == "pdf" else "GET"
    review_actions.submit(scene.people["alice"], scene.intake)
    own = review_actions.reassess(bob, reload(scene.intake), date(2026, 4, 1))
    client = Client()
    client.force_login(bob)
    address = reverse(name, args=[own.pk])
    assert client.generic(method, address).status_code == 200
    scene.moment.after = lambda: revoke(scene, bob)

    response = client.generic(method, address)

    scene.moment.after = None
    assert response.status_code in (302, 403)
    assert not shows_content(response)
    assert client.generic(method, address).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_pdf_that_was_being_made_while_someone_was_locked_out_does_not_come(
    patient_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team.objects.create(name="North")
    roles = {"alice": "professional", "bob": "professional", "rachel": "reviewer"}
    people = {name: account(name, team, Membership.Role(role)) for name, role in roles.items()}
    intake = intake_actions.start_intake(people["alice"], team, REFERENCE, date(2026, 3, 23), "nl")
    scene = make_scene(monkeypatch, people, team, intake)
    is_rendering, may_go_on, responses = threading.Event(), threading.Event(), []

    def render_slowly(_document: object) -> bytes:
        is_rendering.set()
        assert may_go_on.wait(timeout=60)
        return PDF

    monkeypatch.setattr(summary, "render_pdf", render_slowly)

    def download() -> None:
        try:
            responses.append(scene.request("pdf", "POST"))
        finally:
            connection.close()

    thread = threading.Thread(target=download)
    thread.start()
    assert is_rendering.wait(timeout=60)
    lock_out(scene, people["bob"])
    may_go_on.set()
    thread.join()

    assert [response.status_code for response in responses] == [403]
    assert not Document.objects.exists()
