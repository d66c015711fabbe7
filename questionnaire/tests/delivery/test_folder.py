"""Delivering into a folder: whole files, once, that nobody else reads, and never over another."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from questionnaire.delivery import folder
from questionnaire.delivery.parcel import DeliveryError
from questionnaire.tests.delivery.archive import PARCEL

NAMES = [f"{PARCEL.name}.json", f"{PARCEL.name}.pdf"]


class KilledError(BaseException):
    """Stands for kill -9: nothing tidies up."""


def names(path: Path) -> list[str]:
    return sorted(each.name for each in path.iterdir())


def test_a_pdf_and_what_is_told_of_it_lie_side_by_side(tmp_path: Path) -> None:
    assert folder.deliver(PARCEL, tmp_path) == str(tmp_path)

    assert names(tmp_path) == NAMES
    assert (tmp_path / NAMES[1]).read_bytes() == PARCEL.pdf
    assert json.loads((tmp_path / NAMES[0]).read_text()) == PARCEL.about
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in NAMES} == {0o600}


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    folder.deliver(PARCEL, tmp_path)
    before = [(tmp_path / name).stat() for name in NAMES]

    folder.deliver(replace(PARCEL, about={"program_version": "of later"}), tmp_path)

    assert [(tmp_path / name).stat() for name in NAMES] == before


def test_another_file_of_that_name_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / NAMES[1]).write_bytes(b"of someone else")

    with pytest.raises(DeliveryError, match="other_file") as error:
        folder.deliver(PARCEL, tmp_path)

    assert error.value.is_final
    assert (tmp_path / NAMES[1]).read_bytes() == b"of someone else"


@pytest.mark.parametrize("step", ["fsync", "rename"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_who_is_killed_halfway_leaves_no_half_file_and_the_next_try_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    left = number

    def kill(*arguments: object) -> object:
        nonlocal left
        left -= 1
        if left == 0:
            raise KilledError
        return original(*arguments)

    holder = os if step == "fsync" else Path
    original = getattr(holder, step)
    with monkeypatch.context() as patched:
        patched.setattr(holder, step, kill)
        if step == "rename" and number > 2:
            folder.deliver(PARCEL, tmp_path)
        else:
            with pytest.raises(KilledError):
                folder.deliver(PARCEL, tmp_path)

    shown = [name for name in names(tmp_path) if not name.startswith(".")]
    assert shown in ([], NAMES[:1], NAMES)
    assert all((tmp_path / name).read_bytes() == PARCEL.pdf for name in shown if name.endswith("pdf"))

    folder.deliver(PARCEL, tmp_path)

    assert names(tmp_path) == NAMES


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="folder_missing") as error:
        folder.deliver(PARCEL, tmp_path / "not mounted")

    assert not error.value.is_final
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EACCES, "not_writable"),
        (errno.EROFS, "not_writable"),
        (errno.EIO, "folder_failed"),
    ],
)
def test_why_it_cannot_be_written_is_told_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(DeliveryError, match=code) as error:
        folder.deliver(PARCEL, tmp_path)

    assert not error.value.is_final
    assert names(tmp_path) == []
