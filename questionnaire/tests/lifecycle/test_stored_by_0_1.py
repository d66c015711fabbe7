"""A database, a key ring and a backup of version 0.1.0 open, verify and show all that was said.

That version made `stored_by_0_1/` from four demo intakes: reviewed, returned, signed off, reassessed, handed
over, opened with a reason; with a pending post and a second factor. `summaries.json.xz` is what it showed, by
version 1 of the rules.
"""

from __future__ import annotations

import json
import lzma
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings

from questionnaire.domain.advice.edition import RULES_VERSION

STORED: Final = Path(__file__).parent / "stored_by_0_1"

#: Run in another process on the stored database: prints everything that it decrypts as JSON.
READ: Final = """
import json, sys, django; django.setup()
from allauth.mfa.models import Authenticator
from questionnaire.accounts.factors import are_as_written
from questionnaire.accounts.second_factor import MFAAdapter
from questionnaire.audit import log
from questionnaire.audit.chains import Head
from questionnaire.models import Event
from questionnaire.documents.renderers.json import as_json
from questionnaire.documents.renderers.text import as_text
from questionnaire.models import Document, Handover, HeldPost, Intake, Membership, SignOff, User
from questionnaire.queries.document_input import as_intake_file
from questionnaire.queries.documents import document_for
intakes = list(Intake.objects.order_by("pk"))
print(json.dumps({
    "faults": [fault.kind for fault in log.verify([Head.parse(sys.argv[1])]).faults],
    "rights": sorted(Membership.objects.filter(user=1).values_list("role", flat=True)),
    "in_force": sorted(row.role for row in User.objects.get(pk=1).memberships.in_force()),
    "accounts": [user.is_as_written and are_as_written(user) for user in User.objects.all()],
    "newest": Event.objects.latest("seq").code,
    "intakes": [{
        "uuid": str(intake.uuid),
        "is_signed": intake.state == "signed_off",
        "texts": {code: as_text(document_for(intake, code)) for code in ("nl", "en")},
        "json": {code: json.loads(as_json(as_intake_file(intake), code)) for code in ("nl", "en")},
    } for intake in intakes],
    "note": [row.content["note"] for row in Handover.objects.all()],
    "pending": [row.content["controls"] for row in HeldPost.objects.all()],
    "signed": [sorted(row.content) for row in SignOff.objects.all()],
    "pdfs": sorted({bytes(row.pdf[:8]).decode() for row in Document.objects.all()}),
    "secret": [MFAAdapter().decrypt(row.data["secret"]) for row in Authenticator.objects.all()],
}))
"""


