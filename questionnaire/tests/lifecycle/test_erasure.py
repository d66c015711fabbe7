"""Erasing an intake removes it and its key from the files of the database, and leaves an event."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from io import StringIO
from itertools import permutations
from typing import Any, Final
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import documents as document_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.access import can_read
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import StepSubmission, record_steps, step_fingerprint
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.encryption import keyring
from questionnaire.lifecycle import erasure, retention, scrubbing
from questionnaire.lifecycle.case_rights import wrong_cases
from questionnaire.models import (
    Access,
    Case,
    Document,
    Event,
    HeldPost,
    Incident,
    Intake,
    Proposal,
    SafetyPlan,
    SafetyPlanVersion,
    TamperedCaseError,
    Team,
    User,
    tampered_cases,
)
from questionnaire.models import CaseHolders as StoredHolders
from questionnaire.queries.case_holders import holders_of
from questionnaire.queries.cases import assessments
from questionnaire.tests.factories import PDF, agreed, reload, start_in, write_plan
from questionnaire.tests.own_process import database_files

CANARY = "kanarie-8821"


def pending_post(user: User, path: str) -> HeldPost:
    post = HeldPost(user=user, mac=uuid4().hex * 2, content={"path": path, "controls": {"note": [CANARY]}})
    post.make_key()
    post.save(force_insert=True)
    return post


def filled(user: User, team: Team, reference: str) -> Intake:
    """Return an intake with every kind of row: text, incident, PDF, safety plan, and a pending post."""
    intake = intake_actions.start_intake(user, team, reference, date(2026, 3, 23), "nl")
    incident_actions.add_incident(user, intake, DomainIncident("2026-03-20", "home", what=CANARY))
    document_actions.store_document(user, intake, "full", "nl", b"%PDF-1.7 " + CANARY.encode())
    write_plan(user, intake, home=CANARY)
    pending_post(user, f"/intakes/{intake.uuid}/fear/")
    return Intake.objects.get(pk=intake.pk)


def erase(intake: Intake, *arguments: str) -> str:
    out = StringIO()
    if "--yes" in arguments:
        agreed(intake, Proposal.Kind.ERASE)
    call_command("erase", str(intake.pk), "--by", "alice", "--reason", "asked", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_erasing_removes_all_rows_of_one_intake_and_records_an_event(alice: User, team: Team) -> None:
    intake, other = filled(alice, team, CANARY), filled(alice, team, "other")

    erasure.erase(alice, intake.uuid, "asked")

    assert list(Intake.objects.all()) == [other]
    assert list(Case.objects.all()) == [other.case]
    assert [row.case for row in Incident.objects.all()] == [other.case]
    assert [row.intake for row in Document.objects.all()] == [other]
    assert HeldPost.objects.get().content["path"] == f"/intakes/{other.uuid}/fear/"
    event = Event.objects.latest("seq")
    assert (event.code, event.intake, event.actor, event.reason) == (
        EventCode.INTAKE_ERASED,
        intake.uuid,
        alice,
        "asked",
    )
    assert (event.case, event.items) == (intake.case_id, [str(intake.case_id)])
    assert audit_log.verify().first_broken is None


@pytest.mark.django_db
def test_who_holds_a_case_is_erased_with_its_last_intake(alice: User, intake: Intake) -> None:
    second = start_in(intake.case, alice)
    sent = {HOLDERS: StepSubmission(CaseHolders(Holder(CANARY)), step_fingerprint(None))}
    record_steps(alice, intake, sent)

    erasure.erase(alice, intake.uuid, "asked")

    assert holders_of(reload(second).case) == CaseHolders(Holder(CANARY))

    erasure.erase(alice, second.uuid, "asked")

    assert not StoredHolders.objects.exists()
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_the_safety_plan_goes_with_the_last_intake_of_its_case(alice: User, team: Team) -> None:
    intake, other = filled(alice, team, CANARY), filled(alice, team, "other")
    second = start_in(intake.case, alice)
    erasure.erase(alice, intake.uuid, "asked")
    assert SafetyPlan.objects.filter(case=intake.case_id).exists()

    erasure.erase(alice, second.uuid, "asked")
    assert SafetyPlan.objects.get().case_id == other.case_id
    assert SafetyPlanVersion.objects.get().safety_plan.case_id == other.case_id


@pytest.mark.django_db
def test_a_case_stays_with_its_rights_until_its_last_intake_is_erased(
    alice: User, bob: User, intake: Intake
) -> None:
    second = start_in(intake.case, alice)
    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)

    erasure.erase(alice, intake.uuid, "asked")

    case = Case.objects.get()
    assert (case, list(case.intakes.all())) == (intake.case, [second])
    assert case.rights_event == Event.objects.latest("seq").seq
    assert not tampered_cases([case])
    assert can_read(bob, reload(second))
    assert reload(second).content == second.content

    erasure.erase(alice, second.uuid, "asked")

    assert not Case.objects.exists()
    assert not Access.objects.exists()
    assert audit_log.verify().first_broken is None


@pytest.mark.django_db
def test_nothing_is_erased_of_a_case_whose_rights_were_changed_outside_the_program(
    alice: User, bob: User, intake: Intake
) -> None:
    Intake.objects.update(author=bob)

    with pytest.raises(TamperedCaseError):
        erasure.erase(alice, intake.uuid, "asked")

    assert Intake.objects.exists()


@pytest.mark.django_db
def test_erasing_leaves_a_pending_post_that_cannot_be_decrypted(alice: User, intake: Intake) -> None:
    post = pending_post(alice, f"/intakes/{intake.uuid}/fear/")
    HeldPost.objects.filter(pk=post.pk).update(wrapped_key=b"x" * 60)

    erasure.erase(alice, intake.uuid, "asked")

    assert HeldPost.objects.get() == post


@pytest.fixture
def traces(alice: User, team: Team) -> tuple[Intake, list[bytes]]:
    """Return a filled intake, and byte strings of it that are in the files of the database."""
    intake = filled(alice, team, CANARY)
    incident, document = intake.incidents.get(), intake.documents.get()
    plan = intake.case.safety_plan
    tokens = [
        plan.versions.get().__dict__["content"].token,
        intake.__dict__["content"].token,
        incident.__dict__["content"].token,
        document.__dict__["pdf"].token,
    ]
    keys = [bytes(row.wrapped_key) for row in (intake, intake.case, plan)]
    return intake, [CANARY.encode(), *keys, *(token[:48] for token in tokens)]


@pytest.mark.django_db(transaction=True)
def test_no_trace_is_left_in_the_files_of_the_database(traces: tuple[Intake, list[bytes]]) -> None:
    intake, all_traces = traces
    if connection.vendor == "sqlite":
        assert all(any(trace in file for file in database_files()) for trace in all_traces)

    printed = erase(intake, "--yes")

    if connection.vendor == "sqlite":
        assert [trace for trace in all_traces for file in database_files() if trace in file] == []
    else:
        assert "PostgreSQL" in printed
    assert not Intake.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_prevents_scrubbing_is_reported(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a reader does not prevent VACUUM on PostgreSQL")
    monkeypatch.setattr(scrubbing, "_WAIT_SECONDS", 0.3)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")  # what waits is the loop of `scrub` alone
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM questionnaire_intake").fetchone()
        printed = erase(intake, "--yes")

    assert "manage.py retention" in printed
    assert scrubbing.scrub() is scrubbing.Scrubbed.DONE
    connection.close()  # so that the next test has the usual timeout


@pytest.mark.usefixtures("alice")
def test_the_command_without_yes_erases_nothing(intake: Intake) -> None:
    assert str(intake.uuid) in erase(intake)
    assert Intake.objects.get() == intake
    assert Event.objects.latest("seq").code == EventCode.INTAKE_STARTED


def test_an_intake_under_legal_hold_is_not_erased(alice: User, intake: Intake) -> None:
    retention.set_legal_hold(alice, intake.case, "court")

    with pytest.raises(CommandError):
        erase(intake, "--yes")

    assert Intake.objects.exists()


@pytest.mark.parametrize(("number", "name"), [("known", "nobody"), ("unknown", "alice")])
def test_the_command_refuses_an_unknown_intake_or_person(intake: Intake, number: str, name: str) -> None:
    uuid = intake.uuid if number == "known" else uuid4()

    with pytest.raises(CommandError):
        call_command("erase", str(uuid), "--by", name, "--reason", "x", "--yes")

    assert Intake.objects.exists()


def test_a_copy_of_the_content_cannot_be_decrypted_without_the_erased_key(
    alice: User, team: Team, settings: Any
) -> None:
    """A disk might keep the tokens; without the wrapped key they are worthless."""
    intake = filled(alice, team, CANARY)
    token = intake.__dict__["content"].token
    wrapped_key = bytes(intake.wrapped_key)
    place = keyring.binding("questionnaire_intake", "content", str(intake.uuid))
    place_of_key = keyring.binding("questionnaire_intake", "wrapped_key", *intake.key_binding())
    assert keyring.unseal(intake.data_key(), token, place)
    assert keyring.unseal(intake.case.data_key(), wrapped_key, place_of_key) == intake.data_key()

    erasure.erase(alice, intake.uuid, "asked")

    assert not Intake.objects.exists()
    for key in keyring.ring().keys.values():
        for lost, where in ((token, place), (wrapped_key, place_of_key)):
            with pytest.raises(keyring.SealError):
                keyring.unseal(key, lost, where)


#: The versions of two assessments of one case, by name: b follows a, and each number corrects the one before.
_VERSIONS: Final = ("a", "a1", "b", "b1", "b2", "c")


@pytest.fixture
def chain(alice: User, rachel: User, intake: Intake) -> dict[str, Intake]:
    """Return signed versions of three assessments of one case."""

    def signed(new: Intake) -> Intake:
        review_actions.submit(alice, reload(new))
        review_actions.sign_off(rachel, reload(new), PDF, {})
        return reload(new)

    made = {"a": signed(intake)}
    made["a1"] = signed(review_actions.correct(alice, made["a"]))
    made["b"] = signed(review_actions.reassess(alice, made["a1"], date(2026, 4, 1)))
    made["b1"] = signed(review_actions.correct(alice, made["b"]))
    made["b2"] = signed(review_actions.correct(alice, made["b1"]))
    made["c"] = signed(review_actions.reassess(alice, made["b2"], date(2026, 5, 1)))
    return made


@pytest.mark.untraced
def test_any_versions_can_be_erased_and_the_assessments_stay_apart(
    alice: User, chain: dict[str, Intake]
) -> None:
    orders = [order for number in (1, 2, 3) for order in permutations(_VERSIONS, number)]
    for order in orders:
        with transaction.atomic():
            for name in order:
                erasure.erase(alice, chain[name].pk, "asked for")
            left = [name for name in _VERSIONS if name not in order]
            assert not list(wrong_cases()), order
            found = assessments(alice, reload(chain[left[-1]]))
            assert len(found) == len({name[0] for name in left}), order
            transaction.set_rollback(True)


@pytest.mark.usefixtures("chain")
def test_a_case_with_corrections_and_reassessments_is_purged(team: Team) -> None:
    retention.set_retention(team, 30)
    Intake.objects.update(changed_at=timezone.now() - timedelta(days=31))

    for case in retention.expired_cases():
        retention.purge(case)

    assert not Intake.objects.exists()
    assert not Case.objects.exists()
