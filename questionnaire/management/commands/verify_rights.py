"""`verify_rights`: name every account, role and case that something else than this program wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.audit import log as audit_log
from questionnaire.lifecycle import schema_objects
from questionnaire.lifecycle.rights import Fault, FaultKind, faults

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_EXIT_FAULTS: Final = 1
_SENTENCES: Final[Mapping[FaultKind, StrPromise]] = {
    FaultKind.MEMBERSHIP_WRITTEN: gettext_lazy(
        "Membership %(row)s was added or changed by something else, and gives no right: %(about)s."
    ),
    FaultKind.MEMBERSHIP_PUT_BACK: gettext_lazy(
        "Membership %(row)s was put back after an event took it away, and gives no right: %(about)s."
    ),
    FaultKind.MEMBERSHIP_MISSING: gettext_lazy(
        "A membership was removed by something else, as no event took it away: %(about)s."
    ),
    FaultKind.ACCOUNT_WRITTEN: gettext_lazy(
        "Account %(row)s was added or changed by something else, and signs nobody in: %(about)s."
    ),
    FaultKind.ACCOUNT_PUT_BACK: gettext_lazy(
        "Account %(row)s was opened by something else after it was closed, and signs nobody in: %(about)s."
    ),
    FaultKind.FACTORS_WRITTEN: gettext_lazy(
        "An app, passkey, recovery code or link of account %(row)s was added, changed or removed by "
        "something else. The account signs nobody in: %(about)s."
    ),
    FaultKind.CASE_WRITTEN: gettext_lazy(
        "Rights in case %(row)s were changed by something else, and nobody opens it: %(about)s. "
        "Look at them: accept_rights."
    ),
    FaultKind.CASE_PUT_BACK: gettext_lazy(
        "Rights in case %(row)s are older ones that were put back: %(about)s. Look at them: accept_rights."
    ),
    FaultKind.SIGN_OFF_WRITTEN: gettext_lazy(
        "The sign-off of intake %(row)s was changed, moved or removed by something else, and is not shown: "
        "%(about)s."
    ),
    FaultKind.ENTRY_WRITTEN: gettext_lazy(
        "Contact or text %(row)s of the organisation was added or changed by something else, and is not "
        "shown: %(about)s."
    ),
    FaultKind.PROPOSAL_WRITTEN: gettext_lazy(
        "Request %(row)s to a second person was added, changed or put back by something else, and lets "
        "nothing through: %(about)s."
    ),
    FaultKind.PROPOSAL_MISSING: gettext_lazy(
        "Request %(row)s to a second person was removed by something else: %(about)s."
    ),
}


class Command(BaseCommand):
    """`manage.py verify_rights`; see its --help."""

    help = (
        "Check every account, second factor, role and case against its MAC, and against the events that "
        "changed it. What is named signs nobody in, gives no right and does not open. Exit code 1 then."
    )
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        lines = [_describe(fault) for fault in faults()]
        if broken := audit_log.verify().first_broken:
            lines.append(
                _("Events are broken (%(kind)s), and they say who has which role. Run: verify_events")
                % {"kind": broken.kind}
            )
        if names := schema_objects.unknown(connection):
            lines.append(
                _("The database has what this program did not make, and what can change rows: %(names)s.")
                % {"names": ", ".join(names)}
            )
        for line in lines or [_("All accounts, second factors, roles and cases are as they were written.")]:
            self.stdout.write(line)
        if lines:
            raise SystemExit(_EXIT_FAULTS)


def _describe(fault: Fault) -> str:
    return str(_SENTENCES[fault.kind]) % {"row": fault.row, "about": fault.about}
