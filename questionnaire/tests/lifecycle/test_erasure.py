"""Erasing: the intake and its key are gone from the database's files, and an event stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.domain.incidents import Incident as Told
from questionnaire.encryption import keyring
from questionnaire.lifecycle import erasure, retention
from questionnaire.models import Document, Event, HeldPost, Incident, Intake, Team, User

CANARY = "kanarie-8821"


def held_post(user: User, path: str) -> HeldPost:
    post = HeldPost(user=user, mac=uuid4().hex * 2, content={"path": path, "controls": {"note": [CANARY]}})
    post.make_key()
    post.save(force_insert=True)
    return post


def filled(user: User, team: Team, reference: str) -> Intake:
    """An intake of which every part is stored: text, an incident, a PDF, and a post that waits."""
    intake = intake_actions.start_intake(user, team, reference, date(2026, 3, 23), "nl")
    intake_actions.add_incident(user, intake, Told("2026-03-20", "home", what=CANARY))
    intake_actions.store_document(user, intake, "full", "nl", b"%PDF-1.7 " + CANARY.encode())
    held_post(user, f"/intakes/{intake.uuid}/fear/")
    return Intake.objects.get(pk=intake.pk)


def erase(intake: Intake, *arguments: str) -> str:
    out = StringIO()
    call_command("erase", str(intake.pk), "--by", "alice", "--reason", "asked", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_everything_of_it_goes_and_an_event_stays(alice: User, team: Team) -> None:
    intake, other = filled(alice, team, CANARY), filled(alice, team, "other")

    erasure.erase(alice, intake.uuid, "asked")

    assert list(Intake.objects.all()) == [other]
    assert {row.intake_id for model in (Incident, Document) for row in model.objects.all()} == {other.pk}
    assert HeldPost.objects.get().content["path"] == f"/intakes/{other.uuid}/fear/"
    told = Event.objects.latest("seq")
    assert (told.code, told.intake, told.actor, told.reason) == (
        Code.INTAKE_ERASED,
        intake.uuid,
        alice,
        "asked",
    )
    assert audit_log.first_broken() is None


@pytest.mark.django_db
def test_a_post_that_does_not_open_is_left(alice: User, intake: Intake) -> None:
    post = held_post(alice, f"/intakes/{intake.uuid}/fear/")
    HeldPost.objects.filter(pk=post.pk).update(wrapped_key=b"x" * 60)

    erasure.erase(alice, intake.uuid, "asked")

    assert HeldPost.objects.get() == post


@pytest.fixture
def traces(alice: User, team: Team) -> tuple[Intake, list[bytes]]:
    """A filled intake, and what the files of the database hold of it as long as it is there."""
    intake = filled(alice, team, CANARY)
    incident, document = intake.incidents.get(), intake.documents.get()
    tokens = [
        intake.__dict__["content"].token,
        incident.__dict__["content"].token,
        document.__dict__["pdf"].token,
    ]
    return intake, [CANARY.encode(), bytes(intake.wrapped_key), *(token[:48] for token in tokens)]


def files() -> Iterator[bytes]:
    path = Path(connection.settings_dict["NAME"])
    return (each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_is_left_in_the_database_and_its_log(traces: tuple[Intake, list[bytes]]) -> None:
    intake, all_traces = traces
    if connection.vendor == "sqlite":
        assert all(any(trace in file for file in files()) for trace in all_traces)

    printed = erase(intake, "--yes")

    if connection.vendor == "sqlite":
        assert [trace for trace in all_traces for file in files() if trace in file] == []
    else:
        assert "PostgreSQL" in printed
    assert not Intake.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_reader_in_the_way_is_told(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        return  # nobody stands in the way of VACUUM
    monkeypatch.setattr(erasure, "_WAIT_SECONDS", 0.3)
    reader = sqlite3.connect(connection.settings_dict["NAME"])
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM questionnaire_intake").fetchone()

    printed = erase(intake, "--yes")
    reader.close()

    assert "manage.py retention" in printed
    assert erasure.scrub()


@pytest.mark.usefixtures("alice")
def test_without_yes_nothing_is_erased(intake: Intake) -> None:
    assert str(intake.uuid) in erase(intake)
    assert Intake.objects.get() == intake
    assert Event.objects.latest("seq").code == Code.INTAKE_STARTED


def test_what_is_held_stays(alice: User, intake: Intake) -> None:
    retention.hold(alice, intake, "court")

    with pytest.raises(CommandError):
        erase(intake, "--yes")

    assert Intake.objects.exists()


@pytest.mark.parametrize(("number", "name"), [("known", "nobody"), ("unknown", "alice")])
def test_what_is_not_there_is_refused(intake: Intake, number: str, name: str) -> None:
    uuid = intake.uuid if number == "known" else uuid4()

    with pytest.raises(CommandError):
        call_command("erase", str(uuid), "--by", name, "--reason", "x", "--yes")

    assert Intake.objects.exists()


def test_an_erased_key_opens_from_no_copy_of_the_rows(alice: User, team: Team, settings: Any) -> None:
    """The tokens alone, as a disk might keep them, are worth nothing without the wrapped key."""
    intake = filled(alice, team, CANARY)
    token = intake.__dict__["content"].token
    erasure.erase(alice, intake.uuid, "asked")

    place = keyring.binding("questionnaire_intake", "content", str(intake.uuid))
    for key in keyring.ring().keys.values():
        with pytest.raises(keyring.SealError):
            keyring.unseal(key, token, place)
