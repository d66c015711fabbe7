"""`verify_content`: name what was changed, removed or put back in conversations by something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions.levels import differing_columns
from questionnaire.domain.errors import InvalidInputError
from questionnaire.encryption.keyring import SealError
from questionnaire.lifecycle import row_faults
from questionnaire.lifecycle.stored_content import Fault, FaultKind, faults
from questionnaire.models import Intake

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_EXIT_FAULTS: Final = 1
_SENTENCES: Final[Mapping[FaultKind, StrPromise]] = {
    FaultKind.UNREADABLE: gettext_lazy("%(row)s does not open: it was changed or moved."),
    FaultKind.PUT_BACK: gettext_lazy("%(row)s is older than its last event: it was put back."),
    FaultKind.CHANGED: gettext_lazy("%(row)s is not as it was stored. What differs: %(what)s."),
}

_ROW_SENTENCES: Final[Mapping[row_faults.FaultKind, StrPromise]] = {
    row_faults.FaultKind.CHANGED: gettext_lazy("%(row)s is not as event %(event)s tells: it was changed."),
    row_faults.FaultKind.CHANGED_BEFORE: gettext_lazy(
        "%(row)s was changed, removed or put back by something else before event %(event)s."
    ),
    row_faults.FaultKind.REMOVED: gettext_lazy(
        "%(row)s is gone, and no event says so. The last that tells of it is %(event)s."
    ),
    row_faults.FaultKind.PUT_BACK: gettext_lazy("%(row)s is there again after event %(event)s removed it."),
}


class Command(BaseCommand):
    """`manage.py verify_content`; see its --help."""

    help = (
        "Open everything that is encrypted, and compare every conversation with what was kept with it when "
        "it was stored, with its events, and with the levels that follow from it. Run verify_events and "
        "verify_rights too. Run it when all servers have this version. Exit code 1 when something is named."
    )
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        lines = [*map(_describe, faults()), *_wrong_columns(), *map(_describe_row, row_faults.faults())]
        for line in lines or [_("All conversations are as they were stored.")]:
            self.stdout.write(line)
        if lines:
            raise SystemExit(_EXIT_FAULTS)


def _describe(fault: Fault) -> str:
    return str(_SENTENCES[fault.kind]) % {"row": fault.row, "what": fault.what}


def _describe_row(fault: row_faults.Fault) -> str:
    return str(_ROW_SENTENCES[fault.kind]) % {"row": fault.row, "event": fault.event}


def _wrong_columns() -> Iterator[str]:
    for intake in Intake.objects.select_related("case", "team").order_by("pk").iterator():
        try:
            names = differing_columns(intake)
        except SealError:
            continue  # which is named already
        except (InvalidInputError, Intake.DoesNotExist):  # of a row that was changed, or is gone
            names = ["content"]
        if names:
            yield _("Columns for lists of intake %(intake)s do not follow from it: %(names)s.") % {
                "intake": intake.pk,
                "names": ", ".join(names),
            }
