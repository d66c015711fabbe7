"""The page of an auditor: what was done, never what was said; and who looks there is on it too."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import memberships
from questionnaire.audit import acting
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.refused_looks import record_refused_look
from questionnaire.lifecycle import erasure
from questionnaire.models import Case, Event, Intake, Membership, Team, User
from questionnaire.queries import audit_trail
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import one_line

pytestmark = pytest.mark.django_db

Role = Membership.Role
URL = "/events/"


@pytest.fixture
def audrey(team: Team) -> User:
    return account("audrey", team, Role.AUDITOR)


@pytest.fixture
def auditor(client: Client, audrey: User) -> Client:
    client.force_login(audrey)
    client.cookies["__Host-language"] = "en"
    return client


def record(user: User | None, code: EventCode, intake: Intake | None = None, **more: Any) -> Event:
    with transaction.atomic():
        return audit_log.record(user, code, intake, **more)


def text(client: Client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return one_line(response.content.decode())


def ask(client: Client, **fields: object) -> str:
    today = timezone.localdate()
    days = {"since": str(today - timedelta(days=7)), "until": str(today)}
    response = client.post(URL, {**days, **fields}, follow=True)
    assert response.status_code == 200
    return one_line(response.content.decode())


def test_an_auditor_begins_here_and_has_no_other_place(auditor: Client, intake: Intake) -> None:
    response = auditor.get("/", follow=True)

    assert response.redirect_chain == [(URL, 302)]
    html = response.content.decode()
    assert 'aria-current="page"' in html
    assert f'href="{reverse("cases")}"' not in html
    assert ">Today<" not in html
    assert "2026-117" not in auditor.get(reverse("cases")).content.decode()


def test_whoever_does_something_else_too_keeps_their_first_page(client: Client, team: Team) -> None:
    client.force_login(account("both", team, Role.AUDITOR, Role.PROFESSIONAL))

    html = client.get("/").content.decode()

    assert f'href="{URL}"' in html
    assert 'aria-current="page"' in html


def test_the_role_opens_no_conversation_and_others_do_not_get_this_page(
    auditor: Client, client: Client, alice: User, intake: Intake
) -> None:
    for name in ("summary", "answers", "case", "unfinished", "access", "looked", "open"):
        assert auditor.get(reverse(name, args=[intake.pk])).status_code == 404
    client.force_login(alice)
    assert client.get(URL).status_code == 403
    assert client.post(URL).status_code == 403


def test_an_administrator_gives_the_role_as_any_other(team: Team, bob: User, client: Client) -> None:
    adam = account("adam", team, Role.ADMINISTRATOR)

    memberships.grant_role(adam, team, bob, Role.AUDITOR)

    details = Event.objects.latest("seq").details
    assert details
    assert details.items() >= {"team": team.pk, "role": "auditor"}.items()
    client.force_login(bob)
    assert client.get(URL).status_code == 200


def test_it_tells_who_did_what_by_which_right_and_nothing_of_what_was_said(
    auditor: Client, client: Client, alice: User, bob: User, intake: Intake
) -> None:
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_own_words="kanariemees"))
    record(bob, EventCode.CASE_OPENED, intake, reason="Alice is ill <today>")
    with acting.in_request():
        record(None, EventCode.SIGN_IN_REFUSED, subject=bob.pk)
    record_refused_look(bob, uuid4())

    html = text(auditor)

    for told in (
        "opened it with a reason",
        "Reason: Alice is ill &lt;today&gt;",
        "changed answers",
        "2026-117",
        "nobody signed in",
        "a conversation that is not there",
        "tried to open it and was refused",
        "looked at this page",
    ):
        assert told in html, told
    assert "kanariemees" not in html
    assert str(intake.pk) not in html


def test_a_look_here_is_an_event_with_what_was_asked_and_without_the_words(
    auditor: Client, audrey: User, bob: User, intake: Intake
) -> None:
    text(auditor)
    looked = Event.objects.latest("seq")
    assert (looked.actor, looked.code, looked.chain) == (audrey, "events.read", f"user:{audrey.pk}")

    html = ask(auditor, person=bob.pk, reference="2026-117", what="refused", right="role")
    searched = Event.objects.latest("seq")

    assert searched.code == "events.searched"
    asked = {name: searched.details[name] for name in ("person", "cases", "what", "right")}
    assert asked == {"person": bob.pk, "cases": [str(intake.case_id)], "what": "refused", "right": "role"}
    assert "2026-117" not in str(searched.details)
    assert 'value="2026-117"' in html
    assert "Nothing was found" in html
    # Whoever audits too sees that bob was looked for.
    auditor.post(URL, {"all": "all"})
    assert '<td data-head="About">bob</td>' in text(auditor)


def test_a_filter_stays_until_it_is_taken_away(auditor: Client, alice: User, intake: Intake) -> None:
    record(alice, EventCode.LIST_READ)

    html = ask(auditor, what="create")
    assert "started the conversation" in html
    assert "looked at a list of cases" not in html
    assert "Begin again without filters" in html
    assert "looked at a list of cases" not in text(auditor)

    auditor.post(URL, {"all": "all"})
    html = text(auditor)
    assert "looked at a list of cases" in html
    assert "Begin again without filters" not in html


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"since": "no day"}, "Error: Who did what"),
        ({"since": ""}, "Fill in a date."),
        ({"since": "2026-03"}, "Write a whole date."),
        ({"since": "2026-03-20", "until": "2026-03-19"}, "The last day comes before the first."),
        ({"person": "1000000"}, "Error: Who did what"),
    ],
)
def test_a_wrong_filter_is_said_and_what_was_typed_stays(
    auditor: Client, wrong: dict[str, str], says: str
) -> None:
    count = Event.objects.count()

    html = ask(auditor, reference="typed before", **wrong)

    assert says in html
    assert 'value="typed before"' in html
    assert Event.objects.count() == count


def test_older_events_are_a_page_further(
    auditor: Client, alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_trail, "PAGE_SIZE", 2)
    for _each in range(3):
        record(alice, EventCode.LIST_READ)

    first = auditor.get(URL)
    older = first.context["older"]
    html = text(auditor, older)

    assert "Who looked in how many cases" in first.content.decode()
    assert "Who looked in how many cases" not in html
    assert "To the newest" in html
    beyond = "9999-12-31T23:59:59-14:00~1"
    for wrong in ("x", "x~1", "2026-13-01T00:00:00%2B00:00~1", "2026-11-01~1", beyond):
        assert "looked at this page" in text(auditor, f"{URL}?before={wrong}")


def test_where_a_page_stopped_looking_it_says_so(
    auditor: Client, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_trail, "MOST_SEARCHED", 2)
    for _each in range(3):
        record(charlie, EventCode.LIST_READ)

    assert "There was a lot, so this page looked back to" in text(auditor)


def test_what_is_kept_from_view_has_no_reference_and_no_reason(
    auditor: Client, alice: User, bob: User, charlie: User, intake: Intake, other_team: Team
) -> None:
    elsewhere = intake_actions.start_intake(charlie, other_team, "2026-900", date(2026, 3, 23), "nl")
    record_refused_look(bob, elsewhere.pk)
    record(bob, EventCode.CASE_OPENED, intake, reason="a reason that tells")
    record(alice, EventCode.INTAKE_HANDED_OVER, intake, reason=f"user {bob.pk}")
    record(alice, EventCode.INTAKE_HANDED_OVER, intake, reason=f"back from user {bob.pk}")
    Case.objects.filter(pk=intake.case_id).update(shielded=True)

    html = text(auditor)

    assert "a shielded case" in html
    assert "a case of another team" in html
    for kept in ("2026-117", "2026-900", "a reason that tells"):
        assert kept not in html
    Case.objects.update(shielded=False)
    html = text(auditor)
    assert "a reason that tells" in html
    assert "user " not in html.partition("<main")[2].partition("What was done")[2]


def test_of_an_erased_case_no_reason_is_told_as_it_can_have_been_kept_from_view(
    auditor: Client, bob: User, charlie: User, other_team: Team
) -> None:
    elsewhere = intake_actions.start_intake(charlie, other_team, "2026-900", date(2026, 3, 23), "nl")
    record(bob, EventCode.SUMMARY_READ, elsewhere, reason="a reason that tells")
    erasure.erase(charlie, elsewhere.pk, "erasing, and why")

    html = text(auditor)

    assert "a case that was erased" in html
    assert "a reason that tells" not in html
    assert "erasing, and why" not in html


def test_rights_and_accounts_are_told_by_name_and_those_elsewhere_are_not(
    auditor: Client, team: Team, other_team: Team, bob: User, charlie: User, intake: Intake, alice: User
) -> None:
    adam = account("adam", team, Role.ADMINISTRATOR)
    Membership.objects.create(user=adam, team=other_team, role=Role.ADMINISTRATOR)
    memberships.grant_role(adam, team, bob, Role.MANAGER)
    memberships.grant_role(adam, other_team, charlie, Role.MANAGER)
    record(alice, EventCode.SUMMARY_READ, Intake(pk=uuid4(), case_id=uuid4(), team=team, author=alice))
    record(None, EventCode.ACCOUNT_MADE, subject=bob.pk)

    html = text(auditor)

    assert "bob, manager, North" in html
    assert "an account of another team" in html
    assert "charlie" not in html
    assert "South" not in html
    assert "a case that was erased" in html
    assert "on the server: " in html


def test_who_looked_in_many_cases_is_told_with_a_question_and_no_verdict(
    auditor: Client, alice: User, bob: User, rachel: User, team: Team
) -> None:
    for number in range(6):
        intake_actions.start_intake(alice, team, f"2026-{number}", date(2026, 3, 23), "nl")

    html = text(auditor)

    assert "Looked in more cases than most colleagues. There can be a good reason" in html
    assert "The middle number is 0: " in html
