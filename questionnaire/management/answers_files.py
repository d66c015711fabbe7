"""Answers files on disk: found, read within bounds, checked in full, and named for what is made of them."""

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

MOST_BYTES: Final = 4 * 1024 * 1024
SUFFIXES: Final = (".json", ".jsonl")

_LONGEST_NAME: Final = 80
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Source:
    """Where an intake stands: a file, and the line of it when it holds one a line."""

    path: Path
    line: int | None = None

    def __str__(self) -> str:
        name = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(self.path))
        return name if self.line is None else f"{name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Found:
    """An intake that was read, and the name, without a suffix, of a file made from it."""

    source: Source
    intake: IntakeFile

    @property
    def name(self) -> str:
        """Safe characters only, at most 80: what stands in a file never chooses a path."""
        line = "" if self.source.line is None else f"-{self.source.line}"
        return _slug(self.intake.reference) or f"{_slug(self.source.path.stem)}{line}" or "report"


class Unreadable(Exception):  # noqa: N818  (what happens to the input, not an error of ours)
    """Input that is refused. `lines` name every problem: the file, its line, and what is wrong."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__(f"{len(self.lines)} problems")


def read_all(paths: Iterable[Path], until: date) -> tuple[Found, ...]:
    """Every intake in files and folders, in their order. Raises Unreadable with all problems of all files."""
    found: list[Found] = []
    problems: list[str] = []
    for path in paths:
        try:
            for file in _files(path):
                found += _read(file, until, problems)
        except _Refusal as refusal:
            problems.append(f"{Source(path)}: {refusal}")
    problems += _same_names(found)
    if problems:
        raise Unreadable(problems)
    return tuple(found)


class _Refusal(Exception):  # noqa: N818
    """A whole file, folder or line that is refused; the message says why."""


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        inside = [entry for entry in sorted(path.iterdir()) if entry.suffix.lower() in SUFFIXES]
    except (OSError, ValueError) as error:
        raise _Refusal(_cannot_be_read(error)) from None
    if not inside:
        raise _Refusal(_("the folder holds no .json or .jsonl file"))
    return inside


def _read(path: Path, until: date, problems: list[str]) -> list[Found]:
    """The intakes of one file; adds what is wrong with it to `problems`."""
    found = []
    try:
        for source, raw in _records(path):
            try:
                found.append(Found(source, parse_intake(read_json(_decoded(raw)), until)))
            except InvalidInputError as refused:
                problems += [f"{source}: {problem}" for problem in refused.problems]
            except _Refusal as refusal:
                problems.append(f"{source}: {refusal}")
    except _Refusal as refusal:
        problems.append(f"{Source(path)}: {refusal}")
    return found


def _records(path: Path) -> Iterator[tuple[Source, bytes]]:
    """The bytes of each intake in a file. Reads no more than one intake at a time, and that within bounds."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise _Refusal(_("this is no .json or .jsonl file"))
    empty = True
    try:
        if path.exists() and not path.is_file():
            raise _Refusal(_("this is not a file"))
        with path.open("rb") as file:
            if suffix == ".json":
                raw = _bounded(file.read(MOST_BYTES + 1))
                empty = not raw.strip()
                if not empty:
                    yield Source(path), raw
            else:
                number = 0
                while line := file.readline(MOST_BYTES + 1):
                    number += 1
                    if len(line) > MOST_BYTES:
                        raise _Refusal(_("line %(line)s is over 4 MB") % {"line": number})
                    if line.strip():
                        empty = False
                        yield Source(path, number), line
    except (OSError, ValueError) as error:
        raise _Refusal(_cannot_be_read(error)) from None
    if empty:
        raise _Refusal(_("the file is empty"))


def _bounded(raw: bytes) -> bytes:
    if len(raw) > MOST_BYTES:
        raise _Refusal(_("the file is over 4 MB"))
    return raw


def _decoded(raw: bytes) -> str:
    if raw.startswith(_BYTE_ORDER_MARK):
        raise _Refusal(_("this starts with a byte order mark; save it as UTF-8 without one"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _Refusal(_("this is not UTF-8")) from None


def _cannot_be_read(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return _("this cannot be read (%(reason)s)") % {"reason": reason}


def _same_names(found: Sequence[Found]) -> Iterator[str]:
    """A line for each intake whose name another has too, also where only case tells them apart."""
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
    return _UNSAFE.sub("-", ascii_only).strip("-._")[:_LONGEST_NAME].rstrip("-._")
