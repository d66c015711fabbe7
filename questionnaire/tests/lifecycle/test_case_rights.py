"""Rights that were changed outside the program: refused, named, and accepted after someone looked."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.lifecycle import retention, scrubbing
from questionnaire.lifecycle.case_rights import WrongCase, wrong_cases
from questionnaire.models import Access, Case, HeldPost, Intake, TamperedCaseError, Team, User
from questionnaire.tests.factories import event_codes, reload, start_in, submission_of

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

    pages = [client.get("/cases/"), client.post("/cases/", {"reference": "2026-117"}, follow=True)]

    assert all("2026-117</" not in page.text for page in pages)
    assert all("1 casus staat niet in de lijst" in page.text for page in pages)
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
    with pytest.raises(CommandError, match="geen casus"):
        accept("00000000-0000-4000-8000-000000000000")


@pytest.fixture
def no_scrub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the files of the database alone, which cannot be scrubbed within a transaction."""
    monkeypatch.setattr(scrubbing, "scrub", lambda: scrubbing.Scrubbed.DONE)


@pytest.mark.usefixtures("no_scrub")
@pytest.mark.parametrize("command", ["erase", "export", "retention"])
def test_commands_refuse_a_tampered_case_in_one_line(
    alice: User, intake: Intake, command: str, tmp_path: Path
) -> None:
    retention.set_retention(intake.team, 1)
    Intake.objects.filter(pk=intake.pk).update(changed_at=timezone.now() - timedelta(days=9))
    Case.objects.filter(pk=intake.case_id).update(shielded=True)
    decided = ("--by", "alice", "--reason", "asked for")
    out = StringIO()

    if command == "retention":
        call_command("retention", "--apply", stdout=out)
        assert "buiten het programma om veranderd" in out.getvalue()
    else:
        arguments = ("--yes",) if command == "erase" else (str(tmp_path / "case.zip"),)
        with pytest.raises(CommandError, match="verify_rights"):
            call_command(command, str(intake.pk), *arguments, *decided, stdout=out)

    assert Intake.objects.filter(pk=intake.pk).exists()
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("no_scrub")
def test_one_tampered_case_does_not_keep_others_from_being_erased(
    alice: User, team: Team, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")
    retention.set_retention(team, 1)
    Intake.objects.update(changed_at=timezone.now() - timedelta(days=9))
    Case.objects.filter(pk=intake.case_id).update(shielded=True)

    call_command("retention", "--apply", stdout=StringIO())

    assert list(Intake.objects.values_list("pk", flat=True)) == [intake.pk]
    assert not Case.objects.filter(pk=other.case_id).exists()


def test_accepting_a_case_whose_conversations_were_moved_away_erases_it(
    alice: User, team: Team, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")
    Intake.objects.filter(pk=intake.pk).update(case=other.case)

    assert "en is gewist" in accept(intake.case_id, "--yes")

    assert not Case.objects.filter(pk=intake.case_id).exists()


def test_what_is_accepted_is_shown_with_the_chain_and_who_saw_an_opening(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    access_actions.open_with_reason(bob, intake, "Ik vervang Alice, die vandaag ziek is.")
    later = start_in(intake.case, alice)
    Intake.objects.filter(pk=later.pk).update(previous=intake, corrects=intake)
    Access.objects.update(seen_by=rachel)

    shown = accept(intake.case_id)

    assert f"Het volgt op {intake.pk}." in shown
    assert f"Het verbetert {intake.pk}." in shown
    assert ", gezien door rachel" in shown


def test_accepting_rights_ends_openings(alice: User, bob: User, intake: Intake) -> None:
    access_actions.open_with_reason(bob, intake, "Ik vervang Alice, die vandaag ziek is.")
    Case.objects.filter(pk=intake.case_id).update(shielded=True)
    Case.objects.filter(pk=intake.case_id).update(shielded=False)

    accept(intake.case_id, "--yes")

    assert not access_actions.can_read(bob, reload(intake))


def test_no_page_before_the_list_shows_a_tampered_case(
    client: Client, alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    reason = "Ik vervang Alice, die vandaag ziek is."
    access_actions.open_with_reason(bob, intake, reason)
    client.force_login(rachel)
    assert reason in client.get("/").text
    Intake.objects.filter(pk=intake.pk).update(author=rachel)

    assert reason not in client.get("/").text


def test_an_opening_that_was_prolonged_is_not_named_at_the_next(
    client: Client, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, team, "elsewhere", date(2026, 3, 23), "nl")
    access_actions.open_with_reason(bob, other, "Ik vervang Alice, die vandaag ziek is.")
    client.force_login(bob)
    assert "elsewhere" in client.get(f"/intakes/{intake.pk}/open/").text
    Access.objects.update(until=timezone.now() + timedelta(days=999))

    assert "elsewhere" not in client.get(f"/intakes/{intake.pk}/open/").text


@pytest.mark.parametrize("change", ["author", "moved", "added"])
def test_what_is_kept_for_someone_names_no_tampered_case(
    client: Client, alice: User, bob: User, team: Team, intake: Intake, change: str
) -> None:
    other = intake_actions.start_intake(alice, team, "elsewhere", date(2026, 3, 23), "nl")
    post = HeldPost(
        user=alice,
        mac="0" * 64,
        content={"path": f"/intakes/{intake.pk}/fear/", "controls": {"running_note": ["Let op."]}},
    )
    post.make_key()
    post.save(force_insert=True)
    client.force_login(alice)
    assert "2026-117" in client.get("/kept/").text
    if change == "author":
        Intake.objects.filter(pk=intake.pk).update(state="submitted")
    elif change == "moved":
        Intake.objects.filter(pk=intake.pk).update(case=other.case)
    else:
        Access.objects.create(case=intake.case, user=bob, kind=Kind.NAMED)

    page = client.get("/kept/")

    assert page.status_code == 200
    assert "Let op." in page.text
    assert "2026-117" not in page.text
    assert "elsewhere" not in page.text
