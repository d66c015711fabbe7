"""Every command in README and docs exists, and runs as printed on a fresh copy of the project."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

ROOT: Final = Path(settings.BASE_DIR)
MANAGE: Final = ".venv/bin/python manage.py"
#: Placeholders in the documents, and their values on the fresh copy.
FILLED_IN: Final = {
    "UUID": "$(cat uuid)",
    "CASE": "$(cat case)",
    "USER": "eerste",
    "NAME": "tweede",  # whom the command `adduser` makes
    "SUB": "abc",
    "TEAM": "'Team 1'",
    "DAYS": "365",
    "WHY": "test",
    "WHO": "eerste",
    "ROLE": "stalkcheck_app",
    "FILE.pdf": "page.pdf",
    "FILE": "file",
    "LOG": "log.txt",
}
#: Commands not run here: PostgreSQL tools, the network, servers, and runs of all tests.
NOT_RUN: Final = (
    *("createuser", "pipx", "bin/", "psql", f"{MANAGE} grants", f"{MANAGE} restore"),
    f"{MANAGE} migrate questionnaire 0028",  # the way back; the commands after it need this version
)
#: `verify` exits with 1 for a PDF that was not made here, and `keys lock` without a command that gives a key.
EXIT_CODES: Final = {f"{MANAGE} verify": 1, f"{MANAGE} keys lock": 1}
PREPARE: Final = """
{manage} keys create && {manage} migrate --verbosity 0 && {manage} adduser --first && {manage} demo
.venv/bin/python bin/messages.py compile
.venv/bin/python -c "
import django; django.setup()
from questionnaire.models import Intake
intake = Intake.objects.order_by('case__reference').last()
open('uuid', 'w').write(str(intake.pk))
open('case', 'w').write(str(intake.case_id))
open('page.pdf', 'w').write('%PDF')
open('log.txt', 'w').write('3 mei 2025 stond voor de deur')"
"""


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def commands_in(text: str) -> Iterator[str]:
    """Yield the commands of a page: lines of code, and code within a sentence or a table."""
    code = [*re.findall(r"^(?: {4})?((?:\.venv/)?bin/\S.*)$", text, re.MULTILINE)]
    code += [found for found in re.findall(r"`([^`\n]+)`", text) if re.match(r"(?:\.venv/)?bin/\w", found)]
    for line in code:
        yield re.sub(r"\s+#.*", "", line).strip()


COMMANDS: Final = sorted(
    {
        command
        for path in documents()
        if path.name not in ("evidence.md", "moved-modules.md")
        for command in commands_in(path.read_text(encoding="utf-8"))
    }
)


def filled_in(command: str) -> str:
    for name, value in FILLED_IN.items():
        command = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w.])", value, command)
    return command


def test_commands_are_found_in_the_documents() -> None:
    assert len(COMMANDS) > 30
    assert f"{MANAGE} summarise questionnaire/demo --output summaries" in COMMANDS


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith(MANAGE)])
def test_a_documented_manage_command_parses(command: str) -> None:
    typed = re.sub(r"\$\(cat (uuid|case)\)", "00000000-0000-4000-8000-000000000001", filled_in(command))
    name, *arguments = shlex.split(typed.removeprefix(MANAGE).split(">")[0].split("|")[0])

    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)

    assert vars(parser.parse_args(arguments))


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("bin/")])
def test_a_documented_script_has_the_options_that_are_printed(command: str) -> None:
    script, *arguments = shlex.split(command)
    usage = (ROOT / script).read_text(encoding="utf-8")

    assert os.access(ROOT / script, os.X_OK)
    for argument in arguments:
        if argument.startswith("--") and not argument.startswith("--randomly"):
            assert argument in usage, command
        elif "/" in argument:
            assert (ROOT / argument).exists(), command


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the project as it is checked out, with the installed packages and a home of its own."""
    left_out = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", "*.mo", "mutants")
    shutil.copytree(ROOT, tmp_path / "project", ignore=left_out)
    (tmp_path / "project" / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path / "project"


def run(command: str, copy: Path) -> subprocess.CompletedProcess[str]:
    home = {"HOME": str(copy.parent), "DJANGO_SETTINGS_MODULE": "stalkcheck.settings"}
    # As docs/signing-in.md has set before its command.
    provider = {"SERVER": "https://idp.example", "CLIENT": "us", "SECRET": "geheim"}
    home |= {f"STALKCHECK_OIDC_{name}": value for name, value in provider.items()}
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
    return subprocess.run(  # noqa: S603  (the project's own documents)
        ["/bin/bash", "-c", command],
        cwd=copy,
        env={**inherited, **home},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.pdf
@pytest.mark.untraced
def test_the_example_of_the_readme_makes_a_pdf_of_each_demo_intake(copy: Path) -> None:
    result = run(f"{MANAGE} summarise questionnaire/demo --output summaries", copy)

    assert result.returncode == 0, result.stderr
    made = sorted((copy / "summaries").iterdir())
    assert len(made) == len(list((ROOT / "questionnaire" / "demo").glob("*.json")))
    assert all(path.read_bytes().startswith(b"%PDF") for path in made)


@pytest.mark.soak
def test_every_documented_command_runs_as_printed(copy: Path) -> None:
    prepared = run("set -e" + PREPARE.format(manage=MANAGE), copy)
    assert prepared.returncode == 0, prepared.stderr
    wrong = []

    for command in COMMANDS:
        if (
            command.startswith(NOT_RUN)
            or "| psql" in command
            or " bench/" in command
            or "pre-commit" in command
        ):
            continue
        # Undo what an earlier command made or removed.
        result = run(f"rm -rf file out summaries; {filled_in(command)}", copy)
        expected = next(
            (code for start, code in EXIT_CODES.items() if f"{command} ".startswith(f"{start} ")), 0
        )
        if result.returncode != expected:
            wrong.append(f"{command}: {result.returncode} {result.stderr[-300:]}")

    assert wrong == []
