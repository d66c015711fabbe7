"""What docs/disasters.md says to do, typed as it is written, on an installation to which that happened."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from questionnaire.tests.installations import SET_UP, run
from questionnaire.tests.served import Browser, Server

pytestmark = pytest.mark.soak

DOCUMENT: Final = Path(settings.BASE_DIR) / "docs" / "disasters.md"
#: Opens every conversation with the keys that are there, and prints how many there are.
READ: Final = """
import django; django.setup()
from questionnaire.models import Intake
print(sum(intake.content["answers"] is not None for intake in Intake.objects.all()))
"""


def commands_under(heading: str) -> list[str]:
    """Return the commands under a heading, in order."""
    text = DOCUMENT.read_text(encoding="utf-8")
    section = re.split(r"^## ", text.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]
    found = re.findall(r"^(?: {4}| {8})(\S.*)$", section, re.MULTILINE)
    assert found, heading
    return found


@dataclass(frozen=True)
class Place:
    """An installation on SQLite, with a copy of its ring and a backup in other places."""

    folder: Path
    environment: dict[str, str]
    session: str
    uuid: str

    @property
    def ring(self) -> Path:
        return Path(self.environment["STALKCHECK_KEYRING"])

    def manage(self, *arguments: str) -> str:
        result = run(self.environment, "manage.py", *arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def type(self, heading: str) -> str:
        """Type the commands under a heading, and return what they printed. Each must succeed."""
        filled = {
            "COPY": str(self.folder / "safe" / "keyring.json"),
            "FILE": str(self.folder / "backup"),
            "SECRET": str(self.ring.with_name("secret_key")),
        }
        printed = ""
        for command in commands_under(heading):
            for name, value in filled.items():
                command = re.sub(rf"\b{name}\b", value, command)
            command = command.replace(".venv/bin/python", sys.executable)
            result = subprocess.run(  # noqa: S602  (our own document)
                command,
                shell=True,
                cwd=settings.BASE_DIR,
                env={**os.environ, "LC_ALL": "C", **self.environment},
                capture_output=True,
                text=True,
                check=False,
            )
            assert result.returncode == 0, (command, result.stdout, result.stderr)
            printed += result.stdout
        return printed

    def reads(self) -> int:
        result = run(self.environment, "-c", READ)
        assert result.returncode == 0, result.stderr
        return int(result.stdout)

    def is_signed_in(self, log: Path) -> bool:
        with Server(log, **self.environment) as server:
            return Browser(server, session=self.session).get("/cases/").status == 200


@pytest.fixture
def place(tmp_path: Path) -> Place:
    ring = tmp_path / "ring" / "keyring.json"
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "STALKCHECK_KEYRING": str(ring),
        "STALKCHECK_SECRET_KEY": "",
    }
    for command in (("migrate", "--verbosity=0"), ("keys", "create")):
        result = run(environment, "manage.py", *command)
        assert result.returncode == 0, result.stderr
    session, uuid = json.loads(run(environment, "-c", SET_UP).stdout)
    made = Place(tmp_path, environment, session, uuid)
    made.manage("seal_events")
    made.manage("backup", str(tmp_path / "backup"))
    (tmp_path / "safe").mkdir(mode=0o700)
    for name in ("keyring.json", "secret_key"):
        copy = tmp_path / "safe" / name
        copy.write_bytes(ring.with_name(name).read_bytes())
        copy.chmod(0o600)
    return made


def test_a_copy_in_the_safe_is_seen_to_open_everything(place: Place) -> None:
    assert "not in the ring" not in place.type("The ring in escrow")

    place.manage("keys", "rotate")

    assert "not in the ring" in place.type("The ring in escrow")


def test_a_lost_ring_is_put_back(place: Place) -> None:
    for path in place.ring.parent.iterdir():
        path.unlink()
    assert run(place.environment, "manage.py", "keys", "create").returncode == 1  # makes no other
    for name in ("keyring.json", "secret_key"):
        (place.folder / "safe" / name).rename(place.ring.with_name(name))

    assert "not in the ring" not in place.type("The ring is lost")

    assert place.reads() == 1
    assert place.is_signed_in(place.folder / "log")


def test_a_lost_database_is_restored(place: Place) -> None:
    for path in place.folder.glob("db.sqlite3*"):
        path.unlink()
    place.manage("migrate", "--verbosity=0")

    place.type("The database is lost")

    assert place.reads() == 1
    assert not place.is_signed_in(place.folder / "log")  # everybody signs in again


def test_after_a_theft_old_keys_and_sessions_are_of_no_use(place: Place) -> None:
    assert place.is_signed_in(place.folder / "before")

    place.type("A server is stolen, or its disk")

    assert place.reads() == 1
    assert not place.is_signed_in(place.folder / "after")
    stolen = {**place.environment, "STALKCHECK_KEYRING": str(place.folder / "safe" / "keyring.json")}
    assert "SealError" in run(stolen, "-c", READ).stderr
    place.manage("verify_events")
    place.manage("verify_rights")


def test_a_wrong_clock_breaks_no_event_and_erases_nothing(place: Place) -> None:
    ahead = (
        "import django; django.setup(); from datetime import timedelta; from django.utils import timezone;"
        "right = timezone.now; timezone.now = lambda: right() + timedelta(days=4000);"
        "from django.core.management import call_command;"
        "from questionnaire.actions.intakes import record_read;"
        "from questionnaire.audit.event_codes import EventCode;"
        "from questionnaire.models import Intake, User;"
        "record_read(User.objects.get(), Intake.objects.get(), EventCode.SUMMARY_READ);"
        "call_command('seal_events'); call_command('retention', '--apply')"
    )
    place.manage("retention", "--keep", "North", "365")

    refused = run(place.environment, "-c", ahead)

    assert "--clock-is-right" in refused.stderr
    place.type("The clock is wrong")
    assert place.reads() == 1
