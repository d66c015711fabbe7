"""`events`: write the events to a file that an auditor can check, or print the key to check it with."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time
from errno import EEXIST
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from questionnaire.encryption import signing
from questionnaire.lifecycle.event_files import FORMATS, Range, Written, export
from questionnaire.management import arguments
from questionnaire.management.files import atomic_file, write_atomically

_EXIT_BROKEN: Final = 1
#: How many events that are not as recorded are named one by one; the seal has more.
_MOST_NAMED: Final = 20


def _moment(text: str) -> datetime:
    """Return the moment of a length of time ago, a day, or a day with a time."""
    if moment := arguments.ago(text):
        return moment
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError:  # of the right form, and not in the calendar
        day = moment = None
    found = moment or (datetime.combine(day, time.min) if day else None)
    if found is None:
        raise ArgumentTypeError(_("a time is such as 7d, 2026-11-01 or 2026-11-01T13:30"))
    return found if found.tzinfo else timezone.make_aware(found)


class Command(BaseCommand):
    """`manage.py events [--since TIME] [--until TIME] [--format jsonl|csv] [FILE]`; see its --help."""

    help = (
        "Write the events to FILE, and a seal to FILE.seal.json; nothing of any conversation is in them. "
        "Without FILE they go to standard output, and without --seal unsealed. "
        "bin/verify_events_file.py checks a file with the key of --public-key, which you keep elsewhere. "
        "The exit code is 1 when events were changed outside the program; they are marked in the file. "
        "It is recorded as an event."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE", nargs="?")
        parser.add_argument("--since", type=_moment, metavar="TIME", help="7d, 2026-11-01 or with a time")
        parser.add_argument(
            "--until", type=_moment, metavar="TIME", help="up to this moment; now if not given"
        )
        parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], dest="file_format")
        parser.add_argument("--seal", type=Path, metavar="FILE", help="where to write the seal")
        parser.add_argument(
            "--public-key", action="store_true", help="print the key that checks a file, and write nothing"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        if options["public_key"]:
            for key_id, key in signing.public_keys().items():
                self.stdout.write(f"{key_id} {key}")
            return
        chosen = Range(options["since"], options["until"] or timezone.now())
        if chosen.since and chosen.since >= chosen.until:
            raise CommandError(_("--since must be before --until."))
        path: Path | None = options["path"]
        seal_path: Path | None = options["seal"] or (path and path.with_name(f"{path.name}.seal.json"))
        if path is None and settings.EVENTS_TO == "stdout":
            # The event of this export would stand between its lines.
            raise CommandError(_("STALKCHECK_EVENTS is stdout, so name a FILE."))
        if path and path == seal_path:
            raise CommandError(f"{path}: {os.strerror(EEXIST)}")
        for new in filter(None, (path, seal_path)):
            _refuse_if_there(new)
        try:
            with self._writer(path) as write:
                written, seal = export(chosen, options["file_format"], write)
            if seal_path:
                write_atomically(seal_path, f"{json.dumps(seal)}\n".encode())
        except OSError as error:
            raise CommandError(f"{error.filename or path or 'stdout'}: {error.strerror}") from None
        self._tell(written, seal, seal_path)

    @contextmanager
    def _writer(self, path: Path | None) -> Iterator[Callable[[bytes], object]]:
        if path is None:
            yield lambda line: self.stdout.write(line.decode(), ending="")
            return
        with atomic_file(path) as file:
            yield file.write

    def _tell(self, written: Written, seal: Mapping[str, Any], seal_path: Path | None) -> None:
        """Say on standard error, which is not the file, what was written and what is wrong with it."""
        self.stderr.write(_("Events: %(count)s.") % {"count": written.count})
        if seal_path:
            self.stderr.write(_("The seal is in %(path)s.") % {"path": seal_path})
        else:
            self.stderr.write(_("Nothing seals this. Give a file, or --seal."))
        for seq in written.broken[:_MOST_NAMED]:
            self.stderr.write(_("Event %(seq)s is not as it was recorded.") % {"seq": seq})
        for fault in seal["faults"]:
            self.stderr.write(fault)
        if written.broken_count or seal["faults"]:
            self.stderr.write(_("Events were changed outside the program. Run: manage.py verify_events"))
            raise SystemExit(_EXIT_BROKEN)


def _refuse_if_there(path: Path) -> None:
    try:
        path.parent.stat()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    if path.exists():
        raise CommandError(f"{path}: {os.strerror(EEXIST)}")
