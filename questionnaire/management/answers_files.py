"""Read answers files from disk, each up to a maximum size; check them all, and name the output of each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.domain.answers_file import IntakeFile, parse_intake, read_json
from questionnaire.domain.errors import InvalidInputError

MAX_BYTES: Final = 4 * 1024 * 1024
SUFFIXES: Final = (".json", ".jsonl")

_MAX_NAME: Final = 80
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Source:
    """The file that an intake was read from, and its line in a .jsonl file."""

    path: Path
    line: int | None = None

    def __str__(self) -> str:
        name = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(self.path))
        return name if self.line is None else f"{name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Found:
    """An intake that was read, with its source."""

    source: Source
    intake: IntakeFile

    @property
    def name(self) -> str:
        """The name of a file made from it, without suffix: safe characters, so no input chooses a path."""
        line = "" if self.source.line is None else f"-{self.source.line}"
        return _slug(self.intake.reference) or f"{_slug(self.source.path.stem)}{line}" or "report"


class UnreadableFilesError(Exception):
    """Input was refused. `lines` name every problem: the file, its line, and what is wrong."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__(f"{len(self.lines)} problems")


def read_all(paths: Iterable[Path], until: date) -> tuple[Found, ...]:
    """Return every intake in files and folders, in their order.

    Raise UnreadableFilesError with all problems of all files.
    """
    found: list[Found] = []
    problems: list[str] = []
    for path in paths:
        try:
            for file in _files(path):
                found += _read(file, until, problems)
        except _RefusedError as refusal:
            problems.append(f"{Source(path)}: {refusal}")
    problems += _duplicate_names(found)
    if problems:
        raise UnreadableFilesError(problems)
    return tuple(found)


class _RefusedError(Exception):
    """A whole file, folder or line was refused; the message says why."""


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        inside = [entry for entry in sorted(path.iterdir()) if entry.suffix.lower() in SUFFIXES]
    except (OSError, ValueError) as error:
        raise _RefusedError(_read_error(error)) from None
    if not inside:
        raise _RefusedError(_("the folder holds no .json or .jsonl file"))
    return inside


def _read(path: Path, until: date, problems: list[str]) -> list[Found]:
    """Return the intakes of one file, and add what is wrong with it to `problems`."""
    found = []
    try:
        for source, raw in _records(path):
            try:
                found.append(Found(source, parse_intake(read_json(_decoded(raw)), until)))
            except InvalidInputError as error:
                problems += [f"{source}: {problem}" for problem in error.problems]
            except _RefusedError as refusal:
                problems.append(f"{source}: {refusal}")
    except _RefusedError as refusal:
        problems.append(f"{Source(path)}: {refusal}")
    return found


def _records(path: Path) -> Iterator[tuple[Source, bytes]]:
    """Yield the bytes of each intake in a file, up to `MAX_BYTES` and one at a time. Raise _RefusedError."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise _RefusedError(_("this is no .json or .jsonl file"))
    empty = True
    try:
        if path.exists() and not path.is_file():
            raise _RefusedError(_("this is not a file"))
        with path.open("rb") as file:
            if suffix == ".json":
                raw = _bounded(file.read(MAX_BYTES + 1))
                empty = not raw.strip()
                if not empty:
                    yield Source(path), raw
            else:
                number = 0
                while line := file.readline(MAX_BYTES + 1):
                    number += 1
                    if len(line) > MAX_BYTES:
                        raise _RefusedError(_("line %(line)s is over 4 MB") % {"line": number})
                    if line.strip():
                        empty = False
                        yield Source(path, number), line
    except (OSError, ValueError) as error:
        raise _RefusedError(_read_error(error)) from None
    if empty:
        raise _RefusedError(_("the file is empty"))


def _bounded(raw: bytes) -> bytes:
    if len(raw) > MAX_BYTES:
        raise _RefusedError(_("the file is over 4 MB"))
    return raw


def _decoded(raw: bytes) -> str:
    if raw.startswith(_BYTE_ORDER_MARK):
        raise _RefusedError(_("this starts with a byte order mark; save it as UTF-8 without one"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _RefusedError(_("this is not UTF-8")) from None


def _read_error(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return _("this cannot be read (%(reason)s)") % {"reason": reason}


def _duplicate_names(found: Sequence[Found]) -> Iterator[str]:
    """Yield a line for each intake whose name another has too, also in other upper and lower case."""
    first: dict[str, Source] = {}
    for each in found:
        earlier = first.setdefault(each.name.casefold(), each.source)
        if earlier is not each.source:
            yield _("%(source)s: the name %(name)s is also that of %(earlier)s") % {
                "source": each.source,
                "name": each.name,
                "earlier": earlier,
            }


def _slug(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", ascii_only).strip("-._")[:_MAX_NAME].rstrip("-._")
