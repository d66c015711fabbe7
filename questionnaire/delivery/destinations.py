"""Deliver to the destination that is set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from questionnaire.delivery import documenten_api, folder
from questionnaire.delivery.parcel import Parcel


def deliver(parcel: Parcel, destination: Mapping[str, str]) -> str:
    """Deliver a signed PDF, unless it is there already, and return where it is. Raise DeliveryError."""
    if destination["kind"] == "folder":
        return folder.deliver(parcel, Path(destination["folder"]))
    return documenten_api.deliver(parcel, destination)


def name_of(destination: Mapping[str, str]) -> str:
    """Return where this destination is, for people."""
    return destination["folder" if destination["kind"] == "folder" else "address"]
