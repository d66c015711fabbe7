"""`verify_content`: name what was changed, removed or put back in conversations by something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions.levels import differing_columns
from questionnaire.encryption.keyring import SealError
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


class Command(BaseCommand):
    """`manage.py verify_content`; see its --help."""

    help = (
        "Open everything that is encrypted, and compare every conversation with what was kept with it when "
        "it was stored, with its events, and with the levels that follow from it. Run verify_events and "
        "verify_rights too. Run it when all servers have this version. Exit code 1 when something is named."
    )
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        lines = [*map(_describe, faults()), *_wrong_columns()]
        for line in lines or [_("All conversations are as they were stored.")]:
            self.stdout.write(line)
        if lines:
            raise SystemExit(_EXIT_FAULTS)


def _describe(fault: Fault) -> str:
    return str(_SENTENCES[fault.kind]) % {"row": fault.row, "what": fault.what}


def _wrong_columns() -> Iterator[str]:
    for intake in Intake.objects.select_related("case", "team").order_by("pk").iterator():
        try:
            names = differing_columns(intake)
        except SealError:
            continue  # which is named already
        if names:
            yield _("Columns for lists of intake %(intake)s do not follow from it: %(names)s.") % {
                "intake": intake.pk,
                "names": ", ".join(names),
            }
