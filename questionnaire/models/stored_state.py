"""Keep with the content of an intake what its row and its rows were, so that a change behind it shows.

The content is encrypted and authenticated; most columns beside it are not, and a row that belongs to it
can be removed, or put back as it was earlier. `lifecycle.stored_content` compares.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from questionnaire.models.intakes import STORED, Intake

_ROWS: Final = "rows"
_MOMENTS: Final = ("started_at", "changed_at", "submitted_at", "reviewed_at")
#: The columns that a sign-off sets for good.
LEVEL_AT_SIGN_OFF: Final = ("signed_urgency", "signed_rules_version")


def remember(intake: Intake, rows: Iterable[Any] | None = None) -> None:
    """Put the state of an intake that is about to be stored into its content.

    `rows` are those of the log and of the follow-up as they are stored now; None when they did not change.
    """
    before = intake.content.get(STORED, {})
    digest = before.get(_ROWS, "") if rows is None else digest_of(rows)
    intake.content[STORED] = {**_columns(intake), _ROWS: digest}


def note(intake: Intake, *names: str) -> None:
    """Put these columns alone into the content of an intake of which the others are stored as they were."""
    if STORED in intake.content:
        state = _columns(intake)
        intake.content[STORED] |= {name: state[name] for name in names}


def differences(intake: Intake) -> list[str]:
    """Return what is not as it was when the intake was stored: columns, or "rows". Raise SealError."""
    stored = intake.content.get(STORED, {})
    # A server of the version before puts fewer columns there.
    found = [name for name, value in _columns(intake).items() if name in stored and stored[name] != value]
    if stored.get(_ROWS) and stored[_ROWS] != digest_of([*intake.log_rows(), *intake.step_rows()]):
        found.append(_ROWS)
    return found


def digest_of(rows: Iterable[Any]) -> str:
    """Return a digest of these rows by their ids, whatever their order."""
    contents = sorted([str(row.pk), json.dumps(row.content, sort_keys=True)] for row in rows)
    return hashlib.sha256(json.dumps(contents).encode()).hexdigest()[:32]


def _columns(intake: Intake) -> dict[str, Any]:
    return {
        "intake": str(intake.pk),
        "revision": intake.revision,
        "on": str(intake.on),
        "language": intake.language,
        "catalogue_version": intake.catalogue_version,
        "is_followed": intake.is_followed,
        **{name: getattr(intake, name) for name in LEVEL_AT_SIGN_OFF},
        **{name: at.timestamp() if (at := getattr(intake, name)) else None for name in _MOMENTS},
    }
