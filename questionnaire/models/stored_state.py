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


def remember(intake: Intake, rows: Iterable[Any] | None = None) -> None:
    """Put the state of an intake that is about to be stored into its content.

    `rows` are those of the log and of the follow-up as they are stored now; None when they did not change.
    """
    before = intake.content.get(STORED, {})
    digest = before.get(_ROWS, "") if rows is None else digest_of(rows)
    intake.content[STORED] = {**_columns(intake), _ROWS: digest}


def differences(intake: Intake) -> list[str]:
    """Return what is not as it was when the intake was stored: columns, or "rows". Raise SealError."""
    stored = intake.content.get(STORED, {})
    found = [name for name, value in _columns(intake).items() if stored.get(name) != value]
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
    }
