"""Each kind of destination is found by its setting."""

from __future__ import annotations

from pathlib import Path

from questionnaire.delivery.destinations import deliver, name_of
from questionnaire.tests.delivery.archive import PARCEL, Archive


def test_a_folder_and_an_api_are_told_apart(tmp_path: Path, archive: Archive) -> None:
    folder = {"kind": "folder", "folder": str(tmp_path)}

    assert deliver(PARCEL, folder) == name_of(folder) == str(tmp_path)
    assert deliver(PARCEL, archive.destination) == f"{archive.address}/0"
    assert archive.address.startswith(name_of(archive.destination))