def unpack(name: str, folder: Path) -> Path:
    target = folder / name
    target.write_bytes(lzma.decompress((STORED / f"{name}.xz").read_bytes()))
    return target


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return a folder with the key ring of 0.1.0, and no database yet."""
    ring = tmp_path / "keyring.json"
    ring.write_bytes((STORED / "keyring.json").read_bytes())
    ring.chmod(0o600)
    return tmp_path


def python(machine: Path, *arguments: str, code: int = 0) -> str:
    """Run Python on that machine, at its database, and return what it prints; it ends with this code."""
    result = subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{machine}/database.sqlite3",
            "STALKCHECK_KEYRING": str(machine / "keyring.json"),
            "DJANGO_SETTINGS_MODULE": "stalkcheck.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == code, result.stderr
    return result.stdout


def assert_all_opens(machine: Path, newest: str = "logs.gathered") -> None:
    expected = json.loads(lzma.decompress((STORED / "summaries.json.xz").read_bytes()))
    shown: dict[str, Any] = json.loads(python(machine, "-c", READ, expected["head"]))

    assert shown["faults"] == []  # also compared with its head of then
    assert shown["newest"] == newest
    assert shown["rights"] == shown["in_force"] == ["manager", "professional"]
    assert shown["accounts"] == [True] * 3
    assert len(shown["intakes"]) == 6
    for now, then in zip(shown["intakes"], expected["intakes"], strict=True):
        assert now["uuid"] == then["uuid"]
        for language in ("nl", "en"):
            assert told(now["json"][language]) == told(then["json"][language])
            # An open one goes on in the log of its case, with what others wrote in it.
            logged, before = (incidents_of(each["json"][language]) for each in (now, then))
            assert [one for one in logged if one in before] == before
            assert logged == before or not now["is_signed"]
            (aim,) = (one for one in now["json"][language]["open_questions"] if one["item"] == "aim")
            assert aim["state"] == "not_reached"
            for words in free_texts(then["json"][language]):
                assert "".join(words.split()) in "".join(now["texts"][language].replace(" | ", "").split())
    assert shown["note"] == ["Belt u morgen terug?"]
    assert shown["pending"] == [{"text": ["Nog niet bewaard"]}]
    assert shown["signed"] == [["en", "nl"]] * 2
    assert shown["pdfs"] == ["%PDF-1.7"]
    assert shown["secret"] == ["JBSWY3DPEHPK3PXP"]


def told(summary: dict[str, Any]) -> dict[str, Any]:
    """Return what a summary says that was told: no rule of any version makes this."""
    return {
        **{key: summary[key] for key in ("reference", "date", "language", "wishes")},
        "fear": {key: value for key, value in summary["fear"].items() if key != "opening"},
        "behaviours": summary["pattern"]["behaviours"],
        "concerns": [(one["item"], one["codes"]) for one in summary["concerns"]],
    }


def incidents_of(summary: dict[str, Any]) -> list[dict[str, Any]]:
    keys = ("date", "precision", "place", "what", "evidence", "reported")
    return [{key: one[key] for key in keys} for one in summary["incidents"]]


def free_texts(summary: dict[str, Any]) -> list[str]:
    texts = [summary["wishes"], summary["fear"]["words"]]
    texts += [one[key] for one in summary["incidents"] for key in ("what", "evidence")]
    return [text for text in texts if text]


def upgrade(machine: Path) -> None:
    python(machine, "manage.py", "migrate")
    python(machine, "manage.py", "upgrade_cases")
    python(machine, "manage.py", "update_levels")


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what the tables of intakes, access and events hold, without keys, levels and later events.

    The content of what was signed off is encrypted again: it gets its incidents, and loses them.
    """
    queries = {
        "intakes": "SELECT uuid, team_id, author_id, {case}, previous_id, corrects_id, reference, "
        "reference_key, shielded, legal_hold, state, revision, "
        "CASE state WHEN 'signed_off' THEN '' ELSE content END "
        "FROM questionnaire_intake ORDER BY uuid",
        "access": "SELECT id, {case}, user_id, kind, given_at, until FROM questionnaire_access ORDER BY id",
        "events": "SELECT seq, code, intake, items, reason, mac FROM questionnaire_event WHERE seq <= 106",
    }
    with closing(sqlite3.connect(path)) as database:
        columns = {row[1] for row in database.execute("PRAGMA table_info(questionnaire_intake)")}
        if "case" not in columns:
            return {}
        return {
            name: database.execute(query.format(case='"case"')).fetchall() for name, query in queries.items()
        }


@pytest.mark.untraced
def test_a_database_of_0_1_opens_and_shows_what_was_said(machine: Path) -> None:
    unpack("database.sqlite3", machine)

    upgrade(machine)

    assert in_force(machine) == stored_roles(machine)
    python(machine, "manage.py", "verify_rights")
    python(machine, "manage.py", "migrate", "--check")
    assert "109" in python(machine, "manage.py", "verify_events")
    assert_all_opens(machine)


