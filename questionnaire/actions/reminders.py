"""Remind people by mail that work waits, once a day at most. A mail says how much, and nothing of a case.

It names no list that tells a level, and the program nowhere: whoever reads along learns of an office job.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import make_msgid
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from questionnaire.models import AccessScope, User
from questionnaire.queries.today import MOST_COUNTED, Today, WaitingCase, today_of

#: What a mail server or the way to it can raise. An address that it refuses is one of these too.
_FAILURES: Final = (OSError, smtplib.SMTPException)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many reminders were sent, and how many could not be: these are tried again at the next run."""

    sent: int
    failed: int


def set_reminders(user: User, email: str, language: str, *, wanted: bool) -> None:
    """Store where and whether someone is reminded, and in which language: their own choice alone."""
    with transaction.atomic():
        of = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        stored = (of.email, of.wants_reminders, of.reminder_language)
        of.email, of.wants_reminders, of.reminder_language = email, wanted, language
        if stored != (of.email, of.wants_reminders, of.reminder_language):
            of.save(update_fields=["email", "wants_reminders", "reminder_language"])
            audit_log.record(user, EventCode.REMINDERS_CHOSEN, subject=of.pk)


def send_reminders(today: date) -> Sent:
    """Send one reminder to everybody who wants one, for whom something waits, and who had none today."""
    sent = failed = 0
    for user in _to_remind(today):
        with override(_language(user)):
            message = _message(user, _lines(today_of(AccessScope.of(user), today)))
        if message is None or not _claim(user, today):
            continue
        try:
            message.send()
        except _FAILURES:
            _give_up(user, today)
            failed += 1
            continue
        sent += 1
        with transaction.atomic():
            audit_log.record(None, EventCode.REMINDER_SENT, subject=user.pk)
    return Sent(sent, failed)


def _to_remind(today: date) -> Iterator[User]:
    """Yield the accounts that are open and as this program wrote them."""
    wanted = User.objects.filter(is_active=True, wants_reminders=True)
    for user in wanted.exclude(email="").exclude(reminded_on=today).order_by("pk"):
        if user.is_as_written:
            yield user


def _claim(user: User, today: date) -> bool:
    """Store that they were reminded today; return False when another run did so in the meantime.

    Before sending, and in no transaction: a server that is slow would make everybody else wait to save.
    """
    unclaimed = User.objects.filter(pk=user.pk, wants_reminders=True, email=user.email)
    return bool(unclaimed.exclude(reminded_on=today).update(reminded_on=today))


def _give_up(user: User, today: date) -> None:
    User.objects.filter(pk=user.pk, reminded_on=today).update(reminded_on=user.reminded_on)


def _language(user: User) -> str:
    return user.reminder_language if user.reminder_language in LANGUAGES else DEFAULT_LANGUAGE


def _lines(today: Today) -> list[str]:
    """Return one line for each list that is not empty, in the active language."""
    todo = min(today.act_now.count + today.due.count, MOST_COUNTED)
    lists: list[tuple[str, int, Sequence[WaitingCase]]] = [
        (pgettext("reminder", "To do"), todo, (*today.act_now.rows, *today.due.rows)),
        (_("To review"), today.to_review.count, today.to_review.rows),
        (_("Returned to you"), today.returned.count, today.returned.rows),
        (_("Handed over to you"), today.handed.count, today.handed.rows),
    ]
    return [_line(label, count, rows) for label, count, rows in lists if count]


def _line(label: str, count: int, rows: Sequence[WaitingCase]) -> str:
    number = str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
    line = f"{label}: {number}"
    if not settings.MAIL_WITH_REFERENCES:
        return line
    references = dict.fromkeys(" ".join(row.standing.case.reference.split()) for row in rows)
    return f"{line} ({', '.join(references)})"


def _message(user: User, lines: Sequence[str]) -> EmailMessage | None:
    """Return the reminder in the active language; None when nothing waits."""
    if not lines:
        return None
    closing = (
        _("Sign in as you always do."),
        _("You get this at most once a day. You can switch it off at your account."),
    )
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    return EmailMessage(
        _("Work waits for you"),
        "\n".join([_("Work waits for you") + ".", "", *lines, "", *closing, ""]),
        settings.DEFAULT_FROM_EMAIL,
        [user.email],
        # Without its own domain the message would name this computer.
        headers={"Message-ID": make_msgid(domain=domain), "Auto-Submitted": "auto-generated"},
    )
