"""`manage.py verify_content` names what was changed behind the program, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from questionnaire import demo
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit import triggers
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.follow_up import Outcome
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.management.commands.demo import add
from questionnaire.models import STORED, Event, HeldPost, Incident, Intake, Step, Team, User
from questionnaire.tests.factories import PDF, record_outcomes, reload, submission_of, write_plan

pytestmark = pytest.mark.django_db
AT_HOME = DomainIncident("2026-03-20", "home", what="Stond voor de deur.")


def verify() -> str:
    """Return what the command names; "" when it names nothing."""
    out = StringIO()
    with suppress(SystemExit):
        call_command("verify_content", stdout=out)
        assert "Alle gesprekken zijn zoals ze zijn opgeslagen." in out.getvalue()
        return ""
    return out.getvalue()


@pytest.fixture
def filled(alice: User, intake: Intake) -> Intake:
    """Return an intake with answers, incidents, one of them changed, and a step."""
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=9))
    row = incident_actions.add_incident(alice, reload(intake), AT_HOME)
    incident_actions.add_incident(alice, reload(intake), DomainIncident("2026-03-21", "online"))
    base = incident_actions.incident_fingerprint(row)
    incident_actions.change_incident(
        alice, reload(intake), row.pk, DomainIncident("2026-03-19", "home", what="Stond er weer."), base
    )
    record_outcomes(alice, reload(intake), Outcome("consult_police", "done"))
    return reload(intake)


def test_nothing_is_named_of_conversations_as_the_program_stored_them(
    alice: User, rachel: User, team: Team, filled: Intake
) -> None:
    """With what every demonstration case has, a correction, a next assessment, and what was undone."""
    for name in demo.COMPLETE:
        add(alice, team, demo.intake(name), demo.follow_up(name))
    write_plan(alice, filled, home="Bij de buren.")
    row = reload(filled).incidents.all()[0]
    incident_actions.remove_incident(alice, reload(filled), row.pk)
    incident_actions.restore_incident(alice, reload(filled), row.pk)
    review_actions.submit(alice, reload(filled))
    review_actions.sign_off(rachel, reload(filled), PDF, {})
    correction = review_actions.correct(alice, reload(filled))
    incident_actions.add_incident(alice, correction, AT_HOME)
    review_actions.reassess(alice, reload(filled), date(2026, 4, 20))

    assert Intake.objects.filter(content__isnull=False).count() > 4
    assert verify() == ""


def _column(name: str, value: Any) -> Callable[[Intake], Any]:
    return lambda intake: Intake.objects.filter(pk=intake.pk).update(**{name: value})


def _earlier_incident(intake: Intake) -> None:
    row = Incident.objects.exclude(earlier=None).get()
    row.content = row.earlier[0]
    row.save(update_fields=["content"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_column("on", date(2026, 3, 1)), "on"),
        (_column("language", "en"), "language"),
        (_column("revision", 99), "revision"),
        (_column("urgency", 0), "urgency"),
        (_column("danger_signs", 7), "danger_signs"),
        (_column("next_due", date(2030, 1, 1)), "next_due"),
        (_column("open_steps", 3), "open_steps"),
        (lambda _intake: Incident.objects.filter(earlier=None).delete(), "rows"),
        (lambda _intake: Incident.objects.filter(earlier=None).update(removed_at=timezone.now()), "rows"),
        (lambda _intake: Step.objects.all().delete(), "rows"),
        (_earlier_incident, "rows"),
        (
            lambda intake: Incident(case=intake.case, content=AT_HOME.to_json()).save(force_insert=True),
            "rows",
        ),
    ],
)
def test_whatever_was_changed_is_named(filled: Intake, change: Callable[[Intake], Any], says: str) -> None:
    assert verify() == ""

    change(filled)

    named = verify()
    assert says in named
    assert str(filled.pk) in named
    assert "Stond" not in named


def test_an_earlier_state_that_was_put_back_whole_is_named(alice: User, filled: Intake) -> None:
    names = ["content", "revision", "urgency", "police_urgency", "danger_signs", "reassess_on"]
    before = Intake.objects.filter(pk=filled.pk).values_list(*names).get()
    intake_actions.save_section(alice, filled, "fear", submission_of(filled, fear_level=2))
    record_outcomes(alice, reload(filled), Outcome("consult_police", "planned"))
    assert verify() == ""
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} = %s" for name in names)
        cursor.execute(
            f"UPDATE questionnaire_intake SET {columns} WHERE uuid = %s",  # noqa: S608  (our own names)
            [before[0].token, *before[1:], filled.pk.hex if connection.vendor == "sqlite" else filled.pk],
        )

    assert "eerdere stand" in verify()


def test_a_state_of_before_states_were_kept_that_was_put_back_is_named(filled: Intake) -> None:
    filled.content.pop(STORED)
    filled.save(update_fields=["content"])

    assert "eerdere stand" in verify()


def test_an_intake_of_before_states_were_kept_is_not_named(filled: Intake) -> None:
    filled.content.pop(STORED)
    filled.save(update_fields=["content"])
    triggers.remove(connection)
    Event.objects.update(details=None)
    triggers.install(connection)

    assert verify() == ""


def test_a_save_by_a_server_of_the_version_before_is_not_named(alice: User, filled: Intake) -> None:
    intake_actions.save_section(alice, filled, "fear", submission_of(filled, fear_level=2))
    triggers.remove(connection)
    last = Event.objects.filter(code=EventCode.INTAKE_CHANGED).latest("seq")
    Event.objects.filter(pk=last.pk).update(details=None)
    triggers.install(connection)
    Intake.objects.filter(pk=filled.pk).update(revision=reload(filled).revision + 1)

    assert verify() == ""


@pytest.mark.parametrize("model", [Intake, Incident, Step])
def test_what_does_not_open_is_named(filled: Intake, model: Any) -> None:
    row = model.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET content = %s", [b"\x01" + bytes(60)])  # noqa: S608

    named = verify()

    assert f"{model.__name__.lower()} {row.pk}" in named
    assert "gaat niet open" in named


def test_a_case_or_a_kept_post_that_does_not_open_is_named(alice: User, filled: Intake) -> None:
    post = HeldPost(user=alice, mac="0" * 64, content={"path": "/", "controls": {}})
    post.make_key()
    post.save(force_insert=True)
    assert verify() == ""

    HeldPost.objects.update(wrapped_key=bytes(80), held_at=timezone.now() - timedelta(days=1))
    type(filled.case).objects.update(wrapped_key=bytes(80))

    named = verify()
    assert f"heldpost {post.pk}" in named
    assert f"case {filled.case_id}" in named


def test_levels_of_an_earlier_edition_of_the_rules_are_not_named(filled: Intake) -> None:
    Intake.objects.update(rules_version=1, urgency=0)

    assert verify() == ""
