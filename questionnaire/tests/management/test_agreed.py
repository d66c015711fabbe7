"""What the commands do that take a second person: ask, say who can agree, and go on once somebody did."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from questionnaire.actions import proposals
from questionnaire.lifecycle import scrubbing
from questionnaire.models import Intake, Membership, Proposal, Team, User
from questionnaire.queries.proposals import gone_alone_for, waiting_for
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import agree_to_all, event_codes

pytestmark = pytest.mark.django_db

Role = Membership.Role


@pytest.fixture(autouse=True)
def no_scrub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the files of the database alone, which cannot be scrubbed within a transaction."""
    monkeypatch.setattr(scrubbing, "scrub", lambda: scrubbing.Scrubbed.DONE)


def run(*arguments: str, language: str = "en", **options: Any) -> str:
    out = StringIO()
    with override(language):
        call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def erase(intake: Intake, by: str = "alice", language: str = "en") -> str:
    decided = ("--by", by, "--reason", "the client asked", "--yes")
    return run("erase", str(intake.pk), *decided, language=language)


def export(intake: Intake, path: Path, *arguments: str, language: str = "en") -> str:
    decided = ("--by", "alice", "--reason", "the client asked")
    return run("export", str(intake.pk), str(path), *decided, *arguments, language=language)


@pytest.mark.usefixtures("alice")
def test_erasing_asks_first_says_who_can_agree_and_then_erases(intake: Intake, rachel: User) -> None:
    said = erase(intake)

    assert "Nothing is erased yet." in said
    assert "Who can agree, on the page Second person: rachel." in said
    assert Intake.objects.exists()
    assert [each.reason for each in waiting_for(rachel)] == ["the client asked"]
    assert erase(intake) == said  # asked once
    agree_to_all(rachel)
    assert "Erased." in erase(intake)
    assert not Intake.objects.exists()
    assert event_codes()[-2:] == ["proposal.carried_out", "intake.erased"]


@pytest.mark.usefixtures("alice")
def test_it_says_so_in_dutch_and_when_nobody_can_agree(intake: Intake) -> None:
    said = erase(intake, language="nl")

    assert "Er is nog niets gewist." in said
    assert "Nu kan niemand akkoord gaan." in said
    assert "Geef daarna dit commando nog eens." in said


@pytest.mark.usefixtures("alice")
def test_a_refusal_erases_nothing_and_it_is_asked_anew(intake: Intake, rachel: User) -> None:
    erase(intake)
    proposals.refuse(rachel, Proposal.objects.get().pk)

    assert "Nothing is erased yet." in erase(intake)

    assert Proposal.objects.count() == 2
    assert Intake.objects.exists()


def test_who_has_no_role_in_the_team_asks_nothing(
    intake: Intake, charlie: User, rachel: User, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="charlie has no role in the team of this case"):
        erase(intake, by="charlie")
    assert not Proposal.objects.exists()


@pytest.mark.usefixtures("alice")
def test_each_copy_is_agreed_to_by_itself(intake: Intake, rachel: User, tmp_path: Path) -> None:
    path = tmp_path / "copy.zip"
    assert "No copy is made yet." in export(intake, path, "--for", "client")
    agree_to_all(rachel)

    assert "No copy is made yet." in export(intake, path)
    assert not path.exists()
    assert "Carry it encrypted." in export(intake, path, "--for", "client")
    assert path.exists()
    assert "No copy is made yet." in export(intake, tmp_path / "again.zip", "--for", "client")


def test_the_first_account_may_be_an_administrator() -> None:
    run("adduser", "adam", "--team", "North", "--role", "administrator")

    assert [row.role for row in Membership.objects.in_force()] == ["administrator"]


def test_a_further_administrator_waits_for_one_who_is_there(team: Team) -> None:
    adam = account("adam", team, Role.ADMINISTRATOR)

    said = run("adduser", "eva", "--team", "North", "--role", "administrator")

    assert "waits until a second person agrees" in said
    eva = User.objects.get(username="eva")
    assert not eva.memberships.in_force()
    agree_to_all(eva)
    assert not eva.memberships.in_force()
    agree_to_all(adam)
    assert [row.role for row in eva.memberships.in_force()] == ["administrator"]


def test_where_nobody_could_agree_it_counts_at_once_and_is_shown(alice: User, other_team: Team) -> None:
    said = run("adduser", "eva", "--team", "South", "--role", "administrator")

    assert "Nobody could agree as a second person, so the role counts at once." in said
    assert [row.role for row in User.objects.get(username="eva").memberships.in_force()] == ["administrator"]
    assert len(gone_alone_for(account("mo", other_team, Role.MANAGER))) == 1
    assert gone_alone_for(alice) == []


def test_roles_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(CommandError, match="Leave the other role out"):
        run("adduser", "eva", "--role", "administrator", "--role", "professional")
    assert not User.objects.exists()


def test_a_nightly_command_records_what_is_over(alice: User, intake: Intake) -> None:
    erase(intake)
    row = Proposal.objects.get()
    row.until = row.asked_at
    row.save()

    call_command("clearsessions")

    assert event_codes()[-1] == "proposal.lapsed"
