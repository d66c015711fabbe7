"""The image of deploy/Containerfile, built by an engine where there is one, and else step by step without.

Without one its steps run in a root made by debootstrap: FROM is a bare Debian of that release (with a little
more than the slim image), RUN a chroot, COPY a copy without what .containerignore names. What it starts has a
root that cannot be written, /tmp in memory, no capability, and no way to get one. Not checked there: that an
engine reads the file, its layers, the timing of its health check, and compose.yaml beyond its form.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from django.conf import settings

from questionnaire.tests.deploy.machine import Machine, machine

ROOT: Final = Path(settings.BASE_DIR)
DEPLOY: Final = ROOT / "deploy"
#: Run where the image serves: start a conversation in the first account, and ask the server for its PDF.
FIRST_PDF: Final = """
import django; django.setup()
from datetime import date
from http.client import HTTPConnection
from django.conf import settings
from django.test import Client
from questionnaire.actions.intakes import start_intake
from questionnaire.models import Team, User
user, client, token = User.objects.get(), Client(), "c" * 32
client.force_login(user)
intake = start_intake(user, Team.objects.get(), "2026-117", date(2026, 3, 23), "nl")
cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
cookies[settings.CSRF_COOKIE_NAME] = token
server = HTTPConnection("127.0.0.1", 8000, timeout=120)
server.request("POST", f"/intakes/{intake.uuid}/summary/pdf/", f"csrfmiddlewaretoken={token}", {
    "Host": "intake.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1",
    "Referer": "https://intake.example.org/", "Content-Type": "application/x-www-form-urlencoded",
    "Cookie": "; ".join(map("=".join, cookies.items())),
})
answer = server.getresponse()
print(answer.status, answer.read(5).decode("latin-1"))
"""
KNOWN: Final = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT"}


def steps() -> list[tuple[str, str]]:
    """Return the instructions of the Containerfile and what follows each."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Containerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(name, rest.strip()) for name, _space, rest in (line.partition(" ") for line in lines if line)]


def only(name: str) -> str:
    (found,) = [rest for step, rest in steps() if step == name]
    return found


def is_ignored(path: str) -> bool:
    patterns = [
        line for line in (ROOT / ".containerignore").read_text().splitlines() if line[:1] not in ("", "#")
    ]
    parents = [*reversed(Path(path).parents), Path(path)]
    return any(
        fnmatch(str(part), pattern) or (pattern.startswith("**/") and fnmatch(part.name, pattern[3:]))
        for part in parents
        for pattern in patterns
    )


def test_every_instruction_is_one_that_the_long_test_runs() -> None:
    assert {name for name, _rest in steps()} == KNOWN


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".venv/bin/python",
        "var/stalkcheck.sqlite3",
        "questionnaire/tests/served.py",
        "docs/use.md",
    ],
)
def test_what_the_server_does_not_need_is_left_out(path: str) -> None:
    assert is_ignored(path)


@pytest.mark.parametrize(
    "path", ["manage.py", "bin/_serve.py", "locale/nl/LC_MESSAGES/django.po", "questionnaire/urls.py"]
)
def test_what_it_needs_is_copied(path: str) -> None:
    assert not is_ignored(path)


def test_the_composition_gives_no_service_more_than_it_needs() -> None:
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services: dict[str, Any] = composed["services"]

    assert {"app1", "app2", "database", "migrate", "proxy"} == services.keys()
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert set(service.get("secrets", ())) <= composed["secrets"].keys(), name
        volumes = [volume.partition(":")[0] for volume in service.get("volumes", ())]
        assert {volume for volume in volumes if not volume.startswith(".")} <= composed["volumes"].keys(), (
            name
        )
    assert "ports" not in services["app1"]
    assert "owner_database_url" not in services["app1"]["secrets"]
    assert (ROOT / ".dockerignore").read_text() == (ROOT / ".containerignore").read_text()


def engine() -> str:
    """Return the name of a container engine that runs here; "" when there is none."""
    found = filter(shutil.which, ("podman", "docker"))
    runs = (name for name in found if subprocess.run([name, "info"], capture_output=True).returncode == 0)  # noqa: S603
    return next(runs, "")


@pytest.mark.soak
def test_an_engine_that_is_there_builds_it() -> None:
    if name := engine():
        subprocess.run([name, "build", "-f", "deploy/Containerfile", "."], cwd=ROOT, check=True)  # noqa: S603


@pytest.fixture
def built() -> Iterator[Machine]:
    """Return a machine that has what the image has."""
    with machine() as made:
        for name, rest in steps():
            if name == "RUN":
                made.run(f"cd {only('WORKDIR')}; {rest}" if (made.files / "srv").exists() else rest)
            elif name == "WORKDIR":
                (made.files / rest.lstrip("/")).mkdir(parents=True)
            elif name == "COPY":
                made.copy_project(only("WORKDIR"), rest.split()[0], is_ignored)
        yield made


@pytest.mark.soak
def test_the_image_serves_as_nobody_in_particular_and_writes_nothing(built: Machine) -> None:
    environment = {
        name: value for name, _equals, value in (word.partition("=") for word in shlex.split(only("ENV")))
    }
    # One host, so SQLite, in the folder of a volume.
    environment |= {"DATABASE_URL": "sqlite:////data/db.sqlite3", "STALKCHECK_KEYRING": "/data/keyring.json"}
    environment |= {"STALKCHECK_HOSTS": "intake.example.org", "STALKCHECK_PROXY": "1"}
    environment |= {"STALKCHECK_ONE_FACTOR": "1", "DJANGO_SETTINGS_MODULE": "stalkcheck.settings"}
    del environment["DATABASE_URL_FILE"]
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items())
    number = only("USER").partition(":")[0]
    as_user = [
        *("setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", "--no-new-privs"),
        *("--bounding-set=-all", "--inh-caps=-all"),
    ]
    built.run("ln -s /tmp /data")
    entrypoint = " ".join(map(shlex.quote, json.loads(only("ENTRYPOINT"))))
    check = " ".join(map(shlex.quote, json.loads(only("HEALTHCHECK").partition("CMD ")[2])))

    said = built.run(
        f"""{exports}cd {only("WORKDIR")}
        if touch here 2>/dev/null || touch /usr/here 2>/dev/null; then echo WRITABLE; fi
        grep -E 'CapEff|NoNewPrivs' /proc/self/status
        manage() {{ .venv/bin/python manage.py "$@"; }}
        manage keys create; manage migrate --verbosity 0; manage adduser --first
        {entrypoint} & server=$!
        for _try in $(seq 100); do sleep 0.3; if {check} 2>/dev/null; then echo HEALTHY; break; fi; done
        .venv/bin/python -c {shlex.quote(FIRST_PDF)}
        kill $server; wait $server || true""",
        user=as_user,
        read_only=True,
    )

    assert "WRITABLE" not in said
    assert "CapEff:\t0000000000000000" in said
    assert "NoNewPrivs:\t1" in said
    assert "HEALTHY" in said
    assert "%PDF" in said
