"""The page of the review: what each sees and can do there, and that no words are lost on the way."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.log import EventCode
from questionnaire.documents.renderers.pdf import PdfFailedError
from questionnaire.domain.incidents import Incident as Told
from questionnaire.domain.workflow import State
from questionnaire.models import Event, HeldPost, Intake, Membership, SignOff, Team, User
from questionnaire.queries import documents
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import reload, submission_of
from questionnaire.tests.pages import Page

PDF = b"%PDF-1.7 signed"
MOVES = ("submit", "withdraw", "answer", "correct", "reassess", "remark", "return", "sign_off")


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect the documents that are rendered; rendering itself is tested elsewhere."""
    drawn: list[Any] = []

    def draw(document: Any) -> bytes:
        drawn.append(document)
        return PDF

    monkeypatch.setattr(documents, "render_pdf", draw)
    return drawn


@pytest.fixture
def said(alice: User, intake: Intake) -> Intake:
    return intake_actions.save_section(
        alice, intake, "fear", submission_of(intake, fear_own_words="Ik durf niet naar huis.", fear_level=9)
    ).intake


def signed_in(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["__Host-language"] = language
    return client


def url(name: str, intake: Intake) -> str:
    return reverse(name, args=[intake.uuid])


def read(client: Client, intake: Intake) -> str:
    return client.get(url("review", intake)).content.decode()


def post(client: Client, name: str, intake: Intake, **data: Any) -> Any:
    return client.post(url(name, intake), data)


def decide(client: Client, name: str, intake: Intake, text: str = "", item: str = "") -> Any:
    """Return what the reviewer's form posts, from a page that was just opened."""
    page = Page(client, url("review", intake)).posted
    return post(client, name, intake, key=page["key"], revision=page["revision"], text=text, item=item)


class TestTheWay:
    def test_from_handing_in_to_signed_off(self, alice: User, rachel: User, said: Intake) -> None:
        author, reviewer = signed_in(alice), signed_in(rachel)

        assert "Hand in for review" in read(author, said)
        assert post(author, "submit", said).status_code == 302
        assert "Take it back" in read(author, said)
        assert decide(reviewer, "return", said, "Sinds wanneer?", "fear_level").status_code == 302
        assert reload(said).state == State.RETURNED
        row = said.remarks.get()
        page = Page(author, url("review", said)).posted
        answer = {f"{row.pk}-answer": "Sinds maart.", f"{row.pk}-base": page[f"{row.pk}-base"]}
        assert author.post(url("submit", said), answer).status_code == 302
        assert reload(said).state == State.SUBMITTED
        assert "Sinds maart." in read(reviewer, said)
        done = decide(reviewer, "sign_off", said, "Goed gedaan.")
        assert done["Location"] == url("review", said)

        signed = SignOff.objects.get()
        assert (signed.by, bytes(signed.document.pdf)) == (rachel, PDF)
        assert [one.content["text"] for one in said.remarks.all()] == ["Sinds wanneer?", "Goed gedaan."]
        html = read(author, said)
        assert signed.document.sha256 in html
        assert "Correct this" in html
        assert "Start a new assessment" in html

    def test_what_was_signed_is_told_in_the_pdf(
        self, alice: User, rachel: User, said: Intake, drawn: list[Any]
    ) -> None:
        review_actions.submit(alice, said)

        decide(signed_in(rachel), "sign_off", said, "Goed gedaan.")

        document = drawn[-1]
        assert "CONCEPT" not in document.state
        section = next(section for section in document.sections if section.id == "review")
        assert "Goed gedaan." in str(section)
        assert "rachel" in str(section)

    def test_the_pdf_that_was_signed_comes_back_byte_for_byte(
        self, alice: User, rachel: User, said: Intake
    ) -> None:
        author = signed_in(alice)
        assert author.get(url("signed", said)).status_code == 404
        review_actions.submit(alice, said)
        decide(signed_in(rachel), "sign_off", said)

        response = author.get(url("signed", said))

        assert response.content == PDF
        assert response["Content-Type"] == "application/pdf"
        assert Event.objects.latest("seq").code == EventCode.DOCUMENT_READ

    def test_the_words_on_the_page_stay_those_that_were_signed(
        self, alice: User, rachel: User, said: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        review_actions.submit(alice, said)
        decide(signed_in(rachel), "sign_off", said)
        before = signed_in(alice).get(url("answers", said)).content.decode()
        kept = SignOff.objects.get()
        kept.content["en"][1]["answered"][0]["question"] = "As it was asked in those days?"
        kept.save()

        html = signed_in(alice).get(url("answers", said)).content.decode()

        assert "As it was asked in those days?" in html
        assert "As it was asked in those days?" not in before
        assert "Ik durf niet naar huis." in html


class TestWhoComesSecond:
    def test_two_reviewers_one_signs_and_the_other_is_told_with_their_words(
        self, alice: User, rachel: User, team: Team, said: Intake
    ) -> None:
        ruth = account("ruth", team, Membership.Role.REVIEWER)
        review_actions.submit(alice, said)
        page = Page(signed_in(ruth), url("review", said)).posted
        decide(signed_in(rachel), "sign_off", said)

        late = post(
            signed_in(ruth), "return", said, key=page["key"], revision=page["revision"], text="Nog een vraag."
        )

        assert late.status_code == 409
        html = late.content.decode()
        assert "Someone was first" in html
        assert "Nog een vraag." in html
        assert "rachel" in html
        assert said.remarks.count() == 0

    @pytest.mark.parametrize("name", ["return", "sign_off"])
    def test_a_double_click_counts_once(self, alice: User, rachel: User, said: Intake, name: str) -> None:
        review_actions.submit(alice, said)
        client = signed_in(rachel)
        page = Page(client, url("review", said)).posted
        data = {"key": page["key"], "revision": page["revision"], "text": "Een vraag."}

        first, second = (post(client, name, said, **data) for _click in range(2))

        assert (first.status_code, second.status_code) == (302, 409)
        assert said.remarks.count() == 1
        assert "Copy it if you need it" not in second.content.decode()

    def test_what_changed_after_it_was_read_is_not_signed(
        self, alice: User, rachel: User, team: Team, said: Intake
    ) -> None:
        ruth = account("ruth", team, Membership.Role.REVIEWER)
        review_actions.submit(alice, said)
        page = Page(signed_in(rachel), url("review", said)).posted
        review_actions.add_remark(ruth, said, "", "Wacht even.")

        late = post(signed_in(rachel), "sign_off", said, key=page["key"], revision=page["revision"])

        assert late.status_code == 409
        assert reload(said).state == State.SUBMITTED

    def test_someone_else_answered_meanwhile(self, alice: User, rachel: User, said: Intake) -> None:
        review_actions.submit(alice, said)
        decide(signed_in(rachel), "return", said, "Sinds wanneer?")
        row, author = said.remarks.get(), signed_in(alice)
        base = Page(author, url("review", said)).posted[f"{row.pk}-base"]
        author.post(url("answer", said), {f"{row.pk}-answer": "Maart.", f"{row.pk}-base": base})

        late = author.post(url("submit", said), {f"{row.pk}-answer": "April.", f"{row.pk}-base": base})

        html = late.content.decode()
        assert late.status_code == 409
        assert "Maart." in html
        assert "April." in html
        assert reload(said).state == State.RETURNED
        again = _controls(late)
        author.post(url("submit", said), {key: again[key] for key in again if key.startswith(str(row.pk))})
        assert said.remarks.get().content["answer"] == "April."


def _controls(response: Any) -> Any:
    from questionnaire.tests.pages import _Controls

    parser = _Controls()
    parser.feed(response.content.decode())
    return parser.posted


class TestWhatCannotBeDone:
    def test_a_remark_without_words(self, alice: User, rachel: User, said: Intake) -> None:
        review_actions.submit(alice, said)

        assert decide(signed_in(rachel), "remark", said, " \u200b").status_code == 422
        assert decide(signed_in(rachel), "return", said).status_code == 422
        assert reload(said).state == State.SUBMITTED

    def test_a_question_that_does_not_exist(self, alice: User, rachel: User, said: Intake) -> None:
        review_actions.submit(alice, said)

        response = decide(signed_in(rachel), "remark", said, "Woorden blijven staan.", "no_such_item")

        assert response.status_code == 422
        assert "Woorden blijven staan." in response.content.decode()

    def test_without_a_pdf_nothing_is_signed_and_the_remark_is_kept(
        self, alice: User, rachel: User, said: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_document: Any) -> bytes:
            raise PdfFailedError("Not now.")

        monkeypatch.setattr(documents, "render_pdf", fail)
        review_actions.submit(alice, said)

        response = decide(signed_in(rachel), "sign_off", said, "Goed gedaan.")

        assert response.status_code == 503
        assert "Not now." in response.content.decode()
        assert reload(said).state == State.SUBMITTED
        assert said.remarks.count() == 1

    def test_text_that_cannot_be_kept_is_shown_again(self, alice: User, rachel: User, said: Intake) -> None:
        review_actions.submit(alice, said)
        decide(signed_in(rachel), "return", said, "Sinds wanneer?")
        row, author = said.remarks.get(), signed_in(alice)
        base = Page(author, url("review", said)).posted[f"{row.pk}-base"]

        response = author.post(
            url("answer", said), {f"{row.pk}-answer": "x" * 20_001, f"{row.pk}-base": base}
        )

        assert response.status_code == 409
        assert "x" * 20_001 in response.content.decode()

    @pytest.mark.parametrize("name", MOVES)
    def test_a_stranger_finds_nothing_and_a_colleague_neither(
        self, bob: User, charlie: User, said: Intake, name: str
    ) -> None:
        for user in (bob, charlie):
            assert post(signed_in(user), name, said).status_code == 404

    @pytest.mark.parametrize("name", ["remark", "return", "sign_off"])
    def test_an_author_cannot_review(self, alice: User, team: Team, said: Intake, name: str) -> None:
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)
        review_actions.submit(alice, said)

        assert post(signed_in(alice), name, said, text="Prima.").status_code == 403

    @pytest.mark.parametrize("name", ["submit", "withdraw", "answer", "correct", "reassess"])
    def test_a_reviewer_cannot_do_what_the_author_does(self, rachel: User, said: Intake, name: str) -> None:
        assert post(signed_in(rachel), name, said).status_code == 403

    @pytest.mark.parametrize("name", ["correct", "reassess", "withdraw"])
    def test_not_in_this_state(self, alice: User, said: Intake, name: str) -> None:
        response = post(signed_in(alice), name, said)

        assert response.status_code == 409
        assert Intake.objects.count() == 1


class TestWhatIsClosed:
    def test_a_page_of_questions_leads_to_where_it_stands(self, alice: User, said: Intake) -> None:
        review_actions.submit(alice, said)

        response = signed_in(alice).get(reverse("section", args=[said.uuid, "fear"]))

        assert (response.status_code, response["Location"]) == (302, url("review", said))

    def test_what_was_typed_in_another_tab_is_kept(self, alice: User, said: Intake) -> None:
        author = signed_in(alice)
        page = Page(author, reverse("section", args=[said.uuid, "fear"]))
        review_actions.submit(alice, said)
        page.fill(fear_own_words="Dit typte ik nog.")

        response = author.post(reverse("section", args=[said.uuid, "fear"]), dict(page.posted.lists()))

        assert response.status_code == 409
        assert HeldPost.objects.get().content["controls"]["fear_own_words"] == ["Dit typte ik nog."]
        assert reload(said).answers["fear_own_words"] == "Ik durf niet naar huis."

    def test_a_page_that_saves_by_itself_is_told_without_content(self, alice: User, said: Intake) -> None:
        author = signed_in(alice)
        page = Page(author, reverse("section", args=[said.uuid, "fear"]))
        review_actions.submit(alice, said)

        response = author.post(
            reverse("section", args=[said.uuid, "fear"]),
            dict(page.posted.lists()),
            headers={"accept": "application/json"},
        )

        assert response.json() == {"status": "Closed. What you typed is kept for you.", "base": {}}
        assert HeldPost.objects.count() == 1

    def test_where_nothing_more_can_be_kept_it_is_told_that_it_failed(
        self, alice: User, said: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("questionnaire.screen.pending_posts._MOST", 0)
        author = signed_in(alice)
        page = Page(author, reverse("section", args=[said.uuid, "fear"]))
        review_actions.submit(alice, said)

        response = author.post(
            reverse("section", args=[said.uuid, "fear"]),
            dict(page.posted.lists()),
            headers={"accept": "application/json"},
        )

        assert (response.status_code, response.content) == (409, b"")

    def test_also_when_it_was_closed_between_the_look_and_the_saving(
        self, alice: User, said: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        author = signed_in(alice)
        page = Page(author, reverse("section", args=[said.uuid, "fear"]))
        before = intake_actions.save_section

        def first_closed(*args: Any) -> Any:
            review_actions.submit(alice, said)
            return before(*args)

        monkeypatch.setattr(intake_actions, "save_section", first_closed)

        response = author.post(reverse("section", args=[said.uuid, "fear"]), dict(page.posted.lists()))

        assert response.status_code == 409
        assert HeldPost.objects.count() == 1

    def test_what_came_of_it_is_written_down_in_every_state(self, alice: User, said: Intake) -> None:
        review_actions.submit(alice, said)

        assert signed_in(alice).get(url("steps", said)).status_code == 200


class TestWhatIsShown:
    def test_reading_is_one_event(self, alice: User, rachel: User, said: Intake) -> None:
        review_actions.submit(alice, said)
        for user in (alice, rachel):
            for name, code in (("review", EventCode.REVIEW_READ), ("case", EventCode.CASE_READ)):
                before = Event.objects.count()

                signed_in(user).get(url(name, said))

                assert Event.objects.count() == before + 1
                assert Event.objects.latest("seq").code == code

    def test_the_fear_comes_first_also_here(self, rachel: User, said: Intake) -> None:
        html = read(signed_in(rachel), said)

        assert html.index("Ik durf niet naar huis.") < html.index("The reasoning")

    def test_what_changed_since_the_last_time(self, alice: User, rachel: User, said: Intake) -> None:
        review_actions.submit(alice, said)
        new = review_actions.reassess(alice, said, date(2026, 4, 1))
        new = intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level=4)).intake
        incident_actions.add_incident(alice, new, Told("2026-03-30", "home"))

        html = read(signed_in(rachel), new)

        assert "What changed since 23 March 2026" in html
        assert "1 incident since then is in the log." in html
        assert "better" not in html.lower()

    def test_a_correction_shows_what_changed(self, alice: User, rachel: User, said: Intake) -> None:
        review_actions.submit(alice, said)
        decide(signed_in(rachel), "sign_off", said)
        author = signed_in(alice)

        first = post(author, "correct", said)
        new = Intake.objects.get(corrects=said)
        assert (first.status_code, first["Location"]) == (302, url("intake", new))
        assert "No answer differs" in read(author, new)
        intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level=7))
        html = read(author, new)

        assert "9 out of 10" in html
        assert "7 out of 10" in html
        assert "There is a new version" in read(author, said)

    def test_something_typed_that_is_to_be_checked_is_named_before_handing_in(
        self, alice: User, said: Intake
    ) -> None:
        author = signed_in(alice)
        page = Page(author, reverse("section", args=[said.uuid, "pattern"]))
        page.fill(pattern_start="31-02-2026")
        author.post(reverse("section", args=[said.uuid, "pattern"]), dict(page.posted.lists()))

        assert "Something was typed that still has to be checked" in read(author, said)

    def test_a_later_assessment_is_led_to(self, alice: User, said: Intake) -> None:
        review_actions.submit(alice, said)
        author = signed_in(alice)

        first, second = (post(author, "reassess", said)["Location"] for _click in range(2))

        assert first == second
        assert "There is a later assessment." in read(author, said)

    def test_who_may_not_see_what_a_colleague_began_is_told_no_more(
        self, alice: User, bob: User, said: Intake
    ) -> None:
        review_actions.submit(alice, said)
        review_actions.reassess(alice, said, date(2026, 4, 1))
        Intake.objects.filter(previous=said).update(author=bob)

        response = post(signed_in(alice), "reassess", said)

        assert response.status_code == 409
        assert "A colleague already began this." in response.content.decode()

    def test_a_reassessor_who_is_not_its_author_comes_to_its_review(
        self, alice: User, rachel: User, said: Intake, team: Team
    ) -> None:
        review_actions.submit(alice, said)
        new = review_actions.reassess(alice, said, date(2026, 4, 1))
        Intake.objects.filter(pk=new.pk).update(author=rachel)
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)

        response = post(signed_in(alice), "reassess", said)

        assert response["Location"] == url("review", new)


