"""The units of deploy/systemd, as systemd reads them; test_one_host.py runs them under one that boots."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

pytestmark = pytest.mark.servers

UNITS: Final = Path(settings.BASE_DIR) / "deploy/systemd"
SERVICES: Final = [path.name.replace("@", "@8001") for path in sorted(UNITS.glob("*.service"))]
TIMERS: Final = [path.name for path in sorted(UNITS.glob("*.timer"))]
#: What the units start; systemd looks whether it is there.
PROGRAMS: Final = ("srv/stalkcheck/bin/serve", "srv/stalkcheck/.venv/bin/python", "bin/sh", "usr/bin/find")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the root of a system that has the units, and what they need, and nothing else."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("Install systemd")
    shutil.copytree(UNITS, tmp_path / "etc/systemd/system")
    shutil.copy(UNITS / "credentials.conf", tmp_path / "etc/systemd/system/stalkcheck-.service.d")
    for name in PROGRAMS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/true", tmp_path / name)
    shutil.copytree("/lib/systemd/system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\nstalkcheck:x:999:999::/:/bin/false\n")
    return tmp_path


def analyze(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        ["systemd-analyze", f"--root={root}", *arguments],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        cwd=root / "etc/systemd/system",
    )


@pytest.mark.parametrize("unit", SERVICES)
def test_the_exposure_of_each_service_is_under_two(root: Path, unit: str) -> None:
    said = analyze(root, "security", "--offline=true", unit).stdout
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)

    assert found
    assert float(found[1]) < 2, said


@pytest.mark.parametrize("unit", [*SERVICES, *TIMERS])
def test_systemd_finds_nothing_wrong(root: Path, unit: str) -> None:
    said = analyze(root, "verify", "--man=no", unit)

    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_it_would_find_a_mistake(root: Path) -> None:
    path = root / "etc/systemd/system/stalkcheck-.service.d/10-common.conf"
    path.write_text(path.read_text().replace("ProtectSystem=strict", "ProtectSystems=strict"))

    assert "ProtectSystems" in analyze(root, "verify", "--man=no", SERVICES[0]).stderr


def test_each_timer_has_its_service() -> None:
    assert {Path(name).stem for name in TIMERS} == {
        Path(name).stem for name in SERVICES if not name.startswith("stalkcheck-web@")
    }