LEVELS: Final = (
    "SELECT uuid, state, urgency, signed_urgency, signed_rules_version, rules_version, rank "
    "FROM questionnaire_intake ORDER BY rank DESC"
)
#: Run in another process: prints the levels that the rules of now give.
LEVELS_NOW: Final = """
import django; django.setup()
from questionnaire.domain.summary import summarise
from questionnaire.models import Intake
for each in Intake.objects.all():
    print(each.pk.hex, summarise(each.answers, each.incident_log, each.on).urgency.value)
"""


@pytest.mark.untraced
def test_lists_go_by_the_rules_of_now_and_what_was_signed_keeps_its_level(machine: Path) -> None:
    unpack("database.sqlite3", machine)
    before = dict(fetch(machine, "SELECT uuid, urgency FROM questionnaire_intake"))

    upgrade(machine)

    now = dict(line.split() for line in python(machine, "-c", LEVELS_NOW).splitlines())
    rows = fetch(machine, LEVELS)
    assert {state for _uuid, state, *_levels in rows} >= {"concept", "signed_off"}
    for uuid, state, urgency, signed, signed_rules, rules, _rank in rows:
        assert str(urgency) == now[uuid]
        assert rules == RULES_VERSION
        assert (signed, signed_rules) == ((before[uuid], 1) if state == "signed_off" else (None, None))
    levels = [row[2] for row in rows]
    assert levels == sorted(levels, reverse=True)
    assert any(row[2] != before[row[0]] for row in rows)
    assert fetch(machine, "SELECT DISTINCT rules_told FROM questionnaire_user") == [(1,)]


@pytest.mark.untraced
def test_a_database_of_0_1_goes_back_and_forth(machine: Path) -> None:
    path = unpack("database.sqlite3", machine)
    before = rows(path)
    upgrade(machine)
    assert rows(path) != before

    python(machine, "manage.py", "upgrade_cases", "--undo")
    python(machine, "manage.py", "migrate", "questionnaire", "0009")

    assert rows(path) == before
    upgrade(machine)
    assert_all_opens(machine)


@pytest.mark.untraced
def test_a_backup_of_0_1_restores_and_shows_what_was_said(machine: Path) -> None:
    backup = unpack("backup.sqlite3", machine)

    python(machine, "manage.py", "restore", str(backup), "--unsigned")

    assert_all_opens(machine, newest="backup.restored")
    assert in_force(machine) == stored_roles(machine)


# --- Sealing what 0.1 stored --------------------------------------------------------------------------------

#: Undoes the migration as the owner of the database can, so that the next `migrate` seals again.
UNSEALED: Final = (
    "DELETE FROM django_migrations WHERE app = 'questionnaire' AND name >= '0010'",
    "DROP INDEX subjects_of_events",
    "DROP TABLE questionnaire_session",
    *(f"ALTER TABLE questionnaire_membership DROP COLUMN {name}" for name in ("given_by", "mac")),
    *(f"ALTER TABLE questionnaire_user DROP COLUMN {name}" for name in ("factors_mac", "mac")),
)


