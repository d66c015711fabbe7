"""`incidents`: read a log that a client kept; print its incidents and doubts, or add them to a case."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NoReturn
from uuid import UUID, uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from questionnaire.actions.incidents import add_incidents
from questionnaire.domain.dates import parse_day, today
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import choice_text
from questionnaire.domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from questionnaire.domain.log_import.doubles import mark_known
from questionnaire.domain.log_import.pending import new_incidents
from questionnaire.domain.log_import.reader import read_log
from questionnaire.domain.log_import.rows import IGNORED, LogImport
from questionnaire.domain.text import escape_controls
from questionnaire.log_files.errors import LogFileError
from questionnaire.log_files.reading import read_file
from questionnaire.log_files.worker import MAX_BYTES
from questionnaire.management import arguments
from questionnaire.models import AccessScope, Intake, User

STANDARD_INPUT: Final = "-"

_EXIT_REFUSED: Final = 2
#: What is left out of any table, and need not be said.
_EXPECTED: Final = ("header", "empty")

_DESCRIPTION: Final = """\
Read a log that a client kept: a spreadsheet (XLSX, ODS, CSV), lines that begin with a date, a WhatsApp export
or a list of calls.

With --json it prints one JSON object: "incidents", as in an answers file, and "doubts", one for each field of
a row that is not clear; such a row is not among the incidents. Doubts are no error. What was left out, and
rows that say the same, are named on standard error. When the file cannot be read the exit code is 2 and
nothing is printed. With --into it adds the incidents to the log of a case, but those that the log or the file
has already, as someone who has an open conversation in that case.
"""

_EPILOG: Final = """\
A date such as 11/7 is a doubt unless the log itself, or --order, says whether it begins with the day.
Of a chat, or calls of more than one number, --sender says whose count; without it each is a doubt.
For --json no database and no key ring are needed.

  manage.py incidents log.xlsx --json
  manage.py incidents chat.txt --json --sender "A. Example" --order dmy
  manage.py incidents log.csv --order dmy --into UUID --by NAME
"""


class Command(BaseCommand):
    """`manage.py incidents`; see its --help."""

    help = _DESCRIPTION
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = _EPILOG
        parser.add_argument("file", metavar="FILE", help="a file, or - for standard input")
        target = parser.add_mutually_exclusive_group(required=True)
        target.add_argument("--json", action="store_true", help="print the incidents and doubts")
        target.add_argument("--into", type=UUID, metavar="UUID", help="add them to the log of this case")
        parser.add_argument("--by", metavar="USER", help="who adds them, with --into")
        parser.add_argument("--order", choices=("dmy", "mdy"), help="of day and month in dates of numbers")
        parser.add_argument(
            "--on",
            type=_day,
            metavar="DATE",
            help="the day of the conversation, from which dates without a year count; today unless given",
        )
        parser.add_argument(
            "--sender",
            action="append",
            default=[],
            metavar="NAME",
            help="whose messages or calls count; may be given more than once",
        )
        parser.add_argument("--language", choices=LANGUAGES, default=DEFAULT_LANGUAGE, help="of messages")

    def handle(self, *_args: object, **options: Any) -> None:
        with override(options["language"]):
            on = options["on"] or today()
            log = self.read(options["file"], on, options)
            unknown = set(options["sender"]) - {sender.name for sender in log.senders}
            if unknown or (log.ask_sender and options["into"]):
                self.stop(_sender_lines(log, sorted(unknown)))
            for line in _notices(log):
                self.stderr.write(line)
            if options["into"]:
                self.add(log, options)
            else:
                self.print_bytes(f"{json.dumps(_as_json(log), ensure_ascii=False)}\n".encode())

    def add(self, log: LogImport, options: dict[str, Any]) -> None:
        """Add what is sure to the log of a case, and name the rows in doubt."""
        if not options["by"]:
            raise CommandError(_("--into needs --by, the account that adds them."))
        user = arguments.account(options["by"])
        intake = _open_intake(user, options["into"])
        log = mark_known(log, intake.incident_log)
        chosen = new_incidents(log)
        batch = uuid4()
        add_incidents(user, intake, chosen, batch, options["order"] or "")
        self.stdout.write(_("Added: %(count)s, as batch %(batch)s.") % {"count": len(chosen), "batch": batch})
        in_log = sum(row.in_log for row in log.rows)
        self.stdout.write(_("In the log already: %(count)s.") % {"count": in_log})
        for row in log.in_doubt:
            fields = ", ".join(dict.fromkeys(doubt.field for doubt in row.doubts))
            line = _("Row %(row)s is in doubt and was not added: %(fields)s.")
            self.stdout.write(line % {"row": row.row, "fields": fields})

    def read(self, name: str, on: date, options: dict[str, Any]) -> LogImport:
        """Return the log. Stop when it cannot be read."""
        try:
            content = read_file(_bytes_of(name))
            return read_log(content, on=on, until=on, order=options["order"], senders=options["sender"])
        except OSError as error:
            lines = [_("cannot be read (%(reason)s)") % {"reason": error.strerror}]
        except LogFileError as error:
            lines = [error.message]
        except InvalidInputError as error:
            lines = [problem.message for problem in error.problems]
        return self.stop([f"{name}: {line}" for line in lines])

    def print_bytes(self, data: bytes) -> None:
        """Write UTF-8 whatever encoding the terminal has; a stream that takes only text gets text."""
        if (stream := getattr(self.stdout, "buffer", None)) is None:
            self.stdout.write(data.decode(), ending="")
        else:
            stream.write(data)
            stream.flush()

    def stop(self, lines: Sequence[str]) -> NoReturn:
        for line in lines:
            self.stderr.write(line)
        raise SystemExit(_EXIT_REFUSED)


def _open_intake(user: User, case: UUID) -> Intake:
    """Return the open conversation of this case in which someone may write. Raise CommandError."""
    scope = AccessScope.of(user)
    intakes = Intake.objects.filter(scope.readable, case=case).select_related("case", "team", "author")
    for intake in intakes.order_by("-started_at"):
        if intake.is_open and scope.can_write(intake):
            return intake
    raise CommandError(_("There is no open conversation in this case in which this account may write."))


def _bytes_of(name: str) -> bytes:
    """Return the bytes of a file, or one more than can be read."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _day(text: str) -> date:
    try:
        return parse_day(text, date.max)
    except InvalidInputError:
        raise ArgumentTypeError(f"{text} is not a day as YYYY-MM-DD") from None


