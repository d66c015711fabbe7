"""Reminders: once a day, only to who asked and has work, and with nothing of a case in them."""

from __future__ import annotations

import smtplib
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.reminders import Sent, send_reminders, set_reminders
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import AccessScope, Event, Intake, User
from questionnaire.queries.today import today_of
from questionnaire.tests.factories import submission_of

TODAY = date(2026, 11, 29)
ADDRESS = "a.smit@example.org"
SENDER = "kantoor@example.org"
FORBIDDEN = (
    "stalk",
    "112",
    "gevaar",
    "danger",
    "nu handelen",
    "act now",
    "gesprek",
    "cliënt",
    "http",
    "2026-117",
)


@pytest.fixture(autouse=True)
def sender(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = SENDER


@pytest.fixture
def urgent(alice: User, intake: Intake) -> Intake:
    """Return an intake of alice that is to be acted on."""
    sent = submission_of(intake, safe_to_talk="yes", danger_now="now")
    return intake_actions.save_section(alice, intake, "safety_now", sent).intake


@pytest.fixture
def reminded(alice: User, urgent: Intake) -> User:
    set_reminders(alice, ADDRESS, "nl", wanted=True)
    assert today_of(AccessScope.of(alice), TODAY).act_now.count == 1
    return alice


def reload(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_reminder_says_how_much_waits_and_nothing_else(reminded: User) -> None:
    assert send_reminders(TODAY) == Sent(1, 0)

    (message,) = mail.outbox
    assert message.to == [ADDRESS]
    assert message.from_email == SENDER
    assert message.subject == "Er wacht werk op u"
    assert "Te doen: 1" in message.body
    sent = message.message()
    assert sent["Message-ID"].endswith("@example.org>")
    del sent["Message-ID"]  # Its digits are drawn at random: any short number may be in them.
    for word in FORBIDDEN:
        assert word not in sent.as_string().lower()
    assert str(reminded) not in message.body


def test_it_comes_in_the_language_in_which_it_was_asked_for(alice: User, urgent: Intake) -> None:
    set_reminders(alice, ADDRESS, "en", wanted=True)

    send_reminders(TODAY)

    assert mail.outbox[0].subject == "Work waits for you"
    assert "To do: 1" in mail.outbox[0].body


def test_nobody_gets_two_on_one_day(reminded: User) -> None:
    for day, count in ((TODAY, 1), (TODAY, 1), (TODAY + timedelta(days=1), 2)):
        send_reminders(day)
        assert len(mail.outbox) == count


def test_a_run_at_the_same_time_sends_none(reminded: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def other_run_first(scope: AccessScope, today: date) -> Any:
        User.objects.filter(pk=scope.user_id).update(reminded_on=TODAY)
        return today_of(scope, today)

    monkeypatch.setattr("questionnaire.actions.reminders.today_of", other_run_first)

    assert send_reminders(TODAY) == Sent(0, 0)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "change",
    [{"wants_reminders": False}, {"email": ""}, {"is_active": False}, {"username": "mallory"}],
    ids=["not wanted", "no address", "closed", "changed outside the program"],
)
def test_only_who_asked_and_may_sign_in_gets_one(reminded: User, change: dict[str, Any]) -> None:
    User.objects.filter(pk=reminded.pk).update(**change)

    assert send_reminders(TODAY) == Sent(0, 0)
    assert mail.outbox == []


def test_it_is_off_until_someone_asks_for_it(alice: User, urgent: Intake) -> None:
    assert not alice.wants_reminders
    send_reminders(TODAY)
    assert mail.outbox == []


def test_no_work_is_no_mail(bob: User) -> None:
    set_reminders(bob, ADDRESS, "nl", wanted=True)

    assert send_reminders(TODAY) == Sent(0, 0)
    assert reload(bob).reminded_on is None


def test_one_that_fails_is_tried_again_and_holds_up_no_other(
    reminded: User, rachel: User, bob: User, urgent: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {ADDRESS}
    send = EmailBackend.send_messages

    def send_or_refuse(backend: EmailBackend, messages: Any) -> int:
        if refused & set(messages[0].to):
            raise smtplib.SMTPRecipientsRefused({})
        return send(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_or_refuse)
    other = intake_actions.start_intake(bob, urgent.team, "2026-118", date(2026, 3, 23), "nl")
    sent = submission_of(other, safe_to_talk="yes", danger_now="now")
    intake_actions.save_section(bob, other, "safety_now", sent)
    set_reminders(bob, "b@example.org", "nl", wanted=True)

    assert send_reminders(TODAY) == Sent(1, 1)
    assert [message.to for message in mail.outbox] == [["b@example.org"]]
    assert reload(reminded).reminded_on is None

    refused.clear()
    assert send_reminders(TODAY) == Sent(1, 0)
    assert [message.to for message in mail.outbox] == [["b@example.org"], [ADDRESS]]


def test_references_are_named_only_where_the_organisation_allows_it(reminded: User, settings: Any) -> None:
    settings.MAIL_WITH_REFERENCES = True

    send_reminders(TODAY)

    assert "Te doen: 1 (2026-117)" in mail.outbox[0].body


def test_a_mail_and_a_choice_are_events_without_an_address(reminded: User) -> None:
    send_reminders(TODAY)
    set_reminders(reminded, ADDRESS, "nl", wanted=True)

    codes = [EventCode.REMINDERS_CHOSEN, EventCode.REMINDER_SENT]
    events = Event.objects.filter(code__in=codes).order_by("seq")
    assert [(event.code, event.subject, event.intake) for event in events] == [
        (code, reminded.pk, None) for code in codes
    ]


def test_an_address_is_outside_what_lets_someone_sign_in(alice: User) -> None:
    before = (alice.mac, alice.factors_mac)

    set_reminders(alice, ADDRESS, "nl", wanted=True)

    stored = reload(alice)
    assert (stored.email, stored.wants_reminders) == (ADDRESS, True)
    assert (stored.mac, stored.factors_mac) == before
    assert stored.is_as_written
