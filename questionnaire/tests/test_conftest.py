"""The tests refuse to open the files of their own database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.db import connection


@pytest.mark.django_db
def test_no_test_opens_a_file_of_the_database_that_its_own_process_uses() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no file of ours")
    path = Path(connection.settings_dict["NAME"])

    for file in (path, path.with_name(f"{path.name}-wal")):
        with pytest.raises(AssertionError, match="database_files"):
            file.read_bytes()
        with pytest.raises(AssertionError, match="database_files"):
            os.open(file, os.O_RDONLY)
