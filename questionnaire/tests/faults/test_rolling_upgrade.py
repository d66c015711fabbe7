"""The version before runs on the schema of this one, for as long as servers are restarted one by one.

The version before is the newest that was handed over: a commit of this repository. Without git it is not
there, and the test is skipped, which `bin/test` tells.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from questionnaire.tests.cluster import running_cluster
from questionnaire.tests.installations import ROLE, Installation, installed, run, save
from questionnaire.tests.load import Load
from questionnaire.tests.served import Browser, Server

pytestmark = pytest.mark.soak

#: The state before the installation knew its keys and servers.
BEFORE: Final = "12f9c85"
SAVES: Final = 30


@pytest.fixture(scope="module")
def program_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the program of the version before, ready to run."""
    git = shutil.which("git")
    archive = subprocess.run(  # noqa: S603
        [git or "false", "archive", BEFORE], cwd=settings.BASE_DIR, capture_output=True, check=False
    )
    if archive.returncode:
        pytest.skip(f"the version before is commit {BEFORE}: needs git and the history")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    for script in (["bin/messages.py", "compile"], ["bin/fonts.py"]):
        subprocess.run([sys.executable, *script], cwd=folder, check=True)  # noqa: S603
    return folder


def start_intake(browser: Browser) -> str:
    """Start a conversation as someone does, and return its first page."""
    page = browser.get("/intakes/start/")
    controls = {**dict(page.controls.lists()), "reference": "2026-900"}
    response = browser.post("/intakes/start/", controls)
    assert response.status == 302, response.text
    return urlsplit(response.headers["location"]).path


def test_servers_are_restarted_one_by_one_while_people_write(program_before: Path, tmp_path: Path) -> None:
    with running_cluster() as cluster, ExitStack() as stack:
        installation = installed(cluster, tmp_path, program_before)
        old = Server(tmp_path / "old.log", program_before, **installation.application)
        new = Server(tmp_path / "new.log", **installation.application)
        with old:
            with Load([installation.browser(old)], [installation.url], requests=20) as load:
                load.wait_for_saves(1)
                migrated = run(installation.owner, "manage.py", "migrate", "--verbosity=0")
                assert (migrated.returncode, migrated.stderr) == (0, "")
                cluster.psql(run(installation.owner, "manage.py", "grants", ROLE).stdout)
                looked = installation.look()
                assert (looked.returncode, looked.stderr) == (0, "")
                stack.enter_context(new)
                load.wait_for_saves(SAVES)
            # What the version before adds has no value for a column that it does not know.
            page = start_intake(installation.browser(old))
        browser = installation.browser(new)
        assert browser.get(page).status == 200
        load.check(browser)
        assert save(browser, installation.url, "verder").status == 200
        print(load.statuses, (tmp_path / "old.log").read_text())  # noqa: T201
        assert set(load.statuses) <= {200, 503}
        assert load.lost == []
        check(installation)


def check(installation: Installation) -> None:
    """Check that what both versions wrote is whole."""
    installation.manage("verify_events")
    installation.manage("verify_rights")
