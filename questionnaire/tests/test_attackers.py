"""Ten stories of docs/threat-model.md, each played from signing in to what the attacker has in the end."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from questionnaire.audit import access_history, triggers
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.renderers.text import as_text
from questionnaire.models import Event, HeldPost, Intake, Membership, Proposal, Session, Team, User
from questionnaire.permissions import TABLE
from questionnaire.screen.asked import CONFIRMED_FIELD
from questionnaire.tests import tampering
from questionnaire.tests.attackers import TYPED, enter, fear, note, of_intake, told, url
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import agree_to_all, event_codes
from questionnaire.tests.pages import Page
from questionnaire.tests.people import CODE, Clock, is_signed_in, moved_clock, set_up_app, sign_in, unlock
from questionnaire.tests.responses import comparable
from questionnaire.views import editions, summary

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes", "clock")]

Role = Membership.Role
CANARY: Final = "kanarie-8264"
REASON: Final = "I stand in for Alice, who is ill today."


@pytest.fixture
def alices(alice: User, intake: Intake) -> Client:
    """Return the browser of Alice, who wrote down what her client told."""
    client = enter(alice)
    page = Page(client, fear(intake)).fill(running_note=CANARY, fear_own_words=CANARY)
    assert page.press("_go", "save").status_code == 302
    return client


def test_a_colleague_who_knows_the_victim(alices: Client, bob: User, rachel: User, intake: Intake) -> None:
    """Bob finds the case of his neighbour, reads it with a reason, gets no copy, is seen, and is shut out."""
    bobs = enter(bob)
    found = bobs.post(reverse("cases"), {"reference": intake.case.reference}, follow=True).content.decode()
    assert (intake.case.reference in found, CANARY in found) == (True, False)
    assert bobs.get(url("answers", intake)).status_code == 404
    assert bobs.post(url("open", intake), {"reason": REASON}).status_code == 302

    assert CANARY in Page(bobs, url("answers", intake)).html
    for name, more in (("pdf", ()), ("edition", ("advice",)), ("texts", ("veilig-thuis-advice",))):
        assert bobs.post(url(name, intake, *more)).status_code == 403
    assert bobs.post(fear(intake), TYPED).status_code == 403
    for client in (alices, enter(rachel)):
        assert REASON in Page(client, "/").html.partition("Opened with a reason")[2]
    assert "bob" in Page(alices, url("looked", intake)).html

    alices.post(url("shield", intake), {"shield": "on"})
    alices.post(url("access", intake), {"person": bob.pk, "give": "locked_out"})
    assert intake.case.reference not in Page(bobs, reverse("cases")).html
    for name in ("answers", "open", "looked"):
        assert bobs.get(url(name, intake)).status_code == 404
    assert bobs.post(url("open", intake), {"reason": REASON}).status_code == 404
    assert note(intake) == CANARY


def test_someone_of_another_team(alices: Client, charlie: User, intake: Intake) -> None:
    """Charlie has the address of a case of another team, and cannot tell it from one that never was."""
    charlies = enter(charlie)
    for name in ("today", "cases"):
        assert intake.case.reference not in Page(charlies, reverse(name)).html
    missing = Intake(pk=uuid4(), case=intake.case, team=intake.team, author=intake.author)

    for (name, address), (_name, nowhere) in zip(of_intake(intake), of_intake(missing), strict=True):
        for method in TABLE[name]:
            there, none = charlies.generic(method, address), charlies.generic(method, nowhere)
            assert there.status_code == 404, name
            assert comparable(there) == comparable(none), name

    looks = Event.objects.filter(code="intake.look_refused", actor=charlie, intake=intake.pk)
    assert looks.count() == 1
    assert "charlie" in Page(alices, url("looked", intake)).html
    assert note(intake) == CANARY


def test_an_author_who_locks_out_the_reviewers(
    alices: Client, rachel: User, team: Team, intake: Intake
) -> None:
    """Alice denies her case to its only reviewer; the manager is told how many such cases there are."""
    rachels, monas = enter(rachel), enter(account("mona", team, Role.MANAGER))
    said = "no reviewer may see 1 case"
    assert rachels.get(url("review", intake)).status_code == 200
    assert said not in Page(monas, "/").html

    alices.post(url("access", intake), {"person": rachel.pk, "give": "locked_out"})

    assert rachels.get(url("review", intake)).status_code == 404
    assert "No reviewer may see this case" in Page(alices, url("access", intake)).html
    html = Page(monas, "/").html
    assert said in html
    assert intake.case.reference not in html
    assert "case.no_reviewer_left" in event_codes(intake)


def test_an_administrator_who_gives_a_friend_power(
    alices: Client, bob: User, team: Team, intake: Intake
) -> None:
    """Adam makes his friend a reviewer; it waits for somebody else, who sees it and says no."""
    adam, mona = account("adam", team, Role.ADMINISTRATOR), account("mona", team, Role.MANAGER)
    adams, bobs = enter(adam), enter(bob)
    page, second = reverse("person", args=[bob.pk]), reverse("second_person")
    sent = {"do": f"roles {team.pk}", f"team-{team.pk}-roles": ["professional", "reviewer"]}

    assert adams.post(page, sent).status_code == 302
    asked = Proposal.objects.get()
    agrees = {"proposal": asked.pk, "do": "agree", CONFIRMED_FIELD: "1"}
    assert adams.post(second, agrees).status_code == 404
    assert bobs.post(second, agrees).status_code == 404

    assert adams.post(reverse("person", args=[adam.pk]), sent).status_code == 403
    monas = enter(mona)
    assert "bob" in Page(monas, second).html
    monas.post(second, {"proposal": asked.pk, "do": "refuse", CONFIRMED_FIELD: "1"})
    assert {row.role for row in bob.memberships.in_force()} == {Role.PROFESSIONAL}
    assert bobs.get(url("answers", intake)).status_code == 404
    assert adams.get(url("answers", intake)).status_code == 404
    assert CANARY not in Page(adams, page).html
    assert {"proposal.asked", "proposal.refused"} <= set(event_codes())


def test_someone_who_guesses_a_password(
    alices: Client, alice: User, intake: Intake, settings: Any, clock: Clock
) -> None:
    """A stranger guesses, is stopped, and with the right password still lacks the code; Alice sees it all."""
    settings.BEYOND_LOOPBACK = True
    set_up_app(alice)
    stranger, later = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    for number in range(5):
        assert sign_in(stranger, "alice", f"guess {number}").status_code == 200

    assert sign_in(stranger, "alice").status_code != 302
    assert not is_signed_in(stranger)
    assert stranger.get(url("answers", intake)).status_code == 302
    assert Event.objects.filter(code="account.sign_in_refused", subject=alice.pk).count() >= 5
    html = Page(alices, reverse("sign_ins")).html
    assert "guess 1" not in html
    assert "refused" in html.casefold()
    clock(301)
    with moved_clock(timedelta(seconds=301)):  # that of events, which count the guesses
        assert sign_in(later, "alice")["Location"] == CODE
    assert later.get(url("answers", intake))["Location"].startswith(reverse("account_login"))


def test_someone_at_a_hidden_screen_and_the_client_at_a_turned_one(alices: Client, intake: Intake) -> None:
    """Whoever finds the screen hidden, and the client who was handed it, read and write nothing else."""
    alices.post(reverse("lock"))
    for _name, address in of_intake(intake):
        response = alices.get(address)
        assert response["Location"] == reverse("unlock")
        assert CANARY.encode() not in response.content
    assert alices.post(fear(intake), TYPED)["Location"] == reverse("unlock")
    assert note(intake) == CANARY

    unlock(alices)
    assert TYPED["running_note"] in Page(alices, reverse("kept")).html
    HeldPost.objects.all().delete()
    turning = Page(alices, fear(intake))
    question = turning.press("_turn", "fear_level")["Location"]
    for name, address in of_intake(intake):
        response = alices.get(address)
        assert CANARY.encode() not in response.content
        assert name == "client" or response["Location"] == reverse("leave")
    page = Page(alices, question).fill(fear_level="7")
    assert page.press("_go", "next").status_code == 302

    stored = Intake.objects.get(pk=intake.pk)
    assert stored.answers["fear_level"] == 7
    assert note(intake) == CANARY
    assert {"session.locked", "session.unlocked"} <= set(event_codes())
    assert "screen.turned" in event_codes(intake)


def test_a_copied_page_and_a_stolen_cookie_after_signing_out(alices: Client, intake: Intake) -> None:
    """A thief has the cookie and the source of a page, and after Alice signed out neither does anything."""
    page = {**dict(Page(alices, fear(intake)).posted.lists()), "running_note": "of the thief"}
    stolen = alices.cookies["__Host-session"].value
    alices.post(reverse("account_logout"))
    thief = Client()
    thief.cookies["__Host-session"] = stolen

    for client in (thief, Client()):
        assert client.get(url("answers", intake))["Location"].startswith(reverse("account_login"))
        response = client.post(fear(intake), page)
        assert response["Location"].startswith(reverse("account_login"))
        assert CANARY.encode() not in response.content

    assert note(intake) == CANARY
    assert not HeldPost.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_stolen_backup(alices: Client, intake: Intake, tmp_path: Path, settings: Any) -> None:
    """A thief reads no word and no session in a backup, and one that was given a role is not restored."""
    session, path = alices.cookies["__Host-session"].value, tmp_path / "backup"
    call_command("backup", str(path), stdout=StringIO())
    content = path.read_bytes()
    assert CANARY.encode() not in content
    assert session.encode() not in content
    assert "backup.made" in event_codes()

    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(path)) as copy:
            copy.executescript("UPDATE questionnaire_membership SET role = 'auditor' WHERE role = 'manager'")
    else:
        path.write_bytes(content + b"\0")
    triggers.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    with pytest.raises(CommandError):
        call_command("restore", str(path), stdout=StringIO())
    assert not User.objects.exists()

    path.write_bytes(content)
    ring = settings.KEYRING_PATH
    tampering.use_other_ring(tmp_path, settings)
    with pytest.raises(CommandError):
        call_command("restore", str(path), stdout=StringIO())
    assert not User.objects.exists()
    settings.KEYRING_PATH = ring
    call_command("restore", str(path), stdout=StringIO())
    assert note(intake) == CANARY
    assert not is_signed_in(alices)


def test_someone_who_writes_the_database_without_the_ring(
    alices: Client, alice: User, charlie: User, team: Team, intake: Intake
) -> None:
    """Charlie adds a role, takes a session over and moves the case: it gives nothing, and it is named."""
    charlies = enter(charlie)
    members, sessions = "questionnaire_membership", Session._meta.db_table
    (row,) = (row for row in tampering.rows_of(members) if row["user_id"] == charlie.pk)
    tampering.put(members, {**row, "id": 900, "team_id": team.pk, "role": Role.REVIEWER})
    tampering.execute(f"UPDATE {sessions} SET user_id = %s", alice.pk)  # noqa: S608
    assert charlies.get(url("answers", intake)).status_code == 302
    charlies = enter(charlie)
    assert charlies.get(url("answers", intake)).status_code == 404
    tampering.execute(
        "UPDATE questionnaire_intake SET author_id = %s, team_id = %s", charlie.pk, row["team_id"]
    )
    tampering.execute("UPDATE questionnaire_case SET team_id = %s", row["team_id"])

    response = charlies.get(url("answers", intake))

    assert response.status_code in (403, 404)
    assert CANARY.encode() not in response.content
    named = told("verify_rights")
    assert "900" in named
    assert str(intake.case_id) in named
    triggers.remove(connection)
    tampering.execute(
        "UPDATE questionnaire_event SET code = %s WHERE code = %s", "list.read", "intake.started"
    )
    assert "events_never_change" in told("verify_events")


def test_the_person_who_stalks_asks_by_law_and_gets_a_report(
    alices: Client, rachel: User, intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy by law waits for a second person; it and a report lack what the client said, unlike a PDF."""
    path = tmp_path / "copy.zip"
    for module in (editions, summary):
        monkeypatch.setattr(module, "render_pdf", lambda made: b"%PDF-1.7 " + as_text(made).encode())
    asked = ("export", str(intake.pk), str(path), "--for", "person", "--by", "alice", "--reason", "by law")
    call_command(*asked, stdout=StringIO())
    assert not path.exists()
    agree_to_all(rachel)
    call_command(*asked, stdout=StringIO())

    with zipfile.ZipFile(path) as archive:
        copied = [archive.read(name).decode() for name in archive.namelist()]
    assert copied and CANARY not in "".join(copied)  # noqa: PT018
    report = alices.post(url("edition", intake, "report"), {"confirmed": "on", "_go": "pdf"})
    whole = alices.post(url("pdf", intake))
    assert [CANARY.encode() in made.content for made in (report, whole)] == [False, True]
    assert report["Content-Type"] == whole["Content-Type"] == "application/pdf"
    assert CANARY not in whole["Content-Disposition"]
    assert intake.case.reference in whole["Content-Disposition"]
    html = Page(alices, url("looked", intake)).html
    for code in (EventCode.CASE_EXPORTED, EventCode.DOCUMENT_MADE):
        with override("en"):
            assert str(access_history.label_for(code)) in html
    assert {"proposal.asked", "proposal.agreed"} <= set(event_codes())
