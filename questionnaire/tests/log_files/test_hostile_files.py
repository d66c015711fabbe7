"""Generated files, malformed and hostile: a log, or a fault by name, within bounds of time and memory."""

from __future__ import annotations

import json
import random
import resource
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

import pytest

from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.log_import.reader import read_log
from questionnaire.domain.log_import.rows import LogImport
from questionnaire.domain.log_import.table import Table
from questionnaire.log_files import reading, worker
from questionnaire.log_files.errors import LogFileError
from questionnaire.tests.log_files.hostile import HEAVY, hostile_files

ON: Final = date(2026, 11, 29)
#: Of processor time, for one file that is far within the bounds of size.
MOST_SECONDS: Final = 20
#: Kilobytes that this process may grow by; the process that reads a file has a bound of its own.
MOST_MEMORY: Final = 600_000

pytestmark = pytest.mark.untraced


def content_of(data: bytes) -> str | Table:
    """Return what a file holds: text by the worker in this process, an archive by one that can be killed."""
    if data.startswith(b"PK"):
        return reading.read_file(data)
    reply = json.dumps(worker.answer(data), default=worker._typed)
    return reading._content(json.loads(reply))


def read(data: bytes) -> LogImport | str:
    """Return the log that a file holds, with all messages in it, or the fault."""
    try:
        content = content_of(data)
        log = read_log(content, on=ON, until=ON)
        return read_log(content, on=ON, until=ON, senders=[sender.name for sender in log.senders])
    except LogFileError as error:
        return error.fault.value
    except InvalidInputError:
        return "bounds"


def check(log: LogImport) -> None:
    """Check that every row is one of three, and counted once."""
    numbers = sorted(number for row in log.rows for number in row.rows)
    assert numbers == sorted(set(numbers))
    assert all((row.incident is not None) + bool(row.doubts) + bool(row.ignored) == 1 for row in log.rows)
    assert all(doubt.problem.message for row in log.rows for doubt in row.doubts)


def run(files: Iterable[bytes]) -> Counter[str]:
    """Read files and return how often each thing became of them."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes: Counter[str] = Counter()
    for data in files:
        start = time.process_time()
        log = read(data)
        if isinstance(log, LogImport):
            check(log)
        outcomes[log if isinstance(log, str) else log.kind] += 1
        assert time.process_time() - start < MOST_SECONDS, data[:200]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY
    return outcomes


def test_hostile_files_give_a_log_or_a_fault_by_name() -> None:
    outcomes = run(hostile_files(seed=1, count=390))

    assert sum(outcomes.values()) == 390
    assert outcomes["damaged"] > 50
    assert outcomes["table"] > 50
    assert outcomes["lines"] > 20
    assert outcomes["other"] > 5


@pytest.mark.parametrize("make", HEAVY)
def test_heavy_files_do_too(make: object) -> None:
    source = random.Random(2)  # noqa: S311  (tests)

    outcomes = run(make(source) for _number in range(4))  # type: ignore[operator]

    assert sum(outcomes.values()) == 4


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 20))
def test_ten_thousand_hostile_files(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311  (tests)
    outcomes = run([*hostile_files(seed, count=980), *(HEAVY[n % len(HEAVY)](source) for n in range(20))])

    assert sum(outcomes.values()) == 1_000
    assert len(outcomes) > 5
