"""Read from the environment where signed documents go: nowhere, a folder, or a Documenten API (ZGW)."""

import re
from pathlib import Path
from typing import Final

from stalkcheck import environment
from stalkcheck.language import translated as _

_NAME: Final = "STALKCHECK_DELIVER"
#: The levels of the standard that fit, the default first. The open ones are refused.
_CONFIDENTIALITY: Final = ("vertrouwelijk", "zaakvertrouwelijk", "confidentieel", "geheim", "zeer_geheim")


def destination() -> dict[str, str] | None:
    """Return where signed documents go, with its `kind`; None when nothing is delivered."""
    value = environment.text(_NAME).strip()
    if not value:
        return None
    kind, _colon, place = value.partition(":")
    if kind == "folder" and Path(place).is_absolute():
        return {"kind": kind, "folder": place}
    if kind != "zgw" or not environment.is_address(place):
        environment.exit_with(
            _(
                "STALKCHECK_DELIVER must be folder: with a whole path, or zgw: with the https address of a "
                "Documenten API"
            )
        )
    return {"kind": kind, "address": place.rstrip("/"), **_documenten_api()}


def _documenten_api() -> dict[str, str]:
    """Return what a Documenten API asks besides: who we are there, and what kind of document it is."""
    source = environment.text(f"{_NAME}_RSIN").strip()
    kind = environment.text(f"{_NAME}_TYPE").strip()
    if not re.fullmatch("[0-9]{9}", source):
        environment.exit_with(_("STALKCHECK_DELIVER_RSIN must be the nine digits of the organisation"))
    if not environment.is_address(kind):
        environment.exit_with(
            _("STALKCHECK_DELIVER_TYPE must be the https address of an informatieobjecttype")
        )
    return {
        "client": environment.secret(f"{_NAME}_CLIENT"),
        "secret": environment.secret(f"{_NAME}_SECRET"),
        "rsin": source,
        "type": kind,
        "confidentiality": environment.choice(f"{_NAME}_CONFIDENTIALITY", *_CONFIDENTIALITY),
    }


#: The setting.
DELIVERY: Final = destination()