class TestTheCase:
    def test_it_tells_the_whole_course_in_numbers_and_a_picture(self, alice: User, said: Intake) -> None:
        review_actions.submit(alice, said)
        new = review_actions.reassess(alice, said, date(2026, 4, 1))
        intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level="declined"))

        html = signed_in(alice).get(url("case", new)).content.decode()

        assert "There are 2 conversations in this case." in html
        assert "<svg" in html
        assert "23 March 2026: 9. 1 April 2026: no number." in html
        assert "Prefers not to say" in html
        assert "Ik durf niet naar huis." in html

    def test_one_conversation_is_a_story_too(self, alice: User, said: Intake) -> None:
        html = signed_in(alice).get(url("case", said)).content.decode()

        assert "There is 1 conversation in this case." in html
        assert "<svg" not in html


class TestLastTime:
    def test_what_was_said_stands_beside_the_question_and_not_in_it(self, alice: User, said: Intake) -> None:
        review_actions.submit(alice, said)
        new = review_actions.reassess(alice, said, date(2026, 4, 1))

        page = Page(signed_in(alice), reverse("section", args=[new.uuid, "fear"]))

        assert "Last time (23 March 2026): 9 out of 10" in page.html
        assert "Last time (23 March 2026): Ik durf niet naar huis." in page.html
        assert str(page.posted["fear_own_words"]).strip() == ""
        assert "fear_level" not in page.posted

    def test_the_first_time_there_is_no_last_time(self, alice: User, said: Intake) -> None:
        html = Page(signed_in(alice), reverse("section", args=[said.uuid, "fear"])).html

        assert "Last time" not in html


class TestWordsThatCouldNotBeSaved:
    def later(self, user: User, monkeypatch: pytest.MonkeyPatch) -> Client:
        """Someone who signed in a while ago, and is asked who they are before they sign."""
        client = signed_in(user)
        monkeypatch.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)
        return client

    def test_signing_asks_who_is_there_and_keeps_the_remark(
        self, alice: User, rachel: User, said: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        review_actions.submit(alice, said)
        client = self.later(rachel, monkeypatch)
        page = Page(client, url("review", said)).posted

        response = post(
            client, "sign_off", said, key=page["key"], revision=page["revision"], text="Goed gedaan."
        )

        assert response.status_code == 302
        assert reload(said).state == State.SUBMITTED
        kept = HeldPost.objects.get().content
        assert (kept["path"], kept["controls"]["text"]) == (url("remark", said), ["Goed gedaan."])

    def test_nothing_is_kept_where_nothing_was_typed(
        self, alice: User, rachel: User, said: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        review_actions.submit(alice, said)

        post(self.later(rachel, monkeypatch), "sign_off", said, text=" ")

        assert not HeldPost.objects.exists()
