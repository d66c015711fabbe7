"""Rights that were changed outside the program: refused, named, and accepted after someone looked."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.lifecycle.case_rights import WrongCase, wrong_cases
from questionnaire.models import Access, Case, Intake, TamperedCaseError, Team, User
from questionnaire.tests.factories import event_codes, reload, submission_of

Kind = Access.Kind


@pytest.fixture
def moved(intake: Intake, other_team: Team) -> Intake:
    """Return an intake that whoever writes the database moved to another team, with its case."""
    Case.objects.filter(pk=intake.case_id).update(team=other_team)
    Intake.objects.filter(pk=intake.pk).update(team=other_team)
    return reload(intake)


def test_a_case_as_the_program_wrote_it_is_not_named(alice: User, bob: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, bob, Kind.NAMED)

    assert list(wrong_cases()) == []


def test_a_case_that_was_moved_is_named(moved: Intake, other_team: Team) -> None:
    assert list(wrong_cases()) == [WrongCase(moved.case_id, other_team.pk, is_put_back=False)]


def test_a_moved_case_opens_for_nobody(
    client: Client, alice: User, charlie: User, moved: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    reviewer = charlie
    client.force_login(reviewer)
    Intake.objects.filter(pk=moved.pk).update(author=reviewer)

    response = client.get(f"/intakes/{moved.pk}/summary/")

    assert response.status_code == 403
    assert "buiten het programma om veranderd" in response.text
    assert str(moved.case_id) in caplog.text
    with pytest.raises(TamperedCaseError):
        intake_actions.save_section(reviewer, moved, "fear", submission_of(moved, fear_now="very_afraid"))


def test_the_list_leaves_out_a_case_that_was_moved_and_says_so(
    client: Client, charlie: User, moved: Intake, other_team: Team
) -> None:
    intake_actions.start_intake(charlie, other_team, "theirs", date(2026, 3, 23), "nl")
    Intake.objects.filter(pk=moved.pk).update(author=charlie)
    client.force_login(charlie)

    pages = [client.get("/"), client.post("/", {"reference": "2026-117"})]

    assert all("2026-117</" not in page.text for page in pages)
    assert all("1 gesprek staat niet in de lijst" in page.text for page in pages)
    assert "theirs" in pages[0].text


def test_an_older_state_that_was_put_back_is_refused_and_named(
    client: Client, alice: User, bob: User, intake: Intake
) -> None:
    """The MAC of that time is right: only the chain of events says that more happened since."""
    access_actions.grant(alice, intake, bob, Kind.NAMED)
    then = Case.objects.filter(pk=intake.case_id).values("mac", "rights_event").get()
    rows = list(Access.objects.values())
    access_actions.revoke(alice, intake, bob, Kind.NAMED)
    Access.objects.create(**rows[0])
    Case.objects.filter(pk=intake.case_id).update(**then)

    assert list(wrong_cases()) == [WrongCase(intake.case_id, intake.team_id, is_put_back=True)]
    client.force_login(bob)
    assert client.get(f"/intakes/{intake.pk}/summary/").status_code == 403


def accept(case: object, *arguments: str) -> str:
    out = StringIO()
    call_command("accept_rights", str(case), "--by", "alice", "--reason", "looked at", *arguments, stdout=out)
    return out.getvalue()


def test_the_rights_are_shown_before_they_are_accepted(alice: User, bob: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, bob, Kind.NAMED)
    Case.objects.filter(pk=intake.case_id).update(shielded=True)

    shown = accept(intake.case_id)

    assert "team North: afgeschermd." in shown
    assert "auteur alice, status concept" in shown
    assert "bob: named\n" in shown
    assert "Er is nog niets vastgelegd." in shown
    assert [case.pk for case in wrong_cases()] == [intake.case_id]


def test_accepted_rights_open_the_case_again(client: Client, alice: User, intake: Intake) -> None:
    client.force_login(alice)
    Case.objects.filter(pk=intake.case_id).update(shielded=True)
    assert client.get(f"/intakes/{intake.pk}/summary/").status_code == 403

    assert "De rechten zijn vastgelegd." in accept(intake.case_id, "--yes")

    assert client.get(f"/intakes/{intake.pk}/summary/").status_code == 200
    assert list(wrong_cases()) == []
    assert "rights.accepted" in event_codes()


def test_no_case_has_that_number(alice: User) -> None:
    with pytest.raises(CommandError, match="geen zaak"):
        accept("00000000-0000-4000-8000-000000000000")
