"""`summarise`: make summaries of answers files, as PDF, plain text or JSON."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import override
from tqdm import tqdm

from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.editions import EDITIONS, Edition, EditionOptions, needs_ground, slug
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.json import as_json
from questionnaire.documents.renderers.pdf import PdfError, PdfFailedError, render_all
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.dates import today
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from questionnaire.domain.text import clean_text
from questionnaire.management.answers_files import Found, UnreadableFilesError, read_all
from questionnaire.management.files import write_atomically

SUFFIXES: Final = {"pdf": ".pdf", "text": ".txt", "json": ".json"}
STANDARD_OUTPUT: Final = "-"

_EXIT_REFUSED: Final = 2
_EXIT_FAILED: Final = 1
_PROGRESS_FROM: Final = 10

_DESCRIPTION: Final = """\
Make a summary of every intake in answers files: .json (one intake), .jsonl (one a line), or folders of these.

Everything is checked first. When anything is refused, every problem is named on standard error, nothing is
written and the exit code is 2. When a summary could not be made or written the exit code is 1.
"""

_EPILOG: Final = """\
Files are named after the own reference in the answers file, else after the answers file and the line; in an
edition without the reference they are numbered.
A file that exists is not overwritten, unless with --replace; two summaries of one name are an error.
Files are only readable by you. No database and no key ring are needed.

  manage.py summarise intake.json
  manage.py summarise folder/ --output reports/ --language en
  manage.py summarise intake.json --edition police --include safe_contact
  manage.py summarise intakes.jsonl --format json --output - > summaries.jsonl
