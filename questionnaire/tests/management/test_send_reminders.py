"""`send_reminders`: what it prints, and its exit code."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from questionnaire.actions.reminders import Sent
from questionnaire.management.commands import send_reminders


def run() -> str:
    output = StringIO()
    call_command("send_reminders", stdout=output)
    return output.getvalue()


def test_without_a_mail_server_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_reminders, "send_reminders", lambda _today: pytest.fail("sent"))

    assert "Er is geen mailserver ingesteld." in run()


def test_a_failure_is_told_by_the_exit_code(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.SENDS_MAIL = True
    monkeypatch.setattr(send_reminders, "send_reminders", lambda _today: Sent(2, 0))
    assert run() == "Herinneringen verstuurd: 2\n"

    monkeypatch.setattr(send_reminders, "send_reminders", lambda _today: Sent(2, 1))

    with pytest.raises(CommandError, match="niet verstuurd: 1"):
        run()
