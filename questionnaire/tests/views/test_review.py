"""The review: what each person sees and can do there, and that no text is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import organisation
from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents import labels
from questionnaire.documents.renderers.pdf import PdfFailedError
from questionnaire.domain.advice import engine
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.domain.organisation_look import NAME
from questionnaire.domain.workflow import State
from questionnaire.models import Delivery, Event, HeldPost, Intake, Membership, SignOff, Team, User
from questionnaire.queries import documents
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import reload, sign_stored_rights, submission_of
from questionnaire.tests.pages import Page, controls, one_line, undo_token

PDF = b"%PDF-1.7 signed"
MOVES = ("submit", "withdraw", "answer", "correct", "reassess", "remark", "return", "sign_off")


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect the documents that are rendered; rendering itself is tested elsewhere."""
    documents_rendered: list[Any] = []

    def render_pdf(document: Any) -> bytes:
        documents_rendered.append(document)
        return PDF

    monkeypatch.setattr(documents, "render_pdf", render_pdf)
    return documents_rendered


@pytest.fixture
def answered_intake(alice: User, intake: Intake) -> Intake:
    return intake_actions.save_section(
        alice, intake, "fear", submission_of(intake, fear_own_words="Ik durf niet naar huis.", fear_level=9)
    ).intake