"""


class Command(BaseCommand):
    """`manage.py summarise`; see its --help."""

    help = _DESCRIPTION
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = _EPILOG
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=".json, .jsonl or a folder")
        parser.add_argument("--format", choices=SUFFIXES, default="pdf", help="pdf unless given")
        parser.add_argument("--edition", choices=EDITIONS, default="full", help="full unless given")
        parser.add_argument(
            "--include",
            action="append",
            default=[],
            metavar="NAME",
            help="a confidential item, or another part, to put in this one time; may be given more than once",
        )
        parser.add_argument(
            "--ground",
            default="",
            help="of the edition police: why it is shared without the client's consent",
        )
        parser.add_argument(
            "--language",
            choices=LANGUAGES,
            help="of the summaries and of errors; else the intake's own, and nl",
        )
        parser.add_argument(
            "--output",
            default=".",
            metavar="DIR|FILE|-",
            help="a folder (made when missing; the current one unless given), a file ending in .pdf, .txt or "
            ".json for one summary, or - for standard output: JSON comes one summary a line",
        )
        parser.add_argument("--replace", action="store_true", help="overwrite files that exist")
        parser.add_argument(
            "--jobs", type=_positive, metavar="N", help="PDFs side by side; as many as cores unless given"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        with override(options["language"] or DEFAULT_LANGUAGE):
            try:
                found = read_all(options["paths"], today())
            except UnreadableFilesError as error:
                self.stop(error.lines, _EXIT_REFUSED)
            self.check_edition(found, options)
            if options["output"] == STANDARD_OUTPUT:
                self.print_all(found, options)
            else:
                self.write_all(found, options)

    def check_edition(self, found: Sequence[Found], options: dict[str, Any]) -> None:
        """Stop when this edition cannot be made of these intakes with these options."""
        edition = EDITIONS[options["edition"]]
        if edition.is_plain_text and options["format"] == "pdf":
            options["format"] = "text"
        if options["format"] == "json" and not edition.is_summary:
            self.stop([_("--format json holds everything: it goes with --edition full")], _EXIT_REFUSED)
        unknown = [name for name in options["include"] if name not in edition.on_tick]
        if unknown:
            known = ", ".join(edition.on_tick) or _("nothing")
            message = _("--include %(name)s: this edition can include %(known)s")
            self.stop([message % {"name": name, "known": known} for name in unknown], _EXIT_REFUSED)
        try:
            options["ground"] = clean_text(options["ground"])
        except InvalidInputError as error:
            self.stop([f"--ground: {problem.message}" for problem in error.problems], _EXIT_REFUSED)
        without = [each for each in found if needs_ground(edition, each.intake.answers)]
        if without and not options["ground"]:
            message = _("%(source)s: the client did not consent to share with the police; give --ground")
            self.stop([message % {"source": each.source} for each in without], _EXIT_REFUSED)
        if edition.caution:
            self.stderr.write(str(edition.caution))

    def print_all(self, found: Sequence[Found], options: dict[str, Any]) -> None:
        if options["format"] == "pdf" and len(found) > 1:
            self.stop([_("only one PDF at a time can go to standard output")], _EXIT_REFUSED)
        try:
            for _each, make in self.made(found, options):
                self.print_bytes(self.attempt(make))
        except OSError as error:
            # Otherwise Python would report the error once more at its exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            # A broken pipe means that the reader has stopped, which is no error.
            lines = [] if isinstance(error, BrokenPipeError) else [_write_error(STANDARD_OUTPUT, error)]
            self.stop(lines, _EXIT_FAILED)

    def write_all(self, found: Sequence[Found], options: dict[str, Any]) -> None:
        targets = self.targets(found, options)
        failed = []
        for (each, make), target in zip(self.made(found, options), targets, strict=True):
            try:
                data = make()
            except PdfFailedError as error:
                failed.append(f"{each.source}: {error}")
                continue
            except PdfError as error:
                self.stop([str(error)], _EXIT_FAILED)
            self.write(target, data)
        if failed:
            self.stop(failed, _EXIT_FAILED)

    def targets(self, found: Sequence[Found], options: dict[str, Any]) -> list[Path]:
        """Return the path of each summary; stop before anything is written when one is not possible."""
        output, suffix = Path(options["output"]), SUFFIXES[options["format"]]
        if output.suffix.lower() in SUFFIXES.values() and not output.is_dir():
            if output.suffix.lower() != suffix:
                self.stop(
                    [_("%(path)s does not end in %(suffix)s") % {"path": output, "suffix": suffix}],
                    _EXIT_REFUSED,
                )
            if len(found) > 1:
                self.stop(
                    [_("%(count)s summaries do not fit in one file") % {"count": len(found)}], _EXIT_REFUSED
                )
            targets = [output]
        else:
            targets = [output / f"{name}{suffix}" for name in _names(found, options)]
        existing = [str(path) for path in targets if path.exists() or path.is_symlink()]
        if existing and not options["replace"]:
            message = _("this file exists; give --replace to overwrite it")
            self.stop([f"{path}: {message}" for path in existing], _EXIT_REFUSED)
        try:
            targets[0].parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.stop([_write_error(output, error)], _EXIT_FAILED)
        return targets

    def made(
        self, found: Sequence[Found], options: dict[str, Any]
    ) -> Iterator[tuple[Found, Callable[[], bytes]]]:
        """Return each intake with a function that makes its summary, in the order of the input."""
        languages = [options["language"] or each.intake.language for each in found]
        each_with_language = list(zip(found, languages, strict=True))
        make = partial(_document, EDITIONS[options["edition"]], options["include"], options["ground"])
        if options["format"] == "pdf":
            pages = (partial(_page, make, each.intake, language) for each, language in each_with_language)
            jobs = min(options["jobs"] or len(os.sched_getaffinity(0)), len(found))
            results = (future.result for future in render_all(pages, jobs))
        else:
            render = partial(_text, make) if options["format"] == "text" else _json
            results = (partial(render, each.intake, language) for each, language in each_with_language)
        shown = len(found) > _PROGRESS_FROM and sys.stderr.isatty()
        return zip(tqdm(found, disable=not shown, file=sys.stderr), results, strict=True)

    def attempt(self, make: Callable[[], bytes]) -> bytes:
        try:
            return make()
        except PdfError as error:
            self.stop([str(error)], _EXIT_FAILED)

    def write(self, path: Path, data: bytes) -> None:
        try:
            write_atomically(path, data)
        except OSError as error:
            self.stop([_write_error(path, error)], _EXIT_FAILED)

    def print_bytes(self, data: bytes) -> None:
        """Write UTF-8 whatever encoding the terminal has; a stream that takes only text gets text."""
        if (stream := getattr(self.stdout, "buffer", None)) is None:
            self.stdout.write(data.decode(), ending="")
        else:
            stream.write(data)
            stream.flush()

    def stop(self, lines: Sequence[str], code: int) -> NoReturn:
        for line in lines:
            self.stderr.write(line)
        raise SystemExit(code)


def _document(
    edition: Edition,
    include: Sequence[str],
    ground: str,
    intake: IntakeFile,
    language: str,
    *,
    paper: bool = False,
) -> Document:
    needed = needs_ground(edition, intake.answers)
    chosen = EditionOptions(ticked=frozenset(include), ground=ground if needed else "")
    return build_document(intake, language, edition, chosen, paper=paper)


def _page(make: Callable[..., Document], intake: IntakeFile, language: str) -> str:
    return as_html(make(intake, language, paper=True))


def _text(make: Callable[..., Document], intake: IntakeFile, language: str) -> bytes:
    return as_text(make(intake, language)).encode()


def _json(intake: IntakeFile, language: str) -> bytes:
    return f"{as_json(intake, language)}\n".encode()


def _names(found: Sequence[Found], options: dict[str, Any]) -> Iterator[str]:
    """Yield the name of each file, which says which edition it is; JSON is always the summary itself."""
    edition = EDITIONS[options["edition"]]
    for number, each in enumerate(found, start=1):
        name = each.name if edition.reference else f"SC-{number}"
        is_json = options["format"] == "json"
        yield name if is_json else f"{name}-{slug(edition, options['language'] or each.intake.language)}"


def _write_error(path: Path | str, error: OSError) -> str:
    return _("%(path)s cannot be written (%(reason)s)") % {"path": path, "reason": error.strerror}


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text} is not a number from 1 up")
    return int(text)
