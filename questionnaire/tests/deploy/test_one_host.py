"""docs/one-host.md as it is written, on a bare Debian 12 that systemd boots, up to a PDF that was signed off.

systemd itself applies all that the units say, so this shows that the server, its PDFs, its passwords and its
encryption work under these limits. What differs from the page: the certificate is made here, the program is a
copy, and what is installed is installed before the machine boots, since then it reaches no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from questionnaire.tests.deploy import certificates
from questionnaire.tests.deploy.machine import Machine, machine
from questionnaire.tests.deploy.proxies import NAME

pytestmark = pytest.mark.soak

PAGE: Final = Path(settings.BASE_DIR) / "docs/one-host.md"
#: By their headings: what the page says to type.
COMMANDS: Final[dict[str, str]] = dict(
    re.findall(r"^## (.+?)\n.*?^```sh\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
)
JOBS: Final = ("seal", "retention", "clearsessions", "backup", "verify", "reminders", "deliver")


@pytest.fixture
def host() -> Iterator[Machine]:
    with machine() as made:
        made.run("apt-get update -qq && apt-get install -qq --no-install-recommends systemd-sysv dbus curl")
        made.copy_project("/srv/stalkcheck")
        certificates.make(made.files / "srv", NAME)
        made.run(COMMANDS["The program"].replace("git clone", "true"))
        # The port that is free here, when another PostgreSQL runs beside this machine.
        made.run("sed -i 's/^port = .*/port = 5432/' /etc/postgresql/*/main/postgresql.conf")
        with made.booted():
            yield made


def follow(host: Machine) -> None:
    tls = "sed -i 's#^{.STALKCHECK_NAME.*#&\\ntls /srv/certificate.pem /srv/key.pem#' /etc/caddy/Caddyfile"
    host.on("chown caddy /srv/certificate.pem /srv/key.pem")
    host.on(f"echo '127.0.0.1 {NAME}' >> /etc/hosts")
    for heading in ("Accounts and keys", "Served"):
        text = COMMANDS[heading].replace("/NAME/", f"/{NAME}/")
        host.on(f"cd /srv/stalkcheck; {text}".replace("systemctl restart", f"{tls}; systemctl restart"))
    said = host.on(COMMANDS["The first people"])
    _administrator, *people = re.findall(r"User name: (\S+)\nPassword: (\S+)", said)
    host.on(
        "for port in 8001 8002; do"
        " curl --silent --fail --retry 30 --retry-connrefused localhost:$port/health/ready; done"
    )
    words = " ".join(word for person in people for word in person)

    visited = host.on(
        "cd /srv/stalkcheck && runuser -u stalkcheck -- .venv/bin/python questionnaire/tests/deploy/visit.py"
        f" https://{NAME} /srv/certificate.pem {words}"
    )

    assert "signed off: True" in visited
    assert "%PDF" in visited


def assert_does_its_work(host: Machine, job: str) -> None:
    host.on(f"systemctl start stalkcheck-{job}.service || {{ journalctl -u stalkcheck-{job}; exit 1; }}")


def assert_within_limits(host: Machine) -> None:
    said = host.on("systemd-analyze security --no-pager stalkcheck-web@8001.service")
    status = host.on("cat /proc/$(systemctl show --value -p MainPID stalkcheck-web@8001)/status")

    level = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert level
    assert float(level[1]) < 2
    assert re.search(r"^CapBnd:\t0+$", status, re.MULTILINE)
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status


def assert_back_when_killed(host: Machine) -> None:
    host.on("systemctl kill --signal=KILL stalkcheck-web@8001; sleep 3")
    host.on("curl --silent --fail --retry 30 --retry-connrefused localhost:8001/health/ready")


def assert_reads_credentials(host: Machine) -> None:
    host.on(
        """
        cd /srv/stalkcheck; install -d -m 700 /etc/stalkcheck-secrets
        sed -n s/^DATABASE_URL=//p /etc/stalkcheck/environment > /etc/stalkcheck-secrets/database_url
        sed -i /^DATABASE_URL=/d /etc/stalkcheck/environment
        cp deploy/systemd/credentials.conf /etc/systemd/system/stalkcheck-.service.d/
        systemctl daemon-reload; systemctl restart stalkcheck-web@8001; sleep 3
        curl --silent --fail --retry 30 --retry-connrefused localhost:8001/health/ready
        systemctl start stalkcheck-seal"""
    )


def assert_serves_with_a_locked_ring(host: Machine) -> None:
    """Lock the ring with a credential that only this host decrypts, as docs/operations.md says."""
    page = (PAGE.parent / "operations.md").read_text()
    found = re.search(r"^```sh\n(.*?systemd-creds.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert found
    host.on(found[1])
    host.on("grep -q locked /etc/stalkcheck/keyring.json; systemctl restart stalkcheck-web@8001; sleep 3")
    host.on("curl --silent --fail --retry 30 --retry-connrefused localhost:8001/health/ready")


def test_the_page_leads_from_nothing_to_a_pdf_that_was_signed_off(host: Machine) -> None:
    """One test, so that one machine is made: it takes minutes."""
    follow(host)
    for job in JOBS:
        assert_does_its_work(host, job)
    assert_within_limits(host)
    assert_back_when_killed(host)
    assert_reads_credentials(host)
    assert_serves_with_a_locked_ring(host)