def execute(machine: Path, *statements: str) -> None:
    with closing(sqlite3.connect(machine / "database.sqlite3")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def stored_roles(machine: Path) -> list[str]:
    """Return the roles that 0.1 stored, those that no event gave too."""
    query = "SELECT user_id || ' ' || team_id || ' ' || role FROM questionnaire_membership"
    return sorted(row[0] for row in fetch(machine, query))


def in_force(machine: Path) -> list[str]:
    """Return the roles that count."""
    code = (
        "import django; django.setup()\n"
        "from questionnaire.models import Membership\n"
        "for row in Membership.objects.in_force(): print(row.user_id, row.team_id, row.role)"
    )
    return sorted(python(machine, "-c", code).splitlines())


def fetch(machine: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(machine / "database.sqlite3")) as database:
        return database.execute(query).fetchall()


@pytest.mark.untraced
def test_sessions_of_0_1_are_gone_and_their_keys_too(machine: Path) -> None:
    database = unpack("database.sqlite3", machine)
    key = "k" * 32
    execute(machine, f"INSERT INTO django_session VALUES ('{key}', 'data', '2099-01-01')")  # noqa: S608
    assert key.encode() in database.read_bytes()

    python(machine, "manage.py", "migrate")

    assert key.encode() not in database.read_bytes()


@pytest.mark.untraced
def test_sealing_again_makes_no_account_good(machine: Path) -> None:
    unpack("database.sqlite3", machine)
    python(machine, "manage.py", "migrate", "questionnaire", "0010")
    execute(machine, *UNSEALED, "UPDATE questionnaire_user SET password = 'x' WHERE id = 1")

    python(machine, "manage.py", "migrate", "questionnaire", "0010")

    assert set(fetch(machine, "SELECT mac FROM questionnaire_user")) == {("",)}


@pytest.mark.untraced
def test_nothing_is_sealed_when_the_events_are_broken(machine: Path) -> None:
    unpack("database.sqlite3", machine)
    execute(
        machine, "DROP TRIGGER events_never_change", "UPDATE questionnaire_event SET code = 'x' WHERE seq = 9"
    )

    python(machine, "manage.py", "migrate", code=1)

    assert "mac" not in str(fetch(machine, "SELECT sql FROM sqlite_master WHERE name = 'questionnaire_user'"))


@pytest.mark.untraced
def test_nothing_is_sealed_without_the_ring(machine: Path) -> None:
    unpack("database.sqlite3", machine)
    (machine / "keyring.json").unlink()

    python(machine, "manage.py", "migrate", code=1)

    assert "mac" not in str(fetch(machine, "SELECT sql FROM sqlite_master WHERE name = 'questionnaire_user'"))


#: Run in another process: starts a thousand conversations with an incident, some granted and shielded.
FILL = """
import django; django.setup()
from datetime import date
from questionnaire.actions import access, incidents, intakes
from questionnaire.domain.incidents import Incident
from questionnaire.models import Access, Membership, User
alice = Membership.objects.filter(role="professional").order_by("pk").first().user
team = alice.memberships.filter(role="professional").first().team
other = User.objects.filter(memberships__team=team).exclude(pk=alice.pk).first()
for number in range(1000):
    intake = intakes.start_intake(alice, team, f"N-{number}", date(2026, 3, 23), "nl")
    incidents.add_incident(alice, intake, Incident("2026-03-20", "home", what="Hij stond er weer."))
    if number % 10 == 0:
        access.grant(alice, intake, other, Access.Kind.NAMED)
        access.shield(alice, intake)
"""
#: Run in another process: prints how many incidents open, and how many cases are refused.
COUNT = """
import django; django.setup()
from questionnaire.models import Case, Intake, tampered_cases
opened = sum(log.what == "Hij stond er weer." for each in Intake.objects.all() for log in each.incident_log)
print(opened, len(tampered_cases(Case.objects.all())))
"""


@pytest.mark.soak
def test_a_thousand_intakes_go_back_and_forth(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = unpack("database.sqlite3", machine)
    upgrade(machine)
    python(machine, "-c", FILL)
    steps = {
        "back, keys": ("upgrade_cases", "--undo"),
        "back, tables": ("migrate", "questionnaire", "0009"),
        "up, tables": ("migrate",),
        "up, keys": ("upgrade_cases",),
    }

    took, columns = {}, []
    for name, command in steps.items():
        start = time.perf_counter()
        python(machine, "manage.py", *command)
        took[name] = time.perf_counter() - start
        columns.append(len(rows(path)))

    assert columns == [0, 3, 0, 0]  # the columns of then are there in between alone
    assert python(machine, "-c", COUNT).split() == ["1000", "0"]
    python(machine, "manage.py", "verify_events")
    with capsys.disabled():
        told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in took.items())
        print(f"\n1,006 intakes, with half a second for each start of a command: {told}")  # noqa: T201