def _as_json(log: LogImport) -> dict[str, object]:
    return {
        "incidents": [_incident(incident) for incident in log.incidents],
        "doubts": [
            {
                "row": row.row,
                "field": doubt.field,
                "written": doubt.written,
                "readings": list(doubt.readings),
            }
            for row in log.in_doubt
            for doubt in row.doubts
        ]
        + _doubts_about_senders(log),
    }


def _doubts_about_senders(log: LogImport) -> list[dict[str, object]]:
    """Return a doubt for each message or call as long as nobody said whose count."""
    if not log.ask_sender:
        return []
    names = [sender.name for sender in log.senders]
    return [
        {"row": row.row, "field": "by", "written": "\n".join(row.written), "readings": names}
        for row in log.rows
        if row.ignored == "sender"
    ]


def _incident(incident: Incident) -> dict[str, object]:
    """Return an incident as in an answers file, with only what was recorded."""
    return {key: value for key, value in incident.to_json().items() if value is not None}


def _sender_lines(log: LogImport, unknown: Sequence[str]) -> list[str]:
    lines = [_("--sender %(name)s: there is no such sender") % {"name": name} for name in unknown]
    lines.append(_("Choose whose messages or calls count, with --sender:"))
    return [*lines, *(f"  {escape_controls(sender.name)} ({sender.count})" for sender in log.senders)]


def _notices(log: LogImport) -> Iterator[str]:
    """Yield what the reader of the JSON has to know besides."""
    if log.ask_sender:
        yield from _sender_lines(log, ())
    for sheet in log.unread_sheets:
        yield _("The sheet %(name)s was not read.") % {"name": sheet}
    for reason, count in log.ignored.items():
        if reason in _EXPECTED:
            continue
        template = ngettext(
            "%(count)s row left out: %(reason)s", "%(count)s rows left out: %(reason)s", count
        )
        yield template % {"count": count, "reason": choice_text(IGNORED, reason)}
    for row in log.rows:
        if row.double_of:
            yield _("Row %(row)s says the same as row %(other)s.") % {"row": row.row, "other": row.double_of}
