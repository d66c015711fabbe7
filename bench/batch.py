"""Time the command that makes PDFs, with two workers against one. Goal: 1.7 times as fast on two cores.

Usage: python bench/batch.py [NUMBER]     200 unless given, in each of the two runs
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import ready  # noqa: F401  (before the rest)

# isort: split
from django.conf import settings

from questionnaire import demo

GOAL = 1.7
NUMBER = 200


def main(number: int) -> int:
    """Print the two times and their ratio; return 1 when the goal is missed."""
    with TemporaryDirectory() as folder:
        answers = Path(folder) / "intakes.jsonl"
        answers.write_text("".join(lines(number)), encoding="utf-8")
        times = {jobs: run(answers, Path(folder) / str(jobs), jobs) for jobs in (1, 2)}
    for jobs, seconds in times.items():
        sys.stdout.write(
            f"{number} PDFs, {jobs} at a time: {seconds:5.1f} s, {seconds / number * 1000:4.0f} ms each\n"
        )
    ratio = times[1] / times[2]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    cores = len(os.sched_getaffinity(0))
    sys.stdout.write(f"two against one: {ratio:.2f} x on {cores} cores (goal: {GOAL})\n")
    sys.stdout.write(f"memory of the largest process: {peak:.0f} MB\n")
    return 0 if ratio >= GOAL else 1


def lines(number: int) -> list[str]:
    """Return lines of answers files: the demo intakes in turn, each with a reference of its own."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(demo.FOLDER.glob("*.json"))]
    return [
        json.dumps(files[count % len(files)] | {"reference": f"B-{count}"}) + "\n" for count in range(number)
    ]


def run(answers: Path, output: Path, jobs: int) -> float:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "summarise", str(answers)]
    start = time.perf_counter()
    subprocess.run([*command, "--output", str(output), "--jobs", str(jobs)], check=True)  # noqa: S603
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER))
