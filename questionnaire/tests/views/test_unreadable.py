"""What is stored and cannot be read any more closes no list and no page without a word, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.follow_up import Outcome
from questionnaire.domain.incidents import count_incidents
from questionnaire.domain.workflow import State
from questionnaire.models import HeldPost, Incident, Intake, Step, User
from questionnaire.queries.documents import document_for
from questionnaire.tests.factories import PDF, record_outcomes, reload, submission_of
from questionnaire.tests.pages import Page
from questionnaire.tests.urls import addresses

pytestmark = pytest.mark.django_db

UNREADABLE = "Iets in deze casus is niet te lezen"
INCOMPLETE = "Iets dat in deze casus was opgeslagen, is niet meer te lezen."
PAGE = "Dit is niet meer te lezen"
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("urgency", [2, 3])
@pytest.mark.parametrize("name", ["today", "cases"])
def test_an_invalid_step_closes_no_list_and_is_told(
    alice_client: Client, alice: User, intake: Intake, name: str, urgency: int
) -> None:
    record_outcomes(alice, intake, Outcome("victim_support", "planned", on=intake.on))
    Step(intake=intake, kind="outcome", content={"what": "zq", "state": "planned"}).save(force_insert=True)
    Intake.objects.update(next_due=intake.on, urgency=urgency)

    html = alice_client.get(reverse(name)).content.decode()

    assert intake.case.reference in html
    assert UNREADABLE in html


def test_a_step_that_cannot_be_decrypted_closes_no_list(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(alice, intake, Outcome("victim_support", "planned", on=intake.on))
    Intake.objects.update(next_due=intake.on)
    Step.objects.update(uuid=NOWHERE)

    html = alice_client.get(reverse("today")).content.decode()

    assert UNREADABLE in html


def test_without_one_nothing_is_told(alice_client: Client, alice: User, intake: Intake) -> None:
    record_outcomes(alice, intake, Outcome("victim_support", "planned", on=intake.on))
    Intake.objects.update(next_due=intake.on)

    assert UNREADABLE not in alice_client.get(reverse("today")).content.decode()


def test_a_case_whose_reassessment_is_done_and_that_has_nothing_planned_waits_today(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(alice, intake, Outcome("reassess", "done", on=timezone.localdate()))

    html = alice_client.get(reverse("today")).content.decode()

    assert reload(intake).next_due == timezone.localdate()
    assert "Geen nieuwe datum sinds de herbeoordeling" in html
    assert intake.case.reference in html


# --- Whatever of a conversation cannot be read --------------------------------------------------------------


def _break_step(intake: Intake) -> None:
    Step(intake=intake, kind="outcome", content={"what": "zq", "state": "planned"}).save(force_insert=True)


def _break_token_of_step(intake: Intake) -> None:
    step = Step(intake=intake, kind="consultation", content={"party": "police"})
    step.save(force_insert=True)
    Step.objects.filter(pk=step.pk).update(uuid=NOWHERE)


def _break_incident(intake: Intake) -> None:
    Incident(case=intake.case, content={"place": "zq"}).save(force_insert=True)


def _break_token_of_incident(intake: Intake) -> None:
    incident = Incident(case=intake.case, content={"what": "Hij stond er weer."})
    incident.save(force_insert=True)
    Incident.objects.filter(pk=incident.pk).update(uuid=NOWHERE)


def _break_answers(intake: Intake) -> None:
    stored = reload(intake)
    stored.content["answers"]["fear_level"] = "zq"
    stored.save()


def _break_token_of_answers(intake: Intake) -> None:
    token = connection.cursor().execute("SELECT content FROM questionnaire_intake").fetchone()[0]
    changed = bytes(token)[:-1] + bytes([bytes(token)[-1] ^ 1])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE questionnaire_intake SET content = %s", [changed])


ROWS = (_break_step, _break_token_of_step, _break_incident, _break_token_of_incident)
ANSWERS = (_break_answers, _break_token_of_answers)
Break = Callable[[Intake], None]


@pytest.fixture
def answered_intake(alice: User, intake: Intake) -> Intake:
    """Return an intake with some answers."""
    answers = submission_of(intake, fear_own_words="Ik slaap niet meer.", fear_level=9)
    return intake_actions.save_section(alice, intake, "fear", answers).intake


@pytest.fixture
def lenient(alice: User) -> Client:
    """Return a client in which alice is signed in, and that gets the page of an error as a browser does."""
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


@pytest.mark.parametrize("broken", ROWS)
def test_every_page_of_the_case_is_shown_without_a_row_that_cannot_be_read(
    lenient: Client, alice: User, answered_intake: Intake, broken: Break
) -> None:
    record_outcomes(alice, answered_intake, Outcome("victim_support", "planned", on=answered_intake.on))
    pages = [url for name, url in addresses(answered_intake) if name not in ("pdf", "metrics")]
    before = [lenient.get(url).status_code for url in pages]
    broken(answered_intake)

    after = [lenient.get(url).status_code for url in pages]

    assert dict(zip(pages, after, strict=True)) == dict(zip(pages, before, strict=True))
    assert 500 not in after


@pytest.mark.parametrize("broken", ROWS)
def test_summary_case_and_paper_say_that_they_are_not_complete(
    lenient: Client, answered_intake: Intake, broken: Break
) -> None:
    assert INCOMPLETE not in lenient.get(reverse("summary", args=[answered_intake.pk])).content.decode()
    assert INCOMPLETE not in lenient.get(reverse("case", args=[answered_intake.pk])).content.decode()
    broken(answered_intake)

    for name in ("summary", "case"):
        assert INCOMPLETE in lenient.get(reverse(name, args=[answered_intake.pk])).content.decode()
    code = next(edition.code for edition in EDITIONS.values() if edition.is_plain_text)
    plain = lenient.get(reverse("edition", args=[answered_intake.pk, code])).content.decode()
    assert INCOMPLETE in plain
    document = document_for(reload(answered_intake), "nl", paper=True)
    assert INCOMPLETE in as_html(document)
    assert INCOMPLETE in " ".join(as_text(document).split())


@pytest.mark.parametrize("broken", [_break_incident, _break_token_of_incident])
def test_an_incident_that_cannot_be_read_stands_in_the_log_and_counts(
    lenient: Client, answered_intake: Intake, broken: Break
) -> None:
    broken(answered_intake)

    log = lenient.get(reverse("incidents", args=[answered_intake.pk])).content.decode()

    assert "Dit voorval is niet meer te lezen." in log
    assert count_incidents(reload(answered_intake).incident_log) == 1
    assert "Dit voorval is niet meer te lezen." in as_text(document_for(reload(answered_intake), "nl"))


@pytest.mark.parametrize("broken", ROWS)
def test_answers_are_saved_beside_it_and_the_level_does_not_fall(
    lenient: Client, answered_intake: Intake, broken: Break
) -> None:
    Intake.objects.update(urgency=4, police_urgency=4, danger_signs=9)
    broken(answered_intake)
    page = Page(lenient, reverse("section", args=[answered_intake.pk, "fear"]))

    response = page.fill(fear_own_words="Ik durf niet naar huis.").press("_go", "next")

    stored = reload(answered_intake)
    assert response.status_code == 302
    assert stored.answers.text("fear_own_words") == "Ik durf niet naar huis."
    if broken in (_break_incident, _break_token_of_incident):
        assert (stored.urgency, stored.police_urgency, stored.danger_signs) == (4, 4, 9)


@pytest.mark.parametrize("broken", ROWS)
def test_nobody_signs_off_what_nobody_can_have_read(
    alice: User, rachel: User, answered_intake: Intake, broken: Break
) -> None:
    review_actions.submit(alice, answered_intake)
    broken(answered_intake)
    client = Client(raise_request_exception=False)
    client.force_login(rachel)
    page = Page(client, reverse("review", args=[answered_intake.pk]))
    posted = {**dict(page.posted.lists()), "text": "Goed gedaan."}

    response = client.post(reverse("sign_off", args=[answered_intake.pk]), posted)

    assert response.status_code == 409
    assert "Dit gesprek kan niet worden vastgesteld" in response.content.decode()
    assert reload(answered_intake).state == State.SUBMITTED
    assert "Goed gedaan." in str(HeldPost.objects.get().content)


@pytest.mark.parametrize("broken", ANSWERS)
def test_pages_say_that_the_answers_cannot_be_read(
    lenient: Client, answered_intake: Intake, broken: Break
) -> None:
    Intake.objects.update(next_due=answered_intake.on, urgency=4)
    broken(answered_intake)

    for name in ("today", "cases"):
        response = lenient.get(reverse(name))
        assert response.status_code == 200
        assert answered_intake.case.reference in response.content.decode()
        # Today reads no answers.
        assert (UNREADABLE in response.content.decode()) == (name == "cases")
    case = lenient.get(reverse("case", args=[answered_intake.pk]))
    assert case.status_code == 200
    assert "De antwoorden van dit gesprek zijn niet meer te lezen." in case.content.decode()
    assert INCOMPLETE in case.content.decode()
    for name, url in addresses(answered_intake):
        response = lenient.get(url)
        if response.status_code == 500:
            assert PAGE in response.content.decode(), name


@pytest.mark.parametrize("broken", ANSWERS)
def test_what_is_posted_then_is_kept(lenient: Client, answered_intake: Intake, broken: Break) -> None:
    page = Page(lenient, reverse("section", args=[answered_intake.pk, "fear"]))
    broken(answered_intake)

    response = page.fill(fear_own_words="Ik durf niet naar huis.").press("_go", "next")

    assert response.status_code == 500
    assert PAGE in response.content.decode()
    assert "Voor u bewaard" in response.content.decode()
    assert "Ik durf niet naar huis." in str(HeldPost.objects.get().content)


def test_a_conversation_whose_answers_cannot_be_read_does_not_close_the_next(
    lenient: Client, alice: User, rachel: User, answered_intake: Intake
) -> None:
    review_actions.sign_off(rachel, review_actions.submit(alice, answered_intake), PDF, {"nl": []})
    later = review_actions.reassess(alice, reload(answered_intake), answered_intake.on)
    _break_answers(answered_intake)

    for name in ("summary", "answers", "case", "steps", "intake"):
        assert lenient.get(reverse(name, args=[later.pk])).status_code in (200, 302), name
    assert INCOMPLETE in lenient.get(reverse("summary", args=[later.pk])).content.decode()
