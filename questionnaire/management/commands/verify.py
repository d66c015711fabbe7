"""`verify`: report whether a PDF was made here and is unchanged, and of which intake and revision."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.renderers import copy_mark
from questionnaire.models import Document, Event

_EXIT_UNREADABLE: Final = 2
_EXIT_UNKNOWN: Final = 1


class Command(BaseCommand):
    """`manage.py verify FILE.pdf`; see its --help."""

    help = (
        "Say of a PDF whether it was made here and is unchanged. Needs the database, and opens no intake. "
        "The exit code is 0 when it was, 1 when it was not, and 2 when the file cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE.pdf")

    def handle(self, *_args: object, **options: Any) -> None:
        path: Path = options["path"]
        try:
            pdf = path.read_bytes()
        except OSError as error:
            self.stderr.write(
                _("%(path)s cannot be read (%(reason)s)") % {"path": path, "reason": error.strerror}
            )
            raise SystemExit(_EXIT_UNREADABLE) from None
        self.stdout.write(f"sha256: {hashlib.sha256(pdf).hexdigest()}")
        mark = copy_mark.mark_of(pdf)
        # What is stored has no mark.
        sha256 = hashlib.sha256(copy_mark.without_mark(pdf)).hexdigest()
        stored = Document.objects.filter(sha256=sha256).select_related("intake__case")
        found = [document for document in stored if document.has_hash(sha256)]
        if not found:
            self.stdout.write(_("This file was not made here, or it was changed since."))
            raise SystemExit(_EXIT_UNKNOWN)
        for document in found:
            self.stdout.write(_describe(document))
            self.stdout.write(_handed_out(document, mark))


def _describe(document: Document) -> str:
    intake = document.intake
    made = _(
        "Made here on %(date)s: intake %(intake)s, revision %(revision)s, edition %(edition)s, %(language)s."
    )
    line = made % {
        "date": localtime(document.made_at).isoformat(" ", "minutes"),
        "intake": intake.uuid,
        "revision": document.revision,
        "edition": document.edition,
        "language": document.language,
    }
    still, now = _("The intake is still at this revision."), _("The intake is now at revision %(revision)s.")
    same = intake.revision == document.revision
    return f"{line} {still if same else now % {'revision': intake.revision}}"


def _handed_out(document: Document, mark: str) -> str:
    """Return who took this copy along, and when, by the event with its mark."""
    if not mark:
        return _("It has no mark of a copy: it was signed off, or handed out before copies had one.")
    made = Event.objects.filter(intake=document.intake_id, code=EventCode.DOCUMENT_MADE).order_by("seq")
    for event in made.select_related("actor"):
        if (event.details or {}).get("mark") == mark and audit_log.is_recorded(event):
            words = {
                "at": localtime(event.at).isoformat(" ", "minutes"),
                "who": event.actor,
                "event": event.seq,
            }
            return _("Handed out on %(at)s to %(who)s (event %(event)s).") % words
    return _("No copy was handed out with its mark: that was changed.")