def client_of(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["__Host-language"] = language
    return client


def url(name: str, intake: Intake) -> str:
    return reverse(name, args=[intake.uuid])


def review_html(client: Client, intake: Intake) -> str:
    return client.get(url("review", intake)).content.decode()


def post(client: Client, name: str, intake: Intake, **data: Any) -> Any:
    return client.post(url(name, intake), data)


def _have_another_contact(_monkeypatch: pytest.MonkeyPatch, team: Team) -> None:
    ada = account("ada", team, Membership.Role.ADMINISTRATOR)
    contact = {"name": "De Haven", "number": "010-123 45 67", "reachable": "", "note": ""}
    organisation.add_contact(ada, team, "shelter", contact)


def _have_another_name(_monkeypatch: pytest.MonkeyPatch, team: Team) -> None:
    ada = account("ada", team, Membership.Role.ADMINISTRATOR)
    assert organisation.set_single(ada, team, NAME, {"name": "Wijkteam Noord"})


def _have_another_rule(monkeypatch: pytest.MonkeyPatch, _team: Team) -> None:
    """Change what the rules give, as an upgrade of the program does."""
    rules = tuple(rule for rule in RULES if rule.code != "involve_network")
    monkeypatch.setattr(engine, "RULES", rules)


def _have_another_text(monkeypatch: pytest.MonkeyPatch, _team: Team) -> None:
    """Change what stands on the page, as an upgrade of the program does."""
    monkeypatch.setattr(labels, "SEPARATOR", " | ")


#: What can change, while someone reads, without anything being written in the intake.
CHANGES_AROUND = (_have_another_contact, _have_another_name, _have_another_rule, _have_another_text)


def decide(client: Client, name: str, intake: Intake, text: str = "", item: str = "") -> Any:
    """Post the reviewer's form from a page that was just opened, and say yes to what it asks first."""
    page = Page(client, url("review", intake)).posted
    response = post(
        client,
        name,
        intake,
        key=page["key"],
        revision=page["revision"],
        shown=page["shown"],
        text=text,
        item=item,
    )
    return confirm(client, name, intake, response) if name == "sign_off" else response


def confirm(client: Client, name: str, intake: Intake, response: Any) -> Any:
    """Say yes on the page that asks, if it asks."""
    posted = controls(response.content.decode())
    return client.post(url(name, intake), dict(posted.lists())) if "_confirmed" in posted else response


class TestMoves:
    def test_intake_is_submitted_returned_answered_and_signed_off(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        author, reviewer = client_of(alice), client_of(rachel)

        assert "Hand in for review" in review_html(author, answered_intake)
        assert post(author, "submit", answered_intake).status_code == 302
        assert "Take it back" in review_html(author, answered_intake)
        assert decide(reviewer, "return", answered_intake, "Sinds wanneer?", "fear_level").status_code == 302
        assert reload(answered_intake).state == State.RETURNED
        row = answered_intake.remarks.get()
        page = Page(author, url("review", answered_intake)).posted
        answer = {f"{row.pk}-answer": "Sinds maart.", f"{row.pk}-base": page[f"{row.pk}-base"]}
        assert author.post(url("submit", answered_intake), answer).status_code == 302
        assert reload(answered_intake).state == State.SUBMITTED
        assert "Sinds maart." in review_html(reviewer, answered_intake)
        done = decide(reviewer, "sign_off", answered_intake, "Goed gedaan.")
        assert done["Location"] == url("review", answered_intake)

        signed = SignOff.objects.get()
        assert (signed.by, bytes(signed.document.pdf)) == (rachel, PDF)
        assert [remark.content["text"] for remark in answered_intake.remarks.all()] == [
            "Sinds wanneer?",
            "Goed gedaan.",
        ]
        html = review_html(author, answered_intake)
        assert signed.document.sha256 in html
        assert "Put in your files" not in html
        assert "Correct this" in html
        assert "Start a reassessment" in html

    def test_a_signed_document_that_was_delivered_says_when(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        review_actions.sign_off(rachel, review_actions.submit(alice, answered_intake), PDF, {"nl": []})
        row = Delivery(intake=answered_intake, document=SignOff.objects.get().document, name="a")
        row.save(force_insert=True)
        assert "Put in your files" not in review_html(client_of(alice), answered_intake)

        Delivery.objects.update(delivered_at=datetime(2026, 11, 30, 12, tzinfo=UTC))

        assert "Put in your files on 30 November 2026." in review_html(client_of(alice), answered_intake)

    def test_signed_pdf_names_the_reviewer_and_their_remark(
        self, alice: User, rachel: User, answered_intake: Intake, rendered: list[Any]
    ) -> None:
        review_actions.submit(alice, answered_intake)

        decide(client_of(rachel), "sign_off", answered_intake, "Goed gedaan.")

        document = rendered[-1]
        assert "CONCEPT" not in document.state
        section = next(section for section in document.sections if section.id == "review")
        assert "Goed gedaan." in str(section)
        assert "rachel" in str(section)

    def test_signed_pdf_is_returned_byte_for_byte(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        author = client_of(alice)
        assert author.get(url("signed", answered_intake)).status_code == 404
        review_actions.submit(alice, answered_intake)
        decide(client_of(rachel), "sign_off", answered_intake)

        response = author.get(url("signed", answered_intake))

        assert response.content == PDF
        assert response["Content-Type"] == "application/pdf"
        assert Event.objects.latest("seq").code == EventCode.DOCUMENT_READ

    def test_answers_page_shows_the_labels_as_they_were_signed(
        self, alice: User, rachel: User, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        review_actions.submit(alice, answered_intake)
        decide(client_of(rachel), "sign_off", answered_intake)
        before = client_of(alice).get(url("answers", answered_intake)).content.decode()
        sign_off = SignOff.objects.get()
        sign_off.content["en"][1]["answered"][0]["question"] = "As it was asked in those days?"
        sign_off.save()

        html = client_of(alice).get(url("answers", answered_intake)).content.decode()

        assert "As it was asked in those days?" in html
        assert "As it was asked in those days?" not in before
        assert "Ik durf niet naar huis." in html


class TestConcurrency:
    def test_second_reviewer_gets_409_with_the_text_they_typed(
        self, alice: User, rachel: User, team: Team, answered_intake: Intake
    ) -> None:
        ruth = account("ruth", team, Membership.Role.REVIEWER)
        review_actions.submit(alice, answered_intake)
        page = Page(client_of(ruth), url("review", answered_intake)).posted
        decide(client_of(rachel), "sign_off", answered_intake)

        late = post(
            client_of(ruth),
            "return",
            answered_intake,
            key=page["key"],
            revision=page["revision"],
            shown=page["shown"],
            text="Nog een vraag.",
        )

        assert late.status_code == 409
        html = late.content.decode()
        assert "Someone was first" in html
        assert "Nog een vraag." in html
        assert "rachel" in html
        assert answered_intake.remarks.count() == 0

    @pytest.mark.parametrize("name", ["return", "sign_off"])
    def test_double_click_stores_one_remark(
        self, alice: User, rachel: User, answered_intake: Intake, name: str
    ) -> None:
        review_actions.submit(alice, answered_intake)
        client = client_of(rachel)
        page = Page(client, url("review", answered_intake)).posted
        data = {
            "key": page["key"],
            "revision": page["revision"],
            "shown": page["shown"],
            "text": "Een vraag.",
            "_confirmed": "1",
        }

        first, second = (post(client, name, answered_intake, **data) for _click in range(2))

        assert (first.status_code, second.status_code) == (302, 409)
        assert answered_intake.remarks.count() == 1
        assert "Copy it if you need it" not in second.content.decode()

    def test_intake_that_changed_after_it_was_read_is_not_signed(
        self, alice: User, rachel: User, team: Team, answered_intake: Intake
    ) -> None:
        ruth = account("ruth", team, Membership.Role.REVIEWER)
        review_actions.submit(alice, answered_intake)
        page = Page(client_of(rachel), url("review", answered_intake)).posted
        review_actions.add_remark(ruth, answered_intake, "", "Wacht even.")

        late = post(
            client_of(rachel),
            "sign_off",
            answered_intake,
            key=page["key"],
            revision=page["revision"],
            shown=page["shown"],
        )

        assert late.status_code == 409
        assert reload(answered_intake).state == State.SUBMITTED

    @pytest.mark.parametrize("change", CHANGES_AROUND)
    def test_what_changed_around_it_after_it_was_read_is_read_first(
        self,
        monkeypatch: pytest.MonkeyPatch,
        alice: User,
        rachel: User,
        answered_intake: Intake,
        change: Callable[[pytest.MonkeyPatch, Team], object],
    ) -> None:
        review_actions.submit(alice, answered_intake)
        client = client_of(rachel)
        page = Page(client, url("review", answered_intake)).posted
        revision = reload(answered_intake).revision
        change(monkeypatch, answered_intake.team)

        read = {"key": page["key"], "revision": page["revision"], "shown": page["shown"]}
        late = post(client, "sign_off", answered_intake, text="Goed gedaan.", **read)
        late_after_yes = post(client, "sign_off", answered_intake, text="", _confirmed="1", **read)

        assert (late.status_code, late_after_yes.status_code) == (409, 409)
        assert "Goed gedaan." in late.content.decode()
        assert reload(answered_intake).revision == revision
        assert decide(client, "sign_off", answered_intake).status_code == 302
        assert reload(answered_intake).state == State.SIGNED_OFF

    def test_conflicting_answer_shows_both_and_saving_again_overwrites(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        review_actions.submit(alice, answered_intake)
        decide(client_of(rachel), "return", answered_intake, "Sinds wanneer?")
        row, author = answered_intake.remarks.get(), client_of(alice)
        base = Page(author, url("review", answered_intake)).posted[f"{row.pk}-base"]
        author.post(url("answer", answered_intake), {f"{row.pk}-answer": "Maart.", f"{row.pk}-base": base})

        late = author.post(
            url("submit", answered_intake), {f"{row.pk}-answer": "April.", f"{row.pk}-base": base}
        )

        html = late.content.decode()
        assert late.status_code == 409
        assert "Maart." in html
        assert "April." in html
        assert reload(answered_intake).state == State.RETURNED
        again = controls(html)
        author.post(
            url("submit", answered_intake), {key: again[key] for key in again if key.startswith(str(row.pk))}
        )
        assert answered_intake.remarks.get().content["answer"] == "April."


class TestSignOffAsksFirst:
    def asked(self, alice: User, rachel: User, intake: Intake) -> tuple[Client, str]:
        """Press the button with a remark that was not added; return the page that asks."""
        review_actions.submit(alice, intake)
        client = client_of(rachel)
        page = Page(client, url("review", intake)).posted
        data = {
            "key": page["key"],
            "revision": page["revision"],
            "shown": page["shown"],
            "text": "Goed < gedaan.",
            "item": "fear_level",
        }
        response = post(client, "sign_off", intake, **data)
        assert response.status_code == 200
        assert reload(intake).remarks.count() == 0
        return client, response.content.decode()

    def put_off(self, client: Client, html: str, **typed: str) -> Any:
        """Press the button that says no, by its own address."""
        found = re.search(r'name="_not_now" value="1" formaction="([^"]+)"', html)
        assert found
        return client.post(found[1], {**controls(html).dict(), **typed, "_not_now": "1"})

    def test_no_does_not_ask_who_it_is(
        self, alice: User, rachel: User, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client, html = self.asked(alice, rachel, answered_intake)
        monkeypatch.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)

        page = self.put_off(client, html)

        assert page.status_code == 200
        assert controls(page.content.decode())["text"] == "Goed < gedaan."
        assert answered_intake.remarks.count() == 0
        assert not HeldPost.objects.exists()

    def test_no_after_the_words_were_emptied_asks_for_none(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        client, html = self.asked(alice, rachel, answered_intake)

        page = self.put_off(client, html, text="")

        assert page.status_code == 200
        assert controls(page.content.decode())["text"] == ""

    def test_no_stores_nothing_and_brings_what_was_typed_back(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        client, html = self.asked(alice, rachel, answered_intake)
        assert "Sign off this conversation?" in html

        page = self.put_off(client, html)

        assert page.status_code == 200
        typed = controls(page.content.decode())
        assert (typed["text"], typed["item"]) == ("Goed < gedaan.", "fear_level")
        assert "data-unsent" in page.content.decode()  # hiding the screen keeps it
        assert 'aria-current="true">Review</a>' in one_line(page.content.decode())
        assert answered_intake.remarks.count() == 0
        assert reload(answered_intake).state == State.SUBMITTED
        again = post(client, "remark", answered_intake, **typed.dict())
        assert again.status_code == 302
        assert answered_intake.remarks.get().content["text"] == "Goed < gedaan."

    def test_yes_stores_it_with_what_was_changed_on_the_way(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        client, html = self.asked(alice, rachel, answered_intake)

        post(client, "sign_off", answered_intake, **{**controls(html).dict(), "text": "Heel goed."})

        assert reload(answered_intake).state == State.SIGNED_OFF
        assert answered_intake.remarks.get().content["text"] == "Heel goed."

    def test_a_question_without_a_remark_is_left_by_a_link(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        review_actions.submit(alice, answered_intake)
        client = client_of(rachel)
        page = Page(client, url("review", answered_intake)).posted

        html = post(
            client, "sign_off", answered_intake, revision=page["revision"], shown=page["shown"]
        ).content.decode()

        assert f'<a href="{url("review", answered_intake)}">Not now</a>' in html


def test_a_remark_that_was_undone_is_in_the_form_again(
    alice: User, rachel: User, answered_intake: Intake
) -> None:
    review_actions.submit(alice, answered_intake)
    client, page = client_of(rachel), url("review", answered_intake)
    assert decide(client, "remark", answered_intake, "Sinds < wanneer?", "fear_level").status_code == 302

    client.post(reverse("undo"), {"undo": undo_token(review_html(client, answered_intake)), "next": page})

    again = Page(client, page).posted
    assert (again["text"], again["item"]) == ("Sinds < wanneer?", "fear_level")
    assert not answered_intake.remarks.exists()
    assert post(client, "remark", answered_intake, **again.dict()).status_code == 302
    assert answered_intake.remarks.get().content["text"] == "Sinds < wanneer?"
    assert not Page(client, page).posted["text"]


class TestRefusals:
    def test_remark_without_text_is_refused(self, alice: User, rachel: User, answered_intake: Intake) -> None:
        review_actions.submit(alice, answered_intake)

        assert decide(client_of(rachel), "remark", answered_intake, " \u200b").status_code == 422
        assert decide(client_of(rachel), "return", answered_intake).status_code == 422
        assert reload(answered_intake).state == State.SUBMITTED

    def test_unknown_item_is_refused_and_the_text_is_shown_again(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        review_actions.submit(alice, answered_intake)

        response = decide(
            client_of(rachel), "remark", answered_intake, "Woorden blijven staan.", "no_such_item"
        )

        assert response.status_code == 422
        assert "Woorden blijven staan." in response.content.decode()

    def test_failed_pdf_stores_the_remark_and_signs_nothing(
        self, alice: User, rachel: User, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_document: Any) -> bytes:
            raise PdfFailedError("Not now.")

        monkeypatch.setattr(documents, "render_pdf", fail)
        review_actions.submit(alice, answered_intake)

        response = decide(client_of(rachel), "sign_off", answered_intake, "Goed gedaan.")

        assert response.status_code == 503
        assert "Not now." in response.content.decode()
        assert reload(answered_intake).state == State.SUBMITTED
        assert answered_intake.remarks.count() == 1

    def test_text_that_is_too_long_is_shown_again(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        review_actions.submit(alice, answered_intake)
        decide(client_of(rachel), "return", answered_intake, "Sinds wanneer?")
        row, author = answered_intake.remarks.get(), client_of(alice)
        base = Page(author, url("review", answered_intake)).posted[f"{row.pk}-base"]

        response = author.post(
            url("answer", answered_intake), {f"{row.pk}-answer": "x" * 20_001, f"{row.pk}-base": base}
        )

        assert response.status_code == 409
        assert "x" * 20_001 in response.content.decode()

    @pytest.mark.parametrize("name", MOVES)
    def test_people_without_access_get_404(
        self, bob: User, charlie: User, answered_intake: Intake, name: str
    ) -> None:
        for user in (bob, charlie):
            assert post(client_of(user), name, answered_intake).status_code == 404

    @pytest.mark.parametrize("name", ["remark", "return", "sign_off"])
    def test_author_cannot_review(self, alice: User, team: Team, answered_intake: Intake, name: str) -> None:
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)
        review_actions.submit(alice, answered_intake)

        assert post(client_of(alice), name, answered_intake, text="Prima.").status_code == 403

    @pytest.mark.parametrize("name", ["submit", "withdraw", "answer", "correct", "reassess"])
    def test_reviewer_cannot_make_moves_of_the_author(
        self, rachel: User, answered_intake: Intake, name: str
    ) -> None:
        assert post(client_of(rachel), name, answered_intake).status_code == 403

    @pytest.mark.parametrize("name", ["correct", "reassess", "withdraw"])
    def test_move_in_the_wrong_state_gets_409(self, alice: User, answered_intake: Intake, name: str) -> None:
        response = post(client_of(alice), name, answered_intake)

        assert response.status_code == 409
        assert Intake.objects.count() == 1


class TestClosedIntake:
    def test_section_leads_to_the_review(self, alice: User, answered_intake: Intake) -> None:
        review_actions.submit(alice, answered_intake)

        response = client_of(alice).get(reverse("section", args=[answered_intake.uuid, "fear"]))

        assert (response.status_code, response["Location"]) == (302, url("review", answered_intake))

    def test_post_from_another_tab_becomes_pending(self, alice: User, answered_intake: Intake) -> None:
        author = client_of(alice)
        page = Page(author, reverse("section", args=[answered_intake.uuid, "fear"]))
        review_actions.submit(alice, answered_intake)
        page.fill(fear_own_words="Dit typte ik nog.")

        response = author.post(
            reverse("section", args=[answered_intake.uuid, "fear"]), dict(page.posted.lists())
        )

        assert response.status_code == 409
        assert HeldPost.objects.get().content["controls"]["fear_own_words"] == ["Dit typte ik nog."]
        assert reload(answered_intake).answers["fear_own_words"] == "Ik durf niet naar huis."

    def test_autosave_gets_a_status_without_content(self, alice: User, answered_intake: Intake) -> None:
        author = client_of(alice)
        page = Page(author, reverse("section", args=[answered_intake.uuid, "fear"]))
        review_actions.submit(alice, answered_intake)

        response = author.post(
            reverse("section", args=[answered_intake.uuid, "fear"]),
            dict(page.posted.lists()),
            headers={"accept": "application/json"},
        )

        assert response.json() == {"status": "Closed. What you typed is kept for you.", "base": {}}
        assert HeldPost.objects.count() == 1

    def test_autosave_gets_409_when_no_more_posts_can_be_stored(
        self, alice: User, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("questionnaire.screen.pending_posts._MAX_POSTS", 0)
        author = client_of(alice)
        page = Page(author, reverse("section", args=[answered_intake.uuid, "fear"]))
        review_actions.submit(alice, answered_intake)

        response = author.post(
            reverse("section", args=[answered_intake.uuid, "fear"]),
            dict(page.posted.lists()),
            headers={"accept": "application/json"},
        )

        assert (response.status_code, response.content) == (409, b"")

    def test_post_becomes_pending_when_the_intake_closes_during_the_request(
        self, alice: User, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        author = client_of(alice)
        page = Page(author, reverse("section", args=[answered_intake.uuid, "fear"]))
        save_section = intake_actions.save_section

        def submit_and_save(*args: Any) -> Any:
            review_actions.submit(alice, answered_intake)
            return save_section(*args)

        monkeypatch.setattr(intake_actions, "save_section", submit_and_save)

        response = author.post(
            reverse("section", args=[answered_intake.uuid, "fear"]), dict(page.posted.lists())
        )

        assert response.status_code == 409
        assert HeldPost.objects.count() == 1

    def test_follow_up_stays_open(self, alice: User, answered_intake: Intake) -> None:
        review_actions.submit(alice, answered_intake)

        assert client_of(alice).get(url("steps", answered_intake)).status_code == 200


class TestPage:
    def test_reading_records_one_event(self, alice: User, rachel: User, answered_intake: Intake) -> None:
        review_actions.submit(alice, answered_intake)
        for user in (alice, rachel):
            for name, code in (("review", EventCode.REVIEW_READ), ("case", EventCode.CASE_READ)):
                before = Event.objects.count()

                client_of(user).get(url(name, answered_intake))

                assert Event.objects.count() == before + 1
                assert Event.objects.latest("seq").code == code

    def test_fear_comes_before_the_reasoning(self, rachel: User, answered_intake: Intake) -> None:
        html = review_html(client_of(rachel), answered_intake)

        assert html.index("Ik durf niet naar huis.") < html.index("The reasoning")

    def test_changes_since_the_previous_assessment_are_shown(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        review_actions.submit(alice, answered_intake)
        new = review_actions.reassess(alice, answered_intake, date(2026, 4, 1))
        new = intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level=4)).intake
        incident_actions.add_incident(alice, new, DomainIncident("2026-03-30", "home"))

        html = review_html(client_of(rachel), new)

        assert "What changed since 23 March 2026" in html
        assert "1 incident since then is in the log." in html
        assert "better" not in html.lower()

    def test_correction_shows_what_it_changed(
        self, alice: User, rachel: User, answered_intake: Intake
    ) -> None:
        review_actions.submit(alice, answered_intake)
        decide(client_of(rachel), "sign_off", answered_intake)
        author = client_of(alice)

        first = confirm(author, "correct", answered_intake, post(author, "correct", answered_intake))
        new = Intake.objects.get(corrects=answered_intake)
        assert (first.status_code, first["Location"]) == (302, url("intake", new))
        assert "No answer differs" in review_html(author, new)
        intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level=7))
        html = review_html(author, new)

        assert "9 (scale 0-10)" in html
        assert "7 (scale 0-10)" in html
        assert "There is a correction" in review_html(author, answered_intake)

    def test_drafts_are_reported_before_submitting(self, alice: User, answered_intake: Intake) -> None:
        author = client_of(alice)
        page = Page(author, reverse("section", args=[answered_intake.uuid, "pattern"]))
        page.fill(pattern_start="31-02-2026")
        author.post(reverse("section", args=[answered_intake.uuid, "pattern"]), dict(page.posted.lists()))

        assert "Typed, but in no document yet" in review_html(author, answered_intake)

    def test_reassessment_is_started_once_and_linked(self, alice: User, answered_intake: Intake) -> None:
        review_actions.submit(alice, answered_intake)
        author = client_of(alice)

        first, second = (post(author, "reassess", answered_intake)["Location"] for _click in range(2))

        assert first == second
        assert "There is a later conversation." in review_html(author, answered_intake)

    def test_reassessment_by_a_colleague_out_of_reach_is_not_disclosed(
        self, alice: User, bob: User, answered_intake: Intake
    ) -> None:
        review_actions.submit(alice, answered_intake)
        review_actions.reassess(alice, answered_intake, date(2026, 4, 1))
        Intake.objects.filter(previous=answered_intake).update(author=bob)
        sign_stored_rights(answered_intake.case)

        response = post(client_of(alice), "reassess", answered_intake)

        assert response.status_code == 409
        assert "A colleague already began this." in response.content.decode()

    def test_reassessment_of_another_author_leads_to_its_review(
        self, alice: User, rachel: User, answered_intake: Intake, team: Team
    ) -> None:
        review_actions.submit(alice, answered_intake)
        new = review_actions.reassess(alice, answered_intake, date(2026, 4, 1))
        Intake.objects.filter(pk=new.pk).update(author=rachel)
        sign_stored_rights(new.case)
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)

        response = post(client_of(alice), "reassess", answered_intake)

        assert response["Location"] == url("review", new)


class TestCasePage:
    def test_case_page_shows_the_course_of_all_assessments(
        self, alice: User, answered_intake: Intake
    ) -> None:
        review_actions.submit(alice, answered_intake)
        new = review_actions.reassess(alice, answered_intake, date(2026, 4, 1))
        intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level="declined"))

        html = client_of(alice).get(url("case", new)).content.decode()

        assert "There are 2 conversations in this case." in html
        assert "<svg" in html
        assert "23 March 2026: 9. 1 April 2026: no number." in html
        assert "Prefers not to say" in html
        assert "Ik durf niet naar huis." in html

    def test_case_page_with_one_assessment_has_no_chart(self, alice: User, answered_intake: Intake) -> None:
        html = client_of(alice).get(url("case", answered_intake)).content.decode()

        assert "There is 1 conversation in this case." in html
        assert "<svg" not in html


class TestPreviousAnswers:
    def test_previous_answer_is_shown_beside_the_question_and_not_filled_in(
        self, alice: User, answered_intake: Intake
    ) -> None:
        review_actions.submit(alice, answered_intake)
        new = review_actions.reassess(alice, answered_intake, date(2026, 4, 1))

        page = Page(client_of(alice), reverse("section", args=[new.uuid, "fear"]))

        assert "Last time (23 March 2026): 9 (scale 0-10)" in page.html
        assert "Last time (23 March 2026): Ik durf niet naar huis." in page.html
        assert str(page.posted["fear_own_words"]).strip() == ""
        assert "fear_level" not in page.posted

    def test_first_assessment_has_no_previous_answers(self, alice: User, answered_intake: Intake) -> None:
        html = Page(client_of(alice), reverse("section", args=[answered_intake.uuid, "fear"])).html

        assert "Last time" not in html


class TestReauthentication:
    def an_hour_later(self, user: User, monkeypatch: pytest.MonkeyPatch) -> Client:
        """Return a client of someone who signed in a while ago and has to reauthenticate before signing."""
        client = client_of(user)
        monkeypatch.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)
        return client

    def test_signing_without_recent_authentication_stores_the_remark(
        self, alice: User, rachel: User, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        review_actions.submit(alice, answered_intake)
        client = self.an_hour_later(rachel, monkeypatch)
        page = Page(client, url("review", answered_intake)).posted

        response = post(
            client,
            "sign_off",
            answered_intake,
            key=page["key"],
            revision=page["revision"],
            shown=page["shown"],
            text="Goed gedaan.",
        )

        assert response.status_code == 302
        assert reload(answered_intake).state == State.SUBMITTED
        pending = HeldPost.objects.get().content
        assert (pending["path"], pending["controls"]["text"]) == (
            url("remark", answered_intake),
            ["Goed gedaan."],
        )

    def test_signing_without_a_remark_stores_no_pending_post(
        self, alice: User, rachel: User, answered_intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        review_actions.submit(alice, answered_intake)

        post(self.an_hour_later(rachel, monkeypatch), "sign_off", answered_intake, text=" ")

        assert not HeldPost.objects.exists()
