"""The upgrade to one log a case: once, also after an interruption, and back again."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit import log as audit_log
from questionnaire.checks import upgrade_problems
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.lifecycle import case_logs
from questionnaire.models import SIGNED_LOG, Incident, Intake, User
from questionnaire.tests.factories import event_codes, reload

FIRST = DomainIncident("2026-03-20", "home", what="Hij stond weer bij de school.")
SECOND = DomainIncident("2026-03-30", "online", what="Twaalf berichten op één avond.")


@pytest.fixture
def signed(alice: User, rachel: User, intake: Intake) -> Intake:
    """Return an assessment that was signed off with one incident."""
    incident_actions.add_incident(alice, intake, FIRST)
    submitted = review_actions.submit(alice, intake)
    review_actions.sign_off(rachel, submitted, b"%PDF-1.7", {})
    return reload(intake)


@pytest.fixture
def later(alice: User, signed: Intake) -> Intake:
    """Return the next assessment, in which another incident was added."""
    new = review_actions.reassess(alice, signed, date(2026, 4, 1))
    incident_actions.add_incident(alice, new, SECOND)
    return new


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("upgrade_cases", *arguments, stdout=out)
    return out.getvalue()


def own_logs() -> dict[object, list[str]]:
    """Return what each intake has for itself, as before cases had a log."""
    logs: dict[object, list[str]] = {}
    for row in Incident.objects.select_related("intake", "case"):
        logs.setdefault(row.intake_id, []).append(row.content["what"])
    return logs


def test_back_again_every_intake_has_the_log_that_it_showed(signed: Intake, later: Intake) -> None:
    case_logs.undo()

    assert own_logs() == {signed.pk: [FIRST.what], later.pk: [FIRST.what, SECOND.what]}
    assert SIGNED_LOG not in reload(signed).content
    assert "source" not in Incident.objects.first().content  # type: ignore[union-attr]
    assert event_codes()[-1] == "logs.scattered"
    assert upgrade_problems() == [
        "De casussen zijn nog niet bijgewerkt. Voer uit: python manage.py upgrade_cases"
    ]


def test_the_upgrade_gathers_the_logs_and_what_was_signed_off_keeps_its_own(
    signed: Intake, later: Intake
) -> None:
    case_logs.undo()
    next(row for row in Incident.objects.filter(intake=later) if row.content["what"] == FIRST.what).delete()

    assert case_logs.gather() == 1

    assert reload(signed).incident_log == (FIRST,)
    assert reload(later).incident_log == (FIRST, SECOND)
    assert not Incident.objects.exclude(intake=None).exists()
    assert reload(later).rules_version == 0  # `update_levels` computes its level with the longer log
    assert upgrade_problems() == []
    assert audit_log.verify().first_broken is None


def test_of_a_correction_the_copy_counts_and_not_the_original_too(alice: User, signed: Intake) -> None:
    correction = review_actions.correct(alice, signed)
    row = correction.incidents.get()
    changed = DomainIncident("2026-03-21", "home", what=FIRST.what)
    base = incident_actions.incident_fingerprint(row)
    incident_actions.change_incident(alice, correction, row.uuid, changed, base)
    case_logs.undo()

    case_logs.gather()

    assert reload(signed).incident_log == (FIRST,)
    assert reload(correction).incident_log == (changed,)


@pytest.mark.usefixtures("later")
def test_it_runs_once() -> None:
    case_logs.undo()
    run()
    count = len(event_codes())

    run()

    assert len(event_codes()) == count


def test_an_incident_that_someone_gives_to_an_intake_later_is_not_taken(signed: Intake) -> None:
    """Whoever writes the database could put back what was erased, from an older copy of it."""
    run()
    Incident.objects.update(intake=signed)

    with pytest.raises(CommandError, match=str(signed.case_id)):
        run()


def test_an_interrupted_upgrade_is_finished_by_the_next(
    signed: Intake, later: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_logs.undo()
    with monkeypatch.context() as patch:
        patch.setattr(case_logs, "mark_gathered", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            case_logs.gather()

    assert case_logs.gather() == 0

    assert event_codes()[-1] == "logs.gathered"
    assert reload(later).incident_log == (FIRST, FIRST, SECOND)
    assert reload(signed).incident_log == (FIRST,)
