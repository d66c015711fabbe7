"""The command `summarise`: what it makes of answers files, and what it refuses."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from questionnaire import demo
from questionnaire.documents.editions import FULL, slug
from questionnaire.documents.renderers import pdf
from questionnaire.management.answers_files import MAX_BYTES
from questionnaire.management.commands import summarise

DEMO = [demo.FOLDER / f"{name}.json" for name in demo.COMPLETE]


@dataclass
class Outcome:
    """The exit code and output of one run of the command."""

    code: int
    out: str
    errors: list[str]


def run(*arguments: object) -> Outcome:
    out, errors = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("summarise", *map(str, arguments), stdout=out, stderr=errors)
    except SystemExit as end:
        code = int(end.code or 0)
    return Outcome(code, out.getvalue(), errors.getvalue().splitlines())


@pytest.fixture
def answers(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes an answers file."""

    def write(content: object, name: str = "intake.json") -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def answers_file(**answers: object) -> dict[str, object]:
    return {"version": 1, "reference": "R-1", "answers": answers}


def with_level(raw: str) -> str:
    """Write an answers file with raw JSON where a number belongs."""
    return f'{{"version":1,"answers":{{"fear_level":{raw}}}}}'


@pytest.fixture(autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, as a run without --output writes into the current one."""
    monkeypatch.chdir(tmp_path_factory.mktemp("current"))


# --- What it makes ------------------------------------------------------------------------------------------


def test_json_goes_to_standard_output_one_summary_a_line() -> None:
    outcome = run(*DEMO, "--format", "json", "--output", "-")

    assert (outcome.code, outcome.errors) == (0, [])
    summaries = [json.loads(line) for line in outcome.out.splitlines()]
    assert [summary["reference"] for summary in summaries] == [
        demo.intake(n).reference for n in demo.COMPLETE
    ]
    assert all(list(summary)[5] == "fear" for summary in summaries)


def test_a_folder_becomes_files_named_after_the_reference(tmp_path: Path) -> None:
    outcome = run(demo.FOLDER, "--format", "text", "--output", tmp_path / "new" / "folder")

    assert (outcome.code, outcome.out, outcome.errors) == (0, "", [])
    names = sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())
    assert names == sorted(
        f"{intake.reference}-{slug(FULL, intake.language)}.txt" for intake in demo.intakes()
    )


def test_without_output_the_current_folder_gets_the_files() -> None:
    assert run(DEMO[0], "--format", "text").code == 0

    assert [path.name for path in Path.cwd().iterdir()] == ["2026-117-eigen-dossier-niet-doorgeven.txt"]


def test_lines_without_a_reference_are_named_after_the_file_and_line(
    answers: Callable[..., Path], tmp_path: Path
) -> None:
    line = json.dumps({"version": 1, "answers": {}})
    path = answers(f"{line}\n\n{line}\n", "week 12.jsonl")

    assert run(path, "--format", "json", "--output", tmp_path / "out").code == 0

    assert sorted(made.name for made in (tmp_path / "out").iterdir()) == ["week-12-1.json", "week-12-3.json"]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("2026/117", "2026-117"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("Zoë 😀", "Zoe"),
        ("😀", "intake"),
        ("a" * 200, "a" * 80),
        ("a\u202e\nb", "a-b"),
        ("-rf", "rf"),
    ],
)
def test_a_file_name_has_safe_characters_only(
    answers: Callable[..., Path], tmp_path: Path, reference: str, name: str
) -> None:
    path = answers({"version": 1, "reference": reference, "answers": {}})

    assert run(path, "--format", "text", "--output", tmp_path / "out").code == 0

    assert [made.stem for made in (tmp_path / "out").iterdir()] == [f"{name}-eigen-dossier-niet-doorgeven"]


def test_the_language_is_that_of_the_option_else_of_the_intake(answers: Callable[..., Path]) -> None:
    path = answers(answers_file(fear_level=9) | {"language": "en"})

    default, chosen = (
        run(path, "--format", "text", "--output", "-", *more) for more in ((), ("--language", "nl"))
    )

    assert "THE CLIENT FEELS VERY UNSAFE." in default.out
    assert "DE CLIËNT VOELT ZICH ERG ONVEILIG." in chosen.out


def test_one_summary_can_have_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "report.JSON"

    outcome = run(DEMO[0], "--format", "json", "--output", path)

    assert outcome.code == 0
    assert json.loads(path.read_text())["reference"] == "2026-117"


@pytest.mark.pdf
def test_pdf_is_the_default_and_many_come_from_several_workers(tmp_path: Path) -> None:
    outcome = run(demo.FOLDER, "--output", tmp_path, "--jobs", 2)

    assert (outcome.code, outcome.errors) == (0, [])
    made = list(tmp_path.iterdir())
    assert {path.suffix for path in made} == {".pdf"}
    assert all(path.read_bytes().startswith(b"%PDF") for path in made)


@pytest.mark.pdf
def test_a_pdf_can_go_to_standard_output(tmp_path: Path) -> None:
    made = run_in_process(DEMO[0], "--output", "-")

    assert made.returncode == 0
    assert made.stdout.startswith(b"%PDF")
    assert b"%%EOF" in made.stdout[-10:]


# --- What is there already ----------------------------------------------------------------------------------


def test_a_file_that_exists_is_left_alone_unless_asked(tmp_path: Path) -> None:
    there = tmp_path / "2026-117-eigen-dossier-niet-doorgeven.txt"
    there.write_text("mine")

    refused = run(*DEMO, "--format", "text", "--output", tmp_path)

    assert refused.code == 2
    assert refused.errors == [f"{there}: dit bestand bestaat al; geef --replace om het te vervangen"]
    assert [path.name for path in tmp_path.iterdir()] == ["2026-117-eigen-dossier-niet-doorgeven.txt"]
    assert there.read_text() == "mine"
    assert run(*DEMO, "--format", "text", "--output", tmp_path, "--replace").code == 0
    assert there.read_text() != "mine"


@pytest.mark.parametrize("other", ["R-1", "r-1", "R/1"])
def test_two_summaries_of_one_name_are_an_error(
    answers: Callable[..., Path], tmp_path: Path, other: str
) -> None:
    lines = [json.dumps({"version": 1, "reference": name, "answers": {}}) for name in ("R-1", "R-2", other)]
    path = answers("\n".join(lines), "week.jsonl")

    outcome = run(path, "--format", "json", "--output", tmp_path / "out", "--language", "en")

    assert outcome.code == 2
    assert outcome.errors == [f"{path}:3: the name {other.replace('/', '-')} is also that of {path}:1"]
    assert not (tmp_path / "out").exists()


def test_the_same_file_twice_is_an_error() -> None:
    assert run(DEMO[0], DEMO[0], "--format", "text").code == 2


# --- What it refuses ----------------------------------------------------------------------------------------

#: By case: an answers file, and how its refusal begins.
REFUSED: dict[str, tuple[object, str]] = {
    "unknown id": (answers_file(nonsense=1), "answers.nonsense: this question does not exist"),
    "unknown code": (
        answers_file(danger_now="maybe"),
        "answers.danger_now: 'maybe' is not one of the answers",
    ),
    "unknown key": (answers_file() | {"name": "x"}, "name: this key does not exist"),
    "unknown row": (
        answers_file(behaviour_home={"roof": "daily"}),
        "answers.behaviour_home.roof: this row does",
    ),
    "wrong kind": (answers_file(threats="kill"), "answers.threats: 'kill' is not a list of answers"),
    "boolean for a number": (answers_file(fear_level=True), "answers.fear_level: True is not a whole number"),
    "boolean for a version": (answers_file() | {"version": True}, "version: True is not a version"),
    "number for a text": (answers_file(safe_contact=7), "answers.safe_contact: 7 is not text"),
    "out of range": (answers_file(fear_level=11), "answers.fear_level: 11 is not between 0 and 10"),
    "NaN": (with_level("NaN"), "answers.fear_level: nan is not a whole number"),
    "1e400": (with_level("1e400"), "answers.fear_level: inf is not a whole number"),
    "5,000 digits": (with_level("9" * 5000), "answers.fear_level: inf is not a whole number"),
    "20,001 characters": (
        answers_file(safe_contact="x" * 20_001),
        "answers.safe_contact: the text has 20001",
    ),
    "lone surrogate": (
        answers_file(safe_contact="\ud800"),
        "answers.safe_contact: the text has half a character",
    ),
    "lone surrogate in a key": (
        answers_file(**{"\ud800": 1}),
        "answers.\\ud800: this question does not exist",
    ),
    "NUL": (answers_file(safe_contact="a\x00b"), "answers.safe_contact: the text has a NUL character"),
    "31 February": (
        answers_file(last_incident="2026-02-31"),
        "answers.last_incident: '2026-02-31' is a day that",
    ),
    "the future": (answers_file(last_incident="2999-01-01"), "answers.last_incident: '2999-01-01' is in the"),
    "none with others": (
        answers_file(threats=["none", "kill"]),
        "answers.threats: 'none' cannot go together",
    ),
    "repeats": (answers_file(threats=["kill", "kill"]), "answers.threats: 'kill' stands in the list twice"),
    "duplicate keys": (with_level('1,"fear_level":9'), "answers.fear_level: this key stands twice"),
    "10,000 deep": ("[" * 10_000, "this is nested too deep"),
    "10,000 deep inside": (with_level("[" * 10_000), "this is nested too deep"),
    "not an object": ([1, 2], "a list is not an object with keys"),
    "no JSON": ("{'version': 1}", "this is not JSON (line 1, column 2)"),
    "two objects": ('{"version":1,"answers":{}}{}', "this is not JSON"),
    "empty": ("", "the file is empty"),
    "blank": (" \n\t\n", "the file is empty"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "this starts with a byte order mark"),
    "UTF-16": ('{"version":1}'.encode("utf-16"), "this is not UTF-8"),
    "Latin-1": ('{"reference":"Zo\xeb"}'.encode("latin-1"), "this is not UTF-8"),
    "nothing required": ({}, "answers: this is missing"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_input_is_refused_by_name(answers: Callable[..., Path], case: str) -> None:
    content, problem = REFUSED[case]
    path = answers(content)

    outcome = run(DEMO[0], path, "--format", "json", "--output", "-", "--language", "en")

    assert (outcome.code, outcome.out) == (2, "")
    assert any(line.startswith(f"{path}: {problem}") for line in outcome.errors), outcome.errors
    assert all(line.isprintable() for line in outcome.errors)


def test_every_problem_of_every_file_is_named_at_once(answers: Callable[..., Path], tmp_path: Path) -> None:
    one = answers(answers_file(fear_level=11, danger_now="perhaps"), "one.json")
    good = json.dumps(answers_file(fear_level=1))
    many = answers(f"{good}\n{{\n{good.replace('1}', '12}')}\n", "many.jsonl")

    outcome = run(one, many, tmp_path / "gone.json", "--output", tmp_path / "out", "--language", "en")

    assert outcome.code == 2
    assert [line.removeprefix(str(tmp_path)).split(": ")[0] for line in outcome.errors] == [
        "/one.json",
        "/one.json",
        "/many.jsonl:2",
        "/many.jsonl:3",
        "/gone.json",
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_errors_come_in_the_chosen_language(answers: Callable[..., Path], language: str) -> None:
    outcome = run(answers(answers_file(fear_level=11)), "--language", language)

    messages = {"nl": "11 ligt niet tussen 0 en 10", "en": "11 is not between 0 and 10"}
    assert outcome.errors[0].endswith(f": answers.fear_level: {messages[language]}")


def test_large_input_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    for name in ("large.json", "large.jsonl"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(50 * 1024 * 1024)

    outcome = run(tmp_path, "--language", "en")

    assert outcome.code == 2
    assert outcome.errors == [
        f"{tmp_path}/large.json: the file is over 4 MB",
        f"{tmp_path}/large.jsonl: line 1 is over 4 MB",
    ]


def test_four_megabytes_is_not_too_much(answers: Callable[..., Path]) -> None:
    content = json.dumps(answers_file(fear_level=9)).ljust(MAX_BYTES)

    assert run(answers(content), "--format", "json", "--output", "-").code == 0


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("gone.json", "this cannot be read (No such file or directory)"),
        ("notes.txt", "this is no .json or .jsonl file"),
        ("empty", "the folder holds no .json or .jsonl file"),
        ("pipe.json", "this is not a file"),
        ("x\0y.json", "this cannot be read"),
        ("bad\nname\x1b.json", "this cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "notes.txt").write_text("{}")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.json")

    outcome = run(tmp_path / name, "--language", "en")

    assert outcome.code == 2
    assert len(outcome.errors) == 1
    assert f": {problem}" in outcome.errors[0]
    assert outcome.errors[0].isprintable()


def test_a_folder_inside_a_folder_that_looks_like_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()

    assert run(tmp_path, "--language", "en").errors == [f"{tmp_path}/folder.json: this is not a file"]


# --- Where it cannot go -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--output", "-"), "only one PDF at a time can go to standard output"),
        (("--format", "text", "--output", "all.txt"), "5 summaries do not fit in one file"),
        (("--format", "text", "--output", "all.pdf"), "all.pdf does not end in .txt"),
    ],
)
def test_output_that_cannot_be_is_refused(arguments: tuple[str, ...], problem: str) -> None:
    outcome = run(*DEMO, *arguments, "--language", "en")

    assert (outcome.code, outcome.errors, outcome.out) == (2, [problem], "")
    assert list(Path.cwd().iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    outcome = run(DEMO[0], "--format", "text", "--output", tmp_path / "file" / "out", "--language", "en")

    assert outcome.code == 1
    assert outcome.errors == [f"{tmp_path}/file/out cannot be written (Not a directory)"]


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(summarise, "write_atomically", fail)

    outcome = run(DEMO[0], "--format", "text", "--output", tmp_path, "--language", "en")

    assert outcome.code == 1
    assert outcome.errors == [
        f"{tmp_path}/2026-117-own-file-do-not-pass-on.txt cannot be written (No space left on device)"
    ]


@pytest.mark.parametrize(
    ("error", "made"), [(pdf.PdfFailedError("went wrong"), 1), (pdf.PdfUnavailableError("install it"), 0)]
)
def test_pdfs_that_cannot_be_made_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: pdf.PdfError, made: int
) -> None:
    def render(worker: Any, html: str) -> bytes:
        if "2026-117" in html:
            raise error
        return b"%PDF"

    monkeypatch.setattr(pdf.Worker, "render", render)

    outcome = run(*DEMO[:2], "--output", tmp_path, "--jobs", 1)

    assert outcome.code == 1
    assert len(outcome.errors) == 1
    assert outcome.errors[0].endswith(str(error))
    assert len(list(tmp_path.iterdir())) == made
    assert run(DEMO[0], "--output", "-").errors == [str(error)]


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_jobs_is_a_number_from_one_up(jobs: str) -> None:
    outcome = run_in_process(DEMO[0], "--jobs", jobs)

    assert outcome.returncode == 2


# --- As a process -------------------------------------------------------------------------------------------


def run_in_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command on a machine without a database or keys."""
    return subprocess.run(  # noqa: S603
        [
            sys.executable,
            "-W",
            "error",
            str(settings.BASE_DIR / "manage.py"),
            "summarise",
            *map(str, arguments),
        ],
        env={**os.environ, "STALKCHECK_KEYRING": "/nowhere/keyring.json", **environment},
        capture_output=True,
        check=False,
        timeout=600,
    )


def test_summarise_needs_no_database_and_no_key_ring(tmp_path: Path) -> None:
    outcome = run_in_process(
        DEMO[0], "--format", "text", "--output", "-", DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite3"
    )

    assert outcome.returncode == 0
    assert outcome.stderr == b""
    assert "DE CLIËNT VOELT ZICH" in outcome.stdout.decode()
    assert list(tmp_path.iterdir()) == []


def test_output_is_utf_8_whatever_the_terminal_says() -> None:
    outcome = run_in_process(
        DEMO[0], "--format", "text", "--output", "-", PYTHONIOENCODING="ascii", LC_ALL="C"
    )

    assert "CLIËNT" in outcome.stdout.decode()


def test_bad_input_gives_no_traceback(answers: Callable[..., Path]) -> None:
    path = answers(answers_file(fear_level=11))

    outcome = run_in_process(path, "--language", "en")

    assert outcome.returncode == 2
    assert outcome.stdout == b""
    assert outcome.stderr.decode() == f"{path}: answers.fear_level: 11 is not between 0 and 10\n"


def test_a_broken_pipe_ends_quietly() -> None:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "summarise", str(demo.FOLDER)]
    with subprocess.Popen(  # noqa: S603
        [*command, "--format", "text", "--output", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        errors = process.stderr.read()

    assert (process.returncode, errors) == (1, b"")


# --- Editions -----------------------------------------------------------------------------------------------


def run_as_text(*arguments: object) -> Outcome:
    return run(DEMO[0], "--format", "text", "--output", "-", "--language", "en", *arguments)


def test_an_edition_leaves_out_what_it_should() -> None:
    full, police = run_as_text(), run_as_text("--edition", "police")

    assert "(confidential)" in full.out
    assert "(confidential)" not in police.out
    assert police.errors == []


def test_a_part_can_be_included_this_one_time() -> None:
    outcome = run_as_text("--edition", "police", "--include", "life_changes")

    assert outcome.out.count("(confidential)") == 1


def test_what_an_edition_cannot_include_is_refused_by_name() -> None:
    outcomes = [
        run_as_text("--edition", "report", "--include", "professional_concern"),
        run_as_text("--include", "life_changes"),
    ]

    assert [outcome.code for outcome in outcomes] == [2, 2]
    assert (
        outcomes[0].errors[0].startswith("--include professional_concern: this edition can include safe_to_t")
    )
    assert outcomes[1].errors == ["--include life_changes: this edition can include nothing"]


def test_police_without_consent_needs_the_ground(answers: Callable[..., Path]) -> None:
    path = answers(answers_file(consent_share=["gp"]))
    arguments = (path, "--format", "text", "--output", "-", "--language", "en", "--edition", "police")

    refused = run(*arguments)
    made = run(*arguments, "--ground", "Serious danger.")
    strange = run(*arguments, "--ground", "\x00")

    assert (refused.code, refused.out) == (2, "")
    assert refused.errors == [f"{path}: the client did not consent to share with the police; give --ground"]
    assert "Serious danger." in made.out
    assert (strange.code, strange.errors) == (
        2,
        ["--ground: the text has a NUL character, which cannot be kept"],
    )


def test_a_report_warns_who_may_read_it() -> None:
    errors = run_as_text("--edition", "report").errors

    assert errors[0].startswith("Those involved may read a report, this person too.")


def test_the_text_edition_is_text_and_json_is_full(tmp_path: Path) -> None:
    written = run(DEMO[0], "--edition", "text", "--output", tmp_path)
    refused = run(DEMO[0], "--edition", "police", "--format", "json", "--output", "-")

    assert written.code == 0
    assert [path.suffix for path in tmp_path.iterdir()] == [".txt"]
    assert refused.code == 2


def test_an_edition_without_the_reference_has_none_in_its_name(tmp_path: Path) -> None:
    run(DEMO[0], DEMO[1], "--edition", "advice", "--format", "text", "--output", tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"SC-{number}-versie-voor-advies.txt" for number in (1, 2)
    ]
