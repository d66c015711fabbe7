"""The cache in the database holds plain values, and runs nothing that someone wrote into it."""

from __future__ import annotations

import base64
import os
import pickle
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from questionnaire.tests import tampering
from questionnaire.tests.people import Clock

pytestmark = pytest.mark.django_db


class _Runs:
    """Pickled, this is a command to run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def write(key: str, value: bytes) -> None:
    text = base64.b64encode(value).decode()
    tampering.execute("UPDATE shared_cache SET value = %s WHERE cache_key = %s", text, f":1:{key}")


@pytest.mark.parametrize("value", ["x", 7, [1.5, "y"], {"a": None}, True])
def test_a_plain_value_is_kept(value: object) -> None:
    cache.set("key", value, 60)

    assert cache.get("key") == value
    assert cache.get_many(["key", "other"]) == {"key": value}


def test_nothing_that_was_written_into_it_is_run(tmp_path: Path) -> None:
    cache.set("key", 1, 60)

    write("key", pickle.dumps(_Runs(tmp_path / "made")))

    assert cache.get("key", "nothing") == "nothing"
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("value", [b"", b"x", b"\x80\x05"])
def test_what_is_no_value_is_as_if_it_were_not_there(value: bytes) -> None:
    cache.set("key", 1, 60)

    write("key", value)

    assert cache.get("key") is None


def test_a_value_is_there_until_its_end(clock: Clock) -> None:
    assert cache.add("key", 1, 60)
    assert not cache.add("key", 2, 60)
    clock(61)
    assert timezone.now()

    assert cache.get("key") is None
    assert cache.add("key", 2, 60)
