"""The actions, and the one event that each writes."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import VERSION
from questionnaire.domain.fingerprints import item_fingerprint
from questionnaire.domain.incidents import Incident as Told
from questionnaire.domain.merge import Submission
from questionnaire.domain.workflow import State
from questionnaire.models import Document, Event, Incident, Intake, Team, User

TOLD = Told("2026-03-20", "home", what="stond voor de deur")


def codes() -> list[str]:
    return [event.code for event in Event.objects.all()]


def answering(intake: Intake, **answers: Any) -> Submission:
    base = {item_id: item_fingerprint(intake.content, item_id) for item_id in answers}
    return Submission(base, dict.fromkeys(answers, "as posted"), answers=answers)


def test_starting_an_intake(alice: User, team: Team) -> None:
    intake = intake_actions.start_intake(alice, team, "2026-117 b", date(2026, 3, 23), "en")

    stored = Intake.objects.get(pk=intake.pk)
    assert (stored.team, stored.author, stored.state) == (team, alice, State.CONCEPT)
    assert (stored.reference, stored.reference_key) == ("2026-117 b", "2026117b")
    assert (stored.on, stored.language) == (date(2026, 3, 23), "en")
    assert (stored.catalogue_version, stored.revision) == (VERSION, 0)
    assert len(stored.answers) == 0
    assert codes() == [Code.INTAKE_STARTED]


def test_an_intake_that_says_nothing_is_still_followed(intake: Intake) -> None:
    assert intake.urgency == Urgency.FOLLOW
    assert intake.police_urgency >= Urgency.FOLLOW
    assert intake.danger_signs == 0
    assert intake.reassess_on == intake.on + timedelta(days=14)


def test_nobody_starts_an_intake_in_another_team(charlie: User, team: Team, other_team: Team) -> None:
    with pytest.raises(PermissionDenied):
        intake_actions.start_intake(charlie, team, "x", date(2026, 3, 23), "nl")

    intake_actions.start_intake(charlie, other_team, "x", date(2026, 3, 23), "nl")


def test_an_intake_is_started_once_for_one_page(alice: User, team: Team) -> None:
    made_with = uuid4()

    first, second = (
        intake_actions.start_intake(alice, team, "x", date(2026, 3, 23), "nl", made_with)
        for _time in range(2)
    )

    assert first.pk == second.pk == made_with
    assert codes() == [Code.INTAKE_STARTED]


def test_a_page_sent_again_with_something_else_starts_another(alice: User, team: Team) -> None:
    made_with = uuid4()
    first = intake_actions.start_intake(alice, team, "x", date(2026, 3, 23), "nl", made_with)

    second = intake_actions.start_intake(alice, team, "y", date(2026, 3, 23), "nl", made_with)

    assert (first.pk, first.reference, second.reference) == (made_with, "x", "y")
    assert second.pk != made_with


def test_the_id_of_someone_else_is_not_taken_over(alice: User, bob: User, team: Team) -> None:
    theirs = intake_actions.start_intake(bob, team, "x", date(2026, 3, 23), "nl")

    mine = intake_actions.start_intake(alice, team, "x", date(2026, 3, 23), "nl", theirs.pk)

    assert mine.pk != theirs.pk
    assert (mine.author, Intake.objects.get(pk=theirs.pk).author) == (alice, bob)


def test_a_reviewer_starts_no_intake(rachel: User, team: Team) -> None:
    with pytest.raises(PermissionDenied):
        intake_actions.start_intake(rachel, team, "x", date(2026, 3, 23), "nl")


def test_saving_a_section(alice: User, intake: Intake) -> None:
    sent = answering(intake, fear_level=9, fear_own_words="doodsbang")

    result = intake_actions.save_section(alice, intake, "fear", sent)

    stored = Intake.objects.get(pk=intake.pk)
    assert stored.answers.to_json() == {"fear_level": 9, "fear_own_words": "doodsbang"}
    assert stored.revision == 1
    assert stored.changed_at > stored.started_at
    assert set(result.saved) == {"fear_level", "fear_own_words"}
    assert result.conflicts == ()
    assert result.intake.content == stored.content


def test_saving_writes_one_event_that_names_the_items(alice: User, intake: Intake) -> None:
    intake_actions.save_section(alice, intake, "fear", answering(intake, fear_level=0, fear_own_words="bang"))

    event = Event.objects.latest("seq")
    assert (event.code, event.actor, event.intake) == (Code.INTAKE_CHANGED, alice, intake.uuid)
    assert set(event.items) == {"fear_level", "fear_own_words"}
    assert event.reason == ""


def test_saving_the_same_again_writes_nothing(alice: User, intake: Intake) -> None:
    sent = answering(intake, fear_level=9)
    intake_actions.save_section(alice, intake, "fear", sent)
    before = Intake.objects.values_list("revision", "changed_at").get()

    result = intake_actions.save_section(alice, intake, "fear", sent)

    assert result.saved == ()
    assert Intake.objects.values_list("revision", "changed_at").get() == before
    assert codes() == [Code.INTAKE_STARTED, Code.INTAKE_CHANGED]


def test_a_page_of_one_section_writes_no_other(alice: User, intake: Intake) -> None:
    result = intake_actions.save_section(alice, intake, "safety_now", answering(intake, fear_level=9))

    assert result.saved == ()
    assert codes() == [Code.INTAKE_STARTED]


def test_two_people_on_one_answer_lose_nothing(alice: User, intake: Intake) -> None:
    first, second = answering(intake, fear_level=9), answering(intake, fear_level=2)
    intake_actions.save_section(alice, intake, "fear", first)

    result = intake_actions.save_section(alice, intake, "fear", second)

    assert result.conflicts == ("fear_level",)
    assert result.intake.answers["fear_level"] == 9
    assert result.intake.content["drafts"] == {"fear_level": ["as posted"]}
    assert codes() == [Code.INTAKE_STARTED, Code.INTAKE_CHANGED, Code.INTAKE_CHANGED]


def test_the_columns_of_the_list_follow_the_answers(alice: User, intake: Intake) -> None:
    result = intake_actions.save_section(alice, intake, "safety_now", answering(intake, danger_now="now"))

    stored = Intake.objects.get(pk=intake.pk)
    assert stored.urgency == Urgency.NOW
    assert stored.police_urgency == Urgency.NOW
    assert stored.danger_signs == 1
    assert stored.reassess_on == intake.on + timedelta(days=3)
    assert result.intake.urgency == stored.urgency


def test_an_incident_is_added_once_for_one_page(alice: User, intake: Intake) -> None:
    made_with = uuid4()

    first = intake_actions.add_incident(alice, intake, TOLD, made_with)
    second = intake_actions.add_incident(alice, intake, TOLD, made_with)

    assert first.pk == second.pk == made_with
    assert [incident.told for incident in intake.incidents.all()] == [TOLD]
    assert codes() == [Code.INTAKE_STARTED, Code.INCIDENT_ADDED]


def test_an_incident_sent_again_with_something_else_is_another(alice: User, intake: Intake) -> None:
    made_with = uuid4()
    other = Told("2026-03-21", "online")

    intake_actions.add_incident(alice, intake, TOLD, made_with)
    intake_actions.add_incident(alice, intake, other, made_with)

    assert [incident.told for incident in intake.incidents.all()] == [TOLD, other]


def test_two_incidents_can_be_alike(alice: User, intake: Intake) -> None:
    intake_actions.add_incident(alice, intake, TOLD)
    intake_actions.add_incident(alice, intake, TOLD)

    assert intake.incidents.count() == 2
    assert Intake.objects.get(pk=intake.pk).revision == 2


def test_an_id_that_another_intake_uses_is_not_taken_over(alice: User, team: Team, intake: Intake) -> None:
    theirs = intake_actions.add_incident(
        alice, intake_actions.start_intake(alice, team, "x", date(2026, 3, 23), "nl"), TOLD
    )

    mine = intake_actions.add_incident(alice, intake, Told("2026-03-21", "online"), theirs.uuid)

    assert mine.pk != theirs.pk
    assert Incident.objects.get(pk=theirs.pk).told == TOLD


def test_changing_an_incident(alice: User, intake: Intake) -> None:
    incident = intake_actions.add_incident(alice, intake, TOLD)
    changed = Told("2026-03-21", "online", reported=True)

    done = intake_actions.change_incident(
        alice, intake, incident.uuid, changed, intake_actions.incident_digest(incident)
    )

    assert done
    assert Incident.objects.get(pk=incident.pk).told == changed
    assert codes()[-1] == Code.INCIDENT_CHANGED


def test_an_incident_that_changed_meanwhile_is_left(alice: User, intake: Intake) -> None:
    incident = intake_actions.add_incident(alice, intake, TOLD)
    base = intake_actions.incident_digest(incident)
    intake_actions.change_incident(alice, intake, incident.uuid, Told("2026-03-21", "home"), base)

    done = intake_actions.change_incident(alice, intake, incident.uuid, Told("2026-03-22", "home"), base)

    assert not done
    assert Incident.objects.get(pk=incident.pk).told.date == "2026-03-21"
    assert len(codes()) == 3


def test_an_incident_sent_as_it_is_writes_nothing(alice: User, intake: Intake) -> None:
    incident = intake_actions.add_incident(alice, intake, TOLD)

    assert intake_actions.change_incident(alice, intake, incident.uuid, TOLD, "")

    assert codes() == [Code.INTAKE_STARTED, Code.INCIDENT_ADDED]


def test_an_incident_of_another_intake_is_not_changed(alice: User, team: Team, intake: Intake) -> None:
    other = intake_actions.start_intake(alice, team, "x", date(2026, 3, 23), "nl")
    incident = intake_actions.add_incident(alice, other, TOLD)

    with pytest.raises(Incident.DoesNotExist):
        intake_actions.change_incident(
            alice, intake, incident.uuid, Told("2026-03-21", "home"), intake_actions.incident_digest(incident)
        )
    intake_actions.remove_incident(alice, intake, incident.uuid)

    assert Incident.objects.get(pk=incident.pk).told == TOLD


def test_an_incident_is_removed_once(alice: User, intake: Intake) -> None:
    incident = intake_actions.add_incident(alice, intake, TOLD)

    intake_actions.remove_incident(alice, intake, incident.uuid)
    intake_actions.remove_incident(alice, intake, incident.uuid)

    assert not Incident.objects.exists()
    assert codes() == [Code.INTAKE_STARTED, Code.INCIDENT_ADDED, Code.INCIDENT_REMOVED]


def test_reading_writes_one_event(rachel: User, intake: Intake) -> None:
    intake_actions.record_read(rachel, intake, Code.SUMMARY_READ)
    intake_actions.record_read(rachel, None, Code.LIST_READ)

    read, listed = Event.objects.order_by("seq")[1:]
    assert (read.code, read.actor, read.intake) == (Code.SUMMARY_READ, rachel, intake.uuid)
    assert (listed.code, listed.intake) == (Code.LIST_READ, None)


def test_the_same_pdf_is_kept_once_and_each_time_told(alice: User, intake: Intake) -> None:
    first = intake_actions.store_document(alice, intake, "full", "nl", b"%PDF one")
    second = intake_actions.store_document(alice, intake, "full", "nl", b"%PDF one")

    assert first == second
    stored = Document.objects.get()
    assert (stored.edition, stored.language, stored.revision) == ("full", "nl", 0)
    assert stored.sha256 == hashlib.sha256(b"%PDF one").hexdigest()
    assert codes() == [Code.INTAKE_STARTED, Code.DOCUMENT_MADE, Code.DOCUMENT_MADE]


def test_another_pdf_is_another_document(alice: User, intake: Intake) -> None:
    intake_actions.store_document(alice, intake, "full", "nl", b"%PDF one")
    intake_actions.store_document(alice, intake, "full", "en", b"%PDF two")

    assert {document.pdf for document in Document.objects.all()} == {b"%PDF one", b"%PDF two"}


WRITES: list[Callable[[User, Intake], object]] = [
    lambda user, intake: intake_actions.save_section(user, intake, "fear", answering(intake, fear_level=9)),
    lambda user, intake: intake_actions.add_incident(user, intake, TOLD),
    lambda user, intake: intake_actions.store_document(user, intake, "full", "nl", b"%PDF"),
    lambda user, intake: intake_actions.start_intake(user, intake.team, "x", date(2026, 3, 23), "nl"),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_change_whose_event_fails_is_not_stored(
    alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch, write: Callable[[User, Intake], object]
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(audit_log, "_mac", fail)
    with pytest.raises(OSError, match="disk full"):
        write(alice, intake)

    assert Intake.objects.get().content["answers"] == {}
    assert not Incident.objects.exists()
    assert not Document.objects.exists()
    assert codes() == [Code.INTAKE_STARTED]


@pytest.mark.django_db(transaction=True)
def test_an_event_stands_in_the_transaction_of_its_action() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit_log.record(None, Code.LIST_READ)
