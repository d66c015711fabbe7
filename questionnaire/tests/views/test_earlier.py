"""What was removed or changed, and putting it back."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.breaches import Breach
from questionnaire.domain.fingerprints import fingerprint
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident
from questionnaire.models import Event, Intake, User
from questionnaire.tests.factories import event_codes, reload
from questionnaire.tests.pages import Page

WORDS = "Hij stond <weer> bij school."
AT_HOME = Incident("2026-03-20", "home", what=WORDS)
ONLINE = Incident("2026-03-21", "online", what="Twaalf berichten.")


def url(intake: Intake) -> str:
    return reverse("earlier", args=[intake.uuid])


def section(intake: Intake) -> str:
    return reverse("section", args=[intake.uuid, "fear"])


def test_nothing_removed_says_so(alice_client: Client, intake: Intake) -> None:
    assert "Er is niets verwijderd of gewijzigd." in Page(alice_client, url(intake)).html
    assert event_codes()[-1] == EventCode.EARLIER_READ
    assert url(intake) not in Page(alice_client, section(intake)).html


def test_a_log_of_which_nothing_was_changed_has_nothing_earlier(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    row = incident_actions.add_incident(alice, intake, AT_HOME)
    assert url(intake) not in Page(alice_client, section(intake)).html

    incident_actions.change_incident(
        alice, intake, row.uuid, ONLINE, incident_actions.incident_fingerprint(row)
    )
    assert url(intake) in Page(alice_client, section(intake)).html


def test_a_note_that_was_emptied_is_put_back(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, section(intake)).fill(running_note=WORDS).press("_go", "save")
    Page(alice_client, section(intake)).fill(running_note="").press("_go", "save")
    assert reload(intake).content["running_note"] == ""
    assert url(intake) in Page(alice_client, section(intake)).html

    page = Page(alice_client, url(intake))
    assert "Hij stond &lt;weer&gt; bij school." in page.html
    page.press("text", "running_note/0")

    assert reload(intake).content["running_note"] == WORDS
    assert "Teruggezet." in Page(alice_client, url(intake)).html
    event = Event.objects.get(code=EventCode.TEXT_RESTORED)
    assert event.items == ["running_note"]


def test_the_event_of_a_text_at_a_question_names_the_page_and_not_the_question(
    alice_client: Client, intake: Intake
) -> None:
    Page(alice_client, section(intake)).fill(fear_own_words=WORDS).press("_go", "save")
    Page(alice_client, section(intake)).fill(fear_own_words="").press("_go", "save")
    Page(alice_client, url(intake)).press("text", "answers fear_own_words/0")

    assert reload(intake).answers.text("fear_own_words") == WORDS
    assert Event.objects.get(code=EventCode.TEXT_RESTORED).items == ["fear"]


def test_a_page_that_is_open_meanwhile_overwrites_nothing(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, section(intake)).fill(running_note=WORDS).press("_go", "save")
    Page(alice_client, section(intake)).fill(running_note="").press("_go", "save")
    open_page = Page(alice_client, section(intake))
    Page(alice_client, url(intake)).press("text", "running_note/0")

    open_page.fill(running_note="iets nieuws").press("_go", "save")

    assert reload(intake).content["running_note"] == WORDS
    assert "iets nieuws" in Page(alice_client, section(intake)).html


def test_a_removed_incident_is_put_back(alice_client: Client, alice: User, intake: Intake) -> None:
    row = incident_actions.add_incident(alice, intake, AT_HOME)
    incident_actions.remove_incident(alice, intake, row.uuid)

    page = Page(alice_client, url(intake))
    assert "20 maart 2026" in page.html
    page.press("removed", str(row.uuid))

    assert intake.incident_log == (AT_HOME,)
    assert "niets meer om terug te zetten" in _after(page, "removed", str(row.uuid))


def test_an_earlier_content_is_put_back(alice_client: Client, alice: User, intake: Intake) -> None:
    row = incident_actions.add_incident(alice, intake, AT_HOME)
    base = incident_actions.incident_fingerprint(row)
    incident_actions.change_incident(alice, intake, row.uuid, ONLINE, base)

    page = Page(alice_client, url(intake))
    assert "Hij stond &lt;weer&gt; bij school." in page.html
    assert "Twaalf berichten." in page.html
    assert url(intake) in alice_client.get(reverse("incidents", args=[intake.uuid])).content.decode()
    stale = f"{row.uuid}/{base}"
    page.press("changed", stale)
    assert intake.incident_log == (ONLINE,)
    for now, expected in ((ONLINE, AT_HOME), (AT_HOME, ONLINE)):
        page.press("changed", f"{row.uuid}/{fingerprint(now.to_json())}")
        assert intake.incident_log == (expected,)


def test_undoing_a_change_twice_undoes_one(alice_client: Client, alice: User, intake: Intake) -> None:
    row = incident_actions.add_incident(alice, intake, AT_HOME)
    first = incident_actions.incident_fingerprint(row)
    incident_actions.change_incident(alice, intake, row.uuid, ONLINE, first)
    Page(alice_client, reverse("incident", args=[intake.uuid, row.uuid])).fill(what="zqlaatst").press("", "")
    log = Page(alice_client, reverse("incidents", args=[intake.uuid]))
    button = log.html.partition('form="undo" name="undo" value="')[2].partition('"')[0]

    for _time in range(2):
        assert alice_client.post(reverse("undo"), {"undo": button}).status_code == 302
        assert intake.incident_log == (ONLINE,)


def _after(page: Page, name: str, value: str) -> str:
    return str(page.client.get(page.press(name, value).headers["Location"]).content.decode())


@pytest.mark.parametrize(
    ("name", "value"), [("removed", "x"), ("changed", ""), ("text", "running_note/x"), ("", "")]
)
def test_a_tampered_post_is_not_found(alice_client: Client, intake: Intake, name: str, value: str) -> None:
    assert Page(alice_client, url(intake)).press(name, value).status_code == 404


@pytest.mark.parametrize(
    "value", ["view/0", "running_note/-1", "running_note/7", "nowhere/0", "notes nothing/0"]
)
def test_a_version_that_is_not_there_changes_nothing(
    alice_client: Client, intake: Intake, value: str
) -> None:
    revision = reload(intake).revision

    assert Page(alice_client, url(intake)).press("text", value).status_code == 302

    assert reload(intake).revision == revision


def test_after_the_sign_off_it_is_gone(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    Page(alice_client, section(intake)).fill(running_note=WORDS).press("_go", "save")
    Page(alice_client, section(intake)).fill(running_note="").press("_go", "save")
    review_actions.sign_off(rachel, review_actions.submit(alice, reload(intake)), b"%PDF-1.7", {})

    assert "earlier" not in reload(intake).content
    assert "earlier" not in review_actions.correct(alice, reload(intake)).content


def steps(intake: Intake) -> str:
    return reverse("steps", args=[intake.uuid])


def test_a_step_that_was_emptied_is_put_back(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, steps(intake)).fill(
        **{"reassess-state": "done", "reassess-on": "20-03-2026", "reassess-why": WORDS}
    ).press("_go", "save")
    Page(alice_client, steps(intake)).fill(**{"reassess-why": ""}).press("_go", "save")
    assert intake.follow_up.outcomes[0].why == ""
    assert url(intake) in Page(alice_client, steps(intake)).html

    page = Page(alice_client, url(intake))
    assert "Hij stond &lt;weer&gt; bij school." in page.html
    page.press("step", "outcomes reassess/0")

    assert reload(intake).follow_up.outcomes[0].why == WORDS
    assert "Teruggezet." in Page(alice_client, url(intake)).html
    event = Event.objects.get(code=EventCode.TEXT_RESTORED)
    assert event.items == ["outcomes"]


def test_decisions_that_were_overwritten_are_put_back(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, steps(intake)).fill(**{"decisions-ground": WORDS}).press("_go", "save")
    Page(alice_client, steps(intake)).fill(**{"decisions-ground": "Iets anders."}).press("_go", "save")
    Page(alice_client, url(intake)).press("step", "decisions/0")

    decision = reload(intake).follow_up.decision
    assert decision is not None
    assert decision.ground == WORDS
    assert "Iets anders." in Page(alice_client, url(intake)).html


@pytest.mark.parametrize("was_removed", [True, False])
def test_a_consultation_and_a_breach_are_put_back(
    alice_client: Client, alice: User, intake: Intake, was_removed: bool
) -> None:
    consultation = follow_up_actions.add_consultation(alice, intake, Consultation("police", result=WORDS))
    breach = breach_actions.add_breach(alice, intake, Breach("contactverbod", answer=WORDS))
    if was_removed:
        follow_up_actions.remove_consultation(alice, intake, consultation.pk)
        breach_actions.remove_breach(alice, intake, breach.pk)
    else:
        bases = [follow_up_actions.record_fingerprint(row) for row in (consultation, breach)]
        other = Consultation("police", result="Niets.")
        follow_up_actions.change_consultation(alice, intake, consultation.pk, other, bases[0])
        breach_actions.change_breach(alice, intake, breach.pk, Breach("contactverbod"), bases[1])
    assert not intake.follow_up.breaches or not intake.follow_up.breaches[0].answer
    for row in (consultation, breach):
        assert f'value="{row.kind} {row.pk}/0"' in Page(alice_client, url(intake)).html
        Page(alice_client, url(intake)).press("step", f"{row.kind} {row.pk}/0")

    follow_up = reload(intake).follow_up
    assert [each.result for each in follow_up.consultations] == [WORDS]
    assert [each.answer for each in follow_up.breaches] == [WORDS]


def test_a_step_of_before_the_sign_off_is_gone_and_of_after_it_is_put_back(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    row = follow_up_actions.add_consultation(alice, intake, Consultation("police", result="Van ervoor."))
    follow_up_actions.remove_consultation(alice, intake, row.pk)
    assert "earlier_steps" in reload(intake).content
    review_actions.sign_off(rachel, review_actions.submit(alice, reload(intake)), b"%PDF-1.7", {})
    assert "earlier_steps" not in reload(intake).content
    row = follow_up_actions.add_consultation(alice, reload(intake), Consultation("police", result=WORDS))
    follow_up_actions.remove_consultation(alice, reload(intake), row.pk)

    html = Page(alice_client, url(intake)).html
    assert escape(WORDS) in html
    assert "Van ervoor." not in html
    assert "sinds het gesprek is vastgesteld" in html
    assert re.search('aria-current="true">\\s*Opvolging', html)
    assert url(intake) in Page(alice_client, reverse("steps", args=[intake.pk])).html
    assert "earlier_steps" not in review_actions.correct(alice, reload(intake)).content
    Page(alice_client, url(intake)).press("step", f"consultation {row.pk}/0")

    assert [each.result for each in reload(intake).follow_up.consultations] == [WORDS]


def test_once_closed_there_is_no_more_than_the_follow_up(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    removed = incident_actions.add_incident(alice, intake, ONLINE).pk
    incident_actions.remove_incident(alice, intake, removed)
    Page(alice_client, section(intake)).fill(running_note=WORDS).press("_go", "save")
    Page(alice_client, section(intake)).fill(running_note="").press("_go", "save")
    assert escape(WORDS) in Page(alice_client, url(intake)).html
    review_actions.submit(alice, reload(intake))

    html = Page(alice_client, url(intake)).html
    assert escape(WORDS) not in html
    assert ONLINE.what not in html
    for posted in ({"removed": str(removed)}, {"text": "running_note/0"}, {"changed": f"{removed}/x"}):
        assert alice_client.post(url(intake), posted).status_code == 409
    assert not reload(intake).incidents
    assert not reload(intake).content["running_note"]


@pytest.mark.parametrize("value", ["outcomes reassess/0", "outcomes reassess/-1", "decisions/3"])
def test_a_step_that_was_not_kept_is_not_put_back(
    alice_client: Client, alice: User, intake: Intake, value: str
) -> None:
    answer = alice_client.post(url(intake), {"step": value}, follow=True)

    assert "niets meer om terug te zetten" in answer.text
    assert not reload(intake).follow_up.outcomes


def answered_remark(alice: User, rachel: User, intake: Intake) -> UUID:
    """Return a remark whose answer was written, and overwritten with less."""
    review_actions.submit(alice, intake)
    remark = review_actions.add_remark(rachel, intake, "", "Sinds wanneer?")
    review_actions.return_intake(rachel, intake)
    base = review_actions.answer_fingerprint(remark)
    for answer in (WORDS, "Zie boven."):
        sent = {remark.pk: review_actions.AnswerSubmission(answer, base)}
        assert not review_actions.answer_remarks(alice, intake, sent)
        base = fingerprint(answer)
    return remark.pk


def test_an_answer_to_a_remark_that_was_overwritten_is_put_back(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    assert url(intake) not in Page(alice_client, reverse("review", args=[intake.pk])).html
    remark = answered_remark(alice, rachel, intake)
    assert url(intake) in Page(alice_client, reverse("review", args=[intake.pk])).html

    page = Page(alice_client, url(intake))
    assert "Hij stond &lt;weer&gt; bij school." in page.html
    assert "Antwoord op een opmerking" in page.html
    page.press("text", f"remark {remark}/0")

    assert intake.remarks.get().content["answer"] == WORDS
    again = Page(alice_client, url(intake))
    assert "Teruggezet." in again.html
    assert "Zie boven." in again.html


@pytest.mark.parametrize(
    "posted", ["remark x/0", f"remark {UUID(int=1)}/0", "remark {remark}/7", "remark {remark}/x"]
)
def test_an_answer_that_is_not_there_is_not_put_back(
    alice_client: Client, alice: User, rachel: User, intake: Intake, posted: str
) -> None:
    remark = answered_remark(alice, rachel, intake)

    response = Page(alice_client, url(intake)).press("text", posted.replace("{remark}", str(remark)))

    assert response.status_code in (302, 404)
    assert intake.remarks.get().content["answer"] == "Zie boven."


def test_an_answer_is_not_put_back_once_it_waits_for_its_reviewer(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    remark = answered_remark(alice, rachel, intake)
    page = Page(alice_client, url(intake))
    review_actions.submit(alice, intake)

    page.press("text", f"remark {remark}/0")

    assert intake.remarks.get().content["answer"] == "Zie boven."
